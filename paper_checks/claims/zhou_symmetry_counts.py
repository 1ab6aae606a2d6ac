"""B-22: units that are alike can be exchanged for nothing, so that log n! is too much of a gain.

Read: the released code of the paper takes off log n! of each layer's units, 20, 50 and 500 of
LeNet-5, of which 232 of the last are zero in its checkpoint (measured; the paper has no such gain).
"""

from itertools import permutations
from math import factorial, log2

import numpy as np

from compress.certificates.posterior import permutation_bits
from paper_checks.claim import Claim, Quantity, below, equals
from paper_checks.experiments.computed_rows import by_computing
from paper_checks.summaries import computed

CONVOLUTIONS, UNITS, ALIKE = (20, 50), 500, 232
NETWORKS, MOST = 40, 6  # small ones, whose orders are written out


def bits(alike: int) -> list[float]:
    """Gain of the dense layer, of all orders of it, bytes of both with the convolutions, errors."""
    rows = np.maximum(np.arange(UNITS)[:, None] - alike + 1, 0)  # so many zeros, and all others
    gain, every = permutation_bits(rows), log2(factorial(UNITS))
    others = sum(log2(factorial(n)) for n in CONVOLUTIONS)
    return [gain, every, (gain + others) / 8, (every + others) / 8, _miscounted()]


def _miscounted() -> float:
    """Largest distance of 2^gain from the number of networks among all orders of the units."""
    rng, worst = np.random.default_rng(1), 0.0
    for _ in range(NETWORKS):
        rows = rng.integers(0, 3, size=(rng.integers(1, MOST + 1), 1))
        orders = set(permutations(rows[:, 0].tolist()))
        worst = max(worst, abs(2 ** permutation_bits(rows) - len(orders)))
    return worst


CLAIM = Claim(
    id="B-22",
    title="LeNet-5: symmetry saves 2,274 bits, not log2 500!",
    aliases=("B22",),
    statement=(
        "The order of n hidden units is worth log2 of the number of networks that it makes, "
        "counted here for 40 small ones: log2 n! only if all units differ. Of the 500 in "
        "LeNet-5's dense layer 232 are zero, so that they save 2,274 bits, not 3,767; with its "
        "convolutions 318.6 B, not the 505.3 B that the released code takes off."
    ),
    source="Against the code of Zhou et al., arXiv 1804.05862 (read); computed here",
    quantities=(
        Quantity("bits saved, dense layer", equals(2274, 0.5), computed),
        Quantity("log2 500!", equals(3767, 0.5), computed),
        Quantity("bytes saved, with the convolutions", equals(318.6, 0.05), computed),
        Quantity("the same by log2 n!", equals(505.3, 0.05), computed),
        Quantity("orders miscounted, small networks, at most", below(1e-6), computed),
    ),
    experiment=by_computing(bits, alike=ALIKE),
    control=by_computing(bits, alike=1),
    broken="no two units are alike",
    unit="computations",
    smoke=1,
    full=1,
    kind="arithmetic",
    against="the gain log n! of the released code",
)
