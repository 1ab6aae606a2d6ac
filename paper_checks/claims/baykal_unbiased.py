"""CN-1: the expectation of a sampled weight is the weight."""

from paper_checks.claim import Claim, Quantity, below
from paper_checks.experiments.sampled_neurons import enumerated, fed_neuron, value_of_draws
from paper_checks.replicates import by_number, replicate_rng, replicate_seed
from paper_checks.summaries import median, worst

EDGES, POINTS, DRAWS = 4, 3, 3
ROUNDING = 1e-12  # sums of 1,000 weights, and of 64 products


def _bias(seed: int, replicate: int, by_weight: bool = False) -> list[float]:
    """Largest relative bias of a weight over all 64 sequences of draws, and the rarest chance."""
    neuron = fed_neuron(replicate_rng(seed, replicate), EDGES, POINTS)
    value = value_of_draws(neuron, DRAWS, replicate_seed(seed, replicate))
    w = neuron.weights[0]
    chances, counts = enumerated(w / w.sum() if by_weight else neuron.chances, DRAWS)
    mean = chances @ (counts * value)
    return [float(abs(mean / w - 1).max()), float(neuron.chances.min())]


CLAIM = Claim(
    id="CN-1",
    title="A sampled weight has the weight as its mean",
    statement=(
        "Over all sequences of 3 draws among the 4 edges of a neuron, with their probabilities, "
        "the sampled weight c w / (m q), as the code gives it, has the weight as its mean."
    ),
    source=(
        "Estimator of Baykal et al., arXiv 1804.05345 (third-party code, read); moments derived, "
        "theory corenet.md section 1.6"
    ),
    quantities=(
        Quantity("largest relative bias of a weight", below(ROUNDING), worst),
        Quantity("smallest chance of an edge", None, median),
    ),
    experiment=by_number(_bias),
    control=by_number(_bias, by_weight=True),
    broken="edges are drawn by |w| and weighted as if by their sensitivity",
    unit="random neurons",
    smoke=20,
    full=64,
    chunk=16,
    kind="identity",
)
