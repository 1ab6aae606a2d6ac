r"""One law as panels of polynomials: density and tails at some 10 ns a point.

``log f``, ``log P(X > x)`` and ``log P(X < x)`` are polynomials of degree 13 in u on panels that
are halved until their last Chebyshev coefficients are small: u = asinh(x), or, for alpha <= 0.9,
where the law varies quickly about zeta, u = log\|x - zeta\| on either side of it.
"""

import math
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy import int64

from ..kernels.arrays import GRID, Array, array_module, compile_cuda
from ..kernels.compiler import fma, jit, scalar
from ..kernels.elementary import cuda, double
from ..kernels.threads import in_threads
from .direct import DENSITY, about_zeta, direct_logs, law, workspace
from .zeta import minus_zeta, plus

log, exp = double.log, double.exp
TERMS = 14  # of a polynomial
TOLERANCE = 2e-12  # of the last two Chebyshev coefficients, in the logarithms
NARROWEST = 2.0**-9  # panel
MOST = 512  # panels of a side
ABOUT_ZETA = 0.9  # alpha up to which u is the logarithm of the distance from zeta
BLOCK = 512
ENOUGH = 50_000  # points that a thread must have to be worth its start
LOG_2 = math.log(2.0)
DEEP = -740.0  # log density of a panel that is left to the direct method
CELLS_TO_1, REACH = 16, 64  # cells of u, each with the panel of its left end, and how far they go
CELLS = 2 * REACH * CELLS_TO_1  # of a side
LOWEST, HIGHEST = -float(REACH), REACH - 1.0 / CELLS_TO_1  # left ends of the first and the last

_FIRST = np.array([-709.0, -516, -260, -132, -68, -36, -20, -12, *range(-8, 9, 2)])
FIRST = np.concatenate([_FIRST, -_FIRST[7::-1]])  # edges to begin with
_ANGLES = (2 * np.arange(TERMS) + 1) * np.pi / (2 * TERMS)
_POINTS = np.cos(_ANGLES)
_CHEBYSHEV = 2.0 / TERMS * np.cos(np.outer(np.arange(TERMS), _ANGLES))
_CHEBYSHEV[0] /= 2.0
_POWERS = np.zeros((TERMS, TERMS))
for _k in range(TERMS):
    _POWERS[: _k + 1, _k] = np.polynomial.chebyshev.cheb2poly(np.eye(TERMS)[_k][: _k + 1])


