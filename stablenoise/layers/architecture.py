r"""Architectures: what becomes of an input between one array of weights and the next.

An architecture is said by name (``NAMES``) or in a file of TOML, never guessed from the shapes of
arrays, which do not tell a relu from none.  This file is an ordinary LeNet-5::

    version = 1
    image = [1, 28, 28]   # channels, height, width; without it the image is a square
    scale = "unit"        # or "centred": inputs in [0, 1] as they are, or 2 (x - 1/2)
    layers = [
        { kind = "conv", stride = 1, padding = 0 },
        { kind = "relu" },
        { kind = "maxpool", size = 2, stride = 2 },
        { kind = "conv" },
        { kind = "relu" },
        { kind = "maxpool" },
        { kind = "flatten", order = "channels_first" },
        { kind = "dense" },
        { kind = "relu" },
        { kind = "dense" },
    ]

Only ``version``, ``layers`` and each ``kind`` are needed.  Sizes of kernels and numbers of units
are those of the arrays.
"""

import os
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from math import isqrt, prod
from typing import Any

from stablenoise.checks import check_integer, told

from .kinds import (
    KINDS,
    LARGEST,
    ORDERS,
    Conv,
    Dense,
    Flatten,
    Layer,
    MaxPool,
    Relu,
    Shape,
    check_one_of,
)

VERSION = 1
SCALES = ("unit", "centred")
KEYS = ("version", "layers", "image", "scale")


