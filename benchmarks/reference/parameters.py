"""A law's parameters as balls, folded so that one formula serves both sides.

The characteristic function of a standard stable law in S0 is exp(psi(t) + i x t) with, for t > 0,

    psi(t) = -i y t - c t^a,  y = x + b T,  c = 1 - i b T,  T = tan(pi a / 2)     (a not 1)
    psi(t) = -i x t - t - (2 i b / pi) t log t                                     (a = 1)

and is analytic in t away from the negative axis.  A law and its reflection, (a, -b, -x), have the
same density: laws are folded to y >= 0, at a = 1 to b > 0 or b = 0 and x >= 0.
"""

from typing import NamedTuple

from flint import acb, arb

EXACT_TANGENTS = {0.5: arb(1), 1.5: arb(-1)}  # so that y may be exactly 0


class Parameters(NamedTuple):
    """What the integrals and the series need, made at the precision in force.

    ``from_one`` is a - 1; ``slope`` is T' = dT / da; ``drift`` is |b T (a - 1)|, which stays
    bounded at a = 1; ``left_over`` is |T' (a - 1) + T|, and so does it.
    """

    alpha: arb
    beta: arb
    x: arb
    at_one: bool
    from_one: arb
    tangent: arb
    slope: arb
    y: arb
    c: acb
    drift: arb
    left_over: arb


def parameters(alpha, beta, x):
    """``Parameters`` of exact doubles alpha and beta, and x a double or a ball."""
    a, b, x = arb(alpha), arb(beta), arb(x)
    if alpha == 1:
        return Parameters(
            a, b, x, True, arb(0), arb(0), arb(0), x, acb(1), 2 * abs(b) / arb.pi(), arb(0)
        )
    u, t = a - 1, EXACT_TANGENTS.get(alpha, (a / 2).tan_pi())
    slope = arb.pi() / 2 * (1 + t * t)
    drift, left_over = abs(b * t * u), abs(slope * u + t)
    return Parameters(a, b, x, False, u, t, slope, x + b * t, acb(1, -b * t), drift, left_over)


def is_folded(p):
    """Whether the law is on the side that the formulas are written for, or None where unsure."""
    if not p.at_one:
        return True if p.y >= 0 else False if p.y < 0 else None
    key = p.beta if p.beta != 0 else p.x
    return True if key >= 0 else False if key < 0 else None
