"""Networks from the arrays of a file, by an architecture that is given or by matrices alone."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from os import PathLike

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_integer, real_values, told
from stablenoise.layers import passes, patches
from stablenoise.layers.architecture import NAMES, Architecture, load_architecture, of_dense_layers
from stablenoise.layers.kinds import Conv, Dense, Layer
from stablenoise.results import Result

from ..table import counted
from .containers import Arrays, checked_network

BLOCK = 500  # images convolved at a time: some 70 MB for LeNet-5
UNITS_FIRST = {2: (1, 0), 4: (3, 2, 0, 1)}  # axes of a file that has units last
UNITS_LAST = {2: (1, 0), 4: (2, 3, 1, 0)}
Shape = tuple[int, ...]
Parts = list[tuple[np.ndarray | None, np.ndarray | None]]  # weights and biases of each layer
Said = str | PathLike | Architecture | None  # a name, a file of TOML, or none for matrices alone
ARCHITECTURE_HINT = (
    f"--architecture NAME or FILE.toml, names: {', '.join(NAMES)}; architecture= in Python"
)
CONVENTIONS = "biases on all layers or on none, batch normalisation folded in, padding said"


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
        channels, units).
    architecture : Architecture
        Its layers with weights are in the order of ``arrays``.
    inputs : int
        Numbers of one input.

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

    def _summary(self) -> str:
        numbers = sum(a.size for a in self.arrays.values())
        arrays, inputs = counted(len(self.arrays), "array"), counted(self.inputs, "input")
        return f"{arrays} of {numbers:,} numbers, {inputs}, {self._layout}"

    @property
    def _layout(self) -> str:
        return f"units {'last' if self.units_last else 'first'} in the file"

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
        blocks = [points[i : i + BLOCK] for i in range(0, len(points), BLOCK)]
        with np.errstate(over="ignore", invalid="ignore"):  # what is beyond the type is inf or NaN
            return np.concatenate([self._outputs(arrays, block) for block in blocks])

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
        parts = _parts(self.architecture, self.arrays)
        images = self._images(self._checked_points(points), parts)
        fed = passes.signals(self.architecture.layers, parts, images)
        weighted = ((layer, s) for layer, s in fed if isinstance(layer, Conv | Dense))
        pairs = zip(self.weights.items(), weighted, strict=True)
        with np.errstate(over="ignore", invalid="ignore"):
            return {name: _mean_square(w, *into) for (name, w), into in pairs}

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

    def _outputs(self, arrays: Arrays, points: np.ndarray) -> np.ndarray:
        parts = _parts(self.architecture, arrays)
        return passes.outputs(self.architecture.layers, parts, self._images(points, parts))

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
        turns = UNITS_LAST if self.units_last else {}
        return {name: _turned(arrays[name], turns) for name in self.names}


def recognised(arrays: Arrays, inputs: int, architecture: Said = None) -> Model:
    """Model of the arrays of a file.

    Parameters
    ----------
    arrays : dict of ndarray
        Weights in the order of the layers, with units first or units last (where both are
        possible, first), and biases, one vector for each of them or none, in the same order.
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
        If they do not chain from the inputs, are not finite, or have kernels and no architecture.

    Examples
    --------
    >>> model = recognised({"bias": np.ones(2), "weight": np.ones((3, 2))}, inputs=3)
    >>> model.units_last, model.logits(model.arrays, np.eye(3)[:1])
    (True, array([[2., 2.]]))

    """
    inputs = check_integer("inputs", inputs, 1, 2**53)
    arrays = checked_network(arrays)
    # Units first is tried first, so that the layout follows from the shapes: a layout that could
    # be chosen would be a bit that a certificate does not charge.
    plan, misfits = _plan(arrays, architecture), []
    for turns in {}, UNITS_FIRST:
        turned = _in_layers({name: _turned(a, turns) for name, a in arrays.items()})
        fitting, reason = _fitted(turned, inputs, plan)
        if not reason:
            return Model(turned, tuple(arrays), bool(turns), plan, inputs)
        misfits.append((fitting, reason))
    reason = max(misfits, key=itemgetter(0))[1]  # of the layout in which more layers fit
    shapes = ", ".join(str(a.shape) for a in arrays.values())
    rule = f"weights must be layers that chain from {inputs} inputs"
    raise ValueError(f"{rule}, got shapes {shapes} ({reason}; wanted are {CONVENTIONS})")


def _plan(arrays: Arrays, said: Said) -> Architecture:
    """The architecture that was said, or that of matrices alone."""
    kernels = [name for name, a in arrays.items() if a.ndim == 4]
    if said is not None:
        return load_architecture(said)
    if kernels:
        seen = ", ".join(kernels)
        raise ValueError(
            f"architecture must be said for kernels ({ARCHITECTURE_HINT}), got none for {seen}"
        )
    return of_dense_layers(max(1, sum(a.ndim > 1 for a in arrays.values())))


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


def _turned(array: np.ndarray, turns: dict[int, Shape]) -> np.ndarray:
    return array.transpose(turns.get(array.ndim, range(array.ndim)))


def _in_layers(arrays: Arrays) -> Arrays:
    """Each array of weights before its biases; biases without weights of their own stay last."""
    biases = iter([name for name, a in arrays.items() if a.ndim == 1])
    ordered = {}
    for name in [name for name, a in arrays.items() if a.ndim > 1]:
        ordered[name] = arrays[name]
        ordered.update((bias, arrays[bias]) for bias in [next(biases, None)] if bias is not None)
    return ordered | arrays


def _fitted(arrays: Arrays, inputs: int, plan: Architecture) -> tuple[int, str]:
    """How many layers fit the architecture, and why not all with their biases, or nothing."""
    weights = [a for a in arrays.values() if a.ndim > 1]
    shapes, reason = plan.fitted(inputs, [w.shape for w in weights])
    if reason:
        return len(shapes), reason
    biases = [a for a in arrays.values() if a.ndim < 2]
    if len(biases) not in (0, len(weights)):
        return len(shapes), f"{len(biases)} biases for {len(weights)} layers"
    for w, b in zip(weights, biases, strict=False):
        if b.shape != w.shape[:1]:
            return len(shapes), f"biases of shape {b.shape} for {len(w)} units"
    return len(shapes), ""
