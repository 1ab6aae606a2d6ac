"""How wrong is the Euler scheme?  One stable path at all step sizes, refined where it jumps."""

import numpy as np

from stablenoise import StablePath

ALPHA, PARTICLES, FINEST = 1.5, range(500), 12
path = StablePath(ALPHA, seed=1)


def euler(level):
    """End of dX = -sin(X) dt + dL from 0 at time 1, for each particle, in 2^level steps."""
    x = np.zeros(len(PARTICLES))
    for jump in path.increments(level, PARTICLES, dim=1)[:, :, 0]:
        x += -np.sin(x) / 2**level + jump
    return x


reference = euler(FINEST)
for level in (2, 4, 6, 8):
    error = np.median(abs(euler(level) - reference))
    print(f"{2**level:4d} steps: median error {error:.5f}")

# Where is the largest jump of particle 0?  Look into the larger half, 40 times over.
begin, width = 0.0, 1.0
for _ in range(40):
    width /= 2
    left, right = (path(t, t + width, [0], 1)[0, 0] for t in (begin, begin + width))
    begin += width * (abs(right) > abs(left))
size = path(begin, begin + width, [0], 1)[0, 0]
print(f"particle 0 moves by {size:+.4f} between {begin:.12f} and {width:.1e} later")
