"""What a function is instead, in one sentence, and if it is right in the bulk what is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import least_squares
from scipy.stats import t as student

from ...stable import Stable
from ..findings import Finding, worst
from ..known_mistakes import mistakes
from . import errors
from .answers import FINE, Answers, Limits
from .errors import FUNCTIONS
from .points import Points
from .zolotarev import forms

__all__ = ["diagnosis"]

COMPARED = 40  # points at which laws are compared
CLEARLY = 1 / 30  # of the law's own error: what explains a fault leaves less
EXPLAINS = 1e-3  # relative error that it leaves at most
SHARE = 0.8  # of the points at which that is asked: elsewhere there may be faults of other kinds
AS_GOOD = 10.0  # times the least error: the simplest explanation as good as this is told
EXACT = 1e-9  # an error below which no explanation is better than another
LEAST_ALPHA = 0.03
EVALUATIONS = 60
NAMES = "alpha", "beta", "scale", "loc"
OF_BULK = "values", "flat steps", "order", "jumps", "bulk", "between"
OF_TAILS = (
    *("tail values", "support", "tail end", "tail flat steps", "tail order", "tail jumps"),
    *("power", "tail"),
)
OF_BOTH = "ends", "integral", "symmetry"
"""What is wrong in one part of the line, those first that say most."""


class Explanation(NamedTuple):
    """What would give such values, and the error that it leaves."""

    error: float
    sentence: str


def diagnosis(a: Answers, limits: Limits, findings: Sequence[Finding]) -> str | None:
    """The sentence of what explains the findings on one function; None if all is well."""
    wrong = [f for f in findings if f.grade != "pass"]
    gravest = [f for f in wrong if f.grade == worst(tuple(wrong))]
    if not wrong:
        return None
    alone = [f.sentence for f in gravest if f.test.endswith(": alone")]
    own = _error(a, a.law)
    known = _tried(a, own) if own > FINE * limits.tolerance and not alone else []
    if alone or (explained := _simplest(known, own)):
        return alone[0] if alone else explained
    most = "in the bulk" if not _has(gravest, "bulk") else "in most of the bulk"
    right = own <= limits.tolerance and _has(gravest, *OF_BULK, *OF_TAILS, *OF_BOTH)
    return (f"it is right {most}, but " if right else "") + _local(gravest)


def _has(findings: Sequence[Finding], *names: str) -> bool:
    return any(f.test.endswith(name) for f in findings for name in names)


def _simplest(known: Sequence[Explanation], own: float) -> str | None:
    """The first of those that explain nearly as well as the best."""
    least = min((e.error for e in known), default=np.inf)
    if not least <= min(EXPLAINS, CLEARLY * own):
        return None
    enough = min(EXPLAINS, CLEARLY * own, max(AS_GOOD * least, EXACT))
    return next(e.sentence for e in known if e.error <= enough)


def _tried(a: Answers, own: float) -> list[Explanation]:
    """Explanations up to the first that leaves no error, if there is such a one."""
    tried = []
    for explanation in _explanations(a):
        tried.append(explanation)
        if explanation.error <= min(EXACT, CLEARLY * own):
            break
    return tried


def _explanations(a: Answers) -> Iterator[Explanation]:
    """All that are tried, the simplest first."""
    yield from _other_functions(a)
    for mistake in (*mistakes(a.law), *forms(a.law)):
        yield Explanation(_error(a, mistake.law), mistake.sentence)
    yield from _factors(a)
    for free in (("scale",), ("loc",), ("alpha",), ("beta",), ("scale", "loc"), NAMES):
        law = _fitted(a, free)
        if law is not None:
            yield Explanation(_error(a, law), _difference(a.law, law, free))


def _chosen(a: Answers) -> np.ndarray:
    """Some points of the bulk that have a value, from all of its parts."""
    some = np.flatnonzero(a.used & a.bulk & np.isfinite(a.values))
    some = some[some < a.points.in_panels]
    if some.size <= COMPARED:
        return some
    return some[np.linspace(0, some.size - 1, COMPARED).astype(int)]


def _some(a: Answers) -> tuple[Points, np.ndarray]:
    """These points and the values there."""
    some, p = _chosen(a), a.points
    regions = tuple(p.regions[i] for i in some)
    return Points(p.x[some], p.q[some], p.tail[some], p.upper[some], regions, 0), a.values[some]


def _quantile_of_errors(off: np.ndarray) -> float:
    off = np.where(np.isnan(off), np.inf, np.abs(off))
    return float(np.quantile(off, SHARE, method="higher")) if off.size else np.inf


def _error(a: Answers, law: Stable) -> float:
    """What most points' relative errors are at most, as values of this law."""
    points, values = _some(a)
    return _quantile_of_errors(errors.relative(a.name, law, points, values))


