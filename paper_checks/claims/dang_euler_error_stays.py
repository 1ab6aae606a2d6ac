"""SM-2: Euler's error for SGD with momentum does not grow with time, and is of order eta."""

from math import log

import numpy as np

from paper_checks.claim import Claim, Quantity, below, equals
from paper_checks.experiments.computations import computing
from paper_checks.summaries import computed

ALPHA, CURVATURE, FRICTION = 1.5, 1.0, 0.5
ETAS, TIMES = (0.02, 0.01), (20.0, 200.0)
PARTS = 4  # of a step, in the integral over the noise


def factors(eta: float, time: float, friction: float) -> np.ndarray:
    """Of the noise of each step, latest first, in the position of Euler's chain."""
    matrix = np.array([[1.0, eta], [-eta * CURVATURE, 1 - eta * friction]])
    values, vectors = np.linalg.eig(matrix)
    parts = vectors[0] * np.linalg.solve(vectors, [0.0, 1.0])
    ages = np.arange(round(time / eta))[:, None]
    return np.asarray((np.exp(ages * np.log(values)) @ parts).real)


def kernel(u: np.ndarray, friction: float) -> np.ndarray:
    """Factor of noise of age u in the position of the flow."""
    w = np.sqrt(CURVATURE - friction**2 / 4)
    return np.asarray(np.exp(-friction * u / 2) * np.sin(w * u) / w)


def error(eta: float, time: float, friction: float = FRICTION) -> float:
    """Scale of the chain less the flow on the same noise, by the midpoint rule over its ages."""
    chain = np.repeat(factors(eta, time, friction), PARTS)
    u = (np.arange(chain.size) + 0.5) * eta / PARTS
    return float((np.sum(abs(chain - kernel(u, friction)) ** ALPHA) * eta / PARTS) ** (1 / ALPHA))


def _orders(friction: float = FRICTION) -> list[float]:
    """Order in eta at a late time, and the error there over that at an early time."""
    coarse, fine = (error(eta, TIMES[1], friction) for eta in ETAS)
    return [log(coarse / fine) / log(2), fine / error(ETAS[1], TIMES[0], friction)]


CLAIM = Claim(
    id="SM-2",
    title="Momentum: Euler's error is of order eta at all times",
    statement=(
        "For SGD with momentum on a quadratic loss, whose noise moves the speeds alone, Euler's "
        "chain and the flow on the same stable noise differ by a stable number whose scale is of "
        "the order eta, and is no larger at time 200 than at time 20."
    ),
    source=(
        "Dang et al., arXiv 2502.00885 (abstract: an error of the discretisation that is uniform "
        "in time, with degenerate noise); exact error of the quadratic case derived"
    ),
    quantities=(
        Quantity("order in eta of the scale of the error, time 200", equals(1, 0.1), computed),
        Quantity("error at time 200 over that at time 20", below(1.05), computed),
    ),
    experiment=computing(_orders),
    control=computing(_orders, friction=0.0),
    broken="no friction: errors add up",
    unit="computations",
    smoke=1,
    full=1,
    kind="arithmetic",
    deciding="order in eta of the scale of the error, time 200",
)
