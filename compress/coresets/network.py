"""A relu network as a list of matrices, and what its layers are fed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_truth, finite_floats, told
from stablenoise.layers import passes
from stablenoise.layers.kinds import Activation, Layer, Relu, Scale

Matrix = Any  # an ndarray, or a csr_array of SciPy: the two share no base class


@dataclass(frozen=True, slots=True, eq=False)
class ReluNetwork:
    """Matrices and biases of a network, with relu between them unless something else is said.

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
    between : sequence of tuple of Layer, optional
        For each matrix what is made of its sums: activations and scales of ``stablenoise.layers``.
        By default relu after each matrix but the last.  A ``Guarantee`` needs relu; a ``Budget``
        samples by what the layers are fed, whatever its sign.

    Raises
    ------
    ValueError
        If there are no weights, they do not chain, a value is not finite, a matrix is all zero,
        the biases do not fit, embed is no truth, or between are no such layers.

    Examples
    --------
    >>> network = ReluNetwork([[[1.0, -1.0], [2.0, 0.0]], [[1.0, 1.0]]])
    >>> network
    ReluNetwork(2 -> 2 -> 1, without biases)
    >>> network([[1.0, 3.0]])
    array([[2.]])

    """

    weights: Sequence[np.ndarray]
    biases: Sequence[np.ndarray] | None = None
    embed: bool = False
    between: Sequence[tuple[Layer, ...]] | None = None

    def __post_init__(self) -> None:
        check_truth("embed", self.embed)
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
        if self.between is not None:
            object.__setattr__(self, "between", _pointwise(self.between, len(weights)))

    def __repr__(self) -> str:
        widths = [self.weights[0].shape[1], *map(len, self.weights)]
        if self.biases is None:
            return f"ReluNetwork({_arrows(widths)}, without biases)"
        return f"ReluNetwork({_arrows(widths)}, {'embedded' if self.embed else 'with'} biases)"

    def __call__(self, points: ArrayLike) -> np.ndarray:
        """Outputs at some points.

        Parameters
        ----------
        points : array_like, shape (n, inputs)

        Returns
        -------
        ndarray, shape (n, outputs)

        Raises
        ------
        ValueError
            If the points do not fit or are not finite, or a sum overflows.

        Examples
        --------
        >>> ReluNetwork([[[1.0, -1.0]], [[2.0]]])([[3.0, 1.0], [1.0, 3.0]])
        array([[4.],
               [0.]])

        """
        return outputs(self.weights, self.biases, self.checked(points), self.between)

    @property
    def matrices(self) -> tuple[np.ndarray, ...]:
        """The weights, with the biases as last columns where these are embedded."""
        if not self.embed or self.biases is None:
            return tuple(self.weights)
        pairs = zip(self.weights, self.biases, strict=True)
        return tuple(np.column_stack([w, b.astype(w.dtype)]) for w, b in pairs)

    @property
    def rectified(self) -> bool:
        """Whether there is relu after each matrix but the last, and else scales alone."""
        if self.between is None:
            return True
        kinds = [[type(x) for x in layers if not isinstance(x, Scale)] for layers in self.between]
        return kinds == [[Relu]] * (len(kinds) - 1) + [[]]

    @property
    def offsets(self) -> tuple[np.ndarray | float, ...]:
        """What is added to a neuron and is no edge: its bias where that is not embedded, or 0."""
        if self.embed or self.biases is None:
            return (0.0,) * len(self.weights)
        return tuple(self.biases)

    def inputs(self, points: ArrayLike) -> tuple[np.ndarray, ...]:
        """What the columns of each of ``matrices`` are fed.

        Parameters
        ----------
        points : array_like, shape (n, inputs)

        Returns
        -------
        tuple of ndarray, shape (n, columns)
            One for each matrix, of its type.

        Raises
        ------
        ValueError
            If the points do not fit or are not finite, or a sum overflows.

        Examples
        --------
        >>> ReluNetwork([[[1.0, -1.0]], [[2.0]]]).inputs([[3.0, 1.0]])
        (array([[3., 1.]]), array([[2.]]))

        """
        self.checked(points)
        rows = np.asarray(points)  # of their own type
        layers = self.weights, self.biases, rows, self.between
        fed = list(islice(activations(*layers), len(self.weights)))
        if self.embed and self.biases is not None:
            fed = [np.column_stack([a, np.ones(len(a), a.dtype)]) for a in fed]
        pairs = zip(fed, self.weights, strict=True)
        return tuple(np.ascontiguousarray(a, dtype=w.dtype) for a, w in pairs)

    def checked(self, points: ArrayLike, name: str = "points") -> np.ndarray:
        """Points as an array that fits the network.

        Parameters
        ----------
        points : array_like, shape (n, inputs)
            Finite, n >= 1.
        name : str
            What an error calls them.

        Returns
        -------
        ndarray, shape (n, inputs)
            float32 if the points are, else float64.

        Raises
        ------
        ValueError
            If the points do not fit or are not finite.

        Examples
        --------
        >>> ReluNetwork([[[1.0, -1.0]]]).checked([[3, 1]])
        array([[3., 1.]])

        """
        rows = finite_floats(name, points)
        inputs = self.weights[0].shape[1]
        if rows.ndim != 2 or rows.shape[1] != inputs or not len(rows):
            raise ValueError(f"{name} must have shape (n, {inputs}), n >= 1, got {rows.shape}")
        return rows


def _arrows(widths: list[int]) -> str:
    """Widths of the layers on one line: of a deep network the first and the last few."""
    shown = widths if len(widths) <= 10 else [*widths[:4], "...", *widths[-4:]]
    return " -> ".join(map(str, shown))


def activations(
    weights: Sequence[Matrix],
    biases: Sequence[np.ndarray] | None,
    points: np.ndarray,
    between: Sequence[tuple[Layer, ...]] | None = None,
) -> Iterator[np.ndarray]:
    """Yield the points, what is made of the sums of each hidden layer, and the outputs.

    Raises ValueError where a sum is beyond the range of floats.
    """
    a = points
    after = ((Relu(),),) * (len(weights) - 1) + ((),) if between is None else between
    for layer, matrix in enumerate(weights):
        yield a
        with np.errstate(over="ignore", invalid="ignore"):
            a = a @ matrix.T
            a = a if biases is None else a + biases[layer]
        if not np.isfinite(a).all():
            raise ValueError(f"sums of weights[{layer}] must be finite, got some that overflow")
        for kind in after[layer]:
            a = passes.forward(kind, a)[0]
    yield a


def outputs(
    weights: Sequence[Matrix],
    biases: Sequence[np.ndarray] | None,
    points: np.ndarray,
    between: Sequence[tuple[Layer, ...]] | None = None,
) -> np.ndarray:
    """Outputs of a network, dense or sparse: shape (n, outputs)."""
    *_, last = activations(weights, biases, points, between)
    return last


def _pointwise(between: Any, matrices: int) -> tuple[tuple[Layer, ...], ...]:
    """Layers after each matrix, or ValueError unless they are activations and scales."""
    listed = isinstance(between, list | tuple) and len(between) == matrices
    if not listed or not all(isinstance(layers, list | tuple) for layers in between):
        rule = f"between must be a tuple of layers for each of {matrices} matrices"
        raise ValueError(f"{rule}, got {told(between)}")
    for layer in chain.from_iterable(between):
        if not isinstance(layer, Activation | Scale):
            raise ValueError(f"between must be activations and scales, got {told(layer)}")
    return tuple(map(tuple, between))


def _finite(name: str, arrays: Sequence[ArrayLike], ndim: int) -> tuple[np.ndarray, ...]:
    if not (np.iterable(arrays) and hasattr(arrays, "__len__")):
        raise ValueError(f"{name} must be a sequence of arrays, got {told(arrays)}")
    if not len(arrays):
        raise ValueError(f"{name} must hold at least one array, got none")
    checked = tuple(finite_floats(f"{name}[{layer}]", x) for layer, x in enumerate(arrays))
    for layer, x in enumerate(checked):
        if x.ndim != ndim or not x.size:
            rule = f"{name}[{layer}] must be a non-empty {ndim}-d array"
            raise ValueError(f"{rule}, got shape {x.shape}")
    return checked


def _fitting_biases(
    biases: Sequence[ArrayLike], weights: tuple[np.ndarray, ...]
) -> tuple[np.ndarray, ...]:
    checked = _finite("biases", biases, 1)
    if len(checked) != len(weights):
        raise ValueError(f"biases must be as many as weights, {len(weights)}, got {len(checked)}")
    for layer, (b, w) in enumerate(zip(checked, weights, strict=True)):
        if len(b) != len(w):
            rule = f"biases[{layer}] must have {len(w)} entries"
            raise ValueError(f"{rule}, as weights[{layer}] has rows, got {len(b)}")
    return checked
