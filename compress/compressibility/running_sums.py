"""Errors of the best k terms for all k at once: running sums over sorted sizes.

Where sizes span more orders than floats hold of their powers, the sums go on in another unit.
"""

from collections.abc import Iterator
from math import frexp

import numpy as np

from stablenoise.kernels.arrays import Array, array_module, on_host

from .power_sums import BLOCK, RANGE, scaled_powers


def all_errors(sizes: Array, p: float) -> Array:
    """Errors for 0 to n terms kept; the sums are written where the errors shall be."""
    n, blocks, total = sizes.size, [], 1.0
    errors = array_module(sizes).zeros(n + 1)
    for start, stop, unit, sums in _sums(sizes, p):
        errors[n - stop : n - start] = sums[::-1]
        blocks.append((n - stop, n - start, unit))
        total = float(sums[-1])
    for start, stop, unit in blocks:  # only now is the total known
        block = errors[start:stop]
        block /= total
        block[:] = scaled_error(block, p, unit, float(sizes[-1]))
    return errors


def chosen_errors(sizes: Array, p: float, pruned: np.ndarray) -> np.ndarray:
    """Errors for so many of the smallest terms left out, on the host."""
    errors, blocks, total = np.zeros(pruned.shape), [], 1.0
    for start, stop, unit, sums in _sums(sizes, p):
        here = (start < pruned) & (pruned <= stop)
        chosen = sums[array_module(sizes).asarray(pruned[here] - start - 1)]
        errors[here] = on_host(chosen)
        total = float(sums[-1])
        blocks.append((here, unit))
    for here, unit in blocks:
        errors[here] = scaled_error(errors[here] / total, p, unit, float(sizes[-1]))
    return errors


def scaled_error(lost: Array, p: float, unit: float, top: float) -> Array:
    """Return lost^(1/p) * unit / top, where unit / top may underflow and the product does not."""
    (low, lower), (high, higher) = frexp(unit), frexp(top)
    return array_module(lost).ldexp(lost ** (1 / p) * (low / high), lower - higher)


def _sums(sizes: Array, p: float) -> Iterator[tuple[int, int, float, Array]]:
    """Blocks from the smallest: start, stop, unit, sums of all powers up to each, in that unit."""
    xp, total, before = array_module(sizes), 0.0, 0.0
    for first, last, unit in _runs(sizes, p):
        total *= (before / unit) ** p  # what was summed so far, in the unit of this run
        before = unit
        for start in range(first, last, BLOCK):
            stop = min(start + BLOCK, last)
            sums = xp.cumsum(scaled_powers(sizes[start:stop], unit, p))
            sums += total
            total = float(sums[-1])
            yield start, stop, unit, sums


def _runs(sizes: Array, p: float) -> list[tuple[int, int, float]]:
    """Start, stop and unit of runs of the sorted sizes, without zeros, whose powers do not vanish.

    Cut from the top, where the unit is the largest of all: p has to be above 0.4 for a second one.
    """
    zeros, stop, runs = _index(sizes, 0.0, "right"), sizes.size, []
    while stop > zeros:
        unit = float(sizes[stop - 1])
        start = max(zeros, _index(sizes[:stop], unit * 2.0 ** (-RANGE / p), "left"))
        runs.append((start, stop, unit))
        stop = start
    return runs[::-1]


def _index(sizes: Array, size: float, side: str) -> int:
    """Index of ``size`` among sizes, in their type: NumPy would copy them all to another."""
    xp = array_module(sizes)
    return int(xp.searchsorted(sizes, xp.asarray([size], dtype=sizes.dtype), side=side)[0])
