"""Kinds of layers that have weights: convolutions and dense layers."""

from dataclasses import dataclass

from stablenoise.checks import check_integer, told

from .shapes import MAX_PIXELS, Shape, Shown, check_image, check_name, check_sizes, windows

Pads = tuple[tuple[int, int], tuple[int, int]]  # zeros above and below, left and right


@dataclass(frozen=True, slots=True, repr=False)
class Conv(Shown):
    """Sums of patches of an image, each times a kernel, and a bias for each unit.

    Parameters
    ----------
    stride : int
        Pixels from one patch to the next, at least 1.
    padding : int, (int, int) or "same"
        Zeros added on every side of the image, or above and below, and on the left and right: fewer
        than that side of the kernel, or whole patches would be of zeros, and their number
        unbounded.  With "same" as many as make ceil(side / stride) patches on a side, one more
        below and on the right where their number is odd.
    weights : str, optional
        Name of its kernels; by default the next array that no layer names.
    bias : str or False, optional
        Name of its biases, False for none, by default as the weights have them.
    units : int, optional
        Number of kernels; by default that of the weights.
    size : int or (int, int), optional
        Side of a kernel, or height and width; by default that of the weights.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> Conv(stride=2, weights="conv1.weight")
    Conv(stride=2, weights='conv1.weight')

    """

    stride: int = 1
    padding: int | str | Shape = 0
    weights: str | None = None
    bias: str | bool | None = None
    units: int | None = None
    size: int | Shape | None = None

    def __post_init__(self) -> None:
        check_integer("stride of a conv", self.stride, 1, MAX_PIXELS)
        object.__setattr__(self, "padding", _padding(self.padding))
        _check_said("conv", self.weights, self.bias, self.units)
        if self.size is not None:
            object.__setattr__(self, "size", _sides(self.size))

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
            If the kernels do not fit the image, or are not those that the layer says.

        Examples
        --------
        >>> Conv().outputs((1, 28, 28), (6, 1, 5, 5))
        (6, 24, 24)

        """
        shape, weights = check_sizes("shape", shape), check_sizes("weights", weights)
        check_image("conv", shape)
        if len(weights) != 4 or weights[1] != shape[0] or not all(weights[2:]):
            rule = f"kernels of shape (units, {shape[0]}, height, width)"
            raise ValueError(f"conv must have {rule}, got {weights}")
        self._check_as_said(weights)
        sides = [n + sum(p) for n, p in zip(shape[1:], self.pads(shape, weights), strict=True)]
        return (weights[0], *windows("conv", sides, weights[2:], self.stride))

    def pads(self, shape: Shape, weights: Shape) -> Pads:
        """Zeros added above and below an image, and on its left and right.

        Parameters
        ----------
        shape, weights
            As for ``outputs``.

        Returns
        -------
        tuple of two tuples of two int

        Raises
        ------
        ValueError
            If they are no shapes of an image and of kernels, or padding is not below the sides of
            the kernel.

        Examples
        --------
        >>> Conv(padding="same").pads((1, 28, 28), (6, 1, 3, 4))
        ((1, 1), (1, 2))

        """
        shape, weights = check_sizes("shape", shape), check_sizes("weights", weights)
        check_image("conv", shape)
        if len(weights) != 4:
            raise ValueError(
                f"weights must be of shape (units, channels, height, width), got {weights}"
            )
        if not isinstance(self.padding, str):
            rows, columns = _pair(self.padding)
            if rows >= weights[2] or columns >= weights[3]:
                patch = " x ".join(map(str, weights[2:]))
                rule = "padding of a conv must be below the sides of its kernel"
                raise ValueError(f"{rule}, got {self.padding} for {patch}")
            return (rows, rows), (columns, columns)
        rows, columns = (
            max((-(-side // self.stride) - 1) * self.stride + kernel - side, 0)
            for side, kernel in zip(shape[1:], weights[2:], strict=True)
        )
        return (rows // 2, rows - rows // 2), (columns // 2, columns - columns // 2)

    def _check_as_said(self, weights: Shape) -> None:
        if self.units not in (None, weights[0]):
            raise ValueError(f"conv must have {self.units} units, got kernels of shape {weights}")
        size = None if self.size is None else _pair(self.size)
        if size not in (None, weights[2:]):
            sides = " x ".join(map(str, size or ()))
            raise ValueError(f"conv must have kernels of {sides}, got shape {weights}")


@dataclass(frozen=True, slots=True, repr=False)
class Dense(Shown):
    """A matrix times a row of numbers, and a bias for each unit.

    Parameters
    ----------
    weights : str, optional
        Name of its matrix; by default the next array that no layer names.
    bias : str or False, optional
        Name of its biases, False for none, by default as the weights have them.
    units : int, optional
        Number of rows of the matrix; by default that of the weights.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> Dense(units=10, bias=False)
    Dense(bias=False, units=10)

    """

    weights: str | None = None
    bias: str | bool | None = None
    units: int | None = None

    def __post_init__(self) -> None:
        _check_said("dense", self.weights, self.bias, self.units)

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
            If the matrix does not fit the row, or has other units than the layer says.

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
        if self.units not in (None, weights[0]):
            raise ValueError(f"dense must have {self.units} units, got a matrix of shape {weights}")
        return weights[:1]


def _check_said(kind: str, weights: object, bias: object, units: object) -> None:
    check_name(f"weights of a {kind}", weights)
    check_name(f"bias of a {kind}", bias, or_false=True)
    if units is not None:
        check_integer(f"units of a {kind}", units, 1, MAX_PIXELS)  # type: ignore[arg-type]


def _padding(padding: object) -> int | str | Shape:
    """Zeros around an image: "same", one number, or two where they differ."""
    if isinstance(padding, str) and padding != "same":
        rule = "padding of a conv must be an integer, two of them, or same"
        raise ValueError(f"{rule}, got {told(padding)}")
    return padding if isinstance(padding, str) else _sides(padding, "padding", 0)


def _sides(size: object, what: str = "size", least: int = 1) -> int | Shape:
    """Height and width of something, as one number where they are equal."""
    if not isinstance(size, tuple | list):
        return check_integer(f"{what} of a conv", size, least, MAX_PIXELS)  # type: ignore[arg-type]
    if len(size) != 2:
        raise ValueError(f"{what} of a conv must be a side, or height and width, got {told(size)}")
    high, wide = (check_integer(f"{what} of a conv", side, least, MAX_PIXELS) for side in size)
    return high if high == wide else (high, wide)


def _pair(sides: int | Shape) -> Shape:
    return (sides, sides) if isinstance(sides, int) else sides
