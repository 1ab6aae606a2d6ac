"""P1-4: where the drift is bounded, chaos has the rate n^-1/2 at every index, with its constant."""

import numpy as np
from scipy.stats import chi2

from chaos.mean_field import recorded
from chaos.particles import Interaction, trajectory
from chaos.solvable import BoundedDrift, Euler
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.experiments.particle_systems import BLOCK, slopes
from paper_checks.replicates import by_seed
from paper_checks.summaries import median
from stablenoise.field import NoiseField
from stablenoise.kernels.compiler import jit

# Limit and variance are those of this chain: its few, long steps cost no bias.
INDICES, SIZES, EULER = (0.8, 1.3, 1.75), (32, 256), Euler(1 / 4, 4)
# The median is judged, and that of a mean of 400 squares of normal values is below 1: 0.998.
MEDIAN = chi2.median(BLOCK) / BLOCK


@jit
def _along(x, mean, parameters, out):
    """Write minus the mean: particles move along it."""
    out[:] = -mean[0]


@jit
def _cosine(x, parameters, sums):
    for i in range(len(x)):
        sums[0] += np.cos(x[i, 0])


@jit
def _itself(x, parameters, sums):
    for i in range(len(x)):
        sums[0] += x[i, 0]


def _variances(seed: int, bounded: bool = True) -> list[float]:
    """Mean squares of D over V / n, and slopes of log abs(D) in n, index by index.

    All particles differ from their copies by D: what the means of the cosines moved them by, less
    the limit.
    """
    interaction, row = Interaction(_along, _cosine if bounded else _itself), []
    for a in INDICES:
        system, field = BoundedDrift(a), NoiseField(a, seed)
        moved = [_moved(interaction, field, n) for n in SIZES]
        gaps = np.array(moved) - (system.limit(EULER) if bounded else 0.0)
        squares = (gaps**2).mean(axis=1) * SIZES / system.variance(EULER)
        row += [*squares, slopes(SIZES, np.log(abs(gaps)).mean(axis=1))]
    return row


def _moved(interaction: Interaction, field: NoiseField, n: int) -> np.ndarray:
    start = np.zeros((BLOCK, n, 1))
    states = trajectory(start, interaction, field, EULER.eta, stride=max(SIZES))
    return EULER.eta * recorded(states, EULER.steps)[:, :, 0].sum(axis=0)


CLAIM = Claim(
    id="P1-4",
    title="Bounded drift: chaos at n^-1/2 for every index",
    statement=(
        "Particles that move by the mean of cos X_j and by stable noise differ from their "
        "McKean-Vlasov copies by D with n E D^2 -> V, V known: chaos at the rate n^-1/2 for every "
        "index, 0.8 too, as the drift is bounded."
    ),
    source=(
        "Wan et al., arXiv 2306.08125 (rate n^-1/2, as summarised); V derived, "
        "chaos.solvable.BoundedDrift"
    ),
    quantities=tuple(
        quantity
        for a in INDICES
        for quantity in (
            *(
                Quantity(f"n mean D^2 over V, a = {a}, n = {n}", equals(MEDIAN, 0.08), median)
                for n in SIZES
            ),
            Quantity(f"slope of log D in log n, a = {a}", equals(-0.5, 0.03), median),
        )
    ),
    experiment=by_seed(_variances),
    control=by_seed(_variances, bounded=False),
    broken="the drift is not bounded: the mean of X_j in place of that of its cosine",
    unit="blocks of 400 systems of each size",
    smoke=384,
    full=1_024,
    chunk=4,
)
