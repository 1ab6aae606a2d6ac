"""Log density and score of one law at many points in one pass: some 20 ns a point.

The law is panels of four polynomials in u = asinh((x - centre) / width): log f and its derivatives
in alpha, beta and u, the last three at fixed u.  What they are at fixed x is the chain rule.
"""

import math
from typing import NamedTuple

import numpy as np

from ..kernels.compiler import fma, jit
from .lookup import BLOCK, search, to_u

SUMS = 15  # of log f, of the score, and of the upper triangle of its outer product, row by row
LOG_F, IN_ALPHA, IN_BETA, IN_U = range(4)  # polynomials of a panel, the last axis of powers


class Place(NamedTuple):
    """Where u = 0 lies and how wide it is, with their derivatives in alpha (_a) and beta (_b)."""

    centre: float = 0.0
    width: float = 1.0
    centre_a: float = 0.0
    centre_b: float = 0.0
    width_a: float = 0.0
    width_b: float = 0.0


class Law(NamedTuple):
    """What the kernels read: ``Panels`` with its powers as (panel, term, polynomial)."""

    place: Place
    edges: np.ndarray
    cells: np.ndarray
    middle: np.ndarray
    stretch: np.ndarray
    powers: np.ndarray


class Sums(NamedTuple):
    """Weighted sums over points: of log f, of the four scores, of their outer products or None."""

    log: float
    score: np.ndarray
    products: np.ndarray | None


@jit(alone=True)
def _polynomials(u, start, middle, stretch, powers, rows):
    """Let rows of the block be the four polynomials of the panel of each point."""
    # Two chains each, as in ``lookup``, whose bits these are; no gathers, the eight are in step
    for i in range(u.size):
        k = start[i]
        t = (u[i] - middle[k]) * stretch[k]
        w = t * t
        a, b, c, d = powers[k, 13, 0], powers[k, 13, 1], powers[k, 13, 2], powers[k, 13, 3]
        e, f, g, h = powers[k, 12, 0], powers[k, 12, 1], powers[k, 12, 2], powers[k, 12, 3]
        for j in range(11, 0, -2):
            a, e = fma(a, w, powers[k, j, 0]), fma(e, w, powers[k, j - 1, 0])
            b, f = fma(b, w, powers[k, j, 1]), fma(f, w, powers[k, j - 1, 1])
            c, g = fma(c, w, powers[k, j, 2]), fma(g, w, powers[k, j - 1, 2])
            d, h = fma(d, w, powers[k, j, 3]), fma(h, w, powers[k, j - 1, 3])
        rows[0, i], rows[1, i] = fma(a, t, e), fma(b, t, f)
        rows[2, i], rows[3, i] = fma(c, t, g), fma(d, t, h)


@jit(alone=True)
def _at_fixed_x(x, sign, place, y, rows):
    """Let the rows be log f and the score in alpha, beta, scale and loc, of the law at ``sign`` x.

    NaN where x is not finite: the polynomials of the outer panels are.
    """
    for i in range(x.size):
        z = sign * x[i]
        finite = x[i] - x[i]  # NaN if it is not
        in_y = rows[3, i] / math.sqrt(1.0 + y[i] * y[i]) + finite
        in_x = in_y / place.width
        in_a = rows[1, i] - in_x * (place.centre_a + y[i] * place.width_a)
        in_b = rows[2, i] - in_x * (place.centre_b + y[i] * place.width_b)
        rows[0, i], rows[1, i], rows[2, i] = rows[0, i] + finite, in_a, sign * in_b
        rows[3, i], rows[4, i] = -(1.0 + z * in_x), -sign * in_x


@jit
def _fill(x, sign, law, y, u, start, rows):
    """Let the five rows be log f and the score at the points of a block."""
    n, place = x.size, law.place
    for i in range(n):
        y[i] = (sign * x[i] - place.centre) / place.width
        start[i] = 0
    to_u(y[:n], u[:n])
    search(u[:n], law.edges, law.cells, start[:n])
    _polynomials(u[:n], start[:n], law.middle, law.stretch, law.powers, rows)
    _at_fixed_x(x, sign, place, y, rows)


