"""P2-4: a heavy tail makes a layer prunable by its entries and columns, not by its scale."""

from math import pi, sqrt

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

from compress.pruning import magnitude
from paper_checks.claim import Claim, Quantity, above, equals
from paper_checks.replicates import by_number
from paper_checks.summaries import median
from stablenoise.field import NoiseField
from stablenoise.noises import independent, isotropic

SIDE, INDICES = 200, (1.75, 1.85, 2.0)
ERROR = 0.1  # relative, not squared: the rule of the authors' program


def gaussian_share(squared_error: float) -> float:
    """Share of many normal entries that can be pruned: those below z hold the error."""

    def held(z: float) -> float:
        return float(2 * ndtr(z) - 1 - 2 * z * np.exp(-z * z / 2) / sqrt(2 * pi))

    z = brentq(lambda z: held(z) - squared_error, 0, 10)
    return float(2 * ndtr(z) - 1)


SHARE = gaussian_share(ERROR**2)


def _shares(seed: int, replicate: int, squared_error: float = ERROR**2) -> list[float]:
    """Shares pruned of layers of one scale; how they grow as the index falls, in the others."""
    shares = [[_pruned(x, squared_error) for x in _layers(seed, replicate, a)] for a in INDICES]
    layer, entries, columns = np.transpose(shares)
    return [*layer, *-np.diff(entries), *-np.diff(columns), *entries[:-1], *columns[:-1]]


def _layers(seed: int, replicate: int, alpha: float) -> list[np.ndarray]:
    """A vector with one heavy-tailed scale; independent entries; columns with a scale each."""
    apart, around = (NoiseField(alpha, seed, kind) for kind in (independent, isotropic))
    # The first step is of the layer, the second of the columns: they share no random words.
    step = 2 * replicate
    return [
        around.at(range(1), step, SIDE * SIDE),
        apart.at(range(SIDE), step, SIDE),
        around.at(range(SIDE), step + 1, SIDE),
    ]


def _pruned(weights: np.ndarray, squared_error: float) -> float:
    centred = weights.ravel() - np.median(weights)
    return 1 - magnitude.keep_for_error(centred, squared_error)


STEPS = tuple(f"from {b} to {a}" for a, b in zip(INDICES, INDICES[1:], strict=False))
CLAIM = Claim(
    id="P2-4",
    title="One common scale: the pruned share does not see the index",
    statement=(
        "Of a layer that is one Gaussian vector times one heavy-tailed scale the share 0.2653 of "
        "the entries can be pruned at relative error 0.1, whatever the index; of independent "
        "entries, and of columns with a scale each, more with each smaller index."
    ),
    source=(
        "The synthetic layers of the code of arXiv 2106.03795 (read; its figures were not); the "
        "share solves 2 Phi(z) - 1 - 2 z phi(z) = 0.01, derived"
    ),
    quantities=(
        # The share has a standard deviation of 0.0026 at 40,000 entries.
        *(
            Quantity(f"share pruned, one scale, a = {a}", equals(SHARE, 0.005), median)
            for a in INDICES
        ),
        *(Quantity(f"growth of the share, entries, {step}", above(0), median) for step in STEPS),
        *(Quantity(f"growth of the share, columns, {step}", above(0), median) for step in STEPS),
        *(Quantity(f"share pruned, entries, a = {a}", None, median) for a in INDICES[:-1]),
        *(Quantity(f"share pruned, columns, a = {a}", None, median) for a in INDICES[:-1]),
    ),
    experiment=by_number(_shares),
    control=by_number(_shares, squared_error=ERROR),
    broken="0.1 is the squared error",
    unit="layers of 40,000 entries of each kind and index",
    smoke=160,
    full=640,
    chunk=8,
)
