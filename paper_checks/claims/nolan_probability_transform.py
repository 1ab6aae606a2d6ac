"""L-1: the distribution function of a stable law, at draws from it, is uniform."""

import numpy as np

from paper_checks.claim import Claim
from paper_checks.experiments.uniform_values import DRAWS, uniformity_quantities, uniformity_row
from paper_checks.replicates import by_rng
from stablenoise import Stable


def _draws(law: Stable, rng: np.random.Generator) -> np.ndarray:
    return law.rvs(DRAWS, rng)


CLAIM = Claim(
    id="L-1",
    title="Chambers' variates have the law of Nolan's integral",
    statement=(
        "Variates of Chambers, Mallows and Stuck have the distribution function of Nolan's "
        "integral: its values at them are uniform, for 12 stable laws, a = 0.5 to 2."
    ),
    source=(
        "Chambers, Mallows & Stuck (1976), the variates; Nolan (2020), Univariate Stable "
        "Distributions, section 1.3 (S0), and Nolan (1997), theorem 1, the distribution function"
    ),
    quantities=uniformity_quantities(),
    experiment=by_rng(uniformity_row, sample=_draws),
    control=by_rng(uniformity_row, sample=_draws, shift=0.01),
    broken="the distribution function of a + 0.01 (at a = 2, of a - 0.01)",
    unit="samples of 100,000 draws of each law",
    smoke=192,
    full=1_024,
    chunk=4,
)
