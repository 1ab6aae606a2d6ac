"""E-1: Hill's estimate of stable draws has a bias B k / n, and B is huge next to 2."""

from math import cos, gamma, pi, sin

import numpy as np
from scipy.stats import t as student

from paper_checks.claim import Claim, Quantity, above, equals
from paper_checks.replicates import by_rng
from paper_checks.summaries import clipped, median
from stablenoise import Stable
from stablenoise.tails import hill

K = 100
# By index: draws, so many that the next term of the expansion is at most 2% of the first.
DRAWS = {1.2: 20_000, 1.5: 20_000, 1.75: 20_000, 1.9: 100_000}
FAILING, FAILING_DRAWS, FAILING_SHARE = (1.75, 1.9), 10_000, 0.05


def bias_constant(alpha: float) -> float:
    """B of the bias B k / n, from the first two terms of the tail: a b / (4 c).

    P(|X| > x) = 2 c x^-a (1 + b x^-a + ...), c = Gamma(a) sin(pi a / 2) / pi and
    b = -Gamma(2 a) cos(pi a / 2) / Gamma(a).
    """
    first = gamma(alpha) * sin(pi * alpha / 2) / pi
    second = -gamma(2 * alpha) * cos(pi * alpha / 2) / gamma(alpha)
    return alpha * second / (4 * first)


def _of_hill(rng: np.random.Generator, stable: bool = True) -> list[float]:
    """Biases over their theory, and Hill's estimates from 5% of 10,000 draws."""
    ratios = [_ratio(rng, a, n, stable) for a, n in DRAWS.items()]
    k = round(FAILING_SHARE * FAILING_DRAWS)
    return [
        *ratios,
        *(hill.estimate(_drawn(rng, a, FAILING_DRAWS, stable), k).value for a in FAILING),
    ]


def _ratio(rng: np.random.Generator, alpha: float, draws: int, stable: bool) -> float:
    """Bias of 1/alpha_hat, times a^2 n / k, over B.

    The same draws as a Pareto law of that index has them at the same tail probabilities give
    Hill's estimate without bias, with nearly the same error: the difference has little of it.
    """
    x = _drawn(rng, alpha, draws, stable)
    top = np.sort(np.partition(np.abs(x), draws - K - 1)[draws - K - 1 :])
    probabilities = 2 * (Stable(alpha).sf(top) if stable else student.sf(top, alpha))
    pareto = np.log(probabilities[0] / probabilities[1:]).mean() / alpha
    excess = pareto - 1 / hill.estimate(top, K).value
    return float(excess * alpha**2 * (draws + 1) / (K + 1) / bias_constant(alpha))


def _drawn(rng: np.random.Generator, alpha: float, draws: int, stable: bool) -> np.ndarray:
    return Stable(alpha).rvs(draws, rng) if stable else rng.standard_t(alpha, draws)


CLAIM = Claim(
    id="E-1",
    title="Hill's bias is B k / n: an index of 1.9 is read above 2",
    statement=(
        "Of n symmetric stable draws Hill's estimate from the k largest has a bias of B k / n, as "
        "k / n falls, with B = a b / (4 c) from the first two terms of the tail: 0.451, 3.000, "
        "13.06 and 47.81 at a = 1.2, 1.5, 1.75 and 1.9. With 5% of 10,000 draws of index 1.75 or "
        "1.9 it reads an index above 2, that of a finite variance."
    ),
    source=(
        "Hill (1975), the estimator; the expansion derived from Bergstrom's series of the tail. "
        "Weron, cond-mat/0103256 (abstract), says that an estimate near 3 may mean an index of 1.8"
    ),
    quantities=(
        *(
            Quantity(
                f"bias over B k / n, a = {a}, k / n = {K / n:g}", equals(1, 0.1), clipped(0, 2)
            )
            for a, n in DRAWS.items()
        ),
        *(
            Quantity(f"estimate from 5% of 10,000 draws, a = {a}", above(2), median)
            for a in FAILING
        ),
    ),
    experiment=by_rng(_of_hill),
    control=by_rng(_of_hill, stable=False),
    broken="draws of Student's t of the same index, whose bias goes as (k / n)^(2 / a)",
    unit="samples of 20,000 to 100,000 draws of each index",
    smoke=512,
    full=2_048,
    chunk=8,
)
