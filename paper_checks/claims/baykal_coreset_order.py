"""CN-10: on a trained network CoreNet has smaller errors than the baselines that sample."""

from dataclasses import replace
from math import log

import numpy as np

from paper_checks.claim import Claim, Quantity, above
from paper_checks.experiments.trained_coresets import SAMPLERS, Problem, digits, key, sampled
from paper_checks.summaries import median

KEEP = 0.4


def _gaps(replicates: range, seed: int) -> np.ndarray:
    """One trained network a replicate."""
    return np.array([_row(digits(k), k) for k in (key(seed, r) for r in replicates)])


def _elsewhere(replicates: range, seed: int) -> np.ndarray:
    """S of inverted images, of which only the border is left."""
    border = np.pad(np.zeros((6, 6)), 1, constant_values=1).ravel()
    rows = []
    for k in (key(seed, r) for r in replicates):
        problem = digits(k)
        rows.append(_row(replace(problem, seen=(1 - problem.seen) * border), k))
    return np.array(rows)


def _row(problem: Problem, key: int) -> list[float]:
    coreset = problem.coreset(KEEP, key)
    error, accuracy = problem.outcome(coreset.weights)
    others = [problem.outcome(sampled(coreset, sampler, key)) for sampler in SAMPLERS]
    gaps = [log(other / error) for other, _ in others]
    return [*gaps, error, accuracy, *(other for other, _ in others)]


NAMES = [sampler.__name__ for sampler in SAMPLERS]
CLAIM = Claim(
    id="CN-10",
    statement=(
        "Of a network trained on the digits (64-96-48-10), at 40% of the edges and equal shares of "
        "each layer, CoreNet's outputs have a smaller l_1 error than those of edges sampled "
        "uniformly, by |w|, by w^2 or by the mean of the two."
    ),
    source="Baykal et al., arXiv 1804.05345 (experiments, as summarised; on digits here)",
    quantities=(
        *(Quantity(f"log of the error, {name} over CoreNet", above(0), median) for name in NAMES),
        Quantity("relative error, CoreNet", None, median),
        Quantity("test accuracy, CoreNet", None, median),
        *(Quantity(f"relative error, {name}", None, median) for name in NAMES),
    ),
    experiment=_gaps,
    control=_elsewhere,
    broken="S is of another law: the borders of inverted images",
    unit="trained networks",
    smoke=64,
    full=256,
    chunk=4,
)
