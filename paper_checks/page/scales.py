"""One axis for quantities of any unit: the region that is claimed goes from -1 to 1 on it."""

from dataclasses import dataclass
from math import copysign, inf, isfinite, log

from ..claim import Finding

EDGE = 4.0  # where the axis ends: 1 + log 20, twenty half widths of a region from its middle


@dataclass(frozen=True, slots=True)
class Scale:
    """Where the middle of a region lies, and half its width, in the unit of a quantity."""

    middle: float
    half: float

    def position(self, x: float) -> float:
        """Place on the axis, in [-EDGE, EDGE]: linear in the region, logarithmic beyond it."""
        away = (x - self.middle) / self.half
        if abs(away) > 1:
            away = copysign(1 + log(abs(away)) if isfinite(away) else inf, away)
        return min(max(away, -EDGE), EDGE)

    def share(self, x: float) -> float:
        """Place on the axis as a share of its length, in percent."""
        return 50 + 50 * self.position(x) / EDGE


def scale_of(finding: Finding) -> Scale:
    """The scale of a finding that is judged.

    A region with one end is as wide as it must be to hold the estimate and its interval.
    """
    low, high = finding.region
    if isfinite(low) and isfinite(high):
        return Scale(low + (high - low) / 2, (high - low) / 2)
    border, side = (low, 1) if isfinite(low) else (high, -1)
    ends = finding.seen.value, finding.seen.low, finding.seen.high
    farthest = max((abs(x - border) for x in ends if isfinite(x)), default=0.0)
    half = (farthest or abs(border) or 1.0) / 2
    return Scale(border + side * half, half)
