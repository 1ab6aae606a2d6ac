"""What noise is written into: arrays of any shape and layout, alone or in containers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from types import ModuleType, SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.array_utils import byte_bounds

from .checks import check_integer, check_target, check_unmasked, one_line, told
from .kernels.arrays import Array, array_module, wait_for, where
from .tensors import shared

WORDS = 2**32  # of each part of an address
ROWS = 2**21  # worked on at once: their addresses, and those of the next ones, take 16 MiB
BUFFER_BYTES = 2**23  # of the rows of an array that is not contiguous
DEPTH = 16  # of containers in containers
PARTICLES = "particles must be a 1-d array of integers in [0, 2^32)"


class Target(NamedTuple):
    """An array for noise, what errors call it, its layer, and whether another library has it."""

    name: str
    layer: int | str
    array: Array
    foreign: bool

    def shape(self) -> tuple[int, int]:
        """Particles, which lie along the first axis, and coordinates of each."""
        return len(self.array), prod(self.array.shape[1:])

    def rows(self, particles: Sequence[int] | Array | None) -> Array | None:
        """Numbers of the particles, checked; None are the first ones."""
        if particles is None:
            return None
        (n, _), xp = self.shape(), array_module(self.array)
        with where(self.array):
            rows = particle_words(xp, particles)
        if rows.size != n:
            rule = f"particles must be as many as rows of {self.name}, {n}"
            raise ValueError(f"{rule}, got {rows.size}")
        return rows

    def matrices(self, rows: Array | None) -> Iterator[tuple[Array, Array]]:
        """Yield particles, the first ones by default, and a contiguous matrix for their noise.

        What is written into the matrix is in the array once the next one is asked for: it is a view
        of it, or if the array is not contiguous a copy of some of its rows.
        """
        array, xp = self.array, array_module(self.array)
        with where(array):
            for low, matrix in self._contiguous() if _is_contiguous(array) else self._copied():
                high = low + len(matrix)
                yield xp.arange(low, high, dtype="u4") if rows is None else rows[low:high], matrix
            if self.foreign:
                wait_for(array)

    def _contiguous(self) -> list[tuple[int, Array]]:
        n, dim = self.shape()
        matrix = self.array.reshape(n, dim)
        if n <= ROWS:
            return [(0, matrix)]
        return [(low, matrix[low : low + ROWS]) for low in range(0, n, ROWS)]

    def _copied(self) -> Iterator[tuple[int, Array]]:
        (n, dim), array = self.shape(), self.array
        rows = max(1, min(n, BUFFER_BYTES // (dim * array.itemsize)))
        buffer = array_module(array).empty((rows, dim), array.dtype)
        for low in range(0, n, rows):
            part = array[low : low + rows]
            matrix = buffer[: len(part)]
            matrix.reshape(part.shape)[...] = part
            yield low, matrix
            part[...] = matrix.reshape(part.shape)


def all_targets(name: str, value: Any) -> list[Target]:
    """Return the arrays of ``value``, one or those of a container, each checked."""
    arrays = [_target(*leaf) for leaf in _leaves(name, value, ())]
    if not arrays:
        raise ValueError(f"{name} must hold an array, got {told(value)}")
    if len(arrays) > 1:
        _check_layers(arrays)
        _check_apart(arrays)
    return arrays


def particle_words(xp: ModuleType, particles: Sequence[int] | Array) -> Array:
    """``particles`` as a contiguous array of uint32, of the array module ``xp``."""
    if isinstance(particles, range) and particles:
        _check_words(min(particles[0], particles[-1]), max(particles[0], particles[-1]))
        particles = xp.arange(particles.start, particles.stop, particles.step)
    check_unmasked("particles", particles)
    try:
        rows = xp.asarray(particles)
    except ValueError:
        raise ValueError(f"{PARTICLES}, got {told(particles)}") from None
    if rows.ndim != 1 or (rows.size and rows.dtype.kind not in "iu"):
        raise ValueError(f"{PARTICLES}, got {rows.dtype} of shape {rows.shape}")
    if rows.size:
        _check_words(int(rows.min()), int(rows.max()))
    return xp.ascontiguousarray(rows, dtype=xp.uint32)


def _check_words(low: int, high: int) -> None:
    if low < 0 or high >= WORDS:
        raise ValueError(f"{PARTICLES}, got {low} to {high}")


def _is_contiguous(array: Array) -> bool:
    """Whether compiled loops may take the array as it is."""
    return array.flags.c_contiguous and getattr(array.flags, "aligned", True)


def _leaves(name: str, value: Any, path: tuple) -> Iterator[tuple[str, tuple, Any]]:
    """What a container holds, by its name in errors and by its path; ``None`` holds nothing."""
    if not isinstance(value, Mapping | list | tuple):
        if value is not None or not path:
            yield name, path, value
        return
    if len(path) == DEPTH:
        rule = f"{name} must be an array, as containers go {DEPTH} deep"
        raise ValueError(f"{rule}, got {type(value).__name__}")
    parts = value.items() if isinstance(value, Mapping) else enumerate(value)
    for key, part in parts:
        if isinstance(value, Mapping) and not isinstance(key, str):
            raise ValueError(f"keys of {name} must be strings, got {told(key)}")
        yield from _leaves(f"{name}[{one_line(repr(key), 60)}]", part, (*path, key))


def _layer(path: tuple) -> int | str:
    """Layer of a place in a container: a number or a name, farther down names with full stops."""
    if len(path) <= 1:
        return path[0] if path else 0
    return ".".join(map(str, path))


def _target(name: str, path: tuple, value: Any) -> Target:
    array = shared(name, value)
    check_target(name, array, contiguous=False)
    target = Target(name, _layer(path), array if array.ndim else array[None], array is not value)
    n, dim = target.shape()
    if not (n < WORDS and 0 < dim < WORDS - 1):  # asked here first, as a call takes 1 µs
        check_integer(f"rows of {name}", n, 0, WORDS)
        check_integer(f"columns of {name}", dim, 1, WORDS - 1)
    if not _is_contiguous(array):
        _check_places(name, array)
    return target


def _check_places(name: str, array: Array) -> None:
    """Raise ValueError unless each number has a place of its own in memory."""
    steps = sorted((abs(s), n) for s, n in zip(array.strides, array.shape, strict=True) if n > 1)
    reached = array.itemsize
    for step, n in steps:
        if step < reached:
            rule = f"{name} must have each number at a place of its own"
            raise ValueError(f"{rule}, got shape {array.shape} with strides {array.strides}")
        reached += step * (n - 1)


def _check_layers(arrays: list[Target]) -> None:
    """Raise ValueError if two paths are the same name, as of "a.b" and of "b" in "a"."""
    names: dict[int | str, str] = {}
    for target in arrays:
        other = names.setdefault(target.layer, target.name)
        if other != target.name:
            rule = f"{target.name} must be another layer than {other}"
            raise ValueError(f"{rule}, got {told(target.layer)} for both")


def _check_apart(arrays: list[Target]) -> None:
    """Raise ValueError if two arrays share memory: noise would be written there twice."""
    placed = [_placed(target.array) for target in arrays]
    spans = sorted((*byte_bounds(x), i) for i, x in enumerate(placed) if x.size)
    near: list[tuple[int, int]] = []
    for low, high, i in spans:
        near = [(end, j) for end, j in near if end > low]
        for _, j in near:
            first, second = sorted((i, j))
            if _share(placed[first], placed[second]):
                rule = f"{arrays[second].name} must have memory of its own"
                raise ValueError(f"{rule}, got that of {arrays[first].name}")
        near.append((high, i))


def _placed(array: Array) -> np.ndarray:
    """The array, or one at its place on the device: not to be read, but to be compared."""
    if array_module(array) is np:
        return array
    return np.asarray(SimpleNamespace(__array_interface__=array.__cuda_array_interface__))


def _share(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether arrays have a number in common; taken as true if it is hard to know."""
    try:
        return np.shares_memory(a, b, max_work=10**6)  # type: ignore[arg-type]
    except np.exceptions.TooHardError:
        return True
