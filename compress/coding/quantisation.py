"""Weights of few values: one codebook for each array, in float16, and zeros that stay zeros."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from stablenoise.checks import check_choice, check_fits, check_integer
from stablenoise.kernels.arrays import Array, on_host
from stablenoise.results import Result
from stablenoise.text_table import counted
from stablenoise.values import by_content, read_only

from ..networks.containers import Weights, checked_leaves, leaves, rebuilt
from . import partitions
from .codebook import HALF, MAX_LEVELS, multiples
from .grouping import Books, Grouping, books, check_groups, group_size, in_rows

MAX_SHOWN = 4  # arrays of which a line says the number of values
METHODS = ("kmeans", "uniform", "ternary")


@by_content
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Quantised(Result):
    """Weights that were quantised, each field laid out like them; a value, its arrays read-only.

    Parameters
    ----------
    codebook : container of ndarray, float16
        Values other than zero, in ascending order; where there are several groups, a row for each,
        filled up by zeros.
    codes : container of ndarray, int32
        0 where the weight is zero, i where it is the i-th value of its group.
    weights : container of ndarray
        The values themselves, of the types and shapes of the weights.

    Examples
    --------
    >>> import numpy as np
    >>> quantise([np.array([0.5, 1.0]), np.zeros((3, 4))], levels=2)
    Quantised(2 arrays of 14 entries, 2 of them not zero, values of each 2, 0)

    """

    codebook: Weights
    codes: Weights
    weights: Weights

    def __post_init__(self) -> None:
        for container in (self.codebook, self.codes, self.weights):
            read_only(container)

    def _summary(self) -> str:
        books, codes = ([leaf for _, leaf in leaves(part)] for part in (self.codebook, self.codes))
        arrays = counted(len(codes), "array")
        entries, kept = sum(c.size for c in codes), sum(int(np.count_nonzero(c)) for c in codes)
        sizes = ", ".join(str(book.size) for book in books[:MAX_SHOWN])
        more = ", ..." if len(books) > MAX_SHOWN else ""
        of_each = f"values of each {sizes}{more}"
        return f"{arrays} of {entries:,} entries, {kept:,} of them not zero, {of_each}"


def quantise(
    weights: Weights,
    levels: int | None = None,
    method: str = "kmeans",
    groups: str | int | None = None,
) -> Quantised:
    r"""Weights rounded to a codebook of at most ``levels`` values beside zero, for each array.

    Parameters
    ----------
    weights : ndarray, or list, tuple or dict of ndarray, nested or not
        Floats of NumPy or CuPy, below 65,520 in size, as the codebook is of float16.
    levels : int, optional
        In [1, 4096]; at least 2 for ``uniform``; 2, or not given, for ``ternary``.
    method : {"kmeans", "uniform", "ternary"}
        The values of the least squared error for the weights that are not zero, exactly, each then
        rounded to float16; or the multiples of one step, as many on either side of zero, of which
        the largest is the largest weight: it costs two bytes to send; or -s, 0 and s of the least
        squared error, zero being one of the values here.
    groups : {None, "channel"} or int, optional
        What has a codebook of its own: an array; each index of its first axis, as a row of a matrix
        or a kernel (vectors are not divided); or so many elements in C order, a power of 2 from 8
        to 2^20.  Codec ``grouped`` sends each group's values, two bytes a value, and for
        ``ternary`` two bytes a group.

    Returns
    -------
    Quantised
        On the host.  Zeros stay zero.  Other weights become zero where the value is below what
        float16 holds, or by ``uniform`` within half a step of zero, or by ``ternary``.

    Raises
    ------
    ValueError
        If the weights are no floats, not finite or too large, or another argument is out of range.

    Notes
    -----
    An array that has no more values than levels is rounded to float16 by ``kmeans``, no more.

    With one scale s, a weight is nearer to s than to zero if it is larger than s / 2: the weights
    that are not zero are the m largest in size, for some m.  Of these the best scale is the mean
    size, and the squared error

    .. math:: \sum_i w_i^2 - \frac{1}{m} \Bigl( \sum_{i \le m} |w_{(i)}| \Bigr)^2,

    so that one pass over the sorted sizes finds the m of the least.  Then s is rounded to float16,
    and each weight goes to the nearest.

    References
    ----------
    Gronlund, Larsen, Mathiasen, Nielsen, Schneider & Song (2017), arXiv 1701.07204, for k-means.

    Examples
    --------
    >>> import numpy as np
    >>> quantised = quantise(np.array([0.0, 1.0, 1.5, -3.0]), levels=2)
    >>> quantised.codebook, quantised.codes
    (array([-3.  ,  1.25], dtype=float16), array([0, 2, 2, 1], dtype=int32))
    >>> quantised.weights
    array([ 0.  ,  1.25,  1.25, -3.  ])
    >>> rows = np.array([[1.0, -1.5, 0.25], [8.0, 0.5, 9.0]])
    >>> quantise(rows, method="ternary", groups="channel").weights
    array([[ 1.25, -1.25,  0.  ],
           [ 8.5 ,  0.  ,  8.5 ]])

    """
    check_groups(groups)
    count = check_levels(levels, method)
    each = checked_leaves(weights, empty=True)
    parts = [_quantised(*leaf, count, method, groups) for leaf in each]
    return Quantised(*(rebuilt(weights, field) for field in zip(*parts, strict=True)))


def check_levels(levels: Any, method: Any) -> int:
    """Number of levels of a method, or ValueError unless there may be as many."""
    check_choice("method", method, METHODS)
    if method != "ternary":
        return check_integer("levels", levels, 2 if method == "uniform" else 1, MAX_LEVELS + 1)
    return 2 if levels is None else check_integer("levels of ternary", levels, 2, 3)


def _quantised(
    name: str, array: Array, levels: int, method: str, groups: Grouping
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Codebook, codes and values of one array."""
    host = on_host(array)
    if host.dtype.kind != "f":
        raise ValueError(f"{name} must be of floats, got {host.dtype}")
    check_fits(name, host, HALF)
    size = group_size(host.shape, groups)
    rows = in_rows(host.astype(float), size)
    rounded = _ternary(rows) if method == "ternary" else _by_group(rows, levels, method)
    values = rounded.ravel()[: host.size].reshape(host.shape)
    found = books(values, size)
    codes = np.zeros(host.shape, np.int32)
    codes[values != 0] = found.ranks[found.entries]
    return _table(found, len(rows)), codes, values.astype(host.dtype)


