"""CN-20: edges sampled without replacement, against CoreNet's draws."""

from functools import partial
from math import log

import numpy as np

from paper_checks.claim import Claim, Quantity, above, below
from paper_checks.trained_coresets import digits, key, without_replacement

LITTLE, MUCH = 0.2, 0.4


def _gaps(replicates: range, seed: int, by_sensitivity: bool = True) -> np.ndarray:
    """Log ratios of the errors, and the errors, of one trained network a replicate."""
    rows = []
    for k in (key(seed, r) for r in replicates):
        problem, row = digits(k), []
        for keep in (LITTLE, MUCH):
            coreset = problem.coreset(keep, k, "layer")
            chosen = without_replacement(coreset, k, by_sensitivity)
            row += [problem.outcome(weights)[0] for weights in (coreset.weights, chosen)]
        rows.append([log(row[1] / row[0]), log(row[3] / row[2]), *row])
    return np.array(rows)


CLAIM = Claim(
    id="CN-20",
    statement=(
        "Sampling without replacement is no plain gain. Edges kept independently with probability "
        "min(1, c s), weights w over it, have on a network trained on the digits a larger error "
        "than CoreNet's draws at 20% of the edges of each layer and a smaller one at 40%: their "
        "number is random, but none is drawn twice."
    ),
    source="An alternative to the sampling of Baykal et al., arXiv 1804.05345; measured here",
    quantities=(
        Quantity("log of the error, Poisson over CoreNet, 20%", above(0)),
        Quantity("log of the error, Poisson over CoreNet, 40%", below(0)),
        *(
            Quantity(f"relative error, {method}, {keep:.0%}")
            for keep in (LITTLE, MUCH)
            for method in ("CoreNet", "Poisson")
        ),
    ),
    experiment=_gaps,
    control=partial(_gaps, by_sensitivity=False),
    broken="the same chance for every edge",
    unit="trained networks",
    smoke=96,
    full=384,
    chunk=4,
)
