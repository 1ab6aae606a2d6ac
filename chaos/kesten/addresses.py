"""Where the batches of chains lie in the noise, and the tiles in which chains are moved."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy import uint32, uint64

from stablenoise.field import Lane
from stablenoise.kernels.addresses import Address, address
from stablenoise.kernels.compiler import scalar
from stablenoise.kernels.threads import in_threads

from ..network import LAYER

ROWS = Lane.MINIBATCH + LAYER  # lane of what the batches of chains are made of
MAX_TILE_CHAINS, MIN_TILE_CHAINS = 256, 16
TILE_VARIATES = 65_536  # of a step that a tile holds, unless it would have too few chains


class Stretch(NamedTuple):
    """Steps ``start`` to ``start + steps`` of the chains from number ``first`` on."""

    seed: int
    first: int
    start: int
    steps: int


class Beginning(NamedTuple):
    """Where a stretch begins in the noise, as kernels take it: its first step and chain."""

    address: Address
    first: uint64


def beginning(stretch: Stretch) -> Beginning:
    """Where the words of a stretch begin."""
    return Beginning(address(stretch.seed, stretch.start, ROWS), uint64(stretch.first))


@scalar
def later(address, steps):
    """The same address, some steps on."""
    return Address(address.k0, address.k1, uint32(address.step + steps), address.lane)


def moved_in_tiles(
    move_tiles: Callable, x: np.ndarray, recursion: tuple, stretch: Stretch, variates: int
) -> np.ndarray:
    """States after a stretch of steps from x, which may be written over.

    ``move_tiles`` is compiled and moves tiles low to high of the chains; a step of each chain needs
    so many variates.
    """
    out, where = np.ascontiguousarray(x), beginning(stretch)
    tile = max(MIN_TILE_CHAINS, min(MAX_TILE_CHAINS, TILE_VARIATES // variates))

    def advance(low: int, high: int) -> None:
        move_tiles(out, recursion, where, stretch.steps, tile, low, high)

    in_threads(advance, -(-len(out) // tile), 1)
    return out
