"""Where the batches of chains lie in the noise, and the tiles in which chains are moved."""

import numpy as np
from numpy import uint64

from stablenoise.field import WORDS, Lane

from ..network import LAYER

ROWS = Lane.MINIBATCH + LAYER  # lane of what the batches of chains are made of
LANE = uint64(ROWS)
TILE, BUFFER = 256, 65_536  # chains of a tile, and variates of a step that a tile holds


def tiles(x: np.ndarray, tile: int) -> int:
    """How many tiles the chains x make."""
    return -(-len(x) // tile)


def key(seed: int) -> tuple[uint64, uint64]:
    """Words of the key of Philox, the lower one first."""
    return uint64(seed % WORDS), uint64(seed // WORDS)
