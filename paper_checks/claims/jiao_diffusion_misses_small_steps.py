"""HS-3: at small steps the tail index of SGD is 1.796 times that of its diffusion."""

from itertools import product
from math import log

import numpy as np
from scipy.optimize import brentq

from chaos.kesten import GaussianLeastSquares
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.experiments.computations import computing
from paper_checks.summaries import computed

# z log z = 1 + z: the largest z / 2 of which exp(-eta y / 2) (y - 1)^z is 1 somewhere.
CONSTANT = brentq(lambda z: z * log(z) - 1 - z, 2, 6) / 2
STEPS, CELLS = (0.04, 0.02), ((1, 1), (1, 3), (2, 1))  # eta; b and d


def covariance(x: np.ndarray) -> np.ndarray:
    """Of a (a . x), a a Gaussian row: by the rule of three nodes, exact up to degree 5."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(3)
    rows = np.array(list(product(nodes, repeat=x.size)))
    shares = np.prod(list(product(weights / weights.sum(), repeat=x.size)), axis=1)
    steps = rows * (rows @ x)[:, None]
    mean = shares @ steps
    return np.asarray((steps - mean).T @ ((steps - mean) * shares[:, None]))


def diffusion_index(eta: float, b: int, d: int) -> float:
    """Tail index of the diffusion whose drift and covariance are those of a step, over time eta.

    Far out log abs(x) has a drift m and a variance v in unit time, and abs(x)^p stands still in
    the mean at p = -2 m / v.  Both are those of log abs(x) by second differences.
    """
    x = np.linspace(1, 2, d)
    x, h = x / np.linalg.norm(x), 1e-3
    values, axes = np.linalg.eigh(covariance(x) * eta / b)
    ahead, behind = (np.log(np.linalg.norm(x + sign * h * axes.T, axis=1)) for sign in (1, -1))
    # The drift -x takes 1 from log abs(x) in unit time; the noise is independent along the axes.
    drift = -1 + values @ (ahead + behind) / (2 * h**2)
    return float(-2 * drift / (values @ ((ahead - behind) / (2 * h)) ** 2))


def _indices(batch_factor: float = 1.0) -> list[float]:
    """Rise of SGD's index as b / eta rises by 1; index of the diffusion less b / eta."""
    row = []
    for b, d in CELLS:
        rise = b / STEPS[1] - b / STEPS[0]
        exact = [GaussianLeastSquares(batch_factor * eta, b, d).tail_index() for eta in STEPS]
        row.append((exact[1] - exact[0]) / rise)
        row.append(diffusion_index(STEPS[0], b, d) - b / STEPS[0])
    return row


CLAIM = Claim(
    id="HS-3",
    title="Small steps: SGD's index is 1.796 times a diffusion's",
    statement=(
        "As the step eta of SGD on Gaussian rows of batch b becomes small, its tail index grows "
        "like 1.796 b / eta, the root of a transcendental equation; that of the diffusion with the "
        "same drift and the same covariance of steps, b / eta - (d - 3) / 2, like b / eta. "
        "Far out a step is no small move: a diffusion has heavier tails than the SGD it stands for."
    ),
    source=(
        "Derived (large deviations of a step; generator of the diffusion). Diffusions in place of "
        "SGD: Jiao & Keller-Ressel, arXiv 2402.01382 (abstract), whose own diffusion was not read"
    ),
    quantities=tuple(
        quantity
        for b, d in CELLS
        for quantity in (
            # What is left at these steps is 0.002 for d = 1, and 0.006 for d = 3.
            Quantity(
                f"rise of the index by b / eta, b = {b}, d = {d}", equals(CONSTANT, 0.01), computed
            ),
            # The differences are exact to the order of 1e-6 of an index of 25 or 50.
            Quantity(
                f"index of the diffusion less b / eta, b = {b}, d = {d}",
                equals((3 - d) / 2, 1e-3),
                computed,
            ),
        )
    ),
    experiment=computing(_indices),
    control=computing(_indices, batch_factor=1.1),
    broken="steps a tenth longer than the diffusion's",
    unit="computations",
    smoke=1,
    full=1,
    kind="arithmetic",
    deciding="rise of the index by b / eta, b = 1, d = 1",
)
