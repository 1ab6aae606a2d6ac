"""CN-11: keeping the largest weights, a baseline that is missing, beats CoreNet.

Trained by Adam, on MNIST, a network has only the higher accuracy and not the smaller error:
tests/test_coresets_mnist.py.
"""

from math import log

import numpy as np

from paper_checks.claim import Claim, Quantity, above
from paper_checks.experiments.trained_coresets import (
    Problem,
    digits,
    in_other_units,
    thresholded,
)
from paper_checks.replicates import by_seed
from paper_checks.summaries import median

KEEPS = (0.2, 0.4)


def _gaps(seed: int, units: bool = False) -> list[float]:
    """Errors and accuracies of one trained network at both shares."""
    problem = in_other_units(digits(seed), seed) if units else digits(seed)
    pairs = [_pair(problem, keep, seed) for keep in KEEPS]
    whole = problem.outcome(problem.network.weights)[1]
    gaps = [log(ours[0] / theirs[0]) for ours, theirs in pairs]
    gaps += [theirs[1] - ours[1] for ours, theirs in pairs]
    return [*gaps, whole, *np.ravel(pairs)]


def _pair(problem: Problem, keep: float, seed: int) -> tuple[tuple[float, float], ...]:
    """Error and accuracy of CoreNet and of the largest weights at its shares of the layers."""
    coreset = problem.coreset(keep, seed)
    return problem.outcome(coreset.weights), problem.outcome(thresholded(coreset))


CLAIM = Claim(
    id="CN-11",
    title="Digits: the largest weights do better than CoreNet",
    statement=(
        "Of a network trained by SGD on digits (64-96-48-10), at 20% and 40% of the edges and "
        "equal shares of each layer, keeping the largest weights as they are has a smaller l_1 "
        "error of the outputs and a higher accuracy than CoreNet, without any data: that CoreNet "
        "beats the baselines is so of those that sample. Where inputs and neurons have units of "
        "their own, to which CoreNet is blind, it beats the largest weights too: the control."
    ),
    source=(
        "A baseline that the experiments of Baykal et al., arXiv 1804.05345, do not have (as "
        "recalled); measured here"
    ),
    quantities=(
        *(
            Quantity(f"log of the error, CoreNet over largest, {k:.0%}", above(0), median)
            for k in KEEPS
        ),
        *(Quantity(f"accuracy, largest minus CoreNet, {k:.0%}", above(0), median) for k in KEEPS),
        Quantity("test accuracy, all edges", None, median),
        *(
            Quantity(f"{what}, {method}, {k:.0%}", None, median)
            for k in KEEPS
            for method in ("CoreNet", "largest")
            for what in ("relative error", "test accuracy")
        ),
    ),
    experiment=by_seed(_gaps),
    control=by_seed(_gaps, units=True),
    broken="the same function with inputs and hidden neurons in units of their own (log-normal)",
    unit="trained networks",
    smoke=64,
    full=256,
    chunk=4,
)
