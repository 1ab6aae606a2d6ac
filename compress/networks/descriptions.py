"""What a file of weights holds, and the architectures that fit it, as files to be completed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_integer, real_values, told
from stablenoise.data.rows import subset
from stablenoise.layers.stack import Architecture
from stablenoise.results import Result
from stablenoise.text_table import aligned

from .containers import Arrays, checked_network
from .linking import MAX_ROWS, Row, rows
from .measuring import Measured
from .proposals import Choice, Place, built, choices, images, norms_of
from .wording import SCALED_DROPOUT, commented, in_words

Shape = tuple[int, ...]
Examples = tuple[np.ndarray, np.ndarray]  # inputs and labels
SHOWN = 12  # proposals that a file lists
NOTED = 6  # orders
EXAMPLES = 300  # that proposals are measured on


@dataclass(frozen=True, slots=True, repr=False)
class Held(Result):
    """An array of a file, and what it seems to be.

    Parameters
    ----------
    name : str
    shape : tuple of int
        As in the file.
    dtype : str
    seems : str
        In words.

    Examples
    --------
    >>> describe({"w": np.ones((4, 3)), "b": np.ones(4)}).arrays[1]
    Held(b, float64 of shape (4,): biases of w)

    """

    name: str
    shape: Shape
    dtype: str
    seems: str

    def _summary(self) -> str:
        return f"{self.name}, {self.dtype} of shape {self.shape}: {self.seems}"


@dataclass(frozen=True, slots=True, repr=False)
class Proposal(Result):
    """An architecture that fits the arrays.

    Parameters
    ----------
    architecture : Architecture
        With all arrays named.
    line : str
        What it takes to be between the arrays.
    accuracy : float, optional
        Share of examples that it gets right, where it was measured.

    Examples
    --------
    >>> describe({"w": np.ones((4, 3)), "v": np.ones((2, 4))}).proposals[0]
    Proposal(relu between matrices, inputs unit)

    """

    architecture: Architecture
    line: str
    accuracy: float | None = None

    def _summary(self) -> str:
        measured = "" if self.accuracy is None else f": accuracy {self.accuracy:.3f}"
        return f"{self.line}{measured}"


@dataclass(frozen=True, slots=True, repr=False)
class Description(Result):
    """What a file of weights holds, and the architectures that fit it.

    Parameters
    ----------
    arrays : tuple of Held
        In the order of the file.
    proposals : tuple of Proposal
        The likeliest first: the most usual of those that examples do not clearly set apart, by
        labels and losses.  The others by accuracy, where it was measured; none if nothing fits.
    fitting : int
        How many orders, strides, paddings and pools fit the shapes.
    tried : int
        How many proposals were measured on examples.  The best of them was chosen by the data, so
        that a certificate on the same data must charge this number of options.
    examples : int
    notes : tuple of str
        What the reader must know, a line each.

    Examples
    --------
    >>> described = describe({"w": np.ones((4, 3)), "b": np.ones(4), "v": np.ones((2, 4))})
    >>> described
    Description(3 arrays, 1 proposal)
    >>> print(described.table())
    array  shape   type     seems to be
    w      (4, 3)  float64  matrix of 4 units, 3 inputs
    b      (4,)    float64  biases of w
    v      (2, 4)  float64  matrix of 2 units, 4 inputs

    """

    arrays: tuple[Held, ...]
    proposals: tuple[Proposal, ...]
    fitting: int
    tried: int
    examples: int
    notes: tuple[str, ...]

    def _summary(self) -> str:
        count = len(self.proposals)
        return f"{len(self.arrays)} arrays, {count} proposal{'s' * (count != 1)}"

    def table(self) -> str:
        """A line for each array.

        Returns
        -------
        str

        Examples
        --------
        >>> print(describe({"w": np.ones((3, 4))}).table())
        array  shape   type     seems to be
        w      (3, 4)  float64  matrix of 3 units, 4 inputs

        """
        lines = [(a.name, str(a.shape), a.dtype, a.seems) for a in self.arrays]
        return aligned([("array", "shape", "type", "seems to be"), *lines], words=4)

    def toml(self, number: int = 0) -> str:
        """A proposal as a file of TOML, with comments at what the arrays do not say.

        Parameters
        ----------
        number : int
            Of the proposal, from 0.

        Returns
        -------
        str
            ``stablenoise.layers.parsed`` reads it as it is.

        Raises
        ------
        ValueError
            If there is no proposal of this number.

        Examples
        --------
        >>> print(describe({"w": np.ones((4, 3)), "v": np.ones((2, 4))}).toml())
        # Proposed from shapes and names alone; what they do not say is marked.
        # { kind = "scale", factor = 0.5 } before a layer says that dropout was scaled
        version = 1
        layout = "units_first"
        scale = "unit"  # how inputs were scaled is not in the arrays
        layers = [
            { kind = "dense", weights = "w", bias = false },
            { kind = "relu" },  # not in the arrays: relu, tanh, sigmoid, gelu or linear
            { kind = "dense", weights = "v", bias = false },
        ]
        <BLANKLINE>

        """
        chosen = self.proposals[check_integer("number", number, 0, max(1, len(self.proposals)))]
        head = list(self._head(chosen))
        text = commented(chosen.architecture, self.fitting)
        return "\n".join([*head, text, *self._others(number), ""])

    def _head(self, chosen: Proposal) -> Iterator[str]:
        """What stands above a file."""
        if chosen.accuracy is None:
            yield "# Proposed from shapes and names alone; what they do not say is marked."
        else:
            right = f"{chosen.accuracy:.4f} of {self.examples:,} examples right"
            yield f"# Measured: {right}; chosen by them among {self.tried:,}: a certificate"
            yield f"# on the same data must charge the choice, --options {self.tried}"
        yield from (f"# {note}" for note in self.notes)
        yield f"# {SCALED_DROPOUT}"

    def _others(self, number: int) -> Iterator[str]:
        """Other proposals, a line each; one may have more labels right, but not clearly."""
        others = [p for i, p in enumerate(self.proposals) if i != number]
        if others:
            more = len(others) if self.tried else self.fitting - 1
            clear = "; none clearly better" if self.tried else ""
            yield f"# Others that fit, {min(SHOWN, len(others))} of {more:,}{clear}:"
            yield from (f"#   {proposal._summary()}" for proposal in others[:SHOWN])


def describe(
    weights: Arrays,
    x: ArrayLike | None = None,
    labels: ArrayLike | None = None,
    *,
    image: Shape | None = None,
    examples: int = EXAMPLES,
    seed: int = 1,
) -> Description:
    """What arrays seem to be, and the architectures that fit them.

    Shapes limit what lies between layers: the number of inputs of the first matrix tells which
    paddings, strides and pools there may be.  They do not tell the activation, the order of
    flattening, nor scales; a few hundred examples nearly do.

    Parameters
    ----------
    weights : dict of ndarray
        As ``compress.networks.load`` reads them, or a state dict.
    x : array_like, shape (n, inputs), optional
        Training examples, in [0, 1] if they are images; then proposals are measured on some.
        The one that they clearly prefer comes first; where they prefer none, the most usual.
    labels : array_like, shape (n,), optional
        Theirs, integers.
    image : tuple of int, optional
        Channels, height and width of an input.  By default a square, of the number of inputs if
        ``x`` is given, else of 28 pixels for one channel and of 32 for more, or another usual side
        if that does not fit.
    examples : int
        How many examples are measured on, at most.
    seed : int
        Of their choice, in [0, 2^64).

    Returns
    -------
    Description

    Raises
    ------
    ValueError
        If an argument is out of range, or x and labels do not fit each other.

    Notes
    -----
    The proposal that is best on examples was chosen by them.  A certificate on the same data must
    charge the choice: as many ``options`` as proposals were ``tried``.

    Examples
    --------
    >>> shapes = {"W1": (30, 1, 5, 5), "W2": (4320, 100), "W3": (100, 10)}
    >>> arrays = {name: np.ones(shape) for name, shape in shapes.items()}
    >>> describe(arrays).proposals[0].line
    'padding 0, pool 2 after 1, relu after kernels, max pools, channels_first, relu between \
matrices, inputs unit'

    """
    arrays = checked_network(weights)
    data = _checked_examples(x, labels, examples, seed)
    inputs = None if data is None else data[0].shape[1]
    sides = _checked_image(image, inputs)
    for alike in rows(arrays, inputs):
        for shape in images(alike[0], inputs, sides):
            places = _places(alike + _turned(alike[0], arrays, inputs), shape)
            every, count = choices(places)
            if every and (doubt := _doubt(places[0].row, arrays)):
                return Description(_held(arrays, alike[0]), (), 0, 0, 0, (doubt,))
            if every:
                proposals, tried = _proposals(arrays, places, every, data)
                notes = tuple(_notes(alike, places, shape if data is None else None))
                size = 0 if data is None else len(data[1])
                held = _held(arrays, places[0].row)
                return Description(held, proposals, count, tried, size, notes)
    reason = "no dense or convolutional network that this version knows fits these arrays"
    return Description(_held(arrays, None), (), 0, 0, 0, (reason,))


def _doubt(row: Row, arrays: Arrays) -> str:
    """Why it is not known where a batch norm stands, or nothing."""
    try:
        norms_of(row, arrays)
    except ValueError as error:
        return str(error)
    return ""


def _turned(likeliest: Row, arrays: Arrays, inputs: int | None) -> list[Row]:
    """Square matrices in the other layout, if they are in order in both."""
    if not likeliest.orderly or any(units != fed for units, fed in likeliest.matrices):
        return []
    firsts = (alike[0] for alike in rows(arrays, inputs) if alike[0].paired == likeliest.paired)
    others = {row.layout: row for row in firsts if row.orderly and row.layout != likeliest.layout}
    return list(others.values())


def _places(alike: list[Row], image: Shape) -> list[Place]:
    """The rows that are proposed: all, unless names or the order of the file tell the first.

    They never tell the layout.
    """
    first = alike[0]
    proposed = [r for r in alike if r == first or r.layout != first.layout or not first.orderly]
    return [Place(row, image) for row in proposed if row.takes(image)]


def _proposals(
    arrays: Arrays, places: list[Place], every: list[Choice], data: Examples | None
) -> tuple[tuple[Proposal, ...], int]:
    """Proposals, the best first, and how many were measured."""
    measured = None if data is None else Measured(arrays, places, *data)
    proposals = []
    for choice in every if measured is None else measured.searched(every):
        apart = places[choice.reading].row.apart(places[0].row)
        line = ", ".join(filter(None, [choice.line, apart]))
        share = None if measured is None else measured.share(choice)
        proposals.append(Proposal(built(arrays, places, choice), line, share))
    return tuple(proposals), 0 if measured is None else len(measured.scores)


def _notes(alike: list[Row], places: list[Place], image: Shape | None) -> Iterator[str]:
    """What the reader must know, a line each."""
    if image is not None and alike[0].kernels:
        yield f"image of {' x '.join(map(str, image))} taken for granted"
    layouts = {place.row.layout for place in places}
    if len(layouts) > 1:
        yield "matrices are square: neither names nor shapes tell whether units are first or last"
    if len(places) > len(layouts):
        count = f"{len(places)}{' or more' * (len(alike) == MAX_ROWS)}"
        yield f"neither names nor the order of the file tell which of {count} orders is right"
    if len(places) == len(layouts):
        yield from (f"this fits as well: {row.apart(alike[0])}" for row in alike[1:NOTED])


def _checked_examples(
    x: ArrayLike | None, labels: ArrayLike | None, examples: int, seed: int
) -> Examples | None:
    """Some of the examples, or none if there are none."""
    check_integer("examples", examples, 1, 2**53)
    check_integer("seed", seed, 0, 2**64)
    if x is None or labels is None:
        if x is not None or labels is not None:
            missing = "labels" if labels is None else "x"
            raise ValueError(f"x and labels must be given together, got no {missing}")
        return None
    rows_, right = real_values("x", x), real_values("labels", labels)
    if rows_.ndim != 2 or right.shape != rows_.shape[:1] or right.dtype.kind not in "iu":
        rule = "x must have shape (n, inputs) with n integer labels"
        raise ValueError(f"{rule}, got {rows_.shape} with {right.shape} of {right.dtype}")
    if not rows_.size or not np.isfinite(rows_).all() or right.min() < 0:
        raise ValueError(f"x must be finite and labels not negative, got {told(right)}")
    some = subset(len(rows_), examples, seed)
    return rows_[some].astype(float, copy=False), right[some].astype(int)


def _checked_image(image: Shape | None, inputs: int | None) -> Shape | None:
    if image is None:
        return None
    if not isinstance(image, tuple | list) or len(image) != 3:
        raise ValueError(f"image must be channels, height and width, got {told(image)}")
    sides = tuple(check_integer("each number of image", side, 1, 2**31) for side in image)
    if inputs not in (None, int(np.prod(sides))):
        raise ValueError(f"image must have the {inputs} numbers of an input, got {told(image)}")
    return sides


def _held(arrays: Arrays, row: Row | None) -> tuple[Held, ...]:
    seems = in_words(arrays, row)
    return tuple(Held(name, a.shape, str(a.dtype), seems[name]) for name, a in arrays.items())
