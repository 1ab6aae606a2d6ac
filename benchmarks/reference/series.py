r"""Densities, tails and derivatives far out, enclosed by a series with a bound of its remainder.

With w = c t^a the integral of e^(-i y t) e^(-w) over t is that of each power of w, so that

    pi f = Re sum G_n,  G_n = (-c)^n Gamma(n a + 1) / n! (i y)^(-n a - 1),  n = 1, 2, ...

which converges for a < 1 and is asymptotic for a > 1.  On a ray t = r e^(i theta) with sin theta
= -q < 0 and Re w >= 0 the remainder of e^(-w) after n < N is at most |w|^N / N!, and what it adds
to pi f at most |c|^N / N! int e^(-q y r) r^(N a) dr; its derivative in w is such a remainder after
N - 1 terms.
"""

from math import atan, inf, pi, sin

from flint import acb, arb

from .paths import tangent
from .ray import Refused

MOST_TERMS = 1_500
FAR = 0.03  # |c| y^-a below which the series is tried
SMALL = 0.6  # and alpha below which it is where enough terms are not too many
SPARE = 1e-31


def size(alpha, beta, y):
    """|c| y^-a as a float: the ratio of the terms, but for factorials."""
    return abs(1 - 1j * beta * tangent(alpha)) * y**-alpha if y > 0 else inf


def angle(alpha, beta):
    """The angle of a ray below the real axis on which Re w >= 0."""
    phase = -atan(beta * tangent(alpha))
    return max(-pi / 2, 0.999 * (-pi / 2 - phase) / alpha)


def crest(alpha, ratio):
    """Which term of sum ratio^n Gamma(n a + 1) / n! is the largest, as a float, for alpha < 1."""
    return (ratio * alpha**alpha) ** (1 / (1 - alpha))


def serves(alpha, beta, y):
    """Whether the series is worth a trial for y > 0."""
    if alpha in (1, 2):
        return False
    ratio = size(alpha, beta, y)
    if ratio < FAR:
        return True
    if alpha > SMALL:
        return False
    steep = -sin(angle(alpha, beta))
    return 3.6 * crest(alpha, ratio / steep**alpha) + 150 < MOST_TERMS


def cancelled(alpha, beta, y):
    """Nats that cancel between the terms."""
    return 0.0 if alpha > SMALL else 2 * crest(alpha, size(alpha, beta, y))


def direction(p, alpha, beta):
    """|sin theta| of a ray below the real axis on which Re w >= 0."""
    theta = angle(alpha, beta)
    if not (p.c * acb(0, p.alpha * arb(theta)).exp()).real > 0:
        raise Refused("direction")
    return -arb(theta).sin()


def remainders(p, n, far, gamma):
    """Bounds of what n terms leave of the sums of ``terms``; far is q y, gamma Gamma(n a + 1)."""
    order, c = n * p.alpha, abs(p.c)
    whole = c**n / arb(n).fac() * (-(order + 1) * far.log()).exp()
    half = (order + arb(1) / 2).gamma() + (order + arb(3) / 2).gamma()
    logs = half + gamma * (abs(far.log()) + arb.pi())
    steep = whole * gamma * (order + 1) / far
    return (
        whole * gamma * p.y / order,
        whole * gamma,
        steep,
        n * whole * logs,
        n / c * whole * gamma,
    )


def terms(p, n, gamma, log_iy):
    """G_n, times what makes the tail and the derivatives in y, alpha and c of it.

    Then the derivatives of the tail's term in alpha and c.
    """
    order = n * p.alpha
    g = (-p.c) ** n * gamma / arb(n).fac() * (-(order + 1) * log_iy).exp()
    tail, by_alpha, by_c = g * p.y / order, n * ((order + 1).digamma() - log_iy), n / p.c
    of_tail = tail * (by_alpha - 1 / p.alpha), tail * by_c
    return tail, g, -g * (order + 1) / p.y, g * by_alpha, g * by_c, *of_tail


def integrals(p, alpha, beta):
    """What ``ray.integrals`` gives."""
    far, log_iy = direction(p, alpha, beta) * p.y, acb(0, p.y).log()
    totals, last = [acb(0)] * 7, None
    for n in range(1, MOST_TERMS):
        gamma = (n * p.alpha + 1).gamma()
        left = remainders(p, n, far, gamma)
        if n > 1 and left[1] < SPARE * abs(totals[1].real):
            return assembled(p, totals, left)
        if alpha > 1 and last is not None and left[1] > last:
            break
        totals = [t + g for t, g in zip(totals, terms(p, n, gamma, log_iy), strict=True)]
        last = left[1]
    raise Refused("series")


def assembled(p, totals, left):
    """The integrals by the chain rule through y and c, the first five with the remainders."""
    sf, pdf, by_y, by_alpha, by_c = (
        t + acb(arb(0, r.abs_upper()), arb(0, r.abs_upper()))
        for t, r in zip(totals, left, strict=False)
    )
    whole = [sf, pdf, by_y, *chained(p, by_y, by_alpha, by_c), *chained(p, -pdf, *totals[5:])]
    return [v.real / arb.pi() for v in whole]


def chained(p, by_y, by_alpha, by_c):
    """Derivatives in alpha and in beta at x, from those in y, alpha and c."""
    i = acb(0, 1)
    dalpha = by_alpha + p.beta * p.slope * (by_y - i * by_c)
    return dalpha, p.tangent * (by_y - i * by_c)
