"""P3-1: the mean square and fourth power of what one step of SGD on least squares does."""

from functools import partial

import numpy as np

from chaos.kesten import GaussianLeastSquares, trajectory
from paper_checks.claim import Claim, Quantity, equals

CELLS, CHAINS = ((0.5, 2, 3), (0.8, 5, 2)), 4_000


def _ratios(replicates: range, seed: int, repeated: bool = False) -> np.ndarray:
    """Means over chains of one step from a unit vector, over the closed forms."""
    return np.array(
        [
            [ratio for cell in CELLS for ratio in _of_cell(cell, r, seed, repeated)]
            for r in replicates
        ]
    )


def _of_cell(cell: tuple, replicate: int, seed: int, repeated: bool) -> list[float]:
    eta, b, d = cell
    sgd = GaussianLeastSquares(eta, b, d, noise=0.0)
    drawn = GaussianLeastSquares(eta, 1, d, noise=0.0) if repeated else sgd
    unit = np.full((CHAINS, d), d**-0.5)
    squares = (next(trajectory(drawn, unit, seed, first=replicate * CHAINS)) ** 2).sum(axis=1)
    return [np.mean(squares ** (s / 2)) / sgd.closed_moment(s) for s in (2, 4)]


CLAIM = Claim(
    id="P3-1",
    statement=(
        "A step of SGD on least squares with Gaussian rows multiplies the distance of two coupled "
        "chains by a factor whose mean square is 1 - 2 eta s2 + eta^2 s2^2 (d + b + 1) / b, and "
        "whose mean fourth power is a known polynomial too."
    ),
    source=(
        "Gurbuzbalaban, Simsekli & Zhu, arXiv 2006.04740 (h(s), as recalled); derived, "
        "chaos.kesten.GaussianLeastSquares.closed_moment"
    ),
    quantities=tuple(
        Quantity(f"mean power {s} over h({s}), eta = {eta}, b = {b}, d = {d}", equals(1, margin))
        for eta, b, d in CELLS
        for s, margin in ((2, 0.02), (4, 0.05))
    ),
    experiment=_ratios,
    control=partial(_ratios, repeated=True),
    broken="a batch of one row b times, not of independent rows",
    unit="samples of 4,000 steps",
    smoke=256,
    full=4_096,
    chunk=32,
)
