"""The arrays of a file as the layers of an architecture: which is where, and how it is turned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import itemgetter

from stablenoise.checks import one_line, told
from stablenoise.layers.architecture import of_dense_layers
from stablenoise.layers.folding import folded
from stablenoise.layers.kinds import BatchNorm, Conv, Dense, Layer
from stablenoise.layers.stack import Architecture

from .batch_norms import Owned, owned
from .containers import Arrays
from .layouts import Layout
from .pairing import norms_of, pairings
from .readings import Misfit, Reading, Search

CONVENTIONS = "each with biases or without, padding said; compress describe shows what fits"
Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Matched:
    """Arrays of a network in the order of its layers, units first, batch norms folded in."""

    arrays: Arrays
    names: tuple[str, ...]
    shapes: dict[str, Shape]
    layout: Layout
    plan: Architecture
    folded: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def matched(arrays: Arrays, inputs: int, said: Architecture | None) -> Matched:
    """The arrays of a network, or ValueError unless they fit an architecture in one way.

    Without one they are dense layers with relu between them.

    The order of the file is taken if it fits and does not go against numbers in the names; else
    the only order that fits, among those that go with the numbers if there are any.  Biases that
    neither names nor places tell belong to layers of as many units, if there is one way.
    """
    if said is not None:
        _check_weighted(said)
    misfits: list[Misfit] = []
    given, arrays = arrays, _named_arrays(arrays, said)
    for group in pairings(arrays, _said_names(arrays, said) if said else ()):
        plans = [said or of_dense_layers(max(1, len(paired.weights))) for paired in group]
        searches = [Search(arrays, inputs, *pair) for pair in zip(plans, group, strict=True)]
        found = _in_order(searches, misfits) or _reordered(searches)
        if found is not None:
            other = set(given) - set(arrays) | set(found[0].paired.left_out)
            left_out = tuple(name for name in given if name in other)
            return replace(_assembled(*found), left_out=left_out)
    reason = max(misfits, key=itemgetter(0))[1]  # of the way in which most layers fit
    shapes = ", ".join(str(a.shape) for a in arrays.values())
    rule = f"weights must be layers that chain from {inputs} inputs"
    raise ValueError(f"{rule}, got shapes {shapes} ({reason}; wanted are {CONVENTIONS})")


def _check_weighted(plan: Architecture) -> None:
    """Raise ValueError unless some layer has weights."""
    if not any(isinstance(layer, Conv | Dense) for layer in plan.layers):
        kinds = ", ".join(type(layer).__name__.lower() for layer in plan.layers)
        raise ValueError(f"architecture must have a conv or dense layer, got {one_line(kinds, 90)}")


def _named_arrays(arrays: Arrays, plan: Architecture | None) -> Arrays:
    """What an architecture names, and batch norms, if it names all weights and biases."""
    layers = [layer for layer in plan.layers if isinstance(layer, Conv | Dense)] if plan else []
    if plan is None or any(layer.weights is None or layer.bias is None for layer in layers):
        return arrays
    named = {name for _, _, name in plan.names}
    norms = norms_of({name: a for name, a in arrays.items() if name not in named})
    kept = named.union(*(norm.names for norm in norms))
    return {name: a for name, a in arrays.items() if name in kept}


def _in_order(searches: list[Search], misfits: list[Misfit]) -> tuple[Search, Reading] | None:
    for search in searches:
        reading, reasons = search.in_order()
        if reading is not None:
            return search, reading
        misfits += reasons
    return None


def _reordered(searches: list[Search]) -> tuple[Search, Reading] | None:
    """Out of order, arrays that lie as biases do are biases first."""
    for search in sorted(searches, key=lambda search: search.paired.units_last is None):
        reading = search.reordered()
        if reading is not None:
            return search, reading
    return None


def _said_names(arrays: Arrays, plan: Architecture) -> list[str]:
    """Names of biases and of batch norms that an architecture says."""
    for _, _, name in plan.names:
        if name not in arrays:
            seen = told(", ".join(arrays))
            rule = "arrays that the architecture names must be there"
            raise ValueError(f"{rule}, got no {name} in {seen}")
    return [name for _, key, name in plan.names if key != "weights"]


def _assembled(search: Search, reading: Reading) -> Matched:
    """Each array of weights before its biases, with batch norms folded in."""
    arrays, biases = search.arrays, reading.biases
    ordered: Arrays = {}
    for name in reading.order:
        ordered[name] = reading.layout.turned(arrays[name])
        if name in biases:
            ordered[biases[name]] = arrays[biases[name]].reshape(-1)
    owners = owned(search.paired.norms, reading.order, arrays | ordered)
    plan = _named(search.plan, reading, owners)
    means = [layer.mean for layer in plan.layers if isinstance(layer, BatchNorm)]
    if means:
        used = {name for _, _, name in plan.names if name not in ordered}
        rows = {name: arrays[name].reshape(-1) for name in used}
        plan, ordered = folded(plan, search.inputs, ordered | rows)
    elif search.orderly(reading):
        plan = search.plan
    names = [name for name in arrays if name in ordered]
    names += [name for name in ordered if name not in arrays]
    columns = {name: arrays[name].shape for name in biases.values() if arrays[name].ndim != 1}
    stems = {norm.mean: norm.stem for norm in search.paired.norms}
    inside = tuple(stems.get(mean) or mean for mean in means)
    return Matched(ordered, tuple(names), columns, reading.layout, plan, inside)


def _named(plan: Architecture, reading: Reading, owners: Owned) -> Architecture:
    """The architecture with all arrays named, and the batch norms that it does not say."""
    names = iter(reading.order)
    layers: list[Layer] = []
    for layer in plan.layers:
        if isinstance(layer, Conv | Dense):
            name = next(names)
            layers += [owners.before[name]] if name in owners.before else []
            layers.append(replace(layer, weights=name, bias=reading.biases.get(name, False)))
            layers += [owners.after[name]] if name in owners.after else []
        else:
            layers.append(layer)
    return replace(plan, layers=tuple(layers))