@jit(nogil=True)
def rows_of_points(x, sign, law, logs, scores):
    """Fill ``logs`` and the rows of ``scores``; NaN where there is no polynomial."""
    y, u, rows = np.empty(BLOCK), np.empty(BLOCK), np.empty((5, BLOCK))
    start = np.empty(BLOCK, np.int64)
    for low in range(0, x.size, BLOCK):
        some = x[low : low + BLOCK]
        _fill(some, sign, law, y, u, start, rows)
        for i in range(some.size):
            logs[low + i] = rows[0, i]
            for j in range(4):
                scores[low + i, j] = rows[1 + j, i]


@jit(alone=True)
def _add(weights, rows, n, total, missing):
    """Add the points of a block, and mark those of which nothing is known."""
    logs, in_a, in_b, in_s, in_l = 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(n):
        if math.isnan(rows[0, i]):
            missing[i] = True
        else:
            weight = weights[i] if weights.size else 1.0
            logs += weight * rows[0, i]
            in_a += weight * rows[1, i]
            in_b += weight * rows[2, i]
            in_s += weight * rows[3, i]
            in_l += weight * rows[4, i]
    total[0], total[1], total[2], total[3], total[4] = logs, in_a, in_b, in_s, in_l


@jit(alone=True)
def _add_products(weights, rows, n, total):
    """Add the products of scores, row by row of the upper triangle."""
    at, end = 5, 5
    for j in range(1, 5):
        end += 5 - j
        # All with one score at once: four sums that do not wait for each other
        sum_0, sum_1, sum_2, sum_3 = 0.0, 0.0, 0.0, 0.0
        second, third, fourth = min(j + 1, 4), min(j + 2, 4), min(j + 3, 4)
        for i in range(n):
            if not math.isnan(rows[0, i]):
                moved = (weights[i] if weights.size else 1.0) * rows[j, i]
                sum_0 += moved * rows[j, i]
                sum_1 += moved * rows[second, i]
                sum_2 += moved * rows[third, i]
                sum_3 += moved * rows[fourth, i]
        for value in (sum_0, sum_1, sum_2, sum_3):
            if at < end:
                total[at] = value
                at += 1


@jit(nogil=True)
def sums_of_blocks(x, weights, sign, law, with_products, totals, missing, low, high):
    """Let rows low to high of ``totals`` be the sums over their blocks of points.

    One row a block, whatever threads there are.  ``missing`` marks the points that are left out;
    no weights are equal ones.
    """
    y, u, rows = np.empty(BLOCK), np.empty(BLOCK), np.empty((5, BLOCK))
    start = np.empty(BLOCK, np.int64)
    for block in range(low, high):
        first = block * BLOCK
        some = x[first : first + BLOCK]
        _fill(some, sign, law, y, u, start, rows)
        heavy = weights[first : first + BLOCK]
        _add(heavy, rows, some.size, totals[block], missing[first:])
        if with_products:
            _add_products(heavy, rows, some.size, totals[block])


@jit
def add_rows(logs, scores, weights, with_products, total):
    """Add points whose log f and scores are known otherwise."""
    for i in range(logs.size):
        weight = weights[i] if weights.size else 1.0
        total[0] += weight * logs[i]
        at = 5
        for j in range(4):
            total[1 + j] += weight * scores[i, j]
            if with_products:
                for k in range(j, 4):
                    total[at] += weight * scores[i, j] * scores[i, k]
                    at += 1


def sums_from(total: np.ndarray, with_products: bool) -> Sums:
    """The sums by their names."""
    products = np.empty((4, 4))
    upper = np.triu_indices(4)
    products[upper] = products[upper[::-1]] = total[5:]
    return Sums(float(total[0]), total[1:5], products if with_products else None)
