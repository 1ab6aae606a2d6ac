"""CN-12: what a neuron's positive and negative sums lose by cancelling has no mean."""

import numpy as np

from compress.coresets import cancellations
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.experiments.trained_coresets import Problem, digits
from paper_checks.replicates import by_number, replicate_rng, replicate_seed
from paper_checks.summaries import median
from stablenoise.tails import hill

# Hill's standard error in one row is 1 / sqrt(200) = 0.07: a margin of 0.1 takes many rows.
EDGES, POINTS, TAIL = 50, 10_000, 200
IMAGES, IMAGE_TAIL = 5_000, 100


def _indices(seed: int, replicate: int, lopsided: bool = False) -> list[float]:
    """Tail indices of one random neuron, and of one trained network."""
    rng = replicate_rng(seed, replicate)
    w = rng.normal(size=(1, EDGES))
    points = np.maximum(rng.normal(size=(POINTS, EDGES)), 0)
    problem = digits(replicate_seed(seed, replicate))
    trained = problem.network.weights[0]
    if lopsided:
        w, trained = _lopsided(w), _lopsided(trained)
    index = hill.estimate(cancellations(w, points)[:, 0], TAIL).value
    return [index, _median_index(trained, _images(problem, rng))]


def _images(problem: Problem, rng: np.random.Generator) -> np.ndarray:
    """Test images with every pixel times a factor in (1/2, 3/2): 360 alone have no tail."""
    chosen = problem.test[rng.integers(len(problem.test), size=IMAGES)]
    return chosen * rng.uniform(0.5, 1.5, size=chosen.shape)


def _median_index(weights: np.ndarray, points: np.ndarray) -> float:
    """Median over the neurons of their tail indices."""
    return float(
        np.median([hill.estimate(x, IMAGE_TAIL).value for x in cancellations(weights, points).T])
    )


def _lopsided(weights: np.ndarray) -> np.ndarray:
    """Weights made positive, except every tenth, so that sums are hardly ever near 0."""
    signs = np.where(np.arange(weights.shape[1]) % 10, 1, -1)
    return abs(weights) * signs


CLAIM = Claim(
    id="CN-12",
    title="Cancellations have tail index 1, so no mean",
    statement=(
        "The cancellation of a neuron of both signs, sum |w a| over |sum w a|, has tail index 1: "
        "the sum has a density at 0. So it has no mean, and the theorem's assumption that it is "
        "subexponential (A2) does not hold, for random neurons nor for trained ones."
    ),
    source="Against an assumption of Baykal et al., arXiv 1804.05345 (as recalled); derived",
    quantities=(
        Quantity("tail index by Hill, random neuron of 50 edges", equals(1, 0.1), median),
        Quantity("median of those of a trained network's first layer", equals(1, 0.1), median),
    ),
    experiment=by_number(_indices),
    control=by_number(_indices, lopsided=True),
    broken="nine in ten weights are positive, so that sums are not near 0",
    unit="random neurons, and networks trained on the digits",
    smoke=80,
    full=256,
    chunk=4,
)
