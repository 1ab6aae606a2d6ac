"""CN-25: draws of a convolution's edges serve all its places at once."""

import numpy as np

from compress.coresets import Budget, ReluNetwork, bounds, corenet, sparsify
from paper_checks.claim import Claim, Quantity, below
from paper_checks.replicates import by_number, replicate_rng, replicate_seed
from paper_checks.summaries import bounded, median, worst
from stablenoise.layers import Architecture, Conv, Flatten

IMAGE, PLACES = (2, 4, 4), 16  # one place for each pixel, as the convolution is padded
POINTS, TRIALS = 40, 100
EPSILON, DELTA = 0.4, 0.1
PLAN = Architecture((Conv(padding=1), Flatten()), image=IMAGE)


def _missed(seed: int, replicate: int, corner: bool = False) -> list[float]:
    """Shares of the coresets of one kernel that miss at some place: at points of S, at fresh ones.

    With ``corner`` shares are those of the first place alone, where part of a patch is padding.
    """
    rng, own = replicate_rng(seed, replicate), replicate_seed(seed, replicate)
    kernel = rng.lognormal(0, 0.5, size=(1, IMAGE[0], 3, 3))
    network = ReluNetwork([kernel], architecture=PLAN)
    seen, fresh = (rng.uniform(size=(POINTS, int(np.prod(IMAGE)))) for _ in range(2))
    (rows,), (others,) = network.inputs(seen), network.inputs(fresh)
    mass = _shares(network, seen, rows, corner)
    draws = bounds.tight_sample_size(float(mass.sum()), EPSILON, DELTA / PLACES)
    tiled = np.tile(network.matrices[0], (TRIALS, 1)), np.tile(mass, (TRIALS, 1))
    sampled = sparsify(*tiled, [draws, 0], own).weights.toarray()
    at_seen, at_fresh = (_failing(sampled, network.matrices[0], x) for x in (rows, others))
    return [float(at_seen.mean(axis=0).max()), float(at_fresh.mean()), float(draws)]


def _shares(network: ReluNetwork, points: np.ndarray, rows: np.ndarray, corner: bool) -> np.ndarray:
    """Sensitivities of the kernel's entries, over all places or over the first one."""
    if corner:
        one = ReluNetwork([network.matrices[0]])
        first = rows.reshape(POINTS, PLACES, -1)[:, 0]
        return corenet(one, first, Budget(1.0), 1).plans[0].layer.sensitivities
    return corenet(network, points, Budget(1.0), 1).plans[0].layer.sensitivities


def _failing(sampled: np.ndarray, exact: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Which coresets are off by epsilon at some place of each point: (trials, points)."""
    sums = exact @ rows.T
    off = abs(sampled @ rows.T - sums) > EPSILON * sums
    return off.reshape(len(sampled), POINTS, PLACES).any(axis=2)


CLAIM = Claim(
    id="CN-25",
    title="Draws of a kernel serve all its places at once",
    statement=(
        "Entries of a positive kernel of 2 x 3 x 3, over padded images of 4 x 4, are drawn by the "
        "largest shares over all patches of S.  With the draws that Bernstein's inequality asks "
        "for delta / 16, a union over the 16 places, the probability that the sum at some place is "
        "off by more than epsilon = 0.4 is at most delta = 0.1, at points of S and at fresh ones."
    ),
    source=(
        "Derived, for a convolution as a dense layer of shared weights (docstring of Guarantee), "
        "from the proof of theory corenet.md section 1.6 of the sampling of arXiv 1804.05345"
    ),
    quantities=(
        Quantity("largest share that misses at a point of S", below(DELTA), worst),
        Quantity("share that misses at fresh points", below(DELTA), bounded(0, 1)),
        Quantity("draws", None, median),
    ),
    experiment=by_number(_missed),
    control=by_number(_missed, corner=True),
    broken="shares are those of the first place alone, where part of each patch is padding",
    unit="random kernels, of 100 coresets each",
    smoke=192,
    full=192,
    chunk=16,
)
