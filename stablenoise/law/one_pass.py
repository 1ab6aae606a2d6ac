"""Log density and score of one law at many points in one pass: some 20 ns a point.

The law is panels of four polynomials in u = asinh(y), y = (x - centre) / width: a function and its
derivatives in alpha, beta and u, the first two of them at fixed u.  The function is log f, or one
that the density is made of (``densities``).  What the derivatives are at fixed x is the chain rule.
"""

import math
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from ..kernels.arrays import GRID, Array, array_module, compile_cuda
from ..kernels.compiler import fma, jit
from ..kernels.elementary import cuda, double
from ..kernels.threads import in_threads
from . import lookup
from .lookup import BLOCK, POINTS_PER_THREAD, search, to_u

SUMS = 15  # of log f, of the score, and of the upper triangle of its outer product, row by row
LOG_DENSITY, POWER, GAUSS = range(3)  # what the polynomials are
LEAST = 1e-4  # of the function of a density, whose errors are absolute: below it is not known
TINY = 1e-290  # densities at alpha = 2 that are near the end of the doubles
LOG_F, IN_ALPHA, IN_BETA, IN_U = range(4)  # polynomials of a panel, the last axis of powers
HEIGHT = 0.5 / math.sqrt(math.pi)  # of the density at alpha = 2
exp, log = double.exp, double.log


class Place(NamedTuple):
    """Where u = 0 lies and how wide it is, with their derivatives in alpha (_a) and beta (_b).

    ``kind`` is what the polynomials are, ``power`` is 1 + alpha and ``rest`` is 2 - alpha.
    """

    centre: float = 0.0
    width: float = 1.0
    centre_a: float = 0.0
    centre_b: float = 0.0
    width_a: float = 0.0
    kind: int = LOG_DENSITY
    power: float = 0.0
    rest: float = 0.0


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
def _of_power(y, place, rows):
    """From G, f = G / width (1 + y^2)^(-power / 2), to log f and its derivatives at fixed u."""
    log_width, width_a = math.log(place.width), place.width_a / place.width
    for i in range(y.size):
        size = math.sqrt(1.0 + y[i] * y[i])
        log_size, g = log(size), rows[0, i]
        known = g if g > LEAST else np.nan
        rows[0, i] = log(g if g > LEAST else 1.0) - place.power * log_size - log_width
        rows[1, i] = rows[1, i] / known - log_size - width_a
        rows[2, i] = rows[2, i] / known
        rows[3, i] = rows[3, i] / known - place.power * (y[i] / size)


@jit(alone=True)
def _of_gauss(y, place, rows):
    """The same from G, f = phi(y) + rest G (1 + y^2)^(-power / 2), phi being that of alpha = 2."""
    for i in range(y.size):
        size = math.sqrt(1.0 + y[i] * y[i])
        log_size, g = log(size), rows[0, i]
        bell = exp(max(-0.25 * y[i] * y[i], -800.0)) * HEIGHT
        decay = exp(-place.power * log_size)
        heavy = place.rest * decay
        f = bell + heavy * g
        # Either phi is the most of it, or G is known
        known = f if f > TINY and max(f - decay * LEAST, g - LEAST) > 0.0 else np.nan
        in_size = heavy * (rows[3, i] - place.power * g * (y[i] / size))
        rows[0, i] = log(f if f > TINY else 1.0)
        rows[1, i] = (heavy * (rows[1, i] - log_size * g) - decay * g) / known
        rows[2, i] = heavy * rows[2, i] / known
        rows[3, i] = (in_size - 0.5 * y[i] * size * bell) / known


@jit(alone=True)
def _at_fixed_x(x, sign, place, y, rows):
    """Let the rows be log f and the score in alpha, beta, scale and loc, of the law at ``sign`` x.

    NaN where x is not finite: the polynomials of the outer panels are.
    """
    for i in range(x.size):
        z = sign * x[i]
        in_y = rows[3, i] / math.sqrt(1.0 + y[i] * y[i])
        in_x = in_y / place.width
        in_a = rows[1, i] - in_x * (place.centre_a + y[i] * place.width_a)
        in_b = rows[2, i] - in_x * place.centre_b
        # NaN if x is not finite, or nothing is known
        unknown = (x[i] - x[i]) + (in_x - in_x)
        rows[0, i], rows[1, i], rows[2, i] = rows[0, i] + unknown, in_a, sign * in_b
        rows[3, i], rows[4, i] = -(1.0 + z * in_x) + unknown, -sign * in_x


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
    if place.kind == POWER:
        _of_power(y[:n], place, rows)
    elif place.kind == GAUSS:
        _of_gauss(y[:n], place, rows)
    _at_fixed_x(x, sign, place, y, rows)


