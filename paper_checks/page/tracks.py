"""One line of a figure as SVG: interval, the region that is claimed, and the control in grey."""

from collections.abc import Iterable
from html import escape

from ..claim import Finding
from ..summaries import Interval
from .deciding import has_interval
from .scales import EDGE, Scale, scale_of

HEIGHT = 16
SEEN, CONTROL = 6, 11.5  # heights at which the two are drawn


def track(id: str, finding: Finding, control: Finding | None, paint: str, told: str) -> str:
    """The line of a finding.

    ``paint`` names the class of the estimate, ``told`` says the same in words.
    """
    scale = scale_of(finding)
    parts = [_region(finding, scale)]
    if control:
        parts += _drawn(control.seen, scale, "control", CONTROL, has_interval(control))
    parts += _drawn(finding.seen, scale, paint, SEEN, has_interval(finding))
    return _picture(id, told, parts)


def of_look(id: str, finding: Finding, seen: Interval, paint: str, told: str) -> str:
    """The line of an earlier look, on the scale of what was seen last."""
    scale = scale_of(finding)
    parts = _drawn(seen, scale, paint, HEIGHT / 2, has_interval(finding))
    return _picture(id, told, [_region(finding, scale), *parts])


def _picture(id: str, told: str, parts: Iterable[str]) -> str:
    title = f'<title id="{escape(id)}">{escape(told)}</title>'
    attributes = f'class="track" role="img" aria-labelledby="{escape(id)}" height="{HEIGHT}"'
    return f"<svg {attributes}>{title}{''.join(parts)}</svg>"


def _region(finding: Finding, scale: Scale) -> str:
    low, high = map(scale.share, finding.region)
    return f'<rect class="region" x="{low:.2f}%" width="{high - low:.2f}%" height="{HEIGHT}"/>'


def _drawn(seen: Interval, scale: Scale, paint: str, y: float, line: bool) -> list[str]:
    """Interval and estimate; an estimate beyond the axis is an arrow at its edge."""
    at = scale.share(seen.value)
    mark = {-EDGE: "left", EDGE: "right"}.get(scale.position(seen.value), paint)
    place = f'href="#m-{mark}" x="{at:.2f}%" y="{y:g}"'
    drawn = [f'<use class="{paint}" {place}/>']
    if line:
        low, high = scale.share(seen.low), scale.share(seen.high)
        ends = f'x1="{low:.2f}%" x2="{high:.2f}%" y1="{y:g}" y2="{y:g}"'
        drawn.insert(0, f'<line class="{paint}" {ends}/>')
    return drawn
