"""Values that come again: at any distance, with any sign.

Statistic: the number of draws whose size |x| was there before, among all of the first 2^17 draws;
then among those whose bits, hashed, begin with so many zeros that 2^17 at most are kept, so that a
value and its repetitions are kept or dropped together.  Of a value that is common in so long a
stream, and whose hash does not begin so: the number of draws whose size was there before in their
window, of the windows of 2^18 draws that begin at 2^17, 2^18, 2^19, ...  Null: a bound of the
probability that two draws are equal once they are rounded to their type (``spacings``), with which
the number is no wilder than a Poisson one (``chances.of_repeats``).
For blocks that are repeated, generators with a short period or few states (16 bits in two uniforms,
24 in one), draws with the sign of earlier ones turned (where loc is 0), rounding, and values that
are stuck or have a probability.  Of float32 equal draws are expected, of float64 hardly any.
"""

from __future__ import annotations

import numpy as np

from ....kernels.compiler import bits, jit
from ....stable import Stable
from ...statistics.blocks import Block
from ...statistics.chances import of_repeats
from ...statistics.fineness import spacings
from ...statistics.kept import Kept
from ...statistics.outcomes import Outcome

MOST = 1 << 40
KEPT = 1 << 17
MOST_ZEROS = 60
ALL_BITS = np.uint64(2**64 - 1)
FIRST_WINDOW, WINDOW = 1 << 17, 1 << 18
CLEAR = 1e-6  # p-value below which it is told where the repetitions are


@jit(nogil=True, interpretable=False)  # Python's integers do not wrap around
def choose(values, zeros, out):
    """Write the places of the values whose size has a hash that begins with zeros; their number.

    Sizes are mixed by two steps of multiplication (Fibonacci hashing) and shift, in 64 bits, which
    Python's integers do not end at.
    """
    multiplier, half = np.uint64(0x9E3779B97F4A7C15), np.uint64(32)  # 2^64 over the golden ratio
    rest, chosen = np.uint64(64 - zeros), 0
    for i in range(values.size):
        word = np.uint64(bits(abs(values[i])))
        word = ((word ^ (word >> half)) * multiplier) & ALL_BITS
        word = ((word ^ (word >> half)) * multiplier) & ALL_BITS
        out[chosen] = i
        chosen += (word >> rest) == 0
    return chosen


class _Windows:
    """Sizes that come again within windows: one from each doubling of the stream on."""

    def __init__(self) -> None:
        self.repeated: list[np.ndarray] = []
        self.sizes: list[int] = []
        self._open = Kept()
        self._begin, self._kept = FIRST_WINDOW, 0

    def add(self, values: np.ndarray, place: int) -> None:
        """Take what of the values, the first of which has a place in the stream, is in a window."""
        while place + len(values) > self._begin:
            wanted = min(self._begin, WINDOW)
            part = values[max(self._begin + self._kept - place, 0) :][: wanted - self._kept]
            self._open.add(np.abs(part))
            self._kept += len(part)
            if self._kept < wanted:
                return
            ordered = np.sort(self._open.all())
            self.repeated.append(ordered[1:][ordered[1:] == ordered[:-1]])
            self.sizes.append(wanted)
            self._open = Kept()
            self._begin, self._kept = 2 * self._begin, 0

    def outcome(self, equal: float, dtype: np.dtype) -> Outcome:
        """Their number, where two draws are equal with some probability at most."""
        repeated = np.concatenate(self.repeated)
        draws = np.array(self.sizes)
        mean = float(np.sum(draws.astype(float) ** 2) / 2 * equal)
        p_value = of_repeats(len(repeated), mean)
        told = (
            f"{len(repeated):,} of {draws.sum():,} draws, in {len(draws)} parts of the stream, have"
            f" a size that was there before in their part, and up to {mean:.2g} are expected of"
            f" {dtype}"
        )
        if p_value < CLEAR:
            seen, counts = np.unique(repeated, return_counts=True)
            most = int(np.argmax(counts))
            told += f"; {counts[most]:,} of them are {seen[most]:.17g}"
        return Outcome("repeats in parts", float(len(repeated)), p_value, int(draws.sum()), told)


class _Test:
    def __init__(self, law: Stable) -> None:
        self._law = law
        self._windows = _Windows()
        self._dtype = np.dtype(np.float64)
        self._sizes, self._places = Kept(), Kept()
        self._kept = self._draws = 0
        self._zeros = 0  # that the hash of a value that is kept begins with

    def add(self, block: Block) -> None:
        if block.dtype.kind == "f" and block.dtype.itemsize < self._dtype.itemsize:
            self._dtype = block.dtype
        self._keep(block.values, self._draws)
        self._windows.add(block.values, self._draws)
        self._draws += len(block)
        while self._kept > KEPT and self._zeros < MOST_ZEROS:
            self._zeros += 1
            sizes, places = self._sizes.all(), self._places.all()
            self._sizes, self._places, self._kept = Kept(), Kept(), 0
            self._keep(sizes, places)

    def _keep(self, values: np.ndarray, places: np.ndarray | int) -> None:
        """Keep the sizes whose hash begins with enough zeros, and their places, from one on."""
        chosen = np.arange(len(values))
        if self._zeros:
            chosen = chosen[: choose(values, self._zeros, chosen)]
        self._sizes.add(np.abs(values[chosen]))
        self._places.add(places + chosen if isinstance(places, int) else places[chosen])
        self._kept += len(chosen)

    def outcomes(self) -> tuple[Outcome, ...]:
        ordered = np.sort(self._sizes.all())
        repeated = int(np.count_nonzero(ordered[1:] == ordered[:-1]))
        mean = self._most_expected()
        p_value = of_repeats(repeated, mean)
        told = f"{repeated:,} of {len(ordered):,} draws equal an earlier one, up to the sign,"
        told += f" where at most {mean:.2g} are expected of {self._dtype}"
        if p_value < CLEAR:
            told += self._where()
        first = Outcome("repeats", float(repeated), p_value, self._draws, told)
        if not self._windows.sizes:
            return (first,)
        equal = spacings(self._law, self._dtype).pairs()[0]
        return first, self._windows.outcome(equal, self._dtype)

    def _most_expected(self) -> float:
        """Bound of the mean: pairs, by the chance that two are equal and that both are kept."""
        equal, one = spacings(self._law, self._dtype).pairs()
        if self._zeros:  # with a value of a large share, by chance, among those kept
            equal = min(equal, 2 * equal * 2.0**-self._zeros + 40 * one**2)
        return self._draws**2 / 2 * equal

    def _where(self) -> str:
        """The commonest distance between a draw and the next of its size."""
        order = np.argsort(self._sizes.all(), kind="stable")
        sizes, places = self._sizes.all()[order], self._places.all()[order]
        distances = np.diff(places)[sizes[1:] == sizes[:-1]]
        seen, counts = np.unique(distances, return_counts=True)
        most = int(np.argmax(counts))
        return f"; {counts[most]:,} of them equal the draw {seen[most]:,} before"


def make(law: Stable) -> _Test:
    """A new test: of every law."""
    return _Test(law)
