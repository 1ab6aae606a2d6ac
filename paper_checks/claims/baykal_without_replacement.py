"""CN-20: edges sampled without replacement, against CoreNet's draws."""

import numpy as np

from paper_checks.claim import Claim, Quantity, above, below
from paper_checks.experiments.trained_coresets import (
    Problem,
    digits,
    redrawn,
    without_replacement,
)
from paper_checks.replicates import by_seed
from paper_checks.summaries import median

KEEPS, DRAWS = (0.2, 0.4), 4


def _gaps(seed: int, by_sensitivity: bool = True) -> list[float]:
    """Log ratios of the mean errors, and those errors, of one trained network."""
    problem = digits(seed)
    logs = [_logs(problem, keep, seed, by_sensitivity) for keep in KEEPS]
    return [*(other - ours for ours, other in logs), *np.exp(logs).ravel()]


def _logs(problem: Problem, keep: float, seed: int, by_sensitivity: bool) -> np.ndarray:
    """Mean logarithm of the error of CoreNet's draws, and of edges without replacement."""
    coreset = problem.coreset(keep, seed, "layer")
    pairs = [
        (redrawn(coreset, seed, trial), without_replacement(coreset, seed, by_sensitivity, trial))
        for trial in range(DRAWS)
    ]
    return np.log([[problem.outcome(w)[0] for w in pair] for pair in pairs]).mean(axis=0)


CLAIM = Claim(
    id="CN-20",
    title="Independent draws: worse at 20% of edges, better at 40%",
    statement=(
        "Sampling without replacement is no plain gain, and no plain loss. Edges kept "
        "independently with probability min(1, c s), weights w over it, have on a network trained "
        "on the digits a larger error than CoreNet's draws at 20% of the edges of each layer and a "
        "smaller one at 40%: their number is random, but none is drawn twice."
    ),
    source="An alternative to the sampling of Baykal et al., arXiv 1804.05345; measured here",
    quantities=(
        Quantity("log of the error, Poisson over CoreNet, 20%", above(0), median),
        Quantity("log of the error, Poisson over CoreNet, 40%", below(0), median),
        *(
            Quantity(f"relative error, {method}, {keep:.0%}", None, median)
            for keep in KEEPS
            for method in ("CoreNet", "Poisson")
        ),
    ),
    experiment=by_seed(_gaps),
    control=by_seed(_gaps, by_sensitivity=False),
    broken="the same chance for every edge",
    unit="trained networks, of 4 samples each",
    smoke=64,
    full=256,
    chunk=4,
    against="CoreNet as better than other samples of as many edges, at 40%",
)
