"""A row of the reference: density, both tails, score and quantile of a law at a point, enclosed."""

from math import ceil, isfinite, log
from typing import NamedTuple

from flint import arb, ctx

from . import ray, series
from .parameters import is_folded, parameters
from .paths import plan
from .ray import Refused

FIRST_NATS = 75.0
SPARE_DIGITS = 2  # of a tail, from which the quantile is made
MOST_NATS = 1_500.0
MOST_PASSES = 9
GOAL = 26  # digits


class Enclosure(NamedTuple):
    """Balls: density, tails, and derivatives of the log density in x, alpha and beta.

    Then those of the distribution function in alpha and beta, which are estimates.
    """

    pdf: arb
    cdf: arb
    sf: arb
    dx: arb
    dalpha: arb
    dbeta: arb
    cdf_dalpha: arb
    cdf_dbeta: arb


def bits(nats, peak, alpha):
    """Working precision for an error of exp(-nats), where the integrand rises to exp(peak)."""
    near = 0 if alpha == 1 else max(0.0, -2.1 * log(abs(alpha - 1)))
    return ceil(1.443 * (nats + peak + near)) + 60


def folded(alpha, beta, x):
    """The law on the side of the formulas, and whether it had to be reflected."""
    side = is_folded(parameters(alpha, beta, x))
    if side is None:
        raise Refused("side")
    return (alpha, beta, x, False) if side else (alpha, -beta, -x, True)


def missing(balls, goal):
    """Nats by which the worst ball misses the relative radius 10^-goal, or None if it has a 0."""
    short = [(ball.rad() / abs(ball.mid())).log() for ball in balls if ball.rad() > 0]
    if any(not ball.rad() < abs(ball.mid()) for ball in balls if ball.rad() > 0):
        return None
    return max([0.0, *(float(each) + goal * log(10) for each in short)])


def shortfall(found, goal, tails_alone):
    """Nats that are missing, or None, with some spare digits of the tails for quantiles."""
    sf, *others = found[:5]
    tails = missing([sf, 1 - sf], goal if tails_alone else goal + SPARE_DIGITS)
    rest = 0.0 if tails_alone else missing(others, goal)
    return None if tails is None or rest is None else max(tails, rest)


def by_series(alpha, beta, x, goal, tails_alone):
    """The integrals by the series, or None where it does not serve."""
    ctx.prec = 120
    y = float(parameters(alpha, beta, x).y)
    if not series.serves(alpha, beta, y):
        return None
    ctx.prec = bits(100 + 2.31 * max(0, goal - GOAL) + series.cancelled(alpha, beta, y), 0, alpha)
    try:
        found = series.integrals(parameters(alpha, beta, x), alpha, beta)
    except Refused:
        return None
    return found if shortfall(found, goal, tails_alone) == 0 else None


def by_ray(alpha, beta, x, goal, tails_alone, nats):
    """The integrals by the ray at the precision that they need."""
    for _ in range(MOST_PASSES):
        ctx.prec = 120
        p = parameters(alpha, beta, x)
        way = plan(alpha, beta, float(arb(x)), float(p.y), nats)
        if not isfinite(way.peak):
            raise Refused("peak")
        ctx.prec = bits(nats, way.peak, alpha)
        found = ray.integrals(parameters(alpha, beta, x), way, nats, tails_alone)
        if beta == 0 and x == 0:  # by symmetry
            found[0], found[2], found[4], found[5] = arb(1) / 2, arb(0), arb(0), arb(0)
        short = shortfall(found, goal, tails_alone)
        if short == 0:
            return found
        nats += max(25.0, 0.25 * nats) if short is None else short + 2
        if nats > MOST_NATS:
            break
    raise Refused("nats")


def integrals(alpha, beta, x, goal, tails_alone, nats):
    """sf, pdf and its derivatives in x, alpha and beta, of a folded law."""
    found = by_series(alpha, beta, x, goal, tails_alone)
    return by_ray(alpha, beta, x, goal, tails_alone, nats) if found is None else found


def enclose(alpha, beta, x, goal=GOAL, first_nats=FIRST_NATS):
    """``Enclosure`` of the standard S0 law at exact doubles, or ``Refused``.

    ``first_nats`` is where the search for the precision starts: anything will do.
    """
    alpha, beta, x, turned = folded(alpha, beta, x)
    sf, pdf, *slopes = integrals(alpha, beta, x, goal, False, first_nats)
    scores = [d / pdf for d in slopes[:3]]
    if turned:
        return Enclosure(pdf, sf, 1 - sf, -scores[0], scores[1], -scores[2], slopes[3], -slopes[4])
    return Enclosure(pdf, 1 - sf, sf, *scores, -slopes[3], -slopes[4])
