"""B-23: the PQ index is a measure of sparsity: six axioms, and its values at both ends."""

from collections.abc import Callable

import numpy as np

from compress.compressibility.norms import norm, pq_index
from paper_checks.claim import Claim, Quantity, below, equals
from paper_checks.replicates import by_rng
from paper_checks.summaries import computed, worst

ORDERS = ((0.5, 1.0), (1.0, 2.0), (0.3, 1.7))
LONGEST, ROUNDING = 60, 1e-12
Index = Callable[[np.ndarray, float, float], float]


def _row(rng: np.random.Generator, index: Index = pq_index) -> list[float]:
    """How far each axiom is missed by one vector, and the values of two vectors."""
    p, q = ORDERS[rng.integers(len(ORDERS))]
    sizes = np.sort(rng.pareto(1.5, rng.integers(3, LONGEST)) + 0.1)
    moved, size = changed(sizes, rng), index(sizes, p, q)
    same = [abs(index(x, p, q) - size) for x in moved[:2]]
    falls = [index(x, p, q) - size for x in moved[2:4]]
    rises = [size - index(x, p, q) for x in moved[4:]]
    return [*same, *falls, *rises, index(np.ones(7), 0.5, 1.0), index(np.eye(100)[0], 0.5, 1.0)]


def changed(sizes: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """Scaled; cloned; rich gives to poor; all get the same; richest gets more; zeros are added."""
    poor, rich = sizes.min(), sizes.max()
    given, richer = sizes.copy(), sizes.copy()
    given[[0, -1]] += np.array([1, -1]) * rng.uniform(0.1, 0.5) * (rich - poor)
    # Bill Gates: the richest rises from where he already has more than all others.
    start = sizes.copy()
    start[-1] += sizes.sum()
    richer[-1] = start[-1] * 1.5
    return [
        sizes * rng.uniform(0.1, 10),
        np.tile(sizes, 3),
        given,
        sizes + rng.uniform(0.1, 1) * sizes.mean(),
        np.append(sizes, np.zeros(2)),
        richer,
    ]


def without_size(x: np.ndarray, p: float, q: float) -> float:
    """The index without the power of the number of terms."""
    return 1 - norm(x, p) / norm(x, q)


CLAIM = Claim(
    id="B-23",
    title="The PQ index obeys the axioms of sparsity",
    aliases=("B23",),
    statement=(
        "The PQ index is the same when all sizes are multiplied or every one is repeated, falls "
        "when the rich give to the poor or all get the same, and rises when zeros are added or "
        "the richest gets far richer: for random vectors and three pairs of orders. It is 0 for "
        "equal sizes, and 0.99 for one of 100 that is not zero."
    ),
    source=(
        "Diao et al. (2023), arXiv 2302.05601 (its code, read); axioms of Hurley & Rickard (2009), "
        "IEEE Trans. Inf. Theory 55"
    ),
    quantities=(
        Quantity("change by scale, at most", below(ROUNDING), worst),
        Quantity("change by repetition, at most", below(ROUNDING), worst),
        Quantity("change when the rich give to the poor", below(0), worst),
        Quantity("change when all get the same", below(0), worst),
        Quantity("fall when zeros are added", below(0), worst),
        Quantity("fall when the richest gets richer", below(0), worst),
        Quantity("index of equal sizes", equals(0, 1e-12), computed),
        Quantity("index of one of 100", equals(0.99, 1e-12), computed),
    ),
    experiment=by_rng(_row),
    control=by_rng(_row, index=without_size),
    broken="the power of the number of terms is left out of the index",
    unit="random vectors",
    smoke=1_024,
    full=4_096,
    chunk=128,
)
