"""P4-3: of terms with a finite moment a vanishing share holds nothing in the limit."""

from math import isqrt

import numpy as np

from compress.compressibility.limits import GAUSSIAN, LAPLACE, limit_error, pareto
from compress.compressibility.norms import relative_error
from paper_checks.claim import Claim, Quantity, above, equals
from paper_checks.replicates import by_rng
from paper_checks.summaries import median

FEW_TERMS, TERMS = 10_000, 1_000_000
LAWS = {"Gaussian": GAUSSIAN, "Laplace": LAPLACE, "Pareto(4)": pareto(4)}


def _errors(rng: np.random.Generator, share: float | None = None) -> list[float]:
    """Squared error of one vector of each law, and its rise from the first terms on.

    Of n terms the best sqrt(n) are kept, or a share of them.
    """
    vectors = rng.standard_normal(TERMS), rng.laplace(size=TERMS), rng.pareto(4, TERMS) + 1
    return [part for x in vectors for part in _error_and_rise(x, share)]


def _error_and_rise(x: np.ndarray, share: float | None) -> tuple[float, float]:
    many, few = (relative_error(x[:n], share or 1 / isqrt(n)) ** 2 for n in (TERMS, FEW_TERMS))
    return many, many - few


def _quantities(name: str) -> tuple[Quantity, Quantity]:
    limit = limit_error(LAWS[name], 1 / isqrt(TERMS)) ** 2
    return (
        # A median: the sum of squares of Pareto(4) terms has no variance.
        Quantity(
            f"squared error of the best 1,000 of a million, {name}", equals(limit, 0.01), median
        ),
        # In the limit it rises by 0.07, 0.13 and 0.07; a share that does not vanish does not rise.
        Quantity(f"its rise from the best 100 of 10,000, {name}", above(0.02), median),
    )


CLAIM = Claim(
    id="P4-3",
    title="Best sqrt(n) terms, finite second moment: error tends to 1",
    statement=(
        "The relative l_2 error of the best sqrt(n) of n i.i.d. terms with a finite second moment "
        "tends to 1: at n = 10^6 its square is 0.987, 0.968, 0.968 for Gaussian, Laplace and "
        "Pareto(4) terms, and it rises with n."
    ),
    source="Gribonval, Cevher & Davies (2012), proposition 1 (as summarised); values derived",
    quantities=tuple(quantity for name in LAWS for quantity in _quantities(name)),
    experiment=by_rng(_errors),
    control=by_rng(_errors, share=0.01),
    broken="the share does not vanish: the best hundredth of any number of terms",
    unit="vectors of a million terms of each law",
    smoke=48,
    full=192,
    chunk=4,
)
