"""L-3: the sum of two stable variates has the same law, of another scale and location."""

from math import expm1, log, pi, tan

import numpy as np

from paper_checks.claim import Claim
from paper_checks.experiments.uniform_values import DRAWS, uniformity_quantities, uniformity_row
from paper_checks.replicates import by_rng
from stablenoise import Stable


def location_of_sum(alpha: float, beta: float) -> float:
    """Location in S0 of X + Y for independent X, Y of scale 1 and location 0; scale 2^(1/alpha).

    Equating exponents of the characteristic functions at t > 0, with s^alpha = 2, leaves
    beta tan(pi alpha / 2) (s - 2); its limit at alpha = 1 is (4 / pi) log(2) beta.
    """
    if alpha == 1:
        return 4 / pi * log(2) * beta
    # Next to alpha = 1 the tangent is huge and s - 2 tiny: expm1 keeps its digits.
    return beta * tan(pi * alpha / 2) * 2 * expm1((1 / alpha - 1) * log(2))


def _mapped_sums(law: Stable, rng: np.random.Generator) -> np.ndarray:
    x = law.rvs(DRAWS, rng)
    x += law.rvs(DRAWS, rng)
    return (x - location_of_sum(law.alpha, law.beta)) / 2 ** (1 / law.alpha)


CLAIM = Claim(
    id="L-3",
    title="A sum of two stable variates: scale times 2^(1/a)",
    statement=(
        "The sum of two independent stable variates has their law with scale 2^(1/a) and, in S0, "
        "location b tan(pi a/2) (2^(1/a) - 2), (4/pi) b log 2 at a = 1: mapped back, its values "
        "of the distribution function are uniform, for 12 laws."
    ),
    source=(
        "Nolan (2020), Univariate Stable Distributions, section 1.6 (sums; S0 location derived); "
        "Chambers, Mallows & Stuck (1976), the variates"
    ),
    quantities=uniformity_quantities(),
    experiment=by_rng(uniformity_row, sample=_mapped_sums),
    control=by_rng(uniformity_row, sample=_mapped_sums, shift=0.01),
    broken="the distribution function of a + 0.01 (at a = 2, of a - 0.01)",
    unit="samples of 100,000 sums for each law",
    smoke=192,
    full=1_024,
    chunk=4,
)
