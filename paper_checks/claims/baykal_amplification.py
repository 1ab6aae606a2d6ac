"""CN-16: the best of several coresets of a neuron is better, above all with both signs."""

from math import log
from typing import NamedTuple

import numpy as np

from compress.coresets import Budget, ReluNetwork, corenet_plus_plus
from compress.coresets.diagnostics import output_change
from paper_checks.claim import Claim, Quantity, below, equals
from paper_checks.experiments.sampled_neurons import Neuron, random_neuron
from paper_checks.experiments.trained_coresets import SEEN, digits, held_out
from paper_checks.replicates import by_number, replicate_rng, replicate_seed
from paper_checks.summaries import median

KEEP, TRIALS = 0.2, 8
EDGES, POINTS, COPIES = 100, 120, 30
INPUT, DRAWS = 27, 3


def _gains(seed: int, replicate: int, alike: bool = True) -> list[float]:
    """Mean logarithms of errors, after the choice over before, and of those before.

    Points to choose by are of the law of S, or all but one of their inputs are 0.
    """
    rng, own = replicate_rng(seed, replicate), replicate_seed(seed, replicate)
    problem = digits(own)
    trained = _Kind(problem.network, problem.seen, held_out(SEEN), problem.test)
    kinds = [_logs(trained, alike, own + draw) for draw in range(DRAWS)]
    positive = [_logs(_copies(random_neuron(rng, EDGES, POINTS)), alike, own) for _ in range(DRAWS)]
    (first, second), (one, two) = np.mean(kinds, axis=0), np.mean(positive, axis=0)
    return [second - first, two - one, np.exp(first), np.exp(one)]


class _Kind(NamedTuple):
    """A network, S, points to choose by and fresh points."""

    network: ReluNetwork
    seen: np.ndarray
    choice: np.ndarray
    fresh: np.ndarray


def _copies(neuron: Neuron) -> _Kind:
    """Equal neurons of positive weights."""
    seen, choice = np.split(neuron.seen, 2)
    return _Kind(ReluNetwork([np.tile(neuron.weights, (COPIES, 1))]), seen, choice, neuron.fresh)


def _logs(kind: _Kind, alike: bool, seed: int) -> list[float]:
    """Logarithms of the errors of the first coreset of each neuron, and of the best of several."""
    choice = kind.choice if alike else _dark(kind.choice)
    given = kind.network, kind.seen, Budget(KEEP), seed % 2**64, choice
    coresets = [corenet_plus_plus(*given, trials) for trials in (1, TRIALS)]
    return [log(output_change(coreset, kind.fresh)) for coreset in coresets]


def _dark(points: np.ndarray) -> np.ndarray:
    """Points of which one input is left, in the middle of an image."""
    return points * (np.arange(points.shape[1]) == INPUT)


CLAIM = Claim(
    id="CN-16",
    title="The best of 8 coresets helps, mostly with both signs",
    statement=(
        "CoreNet++ has a smaller error at fresh points than CoreNet+ with as many edges: of a "
        "network trained on digits (64-96-48-10, 20% of the edges, best of 8 by 200 images held "
        "out) by more than 10%, as a choice finds sides whose errors cancel; of a neuron of "
        "positive weights by less than 20%."
    ),
    source=(
        "Amplification of Baykal et al., arXiv 1804.05345 (as recalled; that it goes further, "
        "theory papers.md); theory corenet.md sections 1.5 and 5"
    ),
    quantities=(
        Quantity("log of the error, best of 8 over the first, trained", below(-0.1), median),
        Quantity("the same, positive neuron", equals(-0.1, 0.09), median),
        Quantity("geometric mean of the error of the first, trained", None, median),
        Quantity("geometric mean of the error of the first, positive neuron", None, median),
    ),
    experiment=by_number(_gains),
    control=by_number(_gains, alike=False),
    broken="the points to choose by are of another law: all inputs but one are 0",
    unit="trained networks of 3 coresets, and 3 random neurons",
    smoke=24,
    full=32,
    chunk=4,
)
