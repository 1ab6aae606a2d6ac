"""
What the parameters of a stable law do
======================================

A stable law has four parameters. Two only move and stretch it. The other two make its shape:
``alpha`` says how heavy the tails are, and ``beta`` how far they lean to one side. In the pictures
you see both, and why a plot of a density hides what matters: the tails.
"""

# %%
# The index alpha
# ---------------
#
# At 2 the law is Gaussian, at 1 Cauchy's. The smaller the index, the sharper the peak and the more
# mass lies far out.

import matplotlib.pyplot as plt
import numpy as np

from stablenoise import Stable

plt.rcParams.update({"font.size": 12, "figure.figsize": (6.4, 4.8), "lines.linewidth": 2.2})
COLOURS = "#000000", "#0072B2", "#009E73", "#E69F00", "#D55E00"  # Okabe and Ito
STYLES = "-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1))
ALPHAS = 2.0, 1.7, 1.3, 1.0, 0.7

x = np.linspace(-5, 5, 1001)
figure, axes = plt.subplots(layout="constrained")
for alpha, colour, style in zip(ALPHAS, COLOURS, STYLES, strict=True):
    axes.plot(x, Stable(alpha).pdf(x), color=colour, ls=style, label=f"alpha {alpha}")
axes.set(xlabel="x", ylabel="density", title="Symmetric stable laws, scale 1")
axes.legend()

# %%
# The tails
# ---------
#
# On logarithmic axes a power law is a straight line. For alpha below 2 the probability of a value
# beyond x falls like a power of x, with alpha as its exponent; the thin lines are that power with
# its known constant. The Gaussian tail is the only one that bends away, and it bends at once.
#
# Look at where the thick lines meet the thin ones. At 1.7 that is near 10: further in, the
# law looks steeper than it is. **That is why a sample of an index near 2 fools estimators of
# tails**: :doc:`plot_hill_paths` shows how.

far = np.geomspace(0.3, 1e4, 400)
figure, axes = plt.subplots(layout="constrained")
for alpha, colour, style in zip(ALPHAS, COLOURS, STYLES, strict=True):
    tail = 2 * Stable(alpha).sf(far)
    seen = tail > 1e-9
    axes.loglog(far[seen], tail[seen], color=colour, ls=style, label=f"alpha {alpha}")
    if alpha < 2:
        constant = 2 * Stable(alpha).sf(1e6) * 1e6**alpha
        axes.loglog(far, constant * far**-alpha, color=colour, lw=0.8)
        print(f"alpha {alpha}: P(|X| > x) is near {constant:.3f} x^-{alpha}")
axes.set(ylim=(1e-7, 2), xlabel="x", ylabel="P(|X| > x)", title="The same laws, far out")
axes.legend(loc="lower left")

# %%
# The skewness beta
# -----------------
#
# ``beta`` shares the mass of the two tails: (1 + beta) / 2 of it lies on the right. At 1 the left
# tail is no power any more. Here ``loc`` is that of Nolan's S0 form, in which laws change smoothly
# with alpha; in the older S1 form a skewed law near alpha = 1 would lie far off this picture.

figure, axes = plt.subplots(layout="constrained")
for beta, colour, style in zip((0.0, 0.5, 1.0), COLOURS[1:], STYLES, strict=False):
    axes.plot(x, Stable(1.2, beta).pdf(x), color=colour, ls=style, label=f"beta {beta}")
axes.set(xlabel="x", ylabel="density", title="Index 1.2, leaning to the right")
axes.legend()

plt.show()

# %%
# Next: sample from these laws and fit one (:doc:`/auto_tutorials/index`), or read what an index
# estimated from few values is worth (:doc:`/limits`).
