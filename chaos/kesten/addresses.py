"""Where the batches of chains lie in the noise, and the tiles in which chains are moved."""

from typing import NamedTuple

from numpy import uint64

from stablenoise.field import WORDS, Lane

from ..network import LAYER

ROWS = Lane.MINIBATCH + LAYER  # lane of what the batches of chains are made of
LANE = uint64(ROWS)
MAX_TILE_CHAINS, MIN_TILE_CHAINS = 256, 16
TILE_VARIATES = 65_536  # of a step that a tile holds, unless it would have too few chains


class Stretch(NamedTuple):
    """Steps ``start`` to ``start + steps`` of the chains from number ``first`` on."""

    seed: int
    first: int
    start: int
    steps: int


class Words(NamedTuple):
    """Where a stretch begins in the noise, as kernels take it."""

    k0: uint64
    k1: uint64
    first: uint64
    start: uint64


def words_of(stretch: Stretch) -> Words:
    """Key of Philox, the lower word first, and the first chain and step."""
    high, low = divmod(stretch.seed, WORDS)
    return Words(*map(uint64, (low, high, stretch.first, stretch.start)))


def tile_chains(variates: int) -> int:
    """How many chains are moved side by side, if a step of each needs so many variates."""
    return max(MIN_TILE_CHAINS, min(MAX_TILE_CHAINS, TILE_VARIATES // variates))


def tiles(chains: int, tile: int) -> int:
    """How many tiles so many chains make."""
    return -(-chains // tile)
