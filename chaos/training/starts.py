"""A state that a caller gives training to go on from: of this network, and fit to be changed."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from stablenoise.checks import check_integer, check_kind, check_target, told
from stablenoise.field import WORDS

from .arrays import Arrays, not_finite
from .descent import Problem, State
from .rows import check_on_host


def check(given: Problem, start: Any) -> None:
    """Raise ValueError unless a state is of the network that is trained, and can be written to."""
    check_kind("start", start, State)
    check_integer("step of start", start.step, 0, WORDS)
    named = _named("weights", start.weights, "")
    moving = start.velocity is not None
    velocity = _named("velocity", start.velocity, "velocity_") if moving else {}
    for name, array in (named | velocity).items():
        check_on_host(f"{name} of start", array)
        # On the way others are copied, and the copy is what would be changed.
        check_target(f"{name} of start", array)
    _check_network(given, named, velocity, moving)
    for (name, array), (other, another) in combinations((named | velocity).items(), 2):
        if np.may_share_memory(array, another):  # exact, as both are contiguous
            raise ValueError(f"{other} of start must have memory of its own, got that of {name}")
    for arrays in (start.weights, start.velocity):
        if arrays is not None and (wrong := not_finite(arrays)):
            raise ValueError(f"{wrong[0]} of start must be finite, got {wrong[1]}")


def _named(what: str, arrays: Any, prefix: str) -> dict[str, np.ndarray]:
    """Arrays of a state by name, or ValueError unless there is a place for biases of each layer."""
    check_kind(f"{what} of start", arrays, Arrays)
    lengths = [len(part) if isinstance(part, tuple | list) else told(part) for part in arrays]
    if lengths[0] != lengths[1] or isinstance(lengths[0], str):
        rule = f"{what} of start must be two tuples, with a place for each layer"
        raise ValueError(f"{rule}, got {lengths[0]} and {lengths[1]}")
    return arrays.named(prefix)


def _check_network(given: Problem, named: dict, velocity: dict, moving: bool) -> None:
    wanted = [(shape, given.settings.dtype) for shape in given.net.named_shapes.values()]
    there = [(array.shape, array.dtype.name) for array in named.values()]
    moved = [(array.shape, array.dtype.name) for array in velocity.values()]
    if there != wanted or moved != wanted * moving or moving != bool(given.settings.momentum):
        seen = f"{told(there)}{f' with velocities {told(moved)}' * moving}"
        raise ValueError(f"start must be a state of a run of these settings, got arrays {seen}")
