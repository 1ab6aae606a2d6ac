"""Arrays put in a row by their shapes and names alone, before any architecture is known."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from math import prod
from typing import NamedTuple

from .chaining import MAX_STEPS, numbered
from .containers import Arrays
from .layouts import LAYOUTS, Layout
from .names import part_of, place_of
from .pairing import Paired, pairings
from .readings import apart

Shape = tuple[int, ...]
MAX_ROWS = 24  # that are looked for in one layout: a file that chains in more ways needs names


class Row(NamedTuple):
    """Arrays of weights in the order in which they chain, kernels before matrices.

    ``shapes`` have units first; ``biases`` are those of each array of weights that has some.
    """

    order: tuple[str, ...]
    shapes: tuple[Shape, ...]
    layout: Layout
    paired: Paired
    biases: dict[str, str]

    @property
    def kernels(self) -> tuple[Shape, ...]:
        """Shapes of the kernels: (units, channels, height, width)."""
        return tuple(shape for shape in self.shapes if len(shape) == 4)

    @property
    def matrices(self) -> tuple[Shape, ...]:
        """Shapes of the matrices: (units, inputs)."""
        return tuple(shape for shape in self.shapes if len(shape) == 2)

    @property
    def orderly(self) -> bool:
        """Whether it is what names and the order of the file say."""
        ordered = self.order == self.paired.weights and numbered(self.order)
        return ordered and self.paired.as_placed(self.biases)

    def takes(self, image: Shape) -> bool:
        """Whether an input of this shape fits the first array."""
        if self.kernels:
            return self.kernels[0][1] == image[0]
        return self.matrices[0][1] == prod(image)

    def apart(self, likeliest: Row) -> str:
        """How it differs from another row of the same arrays, or nothing."""
        order = [f"order {', '.join(self.order)}"] * (self.order != likeliest.order)
        last = ("first", "last")[self.layout.matrices_last]
        order += [f"units {last}"] * (self.layout != likeliest.layout)
        biases = apart(self.biases, likeliest.biases)
        return ", ".join([*order, biases] if biases else order)


def rows(arrays: Arrays, inputs: int | None = None) -> Iterator[list[Row]]:
    """Yield the ways in which arrays chain: the likeliest pairing and layout first.

    Each is a list: orders and biases that fit as well come after the likeliest.  Orders that go
    with the numbers of the names come before others, that of the file before those, units first
    before units last, and fewer outputs than inputs before the other way round.
    """
    for paired in (paired for group in pairings(arrays) for paired in group):
        if any(arrays[name].ndim not in (2, 4) for name in paired.weights):
            continue
        for by_number in True, False:
            found = [_rows(arrays, paired, layout, by_number, inputs) for layout in LAYOUTS]
            yield from sorted(filter(None, found), key=_grows)


def _grows(alike: list[Row]) -> bool:
    matrices = alike[0].matrices
    return bool(matrices) and matrices[-1][0] > matrices[0][1]


def _rows(
    arrays: Arrays, paired: Paired, layout: Layout, by_number: bool, inputs: int | None
) -> list[Row]:
    shapes = {name: layout.turned(arrays[name]).shape for name in paired.weights}
    units = {name: shape[0] for name, shape in shapes.items()}
    kernels = [name for name, shape in shapes.items() if len(shape) == 4]
    matrices = [name for name, shape in shapes.items() if len(shape) == 2]
    if any(arrays[bias].size != units[name] for name, bias in paired.biases.items()):
        return []
    if paired.units_last not in (None, layout.matrices_last) or _twice(layout, kernels, matrices):
        return []
    search = _Search(shapes, by_number, inputs)
    every = (
        Row(order, tuple(shapes[name] for name in order), layout, paired, biases)
        for order in search.orders(kernels, matrices)
        for biases in paired.chosen(order, units, arrays)
    )
    return sorted(islice(every, MAX_ROWS), key=lambda row: not row.orderly)


def _twice(layout: Layout, kernels: list[str], matrices: list[str]) -> bool:
    """Whether arrays are read in the same way by another layout."""
    if layout.kernels_last and not kernels:
        return True
    return layout.matrices_last and not matrices and layout != Layout(False, False)


class _Search:
    """Orders in which the inputs of each array are the units of the one before."""

    def __init__(self, shapes: dict[str, Shape], by_number: bool, inputs: int | None) -> None:
        self._shapes, self._by_number, self._inputs = shapes, by_number, inputs
        self._steps = 0

    def orders(self, kernels: list[str], matrices: list[str]) -> Iterator[tuple[str, ...]]:
        yield from self._longer((), kernels, matrices)

    def _longer(
        self, chosen: tuple[str, ...], kernels: list[str], matrices: list[str]
    ) -> Iterator[tuple[str, ...]]:
        if not kernels and not matrices:
            yield chosen
        of_kernels = bool(kernels)
        for name in self._allowed(kernels or matrices):
            self._steps += 1
            if self._steps < MAX_STEPS and self._fits(name, chosen):
                left = [other for other in kernels or matrices if other != name]
                rest = (left, matrices) if of_kernels else ([], left)
                yield from self._longer((*chosen, name), *rest)

    def _allowed(self, names: list[str]) -> list[str]:
        if not self._by_number:
            return names
        places = {name: place_of(part_of(name).stem) for name in names}
        return [
            name
            for name, (prefix, numbers) in places.items()
            if all(numbers <= other for begins, other in places.values() if begins == prefix)
        ]

    def _fits(self, name: str, chosen: tuple[str, ...]) -> bool:
        shape = self._shapes[name]
        if not chosen:
            return self._inputs is None or self._starts(shape, self._inputs)
        before = self._shapes[chosen[-1]]
        if len(before) == 4 and len(shape) == 2:
            return shape[1] % before[0] == 0  # pixels of as many channels
        return shape[1] == before[0]

    @staticmethod
    def _starts(shape: Shape, inputs: int) -> bool:
        return inputs % shape[1] == 0 if len(shape) == 4 else inputs == shape[1]
