"""P3-10: sums of iterates of heavy-tailed SGD grow like k^(1/alpha), and are nearly stable."""

from math import pi

import numpy as np

from chaos.kesten import GaussianLeastSquares
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.experiments.particle_systems import slopes
from paper_checks.replicates import by_rng
from paper_checks.summaries import median

ETA, INDEX = 1.0, GaussianLeastSquares(1.0, 1, 1).tail_index()
BURN_IN, LENGTHS, CHAINS = 50, (100, 800), 400


def variance_of_logs(alpha: float) -> float:
    """Of log abs(S), S symmetric and stable."""
    return pi**2 / 6 * (1 / alpha**2 + 1 / 2)


def sums(rng: np.random.Generator, eta: float) -> np.ndarray:
    """Sums of the first 100 and of the first 800 stationary iterates, chain by chain."""
    x, total, kept = np.zeros(CHAINS), np.zeros(CHAINS), []
    for k in range(1 - BURN_IN, LENGTHS[-1] + 1):
        row, noise = rng.standard_normal((2, CHAINS))
        x = x - eta * row * (row * x - noise)
        if k > 0:
            total += x
        if k in LENGTHS:
            kept.append(total.copy())
    return np.array(kept)


def _orders(rng: np.random.Generator, eta: float = ETA) -> list[float]:
    """Order in k of the median of abs(S_k); variance of the logs of the longer sums."""
    logs = np.log(abs(sums(rng, eta)))
    return [float(slopes(LENGTHS, np.median(logs, axis=1))), float(logs[-1].var(ddof=1))]


CLAIM = Claim(
    id="P3-10",
    title="Sums of heavy-tailed iterates grow like k^(1/alpha)",
    statement=(
        "Sums of k iterates of SGD on least squares, over k^(1/alpha), tend to a stable law of the "
        f"tail index alpha if it is below 2. At step 1, of index {INDEX:.2f}, with Gaussian rows "
        "of one number and label noise (so that the sums are symmetric), the median of their sizes "
        "grows like k^0.92 from 100 to 800, not like k^0.5, and their logarithms have the variance "
        "of a stable law's."
    ),
    source=(
        "Gurbuzbalaban, Simsekli & Zhu, arXiv 2006.04740 (limit theorem, as recalled); index, "
        "chaos.kesten; variance of logs, the second log moment of a symmetric stable law"
    ),
    quantities=(
        # What is left of the limit at these lengths is about 0.04.
        Quantity("order in k of the median of |S_k|", equals(1 / INDEX, 0.1), median),
        Quantity("variance of log |S_k|, k = 800", equals(variance_of_logs(INDEX), 0.25), median),
    ),
    experiment=by_rng(_orders),
    control=by_rng(_orders, eta=0.3),
    broken="step 0.3, whose law has a variance: sums grow like k^(1/2)",
    unit="samples of 400 chains",
    smoke=128,
    full=128,
    chunk=4,
    deciding="order in k of the median of |S_k|",
)
