"""Which quantity of a claim its line shows: the one that decides it."""

from math import inf, isfinite

from .. import registry
from ..claim import Finding
from ..evidence import Evidence
from ..summaries import Guarantee


def decisive(evidence: Evidence) -> Finding:
    """The finding that decides: the one that the claim names, else the one nearest the border.

    Only a finding with the verdict of the whole decides it, whatever the claim names.  What has
    an interval is asked first: a number that is computed could not have come out otherwise.
    """
    candidates = [f for f in evidence.findings if f.verdict is evidence.verdict]
    meant = [f for f in candidates if f.label == named(evidence)]
    # Of equal ones the first: ``min`` keeps the order of the quantities.
    return (meant or [min(candidates, key=lambda f: (not has_interval(f), depth(f)))])[0]


def control_of(evidence: Evidence, finding: Finding) -> Finding:
    """What the control gave for the quantity of a finding."""
    return evidence.control[evidence.findings.index(finding)]


def has_interval(finding: Finding) -> bool:
    """Whether its estimate is sampled, and has ends on both sides."""
    return finding.guarantee not in (Guarantee.EACH, Guarantee.COMPUTED)


def depth(finding: Finding) -> float:
    """How deep in its region an estimate lies, in half widths of its interval.

    At 1 the interval touches the border from inside, at 0 the estimate lies on it, and at -1
    the interval touches it from outside.  Without an interval the unit is the region's width.
    """
    seen, (low, high) = finding.seen, finding.region
    below, above = seen.value - seen.low, seen.high - seen.value
    sides = (seen.value - low, below, above), (high - seen.value, above, below)
    return min((_steps(*side, finding) for side in sides if isfinite(side[0])), default=inf)


def _steps(distance: float, inner: float, outer: float, finding: Finding) -> float:
    """Inside, the end of the interval on the border's side counts; outside, the other one."""
    half = inner if distance > 0 else outer
    if has_interval(finding) and half > 0:
        return distance / half
    low, high = finding.region
    return distance / (high - low if isfinite(high - low) else max(abs(finding.seen.value), 1e-300))


def named(evidence: Evidence) -> str:
    """Label of the quantity that the claim says its statement is about, if it says so."""
    return getattr(registry.all_claims().get(evidence.name), "deciding", "")
