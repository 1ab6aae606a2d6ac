"""A relu network as a list of matrices, and what its layers are fed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import real_values, told

Matrix = Any  # an ndarray, or a csr_array of SciPy: the two share no base class


@dataclass(frozen=True, slots=True, eq=False)
class ReluNetwork:
    """Matrices and biases of a network, relu between its layers and nothing after the last.

    Parameters
    ----------
    weights : sequence of array_like
        ``weights[l]`` has shape (neurons, inputs), and as many inputs as ``weights[l - 1]`` has
        neurons.  Kept as float32 where it is float32, else as float64.
    biases : sequence of array_like, optional
        ``biases[l]`` has shape (neurons,).
    embed : bool
        Whether a bias is one more edge, from an input that is always 1, which a coreset may
        sample or drop; otherwise biases are kept as they are.

    Raises
    ------
    ValueError
        If there are no weights, they do not chain, a value is not finite, a matrix is all zero,
        or the biases do not fit.

    Examples
    --------
    >>> network = ReluNetwork([[[1.0, -1.0], [2.0, 0.0]], [[1.0, 1.0]]])
    >>> network([[1.0, 3.0]])
    array([[2.]])

    """

    weights: Sequence[np.ndarray]
    biases: Sequence[np.ndarray] | None = None
    embed: bool = False

    def __post_init__(self) -> None:
        weights = _finite("weights", self.weights, 2)
        object.__setattr__(self, "weights", weights)
        for layer, matrix in enumerate(weights):
            if not matrix.any():
                raise ValueError(f"weights[{layer}] must have a nonzero entry, got zeros only")
        for layer, (before, after) in enumerate(pairwise(weights), 1):
            if after.shape[1] != len(before):
                rule = f"weights[{layer}] must have {len(before)} columns"
                raise ValueError(f"{rule}, as weights[{layer - 1}] has rows, got {after.shape[1]}")
        if self.biases is not None:
            object.__setattr__(self, "biases", _fitting_biases(self.biases, weights))

    def __call__(self, points: ArrayLike) -> np.ndarray:
        """Outputs, shape (n, outputs), for ``points`` of shape (n, inputs)."""
        return outputs(self.weights, self.biases, self.checked(points))

    @property
    def matrices(self) -> tuple[np.ndarray, ...]:
        """The weights, with the biases as last columns where these are embedded."""
        if not self.embed or self.biases is None:
            return tuple(self.weights)
        pairs = zip(self.weights, self.biases, strict=True)
        return tuple(np.column_stack([w, b.astype(w.dtype)]) for w, b in pairs)

    @property
    def offsets(self) -> tuple[np.ndarray | float, ...]:
        """What is added to a neuron and is no edge: its bias where that is not embedded, or 0."""
        if self.embed or self.biases is None:
            return (0.0,) * len(self.weights)
        return tuple(self.biases)

    def inputs(self, points: np.ndarray) -> tuple[np.ndarray, ...]:
        """What the columns of each of ``matrices`` are fed at the points: shape (n, columns)."""
        fed = list(islice(activations(self.weights, self.biases, points), len(self.weights)))
        if self.embed and self.biases is not None:
            fed = [np.column_stack([a, np.ones(len(a), a.dtype)]) for a in fed]
        pairs = zip(fed, self.weights, strict=True)
        return tuple(np.ascontiguousarray(a, dtype=w.dtype) for a, w in pairs)

    def checked(self, points: ArrayLike, name: str = "points") -> np.ndarray:
        """``points`` as an array of shape (n, inputs), or ValueError."""
        found = _real(name, points)
        inputs = self.weights[0].shape[1]
        if found.ndim != 2 or found.shape[1] != inputs or not len(found):
            raise ValueError(f"{name} must have shape (n, {inputs}), n >= 1, got {found.shape}")
        return found


def activations(
    weights: Sequence[Matrix], biases: Sequence[np.ndarray] | None, points: np.ndarray
) -> Iterator[np.ndarray]:
    """Yield the points, what each hidden layer makes of them after its relu, and the outputs.

    Raises ValueError where a sum is beyond the range of floats.
    """
    a = points
    for layer, matrix in enumerate(weights):
        yield a
        with np.errstate(over="ignore", invalid="ignore"):
            z = a @ matrix.T
            z = z if biases is None else z + biases[layer]
        if not np.isfinite(z).all():
            raise ValueError(f"sums of weights[{layer}] must be finite, got some that overflow")
        a = np.maximum(z, 0) if layer + 1 < len(weights) else z
    yield a


def outputs(
    weights: Sequence[Matrix], biases: Sequence[np.ndarray] | None, points: np.ndarray
) -> np.ndarray:
    """Outputs of a network, dense or sparse: shape (n, outputs)."""
    *_, last = activations(weights, biases, points)
    return last


def _real(name: str, values: ArrayLike) -> np.ndarray:
    """``values`` as a finite contiguous array, float32 if it was that, else float64."""
    found = real_values(name, values)
    kind = np.float32 if found.dtype.name == "float32" else np.float64
    with np.errstate(over="ignore"):  # of a wider type: told below
        found = np.ascontiguousarray(found, dtype=kind) if found.ndim else found.astype(kind)
    if not np.isfinite(found).all():
        bad = found.size - np.count_nonzero(np.isfinite(found))
        raise ValueError(f"{name} must be finite, got {bad} that are not")
    return found


def _finite(name: str, arrays: Sequence[ArrayLike], ndim: int) -> tuple[np.ndarray, ...]:
    if not np.iterable(arrays):
        raise ValueError(f"{name} must be a sequence of arrays, got {told(arrays)}")
    if not len(arrays):
        raise ValueError(f"{name} must hold at least one array, got none")
    found = tuple(_real(f"{name}[{layer}]", x) for layer, x in enumerate(arrays))
    for layer, x in enumerate(found):
        if x.ndim != ndim or not x.size:
            rule = f"{name}[{layer}] must be a non-empty {ndim}-d array"
            raise ValueError(f"{rule}, got shape {x.shape}")
    return found


def _fitting_biases(
    biases: Sequence[ArrayLike], weights: tuple[np.ndarray, ...]
) -> tuple[np.ndarray, ...]:
    found = _finite("biases", biases, 1)
    if len(found) != len(weights):
        raise ValueError(f"biases must be as many as weights, {len(weights)}, got {len(found)}")
    for layer, (b, w) in enumerate(zip(found, weights, strict=True)):
        if len(b) != len(w):
            rule = f"biases[{layer}] must have {len(w)} entries"
            raise ValueError(f"{rule}, as weights[{layer}] has rows, got {len(b)}")
    return found
