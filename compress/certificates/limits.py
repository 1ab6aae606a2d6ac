"""What a limit of a risk says, in words and digits."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from stablenoise.checks import check_finite
from stablenoise.results import Result

RISK_DIGITS = 4  # of a risk as it is printed


class Limit(Result):
    """Base of results whose ``value`` a risk is not above: a certificate, or a sum of two."""

    __slots__ = ()

    if TYPE_CHECKING:  # a field of one, a sum for the other

        @property
        def value(self) -> float: ...

    @property
    def vacuous(self) -> bool:
        """Whether the limit says nothing: a risk is never above 1.

        Returns
        -------
        bool

        Examples
        --------
        >>> from compress import occam
        >>> [occam(errors=3, n=100, bits=bits, delta=0.05).vacuous for bits in (500, 9_000)]
        [False, True]

        """
        return self.value >= 1

    @property
    def statement(self) -> str:
        """The limit in words, without its confidence.

        Returns
        -------
        str

        Examples
        --------
        >>> from compress import occam
        >>> from compress.certificates import disagreement
        >>> surrogate = occam(errors=470, n=60_000, bits=34_376, delta=0.04)
        >>> disagreement(surrogate, differences=250, m=10_000, delta=0.01).statement
        'risk at most 0.3840'

        """
        return in_words(self)


def in_words(limit: Limit, beside: str = "") -> str:
    """A limit in words, and what is told beside it."""
    if limit.vacuous:
        return "vacuous, no limit below 1"
    return f"risk at most {printed_risk(limit.value)}{beside}"


def both_hold(delta: float, other: float) -> str:
    """With what confidence two limits hold: data may choose which of them is told."""
    return f"both limits hold together at confidence 1 - {delta + other:g}"


def printed_risk(value: float) -> str:
    """A limit of a risk in four digits, rounded upwards.

    Parameters
    ----------
    value : float
        Finite.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If value is not a finite number.

    Examples
    --------
    >>> printed_risk(0.05341), printed_risk(0.25)
    ('0.0535', '0.2500')

    """
    check_finite("value", value)
    # A product of floats could round down, and the printed limit be below the limit.
    return f"{ceil(Fraction(float(value)) * 10**RISK_DIGITS) / 10**RISK_DIGITS:.{RISK_DIGITS}f}"
