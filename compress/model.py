"""Networks known by the shapes of their arrays alone, as a file of weights holds them."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isqrt, prod

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .containers import checked_leaves

BLOCK = 500  # images convolved at a time: some 70 MB for LeNet-5
UNITS_FIRST = {2: (1, 0), 4: (3, 2, 0, 1)}  # axes of a file that has units last
UNITS_LAST = {2: (1, 0), 4: (2, 3, 1, 0)}
Arrays = dict[str, np.ndarray]
Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Convolutions, if any, and then layers with relu between them and nothing after the last.

    A convolution leaves out the margin and is followed by the maximum of each 2 x 2 square, and by
    no relu, as in the LeNet-5 of arXiv 1804.05862.

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

    """

    arrays: Arrays
    names: tuple[str, ...]
    units_last: bool

    @property
    def weights(self) -> Arrays:
        """The arrays without the biases."""
        return {name: a for name, a in self.arrays.items() if a.ndim > 1}

    @property
    def convolves(self) -> bool:
        """Whether there are convolutions."""
        return any(a.ndim == 4 for a in self.arrays.values())

    def logits(self, arrays: Arrays, points: np.ndarray) -> np.ndarray:
        """Outputs with these arrays in place of its own, shape (n, outputs).

        Parameters
        ----------
        arrays : dict of ndarray
            Like ``arrays`` of the model.
        points : ndarray, shape (n, inputs)
            Images are rows of pixels, channel by channel; so is what convolutions hand on.
            Arithmetic is in single precision if all arrays are float32 or float16, else in double.

        """
        blocks = [points[i : i + BLOCK] for i in range(0, len(points), BLOCK)]
        return np.concatenate([_outputs(arrays, block) for block in blocks])

    def mean_squares(self, points: np.ndarray) -> Arrays:
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

        """
        fed = list(_fed(self.arrays, points))[:-1]
        pairs = zip(self.weights.items(), fed, strict=True)
        return {name: _mean_square(w, f) for (name, w), f in pairs}

    def as_in_file(self, arrays: Arrays) -> Arrays:
        """Arrays in the order and layout of the file."""
        turns = UNITS_LAST if self.units_last else {}
        return {name: _turned(arrays[name], turns) for name in self.names}


def recognised(arrays: Arrays, inputs: int) -> Model:
    """Model of the arrays of a file.

    Parameters
    ----------
    arrays : dict of ndarray
        Weights in the order of the layers, with units first or units last (where both are
        possible, first), and biases, one vector for each of them or none, in the same order.
    inputs : int
        Number of inputs, which tells the two layouts apart.

    Returns
    -------
    Model
        Its arrays are views.

    Raises
    ------
    ValueError
        If they do not chain from the inputs, or are not finite.

    Examples
    --------
    >>> model = recognised({"bias": np.ones(2), "weight": np.ones((3, 2))}, inputs=3)
    >>> model.units_last, model.logits(model.arrays, np.eye(3)[:1])
    (True, array([[2., 2.]]))

    """
    checked_network(arrays)
    for turns in {}, UNITS_FIRST:
        found = _in_layers({name: _turned(a, turns) for name, a in arrays.items()})
        if _chains(found, inputs):
            return Model(found, tuple(arrays), bool(turns))
    shapes = ", ".join(str(a.shape) for a in arrays.values())
    raise ValueError(f"weights must be layers that chain from {inputs} inputs, got shapes {shapes}")


def checked_network(arrays: Arrays) -> None:
    """Raise ValueError unless these are real, finite arrays by name."""
    if not isinstance(arrays, dict) or not all(isinstance(a, np.ndarray) for a in arrays.values()):
        raise ValueError(f"weights must be a dict of arrays of NumPy, got {type(arrays).__name__}")
    checked_leaves(arrays)


def _turned(array: np.ndarray, turns: dict[int, Shape]) -> np.ndarray:
    return array.transpose(turns.get(array.ndim, range(array.ndim)))


def _in_layers(arrays: Arrays) -> Arrays:
    """Each array of weights before its biases; biases without weights of their own stay last."""
    biases = iter([name for name, a in arrays.items() if a.ndim == 1])
    found = {}
    for name in [name for name, a in arrays.items() if a.ndim > 1]:
        found[name] = arrays[name]
        found.update((bias, arrays[bias]) for bias in [next(biases, None)] if bias is not None)
    return found | arrays


def _chains(arrays: Arrays, inputs: int) -> bool:
    """Whether the layers take this number of inputs, and each what the one before gives."""
    shape: Shape | None = (inputs,)
    for array in arrays.values():
        shape = _given(array, shape) if shape else None
    ranks = [a.ndim for a in arrays.values() if a.ndim > 1]
    biases = len(arrays) - len(ranks)
    ends = shape is not None and len(shape) == 1 and biases in (0, len(ranks))
    return ends and ranks == sorted(ranks, reverse=True)  # convolutions come first


def _given(array: np.ndarray, shape: Shape) -> Shape | None:
    """Shape of what an array makes of an input of this shape, or None if they do not fit."""
    if array.ndim == 1:
        return shape if array.size == shape[0] else None
    if array.ndim == 2:
        return (len(array),) if array.shape[1] == prod(shape) else None
    if array.ndim != 4:
        return None
    image = _image(array, shape)
    sides = [(n - k + 1) // 2 for n, k in zip(image[1:], array.shape[2:], strict=True)]
    fits = image[0] == array.shape[1] and prod(image) == prod(shape)
    return (len(array), *sides) if fits and min(sides) > 0 else None


def _image(kernels: np.ndarray, shape: Shape) -> Shape:
    """The shape, or that of a square image if it is the number of its pixels in all channels."""
    side = isqrt(shape[0] // kernels.shape[1])
    return shape if len(shape) == 3 else (kernels.shape[1], side, side)


def _outputs(arrays: Arrays, points: np.ndarray) -> np.ndarray:
    *_, last = _fed(arrays, points)
    return last


def _fed(arrays: Arrays, points: np.ndarray) -> Iterator[np.ndarray]:
    """Yield what each layer is fed, images or rows, and then the outputs."""
    layers = list(_layers(arrays))
    found = points.astype(layers[0][0].dtype, copy=False)
    for place, (weights, biases) in enumerate(layers):
        if weights.ndim == 4:
            found = found.reshape(len(found), *_image(weights, found.shape[1:]))
            yield found
            found = _pooled(_convolved(weights, found) + biases[:, None, None])
        else:
            found = found.reshape(len(found), -1)
            yield found
            found = found @ weights.T + biases
            if place + 1 < len(layers):
                found = np.maximum(found, 0)
    yield found


def _mean_square(weights: np.ndarray, fed: np.ndarray) -> np.ndarray:
    """Of the inputs of a matrix, or of the places of a kernel over all patches."""
    squares = fed.astype(float) ** 2
    if weights.ndim == 2:
        return squares.mean(axis=0)
    return sliding_window_view(squares, weights.shape[2:], axis=(2, 3)).mean(axis=(0, 2, 3))


def _layers(arrays: Arrays) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield weights with their biases, zeros where there are none, all in one type."""
    kind = np.result_type(np.float32, *(a.dtype for a in arrays.values()))
    parts = [*(a.astype(kind, copy=False) for a in arrays.values()), np.zeros((0, 0))]
    for array, following in zip(parts[:-1], parts[1:], strict=True):
        if array.ndim > 1:
            yield array, following if following.ndim == 1 else np.zeros(len(array), array.dtype)


def _convolved(kernels: np.ndarray, images: np.ndarray) -> np.ndarray:
    """Images without their margin, shape (n, units, height, width)."""
    windows = sliding_window_view(images, kernels.shape[2:], axis=(2, 3))
    return np.tensordot(windows, kernels, ((1, 4, 5), (1, 2, 3))).transpose(0, 3, 1, 2)


def _pooled(images: np.ndarray) -> np.ndarray:
    """Maximum of each 2 x 2 square; a last odd row or column is left out."""
    height, width = (side // 2 * 2 for side in images.shape[2:])
    rows = np.maximum(images[:, :, 0:height:2], images[:, :, 1:height:2])
    return np.maximum(rows[..., 0:width:2], rows[..., 1:width:2])
