"""Whether a vector knows of the one before.

Statistics: how often a coordinate and one of an earlier vector are on one side of their medians,
and how often both are in the middle halves of their laws or both outside: the same coordinate 1 to
4 vectors before, neighbours on either side, mirrored ones, and the first with the last of the
vector before.  Null: fair coins, independent of each other, as the sides of the later vector are
whatever the earlier one was; so counts are binomial, for every law; of all coordinates together
where those are independent of each other.

For vectors that are repeated, windows of a sequence that moves on by one, correlated streams that
are cut into rows, and radii that go on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ....multivariate import Independent, Isotropic
from ...statistics.blocks import VectorBlock
from ...statistics.bounded_sums import binomial, several
from ...statistics.outcomes import Outcome
from ...statistics.standard_vectors import row_limit, standard

MOST = 1 << 24
ORDER = True
LAGS = 1, 2, 3, 4
KINDS = "sides", "sizes"
SAME = "on the same side of their medians", "both in the middle halves of their laws or both out"


class _Link(NamedTuple):
    """Which coordinates of a later vector are compared with which of an earlier one."""

    name: str
    lag: int
    later: Callable[[np.ndarray], np.ndarray]
    earlier: Callable[[np.ndarray], np.ndarray]
    first: int = 0  # coordinate of a later vector

    @property
    def told(self) -> str:
        """The earlier coordinate, for a sentence."""
        return f"{self.name}, {self.lag} vector{'s' if self.lag > 1 else ''} before,"


def _links(dim: int) -> list[_Link]:
    def all_of(bits: np.ndarray) -> np.ndarray:
        return bits

    links = [_Link("itself", lag, all_of, all_of) for lag in LAGS]
    if dim > 1:
        links += [
            _Link("the next one", 1, lambda b: b[:, :-1], lambda b: b[:, 1:]),
            _Link("the one to its left", 1, lambda b: b[:, 1:], lambda b: b[:, :-1], 1),
            _Link("the last one", 1, lambda b: b[:, :1], lambda b: b[:, -1:]),
        ]
    if dim > 2:
        links.append(_Link("its mirror image", 1, all_of, lambda b: b[:, ::-1]))
    return links


class _Test:
    def __init__(self, quartiles: np.ndarray, live: np.ndarray, coins: tuple[bool, bool]) -> None:
        self.quartiles, self.live, self.coins = quartiles, live, coins
        self.links = _links(int(live.sum()))
        self.most, self.n = row_limit(len(live)), 0
        self.past: list[np.ndarray] = [np.empty((0, int(live.sum())), bool)] * 2
        self.hits: list[list[Any]] = [[0] * len(self.links) for _ in self.past]

    def add(self, block: VectorBlock) -> None:
        x = block.standardised[: self.most - self.n][:, self.live]
        low, median, high = self.quartiles
        for kind, bits in enumerate((x > median, (x > low) & (x < high))):
            joined = np.concatenate([self.past[kind], bits])
            new = len(self.past[kind])
            for i, link in enumerate(self.links):
                start = max(new, link.lag)
                later, earlier = joined[start:], joined[start - link.lag : len(joined) - link.lag]
                same = np.equal(link.later(later), link.earlier(earlier[: len(later)]))
                self.hits[kind][i] = self.hits[kind][i] + same.sum(axis=0)
            self.past[kind] = joined[-max(LAGS) :]
        self.n += len(x)

    def outcomes(self) -> tuple[Outcome, ...]:
        made = []
        for kind, coins in enumerate(self.coins):
            made.append(self._of_one(kind))
            if coins and self.live.sum() > 1:
                made.append(self._of_all(kind))
        return tuple(made)

    def _of_one(self, kind: int) -> Outcome:
        """The link and the coordinate that are least likely."""
        found = []
        for link, counts in zip(self.links, self.hits[kind], strict=True):
            hits, total = np.atleast_1d(counts), max(self.n - link.lag, 0)
            worst = int(np.argmax(np.abs(2 * hits - total)))
            found.append((float(binomial(hits[worst], total, 0.5)), worst, int(hits[worst]), link))
        p_value, place, seen, link = min(found, key=lambda row: row[0])
        told = (
            f"coordinate {link.first + place + 1} and {link.told} are {SAME[kind]} in {seen:,} of "
            f"{max(self.n - link.lag, 0):,} cases, where half are expected"
        )
        p_value = several(p_value, sum(np.size(counts) for counts in self.hits[kind]))
        return Outcome(f"lags: {KINDS[kind]}", float(seen), p_value, self.n, told)

    def _of_all(self, kind: int) -> Outcome:
        """All coordinates together, where they are independent of each other."""
        hits = np.array([np.sum(counts) for counts in self.hits[kind]])
        columns = np.array([np.size(counts) for counts in self.hits[kind]])
        totals = columns * np.maximum(self.n - np.array([link.lag for link in self.links]), 0)
        p_values = binomial(hits, totals, 0.5)
        worst = int(np.argmin(p_values))
        share = hits[worst] / max(totals[worst], 1)
        told = (
            f"over all coordinates, one and {self.links[worst].told} are {SAME[kind]} in a share "
            f"of {share:.6g} of {totals[worst]:,} cases, where half are expected"
        )
        p_value = several(float(p_values[worst]), len(hits))
        return Outcome(f"lags: {KINDS[kind]} of all", float(share), p_value, self.n, told)


def make(law: Any) -> _Test | None:
    """A new test: of every law that is not a point."""
    form = standard(law)
    if not form.live.any():
        return None
    points = (form.coordinates.ppf(share) for share in (0.25, 0.5, 0.75))
    quartiles = [np.broadcast_to(point, form.live.shape) for point in points]
    independent = isinstance(law, Independent)
    coins = independent or isinstance(law, Isotropic), independent
    return _Test(np.array(quartiles)[:, form.live], form.live, coins)
