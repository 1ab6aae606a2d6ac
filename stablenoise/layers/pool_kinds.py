"""Kinds of layers that make one number of each square of an image."""

from dataclasses import dataclass

from stablenoise.checks import check_integer

from .shapes import MAX_PIXELS, Shape, Shown, check_image, check_sizes, windows


class Pool(Shown):
    """What pools share; the base of both."""

    __slots__ = ()
    size: int
    stride: int | None

    def __post_init__(self) -> None:
        kind = type(self).__name__.lower()
        check_integer(f"size of a {kind}", self.size, 1, MAX_PIXELS)
        if self.stride is not None:
            check_integer(f"stride of a {kind}", self.stride, 1, MAX_PIXELS)

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
        kind = type(self).__name__.lower()
        shape = check_sizes("shape", shape)
        check_image(kind, shape)
        return (shape[0], *windows(kind, shape[1:], (self.size, self.size), self.step))


@dataclass(frozen=True, slots=True, repr=False)
class MaxPool(Pool):
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


@dataclass(frozen=True, slots=True, repr=False)
class MeanPool(Pool):
    """Mean of each square; what the last whole square leaves is dropped.

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
    >>> MeanPool(7).outputs((128, 7, 7))
    (128, 1, 1)

    """

    size: int = 2
    stride: int | None = None
