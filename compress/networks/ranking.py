"""Pruning by rank: units of arrays, ranked by their length, and how many of them are kept."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import frexp, prod

from stablenoise.kernels.arrays import Array, array_module

from ..compressibility import norms
from .containers import Group, Shares, Weights, grouped

MIN_FLOAT = 2.0**-1074  # the smallest above zero


@dataclass(frozen=True, slots=True)
class Units:
    """What a method keeps or drops as a whole.

    Parameters
    ----------
    ndim : int, optional
        Number of dimensions of the arrays that have such units; by default any.
    axes : tuple of int
        Those over which a unit extends; none if each entry is a unit.

    """

    ndim: int | None = None
    axes: tuple[int, ...] = ()

    def prune(
        self,
        weights: Weights,
        keep: Shares,
        scope: str,
        network: bool = False,
        count: Callable[[float, Array], int] | None = None,
    ) -> Weights:
        """Zero all but the longest units, of equal ones the later; ``count`` says how many stay."""

        def change(group: Group, share: float) -> Iterable[Array]:
            lengths = self.lengths(group.values())
            every = joined(lengths)
            kept = count(share, every) if count else norms.count_kept(share, every.size)
            return zero_all_but(kept, lengths, group.values())

        return grouped(weights, scope, self.ndim, network).changed(keep, change)

    def keep_for_error(
        self, weights: Weights, squared_error: float, scope: str, network: bool = False
    ) -> Shares:
        """Smallest share of the units whose rest holds at most a share of the squared norm."""

        def share(group: Group) -> float:
            return norms.keep_for_error(joined(self.lengths(group.values())), squared_error, 2)

        return grouped(weights, scope, self.ndim, network).measured(share)

    def lengths(self, arrays: Iterable[Array]) -> list[Array]:
        """Euclidean lengths of the units in float64, of all arrays in one unit; axes stay.

        In C order, so that sums do not depend on the layout.  The longest is near the largest
        float, so that of units that are not zero none is of length 0.
        """
        sizes = [abs(array_module(a).asarray(a, dtype=float, order="C")) for a in arrays]
        if not self.axes:
            return sizes
        entries = max(prod(s.shape[axis] for axis in self.axes) for s in sizes)
        free = 1023 - (entries.bit_length() + 1) // 2  # a length is at most a root times an entry
        shift = free - frexp(max(float(s.max()) for s in sizes))[1]
        return [_lengths(s, self.axes, shift) for s in sizes]


def _lengths(sizes: Array, axes: tuple[int, ...], shift: int) -> Array:
    """Lengths times 2^shift; ``sizes`` are overwritten."""
    # Each unit is measured in its own largest entry, so that no square leaves the floats.
    top = sizes.max(axis=axes, keepdims=True)
    sizes /= top + (top == 0)
    sizes *= sizes
    lengths = sizes.sum(axis=axes, keepdims=True) ** 0.5
    xp = array_module(top)
    return xp.maximum(xp.ldexp(top, shift) * lengths, xp.where(top > 0, MIN_FLOAT, 0.0))


def zero_all_but(kept: int, scores: list[Array], arrays: Iterable[Array]) -> list[Array]:
    """Copies of the arrays without the units of smaller score; of equal ones the later go.

    ``kept`` units stay, of all arrays together.  There is an array of scores for each array, of a
    shape that broadcasts to that of the array.  Nothing is checked here.
    """
    masks = zip(largest(kept, scores), arrays, strict=True)
    return [_masked(a, mask) for mask, a in masks]


def _masked(array: Array, mask: Array) -> Array:
    """A copy with zeros outside the mask, of the same type, order of bytes and layout."""
    copy = array.copy("K")
    array_module(array).copyto(copy, copy.dtype.type(0), where=~mask)
    return copy


def largest(kept: int, scores: list[Array]) -> list[Array]:
    """Masks of the ``kept`` largest of all scores, in time linear in their number."""
    mask, masks = _mask(joined(scores), kept), []
    for score in scores:
        masks.append(mask[: score.size].reshape(score.shape))
        mask = mask[score.size :]
    return masks


def joined(scores: list[Array]) -> Array:
    """All scores in one row."""
    return array_module(*scores).concatenate([s.ravel() for s in scores])


def _mask(scores: Array, kept: int) -> Array:
    """Mask of the ``kept`` largest scores; of those equal to the smallest kept, the first."""
    xp = array_module(scores)
    if kept == 0:
        return xp.zeros(scores.shape, dtype=bool)
    smallest_kept = xp.partition(scores, scores.size - kept)[scores.size - kept]
    mask = scores > smallest_kept
    mask[xp.flatnonzero(scores == smallest_kept)[: kept - int(mask.sum())]] = True
    return mask
