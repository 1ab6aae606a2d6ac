"""The arrays of a file as the layers of an architecture: which is where, and how it is turned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from stablenoise.checks import one_line, told
from stablenoise.layers.architecture import of_dense_layers
from stablenoise.layers.kinds import Conv, Dense, Layer
from stablenoise.layers.stack import Architecture

from . import batch_norms
from .batch_norms import Fold
from .chaining import Chains, TooMany, filled, numbered
from .containers import Arrays
from .pairing import Paired, pairings

CONVENTIONS = "each with biases or without, padding said; compress describe shows what fits"
LONGEST = 70  # characters of an order that an error tells
Shape = tuple[int, ...]
Order = tuple[str, ...]


class Layout(NamedTuple):
    """How arrays lie in a file.

    Units come first, (units, inputs) and (units, channels, height, width), or last, (inputs, units)
    and (height, width, channels, units).
    """

    matrices_last: bool
    kernels_last: bool

    def turned(self, array: np.ndarray) -> np.ndarray:
        """An array of a file with its units first."""
        if array.ndim == 2 and self.matrices_last:
            return array.T
        return array.transpose(3, 2, 0, 1) if array.ndim == 4 and self.kernels_last else array

    def in_file(self, array: np.ndarray) -> np.ndarray:
        """An array with its units first as it lies in a file."""
        if array.ndim == 2 and self.matrices_last:
            return array.T
        return array.transpose(2, 3, 1, 0) if array.ndim == 4 and self.kernels_last else array


LAYOUTS = (Layout(False, False), Layout(True, True), Layout(True, False), Layout(False, True))


@dataclass(frozen=True, slots=True)
class Matched:
    """Arrays of a network in the order of its layers, units first, batch norms folded in."""

    arrays: Arrays
    names: tuple[str, ...]
    shapes: dict[str, Shape]
    layout: Layout
    plan: Architecture
    folded: tuple[str, ...]


def matched(arrays: Arrays, inputs: int, said: Architecture | None) -> Matched:
    """The arrays of a network, or ValueError unless they fit an architecture in one way.

    Without one they are dense layers with relu between them.

    The order of the file is taken if it fits and does not go against numbers in the names; else
    the only order that fits, among those that go with the numbers if there are any.
    """
    names, folds = _said_names(arrays, said) if said else ([], [])
    misfits: list[tuple[int, str]] = []
    for paired in pairings(arrays, names):
        plan = said or of_dense_layers(max(1, len(paired.weights)))
        for find in _in_order, _reordered:
            found = find(arrays, inputs, plan, paired, misfits)
            if found is not None:
                return _assembled(arrays, plan, paired, folds, *found)
    reason = max(misfits, key=itemgetter(0))[1]  # of the way in which most layers fit
    shapes = ", ".join(str(a.shape) for a in arrays.values())
    rule = f"weights must be layers that chain from {inputs} inputs"
    raise ValueError(f"{rule}, got shapes {shapes} ({reason}; wanted are {CONVENTIONS})")


def _said_names(arrays: Arrays, plan: Architecture) -> tuple[list[str], list[Fold]]:
    """Names of biases and of batch norms that an architecture says, and its batch norms."""
    folds = batch_norms.said_folds(plan.layers)
    names = [layer.bias for layer in _weighted(plan) if isinstance(layer.bias, str)]
    names += [name for fold in folds for name in fold.norm.names]
    every = names + [layer.weights for layer in _weighted(plan) if layer.weights is not None]
    for name in every:
        if name not in arrays:
            seen = told(", ".join(arrays))
            rule = "arrays that the architecture names must be there"
            raise ValueError(f"{rule}, got no {name} in {seen}")
    return names, folds


def _weighted(plan: Architecture) -> list[Conv | Dense]:
    return [layer for layer in plan.layers if isinstance(layer, Conv | Dense)]


def _said_weights(plan: Architecture) -> list[str | None]:
    return [layer.weights for layer in _weighted(plan)]


def _layouts(plan: Architecture) -> Iterator[Layout]:
    """Units first comes first, so that the layout follows from the shapes.

    A layout that could be chosen would be a bit that a certificate does not charge.
    """
    for layout in LAYOUTS:
        if plan.layout is None or layout.matrices_last == (plan.layout == "units_last"):
            yield layout


Found = tuple[Order, Layout] | None


def _in_order(
    arrays: Arrays, inputs: int, plan: Architecture, paired: Paired, misfits: list[tuple[int, str]]
) -> Found:
    """The order of the file, if it fits and does not go against the numbers of the names."""
    order = filled(_said_weights(plan), paired.weights)
    for layout in _layouts(plan):
        fitting, reason = _misfit(arrays, inputs, plan, paired, order, layout)
        if not reason and (numbered(order) or _all_said(plan)):
            return order, layout
        misfits.append((fitting, reason or "the numbers of the names say another order"))
    return None


def _all_said(plan: Architecture) -> bool:
    return None not in _said_weights(plan)


def _reordered(
    arrays: Arrays, inputs: int, plan: Architecture, paired: Paired, misfits: list[tuple[int, str]]
) -> Found:
    """The only other order that fits."""
    if paired.reason:
        return None
    in_file = filled(_said_weights(plan), paired.weights)
    for by_number in True, False:
        for layout in _layouts(plan):
            orders = _orders(arrays, inputs, plan, paired, layout, by_number)
            if in_file in orders:
                return in_file, layout
            if len(orders) == 1:
                return orders[0], layout
            if orders:
                one, other = (one_line(", ".join(order), LONGEST) for order in orders)
                rule = "weights must chain in one way, or be named in the file of --architecture"
                raise ValueError(f"{rule} that compress describe proposes, got {one} and {other}")
    return None


def _orders(
    arrays: Arrays,
    inputs: int,
    plan: Architecture,
    paired: Paired,
    layout: Layout,
    by_number: bool,
) -> list[Order]:
    """Two orders that fit, or fewer; that of the file first."""
    shapes = {name: layout.turned(arrays[name]).shape for name in paired.weights}
    search = Chains(plan, inputs, shapes, _said_weights(plan), by_number)
    fitting = (
        order
        for order in search.orders()
        if not _misfit(arrays, inputs, plan, paired, order, layout)[1]
    )
    try:
        return list(islice(fitting, 2))
    except TooMany:
        rule = "weights must chain in one way, or be named in the file of --architecture"
        raise ValueError(f"{rule} that compress describe proposes, got too many ways") from None


def _biases(plan: Architecture, paired: Paired, order: Order) -> dict[str, str]:
    """Biases of each array of weights, as the architecture says or the names."""
    chosen: dict[str, str] = {}
    for name, layer in zip(order, _weighted(plan), strict=True):
        if isinstance(layer.bias, str):
            chosen[name] = layer.bias
        elif layer.bias is None and name in paired.biases:
            chosen[name] = paired.biases[name]
    return chosen


def _misfit(
    arrays: Arrays, inputs: int, plan: Architecture, paired: Paired, order: Order, layout: Layout
) -> tuple[int, str]:
    """How many layers fit in this order, and why not all with their biases, or nothing."""
    given = [*order, *(name for name in paired.weights if name not in order)]
    weights = {name: layout.turned(arrays[name]) for name in given if name}
    fitting, reason = plan.fitted(inputs, [w.shape for w in weights.values()])
    if reason or paired.reason:
        return len(fitting), reason or paired.reason
    biases = _biases(plan, paired, order)
    for name, bias in biases.items():
        if arrays[bias].size != len(weights[name]):
            shape, units = arrays[bias].shape, len(weights[name])
            return len(fitting), f"biases of shape {shape} for {units} units"
    left = sorted(set(paired.biases.values()) - set(biases.values()))
    if left:
        return len(fitting), f"the architecture says no bias for {', '.join(left)}"
    return len(fitting), ""


def _assembled(
    arrays: Arrays,
    plan: Architecture,
    paired: Paired,
    folds: Sequence[Fold],
    order: Order,
    layout: Layout,
) -> Matched:
    """Each array of weights before its biases, with batch norms folded in."""
    turned = {name: layout.turned(a) for name, a in arrays.items()}
    biases = _biases(plan, paired, order)
    by_layer = {
        fold.layer: fold for fold in [*folds, *batch_norms.owned_folds(paired.norms, order, turned)]
    }
    ordered: Arrays = {}
    for number, name in enumerate(order):
        bias = biases.get(name)
        ordered[name] = turned[name]
        if bias is not None:
            ordered[bias] = arrays[bias].reshape(-1)
        if number in by_layer:
            fold = by_layer[number]
            old = None if bias is None else ordered.pop(bias)
            biases[name] = bias or fold.norm.shift or f"{name}.bias"
            ordered[name], ordered[biases[name]] = batch_norms.folded(
                turned[name], old, fold, arrays
            )
    names = [name for name in arrays if name in ordered]
    names += [name for name in ordered if name not in arrays]
    columns = {n: arrays[n].shape for n in biases.values() if n in arrays and arrays[n].ndim != 1}
    said = _named(plan, order, biases) if by_layer or order != paired.weights else plan
    inside = tuple(fold.norm.stem or fold.norm.mean for fold in by_layer.values())
    return Matched(ordered, tuple(names), columns, layout, said, inside)


def _named(plan: Architecture, order: Order, biases: dict[str, str]) -> Architecture:
    """The architecture without batch norms, with all arrays named."""
    names = iter(order)
    layers: list[Layer] = []
    for layer in plan.layers:
        if isinstance(layer, Conv | Dense):
            name = next(names)
            layers.append(replace(layer, weights=name, bias=biases.get(name, False)))
        else:
            layers.append(layer)
    return batch_norms.without_norms(plan, layers)
