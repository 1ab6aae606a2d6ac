"""CC-2: heavy kicks of n particles, over n^(1/a), add up to a stable noise."""

from math import exp, gamma, pi, sin

import numpy as np

from paper_checks.claim import Claim, Quantity, Rule, equals
from paper_checks.replicates import by_rng
from paper_checks.summaries import Summary, clipped

INDICES, PARTICLES, TIME, SYSTEMS = (0.8, 1.2), 1_000, 1.0, 50
FREQUENCIES = (0.5, 1.0)


def limit(alpha: float, u: float) -> float:
    """Characteristic function of the limit: kicks have the tail x^-a, a stable law c x^-a."""
    c = 2 * gamma(alpha) * sin(pi * alpha / 2) / pi
    return exp(-TIME * u**alpha / c)


def _waves(rng: np.random.Generator, gaussian: bool = False) -> list[float]:
    """Means over systems of cos(u K), K the sum of the kicks; index by index."""
    row = []
    for alpha in INDICES:
        power = 1 / 2 if gaussian else 1 / alpha
        sums = np.array([_kicks(rng, alpha).sum() for _ in range(SYSTEMS)])
        row += [float(np.cos(u * sums * PARTICLES**-power).mean()) for u in FREQUENCIES]
    return row


def _kicks(rng: np.random.Generator, alpha: float) -> np.ndarray:
    """Symmetric Pareto kicks by n particles that jump at rate 1."""
    jumps = rng.poisson(PARTICLES * TIME)
    return rng.choice([-1.0, 1.0], size=jumps) * rng.uniform(size=jumps) ** (-1 / alpha)


def _near(value: float) -> tuple[Rule, Summary]:
    """Rule and summary: a mean of 50 cosines has a standard deviation of 0.1 at most."""
    return equals(value, 0.04), clipped(value - 0.5, value + 0.5)


CLAIM = Claim(
    id="CC-2",
    title="Collateral kicks add up to a stable noise",
    statement=(
        "Each of n particles jumps at rate 1, and then all the others are kicked by n^(-1/a) times "
        "a heavy-tailed amount. As n grows the sum of the kicks becomes a stable noise of index "
        "a, with scale (t / c)^(1/a), c the constant of stable tails. (Sums of kicks are drawn, no "
        "particles: that each feels the same sum, but for its own jumps, is the model, and why "
        "chaos can only be conditional.)"
    ),
    source=(
        "Loecherbach, Loukianova & Marini, arXiv 2405.20831 (abstract: kicks in the domain of "
        "attraction of a stable law, scaled by N^(-1/a)); scale derived"
    ),
    quantities=tuple(
        # For Pareto kicks the error at n = 1,000 is of the order n^(1 - 2/a), 0.01 at a = 1.2.
        Quantity(f"mean cos({u} K), a = {a}", *_near(limit(a, u)))
        for a in INDICES
        for u in FREQUENCIES
    ),
    experiment=by_rng(_waves),
    control=by_rng(_waves, gaussian=True),
    broken="kicks over n^(1/2), as for kicks with a variance",
    unit="blocks of 50 systems of 1,000 particles",
    smoke=384,
    full=512,
    chunk=16,
)
