"""Quantiles enclosed, next to a point at which the law is.

From x on, F(x + d) = F + f d + f' d^2 / 2 up to |d|^3 / 6 times a bound of f'', which for all laws
of one alpha is Gamma(3 / alpha) / (pi alpha): density and its derivatives are integrals of
t^k e^(-t^alpha) and less.  Where that is too coarse the law is enclosed at both ends of a ball, and
p lies between.
"""

from math import ceil, log10

from flint import arb, ctx

from . import enclosures

GOAL = 26  # digits of the ball


def tail_at(alpha, beta, x, side, goal, nats):
    """Probability on one side of a ball x."""
    alpha, beta, x, turned = enclosures.folded(alpha, beta, x)
    sf = enclosures.integrals(alpha, beta, x, goal, True, nats)[0]
    return sf if (side == "upper") != turned else 1 - sf


def steepest(alpha, k):
    """Bound of the k-th derivative of a density of this alpha."""
    alpha = arb(alpha)
    return ((k + 1) / alpha).gamma() / (alpha * arb.pi())


def by_expansion(alpha, x, missing, found):
    """The ball x + d in which F has risen by ``missing`` from F(x), or None if it is too wide."""
    f, slope = found.pdf, found.pdf * found.dx
    step = missing / f
    step = (step - step * step * found.dx / 2).mid()
    reach = 2 * abs(step) + abs(arb(x)) * arb(10) ** -30
    least = f - abs(slope) * reach - steepest(alpha, 2) * reach**2 / 2
    left = missing - f * step - slope * step**2 / 2
    left = abs(left) + abs(step) ** 3 / 6 * steepest(alpha, 2)
    if not (least > 0 and left / least < reach - abs(step)):
        return None
    ball = arb(x) + step + arb(0, (left / least).abs_upper())
    return ball if ball.rad() < abs(ball.mid()) * arb(10) ** -GOAL else None


def quantile(alpha, beta, p, side, x, found, nats):
    """The ball with P(X < ball) = p, or P(X > ball) = p, next to the double x.

    ``found`` is the ``Enclosure`` at x, where the probability is p within rounding.
    """
    if beta == 0 and p == 0.5:
        return arb(0)
    ctx.prec = 300
    tail, way = (found.cdf, 1) if side == "lower" else (found.sf, -1)
    at = by_expansion(alpha, x, way * (arb(p) - tail), found)
    if at is not None:
        return at
    # How many digits of the probability one of the point is
    step = way * (arb(p) - tail) / found.pdf
    ratio = float(tail / (found.pdf * abs((arb(x) + step).mid())))
    digits = GOAL + 3 + ceil(max(0.0, log10(ratio)))
    if ratio > 1:
        tail = tail_at(alpha, beta, x, side, digits, nats)
        ctx.prec = 300
        at = by_expansion(alpha, x, way * (arb(p) - tail), found)
    if at is not None:
        return at
    return by_ends(alpha, beta, p, side, x, way * (arb(p) - tail), found, digits, nats)


def by_ends(alpha, beta, p, side, x, missing, found, digits, nats):
    """As ``by_expansion``, proved by the law at the ends of the ball."""
    step = missing / found.pdf
    near = arb(x) + step - step * step * found.dx / 2
    reach = abs(near) * arb(10) ** -(GOAL + 1)
    ends = (near - reach).mid(), (near + reach).mid()
    tails = [tail_at(alpha, beta, end, side, digits, nats) for end in ends]
    low, high = tails if side == "lower" else tails[::-1]
    if not low < p < high:
        raise enclosures.Refused("quantile")
    ctx.prec = 300
    return ends[0].union(ends[1])
