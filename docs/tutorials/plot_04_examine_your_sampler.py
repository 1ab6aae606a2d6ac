r"""
Examine your sampler
====================

After this page you can put a sampler of stable noise to a battery of tests, read the report, know
what it could not have seen, make it a test of your own project, and do the same to an estimator and
a density.

**The mistake that people make**: a histogram that looks right.  All faults below have one.
"""

import textwrap

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import levy_stable

from stablenoise import Stable, examine, tails

# %%
# A sampler, and three faults that people really make
# ---------------------------------------------------
#
# The transform of Chambers, Mallows and Stuck, in the S0 form, as one writes it in NumPy.  The
# first fault is the sign of beta, by a formula in another form; the second, uniforms and all
# arithmetic in float32; the third, draws beyond 100 that are "outliers" and drawn again.

LAW = Stable(1.5, beta=0.5)


def transform(u, w, alpha=1.5, beta=0.5):
    """A stable variate from a uniform and an exponential one, in the format of both."""
    real = u.dtype.type
    alpha, tangent = real(alpha), real(beta * np.tan(np.pi * alpha / 2))
    angle = real(np.pi) * (u - real(0.5))
    tilted = alpha * angle + np.arctan(tangent)
    size = (1 + tangent**2) ** (1 / (2 * alpha))
    with np.errstate(all="ignore"):
        tail = (np.cos(angle - tilted) / w) ** ((1 - alpha) / alpha)
        return size * np.sin(tilted) / np.cos(angle) ** (1 / alpha) * tail - tangent


def right(size, rng):
    return transform(rng.random(size), rng.standard_exponential(size))


def wrong_sign(size, rng):
    return transform(rng.random(size), rng.standard_exponential(size), beta=-0.5)


def in_float32(size, rng):
    u = rng.random(size, dtype=np.float32)
    return transform(u, rng.standard_exponential(size, dtype=np.float32))


def no_outliers(size, rng):
    x = right(size, rng)
    far = np.abs(x) > 100
    x[far] = right(np.count_nonzero(far), rng)
    return x


# %%
# The examination
# ---------------
#
# :func:`stablenoise.examine.sampler` takes any ``draw(size, rng)``.  It looks after 1,024 draws,
# 2,048 and so on, with one level for all looks and tests together: a right sampler fails at most
# once in a million examinations.  A budget of "smoke" is 131,072 draws.

reports = {}
for draw in (right, wrong_sign, in_float32, no_outliers):
    reports[draw.__name__] = report = examine.sampler(draw, LAW, "smoke", seed=1)
    print(f"{draw.__name__:12} {report.grade:5} {report.diagnosis or ''}")
print()
for line in reports["no_outliers"].summary().splitlines():
    print(textwrap.fill(line, 72, subsequent_indent="    "))

# %%
# Read it from the top: the grade; a diagnosis, where the fault is a known mistake; after how many
# draws it was first seen, and by which test; then the findings with their p-values, the gravest
# first.  "Suspicious" would be an oddity, or what happens to a right sampler once in a thousand
# times.
#
# And float32 passed.

# %%
# What it could not have seen
# ---------------------------
#
# A pass says: no fault larger than this.  Scores tell the least shift that would have been seen.

for finding in reports["right"].findings:
    if "would have been detected" in finding.sentence and "all else" in finding.sentence:
        print(finding.sentence.replace(" if all else is right", ""))

# %%
# A fault in one draw of millions takes millions of draws.  Uniforms in float32 are multiples of
# 2^-24, so that one in 16.8 million is 0; the cosine of its angle, rounded in float32, is then
# negative, and a power of it NaN.  One NaN ends a training run.  (``stop_at_fault`` ends the
# examination at the first look that finds one.)

report = reports["in_float32, long"] = examine.sampler(
    in_float32, LAW, 2**25, seed=1, stop_at_fault=True
)
print(f"{report.grade} after {report.draws:,} draws:", report.diagnosis, sep="\n")

# %%
# Draws until a fault is seen
# ---------------------------
#
# One seed is one answer; here are three.  (Looks are at powers of two, so the answers are too.)

until = {}
for draw in (wrong_sign, no_outliers):
    many = [examine.sampler(draw, LAW, 2**20, seed=s, stop_at_fault=True) for s in range(1, 4)]
    until[draw.__name__] = [each.draws for each in many]
    print(f"{draw.__name__:12}", *(f"{n:9,}" for n in until[draw.__name__]))

figure, axes = plt.subplots(figsize=(5, 4), layout="constrained")
examine.sampler(no_outliers, LAW, 2**18, seed=1).plot(axes)
axes.set_title("no_outliers: each line is a test")
plt.show()

# %%
# In the tests of your own project
# --------------------------------
#
# :func:`stablenoise.examine.assert_stable_sampler` raises AssertionError with the report.  The
# seed is fixed, so that a test that calls it passes always or never.

try:
    examine.assert_stable_sampler(wrong_sign, LAW)
except AssertionError as error:
    print(*str(error).splitlines()[:4], sep="\n")

# %%
# An estimator, and a density
# ---------------------------
#
# The same for others' functions: bias, efficiency and coverage of an estimator; the worst error of
# a density by regions, with tails, jumps and ends.  SciPy's density is asked in the S1 form.

for estimate in (tails.log_moment.estimate, tails.hill.estimate):
    name = estimate.__module__.split(".")[-1]
    report = reports[name] = examine.estimator(estimate, Stable(1.8), 1000, 200, seed=1)
    bias, covered = report.bias.value, report.coverage.value
    print(f"{name:11} {report.grade}: bias {bias:+.3f}, 95% intervals cover {covered:.1%}")
scipy = levy_stable(1.5, 0.5, loc=LAW.to_s1()[3])
graded = examine.density(LAW, pdf=scipy.pdf)
print("SciPy's density", textwrap.fill(f"{graded.grade}: {graded.diagnosis}", 72), sep="\n")
figure, axes = plt.subplots(figsize=(5, 4), layout="constrained")
graded.plot(axes)
axes.set_title("errors of SciPy's density, alpha 1.5, beta 0.5")
plt.show()

# %%
# Where to go from here
# ---------------------
#
# * On the command line, in a child process that may hang or crash: ``stablenoise examine
#   mymodule:draw --alpha 1.5 --beta 0.5 --html report.html``.
# * What was found of thirteen libraries that others publish: :doc:`/health/index`.
# * Vectors are examined in the same way: give :class:`stablenoise.multivariate.Elliptical` as the
#   law.
