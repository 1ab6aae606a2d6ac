"""P1-21: a few columns are much longer than the others: their share has a known limit."""

import numpy as np

from paper_checks.claim import Claim, Quantity, equals
from paper_checks.replicates import by_seed
from paper_checks.summaries import bounded
from stablenoise.field import NoiseField
from stablenoise.noises import isotropic

INDICES, COLUMNS, DIM = (0.8, 1.2, 1.6), 2_000, 4


def _concentrations(seed: int, gaussian: bool = False) -> list[float]:
    """Sum of squares of the shares that columns have of the squared norm, index by index."""
    return [_of_index(2.0 if gaussian else a, seed) for a in INDICES]


def _of_index(alpha: float, seed: int) -> float:
    noise = NoiseField(alpha, seed, isotropic).at(range(COLUMNS), step=0, dim=DIM)
    shares = (noise**2).sum(axis=1)
    return float(np.sum((shares / shares.sum()) ** 2))


CLAIM = Claim(
    id="P1-21",
    title="Few columns are long: their share has a limit",
    statement=(
        "Of n i.i.d. columns with tails of index a below 2 a few are much longer than the others: "
        "the sum of the squares of their shares in the squared norm tends in the mean to 1 - a/2, "
        "as if some 1 / (1 - a/2) columns were all, however many there are. Of Gaussian columns it "
        "tends to 0."
    ),
    source=(
        "Wan et al., arXiv 2306.08125 (figure 1 as summarised: a few columns have a much larger "
        "norm); the shares are those of a stable subordinator of index a/2, Pitman & Yor (1997): "
        "E sum V^2 = 1 - a/2"
    ),
    quantities=tuple(
        Quantity(
            f"mean sum of squared shares, a = {a}, n = 2,000",
            # At a = 1.6 it is 0.01 above its limit still, as small terms add to the sum.
            equals(1 - a / 2, 0.05),
            bounded(0, 1),
        )
        for a in INDICES
    ),
    experiment=by_seed(_concentrations),
    control=by_seed(_concentrations, gaussian=True),
    broken="Gaussian columns",
    unit="matrices of 2,000 columns",
    smoke=1_280,
    full=1_536,
    chunk=32,
)
