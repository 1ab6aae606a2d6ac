"""CN-3: at the points of S the variance is bounded by the sum of sensitivities, and that by S."""

import numpy as np

from compress.coresets.diagnostics import variances
from paper_checks.claim import Claim, Quantity, below, equals
from paper_checks.experiments.sampled_neurons import Neuron, coreset_of, random_neuron
from paper_checks.replicates import by_number, replicate_rng, replicate_seed
from paper_checks.summaries import median, worst

MOST_EDGES, MOST_POINTS = 40, 20
ROUNDING = 1e-9  # of differences of numbers of the size of the edges


def _excess(seed: int, replicate: int, fresh: bool = False) -> list[float]:
    """By how much the three bounds are exceeded, how near the first is met, and met it is."""
    rng = replicate_rng(seed, replicate)
    edges, points = int(rng.integers(2, MOST_EDGES)), int(rng.integers(1, MOST_POINTS))
    neuron = random_neuron(rng, edges, points)
    neuron.seen[:, 0] = 1  # some sum is never 0
    own = replicate_seed(seed, replicate)
    relative, total = _relative(neuron, neuron.fresh if fresh else neuron.seen, own)
    # Where each point of S has an edge of its own, S is as large as it can be.
    apart = neuron._replace(weights=np.ones((1, edges)), seen=np.eye(edges)[:points])
    met, most = _relative(apart, apart.seen, own)
    bounds = [[r - (s - 1), s - min(edges, points)] for r, s in ((relative, total), (met, most))]
    return [bounds[0][0], 1 - total, bounds[0][1], relative / total, *bounds[1]]


def _relative(neuron: Neuron, x: np.ndarray, seed: int) -> tuple[float, float]:
    """Largest m var / z^2 at the points x, and the sum of sensitivities."""
    spread = variances(coreset_of(neuron, 1, seed), x)[0][:, 0]
    z = np.where(neuron.sensitivities > 0, neuron.weights[0], 0) @ x.T
    relative = np.divide(spread, z**2, out=np.zeros_like(z), where=z > 0).max()
    return float(relative), float(neuron.sensitivities.sum())


CLAIM = Claim(
    id="CN-3",
    title="The sum of sensitivities bounds variance, and S bounds it",
    statement=(
        "At a point of S the variance of the sampled sum of a positive neuron is at most (S - 1) / "
        "m of the squared sum, S being the sum of sensitivities over m draws; and S is between 1 "
        "and the smaller of the number of points of S and of edges. Both are met if each point of "
        "S is on one edge."
    ),
    source="Derived, theory corenet.md section 1.6, of the sampling of arXiv 1804.05345",
    quantities=(
        Quantity("m var / z^2 minus S - 1, largest at S", below(ROUNDING), worst),
        Quantity("1 minus the sum of sensitivities", below(ROUNDING), worst),
        Quantity("that sum minus the number of points or edges", below(ROUNDING), worst),
        Quantity("m var / z^2 over the sum, largest at S", None, median),
        Quantity("m var / z^2 minus S - 1, a point an edge", equals(0, ROUNDING), worst),
        Quantity("the sum minus the number, a point an edge", equals(0, ROUNDING), worst),
    ),
    experiment=by_number(_excess),
    control=by_number(_excess, fresh=True),
    broken="the points are fresh ones, and not those of S",
    unit="random neurons",
    smoke=300,
    full=600,
    chunk=50,
)
