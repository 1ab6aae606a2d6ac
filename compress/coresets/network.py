"""A relu network as a list of matrices and kernels, and what its layers are fed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_truth, finite_floats
from stablenoise.layers.kinds import (
    WORDS,
    Activation,
    Conv,
    Dense,
    Layer,
    Linear,
    MeanPool,
    Relu,
)
from stablenoise.layers.stack import Architecture
from stablenoise.values import set_fields

from .feeding import Fed, Matrix, Stages, activations, stages_of
from .layer_checks import (
    check_chain,
    check_like,
    check_plan,
    fitting_biases,
    nonzero_arrays,
    pointwise,
)

__all__ = ["Matrix", "ReluNetwork", "outputs"]

POINTS = 500  # images of which outputs are made at a time: some 70 MB for LeNet-5


@dataclass(frozen=True, slots=True, eq=False)
class ReluNetwork:
    """Matrices, kernels and biases of a network, with relu between them unless another is said.

    Parameters
    ----------
    weights : sequence of array_like
        ``weights[l]`` has shape (neurons, inputs), and as many inputs as ``weights[l - 1]`` has
        neurons.  With an architecture it may be kernels (units, channels, height, width).  Kept as
        float32 where it is float32, else as float64.
    biases : sequence of array_like, optional
        ``biases[l]`` has shape (neurons,).
    embed : bool
        Whether a bias is one more edge, from an input that is always 1, which a coreset may
        sample or drop; otherwise biases are kept as they are.
    between : sequence of tuple of Layer, optional
        For each matrix what is made of its sums: activations and scales of ``stablenoise.layers``.
        By default relu after each matrix but the last.  A ``Guarantee`` needs relu; a ``Budget``
        samples by what the layers are fed, whatever its sign.
    architecture : Architecture, optional
        In place of ``between``, all layers in their order: needed where there are kernels.  It says
        ``image``, the shape of a point, if it has layers of images; its names of arrays are passed
        over, and batch norms must have been folded.

    Raises
    ------
    ValueError
        If there are no weights, they do not chain, a value is not finite, a matrix is all zero,
        the biases do not fit, embed is no truth, between are no such layers, or the architecture is
        none of such weights.

    Examples
    --------
    >>> network = ReluNetwork([[[1.0, -1.0], [2.0, 0.0]], [[1.0, 1.0]]])
    >>> network
    ReluNetwork(2 -> 2 -> 1, without biases)
    >>> network([[1.0, 3.0]])
    array([[2.]])
    >>> from stablenoise.layers import Architecture, Conv, Flatten
    >>> plan = Architecture((Conv(), Relu(), Flatten(), Dense()), image=(1, 2, 2))
    >>> network = ReluNetwork([np.ones((3, 1, 2, 2)), np.ones((1, 3))], architecture=plan)
    >>> network
    ReluNetwork(1 x 2 x 2, conv 3 of 2 x 2, relu, flatten, dense 1, without biases)
    >>> network([[1.0, 2.0, 3.0, 4.0]])
    array([[30.]])

    """

    weights: Sequence[np.ndarray]
    biases: Sequence[np.ndarray] | None = None
    embed: bool = False
    between: Sequence[tuple[Layer, ...]] | None = None
    architecture: Architecture | None = None

    __setstate__ = set_fields  # of versions without an architecture, too

    def __post_init__(self) -> None:
        check_truth("embed", self.embed)
        weights = nonzero_arrays(self.weights, (2,) if self.architecture is None else (2, 4))
        object.__setattr__(self, "weights", weights)
        if self.architecture is None:
            check_chain(weights)
        else:
            check_plan(self.architecture, self.between)
            self.architecture.shapes(prod(self.shape), [w.shape for w in weights])
        if self.biases is not None:
            object.__setattr__(self, "biases", fitting_biases(self.biases, weights))
        if self.between is not None:
            object.__setattr__(self, "between", pointwise(self.between, len(weights)))

    def __repr__(self) -> str:
        biases = f"{'embedded' if self.embed else 'with'} biases"
        return f"ReluNetwork({self._layers}, {'without biases' if self.biases is None else biases})"

    def __call__(self, points: ArrayLike) -> np.ndarray:
        """Outputs at some points.

        Parameters
        ----------
        points : array_like, shape (n, inputs)
            Images are rows of pixels, channel by channel.

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
        return self.outputs(self.weights, self.biases, points)

    def outputs(
        self, weights: Sequence[Matrix], biases: Sequence[np.ndarray] | None, points: ArrayLike
    ) -> np.ndarray:
        """Outputs at some points with other weights and biases in place of its own.

        Parameters
        ----------
        weights : sequence of ndarray or csr_array
            Of the shapes of the network's; matrices may be sparse.
        biases : sequence of ndarray, optional
        points : array_like, shape (n, inputs)

        Returns
        -------
        ndarray, shape (n, outputs)

        Raises
        ------
        ValueError
            If the points do not fit or are not finite, the shapes of weights are others, or a sum
            overflows.

        Examples
        --------
        >>> ReluNetwork([[[1.0, -1.0]]]).outputs([np.array([[1.0, 0.0]])], None, [[3.0, 1.0]])
        array([[3.]])

        """
        rows = self.checked(points)
        check_like(weights, biases, self.weights)
        size = POINTS if len(self.shape) > 1 else len(rows)
        blocks = (rows[i : i + size] for i in range(0, len(rows), size))
        data = self.stages, weights, biases
        return np.concatenate([_last(activations(*data, self._shaped(block))) for block in blocks])

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one point: (inputs,), or (channels, height, width) of an image."""
        plan = self.architecture
        if plan is not None and plan.image is not None:
            return plan.image
        return (self.weights[0].shape[1],)

    @property
    def stages(self) -> Stages:
        """Its layers by the weights that they follow."""
        if self.architecture is not None:
            return stages_of(self.architecture.layers)
        return _stages(len(self.weights), self.between)

    @property
    def matrices(self) -> tuple[np.ndarray, ...]:
        """The weights, a row for each neuron or kernel; embedded biases are last columns."""
        rows = tuple(w.reshape(len(w), -1) for w in self.weights)
        if not self.embed or self.biases is None:
            return rows
        pairs = zip(rows, self.biases, strict=True)
        return tuple(np.column_stack([w, b.astype(w.dtype)]) for w, b in pairs)

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]:
        """Neurons and edges into one, for each matrix: a kernel is a neuron at each place."""
        if self.architecture is None:
            return tuple(w.shape for w in self.matrices)
        shapes = self.architecture.shapes(prod(self.shape), [w.shape for w in self.weights])
        made = [s for s, x in zip(shapes[1:], self.architecture.layers, strict=True) if _weighs(x)]
        return tuple((prod(s), w.shape[1]) for s, w in zip(made, self.matrices, strict=True))

    @property
    def rectified(self) -> bool:
        """Whether there is relu after all weights but the last, and no other activation."""
        kinds = [[type(x) for x in after if isinstance(x, Activation)] for after in self.stages[2]]
        return kinds == [[Relu]] * (len(kinds) - 1) + [[]]

    @property
    def unsuited(self) -> tuple[str, ...]:
        """Kinds of layers after weights that do not keep relative errors, in words.

        These are what a ``Guarantee`` cannot be of.  If each number is right within a factor
        1 +- g, g < 1, so is what relu, a scale, a maximum or a mean of numbers of one sign makes
        of it; a mean of both signs may cancel, and other activations change relative errors.
        """
        words = set()
        for after in self.stages.after:
            signed = True
            for layer in after:
                signed = signed and not isinstance(layer, Relu)
                spoils = isinstance(layer, MeanPool) and signed
                if spoils or (isinstance(layer, Activation) and type(layer) not in KEPT):
                    words.add(f"{WORDS[type(layer)]}{' before relu' * spoils}")
        return tuple(sorted(words))

    @property
    def signed(self) -> tuple[bool, ...]:
        """For each matrix whether it may be fed negative numbers, whatever the points."""
        after = self.stages.after[:-1]
        return (False, *(not any(isinstance(x, Relu) for x in layers) for layers in after))

    @property
    def offsets(self) -> tuple[np.ndarray | float, ...]:
        """What is added to a neuron and is no edge: its bias where that is not embedded, or 0."""
        if self.embed or self.biases is None:
            return (0.0,) * len(self.weights)
        return tuple(self.biases)

    def fed(self, points: ArrayLike) -> tuple[Fed, ...]:
        """What each layer with weights is fed, from which rows are made block by block.

        Parameters
        ----------
        points : array_like, shape (n, inputs)

        Returns
        -------
        tuple of Fed
            One for each matrix; images and rows of all points are held, patches are not.

        Raises
        ------
        ValueError
            If the points do not fit or are not finite, or a sum overflows.

        Examples
        --------
        >>> [len(fed.inputs) for fed in ReluNetwork([[[1.0, -1.0]], [[2.0]]]).fed([[3.0, 1.0]])]
        [1, 1]

        """
        self.checked(points)
        rows = self._shaped(np.asarray(points))  # of their own type
        inputs = islice(
            activations(self.stages, self.weights, self.biases, rows), len(self.weights)
        )
        constant = self.embed and self.biases is not None
        layers = zip(self.stages.weighted, inputs, self.weights, strict=True)
        return tuple(Fed(x, a.astype(w.dtype, copy=False), w, constant) for x, a, w in layers)

    def inputs(self, points: ArrayLike) -> tuple[np.ndarray, ...]:
        """What the columns of each of ``matrices`` are fed.

        Parameters
        ----------
        points : array_like, shape (n, inputs)

        Returns
        -------
        tuple of ndarray, shape (n, columns)
            One for each matrix, of its type.  For kernels (n x places, columns): all patches of a
            point, row by row of its places, and then those of the next, each channel by channel.

        Raises
        ------
        ValueError
            If the points do not fit or are not finite, or a sum overflows.

        Examples
        --------
        >>> ReluNetwork([[[1.0, -1.0]], [[2.0]]]).inputs([[3.0, 1.0]])
        (array([[3., 1.]]), array([[2.]]))

        """
        return tuple(fed.rows() for fed in self.fed(points))

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
        inputs = prod(self.shape)
        if rows.ndim != 2 or rows.shape[1] != inputs or not len(rows):
            image = "" if len(self.shape) == 1 else f", of images {_by(self.shape)}"
            raise ValueError(
                f"{name} must have shape (n, {inputs}){image}, n >= 1, got {rows.shape}"
            )
        return rows

    @property
    def _layers(self) -> str:
        """The layers and their sizes on one line."""
        if self.architecture is None:
            return _arrows([self.weights[0].shape[1], *map(len, self.weights)])
        shapes = [w.shape for w in self.weights]
        return replace(self.architecture, name="x").line(prod(self.shape), shapes)[3:]

    def _shaped(self, rows: np.ndarray) -> np.ndarray:
        return rows if len(self.shape) == 1 else rows.reshape(len(rows), *self.shape)


KEPT = Relu, Linear  # activations that keep relative errors


def _arrows(widths: list[int]) -> str:
    """Widths of the layers on one line: of a deep network the first and the last few."""
    shown = widths if len(widths) <= 10 else [*widths[:4], "...", *widths[-4:]]
    return " -> ".join(map(str, shown))


def _by(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))


def _weighs(layer: Layer) -> bool:
    return isinstance(layer, Conv | Dense)


def _last(made: Any) -> np.ndarray:
    *_, last = made
    return last


def _stages(matrices: int, between: Sequence[tuple[Layer, ...]] | None) -> Stages:
    """Dense layers alone, with what is between them, or relu."""
    after = ((Relu(),),) * (matrices - 1) + ((),) if between is None else tuple(between)
    return Stages((), (Dense(),) * matrices, after)


def outputs(
    weights: Sequence[Matrix],
    biases: Sequence[np.ndarray] | None,
    points: np.ndarray,
    between: Sequence[tuple[Layer, ...]] | None = None,
) -> np.ndarray:
    """Outputs of a network of matrices, dense or sparse: shape (n, outputs)."""
    return _last(activations(_stages(len(weights), between), weights, biases, points))
