"""Where the batches of chains lie in the noise, and how chains are moved on CPU and GPU."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy import uint32, uint64

from stablenoise.field import Lane
from stablenoise.kernels.addresses import Address, address
from stablenoise.kernels.arrays import GRID, Array, array_module
from stablenoise.kernels.compiler import scalar
from stablenoise.kernels.threads import in_threads

from ..network import LAYER

ROWS = Lane.MINIBATCH + LAYER  # lane of what the batches of chains are made of
MAX_TILE_CHAINS, MIN_TILE_CHAINS = 256, 16
TILE_VARIATES = 65_536  # of a step that a tile holds, unless it would have too few chains
CHAINS_PER_BLOCK = 64  # of CUDA threads: a few thousand chains have work for all processors
LOCAL_DIM = 32  # of chains whose threads hold all that they need; of more, it lies in a room
ROOM_BYTES = 1 << 28  # for what all threads hold


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


def moved_on_device(
    kernel: Any, x: Array, recursion: tuple, stretch: Stretch, values_per_thread: int
) -> Array:
    """States after a stretch of steps from x on a device, which may be written over.

    A thread moves a chain by all steps.  Thread t has number t of each value that it holds, so that
    threads which run together read neighbours.
    """
    xp = array_module(x)
    out, bytes_per_block = xp.ascontiguousarray(x), 8 * CHAINS_PER_BLOCK * max(values_per_thread, 1)
    fit = max(1, min(GRID, ROOM_BYTES // bytes_per_block))
    blocks = min(-(-len(out) // CHAINS_PER_BLOCK), fit)
    room = xp.empty(blocks * bytes_per_block // 8)
    where = (np.int64(n) for n in (len(out), stretch.first, stretch.steps))
    place = address(stretch.seed, stretch.start, ROWS)
    kernel((blocks,), (CHAINS_PER_BLOCK,), (out, *where, *recursion, *place, room))
    return out
