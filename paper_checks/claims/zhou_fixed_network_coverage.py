"""B-9: for one fixed network the binomial limit fails nearly as often as it may, and no more."""

from collections.abc import Callable

import numpy as np
from scipy.stats import binom, norm

from compress.certificates.inequalities import binomial_tail, chernoff
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.experiments.computed_rows import by_computing
from paper_checks.summaries import computed

EXAMPLES, RISK, DELTA = 200, 0.2, 0.05
Limit = Callable[[np.ndarray], np.ndarray]


def exact(errors: np.ndarray) -> np.ndarray:
    """By the binomial law itself."""
    return np.asarray(binomial_tail(errors, EXAMPLES, 0.0, DELTA))


def by_normal(errors: np.ndarray) -> np.ndarray:
    """By the normal law with the variance that is seen (Wald)."""
    rate = errors / EXAMPLES
    return rate + norm.isf(DELTA) * np.sqrt(rate * (1 - rate) / EXAMPLES)


def failures(limit: Limit) -> list[float]:
    """Probability that the risk is above the limit, and above that by kl."""
    errors = np.arange(EXAMPLES + 1)
    chances = binom.pmf(errors, EXAMPLES, RISK)
    by_kl = np.asarray(chernoff(errors / EXAMPLES, EXAMPLES, 0.0, DELTA))
    return [float(chances @ (found < RISK)) for found in (limit(errors), by_kl)]


CLAIM = Claim(
    id="B-9",
    title="The binomial limit is exact, not merely valid",
    aliases=("B09",),
    statement=(
        "A network fixed beforehand errs on 20% of all cases. From 200 examples, at delta 0.05, "
        "the limit by the binomial law is below its risk with probability 4.3%, that by kl with "
        "0.64% (all numbers of errors summed over): both hold, and the first has little slack."
    ),
    source="Derived; the limit of Langford (2005), J. Mach. Learn. Res. 6, for a single network",
    quantities=(
        Quantity("probability that the binomial limit fails", equals(0.043, 5e-4), computed),
        Quantity("probability that the limit by kl fails", equals(0.0064, 5e-5), computed),
    ),
    experiment=by_computing(failures, limit=exact),
    control=by_computing(failures, limit=by_normal),
    broken="the limit is that of the normal law, with the variance that is seen",
    unit="computations",
    smoke=1,
    full=1,
    kind="arithmetic",
)
