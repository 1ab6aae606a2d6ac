"""What a limit of a risk says, in words and digits."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from stablenoise.checks import check_finite
from stablenoise.results import Result

RISK_DIGITS = 4  # of a risk as it is printed
UNITS = 10**RISK_DIGITS  # that a printed risk of 1 has


class Limit(Result):
    """Base of results whose ``value`` a risk is not above: a certificate, or a sum of two."""

    __slots__ = ()

    if TYPE_CHECKING:  # a field of one, a sum for the other

        @property
        def value(self) -> float: ...

    @property
    def vacuous(self) -> bool:
        """Whether the limit says nothing, as printed: a risk is never above 1.

        Returns
        -------
        bool

        Examples
        --------
        >>> from compress import occam
        >>> [occam(errors=3, n=100, bits=bits, delta=0.05).vacuous for bits in (500, 9_000)]
        [False, True]

        """
        return printed_units(self.value) >= UNITS

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
    return f"{printed_units(value) / UNITS:.{RISK_DIGITS}f}"


def printed_units(value: float) -> int:
    """A limit as it is printed, in units of its last digit: what limits are compared by.

    So a limit is below another where it is seen to be, here as in a bundle.
    """
    # A product of floats could round down, and the printed limit be below the limit.
    return ceil(Fraction(float(value)) * UNITS)


def together(*deltas: float, which: str = "both limits") -> list[str]:
    """What is known of several limits at once, in a line; none where their deltas make up 1."""
    if not sum(deltas) < 1:
        return []
    return [f"{which} hold together at confidence 1 - {sum(deltas):g}"]