@dataclass(frozen=True, slots=True, eq=False)
class Panels:
    """Polynomials for one (alpha, beta), in S0 with scale 1.

    Of each side, ``edges[i]`` is the left end of panel i, but for the first, and filled up to a
    power of 2 with inf and, last, a NaN, which nothing is beyond; panel i has the middle
    ``middle[i]``, ``stretch[i]`` over half its width, and ``powers[kind, i]`` as its coefficients,
    lowest first.  Those of the first panel, of the last and of those in deep light tails are NaN.
    ``cells`` are those of ``cells_of``.  If there are two sides, the first half of everything is
    the left one, in log(zeta - x).
    """

    alpha: float
    beta: float
    shift: tuple[float, float]
    edges: np.ndarray
    cells: np.ndarray
    middle: np.ndarray
    stretch: np.ndarray
    powers: np.ndarray

    def log(self, kind: int, x: Array) -> Array:
        """Log density (0), log P(X > x) (1) or log P(X < x) (2); x is contiguous and 1-d.

        An array on a device is evaluated there, but for points beyond the panels.
        """
        xp = array_module(x)
        out = xp.empty(x.size)
        self._polynomials(kind, x, out)
        rest = xp.flatnonzero(xp.isnan(out))
        if rest.size:
            points = x[rest] if xp is np else x[rest].get()
            out[rest] = xp.asarray(direct_logs(points, self.alpha, self.beta)[kind])
        return out

    def log_density(self, u: np.ndarray, sign: float) -> np.ndarray:
        """Log density at u on one side: there zeta + z may be no other double than zeta."""
        start = np.full(u.size, CELLS if self.alpha <= ABOUT_ZETA and sign > 0 else 0)
        out = np.empty(u.size)
        search(u, self.edges, self.cells, start)
        polynomials(u, u, start, self.middle, self.stretch, self.powers[DENSITY], out)
        fill(u, sign, self.alpha, self.beta, out)
        return out

    def _polynomials(self, kind: int, x: Array, out: Array) -> None:
        """Fill ``out`` where the array lives; NaN where there is no polynomial."""
        xp, about = array_module(x), self.alpha <= ABOUT_ZETA
        arrays = self.edges, self.cells, self.middle, self.stretch, self.powers[kind]
        if xp is np:

            def work(low: int, high: int) -> None:
                evaluate(x[low:high], about, self.shift, *arrays, out[low:high])

            in_threads(work, x.size, ENOUGH)
        elif x.size:
            place = np.int32(about), *map(np.float64, self.shift)
            arguments = x, np.int64(x.size), *place, *map(xp.asarray, arrays), out
            _kernel()((min(-(-x.size // 256), GRID),), (256,), arguments)

    def sides(self) -> list[tuple[float, np.ndarray]]:
        """Signs of the sides, and the panels of each that have polynomials, from left to right."""
        signs = (-1.0, 1.0) if self.alpha <= ABOUT_ZETA else (1.0,)
        parts = np.split(np.arange(self.middle.size), len(signs))
        known = [part[np.isfinite(self.powers[DENSITY, part, 0])] for part in parts]
        return [side for side in zip(signs, known, strict=True) if side[1].size]

    def x(self, u: np.ndarray, sign: float) -> np.ndarray:
        """Points at u on one side."""
        return np.sinh(u) if self.alpha > ABOUT_ZETA else sign * np.exp(u) - self.shift[0]

    def distance(self, u: np.ndarray, sign: float, origin: float) -> np.ndarray:
        """How far these points are from ``origin``, without loss where that is near zeta."""
        if self.alpha > ABOUT_ZETA:
            return np.sinh(u) - origin
        return sign * np.exp(u) - (origin + self.shift[0])

    def u(self, x: float, sign: float) -> float:
        """Place of a point on one side; -inf, or NaN, if it is not there."""
        with np.errstate(all="ignore"):
            return np.arcsinh(x) if self.alpha > ABOUT_ZETA else np.log(sign * (x + self.shift[0]))


@jit
def at(u, side, alpha, beta, work):
    """The three logarithms at u."""
    if alpha > ABOUT_ZETA:
        return law(math.sinh(u), alpha, beta, work)
    return about_zeta(side * math.exp(u), alpha, beta, work)


@jit
def fill(u, side, alpha, beta, out):
    """Let what is NaN be the log density."""
    work = workspace()
    for i in range(u.size):
        if math.isnan(out[i]):
            out[i] = at(u[i], side, alpha, beta, work)[DENSITY]


@jit
def is_accurate(values, coefficients):
    """Whether the last coefficients are small enough for all three logarithms."""
    for kind in range(3):
        size = np.abs(values[kind]).max()
        last = max(abs(coefficients[kind, TERMS - 1]), abs(coefficients[kind, TERMS - 2]))
        if not last <= TOLERANCE + 4e-15 * size:
            return False
    return True


@jit(nogil=True)
def build(alpha, beta, side, middle, half, powers):
    """Fill panels of one side from left to right; their number."""
    work, values = workspace(), np.empty((3, TERMS))
    stack, depth, n = np.empty((MOST, 2)), 0, 0
    for i in range(FIRST.size - 2, -1, -1):
        stack[depth, 0], stack[depth, 1] = FIRST[i], FIRST[i + 1]
        depth += 1
    while depth:
        depth -= 1
        low, high = stack[depth]
        centre, radius = 0.5 * (low + high), 0.5 * (high - low)
        for j in range(TERMS):
            u = centre + radius * _POINTS[j]
            values[0, j], values[1, j], values[2, j] = at(u, side, alpha, beta, work)
        coefficients = values @ _CHEBYSHEV.T
        good = is_accurate(values, coefficients)
        left_out = values[0].max() < DEEP or high - low <= NARROWEST or n + depth > MOST - 3
        if good or left_out:
            middle[n], half[n] = centre, radius
            powers[:, n] = coefficients @ _POWERS.T
            if not good:
                powers[:, n] = np.nan
            n += 1
        else:
            stack[depth, 0], stack[depth, 1] = centre, high
            stack[depth + 1, 0], stack[depth + 1, 1] = low, centre
            depth += 2
    return n


@lru_cache(maxsize=32)
def panels(alpha: float, beta: float) -> Panels:
    """Panels of one law, made in some 2 to 8 ms; the last 32 are kept."""
    alpha, beta = float(alpha), float(beta)
    about = alpha <= ABOUT_ZETA
    sides = [_side(alpha, beta, side) for side in ((-1.0, 1.0) if about else (1.0,))]
    size = 1 << (2 + max(len(middle) for middle, _, _ in sides)).bit_length()
    edges, middle = np.full((len(sides), size), np.inf), np.zeros((len(sides), size))
    stretch, powers = np.ones((len(sides), size)), np.full((3, len(sides), size, TERMS), np.nan)
    for i, (centre, half, found) in enumerate(sides):
        known = slice(1, 1 + len(centre))
        edges[i, known] = centre - half
        edges[i, known.stop] = centre[-1] + half[-1]
        middle[i, known], stretch[i, known], powers[:, i, known] = centre, 1.0 / half, found
    edges[:, -1] = np.nan
    cells = np.concatenate([i * size + cells_of(side) for i, side in enumerate(edges)])
    shift = minus_zeta(alpha, beta) if about else (0.0, 0.0)
    flat = edges.ravel(), cells.astype(np.int32), middle.ravel(), stretch.ravel()
    return Panels(alpha, beta, shift, *flat, powers.reshape(3, -1, TERMS))


def cells_of(edges: np.ndarray) -> np.ndarray:
    """The panel that holds the left end of each cell of a side; of the first, panel 0."""
    ends = LOWEST + np.arange(CELLS) / CELLS_TO_1
    found = np.searchsorted(edges[1:], ends, side="right").astype(np.int32)
    found[0] = 0  # all that is left of the cells begins here too
    return found


def _side(alpha: float, beta: float, side: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Middles, half widths and polynomials of one side."""
    middle, half, powers = np.empty(MOST), np.empty(MOST), np.empty((3, MOST, TERMS))
    n = build(alpha, beta, side, middle, half, powers)
    return middle[:n], half[:n], powers[:, :n]


@jit
def places(x, u):
    """Let u be asinh(x), to an absolute error of one ulp of u."""
    for i in range(x.size):
        size = abs(x[i])
        near = min(size, 1e8)
        y = log(near + math.sqrt(1.0 + near * near)) if size < 1e8 else log(size) + LOG_2
        u[i] = y if x[i] >= 0.0 else -y


@jit
def places_about(x, shift, u, start):
    """log|x - zeta|, and where the cells of its side begin."""
    for i in range(x.size):
        distance = plus((x[i], 0.0), shift)[0]
        u[i] = log(max(abs(distance), 1e-300))
        start[i] = CELLS if distance > 0.0 else 0


@scalar
def panel_of(u, first, edges, cells):
    """The panel that holds u, of the side whose cells begin at ``first``.

    From the panel of the left end of its cell it is a step at most, but where panels are narrow or
    u is beyond the cells.  The first step is made by arithmetic: as a jump it could not be
    foreseen.
    """
    v = u if u > LOWEST else LOWEST
    v = v if v < HIGHEST else HIGHEST
    i = int64(cells[first + REACH * CELLS_TO_1 + int64(math.floor(v * CELLS_TO_1))])
    i += int64(edges[i + 1] <= u)
    while edges[i + 1] <= u:
        i += 1
    return i


@jit
def search(u, edges, cells, start):
    """Let ``start``, where the cells of a point's side begin, be the panel that holds u."""
    for i in range(u.size):
        start[i] = panel_of(u[i], start[i], edges, cells)


@jit
def polynomials(x, u, start, middle, stretch, powers, out):
    """The polynomial of each point's panel; NaN where x is not finite."""
    for i in range(u.size):
        k = start[i]
        t = (u[i] - middle[k]) * stretch[k]
        w = t * t
        odd, even = powers[k, TERMS - 1], powers[k, TERMS - 2]
        for j in range(TERMS - 3, 0, -2):
            odd = fma(odd, w, powers[k, j])
            even = fma(even, w, powers[k, j - 1])
        out[i] = fma(odd, t, even) + (x[i] - x[i])


@jit(nogil=True)
def evaluate(x, about, shift, edges, cells, middle, stretch, powers, out):
    """One of the logarithms at all x, by blocks."""
    u, start = np.empty(BLOCK), np.empty(BLOCK, np.int64)
    for low in range(0, x.size, BLOCK):
        some = x[low : low + BLOCK]
        n = some.size
        if about:
            places_about(some, shift, u[:n], start[:n])
        else:
            start[:n] = 0
            places(some, u[:n])
        search(u[:n], edges, cells, start[:n])
        polynomials(some, u[:n], start[:n], middle, stretch, powers, out[low : low + n])


@cache
def _kernel() -> Any:
    return compile_cuda(cuda(np.float64) + CUDA, "evaluate")


CUDA = (
    f"#define LOG_TWO {LOG_2.hex()}\n#define CELLS_TO_1 {CELLS_TO_1}\n#define REACH {REACH}"
    + r"""
__device__ double plus(double a, double a_low, double b, double b_low)
{
    double sum = a + b, part = sum - a;
    double rest = (a - (sum - part)) + (b - part) + (a_low + b_low);
    return sum + rest;
}
__device__ double place(double x)
{
    double size = fabs(x);
    double near = fmin(size, 1e8);
    double y = size < 1e8 ? log_(near + sqrt(1.0 + near * near)) : log_(size) + LOG_TWO;
    return x >= 0.0 ? y : -y;
}
__device__ long long panel_of(double u, long long first, const double *edges, const int *cells)
{
    const double lowest = -REACH, highest = REACH - 1.0 / CELLS_TO_1;
    double v = u > lowest ? u : lowest;
    v = v < highest ? v : highest;
    long long i = cells[first + REACH * CELLS_TO_1 + (long long)floor(v * CELLS_TO_1)];
    while (edges[i + 1] <= u)
        ++i;
    return i;
}
extern "C" __global__ void evaluate(const double *x, long long n, int about, double shift,
                                    double shift_low, const double *edges, const int *cells,
                                    const double *middle, const double *stretch,
                                    const double *powers, double *out)
{
    const int terms = 14;
    const long long threads = (long long)gridDim.x * blockDim.x;
    for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < n; i += threads) {
        long long k = 0;
        double u;
        if (about) {
            const double distance = plus(x[i], 0.0, shift, shift_low);
            u = log_(fmax(fabs(distance), 1e-300));
            k = distance > 0.0 ? 2 * REACH * CELLS_TO_1 : 0;
        } else {
            u = place(x[i]);
        }
        k = panel_of(u, k, edges, cells);
        const double t = (u - middle[k]) * stretch[k], w = t * t, *p = powers + k * terms;
        double odd = p[terms - 1], even = p[terms - 2];
        for (int j = terms - 3; j > 0; j -= 2) {
            odd = fma_(odd, w, p[j]);
            even = fma_(even, w, p[j - 1]);
        }
        out[i] = fma_(odd, t, even) + (x[i] - x[i]);
    }
}
"""
)
