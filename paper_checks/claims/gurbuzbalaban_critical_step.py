"""P3-3: the step size from which on SGD on least squares has no variance."""

from functools import partial

import numpy as np

from chaos.kesten import GaussianLeastSquares
from paper_checks.claim import Claim, Quantity, below, worst


def _distances(replicates: range, seed: int, kurtosis: float = 3.0) -> np.ndarray:
    """|alpha - 2| at 2 b / (s2 (b + d - 2 + kurtosis)), for b, d and s2 at random."""
    rows = []
    for r in replicates:
        rng = np.random.default_rng([seed, r])
        b, d, s2 = int(rng.integers(1, 9)), int(rng.integers(1, 5)), rng.uniform(0.5, 2)
        eta = 2 * b / (s2 * (b + d - 2 + kurtosis))
        rows.append([abs(GaussianLeastSquares(eta, b, d, s2).tail_index() - 2)])
    return np.array(rows)


CLAIM = Claim(
    id="P3-3",
    statement=(
        "For Gaussian rows the tail index is 2 at the step 2 b / (s2 (d + b + 1)), to 1e-9 by "
        "quadrature at random b, d and s2."
    ),
    source="Gurbuzbalaban, Simsekli & Zhu, arXiv 2006.04740 (as recalled); derived",
    quantities=(Quantity("largest distance of the index from 2", below(1e-9), worst),),
    experiment=_distances,
    control=partial(_distances, kurtosis=2.0),
    broken="the critical step of entries whose fourth moment is 2, not 3",
    unit="laws",
    smoke=48,
    full=256,
    chunk=16,
)
