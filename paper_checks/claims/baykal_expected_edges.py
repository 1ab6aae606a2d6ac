"""CN-4: so many different edges are drawn as expected."""

import numpy as np

from paper_checks.claim import Claim, Quantity, equals
from paper_checks.experiments.sampled_neurons import coreset_of, drawn, random_neuron
from paper_checks.replicates import by_number, replicate_rng, replicate_seed
from paper_checks.summaries import median

EDGES, POINTS, TRIALS = 100, 60, 100
MARGIN = 0.005  # at 100 samples means are normal, and the median of means is the mean


def _excess(seed: int, replicate: int, uniform: bool = False) -> list[float]:
    """Relative excess of the mean number of edges in samples, and the expected number."""
    rng, own = replicate_rng(seed, replicate), replicate_seed(seed, replicate)
    neuron, draws = random_neuron(rng, EDGES, POINTS), int(rng.integers(5, EDGES // 2))
    expected = coreset_of(neuron, draws, own).plans[0].expected
    if uniform:
        ones = np.ones_like(neuron.weights)
        neuron = neuron._replace(weights=ones, seen=np.eye(EDGES))
    seen = drawn(neuron, draws, TRIALS, own).weights.nnz / TRIALS
    return [seen / expected - 1, expected]


CLAIM = Claim(
    id="CN-4",
    title="So many different edges are drawn as expected",
    statement=(
        "The mean number of different edges in m draws is the sum of 1 - (1 - q)^m, by which "
        "budgets are settled before anything is drawn."
    ),
    source="Derived, theory corenet.md section 1.6, of the sampling of arXiv 1804.05345",
    quantities=(
        Quantity("relative excess of the mean number", equals(0, MARGIN), median),
        Quantity("expected number", None, median),
    ),
    experiment=by_number(_excess),
    control=by_number(_excess, uniform=True),
    broken="all edges have the same chance, and the expectation is for chances by sensitivity",
    unit="random neurons, of 100 samples each",
    smoke=384,
    full=512,
    chunk=32,
)
