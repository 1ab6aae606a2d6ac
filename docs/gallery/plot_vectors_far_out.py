"""
Heavy-tailed vectors: where the far ones lie
============================================

In one dimension a stable law leans to the left or to the right. In two it can lean anywhere: its
*spectral measure* says how much of the far mass lies in which direction. The pictures show four
laws of one index whose clouds and far points look nothing alike.
"""

# %%
# Four clouds of index 1.5
# ------------------------
#
# The first three are the noises of papers on heavy-tailed SGD, types I, II and III: one variate for
# both coordinates, one for each, and a vector of equal law in all directions. The fourth has a
# measure of three atoms. In the first three each coordinate has scale 1; directions are of length
# 1, so that the atoms (1, 1) and (-1, -1) of type I weigh 2^(alpha / 2) / 2. Far out, points lie
# along the atoms, as one large variate is enough to get there.

import matplotlib.pyplot as plt
import numpy as np

from stablenoise.multivariate import DiscreteSpectral, Isotropic

plt.rcParams.update({"font.size": 12, "figure.figsize": (6.4, 6.8)})
ALPHA, N, HALF = 1.5, 200_000, 40
angles = np.radians([90, 210, 330])
LAWS = {
    "I: one variate": DiscreteSpectral(ALPHA, [[1, 1], [-1, -1]], [2 ** (ALPHA / 2) / 2] * 2),
    "II: independent": DiscreteSpectral(ALPHA, [[1, 0], [-1, 0], [0, 1], [0, -1]], [0.5] * 4),
    "III: isotropic": Isotropic(ALPHA, dim=2),
    "three atoms": DiscreteSpectral(
        ALPHA, np.column_stack([np.cos(angles), np.sin(angles)]), [1, 1, 1]
    ),
}
clouds = {name: law.rvs(N, rng=1) for name, law in LAWS.items()}

figure, panels = plt.subplots(2, 2, layout="constrained")
for axes, (name, points) in zip(panels.flat, clouds.items(), strict=True):
    axes.plot(*points[:40_000].T, ",", color="#0072B2", alpha=0.6)
    axes.set(xlim=(-HALF, HALF), ylim=(-HALF, HALF), aspect="equal", title=name)
    axes.set(xticks=[-40, 0, 40], yticks=[-40, 0, 40])
figure.suptitle("40,000 draws each, index 1.5")

# %%
# The directions of the far points
# --------------------------------
#
# The share of draws beyond 30 in each direction, in sectors of 10 degrees: an estimate of the
# spectral measure. For the isotropic law it is a circle.

figure, panels = plt.subplots(2, 2, subplot_kw={"projection": "polar"}, layout="constrained")
sectors = np.linspace(-np.pi, np.pi, 37)
for axes, (name, points) in zip(panels.flat, clouds.items(), strict=True):
    far = points[np.hypot(*points.T) > 30]
    counts, _ = np.histogram(np.arctan2(far[:, 1], far[:, 0]), sectors)
    shares = counts / counts.sum()
    axes.bar(sectors[:-1], shares, width=np.radians(10), align="edge", color="#D55E00")
    axes.set(yticklabels=[], xticklabels=[], title=name)
    top = shares.max()
    print(f"{name}: {far.shape[0]:,} of {N:,} draws beyond 30, {top:.0%} of them in one sector")
figure.suptitle("Directions of the draws beyond 30")

plt.show()

# %%
# **The mistake that people make**: they compare lengths of columns of networks with these three
# noises, though coordinates of one scale give other lengths: in dimension d those of type II grow
# like d^(1 / alpha) and those of type III like d^(1 / 2). Up to that factor the two have nearly one
# law of lengths in high dimension, and equal pruned shares; type I has not (:claim:`P1-12`).
