"""Orders in which arrays chain, each fed by what the one before makes of an input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from stablenoise.layers.kinds import Conv, Dense, Layer
from stablenoise.layers.stack import Architecture

from .names import part_of, place_of

Shape = tuple[int, ...]
Segment = tuple[list[Layer], Conv | Dense | None]
MAX_STEPS = 20_000  # layers tried before a search for orders is given up


class TooMany(ValueError):
    """So many orders that they cannot be searched."""


def numbered(names: Sequence[str]) -> bool:
    """Whether names that differ in numbers alone come in the order of the numbers."""
    latest: dict[str, tuple[int, ...]] = {}
    for name in names:
        prefix, numbers = place_of(part_of(name).stem)
        if numbers < latest.get(prefix, ()):
            return False
        latest[prefix] = numbers
    return True


def filled(said: Sequence[str | None], names: Sequence[str]) -> tuple[str, ...]:
    """The names that are said, and in the other places the others, in their order."""
    others = iter([name for name in names if name not in said])
    return tuple(next(others, "") if name is None else name for name in said)


@dataclass(slots=True)
class Chains:
    """Search for the orders of arrays that fit an architecture.

    ``shapes`` are those of the arrays by name, units first; ``said`` the names that the
    architecture says for its layers with weights, or None; ``by_number`` whether names that differ
    in numbers alone must come in the order of the numbers.
    """

    plan: Architecture
    inputs: int
    shapes: dict[str, Shape]
    said: Sequence[str | None]
    by_number: bool
    steps: int = field(default=0, init=False)
    _segments: list[Segment] = field(init=False)

    def __post_init__(self) -> None:
        self._segments = _segments(self.plan)

    def orders(self) -> Iterator[tuple[str, ...]]:
        """Yield them; ValueError if the search takes too many steps."""
        if len(self.shapes) == len(self.said):
            yield from self._longer((), ())

    def _longer(self, chosen: tuple[str, ...], shape: Shape) -> Iterator[tuple[str, ...]]:
        before, layer = self._segments[len(chosen)]
        if layer is None:
            if len(_through(before, shape) or ()) == 1:
                yield chosen
            return
        for name in self._candidates(chosen):
            self.steps += 1
            if self.steps > MAX_STEPS:
                raise TooMany("too many orders")
            following = self._outputs(before, layer, name, shape)
            if following:
                yield from self._longer((*chosen, name), following)

    def _candidates(self, chosen: tuple[str, ...]) -> list[str]:
        name = self.said[len(chosen)]
        if name is not None:
            return [name] if name in self.shapes else []
        left = [n for n in self.shapes if n not in chosen and n not in self.said]
        if not self.by_number:
            return left
        places = {n: place_of(part_of(n).stem) for n in left}
        first: dict[str, tuple[int, ...]] = {}
        for prefix, numbers in places.values():
            first[prefix] = min(first.get(prefix, numbers), numbers)
        return [n for n, (prefix, numbers) in places.items() if numbers == first[prefix]]

    def _outputs(self, before: list[Layer], layer: Conv | Dense, name: str, shape: Shape) -> Shape:
        """Shape of what a layer makes of an input with these weights, () if they do not fit."""
        try:
            shape = shape or self.plan.input_shape(self.inputs, [self.shapes[name]])
            fed = _through(before, shape)
            return layer.outputs(fed, self.shapes[name]) if fed else ()
        except ValueError:
            return ()


def _segments(plan: Architecture) -> list[Segment]:
    """Layers before each layer with weights, and those after the last."""
    segments: list[Segment] = []
    before: list[Layer] = []
    for layer in plan.layers:
        if isinstance(layer, Conv | Dense):
            segments.append((before, layer))
            before = []
        else:
            before.append(layer)
    return [*segments, (before, None)]


def _through(layers: list[Layer], shape: Shape) -> Shape:
    """Shape after some layers without weights, () if one does not fit."""
    try:
        for layer in layers:
            shape = layer.outputs(shape)  # type: ignore[call-arg]
    except ValueError:
        return ()
    return shape
