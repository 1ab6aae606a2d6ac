"""Layers one after the other: what becomes of the shape of an input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isqrt, prod
from typing import Any

from stablenoise.checks import check_choice, check_integer, told

from .kinds import KINDS, Conv, Dense, Layer, MaxPool, MeanPool, Relu, line_of
from .scales import Scaling, channels_of, checked_scale
from .shapes import MAX_PIXELS, Shape, check_sizes

LAYOUTS = ("units_first", "units_last")
KEYS_OF_NAMES = ("weights", "bias", "scale", "shift", "mean", "variance")


@dataclass(frozen=True, slots=True)
class Architecture:
    """Layers in the order in which an input goes through them.

    Parameters
    ----------
    layers : tuple of Layer
        ``Conv``, ``Dense``, activations, pools and other kinds of ``stablenoise.layers``, at least
        one.  No array has two layers that name it.
    image : tuple of int, optional
        Channels, height and width of an input; by default a square of as many channels as the
        first kernels take, if there are layers of images.
    scale : {"unit", "centred"} or (subtract, divide), optional
        What the network wants of inputs in [0, 1]: as they are, as 2 (x - 1/2), or as
        (x - subtract) / divide, each a number or a tuple of one for each channel.
    name : str
        Its name, or the file that it was read from.
    layout : {"units_first", "units_last"}, optional
        How arrays lie in a file: matrices (units, inputs) and kernels (units, channels, height,
        width), as PyTorch has them, or (inputs, units) and (height, width, channels, units), as
        TensorFlow does; by default as their shapes tell.

    Raises
    ------
    ValueError
        If there are no layers or one is of another kind, an array is named twice, or image, scale
        or layout is none.

    Examples
    --------
    >>> Architecture((Dense(), Relu(), Dense())).shapes(64, [(40, 64), (10, 40)])
    [(64,), (40,), (40,), (10,)]

    """

    layers: tuple[Layer, ...]
    image: Shape | None = None
    scale: Scaling = None
    name: str = ""
    layout: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.layers, tuple) or not self.layers:
            raise ValueError(f"layers must be one or more, got {told(self.layers)}")
        if not all(type(layer) in KINDS.values() for layer in self.layers):
            raise ValueError(f"layers must be of {', '.join(KINDS)}, got {told(self.layers)}")
        if self.image is not None:
            _check_sides(self.image)
        if not isinstance(self.name, str):
            raise ValueError(f"name must be text, got {told(self.name)}")
        object.__setattr__(self, "scale", checked_scale(self.scale))
        if self.layout is not None:
            check_choice("layout", self.layout, LAYOUTS)
        _check_different(self.names)
        channels = channels_of(self.scale)
        if self.image is not None and channels not in (None, self.image[0]):
            rule = f"scale must have numbers for the {self.image[0]} channels of image"
            raise ValueError(f"{rule}, got {channels}")

    @property
    def names(self) -> list[tuple[int, str, str]]:
        """Names of arrays that layers say: number of the layer, from 1, what it is, its name.

        Returns
        -------
        list of tuple

        Examples
        --------
        >>> Architecture((Dense("w1", "b1"), Relu(), Dense())).names
        [(1, 'weights', 'w1'), (1, 'bias', 'b1')]

        """
        named = [
            (number, key, getattr(layer, key, None))
            for number, layer in enumerate(self.layers, 1)
            for key in KEYS_OF_NAMES
        ]
        return [(number, key, name) for number, key, name in named if isinstance(name, str)]

    @property
    def weighted(self) -> int:
        """Number of layers that have weights.

        Returns
        -------
        int

        Examples
        --------
        >>> Architecture((Dense(), Relu(), Dense())).weighted
        2

        """
        return sum(isinstance(layer, Conv | Dense) for layer in self.layers)

    @property
    def of_images(self) -> bool:
        """Whether there are layers that take images alone.

        Returns
        -------
        bool

        Examples
        --------
        >>> Architecture((Dense(), Relu(), Dense())).of_images
        False

        """
        return any(isinstance(layer, Conv | MaxPool | MeanPool) for layer in self.layers)

    @property
    def rectified(self) -> bool:
        """Whether dense layers come last, with relu between them and nothing after the last.

        Returns
        -------
        bool

        Examples
        --------
        >>> Architecture((Dense(), Relu(), Dense())).rectified
        True
        >>> Architecture((Dense(), Dense())).rectified
        False

        """
        tail = [type(layer) for layer in self.layers[self._first_dense() :]]
        return bool(tail) and tail == [Dense, Relu] * (len(tail) // 2) + [Dense]

    def input_shape(self, inputs: int, weights: Sequence[Shape]) -> Shape:
        """Shape of one input: that of its image, if there are layers of images.

        Parameters
        ----------
        inputs : int
            Numbers of one input, at least 1.
        weights : sequence of tuple of int
            Shapes of the arrays, as for ``shapes``: the first kernels say the channels of an image
            that is not said.

        Returns
        -------
        tuple of int
            (channels, height, width), or (inputs,).

        Raises
        ------
        ValueError
            If the image has another number of pixels, or is not said and is no square.

        Examples
        --------
        >>> Architecture((Dense(),), image=(1, 2, 3)).input_shape(6, [(4, 6)])
        (1, 2, 3)

        """
        inputs, weights = check_integer("inputs", inputs, 1, MAX_PIXELS), _shapes(weights)
        if not self.of_images and self.image is None:
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
            One more than there are layers.

        Raises
        ------
        ValueError
            If they do not fit together, with the number of the layer, from 1, where it is one.

        Examples
        --------
        >>> Architecture((Dense(), Relu(), Dense())).shapes(64, [(40, 64), (10, 40)])
        [(64,), (40,), (40,), (10,)]

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
            As ``shapes`` gives them, and "" if all layers fit.

        Raises
        ------
        ValueError
            If inputs is no number of them, or weights are no shapes.

        Examples
        --------
        >>> Architecture((Dense(), Dense())).fitted(64, [(40, 64), (10, 30)])
        ([(64,), (40,)], 'layer 2: dense must have a matrix of shape (units, 40), got (10, 30)')

        """
        inputs, weights = check_integer("inputs", inputs, 1, MAX_PIXELS), _shapes(weights)
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
        """Name, shape of an input, and layers with the sizes of their arrays, on one line.

        Parameters
        ----------
        inputs, weights
            As for ``shapes``.

        Returns
        -------
        str

        Raises
        ------
        ValueError
            If they do not fit together.

        Examples
        --------
        >>> Architecture((Dense(), Relu(), Dense()), name="small").line(64, [(40, 64), (10, 40)])
        'small: 64, dense 40, relu, dense 10'

        """
        first = self.shapes(inputs, weights)[0]
        left = iter(weights)
        words = ", ".join(line_of(layer, left) for layer in self.layers)
        return f"{self.name or 'unnamed'}: {' x '.join(map(str, first))}, {words}"

    def _first_dense(self) -> int:
        kinds = [type(layer) for layer in self.layers]
        return kinds.index(Dense) if Dense in kinds else len(kinds)


