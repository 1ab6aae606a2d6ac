"""Somebody's density, distribution function or quantiles, graded against a law's own."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..checks import check_callable, check_kind, check_positive, check_share, told
from ..stable import Stable
from ..values import read_only
from .density_reports import DensityReport
from .drawing import Refusal
from .findings import Finding, worst
from .functions import edges, together
from .functions.answers import Answers, Limits, answers_of, regions_of
from .functions.calls import Function, OutOfTime
from .functions.diagnoses import diagnosis
from .functions.points import Points, points_of
from .functions.questions import about_values

__all__ = ["density"]

NOTHING = "no value can be compared: rounding, or the end of floats, is all that could be seen"
Callables = dict[str, Callable[..., Any]]


def density(
    law: Stable,
    pdf: Callable[..., Any] | None = None,
    cdf: Callable[..., Any] | None = None,
    ppf: Callable[..., Any] | None = None,
    *,
    sf: Callable[..., Any] | None = None,
    tolerance: float = 1e-6,
    seconds: float = 60.0,
) -> DensityReport:
    r"""Grade of somebody's density, distribution function or quantile function of a stable law.

    Parameters
    ----------
    law : Stable
        Whose functions they should be: four numbers.  Where another program has the parameters in
        the S1 form, this is ``Stable.from_s1`` of them.
    pdf, cdf, ppf, sf : callable, optional
        At least one: functions of an array of x, for ``ppf`` of an array of probabilities, that
        return an array of that shape.  A function of single numbers is asked one by one.
        ``sf`` is P(X > x).
    tolerance : float
        Relative error in the bulk from which on a function is wrong, in (0, 1).
    seconds : float
        Time allowed for all functions, which share it equally.  It is checked between calls, and
        a call is left behind that does not come back: it goes on in a thread of its own until the
        process ends, as Python cannot end it.

    Returns
    -------
    DensityReport
        Its ``grade`` is "pass", "suspicious" or "fail", its ``findings`` say why, its ``diagnosis``
        says what the functions are instead.  After Ctrl-C that of what was asked so far.

    Raises
    ------
    ValueError
        If an argument is of another kind or out of range, or no function is given.  What a
        function raises, or returns that is no array of numbers, is a finding.

    Notes
    -----
    About 550 points are asked: the nodes of 15 panels on either side of the median, whose ends are
    the quantiles of 0.5, 0.3, 0.1, 0.03, 0.01, 1e-4, 1e-6 ... 1e-16, 1e-32 ... 1e-300, as far as
    they are floats, and points within 1e-12 to 0.3 scales of zeta, the location in S1.
    Of a function that is quick enough 4,096 points of the bulk more, evenly in probability.

    Errors are relative: of a density in its value, of a distribution function in the smaller tail
    (above the median in the difference from 1), of a quantile in the probability of the smaller
    tail at the point that is returned.  What four roundings of x and of the value make is taken
    off, so that a function is not charged with what no function of floats could do.

    The bulk is what lies between the quantiles of 1e-4, and near zeta.  There an error above the
    tolerance is a fault, and one above 1e-4 of it, 1e-10, is suspicious.  **1e-6**, because an error
    of e moves the log likelihood of n draws by n e at most: with 10^6 draws by 1, half of the
    1.92 at which a parameter leaves its interval of 95%; and 1e-10, because a gradient by
    differences in steps of 1e-4 then has six digits.  In the tails beyond, where few draws lie, a
    fault is an error above 1,000 times the tolerance (three digits of a tail probability), and one
    above the tolerance is suspicious.

    What is asked beside errors: whether values are numbers, not negative, and at most 1 if they are
    probabilities; whether a function never turns back, is constant or jumps where it should not;
    with which power and constant tails fall; what it is at infinity, at NaN, and beyond the end of
    a support; whether a symmetric law's is symmetric; whether it integrates to 1, is the
    derivative of the distribution function that is given with it, and whether that and quantiles
    are inverse; whether shapes are kept, points in float32 are taken, and a value does not depend
    on what it is asked together with.

    Examples
    --------
    >>> from scipy.stats import norm
    >>> report = density(Stable(2.0), pdf=norm.pdf)
    >>> print(report.diagnosis)
    the scale is wrong by the factor 1/sqrt(2): a variance of scale^2, or a radius without its factor 2

    """  # noqa: E501
    check_kind("law", law, Stable)
    if law.shape:
        raise ValueError(f"law must be one law, got parameters of shape {law.shape}")
    given = {"pdf": pdf, "cdf": cdf, "sf": sf, "ppf": ppf}
    calls = {name: call for name, call in given.items() if call is not None}
    for name, call in calls.items():
        check_callable(name, call, "an array")
    if not calls:
        raise ValueError(f"pdf must be given, or cdf, ppf or sf, got {told(pdf)}")
    limits = Limits(check_share("tolerance", tolerance))
    law = Stable(*(float(getattr(law, n)) for n in ("alpha", "beta", "scale", "loc")))
    examined = _Examined(law, limits)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of somebody's function
        _examine(examined, calls, check_positive("seconds", seconds))
    return _report(examined, tuple(calls))


@dataclass
class _Examined:
    """What is found, function by function."""

    law: Stable
    limits: Limits
    answers: dict[str, Answers] = field(default_factory=dict)
    findings: dict[str, list[Finding]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    ended: str = ""


def _examine(examined: _Examined, calls: Callables, seconds: float) -> None:
    """Ask each function, then two together, until time is over or Ctrl-C."""
    points = points_of(examined.law)
    functions = []
    try:
        for name, call in calls.items():
            functions.append(Function(call, seconds / len(calls)))
            _examine_one(examined, name, points, functions[-1])
            examined.ended = functions[-1].ended or examined.ended
            if examined.ended == "interrupted":
                return
        _examine_pairs(examined)
    except KeyboardInterrupt:
        examined.ended = "interrupted"
    finally:
        for function in functions:
            function.close()


def _examine_one(examined: _Examined, name: str, points: Points, function: Function) -> None:
    """All findings on one function."""
    findings = examined.findings.setdefault(name, [])
    try:
        answers = answers_of(name, examined.law, points, function)
    except Refusal as refusal:
        examined.refused.append(f"{name}: {refusal}")
        findings.append(Finding(f"{name}: answers", "fail", str(refusal), None, 0))
        return
    findings.append(_about_answers(answers))
    if not answers.used.any():
        if findings[-1].grade == "pass":
            findings.append(Finding(f"{name}: bulk", "suspicious", NOTHING, None, 0))
        else:
            examined.refused.append(f"{name}: {findings[-1].sentence}")
        return
    examined.answers[name] = answers
    findings += about_values(answers, examined.limits)
    try:
        findings.append(edges.about_ends(answers))
        findings += edges.about_tail_ends(answers)
        for ask in (edges.about_between, edges.about_support, edges.about_jumps):
            findings += [f for f in [ask(answers, examined.limits)] if f]
        findings += edges.about_calls(answers, examined.limits)
    except OutOfTime:
        function.ended = function.ended or "time"


def _about_answers(a: Answers) -> Finding:
    """Whether all points were answered within the time allowed."""
    f, test = a.function, f"{a.name}: answers"
    can_ask = int(np.isfinite(a.place).sum())
    size = int(a.asked.sum())
    if not f.ended:
        return Finding(test, "pass", f"it answers at {size} points", None, size)
    why = {
        "time": "its time was over",
        "stuck": "it did not come back within its time",
        "interrupted": "it was interrupted",
    }[f.ended]
    grade = "fail" if f.ended == "stuck" or not size else "suspicious"
    return Finding(test, grade, f"{why}: {size} of {can_ask} points were asked", None, size)


def _examine_pairs(examined: _Examined) -> None:
    """Findings on functions that are given together."""
    a, limits = examined.answers, examined.limits
    found: list[Finding | None] = []
    if "pdf" in a:
        found.append(together.about_integral(a["pdf"], limits))
    if "pdf" in a and "cdf" in a:
        found.append(together.about_derivative(a["pdf"], a["cdf"], limits))
    if "cdf" in a and "sf" in a:
        found.append(together.about_sum(a["cdf"], a["sf"], limits))
    if "cdf" in a and "ppf" in a:
        try:
            found.append(together.about_inverse(a["cdf"], a["ppf"], limits))
        except OutOfTime:
            examined.ended = examined.ended or "time"
        except Refusal as refusal:
            found.append(Finding("ppf and cdf", "fail", f"at quantiles {refusal}", None, 0))
    examined.findings["together"] = [finding for finding in found if finding]


def _report(examined: _Examined, functions: tuple[str, ...]) -> DensityReport:
    findings = tuple(f for some in examined.findings.values() for f in some)
    answers = list(examined.answers.values())
    regions = tuple(row for a in answers for row in regions_of(a))
    used = [np.flatnonzero(a.used) for a in answers]
    parts = list(zip(answers, used, strict=True))
    x = [a.points.x[some] for a, some in parts]
    tail = [np.where(a.points.upper, 1, -1)[some] * a.points.tail[some] for a, some in parts]
    error = [a.excess[some] for a, some in parts]
    return DensityReport(
        told(examined.law),
        functions,
        worst(findings),
        findings,
        _diagnosis(examined),
        regions,
        examined.limits.tolerance,
        examined.ended,
        tuple(a.name for a, some in parts for _ in some),
        *(read_only(np.concatenate([*part, np.empty(0)])) for part in (x, tail, error)),
    )


def _diagnosis(examined: _Examined) -> str | None:
    """One sentence: that of all functions if they share it, else one for each."""
    told_of: dict[str, list[str]] = {}
    for name, a in examined.answers.items():
        sentence = diagnosis(a, examined.limits, examined.findings[name])
        if sentence:
            told_of.setdefault(sentence, []).append(name)
    refused = "; ".join(examined.refused)
    if not told_of:
        return refused or None
    if len(told_of) == 1 and not refused:
        return next(iter(told_of))
    said = [f"{' and '.join(names)}: {sentence}" for sentence, names in told_of.items()]
    return "; ".join(said + examined.refused)
