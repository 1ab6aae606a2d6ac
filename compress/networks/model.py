"""Networks from the arrays of a file, by an architecture that is given or by matrices alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_integer, real_values, told
from stablenoise.layers import few_weights, passes, patches
from stablenoise.layers.architecture import NAMES, Architecture, load_architecture
from stablenoise.layers.few_weights import FewWeights
from stablenoise.layers.kinds import Conv, Dense, Layer
from stablenoise.results import Result
from stablenoise.text_table import counted

from .containers import Arrays, checked_network
from .layouts import Layout
from .matching import matched

BLOCK = 500  # images convolved at a time: some 70 MB for LeNet-5
SPARSE_BLOCK = 100  # where weights are few: what is made of them stays in a core's cache
Parts = list[tuple[np.ndarray | None, np.ndarray | None]]  # weights and biases of each layer
Said = str | PathLike | Architecture | None  # a name, a file of TOML, or none for matrices alone
ARCHITECTURE_HINT = (
    f"--architecture NAME or FILE.toml, names: {', '.join(NAMES)}; architecture= in Python; "
    "compress describe proposes a file"
)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Model(Result):
    """A network: arrays, and the architecture that says what is done with them.

    Parameters
    ----------
    arrays : dict of ndarray
        Units first: kernels of shape (units, channels, height, width), matrices of shape (units,
        inputs), each followed by its biases, shape (units,), if there are any.
    names : tuple of str
        In the order of the file.
    units_last : bool
        Whether matrices of the file have shape (inputs, units), and kernels (height, width,
        channels, units) unless ``kernels_last`` says otherwise.
    architecture : Architecture
        Its layers with weights are in the order of ``arrays``.
    inputs : int
        Numbers of one input.
    kernels_last : bool, optional
        Whether kernels of the file have shape (height, width, channels, units), where that is not
        as with matrices.
    shapes : dict of tuple of int
        Shapes of biases in the file, where these are no rows.
    folded : tuple of str
        Batch norms that are in the arrays: their layers come without them.
    left_out : tuple of str
        Arrays of the file that belong to no layer, as sizes and counts.

    Examples
    --------
    >>> recognised({"w": np.ones((4, 3)), "v": np.ones((2, 4))}, inputs=3)
    Model(2 arrays of 20 numbers, 3 inputs, units first in the file)

    """

    arrays: Arrays
    names: tuple[str, ...]
    units_last: bool
    architecture: Architecture
    inputs: int
    kernels_last: bool | None = None
    shapes: Mapping[str, tuple[int, ...]] | None = None
    folded: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def _summary(self) -> str:
        numbers = sum(a.size for a in self.arrays.values())
        arrays, inputs = counted(len(self.arrays), "array"), counted(self.inputs, "input")
        return f"{arrays} of {numbers:,} numbers, {inputs}, {self._layout}"

    @property
    def _layout(self) -> str:
        where = f"units {'last' if self.units_last else 'first'}"
        if self.kernels_last not in (None, self.units_last):
            where += f", of kernels {'last' if self.kernels_last else 'first'},"
        folds = f"; batch norm folded: {', '.join(self.folded)}" if self.folded else ""
        others = f"; left out: {', '.join(self.left_out)}" if self.left_out else ""
        return f"{where} in the file{folds}{others}"

    @property
    def weights(self) -> Arrays:
        """The arrays without the biases.

        Returns
        -------
        dict of ndarray

        """
        return {name: a for name, a in self.arrays.items() if a.ndim > 1}

    @property
    def convolves(self) -> bool:
        """Whether there are convolutions.

        Returns
        -------
        bool

        """
        return any(a.ndim == 4 for a in self.arrays.values())

    @property
    def outputs(self) -> int:
        """Number of outputs.

        Returns
        -------
        int

        """
        shapes = [a.shape for a in self.weights.values()]
        return self.architecture.shapes(self.inputs, shapes)[-1][0]

    @property
    def line(self) -> str:
        """What is done with the arrays, on one line.

        Returns
        -------
        str

        """
        shapes = [a.shape for a in self.weights.values()]
        return f"architecture: {self.architecture.line(self.inputs, shapes)}; {self._layout}"

    def logits(self, arrays: Arrays, points: ArrayLike) -> np.ndarray:
        """Outputs with these arrays in place of the model's own.

        Parameters
        ----------
        arrays : dict of ndarray
            Like ``arrays`` of the model.
        points : ndarray, shape (n, inputs)
            Images are rows of pixels, channel by channel.  Arithmetic is in single precision if
            all arrays are float32 or float16, else in double.

        Returns
        -------
        ndarray, shape (n, outputs)

        Raises
        ------
        ValueError
            If points or arrays are not like those of the model.

        Examples
        --------
        >>> model = recognised({"w": np.ones((4, 3)), "v": np.ones((2, 4))}, inputs=3)
        >>> model.logits(model.arrays, np.eye(3))
        array([[4., 4.],
               [4., 4.],
               [4., 4.]])

        """
        self._check_arrays(arrays)
        points = self._checked_points(points)
        parts = _parts(self.architecture, arrays)
        fewer = [(few_weights.sparse(w), bias) for w, bias in parts]
        size = SPARSE_BLOCK if any(isinstance(w, FewWeights) for w, _ in fewer) else BLOCK
        blocks = (self._images(points[i : i + size], parts) for i in range(0, len(points), size))
        layers = self.architecture.layers
        with np.errstate(over="ignore", invalid="ignore"):  # what is beyond the type is inf or NaN
            return np.concatenate([passes.outputs(layers, fewer, block) for block in blocks])

    def mean_squares(self, points: ArrayLike) -> Arrays:
        """Mean square, over the points, of what each weight is multiplied with.

        Parameters
        ----------
        points : ndarray, shape (n, inputs)
            At most some thousand: all activations are held.

        Returns
        -------
        dict of ndarray
            For each array of weights the shape of ``weights[0]``; w^2 times it is the mean square
            of what a unit's sum loses with the weight.

        Raises
        ------
        ValueError
            If points are not like those of the model.

        Examples
        --------
        >>> model = recognised({"w": np.ones((4, 3)), "v": np.ones((2, 4))}, inputs=3)
        >>> model.mean_squares(np.array([[1.0, 0.0, 3.0], [1.0, 2.0, 0.0]]))["w"]
        array([1. , 2. , 4.5])

        """
        parts, rows = _parts(self.architecture, self.arrays), self._checked_points(points)
        with np.errstate(over="ignore", invalid="ignore"):  # what is beyond the type is inf or NaN
            fed = passes.signals(self.architecture.layers, parts, self._images(rows, parts))
            weighted = ((layer, s) for layer, s in fed if isinstance(layer, Conv | Dense))
            pairs = zip(self.weights.items(), weighted, strict=True)
            return {name: _mean_square(w, *into) for (name, w), into in pairs}

    def features(self, points: ArrayLike) -> np.ndarray:
        """What the first dense layer is fed.

        Parameters
        ----------
        points : ndarray, shape (n, inputs)

        Returns
        -------
        ndarray, shape (n, inputs of that layer)

        Raises
        ------
        ValueError
            If points are not like those of the model, or there is no dense layer.

        Examples
        --------
        >>> model = recognised({"w": np.ones((4, 3)), "v": np.ones((2, 4))}, inputs=3)
        >>> model.features(np.array([[1.0, 0.0, 3.0]]))
        array([[1., 0., 3.]])

        """
        rows = self._checked_points(points)
        kinds = [type(layer) for layer in self.architecture.layers]
        if Dense not in kinds:
            raise ValueError(f"a network must have dense layers, got {self.line}")
        place = kinds.index(Dense)
        parts = _parts(self.architecture, self.arrays)
        before = self.architecture.layers[:place], parts[:place]
        blocks = (rows[i : i + BLOCK] for i in range(0, len(rows), BLOCK))
        return np.concatenate([passes.outputs(*before, self._images(b, parts)) for b in blocks])

    def rows(self, points: ArrayLike) -> np.ndarray:
        """Points in the type in which the network computes.

        Parameters
        ----------
        points : ndarray, shape (n, inputs)

        Returns
        -------
        ndarray, shape (n, inputs)

        Raises
        ------
        ValueError
            If points are not like those of the model.

        Examples
        --------
        >>> model = recognised({"w": np.ones((4, 3), np.float32)}, inputs=3)
        >>> model.rows([[1.0, 2.0, 3.0]])
        array([[1., 2., 3.]], dtype=float32)

        """
        rows = self._checked_points(points)
        return self._images(rows, _parts(self.architecture, self.arrays)).reshape(rows.shape)

    def _check_arrays(self, arrays: Arrays) -> None:
        if not isinstance(arrays, dict) or not set(self.names) <= set(arrays):
            names = ", ".join(self.names)
            raise ValueError(f"arrays must be a dict with {names}, got {told(arrays)}")

    def _checked_points(self, points: ArrayLike) -> np.ndarray:
        x = real_values("points", points)
        if x.ndim != 2 or not len(x) or x.shape[1] != self.inputs:
            rule = f"points must be rows of {self.inputs} inputs, one or more"
            raise ValueError(f"{rule}, got shape {x.shape}")
        return x

    def _images(self, points: np.ndarray, parts: Parts) -> np.ndarray:
        """Points in the type of the weights and the shape of an input."""
        weights = [w for w, _ in parts if w is not None]
        shape = self.architecture.input_shape(self.inputs, [w.shape for w in weights])
        return points.astype(weights[0].dtype, copy=False).reshape(len(points), *shape)

    def as_in_file(self, arrays: Arrays) -> Arrays:
        """Arrays in the order and layout of the file.

        Parameters
        ----------
        arrays : dict of ndarray
            Like ``arrays`` of the model.

        Returns
        -------
        dict of ndarray
            Views.

        Raises
        ------
        ValueError
            If an array of the model is missing.

        Examples
        --------
        >>> model = recognised({"w": np.ones((2, 3)), "b": np.ones(3)}, inputs=2)
        >>> model.units_last, model.as_in_file(model.arrays)["w"].shape
        (True, (2, 3))

        """
        self._check_arrays(arrays)
        kernels_last = self.units_last if self.kernels_last is None else self.kernels_last
        layout, shapes = Layout(self.units_last, kernels_last), self.shapes or {}
        turned = {name: layout.in_file(arrays[name]) for name in self.names}
        return {name: a.reshape(shapes.get(name, a.shape)) for name, a in turned.items()}


def recognised(arrays: Arrays, inputs: int, architecture: Said = None) -> Model:
    """Model of the arrays of a file.

    Parameters
    ----------
    arrays : dict of ndarray
        Weights with units first or units last (where both are possible, first), and biases of
        each or of some.  What belongs together follows from the names that the architecture says;
        without them from the stems of the names (``fc1.weight``, ``dense/kernel:0``, ``W1``), else
        from the order of the file, or else from the lengths of biases if one way fits.  The order
        of the layers is that of the file if it fits and does not go against numbers in the names,
        else the only one that fits.  Batch norms are folded into the layers that they stand at.
        Numbers, vectors of integers, and vectors of no layer's length are left out; so is all that
        an architecture does not name, if it names the weights and biases of each layer.
    inputs : int
        Number of inputs, which tells the two layouts apart.
    architecture : str, path or Architecture, optional
        See ``stablenoise.layers.load_architecture``.  Matrices alone need none: they are layers
        with relu between them and nothing after the last.  For kernels it must be said: shapes do
        not tell where a relu, a stride or a maximum is.

    Returns
    -------
    Model
        Its arrays are views.

    Raises
    ------
    ValueError
        If they do not chain from the inputs, or in several ways, are not finite, or have kernels
        and no architecture.

    Examples
    --------
    >>> model = recognised({"bias": np.ones(2), "weight": np.ones((3, 2))}, inputs=3)
    >>> model.units_last, model.logits(model.arrays, np.eye(3)[:1])
    (True, array([[2., 2.]]))

    """
    inputs = check_integer("inputs", inputs, 1, 2**53)
    arrays = checked_network(arrays)
    match = matched(arrays, inputs, _plan(arrays, architecture))
    layout = match.layout
    kernels_last = None if layout.kernels_last == layout.matrices_last else layout.kernels_last
    given = match.names, layout.matrices_last, match.plan, inputs, kernels_last
    return Model(match.arrays, *given, match.shapes, match.folded, match.left_out)


def _plan(arrays: Arrays, said: Said) -> Architecture | None:
    """The architecture that was said, or none for matrices alone."""
    kernels = [name for name, a in arrays.items() if a.ndim == 4]
    if said is not None:
        return load_architecture(said)
    if kernels:
        seen = ", ".join(kernels)
        raise ValueError(
            f"architecture must be said for kernels ({ARCHITECTURE_HINT}), got none for {seen}"
        )
    return None


def _parts(architecture: Architecture, arrays: Arrays) -> Parts:
    """Weights and biases of each layer, all in one type; None for what it does not have."""
    kind = np.result_type(np.float32, *(a.dtype for a in arrays.values()))
    each = [*(a.astype(kind, copy=False) for a in arrays.values()), np.zeros((0, 0))]
    pairs = iter(
        (array, following if following.ndim == 1 else None)
        for array, following in zip(each[:-1], each[1:], strict=True)
        if array.ndim > 1
    )
    layers = architecture.layers
    return [next(pairs) if isinstance(layer, Conv | Dense) else (None, None) for layer in layers]


def _mean_square(weights: np.ndarray, layer: Layer | None, fed: np.ndarray) -> np.ndarray:
    """Mean square of the inputs of a matrix, or of each entry of a kernel over all patches."""
    if isinstance(layer, Conv):
        return patches.mean_squares(layer, fed, weights)
    return (fed.astype(float) ** 2).mean(axis=0)
