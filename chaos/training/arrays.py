"""Weights and biases of a network, layer by layer; sums over all of them, in place."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from typing import NamedTuple

import numpy as np

BLOCK_VALUES = 1 << 16  # of what is made on the way: it stays in the cache
Layered = tuple[np.ndarray | None, ...]


class Arrays(NamedTuple):
    """Weights of each layer that has some, and its biases or None."""

    weights: tuple[np.ndarray, ...]
    biases: Layered

    def of(self, number: int | None) -> tuple[np.ndarray | None, np.ndarray | None]:
        """Weights and biases of a layer; of one without, None and None."""
        return (None, None) if number is None else (self.weights[number], self.biases[number])

    def all(self) -> Iterator[np.ndarray]:
        """Yield each array."""
        yield from (a for pair in zip(*self, strict=True) for a in pair if a is not None)

    def named(self, prefix: str = "") -> dict[str, np.ndarray]:
        """Arrays by name, in the order of the layers: weights_1, bias_1, weights_2, ..."""
        named: dict[str, np.ndarray] = {}
        for number, (w, b) in enumerate(zip(*self, strict=True), 1):
            named[f"{prefix}weights_{number}"] = w
            if b is not None:
                named[f"{prefix}bias_{number}"] = b
        return named

    def zeros(self) -> Arrays:
        """Arrays of zeros of the same shapes."""
        weights = tuple(np.zeros_like(w) for w in self.weights)
        return Arrays(weights, tuple(None if b is None else np.zeros_like(b) for b in self.biases))

    def lowest(self, count: int) -> Arrays:
        """Arrays of the first layers alone."""
        return Arrays(self.weights[:count], self.biases[:count])

    def part(self, units: slice) -> Arrays:
        """Views of some units of the first layer, and of what the second one takes from them."""
        (first, second, *others), (bias, _, *further) = self
        weights = first[units], second[:, units], *others
        return Arrays(weights, (None if bias is None else bias[units], None, *further))


def scale(arrays: Arrays, factor: float) -> None:
    """Multiply all arrays by a number; by 0 makes zeros of everything."""
    for array in arrays.all():
        if factor == 0:
            array.fill(0)
        elif factor != 1:
            array *= factor


def add(totals: Arrays, others: Arrays, factor: float) -> None:
    """Let ``totals`` be ``totals + factor * others``, with no array of their size on the way."""
    for total, other in zip(totals.all(), others.all(), strict=True):
        for to, by in zip(_blocks(total), _blocks(other), strict=True):
            to += factor * by


def norm(arrays: Arrays) -> float:
    """Euclidean norm of all arrays together, summed in double precision."""
    blocks = (block.astype(float) for array in arrays.all() for block in _blocks(array))
    return sqrt(sum(float(block @ block) for block in blocks))


def not_finite(arrays: Arrays) -> tuple[str, float] | None:
    """Name of an array with a value that is not finite, and the value; None if there is none."""
    for name, array in arrays.named().items():
        flat = array.reshape(-1)
        # A sum of squares is one pass, and finite only if all values are.
        if np.isfinite(flat @ flat) or not flat.size:
            continue
        for block in _blocks(array):
            finite = np.isfinite(block)
            if not finite.all():
                return name, float(block[~finite][0])
    return None


def _blocks(array: np.ndarray) -> Iterator[np.ndarray]:
    flat = array.reshape(-1)
    yield from (flat[low : low + BLOCK_VALUES] for low in range(0, flat.size, BLOCK_VALUES))
