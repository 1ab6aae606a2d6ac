"""Ways to read arrays as the layers of an architecture: their order, layout and biases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from stablenoise.checks import one_line
from stablenoise.layers.kinds import Conv, Dense
from stablenoise.layers.stack import Architecture

from .chaining import Chains, TooMany, filled, numbered
from .containers import Arrays
from .layouts import LAYOUTS, Layout
from .pairing import Paired

LONGEST = 70  # characters of a reading that an error tells
RULE = (
    "weights must chain in one way, or be named in the file of --architecture that compress "
    "describe proposes"
)
Order = tuple[str, ...]
Misfit = tuple[int, str]  # layers that fit, and why the next one does not


class Reading(NamedTuple):
    """Names of weights in the order of the layers, how arrays lie, and biases by the weights."""

    order: Order
    layout: Layout
    biases: dict[str, str]


@dataclass(frozen=True, slots=True)
class Search:
    """Readings of arrays that fit an architecture, where it is known which are weights."""

    arrays: Arrays
    inputs: int
    plan: Architecture
    paired: Paired

    def in_order(self) -> tuple[Reading | None, list[Misfit]]:
        """The reading in the order of the file, if one fits that does not go against its names.

        Biases are as names or their places in the file say.
        """
        misfits: list[Misfit] = []
        for layout in self._layouts:
            found, (fitting, reason) = self._fitting(self._in_file, layout)
            if found and self._as_said(found[0]):
                return found[0], misfits
            misfits.append((fitting, reason or "names and places say another order"))
        return None, misfits

    def _as_said(self, reading: Reading) -> bool:
        """Whether numbers in names do not say another order, nor places other biases."""
        ordered = numbered(reading.order) or None not in said_weights(self.plan)
        return ordered and self.paired.as_placed(reading.biases)

    def orderly(self, reading: Reading) -> bool:
        """Whether it is the one that names and the order of the file say."""
        return reading.order == self.paired.weights and self._as_said(reading)

    def reordered(self) -> Reading | None:
        """The only reading that fits, that of the numbers in names and of the file first."""
        for by_number in True, False:
            for layout in self._layouts:
                readings = self._readings(layout, by_number)
                in_file = [reading for reading in readings if reading.order == self._in_file]
                readings = in_file or readings
                if len(readings) == 1:
                    return readings[0]
                if readings:
                    one, other = (one_line(text, LONGEST) for text in _apart(*readings))
                    raise ValueError(f"{RULE}, got {one} and {other}")
        return None

    @property
    def _in_file(self) -> Order:
        return filled(said_weights(self.plan), self.paired.weights)

    @property
    def _layouts(self) -> Iterator[Layout]:
        """Units first comes first, so that the layout follows from the shapes.

        A layout that could be chosen would be a bit that a certificate does not charge.
        """
        said = {None: None, "units_first": False, "units_last": True}[self.plan.layout]
        for layout in LAYOUTS:
            if {said, self.paired.units_last} <= {None, layout.matrices_last}:
                yield layout

    def _readings(self, layout: Layout, by_number: bool) -> list[Reading]:
        """Two readings, or fewer."""
        paired = self.paired
        shapes = {name: layout.turned(self.arrays[name]).shape for name in paired.weights}
        search = Chains(self.plan, self.inputs, shapes, said_weights(self.plan), by_number)
        readings = (
            reading for order in search.orders() for reading in self._fitting(order, layout)[0]
        )
        try:
            return list(islice(readings, 2))
        except TooMany:
            raise ValueError(f"{RULE}, got too many ways") from None

    def _fitting(self, order: Order, layout: Layout) -> tuple[list[Reading], Misfit]:
        """Two readings in an order, or fewer, and why there is none, or nothing."""
        given = [*order, *(name for name in self.paired.weights if name not in order)]
        weights = [layout.turned(self.arrays[name]).shape for name in given if name]
        shapes, reason = self.plan.fitted(self.inputs, weights)
        if reason:
            return [], (len(shapes), reason)
        units = {name: shape[0] for name, shape in zip(order, weights, strict=True)}
        said, open_ = self._said_biases(order, units)
        chosen = islice(self.paired.chosen(order, open_, self.arrays), 2)
        readings = [Reading(order, layout, said | biases) for biases in chosen]
        reason = self._wrong_bias(readings, units)
        return ([] if reason else readings), (len(shapes), reason)

    def _said_biases(
        self, order: Order, units: dict[str, int]
    ) -> tuple[dict[str, str], dict[str, int]]:
        """Biases that the architecture says, and the units of layers of which it says nothing."""
        layers = dict(zip(order, weighted(self.plan), strict=True))
        said = {name: layer.bias for name, layer in layers.items() if isinstance(layer.bias, str)}
        return said, {name: units[name] for name, layer in layers.items() if layer.bias is None}

    def _wrong_bias(self, readings: list[Reading], units: dict[str, int]) -> str:
        """Why biases do not belong to the layers, or nothing."""
        if not readings:
            loose = self.paired.loose
            seen = ", ".join(str(self.arrays[name].shape) for name in loose)
            each = ", ".join(map(str, units.values()))
            return f"biases of shape {seen} for {each} units"
        biases = readings[0].biases
        for name, bias in biases.items():
            if self.arrays[bias].size != units[name]:
                return f"biases of shape {self.arrays[bias].shape} for {units[name]} units"
        left = sorted(set(self.paired.biases.values()) - set(biases.values()))
        return f"the architecture says no bias for {', '.join(left)}" if left else ""


def weighted(plan: Architecture) -> list[Conv | Dense]:
    """Layers that have weights."""
    return [layer for layer in plan.layers if isinstance(layer, Conv | Dense)]


def said_weights(plan: Architecture) -> list[str | None]:
    """Names of the weights of each such layer, where the architecture says them."""
    return [layer.weights for layer in weighted(plan)]


def _apart(one: Reading, other: Reading) -> tuple[str, str]:
    """Two readings, each by what the other does not have."""
    if one.order != other.order:
        return ", ".join(one.order), ", ".join(other.order)
    return apart(one.biases, other.biases), apart(other.biases, one.biases)


def apart(biases: dict[str, str], others: dict[str, str]) -> str:
    """Biases that belong to other weights in another reading."""
    pairs = (pair for pair in biases.items() if pair not in others.items())
    return ", ".join(f"{bias} as biases of {name}" for name, bias in pairs)
