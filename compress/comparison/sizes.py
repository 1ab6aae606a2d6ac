"""What pruning saves: sparse matrices, smaller networks, and the count of bytes and operations."""

from dataclasses import astuple, dataclass
from math import prod
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from stablenoise.checks import one_line
from stablenoise.kernels.arrays import Array, on_host
from stablenoise.results import Result
from stablenoise.text_table import aligned

from ..networks.containers import Weights, checked_leaves, rebuilt
from ..pruning import dead_unit

INDEX = 4  # bytes of an int32
COLUMNS = ("array", "shape", "kept shape", "nonzeros", "dense B", "dropped B", "CSR B")
OPERATIONS = ("mult-adds", "kept")
LEGEND = (
    "dense B, CSR B: bytes of all entries before, of the nonzeros after with their places;\n"
    "dropped B: of entries cut out of the array, 0 where they were set to 0 instead;\n"
    "mult-adds, kept: products for one input (of a kernel: one position), before and after"
)


def to_csr(weights: Weights) -> Any:
    """Weights as sparse matrices of SciPy, on the host.

    Parameters
    ----------
    weights : ndarray, or list, tuple or dict of ndarray, nested or not
        Real and finite, of NumPy or CuPy.

    Returns
    -------
    csr_array or container
        Containers and keys as they were.  An array of two or more dimensions is a matrix with one
        row for each ``weights[i]``, a convolution of shape (out, in, h, w) thus one of shape
        (out, in h w); others, biases, are NumPy arrays.  Indices are int32 up to 2^31 - 1 nonzeros;
        float16, which SciPy lacks, becomes float32, and a foreign order of bytes the machine's.

    Raises
    ------
    ValueError
        If the weights are not finite or no real numbers.

    Examples
    --------
    >>> import numpy as np
    >>> matrix = to_csr(np.array([[0.0, 2.0], [0.0, 0.0]]))
    >>> matrix.data, matrix.indices, matrix.indptr
    (array([2.]), array([1], dtype=int32), array([0, 1, 1], dtype=int32))

    """
    return rebuilt(weights, [_csr(a) for _, a in checked_leaves(weights, empty=True)])


def without_dead_units(weights: Weights, fold: bool = True) -> Weights:
    """Network of the same function with smaller arrays: dead hidden units are not there.

    Parameters
    ----------
    weights : list, tuple or dict of arrays
        A relu network as for ``pruning.dead_unit``: matrices of shape (units, inputs), each
        followed by its biases or not.
    fold : bool
        Whether constant units are folded into the next biases.

    Returns
    -------
    container
        Copies, where the weights live and of their data types; rows of dead units and the columns
        fed by them are gone.  Inputs and outputs of the network stay.  A hidden layer may be left
        without units: the network is its last biases.

    Raises
    ------
    ValueError
        If the arrays do not fit together as a network, are empty, not finite or no real numbers, or
        fold is no truth.

    Notes
    -----
    What leaves the sums are exact zeros, so that sums over units in their order do not change.  A
    library of linear algebra may sum fewer terms in another order, and differ in rounding.  A
    network that divides by its width (the mean-field scaling of ``chaos.Network``) must go on
    dividing by the old one.

    Examples
    --------
    >>> import numpy as np
    >>> hidden, output = np.array([[1.0], [0.0], [2.0]]), np.array([[5.0, 1.0, 0.0]])
    >>> without_dead_units([hidden, output])
    [array([[1.]]), array([[5.]])]

    """
    pruned = dead_unit.prune(weights, fold=fold)
    masks = [*dead_unit.alive(pruned), slice(None)]
    columns, smaller = slice(None), []
    for (matrix, biases), rows in zip(dead_unit.network(pruned), masks, strict=True):
        smaller.append(matrix[:, columns][rows])
        smaller += [] if biases is None else [biases[rows]]
        columns = rows
    return rebuilt(weights, smaller)


@dataclass(frozen=True, slots=True, repr=False)
class ArraySize(Result):
    """Size of one array before and after pruning, or of all of them.

    Parameters
    ----------
    name : str
        Name of the array, with the containers that hold it.
    shape, kept_shape : tuple of int
        Before, and after units were dropped.
    nonzeros : int
        After pruning.
    dense_bytes : int
        Bytes of all entries before.
    dropped_bytes : int
        Bytes of those that are not there any more.
    csr_bytes : int
        Bytes of ``to_csr`` with int32 indices; without rows and columns, those of all entries.
    multiply_adds, kept_multiply_adds : int
        Of one product with the matrix: all entries before, the nonzeros after.  A convolution
        needs as many at each position of its output.

    Examples
    --------
    >>> import numpy as np
    >>> size_report(np.eye(3), np.eye(3)).arrays
    (ArraySize(weights, 3 nonzeros, dense 72 B, CSR 52 B),)

    """

    name: str
    shape: tuple[int, ...]
    kept_shape: tuple[int, ...]
    nonzeros: int
    dense_bytes: int
    dropped_bytes: int
    csr_bytes: int
    multiply_adds: int
    kept_multiply_adds: int

    def _summary(self) -> str:
        return f"{one_line(self.name, 30)}, {self.nonzeros:,} nonzeros, {_bytes(self)}"


