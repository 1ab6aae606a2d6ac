"""Kinds of layers: their options, and the shape of what each makes of an input."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from stablenoise.checks import check_choice, check_integer, told

MAX_PIXELS = 2**31  # one more than strides, pads and sides of images may be
ORDERS = ("channels_first", "channels_last")
Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Conv:
    """Sums of patches of an image, each times a kernel, and a bias for each unit.

    Parameters
    ----------
    stride : int
        Pixels from one patch to the next, at least 1.
    padding : int
        Zeros added on every side of the image, fewer than the shorter side of the kernel: with
        more, whole patches would be of zeros, and their number unbounded.

    Raises
    ------
    ValueError
        If stride or padding is out of range.

    Examples
    --------
    >>> Conv(stride=2)
    Conv(stride=2, padding=0)

    """

    stride: int = 1
    padding: int = 0

    def __post_init__(self) -> None:
        check_integer("stride of a conv", self.stride, 1, MAX_PIXELS)
        check_integer("padding of a conv", self.padding, 0, MAX_PIXELS)

    def outputs(self, shape: Shape, weights: Shape) -> Shape:
        """Shape of what it makes of an image.

        Parameters
        ----------
        shape : tuple of int
            (channels, height, width) of an image.
        weights : tuple of int
            (units, channels, height, width) of its kernels.

        Returns
        -------
        tuple of int

        Raises
        ------
        ValueError
            If the kernels do not fit the image.

        Examples
        --------
        >>> Conv().outputs((1, 28, 28), (6, 1, 5, 5))
        (6, 24, 24)

        """
        shape, weights = check_sizes("shape", shape), check_sizes("weights", weights)
        _check_image("conv", shape)
        if len(weights) != 4 or weights[1] != shape[0]:
            rule = f"kernels of shape (units, {shape[0]}, height, width)"
            raise ValueError(f"conv must have {rule}, got {weights}")
        if self.padding >= min(weights[2:]):
            patch = " x ".join(map(str, weights[2:]))
            rule = "padding of a conv must be below the sides of its kernel"
            raise ValueError(f"{rule}, got {self.padding} for {patch}")
        sides = [side + 2 * self.padding for side in shape[1:]]
        return (weights[0], *_fits("conv", sides, weights[2:], self.stride))


@dataclass(frozen=True, slots=True)
class Relu:
    """The larger of each value and 0.

    Examples
    --------
    >>> Relu()
    Relu()

    """

    def outputs(self, shape: Shape) -> Shape:
        """Shape of what it makes of an input: the same.

        Parameters
        ----------
        shape : tuple of int
            Of an image or of a row.

        Returns
        -------
        tuple of int

        Raises
        ------
        ValueError
            If the shape is none.

        Examples
        --------
        >>> Relu().outputs((40,))
        (40,)

        """
        shape = check_sizes("shape", shape)
        return shape


@dataclass(frozen=True, slots=True)
class MaxPool:
    """Largest value of each square; what the last whole square leaves is dropped.

    Parameters
    ----------
    size : int
        Side of a square, at least 1.
    stride : int, optional
        Pixels from one square to the next; by default ``size``.

    Raises
    ------
    ValueError
        If size or stride is out of range.

    Examples
    --------
    >>> MaxPool(3, stride=2)
    MaxPool(size=3, stride=2)

    """

    size: int = 2
    stride: int | None = None

    def __post_init__(self) -> None:
        check_integer("size of a maxpool", self.size, 1, MAX_PIXELS)
        if self.stride is not None:
            check_integer("stride of a maxpool", self.stride, 1, MAX_PIXELS)

    @property
    def step(self) -> int:
        """Pixels from one square to the next.

        Returns
        -------
        int

        Examples
        --------
        >>> MaxPool(3).step
        3

        """
        return self.size if self.stride is None else self.stride

    def outputs(self, shape: Shape) -> Shape:
        """Shape of what it makes of an image.

        Parameters
        ----------
        shape : tuple of int
            (channels, height, width) of an image.

        Returns
        -------
        tuple of int

        Raises
        ------
        ValueError
            If no square fits the image.

        Examples
        --------
        >>> MaxPool().outputs((6, 24, 24))
        (6, 12, 12)

        """
        shape = check_sizes("shape", shape)
        _check_image("maxpool", shape)
        return (shape[0], *_fits("maxpool", shape[1:], (self.size, self.size), self.step))


@dataclass(frozen=True, slots=True)
class Flatten:
    """An image as one row of numbers; a row stays what it is.

    Parameters
    ----------
    order : {"channels_first", "channels_last"}
        Channel by channel, as PyTorch has them, or pixel by pixel, as TensorFlow does.

    Raises
    ------
    ValueError
        If the order is another.

    Examples
    --------
    >>> Flatten()
    Flatten(order='channels_first')

    """

    order: str = ORDERS[0]

    def __post_init__(self) -> None:
        check_choice("order of a flatten", self.order, ORDERS)

    def outputs(self, shape: Shape) -> Shape:
        """Shape of what it makes of an input.

        Parameters
        ----------
        shape : tuple of int
            Of an image or of a row.

        Returns
        -------
        tuple of int

        Raises
        ------
        ValueError
            If the shape is none.

        Examples
        --------
        >>> Flatten().outputs((16, 4, 4))
        (256,)

        """
        shape = check_sizes("shape", shape)
        return (prod(shape),)


@dataclass(frozen=True, slots=True)
class Dense:
    """A matrix times a row of numbers, and a bias for each unit.

    Examples
    --------
    >>> Dense()
    Dense()

    """

    def outputs(self, shape: Shape, weights: Shape) -> Shape:
        """Shape of what it makes of a row.

        Parameters
        ----------
        shape : tuple of int
            (inputs,).
        weights : tuple of int
            (units, inputs) of its matrix.

        Returns
        -------
        tuple of int

        Raises
        ------
        ValueError
            If the matrix does not fit the row.

        Examples
        --------
        >>> Dense().outputs((64,), (40, 64))
        (40,)

        """
        shape, weights = check_sizes("shape", shape), check_sizes("weights", weights)
        if len(shape) != 1:
            raise ValueError(f"dense must come after a flatten, got an image of shape {shape}")
        if len(weights) != 2 or weights[1] != shape[0]:
            rule = f"a matrix of shape (units, {shape[0]})"
            raise ValueError(f"dense must have {rule}, got {weights}")
        return weights[:1]


Layer = Conv | Relu | MaxPool | Flatten | Dense
KINDS: dict[str, type[Layer]] = {
    "conv": Conv,
    "relu": Relu,
    "maxpool": MaxPool,
    "flatten": Flatten,
    "dense": Dense,
}


def _fits(name: str, sides: Sequence[int], window: Sequence[int], stride: int) -> Shape:
    """How often a window fits on each side."""
    counts = tuple((n - k) // stride + 1 for n, k in zip(sides, window, strict=True))
    if min(counts) < 1:
        image, patch = (" x ".join(map(str, size)) for size in (sides, window))
        raise ValueError(f"{name} must be of squares within its image, got {patch} in {image}")
    return counts


def _check_image(name: str, shape: Shape) -> None:
    if len(shape) != 3:
        raise ValueError(f"{name} must come before any flatten, got a row of {shape[0]}")


def check_sizes(name: str, value: Any) -> Shape:
    """Return a shape as integers of Python, or raise ValueError unless it is a tuple of sizes."""
    if not isinstance(value, tuple) or not value:
        raise ValueError(f"{name} must be a tuple of sizes, got {told(value)}")
    return tuple(check_integer(f"sizes of {name}", n, 0, 2**63) for n in value)


def line_of(layer: Layer, weights: Iterator[Shape]) -> str:
    """A layer in words: its sizes, from the next of the weights, and what is not the default."""
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
