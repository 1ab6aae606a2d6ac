"""What is asked of a function by further calls: at its ends, in shapes and types, at jumps."""

from __future__ import annotations

import numpy as np

from ..drawing import Refusal
from ..findings import Finding
from . import errors
from .answers import Answers, Limits
from .calls import as_array
from .points import Points, zeta_of

__all__ = ["about_calls", "about_ends", "about_jumps", "about_support"]

ALONE = 5  # points that are asked alone
SHAPES = (2, 3), (1,), (0,)
SINGLE = 1e-5  # relative error of values at points of float32, from which on they are wrong
HALVINGS = 40  # of an interval with a jump
NARROW = 1e-9  # relative width at which it is found
OUTSIDE = 1e-3, 0.1, 1.0, 30.0, 1e4  # of the support, in the unit of the scale


def about_ends(a: Answers) -> Finding:
    """Values at infinite points, or at probabilities of 0 and 1; NaN at NaN."""
    if a.name == "ppf":
        at = {q: float(a.law.ppf(q)) for q in (0.0, 1.0)} | {-0.5: np.nan, 1.5: np.nan}
    else:
        at = {x: float(getattr(a.law, a.name)(x)) for x in (-np.inf, np.inf)}
    wrong, odd = [], []
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
        lost = f"values are {f.dtype}, of {np.finfo(f.dtype).precision} digits"
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
    told = f"a point asked alone has the same value, but for {apart[worst]:.2g} of it"
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
    told = f"points of float32 add at most {max(worst, 0.0):.2g} to relative errors"
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
    some = some[np.argsort(a.points.x[some])]
    log_error = np.log1p(a.signed[some])
    rounding = np.maximum(a.allowed[some][1:], a.allowed[some][:-1])
    change = np.abs(np.diff(log_error)) - 2 * rounding
    if not change.size:
        return None
    worst, size = int(np.argmax(change)), int(some.size)
    test, bulk = f"{a.name}: jumps", bool(a.bulk[some][worst])
    nothing = Finding(test, "pass", "its error changes nowhere at once", None, size)
    if limits.grade(float(change[worst]), bulk) == "pass":
        return nothing
    left, right = some[worst], some[worst + 1]
    seen = _halved(a, a.points.x[left], a.points.x[right], *log_error[worst : worst + 2])
    if seen is None:
        return nothing
    x, jump = seen
    grade = limits.grade(abs(jump), bulk)
    if grade == "pass":
        return nothing
    told = f"at x = {x:.8g} it jumps by the factor {np.exp(jump):.8g}"
    return Finding(test, grade, told, None, size, abs(jump))


def _halved(
    a: Answers, left: float, right: float, at_left: float, at_right: float
) -> tuple[float, float] | None:
    """Where the error jumps between two points, and by how much; None if it does not."""
    whole = abs(at_right - at_left)
    for _ in range(HALVINGS):
        middle = (left + right) / 2
        if right - left <= NARROW * max(abs(middle), a.law.scale):
            break
        at_middle = _log_error(a, middle)
        if at_middle is None:
            return None
        if abs(at_middle - at_left) > abs(at_right - at_middle):
            right, at_right = middle, at_middle
        else:
            left, at_left = middle, at_middle
    jump = at_right - at_left
    return ((left + right) / 2, jump) if abs(jump) > whole / 2 else None


def _log_error(a: Answers, x: float) -> float | None:
    point = np.array([x])
    below, above = float(a.law.cdf(x)), float(a.law.sf(x))
    at = Points(point, np.array([below]), np.array([min(below, above)]), point > np.inf, ("",), 0)
    at.upper[:] = above < below
    try:
        values = a.function.values(point)
    except Refusal:
        return None
    error = float(errors.relative(a.name, a.law, at, values)[0])
    return float(np.log1p(error)) if error > -1 else None
