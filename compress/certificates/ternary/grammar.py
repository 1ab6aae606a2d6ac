"""The header of a description of ternary-1: what a network is besides its weights, bit by bit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from stablenoise.checks import check_integer, check_kind, check_truth, told

from ...coding.bits import Reader, Writer

FAMILIES = ("ternary-1",)
"""Families there are; the index of one costs log2 of their number, 0 bits."""
MAX_LAYERS = 7
MAX_WEIGHTS = 2**14  # an exact decoder takes time as their square
MAX_SIDE = 2**12  # of images
MAX_CLASSES = 2**8
GREY = 12  # bits after the point of a grey level of a normalised image
BRIGHTEST = 255
MOMENTS_SIDE = 64  # of images whose moments are taken: coordinates in 2^-20 then fit 64 bits
SUM_BITS = 62  # sums stay below 2 to this power
Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Domain:
    """What is classified, into how many classes: fixed before the sample, and in no description.

    Parameters
    ----------
    rows, columns : int
        Size of the images, in [1, 4096); one row is a series.
    classes : int
        In [2, 256).
    channels : int
        In [1, 4096).

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> Domain(28, 28, 10)
    Domain(rows=28, columns=28, classes=10, channels=1)

    """

    rows: int
    columns: int
    classes: int
    channels: int = 1

    def __post_init__(self) -> None:
        for name in ("rows", "columns", "channels"):
            check_integer(name, getattr(self, name), 1, MAX_SIDE)
        check_integer("classes", self.classes, 2, MAX_CLASSES)

    @property
    def shape(self) -> Shape:
        """Shape of an image, (channels, rows, columns).

        Returns
        -------
        tuple of int

        """
        return self.channels, self.rows, self.columns


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer but the last: convolution, maximum, centring, relu; 13 bits of the header.

    Parameters
    ----------
    outputs : int
        Channels that it makes, in [1, 32].
    kernel : int
        Side of the kernel, in [1, 8]; of a series its length.
    stride : {1, 2}
        Step between places of the kernel.
    same : bool
        Whether there are (kernel - 1) // 2 zeros on each side.
    pool : bool
        Whether the maximum of each square of 2 x 2 is taken (of a series, of each two); an odd last
        row or column is dropped.
    depthwise : bool
        Whether output o sees input o mod inputs alone.
    centred : bool
        Whether the mean of each channel over its places is taken away: all is then multiplied by
        the number of places, so that it is whole.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> Layer(6, 3, same=True, pool=True).pad
    1

    """

    outputs: int
    kernel: int
    stride: int = 1
    same: bool = False
    pool: bool = False
    depthwise: bool = False
    centred: bool = False

    def __post_init__(self) -> None:
        check_integer("outputs", self.outputs, 1, 33)
        check_integer("kernel", self.kernel, 1, 9)
        check_integer("stride", self.stride, 1, 3)
        for name in ("same", "pool", "depthwise", "centred"):
            check_truth(name, getattr(self, name))

    @property
    def pad(self) -> int:
        """Zeros on each side.

        Returns
        -------
        int

        """
        return (self.kernel - 1) // 2 if self.same else 0


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a network of the family is besides its weights: the header of its description.

    Parameters
    ----------
    domain : Domain
        What it classifies; not in the header.
    layers : tuple of Layer
        At most 6.  A last one follows them, of which the header says nothing: it sees all that is
        left, and makes the scores.
    moments : tuple of int, optional
        Whether images of one channel are first moved until their ink is central, upright and of
        one size: four times its spread in pixels, in [1, 32], and twenty times the power of its
        width in its scale across, in [0, 31].
    reach : int
        Scores are sums over all shifts by up to so many pixels down and across, in [0, 3].
    mirror : bool
        Whether they are sums over the images and their mirror images too.
    lift : bool
        Whether each channel is replaced by its four oriented differences.
    tables : bool
        Whether weights of each layer are counted in a table of their own.

    Raises
    ------
    ValueError
        If an argument is out of range, a layer does not fit what it sees, or the layers have more
        than 16,384 weights.

    Examples
    --------
    >>> layers = Layer(3, 5, stride=2, same=True), Layer(6, 3, same=True, pool=True)
    >>> chosen = Configuration(Domain(28, 28, 10), layers, reach=1)
    >>> chosen.shapes
    ((3, 1, 5, 5), (6, 3, 3, 3), (10, 6, 7, 7))
    >>> chosen.bits
    35

    """

    domain: Domain
    layers: tuple[Layer, ...] = ()
    moments: tuple[int, int] | None = None
    reach: int = 0
    mirror: bool = False
    lift: bool = False
    tables: bool = False

    def __post_init__(self) -> None:
        check_kind("domain", self.domain, Domain)
        if not isinstance(self.layers, tuple) or len(self.layers) >= MAX_LAYERS:
            raise ValueError(f"layers must be a tuple of at most 6, got {told(self.layers)}")
        for layer in self.layers:
            check_kind("each of layers", layer, Layer)
        _check_moments(self.moments, self.domain)
        check_integer("reach", self.reach, 0, 4)
        for name in ("mirror", "lift", "tables"):
            check_truth(name, getattr(self, name))
        if self.weights > MAX_WEIGHTS:
            raise ValueError(f"layers must have at most {MAX_WEIGHTS} weights, got {self.weights}")

    @property
    def is_series(self) -> bool:
        """Whether kernels have one row, as what is classified has.

        Returns
        -------
        bool

        """
        return self.domain.rows == 1

    @property
    def seen(self) -> tuple[Shape, ...]:
        """Shape, (channels, rows, columns), of what each layer sees, the last one included.

        Returns
        -------
        tuple of tuple of int

        """
        channels, *sides = self.domain.shape
        seen: list[Shape] = [(4 * channels if self.lift else channels, *sides)]
        for layer in self.layers:
            seen.append(_shape_after(layer, seen[-1], self.is_series))
        return tuple(seen)

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Shapes of the weights, (outputs, inputs, rows, columns), of all layers.

        Returns
        -------
        tuple of tuple of int

        """
        *each, last = self.seen
        hidden = [
            (w.outputs, 1 if w.depthwise else channels, 1 if self.is_series else w.kernel, w.kernel)
            for w, (channels, _, _) in zip(self.layers, each, strict=True)
        ]
        return (*hidden, (self.domain.classes, *last))

    @property
    def weights(self) -> int:
        """Number of all weights.

        Returns
        -------
        int

        """
        return sum(map(prod, self.shapes))

    @property
    def views(self) -> int:
        """Number of shifted and mirrored images that scores are sums over.

        Returns
        -------
        int

        """
        across = 2 * self.reach + 1
        return across * (1 if self.is_series else across) * (2 if self.mirror else 1)

    @property
    def bits(self) -> int:
        """Length of the header: 9, 10 more with moments, and 13 a layer but the last.

        Returns
        -------
        int

        """
        return header(self).length


