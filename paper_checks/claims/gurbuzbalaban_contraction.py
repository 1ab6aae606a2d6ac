"""P3-6: two chains of SGD on the same rows approach each other at the rate h(p)."""

from functools import cache

import numpy as np

from chaos.kesten import GaussianLeastSquares, trajectory
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.replicates import by_number
from paper_checks.summaries import median

# eta, b, d and p: at most half of the tail index, so that a mean of p-th powers has a variance.
CELLS = ((1.0, 1, 1, 0.5), (0.3, 1, 5, 0.7), (0.5, 2, 2, 1.0))
CHAINS, STEPS = 20_000, 8
# A standard deviation of a mean is at most 0.013.
MARGIN = 0.05


@cache
def _factor(eta: float, b: int, d: int, p: float) -> float:
    return GaussianLeastSquares(eta, b, d).moment(p) ** STEPS


def _ratios(seed: int, replicate: int, apart: int = 0) -> list[float]:
    """Mean p-th power of the distance after some steps, over h(p)^k times that at the start."""
    # Coupled chains have the same numbers; those of the control are too far apart to meet others.
    firsts = replicate * CHAINS, replicate * CHAINS + apart
    return [_ratio(cell, seed, firsts) for cell in CELLS]


def _ratio(cell: tuple[float, int, int, float], seed: int, firsts: tuple[int, int]) -> float:
    eta, b, d, p = cell
    sgd, start = GaussianLeastSquares(eta, b, d), np.full((CHAINS, d), 0.5)
    x, y = (
        next(trajectory(sgd, sign * start, seed, every=STEPS, first=first))
        for sign, first in zip((1, -1), firsts, strict=True)
    )
    powers = np.linalg.norm(x - y, axis=1) ** p
    return float(np.mean(powers) / (_factor(eta, b, d, p) * d ** (p / 2)))


CLAIM = Claim(
    id="P3-6",
    title="Coupled chains contract by h(p) a step, exactly",
    statement=(
        "For Gaussian rows the mean p-th power of the distance of two chains on the same rows is "
        "multiplied by h(p) in each step, exactly, so that it falls geometrically for p below the "
        "tail index, with infinite variance too."
    ),
    source=(
        "Gurbuzbalaban, Simsekli & Zhu, arXiv 2006.04740 (a bound in Wasserstein distance by h(p), "
        "as recalled); equality derived, chaos.kesten"
    ),
    quantities=tuple(
        # no median is farther from its mean than a standard deviation
        Quantity(
            f"median of means of power {p} over h(p)^8, eta = {eta}, b = {b}, d = {d}",
            equals(1, MARGIN),
            median,
        )
        for eta, b, d, p in CELLS
    ),
    experiment=by_number(_ratios),
    control=by_number(_ratios, apart=2**31),
    broken="each chain has rows of its own",
    unit="samples of 20,000 pairs",
    smoke=64,
    full=512,
    chunk=8,
)