def fill_rows(x: Array, sign: float, law: Law, logs: Array, scores: Array) -> None:
    """Fill ``logs`` and the rows of ``scores``, where x lives; NaN where there is no polynomial."""
    xp = array_module(x)
    if xp is np:

        def work(low: int, high: int) -> None:
            rows_of_points(x[low:high], sign, law, logs[low:high], scores[low:high])

        in_threads(work, x.size, POINTS_PER_THREAD)
    elif x.size:
        at, widths = law.place, (math.log(law.place.width), law.place.width_a / law.place.width)
        place = np.array(
            [(*map(float, at), *widths)], [(n, float) for n in (*at._fields, "p", "q")]
        )
        arrays = map(xp.asarray, (law.edges, law.cells, law.middle, law.stretch, law.powers))
        arguments = x, np.int64(x.size), np.float64(sign), place, *arrays, logs, scores
        _kernel()((min(-(-x.size // 256), GRID),), (256,), arguments)


@cache
def _kernel() -> Any:
    return compile_cuda(cuda(np.float64) + lookup.CUDA + CUDA, "rows_of_points")


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


CUDA = (
    f"#define LEAST {LEAST.hex()}\n#define TINY {TINY.hex()}\n#define HEIGHT {HEIGHT.hex()}\n"
    f"#define POWER {POWER}\n#define GAUSS {GAUSS}\n"
    + r"""
struct place {
    double centre, width, centre_a, centre_b, width_a, kind, power, rest, log_width, relative_a;
};
__device__ double nothing() { return __longlong_as_double(0x7ff8000000000000LL); }
__device__ void of_power(double y, const place &at, double *r)
{
    const double size = sqrt(1.0 + y * y), log_size = log_(size), g = r[0];
    const double known = g > LEAST ? g : nothing();
    r[0] = log_(g > LEAST ? g : 1.0) - at.power * log_size - at.log_width;
    r[1] = r[1] / known - log_size - at.relative_a;
    r[2] = r[2] / known;
    r[3] = r[3] / known - at.power * (y / size);
}
__device__ void of_gauss(double y, const place &at, double *r)
{
    const double size = sqrt(1.0 + y * y), log_size = log_(size), g = r[0];
    const double bell = exp_(fmax(-0.25 * y * y, -800.0)) * HEIGHT;
    const double decay = exp_(-at.power * log_size), heavy = at.rest * decay;
    const double f = bell + heavy * g;
    const bool is_known = f > TINY && fmax(f - decay * LEAST, g - LEAST) > 0.0;
    const double known = is_known ? f : nothing();
    const double in_size = heavy * (r[3] - at.power * g * (y / size));
    r[0] = log_(f > TINY ? f : 1.0);
    r[1] = (heavy * (r[1] - log_size * g) - decay * g) / known;
    r[2] = heavy * r[2] / known;
    r[3] = (in_size - 0.5 * y * size * bell) / known;
}
extern "C" __global__ void rows_of_points(
    const double *x, long long n, double sign, place at, const double *edges, const int *cells,
    const double *middle, const double *stretch, const double *powers, double *logs, double *scores)
{
    const int terms = 14;
    const long long threads = (long long)gridDim.x * blockDim.x;
    for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < n; i += threads) {
        const double y = (sign * x[i] - at.centre) / at.width, u = to_u(y);
        const long long k = panel_of(u, 0, edges, cells);
        const double t = (u - middle[k]) * stretch[k], w = t * t, *p = powers + k * terms * 4;
        double r[4];
        for (int c = 0; c < 4; ++c) {
            double odd = p[4 * (terms - 1) + c], even = p[4 * (terms - 2) + c];
            for (int j = terms - 3; j > 0; j -= 2) {
                odd = fma_(odd, w, p[4 * j + c]);
                even = fma_(even, w, p[4 * (j - 1) + c]);
            }
            r[c] = fma_(odd, t, even);
        }
        if (at.kind == POWER) of_power(y, at, r);
        else if (at.kind == GAUSS) of_gauss(y, at, r);
        const double in_x = r[3] / sqrt(1.0 + y * y) / at.width;
        const double unknown = (x[i] - x[i]) + (in_x - in_x);
        logs[i] = r[0] + unknown;
        scores[4 * i] = r[1] - in_x * (at.centre_a + y * at.width_a);
        scores[4 * i + 1] = sign * (r[2] - in_x * at.centre_b);
        scores[4 * i + 2] = -(1.0 + sign * x[i] * in_x) + unknown;
        scores[4 * i + 3] = -sign * in_x;
    }
}
"""
)
