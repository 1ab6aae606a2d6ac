"""Batch norms of a file: the layers that they stand at, where no architecture says it."""

from collections.abc import Sequence
from typing import NamedTuple

from stablenoise.layers.kinds import BatchNorm

from .containers import Arrays
from .names import part_of, place_of
from .pairing import Norm

EPSILON, EPSILON_OF_KERAS = 1e-5, 1e-3  # of their classes of batch norm, unless told otherwise


class Owned(NamedTuple):
    """Batch norms by the weights that they follow on, and by those that they come before."""

    after: dict[str, BatchNorm]
    before: dict[str, BatchNorm]


def owned(norms: Sequence[Norm], order: Sequence[str], arrays: Arrays) -> Owned:
    """Where batch norms stand, or ValueError where that is in doubt.

    Each follows on a layer of as many units; if there is none, it comes before one of as many
    inputs, as after a flatten.  ``arrays`` have units first.
    """
    owners = Owned({}, {})
    for norm in norms:
        size = arrays[norm.mean].size
        fitting = [i for i, name in enumerate(order) if len(arrays[name]) == size]
        fed = [i for i, name in enumerate(order) if arrays[name].shape[1] == size]
        chosen = _owner(norm, order, fitting or fed)
        place = owners.after if fitting else owners.before
        if chosen is None or order[chosen] in place:
            rule = f"batch norm {norm.stem or norm.mean} must follow on one layer of {size} units"
            raise ValueError(f"{rule}, got {len(fitting)} (name it in the architecture)")
        epsilon = EPSILON_OF_KERAS if norm.of_keras else EPSILON
        names = norm.scale, norm.shift, norm.mean, norm.variance
        place[order[chosen]] = BatchNorm(*names, epsilon)
    return owners


def _owner(norm: Norm, order: Sequence[str], fitting: list[int]) -> int | None:
    """The only layer that fits, that of the same numbers, or the last of smaller ones."""
    if len(fitting) == 1:
        return fitting[0]
    prefix, numbers = place_of(norm.stem)
    places = {i: place_of(part_of(order[i]).stem) for i in fitting}
    same = [i for i, place in places.items() if place.numbers == numbers]
    if len(same) == 1:
        return same[0]
    before = [i for i, p in places.items() if p.prefix == prefix and p.numbers < numbers]
    return max(before, key=lambda i: places[i].numbers, default=None)