def _table(found: Books, count: int) -> np.ndarray:
    """Codebook of an array, or a row for each of several groups."""
    if count < 2:
        return found.values
    table = np.zeros((count, found.ranks.max(initial=0)), HALF)
    table[found.groups, found.ranks - 1] = found.values
    return table


def _by_group(rows: np.ndarray, levels: int, method: str) -> np.ndarray:
    """Each row rounded by a codebook of its own; zeros stay."""
    rounded = _nearest if method == "kmeans" else _grid
    values = np.zeros(rows.shape, HALF)
    for row, out in zip(rows, values, strict=True):
        nonzero = row != 0
        out[nonzero] = rounded(row[nonzero], levels)
    return values


def _ternary(rows: np.ndarray) -> np.ndarray:
    """Each row rounded to -s, 0 and s."""
    sizes = np.abs(rows)
    sums = np.cumsum(-np.sort(-sizes, axis=1), axis=1)
    means = sums / np.arange(1, rows.shape[1] + 1)
    best = np.argmax(sums * means, axis=1)[:, None]
    scales = np.take_along_axis(means, best, 1).astype(HALF)
    return np.where(sizes > scales.astype(float) / 2, np.copysign(scales, rows), 0).astype(HALF)


def _nearest(values: np.ndarray, levels: int) -> np.ndarray:
    """Each value rounded to the nearest of the best centres, and those to float16."""
    halves = values.astype(HALF)
    if np.unique(halves).size <= levels:
        return halves
    centres = np.unique(partitions.centres(values, levels).astype(HALF))
    # Between the centres as float16 holds them: those are the values that are sent.
    edges = (centres[1:].astype(float) + centres[:-1]) / 2
    return centres[np.searchsorted(edges, values)]


def _grid(values: np.ndarray, levels: int) -> np.ndarray:
    """Each value rounded to the nearest multiple of a step that float16 holds."""
    side = levels // 2  # multiples on either side of zero
    exact = np.abs(values).max(initial=0.0) / side
    step = np.float16(exact)
    if step > exact:  # rounded down, so that the largest multiple is finite
        step = np.nextafter(step, np.float16(0))
    if not step:
        return np.zeros(values.size, HALF)
    return multiples(np.array([step]), np.rint(values / float(step)).clip(-side, side))
