"""Laws that the parameters name in the forms of Zolotarev, and in Nolan's S2."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, pi, tan

from ...stable import Stable
from ..known_mistakes import Mistake

__all__ = ["forms"]

Parameters = tuple[float, float, float, float]


def forms(law: Stable) -> Iterator[Mistake]:
    """The laws that other forms give for the same four numbers, but the law itself.

    References
    ----------
    Zolotarev (1986), One-dimensional Stable Distributions, introduction (the forms A, B, C and M);
    Nolan (2020), Univariate Stable Distributions (the parametrization 2, S2 here).
    """
    seen = {law}
    for make, sentence in (
        (
            _form_a,
            "Zolotarev's form A for S0: the scale is taken as its power alpha, loc as in S1",
        ),
        (_form_b, "Zolotarev's form B for S0: beta is taken as the angle of the form B"),
        (_form_c, "Zolotarev's form C for S0: beta is taken as the angle theta"),
        (_form_2, "S2 for S0: the scale is taken as alpha^(1/alpha) of it, loc as the mode"),
    ):
        wrong = _tried(make, law)
        if wrong is not None and wrong not in seen:
            seen.add(wrong)
            yield Mistake(wrong, sentence)


def _tried(make: object, law: Stable) -> Stable | None:
    try:
        return make(law.alpha, law.beta, law.scale, law.loc)  # type: ignore[operator]
    except (ValueError, OverflowError, ZeroDivisionError):  # no such law
        return None


def _form_a(alpha: float, beta: float, scale: float, loc: float) -> Stable:
    return Stable.from_s1(alpha, beta, scale ** (1 / alpha), scale * loc)


def _form_b(alpha: float, beta: float, scale: float, loc: float) -> Stable | None:
    return None if alpha == 1 else _by_angle(alpha, beta * (alpha - 2 * (alpha > 1)), scale, loc)


def _form_c(alpha: float, beta: float, scale: float, loc: float) -> Stable | None:
    if alpha == 1 or abs(beta) > min(1.0, 2 / alpha - 1):
        return None
    return _by_angle(alpha, beta * alpha, scale, loc)


def _by_angle(alpha: float, turn: float, scale: float, loc: float) -> Stable:
    """The law whose log cf is -scale |t|^alpha exp(-i pi/2 turn sign t) + i scale loc t."""
    beta = tan(pi / 2 * turn) / tan(pi / 2 * alpha)
    return Stable.from_s1(alpha, beta, (scale * cos(pi / 2 * turn)) ** (1 / alpha), scale * loc)


def _form_2(alpha: float, beta: float, scale: float, loc: float) -> Stable:
    from ...law import mode

    own = scale * alpha ** (-1 / alpha)
    return Stable(alpha, beta, own, loc - own * float(mode(alpha, beta)))
