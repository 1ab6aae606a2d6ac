"""From Zolotarev's and Nolan's S1 form to S0 and back, for laws of scale 1 and loc 0."""

from __future__ import annotations

from math import pi, tan

__all__ = ["from_s1"]


def from_s1(alpha: float, beta: float) -> float:
    """What an S1 variate is short of the S0 one: -beta tan(pi alpha / 2), 0 at alpha = 1.

    With the distance from alpha = 1, which is exact: tan(pi alpha / 2) itself would lose the digits
    that pi alpha / 2 shares with pi / 2.
    """
    if alpha == 1 or beta == 0:
        return 0.0
    if abs(alpha - 1) < 0.5:
        return beta / tan(pi / 2 * (alpha - 1))
    return -beta * tan(pi / 2 * alpha)
