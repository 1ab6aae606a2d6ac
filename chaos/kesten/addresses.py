"""Where the batches of chains lie in the noise, and the tiles in which chains are moved."""

import numpy as np
from numpy import uint32

from stablenoise.field import Lane
from stablenoise.kernels.addresses import Address, address
from stablenoise.kernels.compiler import scalar

from ..network import LAYER

ROWS = Lane.MINIBATCH + LAYER  # lane of what the batches of chains are made of
TILE, BUFFER = 256, 65_536  # chains of a tile, and variates of a step that a tile holds


def tiles(x: np.ndarray, tile: int) -> int:
    """How many tiles the chains x make."""
    return -(-len(x) // tile)


def first_address(seed: int, start: int) -> Address:
    """Address of the batches of a chain's first step, number ``start``."""
    return address(seed, start, ROWS)


@scalar
def later(address, steps):
    """The same address, some steps on."""
    return Address(address.k0, address.k1, uint32(address.step + steps), address.lane)
