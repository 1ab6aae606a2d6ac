"""Weights of few values: one codebook for each array, in float16, and zeros that stay zeros."""

from dataclasses import dataclass

import numpy as np

from stablenoise.checks import check_choice, check_fits, check_integer
from stablenoise.kernels.arrays import Array, on_host
from stablenoise.results import Result
from stablenoise.text_table import counted
from stablenoise.values import by_content, read_only

from ..networks.containers import Weights, checked_leaves, leaves, rebuilt
from . import partitions
from .codebook import HALF, MAX_LEVELS, multiples

MAX_SHOWN = 4  # arrays of which a line says the number of values
METHODS = ("kmeans", "uniform")


@by_content
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Quantised(Result):
    """Weights that were quantised, each field laid out like them; a value, its arrays read-only.

    Parameters
    ----------
    codebook : container of ndarray, float16
        Values other than zero, in ascending order.
    codes : container of ndarray, int32
        0 where the weight is zero, i where it is the i-th value.
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


def quantise(weights: Weights, levels: int, method: str = "kmeans") -> Quantised:
    r"""Weights rounded to a codebook of at most ``levels`` values beside zero, for each array.

    Parameters
    ----------
    weights : ndarray, or list, tuple or dict of ndarray, nested or not
        Floats of NumPy or CuPy, below 65,520 in size, as the codebook is of float16.
    levels : int
        In [1, 4096]; at least 2 for ``uniform``.
    method : {"kmeans", "uniform"}
        The values of the least squared error for the weights that are not zero, exactly, each then
        rounded to float16; or the multiples of one step, as many on either side of zero, of which
        the largest is the largest weight: it costs two bytes to send.

    Returns
    -------
    Quantised
        On the host.  Zeros stay zero.  Other weights become zero where the value is below what
        float16 holds, or by ``uniform`` within half a step of zero.

    Raises
    ------
    ValueError
        If the weights are no floats, not finite or too large, or levels or method is out of range.

    Notes
    -----
    An array that has no more values than levels is rounded to float16 by ``kmeans``, no more.

    References
    ----------
    Gronlund, Larsen, Mathiasen, Nielsen, Schneider & Song (2017), arXiv 1701.07204.

    Examples
    --------
    >>> import numpy as np
    >>> quantised = quantise(np.array([0.0, 1.0, 1.5, -3.0]), levels=2)
    >>> quantised.codebook, quantised.codes
    (array([-3.  ,  1.25], dtype=float16), array([0, 2, 2, 1], dtype=int32))
    >>> quantised.weights
    array([ 0.  ,  1.25,  1.25, -3.  ])

    """
    check_choice("method", method, METHODS)
    levels = check_integer("levels", levels, 2 if method == "uniform" else 1, MAX_LEVELS + 1)
    parts = [_quantised(*leaf, levels, method) for leaf in checked_leaves(weights, empty=True)]
    return Quantised(*(rebuilt(weights, field) for field in zip(*parts, strict=True)))


def _quantised(
    name: str, array: Array, levels: int, method: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Codebook, codes and values of one array."""
    host = on_host(array)
    if host.dtype.kind != "f":
        raise ValueError(f"{name} must be of floats, got {host.dtype}")
    check_fits(name, host, HALF)
    values = np.zeros(host.shape, HALF)
    nonzero = host != 0
    rounded = _nearest if method == "kmeans" else _grid
    values[nonzero] = rounded(host[nonzero].astype(float), levels)
    book = np.unique(values[values != 0])
    codes = np.where(values != 0, np.searchsorted(book, values) + 1, 0).astype(np.int32)
    return book, codes, values.astype(host.dtype)


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
