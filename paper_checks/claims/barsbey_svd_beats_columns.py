"""P2-2: the error of singular-value pruning vanishes with the size, and columns do no better."""

from math import log

import numpy as np

from compress.pruning import column, singular_value
from paper_checks.claim import Claim, Quantity, below, equals
from paper_checks.replicates import by_number
from paper_checks.summaries import median, worst
from stablenoise.field import NoiseField

INDEX, KEEP, SMALL_SIDE, LARGE_SIDE = 1.5, 0.1, 10, 80
RATE = 1 - 2 / INDEX
INDICES, SHARES = (0.8, 1.5, 2.0), (0.1, 0.3, 0.5, 0.7, 0.9)  # of the inequality


def _slope_and_excesses(seed: int, replicate: int, index: float = INDEX) -> list[float]:
    """Slope of the log squared error from a small matrix to a large one, and the excesses."""
    field = NoiseField(index, seed)
    small = field.at(range(SMALL_SIDE), step=replicate, dim=SMALL_SIDE)
    # Other particles than the small matrix has: the two are independent.
    others = range(SMALL_SIDE, SMALL_SIDE + LARGE_SIDE)
    large = field.at(others, step=replicate, dim=LARGE_SIDE)
    errors = [_error_of_rank(matrix) for matrix in (small, large)]
    slope = log(errors[1] / errors[0]) / log(LARGE_SIDE / SMALL_SIDE)
    return [slope, *(_excess(NoiseField(a, seed), replicate) for a in INDICES)]


def _error_of_rank(matrix: np.ndarray) -> float:
    """Squared error that a tenth of the singular values leaves: no vectors are needed."""
    squares = np.linalg.svd(matrix, compute_uv=False) ** 2
    return float(squares[round(KEEP * squares.size) :].sum() / squares.sum())


def _excess(field: NoiseField, replicate: int) -> float:
    """Error of some singular values minus that of as many columns, both relative to the whole.

    Matrices have no more columns than rows, so that equal shares are equal numbers.
    """
    columns = 3 + 7 * replicate % 23
    matrix = field.at(range(columns + 5 * replicate % 17), step=replicate, dim=columns)
    keep = SHARES[replicate % len(SHARES)]
    pruned = (method.prune(matrix, keep) for method in (singular_value, column))
    by_rank, by_column = (_squared_error(matrix, a) for a in pruned)
    return by_rank - by_column


def _squared_error(matrix: np.ndarray, pruned: np.ndarray) -> float:
    return float(np.sum((matrix - pruned) ** 2) / np.sum(matrix**2))


CLAIM = Claim(
    id="P2-2",
    title="A tenth of the singular values: error at n^(1 - 2/a)",
    statement=(
        "Of n x n independent entries of index 1.5 a tenth of the singular values leaves a squared "
        "error that vanishes as n^(1 - 2/a) = n^-0.33; and for any matrix the error of the largest "
        "singular values is at most that of as many columns, the longest."
    ),
    source=(
        "Barsbey et al., arXiv 2106.03795 (the errors of singular-value and node pruning vanish, "
        "as summarised); the rate derived; the inequality is that of Eckart & Young (1936)"
    ),
    quantities=(
        Quantity(
            "slope of the log squared error in log n, singular values",
            # Half of the way to 0, which is the slope where the error does not vanish.
            equals(RATE, abs(RATE) / 2),
            median,
        ),
        *(
            # An inequality for every matrix: 1e-10 is left to rounding, and no row may violate it.
            Quantity(f"excess of the error over that of columns, index {a}", below(1e-10), worst)
            for a in INDICES
        ),
    ),
    experiment=by_number(_slope_and_excesses),
    control=by_number(_slope_and_excesses, index=2.0),
    broken="entries of index 2, which have a variance: the error does not vanish",
    unit="matrices of 10 x 10 and of 80 x 80 entries, and smaller ones",
    smoke=2_048,
    full=3_072,
    chunk=64,
)
