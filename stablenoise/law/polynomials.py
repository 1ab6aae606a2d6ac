r"""One law as panels of polynomials: density and tails at some 10 ns a point.

``log f``, ``log P(X > x)`` and ``log P(X < x)`` are polynomials of degree 13 in u on panels that
are halved until their last Chebyshev coefficients are small: u = asinh(x), or, for alpha <= 0.9,
where the law varies quickly about zeta, u = log\|x - zeta\| on either side of it.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..kernels.arrays import Array, array_module
from ..kernels.compiler import jit
from .direct import DENSITY, about_zeta, direct_logs, law, workspace
from .lookup import CELLS, TERMS, cells_of, fill_logs, polynomials, search
from .zeta import minus_zeta

TOLERANCE = 2e-12  # of the last two Chebyshev coefficients, in the logarithms
MIN_WIDTH = 2.0**-9  # of a panel
MAX_PANELS = 512  # of a side
ABOUT_ZETA = 0.9  # alpha up to which u is the logarithm of the distance from zeta
DEEP_LOG = -740.0  # log density of a panel that is left to the direct method

_LEFT_EDGES = np.array([-709.0, -516, -260, -132, -68, -36, -20, -12, *range(-8, 9, 2)])
FIRST_EDGES = np.concatenate([_LEFT_EDGES, -_LEFT_EDGES[7::-1]])
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
        self.fill(kind, x, out)
        rest = xp.flatnonzero(xp.isnan(out))
        if rest.size:
            points = x[rest] if xp is np else x[rest].get()
            out[rest] = xp.asarray(direct_logs(points, self.alpha, self.beta)[kind])
        return out

    def fill(self, kind: int, x: Array, out: Array) -> None:
        """Fill ``out`` with what ``log`` gives, but NaN where there is no polynomial."""
        arrays = self.edges, self.cells, self.middle, self.stretch, self.powers[kind]
        fill_logs(x, self.alpha <= ABOUT_ZETA, self.shift, arrays, out)

    def log_density(self, u: np.ndarray, sign: float) -> np.ndarray:
        """Log density at u on one side: there zeta + z may be no other double than zeta."""
        start = np.full(u.size, CELLS if self.alpha <= ABOUT_ZETA and sign > 0 else 0)
        out = np.empty(u.size)
        search(u, self.edges, self.cells, start)
        polynomials(u, u, start, self.middle, self.stretch, self.powers[DENSITY], out)
        _fill(u, sign, self.alpha, self.beta, out)
        return out

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
        """The u of a point on one side; -inf, or NaN, if it is not there."""
        with np.errstate(all="ignore"):
            return np.arcsinh(x) if self.alpha > ABOUT_ZETA else np.log(sign * (x + self.shift[0]))


@jit
def at(u, side, alpha, beta, work):
    """The three logarithms at u."""
    if alpha > ABOUT_ZETA:
        return law(math.sinh(u), alpha, beta, work)
    return about_zeta(side * math.exp(u), alpha, beta, work)


@jit
def _fill(u, side, alpha, beta, out):
    """Let what is NaN be the log density."""
    work = workspace()
    for i in range(u.size):
        if math.isnan(out[i]):
            out[i] = at(u[i], side, alpha, beta, work)[DENSITY]


@jit
def _largest(x, of_sizes):
    """Largest of some numbers, or of their sizes; NaN if one is."""
    best = -np.inf
    for i in range(x.size):
        value = abs(x[i]) if of_sizes else x[i]
        if math.isnan(value):
            return value
        best = max(best, value)
    return best


@jit
def _is_accurate(values, coefficients):
    """Whether the last coefficients are small enough for all three logarithms."""
    for kind in range(3):
        size = _largest(values[kind], True)
        last = max(abs(coefficients[kind, TERMS - 1]), abs(coefficients[kind, TERMS - 2]))
        if not last <= TOLERANCE + 4e-15 * size:
            return False
    return True


@jit(nogil=True)
def _build(alpha, beta, side, middle, half, powers):
    """Fill panels of one side from left to right; their number."""
    work, values = workspace(), np.empty((3, TERMS))
    # A stack of the panels still to be made: the leftmost is on top
    stack, depth, n = np.empty((MAX_PANELS, 2)), 0, 0
    for i in range(FIRST_EDGES.size - 2, -1, -1):
        stack[depth, 0], stack[depth, 1] = FIRST_EDGES[i], FIRST_EDGES[i + 1]
        depth += 1
    while depth:
        depth -= 1
        low, high = stack[depth]
        centre, radius = 0.5 * (low + high), 0.5 * (high - low)
        for j in range(TERMS):
            u = centre + radius * _POINTS[j]
            values[0, j], values[1, j], values[2, j] = at(u, side, alpha, beta, work)
        coefficients = values @ _CHEBYSHEV.T
        good = _is_accurate(values, coefficients)
        # What halving will not mend is NaN, and left to the direct method: a deep light tail, a
        # place where the law is not smooth, or more panels than there is memory for
        is_full = n + depth > MAX_PANELS - 3
        left_out = _largest(values[0], False) < DEEP_LOG or high - low <= MIN_WIDTH or is_full
        if good or left_out:
            middle[n], half[n] = centre, radius
            # one by one: Numba takes 3 s to compile the assignment of a column
            product = coefficients @ _POWERS.T
            for kind in range(3):
                for k in range(TERMS):
                    powers[kind, n, k] = product[kind, k] if good else np.nan
            n += 1
        else:  # the right half below the left one
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
    for i, (centre, half, polynomials_of_side) in enumerate(sides):
        known = slice(1, 1 + len(centre))
        edges[i, known] = centre - half
        edges[i, known.stop] = centre[-1] + half[-1]
        middle[i, known], stretch[i, known] = centre, 1.0 / half
        powers[:, i, known] = polynomials_of_side
    edges[:, -1] = np.nan
    cells = np.concatenate([i * size + cells_of(side) for i, side in enumerate(edges)])
    shift = minus_zeta(alpha, beta) if about else (0.0, 0.0)
    flat = edges.ravel(), cells.astype(np.int32), middle.ravel(), stretch.ravel()
    return Panels(alpha, beta, shift, *flat, powers.reshape(3, -1, TERMS))


def _side(alpha: float, beta: float, side: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Middles, half widths and polynomials of one side."""
    middle, half = np.empty((2, MAX_PANELS))
    powers = np.empty((3, MAX_PANELS, TERMS))
    n = _build(alpha, beta, side, middle, half, powers)
    return middle[:n], half[:n], powers[:, :n]
