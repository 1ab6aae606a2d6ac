"""Increments of a path, level by level: each is split into its two halves."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy import uint32, uint64

from .bridges import Bridge, Keys, drift, keys, normals
from .kernels.addresses import Address
from .law.characteristic import s0_minus_s1

LEVELS = 48  # 5 bits short of a double's, so that rounding t / horizon cannot miss a multiple
ROOT = np.zeros(1, uint64)  # node of the increment over the whole; that which splits is 1
MIN_TIME = 2.0**-1000  # of a subordinator: a time that is rounded to 0 could not be divided by


@dataclass(frozen=True, slots=True, eq=False)
class Scalars:
    """Increments that are stable variates, divided by their scale and less their drift.

    Values of k nodes are an array of shape (k, paths): ``wide`` paths for each particle, 1 where
    all coordinates move alike.  ``shape`` is (particles, dim).
    """

    law: Bridge
    keys: Keys
    wide: int
    shape: tuple[int, int]
    horizon: float
    alpha: float
    beta: float
    strict: bool

    def root(self) -> np.ndarray:
        """Value of the whole."""
        return self.law.draw(ROOT, self.keys)

    def split(self, values: Any, nodes: np.ndarray) -> np.ndarray:
        """Both halves of each, the left ones in even rows."""
        return self.law.halve(values, nodes, self.keys)[0]

    def some(self, values: Any, chosen: Any) -> np.ndarray:
        """Values of chosen nodes."""
        return values[chosen]

    def increments(self, values: Any, level: int, chosen: Any) -> np.ndarray:
        """Increments at chosen nodes of a level, shape (nodes, particles, dim)."""
        t = self.horizon * 0.5**level
        if self.strict:  # from zeta, which is the drift at time 1
            moves = values[chosen] + float(s0_minus_s1(self.alpha, self.beta, 1.0))
            moves *= t ** (1.0 / self.alpha)
        else:
            moves = t ** (1.0 / self.alpha) * values[chosen]
            moves += drift(self.alpha, self.beta, t)
        return _spread(moves.reshape(len(moves), self.shape[0], self.wide), self.shape)


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """Increments that are normal vectors of variance 2 a for the times a of a subordinator.

    Values of k nodes are the subordinator's variates, (k, n), or None for a = 1, and the vectors
    for scale 1, (k, n, wide).
    """

    times: Bridge | None
    radii: Keys
    keys: Keys
    wide: int
    shape: tuple[int, int]
    horizon: float
    alpha: float
    beta: float

    def root(self) -> tuple[Any, np.ndarray]:
        """Value of the whole."""
        z = self.times.draw(ROOT, self.radii) if self.times else None
        return z, np.sqrt(2.0 * self._times(z)) * self._normals(ROOT)

    def split(self, values: Any, nodes: np.ndarray) -> tuple[Any, np.ndarray]:
        """Both halves of each, the left ones in even rows: Levy's bridge at times a and b."""
        z, vectors = values
        halves = self.times.halve(z, nodes, self.radii)[0] if self.times else None
        times = self._times(halves)
        a, b = times[::2], times[1::2]  # both (1, 1, 1) where there is no subordinator
        b = b if len(b) else a
        # Given their sum, the halves have means in proportion to their times, and one deviation,
        # of variance 2 a b / (a + b), with opposite signs.
        left, right = a / (a + b), b / (a + b)
        # A vector is kept for scale 1: two halves of scale 1 add up to 2^(1/alpha) times a whole.
        whole, deviation = 2.0 ** (1.0 / self.alpha) * vectors, np.sqrt(2.0 * a * right)
        deviation = deviation * self._normals(nodes)
        out = np.empty((2 * len(vectors), *vectors.shape[1:]))
        np.add(left * whole, deviation, out=out[::2])
        np.subtract(right * whole, deviation, out=out[1::2])
        return halves, out

    def some(self, values: Any, chosen: Any) -> tuple[Any, np.ndarray]:
        """Values of chosen nodes."""
        z, vectors = values
        return None if z is None else z[chosen], vectors[chosen]

    def increments(self, values: Any, level: int, chosen: Any) -> np.ndarray:
        """Increments at chosen nodes of a level, shape (nodes, particles, dim)."""
        scale = (self.horizon * 0.5**level) ** (1.0 / self.alpha)
        return _spread(scale * values[1][chosen], self.shape)

    def _times(self, z: np.ndarray | None) -> np.ndarray:
        """Positive variates of Laplace transform exp(-s^(alpha/2)), from those in S0."""
        if z is None:
            return np.ones((1, 1, 1))
        index = 0.5 * self.alpha
        zeta = -1.0 / math.tan(0.5 * math.pi * (1.0 - index))
        size = math.sin(0.5 * math.pi * (1.0 - index)) ** (1.0 / index)
        return np.maximum(size * (z - zeta), MIN_TIME)[..., None]

    def _normals(self, nodes: np.ndarray) -> np.ndarray:
        """Standard normal vectors, two coordinates from each pair of words."""
        pairs = (self.wide + 1) // 2
        shape = len(nodes), self.shape[0], 2 * pairs
        return normals(nodes, self.keys).reshape(shape)[..., : self.wide]


def path_keys(root: Address, particles: np.ndarray, blocks: int) -> Keys:
    """Keys of the first blocks of each particle, particles in order."""
    each = np.arange(blocks, dtype=uint32)
    return keys(root, np.repeat(particles, blocks), np.tile(each, particles.size))


def cover(low: int, high: int) -> Iterator[tuple[int, list[int], list[int], np.ndarray]]:
    """Walk down the tree where an end of [low, high), in units of the last level, cuts a node.

    For each level, beginning with the whole: which of its nodes at hand lie inside, which are cut,
    and the numbers of these: 1 is the whole, 2 k and 2 k + 1 are the halves of k.  The next level
    has at hand both halves of each.
    """
    nodes, level = [1], 0
    while nodes:
        width = 1 << (LEVELS - level)
        begins = [(k - (1 << level)) * width for k in nodes]
        inside = [i for i, t in enumerate(begins) if low <= t and t + width <= high]
        met = [i for i, t in enumerate(begins) if t < high and low < t + width]
        cut = [i for i in met if i not in inside]
        numbers = [nodes[i] for i in cut]
        yield level, inside, cut, np.array(numbers, dtype=uint64)
        nodes, level = [2 * k + half for k in numbers for half in (0, 1)], level + 1


def _spread(moves: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """The same in all coordinates, where there is one for all."""
    full = (len(moves), *shape)
    return moves if moves.shape == full else np.broadcast_to(moves, full).copy()
