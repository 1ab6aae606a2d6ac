"""P4-1: the limits of the best-k-term error of four laws."""

from math import log

import numpy as np
from scipy.stats import norm

from compress.compressibility.norms import relative_error
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.replicates import by_rng
from paper_checks.summaries import clipped

SIZE, SHARES = 200_000, (0.1, 0.25, 0.5)


def gaussian(k: float) -> float:
    """G_2^2 of the normal law at kept share k."""
    z = norm.isf(k / 2)
    return float(1 - k - 2 * z * norm.pdf(z))


def laplace(k: float) -> float:
    """G_2^2 of the Laplace law at kept share k."""
    return 1 - k * (1 + log(1 / k) + log(1 / k) ** 2 / 2)


def uniform(k: float) -> float:
    """G_2^2 of the uniform law on [-1, 1] at kept share k."""
    return (1 - k) ** 3


def pareto(k: float) -> float:
    """G_2^2 of the Pareto law of index 3 at kept share k."""
    return 1 - k ** (1 / 3)


# The sum of squares of Pareto(3) has infinite variance: at SIZE the mean of the error at k = 0.1
# is 0.0016 +- 0.0003 above its limit (1,500 vectors), and its interval is wide.
LAWS = {gaussian: 0.002, laplace: 0.002, uniform: 0.002, pareto: 0.008}
CLIP = 5  # margins from the limit, where errors are clipped


def _errors(rng: np.random.Generator, signed: bool = False) -> list[float]:
    """Squared relative error of one vector of each law, at each share."""
    squared_error = _squared_error_by_sign if signed else _squared_error
    draws = (
        rng.standard_normal(SIZE),
        rng.laplace(size=SIZE),
        rng.uniform(-1, 1, SIZE),
        rng.pareto(3, SIZE) + 1,
    )
    return [squared_error(x, k) for x in draws for k in SHARES]


def _squared_error(x: np.ndarray, share: float) -> float:
    return relative_error(x, share) ** 2


def _squared_error_by_sign(x: np.ndarray, share: float) -> float:
    """The same where the largest values are kept, and not the largest sizes."""
    dropped = np.partition(x, round((1 - share) * SIZE))[: round((1 - share) * SIZE)]
    return float(dropped @ dropped / (x @ x))


CLAIM = Claim(
    id="P4-1",
    title="Error of the best share k tends to its closed form",
    statement=(
        "The squared relative l_2 error of the best share k of n i.i.d. terms tends to "
        "E[X^2; |X| < t] / E[X^2], t the (1 - k)-quantile of |X|: Gaussian, Laplace, uniform and "
        "Pareto(3) at k = 0.1, 0.25, 0.5."
    ),
    source="Gribonval, Cevher & Davies (2012), proposition 1 (as summarised; limits derived)",
    quantities=tuple(
        Quantity(
            f"{law.__name__}, k = {k}",
            equals(law(k), margin),
            clipped(law(k) - CLIP * margin, law(k) + CLIP * margin),
        )
        for law, margin in LAWS.items()
        for k in SHARES
    ),
    experiment=by_rng(_errors),
    control=by_rng(_errors, signed=True),
    broken="terms are ranked by their values and not by their sizes: no change for Pareto(3)",
    unit="vectors of 200,000 terms",
    smoke=256,
    full=1_024,
    chunk=16,
)
