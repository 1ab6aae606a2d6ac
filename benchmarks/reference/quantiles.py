"""Quantiles enclosed: the probability is below p at one end of a ball, and above at the other."""

from math import ceil, log10

from flint import arb, ctx

from . import enclosures

GOAL = 27  # digits of the ball


def tail_at(alpha, beta, x, side, goal, nats):
    """Probability on one side of a ball x."""
    alpha, beta, x, turned = enclosures.folded(alpha, beta, x)
    sf = enclosures.integrals(alpha, beta, x, goal, True, nats)[0]
    return sf if (side == "upper") != turned else 1 - sf


def quantile(alpha, beta, p, side, x, found, nats):
    """The ball with P(X < ball) = p, or P(X > ball) = p, next to the double x.

    ``found`` is the ``Enclosure`` at x, where the probability is p within rounding.
    """
    if beta == 0 and p == 0.5:
        return arb(0)
    ctx.prec = 300
    tail, way = (found.cdf, 1) if side == "lower" else (found.sf, -1)
    step = way * (arb(p) - tail) / found.pdf
    # How many digits of the probability one of the point is
    ratio = float(tail / (found.pdf * abs((arb(x) + step).mid())))
    digits = GOAL + 2 + ceil(max(0.0, log10(ratio)))
    if digits > GOAL + 2:
        tail = tail_at(alpha, beta, x, side, digits, nats)
        ctx.prec = 300
        step = way * (arb(p) - tail) / found.pdf
    near = arb(x) + step - step * step * found.dx / 2
    reach = abs(near) * arb(10) ** -GOAL
    ends = (near - reach).mid(), (near + reach).mid()
    low, high = (tail_at(alpha, beta, end, side, digits, nats) for end in ends[::way])
    if not low < p < high:
        raise enclosures.Refused("quantile")
    ctx.prec = 300
    return ends[0].union(ends[1])