def _other_functions(a: Answers) -> Iterator[Explanation]:
    """Another function of the same law."""
    points, values = _some(a)
    place = points.q if a.name == "ppf" else points.x
    others: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        name: getattr(a.law, name) for name in ("pdf", "cdf", "sf", "logpdf", "logcdf", "logsf")
    }
    if a.name == "ppf":
        others = {"isf": a.law.isf}
    for name, function in others.items():
        if name == a.name:
            continue
        right = np.asarray(function(place))
        with np.errstate(all="ignore"):
            error = _quantile_of_errors(values / right - 1)
        told = f"it is {name}, {OTHERS[name]}, not the {FUNCTIONS[a.name]}"
        yield Explanation(error, told)
    if not a.law.beta:
        other = student(a.law.alpha, a.law.loc, a.law.scale)
        with np.errstate(all="ignore"):
            error = _quantile_of_errors(values / getattr(other, a.name)(place) - 1)
        yield Explanation(error, "it is that of Student's t with alpha degrees of freedom")


OTHERS = {
    "pdf": "the density",
    "cdf": "P(X <= x)",
    "sf": "P(X > x)",
    "logpdf": "the logarithm of the density",
    "logcdf": "log P(X <= x)",
    "logsf": "log P(X > x)",
    "isf": "the point with probability q above",
}


def _factors(a: Answers) -> Iterator[Explanation]:
    """The density times a number, which the scale may be."""
    if a.name != "pdf":
        return
    points, values = _some(a)
    ratio = errors.relative("pdf", a.law, points, values) + 1
    factor = float(np.median(ratio)) if ratio.size else np.nan
    if not 0 < factor < np.inf:
        return
    told = f"it is {factor:.8g} times the density"
    if a.law.scale != 1 and abs(factor / a.law.scale - 1) < EXPLAINS:
        told += ": it is not divided by the scale"
    yield Explanation(_quantile_of_errors(ratio / factor - 1), told)


def _fitted(a: Answers, free: Sequence[str]) -> Stable | None:
    """The law that fits the values best, with some parameters free."""
    points, values = _some(a)
    unit = {"alpha": 1.0, "beta": 1.0, "scale": a.law.scale, "loc": a.law.scale}
    start = np.array([getattr(a.law, name) / unit[name] for name in free])
    low = {"alpha": LEAST_ALPHA, "beta": -1.0, "scale": 1e-3, "loc": -np.inf}
    high = {"alpha": 2.0, "beta": 1.0, "scale": 1e3, "loc": np.inf}
    least, most = (np.array([end[name] for name in free]) for end in (low, high))

    def law_at(theta: np.ndarray) -> Stable:
        changed = {name: float(t * unit[name]) for name, t in zip(free, theta, strict=True)}
        return Stable(**({name: getattr(a.law, name) for name in NAMES} | changed))

    def off(theta: np.ndarray) -> np.ndarray:
        return _log_errors(a, law_at(theta), points, values)

    inside = np.clip(start, least + 1e-6, most - 1e-6)
    if not np.isfinite(off(inside)).all() or len(values) <= len(free):
        return None
    # By a loss that a few points of another kind do not move
    done = least_squares(
        off, inside, bounds=(least, most), loss="soft_l1", f_scale=0.01, max_nfev=EVALUATIONS,
        xtol=1e-12, ftol=1e-14, gtol=1e-14,
    )  # fmt: skip
    return law_at(done.x)


def _log_errors(a: Answers, law: Stable, points: Points, values: np.ndarray) -> np.ndarray:
    """Logarithms of ratios, within what a sum of squares stands."""
    with np.errstate(all="ignore"):
        log = np.log1p(errors.relative(a.name, law, points, values))
    return np.clip(np.nan_to_num(log, nan=50.0), -50.0, 50.0)


def _difference(law: Stable, other: Stable, free: Sequence[str]) -> str:
    """How a law differs in what was free."""
    if free == ("scale",):
        return f"the scale is wrong by the factor {other.scale / law.scale:.8g}"
    if len(free) == 1:
        name = free[0]
        was, found = float(getattr(law, name)), float(getattr(other, name))
        return f"{name} is off by {found - was:+.6g}: it is {found:.8g} in place of {was:.8g}"
    told = ", ".join(f"{name} = {getattr(other, name):.6g}" for name in NAMES)
    return f"it is that of another stable law: {told}"


def _local(findings: Sequence[Finding]) -> str:
    """What is wrong in the bulk, then what is in a tail; or the first of all else."""
    first = [
        next((f.sentence for cause in causes for f in findings if _is_of(f, cause)), "")
        for causes in (OF_BULK, OF_TAILS, OF_BOTH)
    ]
    told = "; and ".join(filter(None, first[:2]))
    return told or first[2] or findings[0].sentence


def _is_of(finding: Finding, cause: str) -> bool:
    """Whether it is what a finding is about: of tails only what says so."""
    about = finding.test.partition(": ")[2]
    return about.removeprefix("left ").removeprefix("right ") == cause
