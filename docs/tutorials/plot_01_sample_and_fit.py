r"""
Sample from a stable law, and fit one
=====================================

After this page you can draw from a stable law, ask for its density and both of its tails, and fit
one to numbers of your own, with intervals that you may believe.

**The mistake that people make**: they read a far tail off one minus a distribution function, and
get 0 or noise.  The second part shows it.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import levy_stable

from stablenoise import Stable, fit

# %%
# A law, its draws, and its tails
# -------------------------------
#
# A stable law has four parameters: ``alpha`` in (0, 2] says how heavy the tails are (2 is the
# Gaussian law; below 2 the variance is infinite), ``beta`` in [-1, 1] how they differ, ``scale``
# and ``loc`` where it is and how wide.  The form is Nolan's S0, in which nothing jumps where alpha
# is 1.  ``rng`` is whatever ``numpy.random.default_rng`` takes.

law = Stable(alpha=1.7, beta=0.5, scale=2.0, loc=1.0)
x = law.rvs(5000, rng=1)
print("density at 0, 10, 1e6:  ", law.pdf([0.0, 10.0, 1e6]))
print("P(X > 1e6), P(X < -1e6):", law.sf(1e6), law.cdf(-1e6))
print("exceeded once in 1e9:   ", law.isf(1e-9))

# %%
# Far out, beside SciPy
# ---------------------
#
# Which of two libraries is right about P(X > 1000)?  Count draws, and let the draws be those of
# the library that is in doubt.  SciPy takes the S1 form, which ``to_s1`` gives.

rng, tails = np.random.default_rng(1), []
print(f"{'alpha':>6}{'SciPy says':>13}{'we say':>13}{'share of its draws':>21}{'+-':>10}")
for alpha in (1.7, 1.5, 1.2, 1.005):
    here = Stable(alpha, beta=0.5)
    scipy = levy_stable(alpha, 0.5, loc=here.to_s1()[3])
    beyond = np.count_nonzero(scipy.rvs(10**6, random_state=rng) > 1000)
    row = alpha, float(scipy.sf(1000)), float(here.sf(1000)), beyond / 1e6, beyond**0.5 / 1e6
    print("{:6}{:13.3g}{:13.3g}{:21.3g}{:10.1g}".format(*row))
    tails.append(row)

# %%
# SciPy's tail is 0 where its own sampler goes.  The share of the draws agrees with ours within its
# error, the last column: of a million draws few lie there at alpha = 1.7, hundreds near 1.
#
# A law fitted by maximum likelihood
# ----------------------------------
#
# Standard errors come from the Fisher information at the estimate.  The truth was 1.7, 0.5, 2, 1.

result = fit.stable(x)
intervals = result.conf_int(0.99)
print(result.summary())
print("99% interval of alpha:", np.round(intervals["alpha"], 3))

# %%
# At the end of the range
# -----------------------
#
# Draws of a Gaussian law are draws of a stable law at the very end of its range.  There the
# estimate often *is* the end.  A normal interval about it would be wrong, so that there is no
# standard error (NaN), ``at_bound`` says which parameter it is, and the interval comes from the
# likelihood itself.  And where alpha is 2, nothing is known of beta: it may be anything.  Read
# ``at_bound`` before you quote a number.

gauss = fit.stable(Stable(2.0).rvs(5000, rng=2))
print(f"alpha = {gauss.alpha} +- {gauss.bse['alpha']}, at an end of the range: {gauss.at_bound}")
for name in ("alpha", "beta"):
    print(f"95% interval of {name}:", np.round(gauss.conf_int()[name], 4))

# %%
# What was fitted, drawn
# ----------------------
#
# Look at the tails on logarithmic axes: a power is a straight line of slope -alpha.  The dots are
# the data, of which nothing is known below one in 5,000; the lines go on.

figure, (centre, tail) = plt.subplots(2, 1, figsize=(5, 7), layout="constrained")
grid = np.linspace(-10, 15, 400)
centre.hist(x, np.linspace(-10, 15, 76), density=True, color="0.85", label="5,000 draws")
centre.plot(grid, law.pdf(grid), color="#0072B2", lw=3, label="the truth")
centre.plot(grid, result.params.pdf(grid), color="#D55E00", ls="--", lw=2, label="fitted")
centre.set(xlabel="x", ylabel="density")
centre.legend()

far = np.geomspace(3, 1e5, 200)
ranks = np.arange(1, x.size + 1) / x.size
for sign, marker, color, side in ((1, "o", "#0072B2", "right"), (-1, "s", "#D55E00", "left")):
    sizes = np.sort(sign * x)[::-1]
    beyond = result.params.sf(far) if sign == 1 else result.params.cdf(-far)
    tail.loglog(sizes[sizes > 3], ranks[sizes > 3], marker, color=color, ms=4, alpha=0.5)
    tail.loglog(far, beyond, color=color, lw=2, label=f"{side} tail, fitted")
tail.set(xlabel="size", ylabel="probability beyond it", ylim=(1e-9, 1))
tail.legend()
plt.show()

# %%
# Where to go from here
# ---------------------
#
# * Your data are no draws of ours: :doc:`plot_02_returns_of_the_sp500` asks whether they are
#   stable at all, which :func:`stablenoise.fit.stable` does not.
# * Only the tail matters to you: :doc:`plot_03_tail_index_without_fooling_yourself`.
# * Which of the library's numbers were checked against what: :doc:`/accuracy/index`.
