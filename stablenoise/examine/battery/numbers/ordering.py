"""The order in which neighbours stand: rising, falling, sorted.

Statistics: which of the 24 orders each four consecutive draws stand in (fours that share none), and
how many draws are smaller than the one before.  Null: orders are equally likely, so each count is
binomial, exactly; the number of descents of n draws is the integer part of a sum of n - 1 uniform
numbers (Stanley 1977, Eulerian numbers): its tails are bounded by those of a sum of signs.
Orders are not judged where numbers are so coarse that many neighbours are equal.
For output that is sorted, in part or in pairs, and for what rises and falls too seldom or often.
It holds whatever the law is.
"""

from __future__ import annotations

from itertools import permutations

import numpy as np

from ....stable import Stable
from ...statistics.blocks import Block
from ...statistics.chances import of_count, of_sum
from ...statistics.outcomes import Outcome

MOST = 1 << 22
ORDER = True
FOUR, ORDERS = 4, 24
PAIRS = tuple((i, j) for i in range(FOUR) for j in range(i + 1, FOUR))
FEW = 0.02  # equal neighbours, in roots of the number of fours, that cannot matter


def codes(fours: np.ndarray) -> np.ndarray:
    """For each four, a bit for each pair of its members that stands upside down: 0 to 63."""
    columns = np.ascontiguousarray(fours.T)
    code = np.zeros(len(fours), np.uint8)
    for bit, (i, j) in enumerate(PAIRS):
        code |= (columns[i] > columns[j]).view(np.uint8) << np.uint8(bit)
    return code


def _possible() -> dict[int, tuple[int, ...]]:
    """The codes that orders have, with the ranks of the members."""
    return {int(codes(np.array([order]))[0]): order for order in permutations(range(1, FOUR + 1))}


class _Test:
    def __init__(self) -> None:
        self._counts = np.zeros(64, np.int64)
        self._descents = self._equal = self._draws = 0
        self._last = self._rest = np.empty(0)
        self._orders = _possible()

    def add(self, block: Block) -> None:
        x = np.concatenate([self._last, block.values])
        self._descents += int(np.count_nonzero(x[1:] < x[:-1]))
        self._equal += int(np.count_nonzero(x[1:] == x[:-1]))
        self._draws, self._last = self._draws + len(block), x[-1:]
        x = np.concatenate([self._rest, block.values])
        whole = len(x) - len(x) % FOUR
        self._counts += np.bincount(codes(x[:whole].reshape(-1, FOUR)), minlength=64)
        self._rest = x[whole:]

    def outcomes(self) -> tuple[Outcome, ...]:
        return self._of_descents(), self._of_orders()

    def _of_descents(self) -> Outcome:
        n, most = self._draws, self._descents + self._equal
        # P(D >= d) = P(sum >= d) and P(D <= d) = P(sum < d + 1) of n uniform numbers, mean n / 2;
        # equal neighbours may have been either before they were rounded
        off = max(self._descents - n / 2, n / 2 - most - 1, 0.0)
        z = off / np.sqrt(n / 12)
        told = f"{self._descents:,} of {n - 1:,} draws are smaller than the one before"
        told += ", where half are expected"
        return Outcome("descents", float(z), float(of_sum(z)), n, told)

    def _of_orders(self) -> Outcome:
        fours = int(self._counts.sum())
        possible = np.array(list(self._orders))
        counts = self._counts[possible]
        p_values = [of_count(int(count), fours, 1 / ORDERS) for count in counts]
        worst = int(np.argmin(p_values))
        order = "".join(map(str, self._orders[int(possible[worst])]))
        told = (
            f"{counts[worst]:,} of {fours:,} groups of four consecutive draws are in the order"
            f" {order} (1 the smallest), where {fours / ORDERS:,.0f} are expected; of {ORDERS}"
            " orders this is the least likely"
        )
        p_value = min(1.0, ORDERS * min(p_values)) if self._equal < FEW * fours**0.5 else 1.0
        z = (counts[worst] - fours / ORDERS) / np.sqrt(max(fours, 1) / ORDERS * (1 - 1 / ORDERS))
        return Outcome("orders", float(z), p_value, self._draws, told)


def make(law: Stable) -> _Test:
    """A new test: of every law."""
    return _Test()
