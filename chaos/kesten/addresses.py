"""Where the batches of chains lie in the noise, and the tiles in which chains are moved."""

from typing import NamedTuple

from numpy import uint32, uint64

from stablenoise.field import Lane
from stablenoise.kernels.addresses import Address, address
from stablenoise.kernels.compiler import scalar

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


def tile_chains(variates: int) -> int:
    """How many chains are moved side by side, if a step of each needs so many variates."""
    return max(MIN_TILE_CHAINS, min(MAX_TILE_CHAINS, TILE_VARIATES // variates))


def tiles(chains: int, tile: int) -> int:
    """How many tiles so many chains make."""
    return -(-chains // tile)
