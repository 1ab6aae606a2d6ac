"""P1-5: outputs of a network of n sines scatter about those of the limit like n^-1/2."""

from functools import cache

import numpy as np

from chaos.particles import Interaction, trajectory
from chaos.solvable import Euler, SineNetwork
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.experiments.particle_systems import end, slopes
from paper_checks.replicates import by_seed
from paper_checks.summaries import median
from stablenoise.field import NoiseField
from stablenoise.kernels.compiler import jit

INDICES, SIZES, EULER = (1.2, 1.75), (32, 512), Euler(0.2, 10)
TARGET, SIGMA = 0.8, 0.7
BLOCK = 50  # networks of a replicate: of more the control, of heavy tails, is seen no sooner


@jit
def _sine_drift(theta, output, parameters, out):
    for i in range(len(theta)):
        out[i, 0] = (output[0] - parameters[0]) * np.cos(theta[i, 0])


@jit
def _sine(theta, parameters, sums):
    for i in range(len(theta)):
        sums[0] += np.sin(theta[i, 0])


@jit
def _line_drift(theta, output, parameters, out):
    out[:] = output[0] - parameters[0]


@jit
def _line(theta, parameters, sums):
    for i in range(len(theta)):
        sums[0] += theta[i, 0]


SINES = Interaction(_sine_drift, _sine, 1, (TARGET,))
LINES = Interaction(_line_drift, _line, 1, (TARGET,))


@cache
def _limit(alpha: float, sines: bool) -> float:
    if sines:
        return SineNetwork(alpha, TARGET, SIGMA).limit(EULER)
    return TARGET * (1 - EULER.decay(1.0))


def _spreads(seed: int, sines: bool = True) -> list[float]:
    """Slope of the log s.d. over a block, gap of its mean in the largest size, index by index."""
    row = []
    for a in INDICES:
        field = NoiseField(a, seed)
        gaps = np.array([_outputs(field, n, sines) for n in SIZES]) - _limit(a, sines)
        # Outputs are bounded: they have a standard deviation whatever the index of the noise.
        spreads = gaps.std(axis=1, ddof=1)
        row += [slopes(SIZES, np.log(spreads)), gaps[-1].mean()]
        row += [spreads[-1] * SIZES[-1] ** 0.5]
    return row


def _outputs(field: NoiseField, n: int, sines: bool) -> np.ndarray:
    """Outputs of the networks of a block after training."""
    states = trajectory(
        np.zeros((BLOCK, n, 1)),
        SINES if sines else LINES,
        field,
        EULER.eta,
        SIGMA,
        stride=max(SIZES),
    )
    theta = end(states, EULER.steps)[:, :, 0]
    return (np.sin(theta) if sines else theta).mean(axis=1)


CLAIM = Claim(
    id="P1-5",
    title="Bounded networks: chaos at n^-1/2",
    statement=(
        "The output of a network of n neurons sin(theta_i), trained on one point by SGD with "
        "stable noise, has about the output of the infinite network (by its Fourier coefficients) "
        "a standard deviation of the order n^-1/2, at a = 1.2 as at 1.75: the activation is "
        "bounded."
    ),
    source=(
        "Wan et al., arXiv 2306.08125 (rate n^-1/2, as summarised); limit derived, "
        "chaos.solvable.SineNetwork"
    ),
    quantities=tuple(
        quantity
        for a in INDICES
        for quantity in (
            Quantity(f"slope of the log s.d. in log n, a = {a}", equals(-0.5, 0.04), median),
            Quantity(f"mean output minus the limit, a = {a}, n = 512", equals(0, 0.003), median),
            Quantity(f"s.d. times sqrt(n), a = {a}, n = 512", None, median),
        )
    ),
    experiment=by_seed(_spreads),
    control=by_seed(_spreads, sines=False),
    broken="neurons theta_i in place of sin(theta_i): an activation that is not bounded",
    unit="blocks of 50 networks of each width",
    smoke=384,
    full=1_536,
    chunk=8,
)
