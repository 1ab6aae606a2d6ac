"""How fast do interacting particles forget each other?  It depends on what they see.

Particles are pulled to the mean of a feature of all.  In the limit the mean is 0, by symmetry, so
that copies of the limit are on the same noise with a recorded path of zeros.
"""

from itertools import islice

import numpy as np

from chaos.particles import Interaction, attraction, trajectory
from chaos.rates import paired_slope
from stablenoise import NoiseField
from stablenoise.kernels import jit

ALPHA, ETA, STEPS, SYSTEMS = 1.3, 0.1, 10, 4_000
SIZES = (8, 16, 32, 64, 128)


@jit
def sine(x, parameters, sums):
    """A bounded feature."""
    for i in range(len(x)):
        sums[0] += np.sin(x[i, 0])


def distances(interaction: Interaction, n: int) -> np.ndarray:
    """Of the first particle of each system from its copy."""
    theta, field = np.zeros((SYSTEMS, n, 1)), NoiseField(ALPHA, seed=1)
    means = np.zeros((STEPS, SYSTEMS, 1))
    paths = (
        trajectory(theta, interaction, field, ETA, means=seen, stride=SIZES[-1])
        for seen in (None, means)
    )
    found, copies = (next(islice(path, STEPS, None)).theta[:, 0, 0] for path in paths)
    return np.abs(found - copies)


linear = attraction(1.0)
bounded = Interaction(linear.drift, sine, 1, (1.0,))
for name, interaction, theory in (
    ("linear", linear, -(1 - 1 / ALPHA)),
    ("bounded", bounded, -0.5),
):
    errors = np.array([distances(interaction, n) for n in SIZES]).T
    fit = paired_slope(SIZES, errors)
    print(f"{name}: slope {fit.params[1]:.3f} +- {fit.bse[1]:.3f}, theory {theory:.3f}")
