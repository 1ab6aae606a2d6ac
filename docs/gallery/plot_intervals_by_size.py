"""
What 100 values say about an index, and what they do not
========================================================

Before you report an index, look at its interval. Here are likelihood fits of index and scale, with
intervals at 95%, of twelve samples of each size: first of a stable law of index 1.7, then of a law
that is not stable at all. The fit is even told that both are symmetric about 0.
"""

# %%
# The right model
# ---------------
#
# At 100 values a typical interval is half a unit wide: it does not tell 1.5 from 1.9. The width
# falls with the root of the number of values.

import matplotlib.pyplot as plt
import numpy as np

from stablenoise import Stable, fit

plt.rcParams.update({"font.size": 12, "figure.figsize": (6.4, 7.0)})
SIZES, SAMPLES = (100, 1_000, 10_000), 12
rng = np.random.default_rng(1)


def intervals(draw, n: int) -> np.ndarray:
    """Estimate of alpha and its ends, for each sample of n values."""
    results = [fit.stable(draw(n), beta=0.0, loc=0.0) for _ in range(SAMPLES)]
    return np.array([(result.alpha, *result.conf_int()["alpha"]) for result in results])


def forest(title: str, draw, truth: float | None) -> None:
    """Draw the intervals of all samples, by size."""
    figure, panels = plt.subplots(3, 1, sharex=True, layout="constrained")
    for axes, n in zip(panels, SIZES, strict=True):
        value, low, high = intervals(draw, n).T
        rows = np.arange(SAMPLES)
        axes.hlines(rows, low, np.minimum(high, 2), color="#56B4E9", lw=3)
        axes.plot(value, rows, "o", color="#0072B2", ms=5)
        axes.axvline(2, color="black", lw=1)
        if truth:
            axes.axvline(truth, color="#D55E00", ls="--", lw=2)
        axes.set(yticks=[], xlim=(0.9, 2.05), title=f"{n:,} values")
        width = np.median(np.minimum(high, 2) - low)
        print(f"{title}, {n:,} values: median index {np.median(value):.2f}, "
              f"median width of an interval {width:.2f}")  # fmt: skip
    panels[-1].set_xlabel("index by likelihood, with its interval at 95%")
    figure.suptitle(title)


forest("stable, index 1.7", lambda n: Stable(1.7).rvs(n, rng=rng), 1.7)

# %%
# The wrong model
# ---------------
#
# Student's law with 3 degrees of freedom has a finite variance and the tail index 3. The stable fit
# reads an index below 2 all the same, and more data only make it surer: **the interval is right if
# the law is stable, and says nothing of whether it is**. That is asked by a test of fit, which
# needs data of its own: here is the share of samples that it refuses at 1%.

forest("Student 3: not stable", lambda n: rng.standard_t(3, n), None)
for n in SIZES:
    passed = sum(fit.diagnose(rng.standard_t(3, n)).is_stable for _ in range(SAMPLES))
    print(f"{n:,} values of Student 3: taken for stable in {passed} of {SAMPLES} samples")

plt.show()

# %%
# More of what numbers do not tell: :doc:`/limits`. Claims behind it: :claim:`E-4`, :claim:`E-7`.
