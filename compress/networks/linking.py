"""Arrays put in a row by their shapes and names alone, before any architecture is known."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from .chaining import MAX_STEPS, numbered
from .containers import Arrays
from .matching import LAYOUTS, Layout
from .names import part_of, place_of
from .pairing import Paired, pairings

Shape = tuple[int, ...]
MAX_ORDERS = 6  # that are looked for: a file that chains in more ways needs names


class Row(NamedTuple):
    """Arrays of weights in the order in which they chain, kernels before matrices.

    ``shapes`` have units first; ``others`` are orders that chain as well.
    """

    order: tuple[str, ...]
    shapes: tuple[Shape, ...]
    layout: Layout
    paired: Paired
    others: tuple[tuple[str, ...], ...] = ()

    @property
    def kernels(self) -> tuple[Shape, ...]:
        """Shapes of the kernels: (units, channels, height, width)."""
        return tuple(shape for shape in self.shapes if len(shape) == 4)

    @property
    def matrices(self) -> tuple[Shape, ...]:
        """Shapes of the matrices: (units, inputs)."""
        return tuple(shape for shape in self.shapes if len(shape) == 2)


def rows(arrays: Arrays, inputs: int | None = None) -> Iterator[Row]:
    """Yield the ways in which arrays chain: the likeliest pairing, order and layout first.

    Orders that go with the numbers of the names come before others, that of the file before those,
    units first before units last, and fewer outputs than inputs before the other way round.
    """
    for paired in pairings(arrays):
        if paired.reason or any(arrays[name].ndim not in (2, 4) for name in paired.weights):
            continue
        for by_number in True, False:
            found = [
                row
                for layout in LAYOUTS
                if (row := _row(arrays, paired, layout, by_number, inputs)) is not None
            ]
            yield from sorted(found, key=_grows)


def _grows(row: Row) -> bool:
    matrices = row.matrices
    return bool(matrices) and matrices[-1][0] > matrices[0][1]


def _row(
    arrays: Arrays, paired: Paired, layout: Layout, by_number: bool, inputs: int | None
) -> Row | None:
    shapes = {name: layout.turned(arrays[name]).shape for name in paired.weights}
    if any(arrays[b].size != shapes[name][0] for name, b in paired.biases.items()):
        return None
    kernels = [name for name, shape in shapes.items() if len(shape) == 4]
    matrices = [name for name, shape in shapes.items() if len(shape) == 2]
    flat = layout.kernels_last and not kernels
    if flat or (layout != Layout(False, False) and not matrices and layout.matrices_last):
        return None  # the same as with another layout
    search = _Search(shapes, by_number, inputs)
    orders = list(islice(search.orders(kernels, matrices), MAX_ORDERS))
    if not orders:
        return None
    first = paired.weights if paired.weights in orders and numbered(paired.weights) else orders[0]
    others = tuple(order for order in orders if order != first)
    return Row(first, tuple(shapes[name] for name in first), layout, paired, others)


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
