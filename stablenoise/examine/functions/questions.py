"""What is asked of the values that a function gave, and the answers as findings."""

from __future__ import annotations

import numpy as np

from ..findings import GRADES, Finding
from .answers import Answers, Limits
from .errors import FUNCTIONS
from .points import is_light

__all__ = ["about_values"]

WRONG_SHARE = 1e-12  # by which a probability may leave [0, 1] before it is wrong
FEWEST = 4  # points from which the power of a tail is told
POWER_FROM, POWER_TO = 1e-5, 1e-16  # probabilities between which that is read


def about_values(answers: Answers, limits: Limits) -> list[Finding]:
    """Findings on one function's values."""
    parts = [about_range(answers), about_bulk(answers, limits)]
    parts += [about_tail(answers, limits, upper) for upper in (False, True)]
    parts += [about_power(answers, limits, upper) for upper in (False, True)]
    parts += [about_order(answers, limits), about_flats(answers, limits)]
    parts += [about_symmetry(answers, limits)]
    return [finding for finding in parts if finding]


def about_range(a: Answers) -> Finding:
    """Whether all values are numbers, not negative, and probabilities at most 1."""
    at = np.isfinite(a.place) & a.used
    size, test = int(at.sum()), f"{a.name}: values"
    lost = at & ~np.isfinite(a.values)
    if lost.any():
        shown = lost & a.bulk if (lost & a.bulk).any() else lost
        where, seen = a.place[shown][0], a.values[shown][0]
        count = int(lost.sum())
        told = f"{count} of {size} values are NaN or infinite, such as {seen} at {where:.6g}"
        return Finding(
            _test(a, "values", bool((lost & a.bulk).any())), "fail", told, None, size, float(count)
        )
    if a.name == "ppf":
        return Finding(test, "pass", f"{size} values are finite", None, size)
    beyond = np.where(at, np.maximum(-a.values, 0.0), 0.0)
    if a.name != "pdf":
        beyond = np.where(at, np.maximum(beyond, a.values - 1), 0.0)
    count, worst = int((beyond > 0).sum()), int(np.argmax(beyond))
    if not count:
        told = "not negative" if a.name == "pdf" else "between 0 and 1"
        return Finding(test, "pass", f"{size} values are finite and {told}", None, size)
    grade = "fail" if a.name == "pdf" or beyond[worst] > WRONG_SHARE else "suspicious"
    rule = "are negative" if a.name == "pdf" else "are not between 0 and 1"
    seen = f"{a.values[worst]:.6g} at {a.place[worst]:.6g}"
    test = _test(a, "values", bool(((beyond > 0) & a.bulk).any()))
    return Finding(test, grade, f"{count} of {size} values {rule}, such as {seen}", None, size)


def _test(a: Answers, name: str, bulk: bool) -> str:
    """What a finding is about: said to be of a tail where the bulk has nothing of it."""
    return f"{a.name}: {name}" if bulk else f"{a.name}: tail {name}"


def gravest(errors: np.ndarray, bulk: np.ndarray, limits: Limits) -> int:
    """The place of the worst error: that of the bulk if none in a tail has a graver grade."""
    worst = int(np.argmax(errors))
    in_bulk = int(np.argmax(np.where(bulk, errors, -np.inf)))
    grades = limits.grade(float(errors[in_bulk]), True), limits.grade(float(errors[worst]), False)
    is_as_grave = bulk[in_bulk] and GRADES.index(grades[0]) >= GRADES.index(grades[1])
    return in_bulk if is_as_grave and grades[0] != "pass" else worst


def about_bulk(a: Answers, limits: Limits) -> Finding | None:
    """The worst error between the quantiles of 1e-4, and next to zeta."""
    return _about_errors(a, limits, a.bulk, "bulk")


def about_tail(a: Answers, limits: Limits, upper: bool) -> Finding | None:
    """The worst error beyond the quantile of 1e-4."""
    some = ~a.bulk & (a.points.upper == upper)
    return _about_errors(a, limits, some, f"{'right' if upper else 'left'} tail")


def _about_errors(a: Answers, limits: Limits, some: np.ndarray, name: str) -> Finding | None:
    some = np.flatnonzero(some & a.used)
    if not some.size:
        return None
    excess = a.excess[some]
    worst = some[int(np.argmax(excess))]
    grade = limits.grade(float(a.excess[worst]), name == "bulk")
    told = (
        f"relative errors of the {FUNCTIONS[a.name]}, beyond rounding, are {a.excess[worst]:.2g}"
        f" at worst, at {a.where(worst)} ({a.points.regions[worst]}),"
        f" and {np.median(excess):.2g} in the median"
    )
    if not a.excess[worst]:
        told = f"the {FUNCTIONS[a.name]} has no error beyond rounding at {some.size} points"
    if grade != "pass":
        told += f": {a.values[worst]:.8g} in place of {a.true_values[worst]:.8g}"
    size = int(some.size)
    return Finding(f"{a.name}: {name}", grade, told, None, size, float(a.excess[worst]))


