"""Memory of the device: what was never written is no number, and its ends are watched."""

import weakref

import numpy as np

GUARD = 512  # bytes on either side, as far apart as the device aligns what it hands out
AROUND, UNWRITTEN = 0xA5, 0xFF  # the latter makes NaN of floats, -1 of integers
in_use = 0  # bytes of live arrays


class Memory(np.ndarray):
    """Bytes with a guard on either side: a view's ``base`` leads here."""


def allocate(
    shape: tuple, dtype: np.dtype, order: str = "C", strides: tuple | None = None
) -> np.ndarray:
    """An array of host memory that plays the device's, not initialised."""
    global in_use
    size = int(np.prod(shape, dtype=object)) * dtype.itemsize
    memory = Memory((size + 2 * GUARD,), np.uint8)
    memory[:] = AROUND
    memory[GUARD : GUARD + size] = UNWRITTEN
    in_use += size
    weakref.finalize(memory, _release, size)
    how = {"order": order} if strides is None else {"strides": strides}
    return np.ndarray(shape, dtype, buffer=memory, offset=GUARD, **how)


def allocate_like(array: np.ndarray, dtype: np.dtype, order: str = "K") -> np.ndarray:
    """The same for an array's shape and layout; without gaps, and never backwards."""
    like = np.empty_like(array, dtype, order=order, subok=False)
    return allocate(array.shape, dtype, strides=like.strides)


def _release(size: int) -> None:
    global in_use
    in_use -= size


def memory_of(array: np.ndarray) -> Memory | None:
    """The guarded memory that an array is a view of."""
    while array is not None and not isinstance(array, Memory):
        array = array.base
    return array


def check_ends(array: np.ndarray) -> None:
    """Raise if a kernel wrote next to the array's memory."""
    memory = memory_of(array)
    if memory is None:
        return
    ends = np.concatenate([memory[:GUARD], memory[-GUARD:]])
    if (ends != AROUND).any():
        memory[:GUARD] = memory[-GUARD:] = AROUND
        raise RuntimeError("a kernel must write inside its arrays, it wrote beside one")
