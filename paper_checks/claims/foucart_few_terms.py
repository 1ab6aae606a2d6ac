"""B-26: the error of the best s terms is below a power of s times a quasi-norm."""

import numpy as np

from compress.compressibility.norms import term_error_bound
from paper_checks.claim import Claim, Quantity, below, equals
from paper_checks.replicates import by_number
from paper_checks.summaries import computed, worst
from stablenoise.field import NoiseField

INDICES, TERMS, COUNTS = (0.8, 1.2, 1.7, 2.0), 300, (1, 3, 10, 30, 100)
ORDERS = ((0.5, 1.0), (0.5, 2.0), (1.0, 2.0))
FLAT = 1_000  # equal terms


def _row(seed: int, replicate: int, order: float = 1.0) -> list[float]:
    """Largest ratio of an error to its bound of stable vectors, and those of equal terms.

    ``order`` multiplies that of the quasi-norm in the bound.
    """
    fields = [NoiseField(alpha, seed) for alpha in INDICES]
    vectors = [field.at([replicate], step=0, dim=TERMS)[0] for field in fields]
    found = [ratio(x, s, *pq, order) for x in vectors for pq in ORDERS for s in COUNTS]
    flat = [ratio(np.ones(FLAT), round(FLAT * (1 - p / 2)), p, 2.0, order) for p in (0.5, 1.0)]
    return [max(found), *flat]


def ratio(x: np.ndarray, kept: int, p: float, q: float, order: float = 1.0) -> float:
    """Error of the best terms in l_q over its bound."""
    error = float(np.sum(np.sort(abs(x))[: x.size - kept] ** q) ** (1 / q))
    return error / term_error_bound(x, kept, min(p * order, 0.99 * q), q)


CLAIM = Claim(
    id="B-26",
    title="Best s terms: error below s^-(1/p - 1/q) of a norm",
    aliases=("B26",),
    statement=(
        "The l_q error of the s largest terms is at most c s^-(1/p - 1/q) times the l_p "
        "quasi-norm, c = 1/2 for p = 1 and 0.3248 for p = 1/2 in l_2: in all stable vectors "
        "drawn, of index 0.8 to 2. Equal terms, of which 1 - p/2 are kept, attain it: c cannot be"
        " smaller."
    ),
    source="Foucart & Rauhut (2013), theorem 2.5 (statement read); attained, derived",
    quantities=(
        Quantity("error over the bound, at most", below(1), worst),
        Quantity("the same, equal terms, p = 1/2", equals(1, 1e-9), computed),
        Quantity("the same, equal terms, p = 1", equals(1, 1e-9), computed),
    ),
    experiment=by_number(_row),
    control=by_number(_row, order=1.5),
    broken="the quasi-norm is one of an order half as large again",
    unit="vectors of 300 of each index",
    smoke=128,
    full=512,
    chunk=32,
)
