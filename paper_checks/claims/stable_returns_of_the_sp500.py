"""E-7: returns of the S&P 500 are not stable, whatever index a stable fit reads from them.

No published estimate of these returns has been read: what is judged is what was found.
"""

from functools import cache

import numpy as np
from scipy.stats import t as student

from paper_checks.claim import Claim, Quantity, above, below, equals
from paper_checks.experiments.real_samples import missing, returns_path, sp500_returns
from paper_checks.summaries import computed
from stablenoise import fit
from stablenoise.fit.stability import over_identification
from stablenoise.tails import hill, papers_block

SIZE, DEVIATION, ENDS = 5_030, 0.012037, (-0.0947, 0.1096)  # as they came with the file
PEAKS, ORDERS = 100, 5
FREE = np.full(4, np.nan)


def _of_returns(replicates: range, seed: int) -> np.ndarray:
    return np.array([row(sp500_returns())] * len(replicates))


def _of_fitted_law(replicates: range, seed: int) -> np.ndarray:
    return np.array([row(_fitted_draws())] * len(replicates))


@cache
def _fitted_draws() -> np.ndarray:
    """As many draws of the stable law that is fitted to the returns."""
    returns = sp500_returns()
    return fit.stable(returns).params.rvs(returns.size, rng=1)


def row(returns: np.ndarray) -> list[float]:
    """Facts of a sample, what a stable fit reads, and four ways to see that it is not stable."""
    fitted = fit.stable(returns)
    low, high = fitted.conf_int()["alpha"]
    tails = [hill.estimate(returns, PEAKS, tail=tail).conf_int()[0] for tail in ("left", "right")]
    seen = over_identification((returns - np.median(returns)) / returns.std(), None, FREE)
    gain = student.logpdf(returns, *student.fit(returns)).sum() - fitted.llf
    in_order, shuffled = _block_indices(returns)
    return [
        float(returns.size),
        float(returns.std()),
        float(returns.min()),
        float(returns.max()),
        low,
        high,
        fit.stable(returns, "ecf").alpha - fitted.alpha,
        min(tails),
        float(np.log10(max(seen.pvalue, 1e-300))),
        float(gain),
        in_order - shuffled,
    ]


def _block_indices(returns: np.ndarray) -> tuple[float, float]:
    """The papers' estimate, of days in their order and in others; days without change left out."""
    centred = returns - np.median(returns)
    moved = centred[centred != 0]
    return papers_block.estimate(moved).value, papers_block.estimate(moved, ORDERS, 1).value


CLAIM = Claim(
    id="E-7",
    title="S&P 500: fits read index 1.53, but its tails are above 2",
    deciding="lower end of Hill's interval, least of both tails",
    statement=(
        "From 5,030 daily returns of the S&P 500, 1999 to 2018, stable fits read an index of 1.53, "
        "with an interval at 95% of [1.49, 1.58] that holds no finite variance. But Hill's "
        "interval of either tail lies above 2; were days independent, over-identification would "
        "reject every stable law at 1e-6; Student's law, of one parameter less, is likelier by 40 "
        "nats; and the papers' block estimator reads 0.4 more from days in their order than from "
        "shuffled days, so that they are not independent."
    ),
    source=(
        "Prices as github.com/bashtage/arch ships them; number, deviation and extremes as they "
        "came with the file; measured here, no published estimate of these returns was read"
    ),
    quantities=(
        Quantity("number of returns", equals(SIZE, 0.5), computed),
        Quantity("standard deviation", equals(DEVIATION, 6e-7), computed),
        Quantity("smallest return", equals(ENDS[0], 6e-5), computed),
        Quantity("largest return", equals(ENDS[1], 6e-5), computed),
        Quantity("lower end of the index by likelihood", equals(1.49, 0.006), computed),
        Quantity("upper end of the index by likelihood", equals(1.58, 0.006), computed),
        Quantity("index by the characteristic function less that", equals(0, 0.02), computed),
        Quantity("lower end of Hill's interval, least of both tails", above(2), computed),
        Quantity("log10 of the p-value of over-identification", below(-6), computed),
        Quantity("log likelihood of Student's law less the stable", above(40), computed),
        Quantity("index by blocks in order less shuffled", above(0.3), computed),
    ),
    experiment=_of_returns,
    control=_of_fitted_law,
    broken="draws of the stable law that was fitted, in place of the returns",
    unit="computations",
    smoke=1,
    full=1,
    needs=lambda: missing(returns_path()),
    data=lambda: [returns_path()],
    kind="arithmetic",
)