@dataclass(frozen=True, slots=True, repr=False)
class SizeReport(Result):
    """Sizes of all arrays of a network, as ``size_report`` counts them.

    Parameters
    ----------
    arrays : tuple of ArraySize
        In the order of the weights.

    Examples
    --------
    >>> import numpy as np
    >>> size_report(np.eye(3), np.eye(3))
    SizeReport(1 arrays, 3 nonzeros, dense 72 B, CSR 52 B)

    """

    arrays: tuple[ArraySize, ...]

    def _summary(self) -> str:
        total = self.total
        return f"{len(self.arrays)} arrays, {total.nonzeros:,} nonzeros, {_bytes(total)}"

    @property
    def total(self) -> ArraySize:
        """Sums over all arrays."""
        counts = zip(*(astuple(a)[3:] for a in self.arrays), strict=True)
        return ArraySize("total", (), (), *map(sum, counts))

    def table(self) -> str:
        """One line for each array and one for the total, in columns.

        Returns
        -------
        str
            In bytes: all entries before (dense B); those cut out of the array (dropped B), 0 where
            they were set to 0 instead; the nonzeros after with their places (CSR B).  Products for
            one input, of a kernel for one position: before (mult-adds) and after (kept).

        """
        rows = [_cells(a) for a in (*self.arrays, self.total)]
        return aligned([COLUMNS + OPERATIONS, *rows], words=3)


def size_report(weights: Weights, pruned: Weights) -> SizeReport:
    """Bytes and multiply-adds before and after pruning.

    Parameters
    ----------
    weights : ndarray, or list, tuple or dict of ndarray, nested or not
        Before; of NumPy or CuPy, real and finite.
    pruned : the same
        After, with zeros or without the dead units.

    Returns
    -------
    SizeReport

    Raises
    ------
    ValueError
        If the two are laid out differently, are not finite or no real numbers, or an array has
        grown.

    Examples
    --------
    >>> import numpy as np
    >>> from compress.pruning import magnitude
    >>> weights = {"hidden": np.arange(12.0).reshape(4, 3), "biases": np.ones(4)}
    >>> report = size_report(weights, magnitude.prune(weights, keep=0.25))
    >>> report
    SizeReport(2 arrays, 4 nonzeros, dense 128 B, CSR 88 B)
    >>> print(report.table())
    array              shape   kept shape  nonzeros  dense B  dropped B  CSR B  mult-adds  kept
    weights['hidden']  (4, 3)  (4, 3)             3       96          0     56         12     3
    weights['biases']  (4,)    (4,)               1       32          0     32          0     0
    total                                         4      128          0     88         12     3

    """
    before, after = checked_leaves(weights), checked_leaves(pruned, "pruned", empty=True)
    if [_path(name) for name, _ in before] != [_path(name) for name, _ in after]:
        seen = ", ".join(name for name, _ in after)
        raise ValueError(f"pruned must be laid out like weights, got {seen}")
    pairs = zip(before, after, strict=True)
    return SizeReport(tuple(_size(name, old, new) for (name, old), (_, new) in pairs))


def _path(name: str) -> str:
    """Where an array is in its container, whatever the container is called."""
    return name.removeprefix("weights").removeprefix("pruned")


def _csr(array: Array) -> Any:
    entries = on_host(array)
    if entries.ndim < 2:
        return entries.copy()
    rows = entries.reshape(entries.shape[0], prod(entries.shape[1:]))
    return csr_array(rows.astype(_csr_type(array)))


def _csr_type(array: Array) -> np.dtype:
    narrow = array.dtype.name == "float16"
    return np.dtype(np.float32) if narrow else array.dtype.newbyteorder("=")


def _size(name: str, old: Array, new: Array) -> ArraySize:
    if old.ndim != new.ndim or any(n > m for n, m in zip(new.shape, old.shape, strict=True)):
        raise ValueError(f"pruned must not grow: {name} of shape {old.shape}, got {new.shape}")
    nonzeros = int((new != 0).sum())
    csr, operations = new.nbytes, (0, 0)
    if old.ndim > 1:
        csr = nonzeros * (_csr_type(new).itemsize + INDEX) + INDEX * (new.shape[0] + 1)
        operations = old.size, nonzeros
    saved = (old.size - new.size) * old.dtype.itemsize
    return ArraySize(name, old.shape, new.shape, nonzeros, old.nbytes, saved, csr, *operations)


def _bytes(size: ArraySize) -> str:
    return f"dense {size.dense_bytes:,} B, CSR {size.csr_bytes:,} B"


def _cells(size: ArraySize) -> tuple[str, ...]:
    name, *shapes = astuple(size)[:3]
    return name, *(str(s) if s else "" for s in shapes), *(f"{n:,}" for n in astuple(size)[3:])
