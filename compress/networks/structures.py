"""Paddings, strides and pools that lead from an image to the inputs of the first dense layer.

What lies between kernels is not in the arrays, but the number of those inputs limits it.  All of
``OPTIONS`` are tried at every convolution; of what fits the likeliest come first, by the cost of
what is unusual: paddings that differ among layers, no pool where channels change, a pool where they
do not, strides, large pools.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import NamedTuple

Shape = tuple[int, ...]
Side = tuple[int, int]  # height and width
VALID, SAME, FULL = "no padding", "half the kernel", "all but one pixel of the kernel"
PADDINGS = (VALID, SAME, FULL)
OTHER_PADDING, FULL_PADDING, STRIDE, LARGE_POOL, GLOBAL_POOL = 1.0, 1.5, 2.0, 2.0, 0.5
UNUSUAL_PLACE, DROPPED = 1.0, 0.1  # a pool missing or added; pixels that no square covers
POOLS = ((1, 1), (2, 2), (3, 2), (3, 3))  # size and stride; the first is none
KEPT = 60  # of the structures that fit, those of least cost


class Step(NamedTuple):
    """What is done at one convolution: padding, stride, then a pool of a size and a stride.

    ``whole`` says that the pool covers the image, as a mean over all pixels does.
    """

    padding: int
    stride: int
    size: int
    step: int
    whole: bool = False

    @property
    def pools(self) -> bool:
        """Whether there is a pool."""
        return self.size > 1


class Structure(NamedTuple):
    """A step for each convolution, and how unusual that is."""

    cost: float
    steps: tuple[Step, ...]

    @property
    def line(self) -> str:
        """It in words, on one line."""
        paddings = " ".join(str(step.padding) for step in self.steps)
        strides = " ".join(str(step.stride) for step in self.steps)
        said = f"padding {paddings}"
        if any(step.stride > 1 for step in self.steps):
            said += f", stride {strides}"
        pools = [f"{_pool(s)} after {i}" for i, s in enumerate(self.steps, 1) if s.pools]
        return f"{said}, {', '.join(pools) or 'no pool'}"


def _pool(step: Step) -> str:
    stride = f" stride {step.step}" if step.step != step.size else ""
    return f"pool {step.size}{stride}"


def fitting(kernels: Sequence[Shape], side: Side, fed: int | None) -> tuple[list[Structure], int]:
    """The likeliest structures for an image of a side, and how many fit.

    ``kernels`` are the shapes of the kernels, and ``fed`` the inputs of the first dense layer; None
    if there is none, and the last units are outputs.
    """
    found: dict[tuple[Step, ...], float] = {}
    count = 0
    for main in VALID, SAME:
        search = _Search(tuple(kernels), fed, main)
        for structure in search.best(0, side):
            found[structure.steps] = min(structure.cost, found.get(structure.steps, 1e9))
        count = search.count(0, side)
    ordered = sorted((cost, steps) for steps, cost in found.items())
    return [Structure(*pair) for pair in ordered[:KEPT]], count


@dataclass(slots=True)
class _Search:
    """Structures by dynamic programming over convolutions and sides of images."""

    kernels: tuple[Shape, ...]
    fed: int | None
    main: str
    _best: dict[tuple[int, Side], list[Structure]] = field(default_factory=dict)
    _count: dict[tuple[int, Side], int] = field(default_factory=dict)

    def best(self, layer: int, side: Side) -> list[Structure]:
        """Structures of least cost from a layer on."""
        if layer == len(self.kernels):
            return [Structure(0.0, ())] if self._ends(side) else []
        if (layer, side) not in self._best:
            every = (
                Structure(cost + rest.cost, (step, *rest.steps))
                for step, cost, after in self._steps(layer, side)
                for rest in self.best(layer + 1, after)
            )
            self._best[layer, side] = nsmallest(KEPT, every)
        return self._best[layer, side]

    def count(self, layer: int, side: Side) -> int:
        """How many structures there are from a layer on."""
        if layer == len(self.kernels):
            return int(self._ends(side))
        if (layer, side) not in self._count:
            steps = self._steps(layer, side)
            self._count[layer, side] = sum(self.count(layer + 1, after) for _, _, after in steps)
        return self._count[layer, side]

    def _ends(self, side: Side) -> bool:
        units, pixels = self.kernels[-1][0], side[0] * side[1]
        return pixels == 1 if self.fed is None else units * pixels == self.fed

    def _steps(self, layer: int, side: Side) -> Iterator[tuple[Step, float, Side]]:
        """Yield steps at a layer, their costs, and the side of the image after them."""
        *_, high, wide = self.kernels[layer]
        for padding, price in self._paddings(high, wide):
            for stride in (1, 2):
                sums = _windows(side, (high, wide), stride, padding)
                if min(sums) < 1:
                    continue
                cost = price + (STRIDE if stride > 1 else 0.0)
                for step, more, after in self._pools(layer, sums):
                    yield Step(padding, stride, *step), cost + more, after

    def _paddings(self, high: int, wide: int) -> Iterator[tuple[int, float]]:
        sizes = {VALID: 0, SAME: min(high, wide) // 2, FULL: min(high, wide) - 1}
        odd = high == wide and high % 2 == 1
        prices: dict[int, float] = {}
        for name in PADDINGS:
            if name == SAME and not odd:
                continue  # an even kernel has no padding that keeps the side
            usual = FULL_PADDING if name == FULL else OTHER_PADDING
            price = 0.0 if name == self.main else usual
            # Of a kernel of one pixel all are none at all, which is as usual as the most usual.
            prices[sizes[name]] = min(price, prices.get(sizes[name], price))
        yield from prices.items()

    def _pools(self, layer: int, side: Side) -> Iterator[tuple[tuple, float, Side]]:
        last = layer + 1 == len(self.kernels)
        changes = last or self.kernels[layer + 1][0] != self.kernels[layer][0]
        for size, stride in POOLS:
            after = _windows(side, (size, size), stride, 0)
            if min(after) < 1:
                continue
            cost = UNUSUAL_PLACE if (size > 1) != changes else 0.0
            cost += LARGE_POOL if size > 2 else 0.0
            covered = [(n - 1) * stride + size for n in after]
            yield (size, stride), cost + DROPPED * (tuple(covered) != side), after
        if last and side[0] == side[1] > max(size for size, _ in POOLS):
            yield (side[0], side[0], True), GLOBAL_POOL, (1, 1)


def _windows(side: Side, window: Side, stride: int, padding: int) -> Side:
    high, wide = ((n + 2 * padding - k) // stride + 1 for n, k in zip(side, window, strict=True))
    return high, wide
