"""The panel of a point, and its polynomial there: some 10 ns a point, on CPU and GPU.

What is looked up in are arrays of ``polynomials.Panels``.
"""

import math
from functools import cache
from typing import Any

import numpy as np
from numpy import int64

from ..kernels.arrays import GRID, Array, array_module, compile_cuda
from ..kernels.compiler import fma, jit, scalar
from ..kernels.elementary import cuda, double
from ..kernels.threads import in_threads
from .zeta import plus

log = double.log
TERMS = 14  # of a polynomial
BLOCK = 512  # points of which the stages share a buffer
POINTS_PER_THREAD = 50_000  # for a thread to be worth its start
LOG_2 = math.log(2.0)
CELLS_TO_1, REACH = 16, 64  # cells of u, each with the panel of its left end, and how far they go
CELLS = 2 * REACH * CELLS_TO_1  # of a side
FIRST_CELL, LAST_CELL = -float(REACH), REACH - 1.0 / CELLS_TO_1  # their left ends


def cells_of(edges: np.ndarray) -> np.ndarray:
    """The panel that holds the left end of each cell of a side; of the first, panel 0."""
    ends = FIRST_CELL + np.arange(CELLS) / CELLS_TO_1
    panels = np.searchsorted(edges[1:], ends, side="right").astype(np.int32)
    panels[0] = 0  # all that is left of the cells begins here too
    return panels


def fill_logs(
    x: Array, about: bool, shift: tuple[float, float], arrays: tuple[np.ndarray, ...], out: Array
) -> None:
    """Fill ``out`` with one of the logarithms, where x lives; NaN where there is no polynomial.

    u is about zeta or not, ``shift`` is -zeta to twice the digits; the arrays are edges, cells,
    middle, stretch and powers.
    """
    xp = array_module(x)
    if xp is np:

        def work(low: int, high: int) -> None:
            evaluate(x[low:high], about, shift, *arrays, out[low:high])

        in_threads(work, x.size, POINTS_PER_THREAD)
    elif x.size:
        origin = np.int32(about), *map(np.float64, shift)
        arguments = x, np.int64(x.size), *origin, *map(xp.asarray, arrays), out
        _kernel()((min(-(-x.size // 256), GRID),), (256,), arguments)


@jit(alone=True)
def to_u(x, u):
    """Let u be asinh(x), to an absolute error of one ulp of u."""
    for i in range(x.size):
        size = abs(x[i])
        near = min(size, 1e8)
        y = log(near + math.sqrt(1.0 + near * near)) if size < 1e8 else log(size) + LOG_2
        u[i] = y if x[i] >= 0.0 else -y


@jit(alone=True)
def to_u_about(x, shift, u, start):
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
    v = u if u > FIRST_CELL else FIRST_CELL
    v = v if v < LAST_CELL else LAST_CELL
    i = int64(cells[first + REACH * CELLS_TO_1 + int64(math.floor(v * CELLS_TO_1))])
    i += int64(edges[i + 1] <= u)
    while edges[i + 1] <= u:
        i += 1
    return i


@jit(alone=True)
def search(u, edges, cells, start):
    """Let ``start``, where the cells of a point's side begin, be the panel that holds u."""
    for i in range(u.size):
        start[i] = panel_of(u[i], start[i], edges, cells)


@jit(alone=True)
def polynomials(x, u, start, middle, stretch, powers, out):
    """The polynomial of each point's panel; NaN where x is not finite."""
    # Two Horner chains, of odd and of even powers, interleaved: one alone is all latency.  The last
    # term makes NaN of an infinite x
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
    # Short stages over buffers in the nearest cache, rather than one long body: each is vectorised
    u, start = np.empty(BLOCK), np.empty(BLOCK, np.int64)
    for low in range(0, x.size, BLOCK):
        some = x[low : low + BLOCK]
        n = some.size
        if about:
            to_u_about(some, shift, u[:n], start[:n])
        else:
            start[:n] = 0
            to_u(some, u[:n])
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
__device__ double to_u(double x)
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
            u = to_u(x[i]);
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
