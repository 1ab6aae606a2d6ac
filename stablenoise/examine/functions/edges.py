"""What is asked of a function by further calls: at its ends, in shapes and types, at jumps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..drawing import Refusal
from ..findings import Finding
from . import errors
from .answers import Answers, Limits, compared, precision
from .calls import as_array
from .points import BULK, Points, is_light, zeta_of
from .questions import about_bulk, gravest

__all__ = [
    "about_between",
    "about_calls",
    "about_ends",
    "about_jumps",
    "about_support",
    "about_tail_ends",
]

BETWEEN = 1 << 12  # points of the bulk beside those of panels, of a quick function
ALONE = 5  # points that are asked alone
SHAPES = (2, 3), (1,), (0,)
SINGLE = 1e-5  # relative error of values at points of float32, from which on they are wrong
CUT_BELOW = 1e-2  # probability of a tail beyond which one is looked for that is cut
HALVINGS = 40  # of an interval with a jump
NARROW = 1e-9  # relative width at which it is found
OUTSIDE = 1e-3, 0.1, 1.0, 30.0, 1e4  # of the support, in the unit of the scale


def about_ends(a: Answers) -> Finding:
    """Values at infinite points, or at probabilities of 0 and 1; NaN at NaN."""
    if a.name == "ppf":
        at = {q: float(a.law.ppf(q)) for q in (0.0, 1.0)} | {-0.5: np.nan, 1.5: np.nan}
    else:
        at = {x: float(getattr(a.law, a.name)(x)) for x in (-np.inf, np.inf)}
    wrong: list[str] = []
    odd: list[str] = []
    for point, right in (at | {np.nan: np.nan}).items():
        seen = _one(a, point)
        if isinstance(seen, str):
            odd += [f"at {point:g} {seen}"] * (not np.isnan(right))
        elif not _same(seen, right, a.law.scale):
            kind = odd if np.isnan(seen) or np.isnan(right) else wrong
            kind.append(f"{seen:g} at {point:g} in place of {right:g}")
    told = "; ".join(wrong + odd) or "right at " + ", ".join(f"{p:g}" for p in (*at, np.nan))
    grade = "fail" if wrong else "suspicious" if odd else "pass"
    return Finding(f"{a.name}: ends", grade, told, None, len(at) + 1)


def _same(seen: float, right: float, scale: float) -> bool:
    """Equal, but for roundings of a finite end of a support."""
    if np.isnan(right):
        return bool(np.isnan(seen))
    if np.isinf(right) or right in (0, 1):
        return seen == right
    return abs(seen - right) <= 1e-9 * max(abs(right), scale)


def _one(a: Answers, point: float) -> float | str:
    """The value at one point, or why there is none."""
    try:
        if a.function.one_by_one:
            return a.function.number(point)
        return float(a.function.numbers(np.array([point]))[0])
    except Refusal as refusal:
        return str(refusal)


def about_between(a: Answers, limits: Limits) -> Finding | None:
    """Whether a quick function is right at many points of the bulk, evenly in probability."""
    if not a.function.is_quick(BETWEEN):
        return None
    q = BULK + (1 - 2 * BULK) * (np.arange(BETWEEN) + 0.5) / BETWEEN
    x, upper = np.asarray(a.law.ppf(q)), q > 0.5
    points = Points(x, q, np.where(upper, 1 - q, q), upper, ("between",) * BETWEEN, 0)
    try:
        values = a.function.values(q if a.name == "ppf" else x)
    except Refusal as refusal:
        told = f"at {BETWEEN:,} points {refusal}"
        return Finding(f"{a.name}: between", "suspicious", told, None, BETWEEN)
    more = compared(a.name, a.law, points, a.function, values, np.ones(BETWEEN, bool))
    found = about_bulk(more, limits)
    return found and replace(found, test=f"{a.name}: between")


def about_support(a: Answers, limits: Limits) -> Finding | None:
    """Whether nothing lies beyond the end of the support of a one-sided law."""
    law = a.law
    if a.name == "ppf" or law.alpha >= 1 or abs(law.beta) != 1:
        return None
    end = zeta_of(law)
    x = end - law.beta * law.scale * np.array(OUTSIDE)
    test, right = f"{a.name}: support", np.asarray(getattr(law, a.name)(x))
    try:
        off = np.abs(a.function.values(x) - right)
    except Refusal as refusal:
        return Finding(test, "fail", f"outside of the support {refusal}", None, len(x))
    off = np.where(np.isnan(off), np.inf, off * (law.scale if a.name == "pdf" else 1.0))
    worst = int(np.argmax(off))
    if not off[worst]:
        told = f"it is {right[0]:g} beyond the end of the support, {end:.6g}"
        return Finding(test, "pass", told, None, len(x))
    told = f"off by {off[worst]:.3g} at {x[worst]:.6g}, beyond the end of the support, {end:.6g}"
    grade = "fail" if off[worst] > limits.tolerance else "suspicious"
    return Finding(test, grade, told, None, len(x), float(off[worst]))


def about_calls(a: Answers, limits: Limits) -> list[Finding]:
    """How it can be called: one by one, in shapes, with float32; what it does beside."""
    f, size = a.function, int(a.used.sum())
    told = "it takes single numbers only, and was asked one by one" if f.one_by_one else ""
    findings = [Finding(f"{a.name}: calls", "pass", told or "it takes arrays", None, size)]
    for kind, sentence in f.faults.items():
        findings.append(Finding(f"{a.name}: {kind}", "suspicious", sentence, None, size))
    if a.function.dtype.itemsize < 8 and a.function.dtype.kind == "f":
        digits = np.finfo(precision(f.dtype)).precision
        lost = f"values are {f.dtype}, of {digits} digits"
        findings.append(Finding(f"{a.name}: dtype", "suspicious", lost, None, size))
    if not f.one_by_one:
        findings += [x for x in (_alone(a, limits), _shapes(a), _single(a)) if x]
    return findings


def _alone(a: Answers, limits: Limits) -> Finding | None:
    """Whether a value depends on what it is asked together with."""
    some = np.flatnonzero(a.used & a.bulk & np.isfinite(a.values) & (a.values != 0))
    some = some[np.linspace(0, some.size - 1, ALONE).astype(int)] if some.size else some
    if not some.size:
        return None
    with_others = a.values[some]
    try:
        alone = np.concatenate([a.function.numbers(a.place[i : i + 1]) for i in some])
    except Refusal as refusal:
        return Finding(f"{a.name}: alone", "suspicious", f"of one point: {refusal}", None, ALONE)
    apart = np.abs(alone / with_others - 1)
    worst = int(np.argmax(np.where(np.isnan(apart), np.inf, apart)))
    grade = limits.grade(float(apart[worst]), True)
    told = "a point that is asked alone has the same value"
    told += f", but for {apart[worst]:.2g} of it" if apart[worst] else ""
    if grade != "pass":
        told = f"the value at {a.place[some[worst]]:.6g} is {alone[worst]:.8g} when asked alone and"
        told += f" {with_others[worst]:.8g} among others"
    return Finding(f"{a.name}: alone", grade, told, None, ALONE, float(apart[worst]))


def _shapes(a: Answers) -> Finding:
    """Whether values have the shape of the points."""
    good = a.place[np.flatnonzero(a.used & a.bulk)]
    wrong = []
    for shape in SHAPES:
        x = np.resize(good, shape) if good.size else np.zeros(shape)
        try:
            seen = as_array(a.function.ask(x)).shape
            wrong += [f"points of shape {shape} give values of shape {seen}"] * (seen != shape)
        except Refusal as refusal:
            wrong.append(f"at points of shape {shape} {refusal}")
    told = "; ".join(wrong) or f"shapes are kept: {', '.join(map(str, SHAPES))}"
    grade = "suspicious" if wrong else "pass"
    return Finding(f"{a.name}: shapes", grade, told, None, len(SHAPES))


def _single(a: Answers) -> Finding | None:
    """Whether points in float32 are taken for what they are."""
    some = np.flatnonzero(a.used & a.bulk & (np.abs(a.place) < 1e30))[::7]
    place = a.place[some].astype(np.float32)
    at = picked(a.points, some, place.astype(float), a.name)
    try:
        values = as_array(a.function.ask(place.copy())).astype(float)
        if values.shape != place.shape:
            return None
    except (Refusal, TypeError, ValueError) as refusal:
        told = f"at points of float32 {refusal}"
        return Finding(f"{a.name}: float32", "suspicious", told, None, some.size)
    single = float(np.finfo(np.float32).eps)
    allowed = errors.allowance(a.name, a.law, at, single)
    off = np.abs(errors.relative(a.name, a.law, at, values)) - allowed - a.excess[some]
    off = np.where(allowed < SINGLE * 100, off, 0.0)
    worst = float(np.max(np.where(np.isnan(off), np.inf, off), initial=0.0))
    grade = "suspicious" if worst > SINGLE else "pass"
    told = f"points of float32 add relative errors of {worst:.2g} at most"
    told = told if worst > 0 else "points of float32 add no error"
    return Finding(f"{a.name}: float32", grade, told, None, some.size, worst)


def picked(points: Points, some: np.ndarray, place: np.ndarray, name: str) -> Points:
    """Some of the points, moved."""
    x, q, upper = points.x[some], points.q[some], points.upper[some]
    x, q = (x, place) if name == "ppf" else (place, q)
    tail = np.where(upper, 1 - q, q) if name == "ppf" else points.tail[some]
    return Points(x, q, tail, upper, tuple(points.regions[i] for i in some), 0)


def about_jumps(a: Answers, limits: Limits) -> Finding | None:
    """The largest jump: where the error changes at once, as at the end of a table."""
    if a.name == "ppf":
        return None
    some = np.flatnonzero(a.used & np.isfinite(a.signed) & (a.signed > -1))
    some = some[np.argsort(a.points.x[some], kind="stable")]
    error = _unfolded(a, a.points.upper[some], a.signed[some])
    rounding = np.maximum(a.allowed[some][1:], a.allowed[some][:-1])
    change = np.abs(np.diff(error)) - 2 * rounding
    if not change.size:
        return None
    worst, size = gravest(change, a.bulk[some][:-1] & a.bulk[some][1:], limits), int(some.size)
    bulk = bool(a.bulk[some][worst])
    test = f"{a.name}: jumps"
    nothing = Finding(test, "pass", "it jumps nowhere", None, size)
    if limits.grade(float(change[worst]), bulk) == "pass":
        return nothing
    ends = a.points.x[some][worst : worst + 2]
    seen = _halved(a, (ends[0], error[worst]), (ends[1], error[worst + 1]))
    if seen is None or limits.grade(abs(seen[1]), bulk) == "pass":
        return nothing
    x, jump = seen
    by = f"the factor {np.exp(jump):.8g}" if a.name == "pdf" else f"{jump:.6g} of the smaller tail"
    told = f"at x = {x:.8g} it jumps by {by}"
    test = test if bulk else f"{a.name}: tail jumps"
    return Finding(test, limits.grade(abs(jump), bulk), told, None, size, abs(jump))


def _unfolded(a: Answers, upper: np.ndarray, signed: np.ndarray) -> np.ndarray:
    """Errors without a jump at the median: logarithms, or with the sign that values have."""
    if a.name == "pdf":
        return np.log1p(signed)
    return np.where(upper == (a.name == "sf"), signed, -signed)


Place = tuple[float, float]  # a point, and the error there


def _halved(a: Answers, left: Place, right: Place) -> Place | None:
    """Where the error jumps between two points, and by how much; None if it does not."""
    whole = abs(right[1] - left[1])
    for _ in range(HALVINGS):
        middle = (left[0] + right[0]) / 2
        if right[0] - left[0] <= NARROW * max(abs(middle), a.law.scale):
            break
        error = _error_at(a, middle)
        if not np.isfinite(error):
            return None
        if abs(error - left[1]) > abs(right[1] - error):
            right = middle, error
        else:
            left = middle, error
    jump = right[1] - left[1]
    return ((left[0] + right[0]) / 2, jump) if abs(jump) > whole / 2 else None


def _error_at(a: Answers, x: float) -> float:
    """As ``_unfolded`` has it; NaN where there is none."""
    signed, upper = _signed_at(a, x)
    return float(_unfolded(a, upper, signed)[0]) if signed[0] > -1 else np.nan


def _signed_at(a: Answers, x: float) -> tuple[np.ndarray, np.ndarray]:
    """The relative error at one point, and whether the smaller tail is above."""
    below, above = float(a.law.cdf(x)), float(a.law.sf(x))
    upper = np.array([above < below])
    at = Points(np.array([x]), np.array([below]), np.minimum([below], above), upper, ("",), 0)
    try:
        return errors.relative(a.name, a.law, at, a.function.values(at.x)), upper
    except Refusal:
        return np.array([np.nan]), upper


def about_tail_ends(a: Answers) -> list[Finding]:
    """Where a heavy tail is cut: values of 0, or of 1, from a point on."""
    sides = (False, True) if a.name != "ppf" else ()
    return [f for upper in sides for f in [_about_tail_end(a, upper)] if f]


def _about_tail_end(a: Answers, upper: bool) -> Finding | None:
    some = np.flatnonzero(a.used & (a.points.upper == upper) & (a.points.tail < CUT_BELOW))
    some = some[np.argsort(-a.points.tail[some])]  # outwards
    gone = a.signed[some] <= -1
    if is_light(a.law, upper) or not gone.size or gone[0] or not gone[-1]:
        return None
    last = int(np.flatnonzero(~gone)[-1])
    inner, outer = a.points.x[some[last]], a.points.x[some[last + 1]]
    for _ in range(HALVINGS):
        middle = (inner + outer) / 2
        if abs(outer - inner) <= NARROW * abs(middle):
            break
        cut = not _signed_at(a, middle)[0][0] > -1
        inner, outer = (inner, middle) if cut else (middle, outer)
    value = float(a.values[some[last + 1]])
    true = float(getattr(a.law, "sf" if upper else "cdf")(outer))
    side, sign = ("above", ">") if upper else ("below", "<")
    told = f"{side} x = {outer:.9g} it is {value:.6g}, though P(X {sign} x) is {true:.3g} there"
    return Finding(f"{a.name}: tail end", "fail", told, None, int(some.size))
