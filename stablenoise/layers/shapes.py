"""Shapes of images, rows and windows, and what is asked of names of arrays."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from stablenoise.checks import check_integer, told

MAX_PIXELS = 2**31  # one more than strides, pads and sides of images may be
Shape = tuple[int, ...]


class Shown:
    """Shows what is not the default; the base of all kinds of layers."""

    __slots__ = ()

    def __repr__(self) -> str:
        every = [(field.name, getattr(self, field.name), field.default) for field in fields(self)]  # type: ignore[arg-type]
        said = ", ".join(f"{name}={value!r}" for name, value, usual in every if value != usual)
        return f"{type(self).__name__}({said})"


class Pointwise(Shown):
    """Kinds of layers that leave the shape as it is: the base of activations and scales."""

    __slots__ = ()

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
        >>> from stablenoise.layers import Relu
        >>> Relu().outputs((40,))
        (40,)

        """
        return check_sizes("shape", shape)


def check_sizes(name: str, value: Any) -> Shape:
    """Return a shape as integers of Python, or raise ValueError unless it is a tuple of sizes."""
    if not isinstance(value, tuple) or not value:
        raise ValueError(f"{name} must be a tuple of sizes, got {told(value)}")
    return tuple(check_integer(f"sizes of {name}", n, 0, 2**63) for n in value)


def check_image(name: str, shape: Shape) -> None:
    """Raise ValueError unless a layer of images is fed images."""
    if len(shape) != 3:
        raise ValueError(f"{name} must come before any flatten, got a row of {shape[0]}")


def windows(name: str, sides: Sequence[int], window: Sequence[int], stride: int) -> Shape:
    """How often a window fits on each side, at least once."""
    counts = tuple((n - k) // stride + 1 for n, k in zip(sides, window, strict=True))
    if min(counts) < 1:
        image, patch = (" x ".join(map(str, size)) for size in (sides, window))
        raise ValueError(f"{name} must be of squares within its image, got {patch} in {image}")
    return counts


def check_name(what: str, value: Any, or_false: bool = False, needed: bool = False) -> None:
    """Raise ValueError unless it names an array, or is None or False where that may be."""
    if (value is None and not needed) or (or_false and value is False):
        return
    if type(value) is not str or not value:
        rule = "the name of an array" + (" or false" if or_false else "")
        raise ValueError(f"{what} must be {rule}, got {told(value)}")
    try:
        value.encode()
    except UnicodeEncodeError:  # a half of a character, which no file can hold
        raise ValueError(f"{what} must be text, got {told(value)}") from None
