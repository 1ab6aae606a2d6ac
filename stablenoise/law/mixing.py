r"""The integral over the stable variance A of an isotropic vector: panels of u, and their sums.

The formulas are those of ``radial``.  The integrand in u is exp(kernel + law) times a factor: the
kernel y^k e^-y is that of the gamma law, and has one maximum in log a; the law is the density of A,
which has one maximum too, or a tail, which has none.  So what lies beyond an u has a bound, and the
panels, which are made from near the maximum outwards, end where that is nothing.
"""

import math
from typing import NamedTuple

import numpy as np

from ..kernels.compiler import jit
from ..kernels.elementary import double
from .direct import DENSITY, LOWER, UPPER, workspace
from .gauss import POINTS, lay
from .lookup import TERMS, panel_of, polynomials, search
from .polynomials import ABOUT_ZETA, at

log, exp, expm1 = double.log, double.exp, double.expm1

GROUP = 16  # panels that are summed together
MAX_PANELS = 1024  # on either side
DEPTH = 38.0  # the integrand is followed down to exp(-38) of its maximum
STEP, DEEP_STEP = 5.0, 15.0  # of the integrand's logarithm in a panel; the second below 1.5 DEPTH
MAX_WIDTH, LAW_PANELS = 2.0, 2.0  # panel: of u, in panels of the law of A
NEAR_ZERO = 0.7  # of t in a panel where A is near 0
TINY = 1e-300  # stands for what has no logarithm


class Mixing(NamedTuple):
    """Density (``kind`` 0) or a tail (1, 2) of A = shift + scale x, as polynomials in u.

    ``core`` is the u where the density over u is largest; what ``kind`` tells of is exp(most) at
    most.  The last five are those of ``Panels``, for one kind and one side.
    """

    rho: float
    shift: float
    scale: float
    log_scale: float
    kind: int
    core: float
    most: float
    edges: np.ndarray
    cells: np.ndarray
    middle: np.ndarray
    stretch: np.ndarray
    powers: np.ndarray


class Point(NamedTuple):
    """What the kernel needs at one radius: y = y_ref where t is t_ref, and y = k at the u ``peak``.

    There its logarithm is ``crest``.
    """

    k: float
    t_ref: float
    y_ref: float
    peak: float
    crest: float


class Buffers(NamedTuple):
    """Memory of one thread: for the law of A, ends of panels on two sides, rows of numbers."""

    work: np.ndarray
    edges: np.ndarray
    nodes: np.ndarray
    panels: np.ndarray


@jit
def new_buffers():
    """Memory for one thread's integrals, 240 kB."""
    nodes, panels = np.empty((4, GROUP * POINTS)), np.empty(GROUP * POINTS, np.int64)
    return Buffers(workspace(), np.empty((2, MAX_PANELS + 1)), nodes, panels)


@jit
def _log_a(u, law):
    """Log A at u, and its derivative."""
    if law.rho <= ABOUT_ZETA:
        return u + law.log_scale, 1.0
    a = law.shift + law.scale * math.sinh(u)
    return (math.log(a), law.scale * math.cosh(u) / a) if a > 0.0 else (-np.inf, 0.0)


@jit
def u_of(t, law):
    """The u where log A is t."""
    if law.rho <= ABOUT_ZETA:
        return t - law.log_scale
    return math.asinh((math.exp(t) - law.shift) / law.scale)


@jit
def _log_law(u, law, work):
    """Logarithm of the density or a tail of A at u, in the units of its panels."""
    i = panel_of(u, 0, law.edges, law.cells)
    v = (u - law.middle[i]) * law.stretch[i]
    w = v * v
    odd, even = law.powers[i, TERMS - 1], law.powers[i, TERMS - 2]
    for j in range(TERMS - 3, 0, -2):
        odd = odd * w + law.powers[i, j]
        even = even * w + law.powers[i, j - 1]
    value = odd * v + even
    if not math.isnan(value):
        return value
    # No polynomial: on the left, where A has no mass, P(A > a) is 1; else the law is deep
    return 0.0 if law.kind == UPPER and u < law.core else at(u, 1.0, law.rho, 1.0, work)[law.kind]


@jit
def _kernel(t, point):
    """Logarithm of y^k e^-y over its value at t_ref."""
    back = point.t_ref - t
    return point.k * back - point.y_ref * math.expm1(min(back, 700.0))


@jit
def _integrand(u, point, law, work):
    """Logarithms of the kernel and of the law, and the factor of exp(kernel + law)."""
    t, slope = _log_a(u, law)
    if slope == 0.0:
        return -np.inf, -np.inf, 0.0
    if law.kind == DENSITY:  # over u, for over t it is a spike where alpha is near 2
        log_slope = u if law.rho <= ABOUT_ZETA else math.log(math.cosh(u))
        return _kernel(t, point), _log_law(u, law, work) + log_slope, 1.0
    return _kernel(t, point), _log_law(u, law, work), slope


@jit
def _height(u, point, law, work):
    """Logarithm of the integrand, without its factor."""
    bend, rest, _ = _integrand(u, point, law, work)
    return bend + rest


@jit
def _start(point, law, work):
    """An u near the maximum of the integrand, and its logarithm there."""
    peak, core = point.peak, law.core
    best = _height(core, point, law, work)
    if peak >= core:  # two maxima: of the law, moved, and of the kernel
        other = _height(peak, point, law, work)
        return (peak, other) if other > best else (core, best)
    low, high, ratio = peak, core, 0.5 * (math.sqrt(5.0) - 1.0)
    for _ in range(40):  # one maximum, and golden section without memory
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if _height(left, point, law, work) > _height(right, point, law, work):
            high = right
        else:
            low = left
    return high, _height(high, point, law, work)