def _check_different(names: list[tuple[int, str, str]]) -> None:
    seen: dict[str, int] = {}
    for number, _, name in names:
        if name in seen:
            where = f"layers {seen[name]} and {number}"
            raise ValueError(
                f"names of arrays must be of one layer each, got {told(name)} in {where}"
            )
        seen[name] = number


def _outputs(layer: Layer, shape: Shape, weights: Iterator[Shape]) -> Shape:
    if isinstance(layer, Conv | Dense):
        return layer.outputs(shape, next(weights))
    return layer.outputs(shape)


def _square(inputs: int, weights: Sequence[Shape]) -> Shape:
    """Shape of a square image, of as many channels as the first kernels take."""
    channels = next((shape[1] for shape in weights if len(shape) == 4), 1)
    side = isqrt(inputs // channels)
    return channels, side, side


def _check_sides(image: Any) -> None:
    if not isinstance(image, tuple) or len(image) != 3:
        raise ValueError(f"image must be channels, height and width, got {told(image)}")
    for side in image:
        check_integer("each number of image", side, 1, MAX_PIXELS)


def _shapes(weights: Any) -> list[Shape]:
    """Shapes of arrays, checked."""
    if not isinstance(weights, list | tuple):
        raise ValueError(f"weights must be shapes of arrays, got {told(weights)}")
    return [check_sizes("weights", shape) for shape in weights]
