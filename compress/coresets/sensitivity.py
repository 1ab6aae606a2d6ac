r"""Empirical sensitivities: the largest share that an edge has of its neuron's sum, over points.

Edges of a neuron are in two sides, by the sign of their weights.  With
:math:`r_i(x) = 1 / \sum_k |w_{ik}| a_k(x)` over the side of the edge,

.. math:: s_{ij} = \max_x \frac{|w_{ij}| a_j(x)}{\sum_k |w_{ik}| a_k(x)}
                 = |w_{ij}| \max_x a_j(x) r_i(x),

two matrix products for r and one in which the largest product takes the place of the sum.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np

from stablenoise.checks import finite_floats, on_one_device, real_array
from stablenoise.kernels.arrays import GRID, Array, array_module, compile_cuda
from stablenoise.kernels.compiler import jit, scalar
from stablenoise.kernels.threads import in_threads

TILE = 2048  # columns: short loops cost more by their checks for overlap than caches save
ROWS_PER_THREAD = 64  # rows that a thread must have to be worth its start
POINTS = 4  # points of one pass


def sensitivities(weights: Array, inputs: Array) -> Array:
    """Sensitivity of every edge of a layer.

    Parameters
    ----------
    weights : ndarray, shape (neurons, inputs)
        float32 or float64, finite, of NumPy or CuPy.
    inputs : ndarray, shape (n, inputs)
        What the layer is fed at n points, where the weights are, taken in their type.  A point with
        negative inputs counts as two, its positive and its negative part, as the theory needs
        inputs that are not.

    Returns
    -------
    ndarray, shape (neurons, inputs)
        In [0, 1], of the type of the weights; 0 where the weight is, or where the edge carries
        nothing at any point.  A side whose sum is 0 at a point has none there, nor one whose sum
        is below the smallest normal number in units of the neuron's largest weight and input.

    Raises
    ------
    ValueError
        If weights and inputs are not finite matrices of as many columns, on one device.

    Notes
    -----
    On a device the numbers are those of the host but for the sums of the sides, which are matrix
    products: 1e-12 relatively for sides of 10,000 edges in float64.

    References
    ----------
    Baykal et al., arXiv 1804.05345, as recalled; the sides as in its authors' code.

    Examples
    --------
    >>> sensitivities(np.array([[1.0, 2.0, 3.0]]), np.array([[1.0, 1.0, 1.0], [3.0, 0.0, 1.0]]))
    array([[0.5       , 0.33333333, 0.5       ]])

    """
    weights, given = _layer(weights, inputs)
    a = scaled_points(split_signs(given.astype(weights.dtype, copy=False)))
    units = _power_of_two(weights)
    ratios = side_ratios(weights * units[:, None], a)
    shares = array_module(weights).empty_like(weights)
    _fill_shares(shares, weights, units, a, *ratios)
    return shares


def largest_shares(weights: np.ndarray, blocks: Iterable[np.ndarray]) -> np.ndarray:
    """Sensitivities over inputs that come in blocks: the largest of those of each."""
    shares: np.ndarray | None = None
    for inputs in blocks:
        found = sensitivities(weights, inputs)
        shares = found if shares is None else np.maximum(shares, found, out=shares)
    assert shares is not None  # points are one or more
    return shares


def _fill_shares(
    shares: Array, weights: Array, units: Array, points: Array, up: Array, down: Array
) -> None:
    """Let ``shares`` be the largest products of inputs and ratios, times the weights."""
    arguments = shares, weights, units, points, up, down
    if array_module(weights) is np:
        in_threads(lambda *part: _max_times(*arguments, *part), len(weights), ROWS_PER_THREAD)
        return
    contiguous = array_module(weights).ascontiguousarray
    sizes = map(np.int64, (*weights.shape, len(points)))
    blocks = min(-(-weights.size // 256), GRID)
    _kernel(weights.dtype.type)(
        (blocks,), (256,), (shares, *map(contiguous, arguments[1:]), *sizes)
    )


@cache
def _kernel(real: type) -> Any:
    return compile_cuda(f"typedef {'float' if real is np.float32 else 'double'} real;" + CUDA,
                        "max_times")  # fmt: skip


def _layer(weights: Array, inputs: Array) -> tuple[Array, Array]:
    """Weights and what they are fed as finite matrices that fit, or ValueError."""
    w, a = finite_floats("weights", weights), finite_floats("inputs", inputs)
    on_one_device("weights and inputs", w, a)
    if w.ndim != 2 or a.ndim != 2 or w.shape[1:] != a.shape[1:] or not (w.size and a.size):
        rule = "weights and inputs must be matrices of as many columns"
        raise ValueError(f"{rule}, got shapes {w.shape} and {a.shape}")
    return w, a


def split_signs(inputs: Array) -> Array:
    """Points that are not negative: positive parts, and then negative ones where there are any."""
    if not (inputs < 0).any():
        return inputs
    return np.concatenate([np.maximum(inputs, 0), np.maximum(-inputs, 0)])


def scaled_points(points: Array) -> Array:
    """Points in units of their largest input, with points of zeros added to fill the last pass."""
    padded = array_module(points).zeros(
        (-(-len(points) // POINTS) * POINTS, points.shape[1]), points.dtype
    )
    np.multiply(points, _power_of_two(points)[:, None], out=padded[: len(points)])
    return padded


def side_ratios(weights: Array, points: Array) -> tuple[Array, Array]:
    """One over the sum of either side at each point, 0 where that is 0: shape (neurons, n)."""
    up, down = (np.maximum(side, 0) @ points.T for side in (weights, -weights))
    return _inverse(up), _inverse(down)


def cancellations(weights: Array, inputs: Array, offset: Array | float = 0.0) -> Array:
    r"""Factor by which a relative error of the sides grows in the signed sum.

    .. math:: \Delta_i(x) = \sum_k |w_{ik} a_k(x)| / |\sum_k w_{ik} a_k(x) + b_i|

    Parameters
    ----------
    weights : ndarray, shape (neurons, inputs)
        Finite.
    inputs : ndarray, shape (n, inputs)
        What the layer is fed at n points, finite.
    offset : ndarray, shape (neurons,), or float
        Biases that are exact, so that they are in the sum and in no error.

    Returns
    -------
    ndarray, float64, shape (n, neurons)
        1 where nothing flows, inf where what flows cancels.  For weights of both signs its law
        has tail index 1, as 1 / \|z\| has where z has a density at 0: the mean is infinite.

    Raises
    ------
    ValueError
        If weights and inputs are not finite matrices of as many columns, or offset does not fit.

    Examples
    --------
    >>> float(cancellations(np.array([[3.0, -1.0]]), np.array([[1.0, 1.0]]))[0, 0])
    2.0

    """
    w, a = (x.astype(float, copy=False) for x in _layer(weights, inputs))
    b = array_module(w).asarray(real_array("offset", offset))
    if b.shape not in ((), (len(w),)):
        raise ValueError(f"offset must have shape ({len(w)},) or be a number, got shape {b.shape}")
    points, neurons = power_of_two_above(a, axis=1), power_of_two_above(w, axis=1)
    a, w = a / points, w / neurons
    flow = abs(a) @ abs(w).T
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):  # 0 / 0 is not taken
        shift = b / neurons.T / points
        return np.where(flow > 0, flow / abs(a @ w.T + shift), 1.0)


def power_of_two_above(x: Array, axis: int | None = None) -> Array:
    """A power of two above the sizes, of all or of each row, by which division is exact.

    At most 2^1023, and 1 where all are 0; axes stay.
    """
    tops = np.frexp(abs(x).max(axis=axis, keepdims=True))[1]
    return np.ldexp(x.dtype.type(1), np.minimum(tops, np.finfo(x.dtype).maxexp - 1))


def _inverse(z: Array) -> Array:
    """1 / z, and 0 where z is 0 or so small that 1 / z might overflow."""
    large, one = z >= np.finfo(z.dtype).tiny, z.dtype.type(1)
    return np.where(large, one / np.where(large, z, one), 0 * one)


def _power_of_two(rows: Array) -> Array:
    """A power of two for each row that brings its largest size to [1/2, 1), if one can."""
    exponents = np.frexp(np.maximum(rows.max(axis=1), -rows.min(axis=1)))[1]
    limit = np.finfo(rows.dtype).maxexp - 2
    return np.ldexp(rows.dtype.type(1), -np.clip(exponents, -limit, limit))


@scalar
def _larger(x, y):
    return x if x > y else y


@jit
def _raise(top, other, v, w, a, b, c, d, up, down, other_up, other_down):
    """Raise two rows, with weights v and w, to the inputs a to d times the ratio of their side.

    Two rows and four points in one pass: each input that is loaded serves two rows, and each
    element of a row is loaded and stored once for four points.
    """
    u0, u1, u2, u3 = up[0], up[1], up[2], up[3]
    d0, d1, d2, d3 = down[0], down[1], down[2], down[3]
    p0, p1, p2, p3 = other_up[0], other_up[1], other_up[2], other_up[3]
    n0, n1, n2, n3 = other_down[0], other_down[1], other_down[2], other_down[3]
    # selects and not branches, with ratios in scalars: the loop is vectorised
    for j in range(len(top)):
        above, over = v[j] > 0, w[j] > 0
        ab = _larger(a[j] * (u0 if above else d0), b[j] * (u1 if above else d1))
        cd = _larger(c[j] * (u2 if above else d2), d[j] * (u3 if above else d3))
        top[j] = _larger(top[j], _larger(ab, cd))
        ab = _larger(a[j] * (p0 if over else n0), b[j] * (p1 if over else n1))
        cd = _larger(c[j] * (p2 if over else n2), d[j] * (p3 if over else n3))
        other[j] = _larger(other[j], _larger(ab, cd))


@jit
def _finish(top, w, unit):
    one = top.dtype.type(1)
    for j in range(len(top)):
        share = top[j] * (abs(w[j]) * unit)
        top[j] = share if share < one else one  # above 1 by rounding only


@jit(nogil=True)
def _max_times(shares, weights, units, points, up, down, low, high):
    """Rows low to high of the sensitivities, by tiles of columns, two rows at a time.

    The last of an odd number is its own partner.
    """
    # A tile of two rows stays in cache while all points pass over it.
    for left in range(0, weights.shape[1], TILE):
        right = min(left + TILE, weights.shape[1])
        shares[low:high, left:right] = 0
        for i in range(low, high, 2):
            # each loaded point serves two rows: half the loads from cache for a product
            k = min(i + 1, high - 1)
            top, other = shares[i, left:right], shares[k, left:right]
            v, w = weights[i, left:right], weights[k, left:right]
            for x in range(0, len(points), POINTS):  # padded: no pass is left over
                a, b = points[x, left:right], points[x + 1, left:right]
                c, d = points[x + 2, left:right], points[x + 3, left:right]
                four = up[i, x : x + 4], down[i, x : x + 4], up[k, x : x + 4], down[k, x : x + 4]
                _raise(top, other, v, w, a, b, c, d, *four)
            _finish(top, v, units[i])
            if k > i:
                _finish(other, w, units[k])


CUDA = r"""
extern "C" __global__ void max_times(real *shares, const real *weights, const real *units,
                                     const real *points, const real *up, const real *down,
                                     long long neurons, long long columns, long long count)
{
    const long long threads = (long long)gridDim.x * blockDim.x, edges = neurons * columns;
    for (long long q = (long long)blockIdx.x * blockDim.x + threadIdx.x; q < edges; q += threads) {
        const long long i = q / columns, j = q - i * columns;
        const real w = weights[q], *ratio = (w > 0 ? up : down) + i * count;
        real top = 0;
        for (long long x = 0; x < count; ++x) {
            const real value = points[x * columns + j] * ratio[x];
            top = value > top ? value : top;
        }
        const real share = top * ((w < 0 ? -w : w) * units[i]);
        shares[q] = share < 1 ? share : 1;  // above 1 by rounding only
    }
}
"""
