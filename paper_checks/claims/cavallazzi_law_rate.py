"""LC-1: laws of one and two particles converge faster than the particles themselves."""

from math import inf, log

import numpy as np

from chaos.solvable import Euler, LinearMeanField
from paper_checks.claim import Claim, Quantity, Rule, equals
from paper_checks.replicates import by_seed
from paper_checks.summaries import Summary, clipped, computed
from stablenoise.field import NoiseField

ALPHA, PARTICLES, SYSTEMS, EULER = 1.5, 4, 400, Euler(1 / 4, 4)
SYSTEM = LinearMeanField(ALPHA, rate=1.0, pull=1.0)
SIZES = (10**4, 10**6)  # of the slopes, which are exact


def _means(seed: int, meet: bool = True) -> list[float]:
    """Means of cosines of one particle, of a sum and a difference of two; exact slopes in n."""
    field, x = NoiseField(ALPHA, seed), np.zeros((SYSTEMS, PARTICLES))
    for step in range(EULER.steps):
        noise = field.at(range(x.size), step, 1).reshape(x.shape)
        mean = x.mean(axis=1, keepdims=True) if meet else 0.0
        x = x + EULER.eta * (mean - x) + EULER.eta ** (1 / ALPHA) * noise
    pairs = x.reshape(-1, 2)
    seen = x, pairs.sum(axis=1), np.diff(pairs)
    return [*(float(np.cos(values).mean()) for values in seen), *SLOPES]


def _slope(size: dict[int, float]) -> float:
    few, many = SIZES
    return log(size[many] / size[few]) / log(many / few)


def _exact_slopes() -> tuple[float, float, float]:
    """Of the distance of the laws' scales, of the codifference, and of a particle's distance."""
    limit = SYSTEM.law(inf, EULER).scale
    return (
        _slope({n: SYSTEM.law(n, EULER).scale - limit for n in SIZES}),
        _slope({n: SYSTEM.pair_codifference(n, EULER) for n in SIZES}),
        _slope({n: SYSTEM.difference_scale(n, EULER) for n in SIZES}),
    )


SLOPES = _exact_slopes()
ONE, SUM, DIFFERENCE = (
    float(SYSTEM.pair_cf(u, PARTICLES, EULER).real) for u in ([1.0, 0.0], [1.0, 1.0], [1.0, -1.0])
)


def _near(value: float) -> tuple[Rule, Summary]:
    """Rule and summary: a mean over 400 systems has a standard deviation of 0.035 at most."""
    return equals(value, 0.02), clipped(value - 0.15, value + 0.15)


CLAIM = Claim(
    id="LC-1",
    title="Linear interaction: laws converge faster than paths",
    statement=(
        "For particles drawn to their mean by a linear force the law of one particle, and the "
        "dependence of two, near those of independent copies as n^-(a - 1), while a particle nears "
        "its copy on the same noise as n^-(1 - 1/a), the a-th root of that: n^-0.5 and n^-0.333 at "
        "a = 1.5. Laws of one and of two of 4 particles are the closed forms."
    ),
    source=(
        "The system and the improved rate are those of Cavallazzi, arXiv 2301.08594 (abstract: "
        "rates improve for linear interactions, with beta < alpha); laws derived, "
        "chaos.solvable.LinearMeanField"
    ),
    quantities=(
        Quantity("mean cos X, n = 4", *_near(ONE)),
        Quantity("mean cos(X_1 + X_2), n = 4", *_near(SUM)),
        Quantity("mean cos(X_1 - X_2), n = 4", *_near(DIFFERENCE)),
        # What is left at these sizes is of the order n^-(a - 1) again.
        Quantity("slope of the distance of laws in log n", equals(1 - ALPHA, 0.01), computed),
        Quantity("slope of the codifference of two", equals(1 - ALPHA, 0.01), computed),
        Quantity("slope of the distance of a particle", equals(1 / ALPHA - 1, 1e-9), computed),
    ),
    experiment=by_seed(_means),
    control=by_seed(_means, meet=False),
    broken="particles drawn to 0: independent, and each with the law of the limit",
    unit="blocks of 400 systems of 4 particles",
    smoke=384,
    full=768,
    chunk=32,
    deciding="slope of the distance of laws in log n",
)
