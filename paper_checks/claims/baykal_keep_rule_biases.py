"""CN-19: to keep a neuron whole when its draws were many is to bias it."""

import numpy as np

from paper_checks.claim import Claim, Quantity, above, equals
from paper_checks.experiments.sampled_neurons import enumerated, fed_neuron
from paper_checks.replicates import by_number, replicate_rng
from paper_checks.summaries import computed, median

EDGES, POINTS, DRAWS = 3, 3, 3
FIXTURE = np.array([0.8, 0.2]), 2  # chances and draws; weights are 1
EXACT = 1.12, 0.52


def _biases(seed: int, replicate: int, after: bool = True) -> list[float]:
    """Largest relative bias of a weight of a random neuron, and means of the fixture's weights."""
    neuron = fed_neuron(replicate_rng(seed, replicate), EDGES, POINTS)
    found = _mean(neuron.chances, DRAWS, after)
    fixture = map(float, _mean(*FIXTURE, after))
    return [float(abs(found - 1).max()), *fixture, float(neuron.chances.max())]


def _mean(chances: np.ndarray, draws: int, after: bool) -> np.ndarray:
    """Exact means of sampled weights over the weights.

    After sampling the neuron is kept whole where all of its edges were drawn; or nothing is.
    """
    likely, counts = enumerated(chances, draws)
    values = counts / (draws * chances)
    if after:
        values[np.count_nonzero(counts, axis=1) == len(chances)] = 1
    return likely @ values


CLAIM = Claim(
    id="CN-19",
    title="Keeping a neuron whole by its draws biases it",
    statement=(
        "A rule that keeps a neuron whole where its draws turned out to hold all of its edges "
        "makes the sample biased: of two weights 1 with chances 0.8 and 0.2 two draws have the "
        "means 1.12 and 0.52, and of a neuron of 3 edges some weight is off by more than 2%. Here "
        "it is decided before anything is drawn."
    ),
    source=(
        "Rule of torchprune, the library of the paper's authors (base_sparsifier.py, read); theory "
        "corenet.md section 3, derived and measured there"
    ),
    quantities=(
        Quantity("largest relative bias, random neurons", above(0.02), median),
        Quantity("mean of the first weight, chance 0.8", equals(EXACT[0], 1e-9), computed),
        Quantity("mean of the second, chance 0.2", equals(EXACT[1], 1e-9), computed),
        Quantity("largest chance of an edge, random neurons", None, median),
    ),
    experiment=by_number(_biases),
    control=by_number(_biases, after=False),
    broken="no neuron is kept whole by its draws",
    unit="random neurons",
    smoke=64,
    full=128,
    chunk=16,
    against="the rule by which torchprune keeps neurons whole",
)
