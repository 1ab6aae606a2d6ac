"""
One path at three resolutions
=============================

A simulation in coarse steps and one in fine steps can be compared only if both see the same noise.
:class:`~stablenoise.StablePath` gives them one path: the value of an increment follows from the
seed, the particle and the time, so that a path can be refined after the fact, wherever you look.
"""

# %%
# The same path in 16, 256 and 65,536 steps
# ------------------------------------------
#
# No panel is computed from another one. They agree because the increments over a long interval and
# over its two halves are drawn from their joint law, each from its address.

import matplotlib.pyplot as plt
import numpy as np

from stablenoise import StablePath

plt.rcParams.update({"font.size": 12, "figure.figsize": (6.4, 7.0)})
ALPHA, BLUE, ORANGE = 1.5, "#0072B2", "#D55E00"
path = StablePath(ALPHA, seed=13)

figure, panels = plt.subplots(3, 1, sharex=True, sharey=True, layout="constrained")
for axes, level in zip(panels, (4, 8, 16), strict=True):
    values = np.append(0.0, path.increments(level, [0], dim=1)[:, 0, 0].cumsum())
    times = np.linspace(0, 1, values.size)
    axes.step(times, values, where="post", color=BLUE, lw=1.2)
    axes.plot(times[:: 2 ** (level - 4)], values[:: 2 ** (level - 4)], "o", color=ORANGE, ms=4)
    axes.set(ylabel="position", title=f"{2**level:,} steps")
panels[-1].set(xlabel="time; the dots are the same in all three")

# %%
# Look into the largest jump
# --------------------------
#
# Halve the interval and keep the half that moves more, forty times over: what is left is a jump,
# not a steep slope. Nothing had to be stored for this, and nothing was drawn in advance.

begin, width = 0.0, 1.0
for _ in range(40):
    width /= 2
    left, right = (path(t, t + width, [0], 1)[0, 0] for t in (begin, begin + width))
    begin += width * (abs(right) > abs(left))
jump = path(begin, begin + width, [0], 1)[0, 0]
print(f"the path moves by {jump:+.4f} between time {begin:.12f} and {width:.1e} later")

figure, panels = plt.subplots(3, 1, layout="constrained")
for axes, zoom in zip(panels, (4, 10, 16), strict=True):
    step = 2.0 ** -(zoom + 8)
    first = min(max(round(begin / step) - 128, 0), 2 ** (zoom + 8) - 256)
    starts = (first + np.arange(256)) * step
    moves = [path(t, t + step, [0], 1)[0, 0] for t in starts]
    inside = np.append(0.0, np.cumsum(moves))
    axes.step(np.append(starts, starts[-1] + step) - begin, inside, where="post", color=BLUE)
    axes.set(ylabel="change", title=f"a window of length {256 * step:.1g} about the jump")
panels[-1].set(xlabel="time since the jump")

# %%
# How wrong is Euler's scheme?
# ----------------------------
#
# One path at all step sizes tells the error of a scheme without a solution in closed form. Here
# 500 particles follow dX = -sin(X) dt + dL; the reference has 4,096 steps. At its own times the
# error is of the order of the step, whatever the index is (claim :claim:`P1-7`).


def euler(level: int) -> np.ndarray:
    """Ends of all particles, in 2^level steps."""
    x = np.zeros(500)
    for move in path.increments(level, range(500), dim=1)[:, :, 0]:
        x += -np.sin(x) / 2**level + move
    return x


reference, levels = euler(12), np.arange(2, 9)
errors = [np.median(np.abs(euler(level) - reference)) for level in levels]
for level, error in zip(levels, errors, strict=True):
    print(f"{2**level:4d} steps: median error {error:.5f}")

figure, axes = plt.subplots(figsize=(6.4, 4.4), layout="constrained")
steps = 0.5**levels
axes.loglog(steps, errors, "o-", color=BLUE, lw=2, label="median of 500 particles")
axes.loglog(
    steps, errors[3] * steps / steps[3], "--", color="black", label="proportional to the step"
)
axes.set(xlabel="length of a step", ylabel="error at time 1", title="Euler's scheme, index 1.5")
axes.legend()

plt.show()
