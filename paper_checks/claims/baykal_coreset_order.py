"""CN-10: on a trained network CoreNet has smaller errors than the baselines that sample."""

from dataclasses import replace
from math import log

import numpy as np

from paper_checks.claim import Claim, Quantity, above
from paper_checks.experiments.trained_coresets import SAMPLERS, Problem, digits, sampled
from paper_checks.replicates import by_seed
from paper_checks.summaries import median

KEEP = 0.4


def _gaps(seed: int) -> list[float]:
    """Row of one trained network."""
    return _row(digits(seed), seed)


def _elsewhere(seed: int) -> list[float]:
    """The same where S is of inverted images, of which only the border is left."""
    border = np.pad(np.zeros((6, 6)), 1, constant_values=1).ravel()
    problem = digits(seed)
    return _row(replace(problem, seen=(1 - problem.seen) * border), seed)


def _row(problem: Problem, seed: int) -> list[float]:
    coreset = problem.coreset(KEEP, seed)
    change, accuracy = problem.outcome(coreset.weights)
    others = [problem.outcome(sampled(coreset, sampler, seed)) for sampler in SAMPLERS]
    gaps = [log(other / change) for other, _ in others]
    return [*gaps, change, accuracy, *(other for other, _ in others)]


NAMES = [sampler.__name__ for sampler in SAMPLERS]
CLAIM = Claim(
    id="CN-10",
    title="Digits: CoreNet errs less than the other samples",
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
    experiment=by_seed(_gaps),
    control=by_seed(_elsewhere),
    broken="S is of another law: the borders of inverted images",
    unit="trained networks",
    smoke=64,
    full=256,
    chunk=4,
)
