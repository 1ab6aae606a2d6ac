"""P2-2: singular-value pruning is never worse than column pruning of equal rank."""

from functools import partial

import numpy as np

from paper_checks.claim import Claim, Quantity, below, worst
from stablenoise.field import NoiseField

INDICES = (0.8, 1.5, 2.0)


def _gaps(replicates: range, seed: int, entrywise_power: int = 2) -> np.ndarray:
    """Largest excess over all k of the error of rank k over that of k columns, both relative."""
    rows = []
    for r in replicates:
        shape = 5 + 7 * r % 41, 3 + 11 * r % 37
        fields = [NoiseField(alpha, seed) for alpha in INDICES]
        matrices = [field.at(range(shape[0]), step=r, dim=shape[1]) for field in fields]
        rows.append([_largest_gap(matrix, entrywise_power) for matrix in matrices])
    return np.array(rows)


def _largest_gap(matrix: np.ndarray, power: int) -> float:
    u, s, vt = np.linalg.svd(matrix, full_matrices=False)
    sizes = np.sum(np.abs(matrix) ** power, axis=0)
    longest = np.argsort(-sizes)
    gaps = []
    for k in range(len(s)):
        by_rank = np.sum(np.abs(matrix - u[:, :k] * s[:k] @ vt[:k]) ** power)
        by_column = sizes[longest[k:]].sum()
        gaps.append((by_rank - by_column) / sizes.sum())
    return float(max(gaps))


CLAIM = Claim(
    id="P2-2",
    statement=(
        "For every matrix and every k the squared Frobenius error of the best k singular values is "
        "at most that of the k longest columns."
    ),
    source="Barsbey et al., arXiv 2106.03795 (singular-value and node pruning); Eckart & Young",
    quantities=tuple(
        Quantity(f"largest excess of the error, entries of index {a}", below(1e-10), worst)
        for a in INDICES
    ),
    experiment=_gaps,
    control=partial(_gaps, entrywise_power=1),
    broken="the sum of absolute entries in place of the Frobenius norm",
    unit="matrices",
    smoke=128,
    full=1_024,
    chunk=64,
)