def header(chosen: Configuration) -> Writer:
    """Bits of the header, to which a description appends those of the weights."""
    bits = Writer()
    bits.put(chosen.moments is not None, 1)
    if chosen.moments is not None:
        bits.put(chosen.moments[0] - 1, 5)
        bits.put(chosen.moments[1], 5)
    bits.put(chosen.reach, 2)
    bits.put_all((chosen.mirror, chosen.lift, chosen.tables), 1)
    bits.put(len(chosen.layers) + 1, 3)
    for layer in chosen.layers:
        bits.put(layer.outputs - 1, 5)
        bits.put(layer.kernel - 1, 3)
        bits.put(layer.stride - 1, 1)
        bits.put_all((layer.same, layer.pool, layer.depthwise, layer.centred), 1)
    return bits


def read_header(bits: Reader, domain: Domain) -> Configuration:
    """Configuration that the next bits mean, ValueError if they mean none."""
    moments = (bits.take(5) + 1, bits.take(5)) if bits.take(1) else None
    reach, (mirror, lift, tables) = bits.take(2), bits.take_all(3, 1)
    count = bits.take(3)
    if not count:
        raise ValueError("a header must name at least 1 layer, got 0")
    layers = tuple(_read_layer(bits) for _ in range(count - 1))
    return Configuration(domain, layers, moments, reach, bool(mirror), bool(lift), bool(tables))


def _read_layer(bits: Reader) -> Layer:
    """Layer of the next 13 bits: whatever they are, they mean one."""
    numbers = bits.take(5) + 1, bits.take(3) + 1, bits.take(1) + 1
    return Layer(*numbers, *(bool(bit) for bit in bits.take_all(4, 1)))


def _shape_after(layer: Layer, shape: Shape, series: bool) -> Shape:
    """Shape, (channels, rows, columns), of what a layer makes of such an image."""
    _, rows, columns = shape
    rows = rows if series else _size_after(layer, "rows", rows)
    return layer.outputs, rows, _size_after(layer, "columns", columns)


def _size_after(layer: Layer, name: str, size: int) -> int:
    wide = size + 2 * layer.pad
    if wide < layer.kernel:
        raise ValueError(f"kernel must be at most the {wide} {name} it sees, got {layer.kernel}")
    left = ((wide - layer.kernel) // layer.stride + 1) // (2 if layer.pool else 1)
    if not left:
        raise ValueError(f"pool must see at least 2 {name}, got 1")
    return left


def largest_sums(chosen: Configuration, widest: Sequence[int]) -> list[int]:
    """A number above the size of every sum of each layer, and of the scores.

    ``widest`` are the most nonzero weights that a unit of each layer has.  One that has none counts
    as one, so that the last number is above all others too.
    """
    bound = BRIGHTEST << (GREY if chosen.moments is not None else 0)
    bounds = []
    for layer, shape, count in zip(chosen.layers, chosen.seen[1:], widest[:-1], strict=True):
        # places * x - sum(x) is below twice as many places times the largest x: x has a sign.
        bound *= max(1, count) * (2 * prod(shape[1:]) if layer.centred else 1)
        bounds.append(bound)
    return [*bounds, bound * max(1, widest[-1]) * chosen.views]


def _check_moments(moments: Any, domain: Domain) -> None:
    if moments is None:
        return
    if not isinstance(moments, tuple) or len(moments) != 2:
        raise ValueError(f"moments must be None or two whole numbers, got {told(moments)}")
    check_integer("the first of moments", moments[0], 1, 33)
    check_integer("the second of moments", moments[1], 0, 32)
    _, rows, columns = domain.shape
    if domain.channels > 1 or not (1 < rows <= MOMENTS_SIDE and columns <= MOMENTS_SIDE):
        rule = "moments must be None but for images of 1 channel, 2 to 64 rows and up to 64 columns"
        raise ValueError(f"{rule}, got {told(moments)} of shape {domain.shape}")
