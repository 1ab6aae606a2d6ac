"""P4-4: of heavy-tailed terms a number that does not grow is enough; of others a share is."""

import numpy as np
from scipy.optimize import brentq

from compress.compressibility.limits import GAUSSIAN, LAPLACE, limit_error
from compress.compressibility.norms import terms_within
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.experiments.particle_systems import slopes
from paper_checks.replicates import by_rng
from paper_checks.summaries import median

SIZES, SQUARED_ERROR, HEAVY = (500, 8_000), 0.25, 1.2


def _needed(rng: np.random.Generator, index: float = HEAVY) -> list[float]:
    """Order in n of the number of terms, Pareto; shares needed, Gaussian and Laplace."""
    pareto = [_count(rng.pareto(index, n) + 1) for n in SIZES]
    most = max(SIZES)
    shares = [_count(x) / most for x in (rng.standard_normal(most), rng.laplace(size=most))]
    return [float(slopes(SIZES, np.log(pareto))), *shares]


def _count(terms: np.ndarray) -> int:
    """How many of the largest terms leave at most the squared error."""
    sizes = np.sort(abs(terms))
    return sizes.size - terms_within(sizes, SQUARED_ERROR)


def share(law: object) -> float:
    """Share of the terms that is needed in the limit."""
    return float(brentq(lambda k: limit_error(law, k) ** 2 - SQUARED_ERROR, 1e-6, 1 - 1e-6))


CLAIM = Claim(
    id="P4-4",
    title="Heavy tails: a number of terms suffices, not a share",
    statement=(
        "For a relative error of 0.5 the number of terms that are needed of n i.i.d. ones does not "
        "grow with n if their tails have the index 1.2, so that sequences are compressible in the "
        "sense of a vanishing share; of Gaussian and of Laplace terms it is a share of n that "
        f"tends to {share(GAUSSIAN):.3f} and {share(LAPLACE):.3f}."
    ),
    source=(
        "Amini, Unser & Marvasti, IEEE Trans. Signal Process. 59 (2011) 5193 (abstract: heavy "
        "tails fulfil their definition of compressibility, Laplace and Gaussian laws do not); "
        "shares from the limit of P4-1"
    ),
    quantities=(
        # At rate 1 - 2/a the error of k terms is of the order k^(1 - 2/a): n cancels.
        Quantity("order in n of the number of terms, Pareto(1.2)", equals(0, 0.15), median),
        Quantity("share of 8,000 terms, Gaussian", equals(share(GAUSSIAN), 0.01), median),
        Quantity("share of 8,000 terms, Laplace", equals(share(LAPLACE), 0.01), median),
    ),
    experiment=by_rng(_needed),
    control=by_rng(_needed, index=3.0),
    broken="Pareto terms of index 3, which have a variance",
    unit="sequences of each law and length",
    smoke=768,
    full=768,
    chunk=16,
    deciding="order in n of the number of terms, Pareto(1.2)",
)
