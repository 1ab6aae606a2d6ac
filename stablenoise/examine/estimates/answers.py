"""What estimators return: a number, an ``Estimate``, or a fit that has the parameter by name."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, isnan, nan
from typing import Any, NamedTuple

from ...checks import check_finite, check_number, copied, told

__all__ = ["Answer", "read"]

LARGEST = 1e303


class Answer(NamedTuple):
    """An estimate and the ends of its interval, NaN if it has none."""

    value: float
    low: float = nan
    high: float = nan


def read(answer: Any, parameter: str, level: float) -> Answer:
    """The estimate of a parameter and its interval; ValueError if there is no such thing."""
    if _is_number(answer):
        return Answer(_within(answer))
    value = _within(_value(answer, parameter))
    if not callable(getattr(answer, "conf_int", None)):
        return Answer(value)
    return Answer(value, *_ends(answer.conf_int(level), parameter))


def _within(estimate: float) -> float:
    """An estimate whose differences from others are within the floats."""
    value = check_finite("estimate", estimate)
    if abs(value) > LARGEST:
        raise ValueError(f"estimate must be at most {LARGEST:g} in size, got {value}")
    return value


def _is_number(answer: Any) -> bool:
    seen = copied(answer)
    return seen.ndim == 0 and seen.dtype.kind in "iuf"


def _value(answer: Any, parameter: str) -> float:
    """From an ``Estimate``, which has a ``value``, or a fit, perhaps by its ``params``."""
    for owner in (answer, getattr(answer, "params", None)):
        for name in (parameter, "value"):
            if _is_number(getattr(owner, name, None)):
                return getattr(owner, name)
    rule = f"answer must be a number, an Estimate or a fit that has {parameter}"
    raise ValueError(f"{rule}, got {told(answer)}")


def _ends(interval: Any, parameter: str) -> tuple[float, float]:
    """Two numbers, low first; ends may be infinite."""
    if isinstance(interval, Mapping):
        interval = interval.get(parameter)
    try:
        low, high = (check_number("end", end) for end in interval)
    except (TypeError, ValueError):
        rule = f"interval must be two numbers, or a dict that has them for {parameter}"
        raise ValueError(f"{rule}, got {told(interval)}") from None
    if isnan(low) and isnan(high):
        return nan, nan  # as of one that has none
    if not -inf <= low <= high <= inf:
        raise ValueError(f"interval must have its lower end first, got ({low}, {high})")
    return low, high