def about_power(a: Answers, limits: Limits, upper: bool) -> Finding | None:
    """With which power and which constant a heavy tail falls, or where it is 0."""
    if is_light(a.law, upper):
        return None
    inside = (a.points.tail <= POWER_FROM) & (a.points.tail >= POWER_TO)
    exact = a.allowed < limits.tolerance
    some = np.flatnonzero(a.used & inside & exact & (a.points.upper == upper))
    if some.size < FEWEST:
        return None
    side, size = "right" if upper else "left", int(some.size)
    test = f"{a.name}: {side} power"
    ratio = a.signed[some] + 1
    if not (ratio > 0).all() or not np.isfinite(ratio).all():
        return None  # what has no power is told by ``edges.about_tail_end``
    size_of_x = np.log(np.abs(np.asarray(a.law.ppf(a.points.q[some])) - a.law.loc))
    if a.name != "ppf":
        size_of_x = np.log(np.abs(a.points.x[some] - a.law.loc))
    slope, level = np.polyfit(size_of_x, np.log(ratio), 1)
    factor = np.exp(level + slope * size_of_x.max())
    alpha = a.law.alpha - slope
    if a.name == "ppf":  # what is compared is the probability of a point that is another power of q
        alpha, factor = a.law.alpha / max(1 - slope / a.law.alpha, 1e-300), 1 / factor
    wrong = max(max(abs(slope), abs(factor - 1)) - float(np.max(a.allowed[some])), 0.0)
    beta = f"1 {'+' if upper else '-'} beta"
    told = (
        f"the tail falls with exponent {alpha:.6g} (alpha is {a.law.alpha:.6g}), with {factor:.6g}"
        f" times the constant ({beta}) C_alpha at a probability of {a.points.tail[some].min():.2g}"
    )
    return Finding(test, limits.grade(wrong, False), told, None, size, wrong)


def in_order(a: Answers) -> np.ndarray:
    """Points that are used and have a finite value, by their place."""
    some = np.flatnonzero(a.used & np.isfinite(a.values))
    return some[np.argsort(a.place[some], kind="stable")]


def about_order(a: Answers, limits: Limits) -> Finding | None:
    """Whether a function that must rise, or fall, does so."""
    some = in_order(a)
    if a.name == "pdf" or some.size < 2:
        return None
    sign = -1 if a.name == "sf" else 1
    back = -sign * np.diff(a.values[some])
    if a.name == "ppf":
        unit = np.maximum(np.abs(a.values[some][1:] - a.law.loc), a.law.scale)
    else:
        unit = a.points.tail[some][1:]
    back = np.where(back > 4 * a.eps * np.abs(a.values[some][1:]), back / unit, 0.0)
    bulk = a.bulk[some][1:]
    worst, size = gravest(back, bulk, limits), int(some.size)
    word = "falls" if sign > 0 else "rises"
    if back[worst] <= 0:
        return Finding(f"{a.name}: order", "pass", f"it never {word} between points", None, size)
    left, right = a.place[some][worst : worst + 2]
    told = f"it {word} from {left:.8g} to {right:.8g}, by {back[worst]:.2g} of "
    told += "the point's size" if a.name == "ppf" else "the smaller tail"
    grade = limits.grade(float(back[worst]), bool(bulk[worst]))
    test = _test(a, "order", bool(bulk[worst]))
    return Finding(test, grade, told, None, size, float(back[worst]))


def about_flats(a: Answers, limits: Limits) -> Finding | None:
    """The largest step on which values stay the same though the law's change."""
    some = in_order(a)
    if some.size < 2:
        return None
    values, true = a.values[some], a.true_values[some]
    starts = np.flatnonzero(np.append(True, np.diff(values) != 0))
    ends = np.append(starts[1:], some.size) - 1
    change = np.abs(true[ends] - true[starts])
    unit = np.abs(true[starts])
    if a.name == "ppf":
        unit = np.maximum(np.abs(true[starts] - a.law.loc), a.law.scale)
    seen = (ends > starts) & (values[starts] != 0) & (change > 16 * a.eps * unit)
    if a.name in ("cdf", "sf"):
        seen &= values[starts] != 1
    change = np.where(seen, change / unit, 0.0)
    bulk = a.bulk[some][starts]
    worst, size = gravest(change, bulk, limits), int(some.size)
    if not change[worst] > 0:
        told = "it is nowhere constant where it should not be"
        return Finding(f"{a.name}: flat steps", "pass", told, None, size)
    left, right = a.place[some][starts[worst]], a.place[some][ends[worst]]
    told = (
        f"it is {values[starts[worst]]:.8g} from {left:.6g} to {right:.6g} at least,"
        f" where it should change by {change[worst]:.2g} of its value"
    )
    grade = limits.grade(float(change[worst]), bool(bulk[worst]))
    test = _test(a, "flat steps", bool(bulk[worst]))
    return Finding(test, grade, told, None, size, float(change[worst]))


def about_symmetry(a: Answers, limits: Limits) -> Finding | None:
    """Whether a symmetric law's function is the same on either side of its location."""
    if a.law.beta or a.name in ("cdf", "sf"):  # of which only one tail has all digits
        return None
    ratio = a.points.by_panel(np.where(a.used, a.signed, np.nan))
    allowed = a.points.by_panel(a.allowed)
    bulk = a.points.by_panel(a.bulk)[0]
    with np.errstate(invalid="ignore"):
        apart = np.abs(ratio[1] - ratio[0]) - allowed.sum(axis=0)
    apart = np.where(bulk & ~np.isnan(apart), apart, 0.0).ravel()
    worst, size = int(np.argmax(apart)), int(bulk.sum())
    error = max(float(apart[worst]), 0.0)
    x = abs(a.points.x[worst] - a.law.loc)
    told = f"at {x:.6g} to the right and to the left of loc it differs by {error:.2g} of its value"
    told = told if error else "it is the same on either side of loc, but for rounding"
    return Finding(f"{a.name}: symmetry", limits.grade(error, True), told, None, size, error)
