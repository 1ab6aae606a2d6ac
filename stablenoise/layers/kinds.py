"""Kinds of layers: their options, and the shape of what each makes of an input."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from stablenoise.checks import check_integer, told

LARGEST = 2**31  # strides, pads, sides of images
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
        Zeros on every side of the image, fewer than either side of the kernel has places: with
        more, whole patches would be of zeros, and their number unbounded.

    """

    stride: int = 1
    padding: int = 0

    def __post_init__(self) -> None:
        check_integer("stride of a conv", self.stride, 1, LARGEST)
        check_integer("padding of a conv", self.padding, 0, LARGEST)

    def outputs(self, shape: Shape, weights: Shape) -> Shape:
        """Shape of what it makes of an image, or ValueError."""
        _check_image("conv", shape)
        if len(weights) != 4 or weights[1] != shape[0]:
            rule = f"kernels of shape (units, {shape[0]}, height, width)"
            raise ValueError(f"conv must have {rule}, got {weights}")
        if self.padding >= min(weights[2:]):
            patch = " x ".join(map(str, weights[2:]))
            rule = "padding of a conv must be below the sides of its kernel"
            raise ValueError(f"{rule}, got {self.padding} for {patch}")
        sides = [side + 2 * self.padding for side in shape[1:]]
        return (weights[0], *_places("conv", sides, weights[2:], self.stride))


@dataclass(frozen=True, slots=True)
class Relu:
    """The larger of each value and 0."""

    def outputs(self, shape: Shape) -> Shape:
        """Shape of what it makes of an input."""
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

    """

    size: int = 2
    stride: int | None = None

    def __post_init__(self) -> None:
        check_integer("size of a maxpool", self.size, 1, LARGEST)
        if self.stride is not None:
            check_integer("stride of a maxpool", self.stride, 1, LARGEST)

    @property
    def step(self) -> int:
        """Pixels from one square to the next."""
        return self.size if self.stride is None else self.stride

    def outputs(self, shape: Shape) -> Shape:
        """Shape of what it makes of an image, or ValueError."""
        _check_image("maxpool", shape)
        return (shape[0], *_places("maxpool", shape[1:], (self.size, self.size), self.step))


@dataclass(frozen=True, slots=True)
class Flatten:
    """An image as one row of numbers; a row stays what it is.

    Parameters
    ----------
    order : {"channels_first", "channels_last"}
        Channel by channel, as PyTorch has them, or pixel by pixel, as TensorFlow does.

    """

    order: str = ORDERS[0]

    def __post_init__(self) -> None:
        check_one_of("order of a flatten", self.order, ORDERS)

    def outputs(self, shape: Shape) -> Shape:
        """Shape of what it makes of an input."""
        return (prod(shape),)


@dataclass(frozen=True, slots=True)
class Dense:
    """A matrix times a row of numbers, and a bias for each unit."""

    def outputs(self, shape: Shape, weights: Shape) -> Shape:
        """Shape of what it makes of a row, or ValueError."""
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


def _places(name: str, sides: Sequence[int], window: Sequence[int], stride: int) -> Shape:
    """How often a window fits on each side."""
    places = tuple((n - k) // stride + 1 for n, k in zip(sides, window, strict=True))
    if min(places) < 1:
        image, patch = (" x ".join(map(str, size)) for size in (sides, window))
        raise ValueError(f"{name} must be of squares within its image, got {patch} in {image}")
    return places


def _check_image(name: str, shape: Shape) -> None:
    if len(shape) != 3:
        raise ValueError(f"{name} must come before any flatten, got a row of {shape[0]}")


def check_one_of(name: str, value: Any, allowed: tuple[str, ...]) -> None:
    """Raise ValueError unless the value is one of the words."""
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, got {told(value)}")
