"""P1-22: at index 2 the authors' three types of noise are not the Gaussian control they should be.

Type I is drawn by ``randn``, type II by SciPy's ``levy_stable``, and type III is sqrt(A) times a
Gaussian, A one-sided of index 1 with scale cos(pi / 2): a number of 1e-16.
"""

import numpy as np
from scipy.stats import levy_stable

from paper_checks.claim import Claim, Quantity, above, equals
from paper_checks.replicates import by_rng
from paper_checks.summaries import clipped, median

DRAWS = 500


def _noises(rng: np.random.Generator, alpha: float = 2.0) -> list[float]:
    """Median size of type II over that of type I; share of type III that is no number."""
    first = rng.standard_normal(DRAWS) if alpha == 2 else _stable(rng, alpha)
    ratio = np.median(abs(_stable(rng, alpha))) / np.median(abs(first))
    scale = np.cos(np.pi * alpha / 4) ** (2 / alpha)
    squares = levy_stable.rvs(alpha / 2, 1, scale=scale, size=DRAWS, random_state=rng)
    with np.errstate(invalid="ignore"):
        third = np.sqrt(squares) * rng.standard_normal(DRAWS)
    return [float(ratio), float(np.isnan(third).mean())]


def _stable(rng: np.random.Generator, alpha: float) -> np.ndarray:
    return np.asarray(levy_stable.rvs(alpha, 0, size=DRAWS, random_state=rng))


CLAIM = Claim(
    id="P1-22",
    title="At index 2 the authors' noises are three different ones",
    statement=(
        "At index 2, the Gaussian control, the authors' program draws type I with variance 1 and "
        "type II with variance 2, and type III as the root of numbers of 1e-15 that are negative "
        "more often than not: NaN. Its Gaussian runs compare noises of different sizes."
    ),
    source="Code of arXiv 2306.08125 (main.py, lines 171 to 190), read; the noises drawn again",
    quantities=(
        # A ratio of medians of 500 sizes has a standard deviation of 7%.
        Quantity("scale of type II over that of type I", equals(2**0.5, 0.1), median),
        Quantity("share of type III that is no number", above(0.5), clipped(0, 1)),
    ),
    experiment=by_rng(_noises),
    control=by_rng(_noises, alpha=1.9),
    broken="index 1.9, where all types are drawn by levy_stable",
    unit="samples of 500 numbers of each type",
    smoke=96,
    full=256,
    chunk=8,
    against="that index 2 is the Gaussian case of each type",
)
