"""What is asked of an estimator, and when its answer is a fault.

A fault is one that would be found without cause once in 10^6 times (``CERTAINTY``): exactly so for
coverage; for bias and scale as far as the estimates are normal, which Student's t asks for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import isfinite, sqrt

import numpy as np
from scipy.special import bdtr, bdtrc, gammainc, gammaincc, nctdtr, stdtr

from ...estimate import Estimate
from ..findings import CERTAINTY, Finding
from .figures import spread

__all__ = [
    "about_answers",
    "about_bias",
    "about_coverage",
    "about_efficiency",
    "about_scale",
    "about_spread",
]

HARMFUL_BIAS = 0.25
"""In standard deviations: it adds 3% to the RMSE, and takes 0.7% from a coverage of 95%."""
MANY_PROBES_FAIL = 0.5
SAME = 1e-6  # in standard deviations, below which two estimates are one
HARMFUL_SHIFT = 0.05  # the same, of an estimate when the sample has another unit


def about_answers(messages: Mapping[str, int], asked: int) -> Finding:
    """Whether the estimator answers every time."""
    failed = sum(messages.values())
    if asked - failed < 2 and not failed:
        return Finding("answers", "fail", f"it was asked {asked} times", None, asked)
    if not failed:
        return Finding("answers", "pass", f"it answers {asked:,} of {asked:,} times", None, asked)
    most, count = Counter(messages).most_common(1)[0]
    grade = "fail" if asked - failed < 2 else "suspicious"
    told = f"it fails {failed:,} of {asked:,} times, {count:,} of them with: {most}"
    return Finding("answers", grade, told, None, asked)


def about_bias(bias: Estimate, sd: Estimate) -> Finding:
    """Whether the mean is off, and by so much that it matters."""
    told = f"{bias.value:+.4g} +- {bias.stderr:.2g}"
    if not sd.value:
        return Finding("bias", "pass" if not bias.value else "fail", told, None, bias.n)
    share, dof = bias.value / sd.value, bias.n - 1
    t = bias.value / bias.stderr
    p_value = float(2 * stdtr(dof, -abs(t)))
    size = f"{abs(share):.2g} of its standard deviation"
    if p_value >= CERTAINTY:
        return Finding("bias", "pass", f"none that is sure: {told}", p_value, bias.n)
    # Student's t about a bias that just matters: the chance of one as far out; on the other side
    # it is less than about no bias.
    harmless = 1 - nctdtr(dof, sqrt(bias.n) * HARMFUL_BIAS, abs(t)) + p_value / 2
    if harmless < CERTAINTY:
        return Finding("bias", "fail", f"biased by {told}, {size}", p_value, bias.n)
    small = abs(share) <= HARMFUL_BIAS
    why = f"{'less' if small else 'not surely more'} than {HARMFUL_BIAS:g} of it, which is let pass"
    grade = "pass" if small else "suspicious"
    return Finding("bias", grade, f"biased by {told}, {size}: {why}", p_value, bias.n)


def about_spread(sd: Estimate, value: float) -> Finding | None:
    """A fault if all estimates are one."""
    if sd.value:
        return None
    told = f"every estimate is {value:.6g}: it does not depend on the sample"
    return Finding("spread", "fail", told, None, sd.n)


def about_efficiency(reached: Estimate, size: int) -> Finding:
    """How far the error is from the bound; being far is no fault.

    For estimates that are normal about the true value with the bound's variance, R / efficiency
    has the chi-square law with R degrees of freedom.
    """
    statistic = size / reached.value
    tails = gammainc(size / 2, statistic / 2), gammaincc(size / 2, statistic / 2)
    p_value = float(min(1.0, 2 * min(tails)))
    told = f"{reached.value:.4g} +- {reached.stderr:.2g}"
    if p_value >= CERTAINTY:
        said = f"{told}: the bound is reached, within error"
    elif reached.value < 1:
        times = f"{reached.value**-0.5:.4g} times the bound"
        said = f"{told}: its error is {times}, which is told and never counted as a fault"
    else:
        why = "near the end of a range, or what it is told is not among known"
        said = f"{told}: its error is below the bound, which is for unbiased estimators ({why})"
    return Finding("efficiency", "pass", said, p_value, size)


def about_coverage(reached: Estimate, level: float) -> Finding:
    """Whether the intervals hold the true value as often as they say, by the exact binomial law."""
    size = reached.n
    counts = np.arange(size + 1)
    below, above = bdtr(counts, size, level), bdtrc(counts - 1, size, level)
    above[0] = 1.0  # of 0 or more
    p_values = np.minimum(1.0, 2 * np.minimum(below, above))
    p_value = float(p_values[round(reached.value * size)])
    allowed = counts[p_values >= CERTAINTY] / size
    ends = f"{allowed[0]:.4g} to {allowed[-1]:.4g} would be"
    told = f"{reached.value:.4g} +- {reached.stderr:.2g} of {size:,} intervals hold the true value"
    if p_value >= CERTAINTY:
        said = f"{told}: consistent with {level:g}, as {ends}"
        return Finding("coverage", "pass", said, p_value, size)
    short = reached.value < level
    said = f"{told}: they are too {'short' if short else 'wide'} for {level:g}, as {ends} right"
    return Finding("coverage", "fail" if short else "suspicious", said, p_value, size)


def about_scale(values: np.ndarray, rescaled: np.ndarray, sd: Estimate, law_unit: str) -> Finding:
    """Whether estimates from samples in another unit are the same, NaN where there is none."""
    size, lost = len(values), int(np.isnan(rescaled).sum())
    other = "in another unit (values times 1,024)"
    if lost:
        grade = "fail" if lost > MANY_PROBES_FAIL * size else "suspicious"
        told = f"it fails on {lost} of {size} samples {other} that it takes in the first"
        return Finding("scale", grade, told, None, size)
    shift = rescaled - values
    unit = sd.value or float(np.max(np.abs(values))) or 1.0
    if np.max(np.abs(shift)) <= SAME * unit:
        return Finding("scale", "pass", f"samples {other} give the same {law_unit}", None, size)
    mean, noise = float(shift.mean()), spread(shift).value / sqrt(size)
    # Of shifts without a mean, as those of a spread of heavy tails are, the signs tell
    by_mean = float(2 * stdtr(size - 1, -abs(mean) / noise)) if noise else 0.0
    one_way = max(np.count_nonzero(shift > 0), np.count_nonzero(shift < 0))
    by_signs = float(2 * bdtrc(one_way - 1, size, 0.5))
    p_value = min(1.0, 2 * by_mean, 2 * by_signs)
    told = f"samples {other} move it by {mean / unit:+.2g} of its standard deviation"
    harmful = p_value < CERTAINTY and abs(mean) > HARMFUL_SHIFT * unit and isfinite(mean)
    return Finding("scale", "fail" if harmful else "pass", told, p_value, size)