@dataclass(frozen=True, slots=True)
class Architecture:
    """Layers in the order in which an input goes through them.

    Parameters
    ----------
    layers : tuple of Layer
        The last one that changes a shape gives the outputs.
    image : tuple of int, optional
        Channels, height and width of an input; by default a square of as many channels as the
        first kernels take, if there are layers of images.
    scale : {"unit", "centred"}, optional
        What the network wants inputs in [0, 1] to be: as they are, or 2 (x - 1/2).
    name : str
        By which it was said.

    Examples
    --------
    >>> Architecture((Dense(), Relu(), Dense())).shapes(64, [(40, 64), (10, 40)])
    [(64,), (40,), (40,), (10,)]

    """

    layers: tuple[Layer, ...]
    image: Shape | None = None
    scale: str | None = None
    name: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.layers, tuple) or not self.layers:
            raise ValueError(f"layers must be one or more, got {told(self.layers)}")
        if not all(type(layer) in KINDS.values() for layer in self.layers):
            raise ValueError(f"layers must be of {', '.join(KINDS)}, got {told(self.layers)}")
        if self.image is not None:
            _check_sides(self.image)
        if self.scale is not None:
            check_one_of("scale", self.scale, SCALES)

    @property
    def weighted(self) -> int:
        """Number of layers that have weights."""
        return sum(isinstance(layer, Conv | Dense) for layer in self.layers)

    @property
    def rectified(self) -> bool:
        """Whether dense layers come last, with relu between them and nothing after the last."""
        tail = [type(layer) for layer in self.layers[self._first_dense() :]]
        return bool(tail) and tail == [Dense, Relu] * (len(tail) // 2) + [Dense]

    def input_shape(self, inputs: int, weights: Sequence[Shape]) -> Shape:
        """Shape of one input of so many numbers: that of its image, if there are layers of images.

        Raises
        ------
        ValueError
            If the image has another number of pixels, or is not said and is no square.

        """
        of_images = any(isinstance(layer, Conv | MaxPool) for layer in self.layers)
        if not of_images and self.image is None:
            return (inputs,)
        image = self.image or _square(inputs, weights)
        if prod(image) != inputs:
            shown = " x ".join(map(str, image))
            raise ValueError(f"image must have the {inputs} numbers of an input, got {shown}")
        return image

    def shapes(self, inputs: int, weights: Sequence[Shape]) -> list[Shape]:
        """Shape of an input before each layer, and of the outputs.

        Parameters
        ----------
        inputs : int
            Numbers of one input.
        weights : sequence of tuple of int
            Shapes of the arrays, without biases: (units, channels, height, width) for a conv,
            (units, inputs) for a dense layer.

        Returns
        -------
        list of tuple of int

        Raises
        ------
        ValueError
            If they do not fit together, with the number of the layer, from 1, where it is one.

        """
        shapes, reason = self.fitted(inputs, weights)
        if reason:
            raise ValueError(reason)
        return shapes

    def fitted(self, inputs: int, weights: Sequence[Shape]) -> tuple[list[Shape], str]:
        """Shapes as far as layers fit together, and why the next one does not, or nothing.

        Parameters
        ----------
        inputs, weights
            As for ``shapes``.

        Returns
        -------
        tuple of list and str

        """
        shapes: list[Shape] = []
        if len(weights) != self.weighted:
            rule = f"weights must be {self.weighted} arrays, one for each conv and dense layer"
            return shapes, f"{rule}, got {len(weights)}"
        try:
            shapes.append(self.input_shape(inputs, weights))
            left = iter(weights)
            for layer in self.layers:
                shapes.append(_outputs(layer, shapes[-1], left))
        except ValueError as error:
            return shapes, f"layer {len(shapes)}: {error}" if shapes else str(error)
        if len(shapes[-1]) != 1:
            return shapes, f"layers must end in a row of outputs, got shape {shapes[-1]}"
        return shapes, ""

    def line(self, inputs: int, weights: Sequence[Shape]) -> str:
        """All that is said, and the sizes of the arrays, on one line."""
        first, left = self.input_shape(inputs, weights), iter(weights)
        words = ", ".join(_word(layer, left) for layer in self.layers)
        return f"{self.name or 'unnamed'}: {' x '.join(map(str, first))}, {words}"

    def _first_dense(self) -> int:
        kinds = [type(layer) for layer in self.layers]
        return kinds.index(Dense) if Dense in kinds else len(kinds)


def of_dense_layers(count: int) -> Architecture:
    """So many dense layers with relu between them: what matrices alone are taken for.

    Examples
    --------
    >>> of_dense_layers(2).layers
    (Dense(), Relu(), Dense())

    """
    layers: tuple[Layer, ...] = (Dense(), Relu()) * (count - 1) + (Dense(),)
    return Architecture(layers, name="dense layers with relu between them")


def load_architecture(said: "str | os.PathLike | Architecture") -> Architecture:
    """Architecture of this name, or of this file.

    Parameters
    ----------
    said : str, path or Architecture
        A name in ``NAMES``, or a file whose name ends in ``.toml``.

    Returns
    -------
    Architecture

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If there is no such name, or the file says something that this version does not know.

    Examples
    --------
    >>> load_architecture("lenet5-zhou").layers[:3]
    (Conv(stride=1, padding=0), MaxPool(size=2, stride=None), Conv(stride=1, padding=0))

    """
    if type(said) is Architecture:
        return said
    if isinstance(said, str) and said in NAMES:
        return NAMES[said]
    if not isinstance(said, str | os.PathLike) or not os.fspath(said).endswith(".toml"):
        known = ", ".join(NAMES)
        raise ValueError(f"architecture must be {known} or a .toml file, got {told(said)}")
    with open(said, "rb") as file:
        return parsed(file.read(), os.fspath(said))


def parsed(content: bytes, name: str = "architecture") -> Architecture:
    r"""Architecture of the content of a file.

    Parameters
    ----------
    content : bytes
        TOML in UTF-8.
    name : str
        Of the file, for errors.

    Returns
    -------
    Architecture

    Raises
    ------
    ValueError
        If it is no TOML, of another version, or has a key, a kind or a value that is not known.

    Examples
    --------
    >>> parsed(b'version = 1\nlayers = [{kind = "dense"}]').layers
    (Dense(),)

    """
    try:
        said = tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:  # also of integers of too many digits
        raise ValueError(f"{name} must be TOML, got: {_first_line(error)}") from None
    try:
        return _understood(said, name)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _understood(said: dict[str, Any], name: str) -> Architecture:
    version = said.get("version", "none")
    if type(version) is not int or version != VERSION:
        raise ValueError(f"version must be {VERSION}, got {told(version)}")
    _check_keys("file", said, KEYS)
    layers = said.get("layers")
    if not isinstance(layers, list) or not layers:
        raise ValueError(f"layers must be a list of one or more, got {told(layers)}")
    image, scale = said.get("image"), said.get("scale")
    each = tuple(_layer(number, layer) for number, layer in enumerate(layers, 1))
    return Architecture(each, tuple(image) if isinstance(image, list) else image, scale, name)


def _layer(number: int, said: Any) -> Layer:
    if not isinstance(said, dict):
        raise ValueError(f"layer {number} must be a table with a kind, got {told(said)}")
    kind = said.get("kind", "none")
    if not isinstance(kind, str) or kind not in KINDS:
        raise ValueError(f"layer {number} must be of kind {', '.join(KINDS)}, got {told(kind)}")
    names = tuple(field.name for field in fields(KINDS[kind]))
    _check_keys(f"layer {number} ({kind})", said, ("kind", *names))
    try:
        return KINDS[kind](**{key: value for key, value in said.items() if key != "kind"})
    except ValueError as error:
        raise ValueError(f"layer {number}: {error}") from None


def _outputs(layer: Layer, shape: Shape, weights: Iterator[Shape]) -> Shape:
    if isinstance(layer, Conv | Dense):
        return layer.outputs(shape, next(weights))
    return layer.outputs(shape)


def _word(layer: Layer, weights: Iterator[Shape]) -> str:
    """A layer with its sizes, and what differs from the usual."""
    if isinstance(layer, Dense):
        return f"dense {next(weights)[0]}"
    if isinstance(layer, MaxPool):
        step = "" if layer.step == layer.size else f" stride {layer.step}"
        return f"maxpool {layer.size}{step}"
    if isinstance(layer, Conv):
        units, _, height, width = next(weights)
        stride = f" stride {layer.stride}" if layer.stride > 1 else ""
        padding = f" padding {layer.padding}" if layer.padding else ""
        return f"conv {units} of {height} x {width}{stride}{padding}"
    if isinstance(layer, Flatten):
        return "flatten" if layer.order == ORDERS[0] else f"flatten {layer.order}"
    return "relu"


def _square(inputs: int, weights: Sequence[Shape]) -> Shape:
    """Shape of a square image, of as many channels as the first kernels take."""
    channels = next((shape[1] for shape in weights if len(shape) == 4), 1)
    side = isqrt(inputs // channels)
    return channels, side, side


def _check_sides(image: Any) -> None:
    if not isinstance(image, tuple) or len(image) != 3:
        raise ValueError(f"image must be channels, height and width, got {told(image)}")
    for side in image:
        check_integer("each number of image", side, 1, LARGEST)


def _check_keys(name: str, said: dict[str, Any], known: Sequence[str]) -> None:
    for key in said:
        if key not in known:
            raise ValueError(f"keys of {name} must be {', '.join(known)}, got {told(key)}")


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


ENDING = (Flatten(), Dense(), Relu(), Dense())
NAMES = {
    # Of LeCun et al. (1998), Proc. IEEE 86, as most libraries have it today.
    "lenet5": Architecture((Conv(), Relu(), MaxPool()) * 2 + ENDING, name="lenet5"),
    # As released with Zhou et al. (2019), arXiv 1804.05862: no relu after a convolution.
    "lenet5-zhou": Architecture((Conv(), MaxPool()) * 2 + ENDING, None, "centred", "lenet5-zhou"),
}
