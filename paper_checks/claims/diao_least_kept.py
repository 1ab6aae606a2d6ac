"""B-24: the PQ index bounds from below how many weights must be kept."""

from collections.abc import Callable

import numpy as np

from compress.compressibility.norms import least_kept_of, pq_index
from paper_checks.claim import Claim, Quantity, below, equals
from paper_checks.replicates import by_rng
from paper_checks.summaries import worst

LONGEST, VECTORS = 200, 8  # vectors of a row
Bound = Callable[[np.ndarray, float, float, float], float]


def without_root(x: np.ndarray, slack: float, p: float, q: float) -> float:
    """The bound without its power q / (q - p)."""
    return x.size * (1 - pq_index(x, p, q)) ** p / (1 + slack)


def _row(rng: np.random.Generator, bound: Bound = least_kept_of) -> list[float]:
    """Largest ratio of the bound to what must be kept; and the same of equal sizes."""
    ratios = [_ratio(_vector(rng), rng, bound) for _ in range(VECTORS)]
    p, q = sorted(rng.uniform(0.2, 2.5, 2))
    flat, kept = np.zeros(100), int(rng.integers(1, 101))
    flat[:kept] = rng.uniform(0.1, 10)
    return [max(ratios), bound(flat, 0.0, p, q) / kept]


def _vector(rng: np.random.Generator) -> np.ndarray:
    """Of any tail, from 2 terms on."""
    return rng.pareto(rng.choice([0.5, 1.0, 2.0, 8.0]), rng.integers(2, LONGEST)) + 0.01


def _ratio(x: np.ndarray, rng: np.random.Generator, bound: Bound) -> float:
    p, q = sorted(rng.uniform(0.2, 2.5, 2))
    slack = float(rng.choice([0.0, 1e-3, 0.1, 1.0]))
    return bound(x, slack, p, q) / least(x, slack, p)


def least(x: np.ndarray, slack: float, p: float) -> int:
    """How many of the largest must be kept so that the rest has at most the slack of them."""
    kept = np.cumsum(np.sort(abs(x))[::-1] ** p)
    # Rounding is given away: one more is kept where the rest is the slack but for 1e-12 of all.
    return 1 + int(np.argmax((kept[-1] - kept) <= (slack - 1e-12) * kept + 1e-12 * kept[-1]))


CLAIM = Claim(
    id="B-24",
    title="The PQ index bounds what pruning must keep",
    aliases=("B24",),
    statement=(
        "If what is pruned has at most eta times the sum of p-th powers of the r largest that are"
        " kept, r is at least d (1 + eta)^(-q/(q-p)) (1 - I)^(pq/(q-p)), I the PQ index: in every"
        " one of thousands of random vectors with orders and eta at random. For equal sizes "
        "beside zeros it is r itself."
    ),
    source=(
        "Diao et al. (2023), arXiv 2302.05601 (the bound of SAP, as in its code, read; derived "
        "anew)"
    ),
    quantities=(
        Quantity("bound over what must be kept, at most", below(1 + 1e-9), worst),
        Quantity("the same of equal sizes", equals(1, 1e-9), worst),
    ),
    experiment=by_rng(_row),
    control=by_rng(_row, bound=without_root),
    broken="the power q / (q - p) is left out",
    unit="sets of 8 random vectors",
    smoke=512,
    full=1_536,
    chunk=64,
)