@jit
def _is_over(u, direction, values, best, point, law):
    """Whether nothing is left beyond u: the kernel and the law each have one maximum at most."""
    bend, rest, _ = values
    beyond = bend if (u - point.peak) * direction >= 0.0 else point.crest
    falling = (u - law.core) * direction >= 0.0 if law.kind == DENSITY else direction > 0.0
    if law.kind == LOWER:
        falling = direction < 0.0
    return beyond + (rest if falling else law.most) < best - DEPTH or bend + rest == -np.inf


@jit
def _fraction_of_longest(u, ahead, move, law):
    """Length of the panel from u to ahead over the longest allowed; above 1 it is too long.

    ``move`` is that ratio by the logarithm of the integrand.  There are others: by u; by the panels
    of the law, which are short where it is not smooth; and near A = 0 by t.
    """
    long = abs(ahead - u)
    i = panel_of(u, 0, law.edges, law.cells)
    j = panel_of(ahead, 0, law.edges, law.cells)
    stretch = max(law.stretch[i], law.stretch[j])
    move = max(move, long * stretch * (0.5 / LAW_PANELS))
    move = max(move, long / MAX_WIDTH)
    t, slope = _log_a(u, law)
    next_t, next_slope = _log_a(ahead, law)
    near_zero = max(slope, next_slope) > 1.001  # for log A is not smooth there
    return max(move, abs(next_t - t) / NEAR_ZERO) if near_zero else move


@jit
def _march(u, direction, best, point, law, edges, work):
    """Ends of panels from u outwards until nothing is left; their number and the best log."""
    here, h, n = _height(u, point, law, work), 0.25, 0
    edges[0] = u
    while n < edges.size - 1:
        # A panel ends at the kernel's peak rather than across it: there is a maximum to be met
        ahead = u + direction * h
        if (point.peak - u) * direction > 0.0 and (ahead - point.peak) * direction > 0.0:
            ahead = point.peak
        middle = _height(0.5 * (u + ahead), point, law, work)
        values = _integrand(ahead, point, law, work)
        there = values[0] + values[1]
        best = max(best, max(middle, there))
        # The middle is looked at too: two ends alike may have a maximum between them
        deep = max(here, max(middle, there)) < best - 1.5 * DEPTH
        limit = DEEP_STEP if deep else STEP
        change = abs(there - middle) + abs(middle - here)
        ratio = _fraction_of_longest(u, ahead, change / limit, law)
        over = _is_over(ahead, direction, values, best, point, law)
        # Too long: tried again shorter, unless it is the last and adds nothing, or at rounding
        if not ratio <= 1.15 and not (over and deep) and h > 1e-13:
            h = abs(ahead - u) * max(0.1, 0.9 / ratio if ratio < np.inf else 0.1)
            continue
        n += 1
        edges[n] = ahead
        u, here = ahead, there
        h *= min(2.0, 1.0 / max(ratio, 1e-3))
        if over:
            break
    return n, best


@jit
def _weigh(u, law, t, weight):
    """Let t be log A, and multiply the weights by what ``_integrand`` has beside the law."""
    if law.rho <= ABOUT_ZETA:
        for i in range(u.size):
            t[i] = u[i] + law.log_scale
            weight[i] *= exp(u[i]) if law.kind == DENSITY else 1.0
        return
    for i in range(u.size):
        up = exp(u[i])
        down = 1.0 / up
        a = max(law.shift + 0.5 * law.scale * (up - down), TINY)
        t[i] = log(a)
        weight[i] *= 0.5 * (up + down) * (1.0 if law.kind == DENSITY else law.scale / a)


@jit
def _laws_of_a(u, law, panels, value, work):
    """``_log_law`` at all u."""
    panels[:] = 0
    search(u, law.edges, law.cells, panels)
    polynomials(u, u, panels, law.middle, law.stretch, law.powers, value)
    for i in range(u.size):
        if math.isnan(value[i]):
            value[i] = _log_law(u[i], law, work)


@jit
def _total(t, value, weight, best, point):
    """Sum of the integrand at the nodes, over exp(best)."""
    k, t_ref, y_ref = point.k, point.t_ref, point.y_ref
    for i in range(t.size):
        back = t_ref - t[i]
        height = k * back - y_ref * expm1(back) + value[i] - best
        value[i] = weight[i] * exp(max(height, -800.0))
    return value.sum()


@jit
def _sum_of_panels(n, edges, best, point, law, buffers):
    """Integral over n panels, over exp(best)."""
    nodes, whole = buffers.nodes, 0.0
    # By groups of panels: short stages over buffers, each of which is vectorised
    for first in range(0, n, GROUP):
        last = min(first + GROUP, n)
        size = (last - first) * POINTS
        u, weight, t, value = nodes[0, :size], nodes[1, :size], nodes[2, :size], nodes[3, :size]
        lay(edges[first : last + 1], u, weight)
        _weigh(u, law, t, weight)
        _laws_of_a(u, law, buffers.panels[:size], value, buffers.work)
        whole += _total(t, value, weight, best, point)
    return whole


@jit
def log_integral(point, law, buffers):
    """Logarithm of the integral, of the kernel over its value at t_ref."""
    work, edges = buffers.work, buffers.edges
    u, best = _start(point, law, work)
    high, best = _march(u, 1.0, best, point, law, edges[0], work)
    low, best = _march(u, -1.0, best, point, law, edges[1], work)
    above = _sum_of_panels(high, edges[0], best, point, law, buffers)
    return best + math.log(above + _sum_of_panels(low, edges[1], best, point, law, buffers))
