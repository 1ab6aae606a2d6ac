"""SM-1: momentum widens the stationary law on a quadratic if, and only if, tails are heavy."""

from functools import cache
from math import exp, log, sin, sqrt

import numpy as np
from scipy.integrate import quad

from chaos.rates import log_scale
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.replicates import by_seed
from paper_checks.summaries import computed, median
from stablenoise.field import NoiseField

CURVATURE, FRICTION = 1.0, 0.5
INDICES = (1.2, 1.6)
ETA, STEPS, CHAINS = 0.1, 300, 100  # long enough: (1 - 0.25 eta)^300 is 5e-4


def widening(alpha: float, curvature: float = CURVATURE, friction: float = FRICTION) -> float:
    """Stationary scale with momentum over that without.

    dx = v dt, dv = -(friction v + curvature x) dt + dL, against the law that friction alone would
    leave, dx = -(curvature x dt - dL) / friction.  The first has the kernel
    exp(-friction u / 2) sin(w u) / w, whose half periods are a geometric series.
    """
    w = sqrt(curvature - friction**2 / 4)
    half = quad(lambda u: (exp(-friction * u / 2) * sin(w * u)) ** alpha, 0, np.pi / w)[0]
    power = half / w**alpha / (1 - exp(-alpha * friction * np.pi / w / 2))
    without = friction**-alpha / (alpha * curvature / friction)
    return float((power / without) ** (1 / alpha))


def sensitivity(alpha: float, friction: float) -> float:
    """How fast the scale changes with the curvature, with momentum over without."""
    step = 1e-4
    up, down = (widening(alpha, CURVATURE + h, friction) for h in (step, -step))
    # without: the scale is proportional to curvature^(-1/a)
    relative = log(up / down) / (2 * step) - 1 / (alpha * CURVATURE)
    return widening(alpha, CURVATURE, friction) * relative * -alpha * CURVATURE


@cache
def _chain_scale(alpha: float, momentum: bool) -> float:
    """Log of the scale at the end of the chain, exactly: noise of each age has its factor."""
    x, v, total = 0.0, 1.0, 0.0
    for _ in range(STEPS):
        total += abs(x if momentum else v) ** alpha
        if momentum:
            x, v = x + ETA * v, v - ETA * (FRICTION * v + CURVATURE * x)
        else:
            v *= 1 - ETA * CURVATURE / FRICTION
    return log(ETA * total) / alpha - (0 if momentum else log(FRICTION))


def _widths(seed: int, gaussian: bool = False) -> list[float]:
    """Log scales with momentum over without, from chains on one noise; exact numbers."""
    row = []
    for alpha in INDICES:
        field = NoiseField(2.0 if gaussian else alpha, seed)
        moving, plain = _ends(field)
        exact = _chain_scale(alpha, True) - _chain_scale(alpha, False)
        flow = log(widening(alpha))
        seen = log_scale(moving, field.alpha).value - log_scale(plain, field.alpha).value
        row.append(seen - exact + flow)
    return [*row, *COMPUTED]


def _ends(field: NoiseField) -> tuple[np.ndarray, np.ndarray]:
    x, v, plain = np.zeros((3, CHAINS))
    noises = ETA ** (1 / field.alpha) * field.at(range(CHAINS), step=0, dim=STEPS)
    for noise in noises.T:
        x, v = x + ETA * v, v - ETA * (FRICTION * v + CURVATURE * x) + noise
        plain = plain - ETA * CURVATURE / FRICTION * plain + noise / FRICTION
    return x, plain


COMPUTED = (widening(2.0), sensitivity(1.2, 0.5), sensitivity(1.2, 1.0))

CLAIM = Claim(
    id="SM-1",
    title="Momentum widens the stationary law if tails are heavy",
    statement=(
        "On a quadratic loss, SGD with momentum under Gaussian noise has the stationary law that "
        "it has without, at equal speed along the slope. Under stable noise its scale is larger: "
        "1.88 times at a = 1.2 and 1.26 at a = 1.6, friction 0.5 and curvature 1. What a change "
        "of the curvature does to the law is larger with momentum at friction 0.5, but smaller "
        "at 1: that a limit of the stability is worse does not say that it is worse itself."
    ),
    source=(
        "Dang et al., arXiv 2502.00885 (abstract: on quadratic losses momentum has a worse limit "
        "under heavy tails); the limit itself was not read, scales are derived"
    ),
    quantities=(
        *(
            Quantity(
                f"log of the scale with momentum over without, a = {a}",
                equals(log(widening(a)), 0.15),
                median,
            )
            for a in INDICES
        ),
        Quantity("scale with momentum over without, a = 2", equals(1, 1e-6), computed),
        Quantity("change with curvature, friction 0.5, a = 1.2", None, computed),
        Quantity("change with curvature, friction 1, a = 1.2", None, computed),
    ),
    experiment=by_seed(_widths),
    control=by_seed(_widths, gaussian=True),
    broken="Gaussian noise",
    unit="blocks of 100 chains of each kind",
    smoke=192,
    full=256,
    chunk=8,
    deciding="log of the scale with momentum over without, a = 1.2",
)
