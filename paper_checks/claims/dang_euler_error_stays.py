"""SM-2: Euler's error for SGD with momentum does not grow with time, and is of order eta."""

from math import log

import numpy as np

from paper_checks.claim import Claim, Quantity, below, equals
from paper_checks.experiments.computations import computing
from paper_checks.summaries import computed

ALPHA, CURVATURE, FRICTION = 1.5, 1.0, 0.5
ETAS, TIMES = (0.02, 0.01), (20.0, 200.0)
PARTS = 40  # of the finer step, in the integral that stands for the flow


def log_scale(eta: float, time: float, friction: float) -> float:
    """Log of the scale of Euler's chain: the noise of each step has its power of the matrix."""
    matrix = np.array([[1.0, eta], [-eta * CURVATURE, 1 - eta * friction]])
    values, vectors = np.linalg.eig(matrix)
    parts = vectors[0] * np.linalg.solve(vectors, [0.0, 1.0])
    ages = np.arange(round(time / eta))[:, None]
    factors = (np.exp(ages * np.log(values)) @ parts).real
    return float(log(eta * np.sum(abs(factors) ** ALPHA)) / ALPHA)


def flow_log_scale(time: float, friction: float) -> float:
    """The same for the flow, by the midpoint rule."""
    u = (np.arange(round(PARTS * time / ETAS[-1] / 10)) + 0.5) * ETAS[-1] * 10 / PARTS
    w = np.sqrt(CURVATURE - friction**2 / 4)
    kernel = np.exp(-friction * u / 2) * np.sin(w * u) / w
    return float(log(np.sum(abs(kernel) ** ALPHA) * ETAS[-1] * 10 / PARTS) / ALPHA)


def _orders(friction: float = FRICTION) -> list[float]:
    """Order in eta at a late time, and the error there over that at an early time."""
    flows = [flow_log_scale(time, friction) for time in TIMES]
    early, *late = (
        abs(log_scale(eta, time, friction) - flows[TIMES.index(time)])
        for eta, time in ((ETAS[1], TIMES[0]), (ETAS[1], TIMES[1]), (ETAS[0], TIMES[1]))
    )
    return [log(late[1] / late[0]) / log(2), late[0] / early]


CLAIM = Claim(
    id="SM-2",
    title="Momentum: Euler's error is of order eta at all times",
    statement=(
        "For SGD with momentum on a quadratic loss, whose noise moves the speeds alone, the scale "
        "of Euler's chain differs from that of the flow by the order eta, and at time 200 by no "
        "more than at time 20."
    ),
    source=(
        "Dang et al., arXiv 2502.00885 (abstract: an error of the discretisation that is uniform "
        "in time, with degenerate noise); exact scales of the quadratic case derived"
    ),
    quantities=(
        Quantity("order in eta of the error of the log scale, time 200", equals(1, 0.1), computed),
        Quantity("error at time 200 over that at time 20", below(1.05), computed),
    ),
    experiment=computing(_orders),
    control=computing(_orders, friction=0.0),
    broken="no friction: errors add up",
    unit="computations",
    smoke=1,
    full=1,
    kind="arithmetic",
    deciding="order in eta of the error of the log scale, time 200",
)
