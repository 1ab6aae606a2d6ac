"""HS-3: at small steps the tail index of SGD is 1.796 times that of its diffusion."""

from math import log

from scipy.optimize import brentq

from chaos.kesten import GaussianLeastSquares
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.experiments.computations import computing
from paper_checks.summaries import computed

# z log z = 1 + z: the largest z / 2 of which exp(-eta y / 2) (y - 1)^z is 1 somewhere.
CONSTANT = brentq(lambda z: z * log(z) - 1 - z, 2, 6) / 2
STEPS, CELLS = (0.04, 0.02), ((1, 1), (1, 3), (2, 1))  # eta; b and d


def diffusion_index(eta: float, b: int, d: int) -> float:
    """Tail index of the diffusion whose drift and covariance are those of a step, over time eta.

    Of a Gaussian row a the covariance of a (a . x) is abs(x)^2 I + x x^T.  On abs(x)^p the
    generator is p (-1 + eta / (2 b) (d + 2 p - 3)), which is 0 at the index.
    """
    return b / eta - (d - 3) / 2


def _rises(batch_factor: float = 1.0) -> list[float]:
    """Rise of the index as b / eta rises by 1, of SGD and of the diffusion, cell by cell."""
    row = []
    for b, d in CELLS:
        rise = b / STEPS[1] - b / STEPS[0]
        exact = [GaussianLeastSquares(batch_factor * eta, b, d).tail_index() for eta in STEPS]
        of_diffusion = [diffusion_index(eta, b, d) for eta in STEPS]
        row += [(values[1] - values[0]) / rise for values in (exact, of_diffusion)]
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
            Quantity(f"that of the diffusion, b = {b}, d = {d}", equals(1, 1e-9), computed),
        )
    ),
    experiment=computing(_rises),
    control=computing(_rises, batch_factor=1.1),
    broken="steps a tenth longer than the diffusion's",
    unit="computations",
    smoke=1,
    full=1,
    kind="arithmetic",
    deciding="rise of the index by b / eta, b = 1, d = 1",
)
