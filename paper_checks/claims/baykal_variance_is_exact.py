"""CN-2: the variance of a sampled sum is its formula."""

from compress.coresets.diagnostics import variances
from paper_checks.claim import Claim, Quantity, below
from paper_checks.experiments.sampled_neurons import (
    coreset_of,
    enumerated,
    fed_neuron,
    value_of_draws,
)
from paper_checks.replicates import by_number, replicate_rng, replicate_seed
from paper_checks.summaries import median, worst

EDGES, POINTS, DRAWS = 4, 3, 3
ROUNDING = 1e-12  # sums over 64 sequences, of 4 products


def _difference(seed: int, replicate: int, again: bool = True) -> list[float]:
    """Difference of the variance by enumeration and by the formula, at fresh points.

    It is relative to the second moment, from which the formula subtracts the squared sum: where
    they nearly cancel, what is left has the roundings of both.
    """
    own = replicate_seed(seed, replicate)
    neuron = fed_neuron(replicate_rng(seed, replicate), EDGES, POINTS)
    formula = variances(coreset_of(neuron, DRAWS, own), neuron.fresh)[0][:, 0]
    chances, counts = enumerated(neuron.chances, DRAWS, again)
    sums = (counts * value_of_draws(neuron, DRAWS, own)) @ neuron.fresh.T
    spread = chances @ (sums - chances @ sums) ** 2
    square = (neuron.fresh @ neuron.weights[0]) ** 2
    difference = abs(spread - formula) / (formula + square / DRAWS)
    return [float(difference.max()), float((spread / square).mean())]


CLAIM = Claim(
    id="CN-2",
    title="The variance of a sampled sum is its formula",
    statement=(
        "Over all sequences of 3 draws among the 4 edges of a neuron, with their probabilities, "
        "the sum of the sampled weights times the inputs of a fresh point has the variance (sum "
        "w^2 a^2 / q - z^2) / m that the code computes."
    ),
    source="Derived, theory corenet.md section 1.6, of the sampling of arXiv 1804.05345",
    quantities=(
        Quantity("difference of the two variances, over the second moment", below(ROUNDING), worst),
        Quantity("variance over the squared sum", None, median),
    ),
    experiment=by_number(_difference),
    control=by_number(_difference, again=False),
    broken="no edge is drawn twice",
    unit="random neurons",
    smoke=20,
    full=64,
    chunk=16,
    kind="identity",
)
