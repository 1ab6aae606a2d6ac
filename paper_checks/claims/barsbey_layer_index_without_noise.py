"""E-5: a layer trained without noise is read as heavy-tailed, and only a test tells.

What was found, on the digits of scikit-learn: the indices of trained layers are those that papers
on heavy-tailed SGD estimate.
"""

from functools import cache

import numpy as np

from paper_checks.claim import Claim, Quantity, above, below, equals
from paper_checks.experiments import pruned_networks
from paper_checks.experiments.pruned_networks import half_as_many_steps
from paper_checks.replicates import by_seed
from paper_checks.summaries import median
from stablenoise import fit
from stablenoise.data.datasets import Dataset, load_digits
from stablenoise.field import NoiseField
from stablenoise.fit.stability import over_identification
from stablenoise.noises import independent
from stablenoise.tails import hill, papers_block

INDEX = 1.5  # of the noise
PEAKS, ORDERS = 113, 5  # the square root of 12,800 weights; orders of the papers' estimate
FREE, SMALLEST = np.full(4, np.nan), 1e-300


def _indices(seed: int, trains: bool = True) -> list[float]:
    """Accuracy without noise; what is read from that layer, and from one trained with noise."""
    data, field = _digits(), NoiseField(INDEX, seed, independent)
    start, sizes = pruned_networks.before_training(data, seed), half_as_many_steps()
    quiet, noisy = (
        pruned_networks.after_training(data, seed, field, sigma, sizes) if trains else start
        for sigma in (0.0, pruned_networks.SIGMA)
    )
    accuracy = pruned_networks.NETWORK.accuracy(quiet, data.x_test, data.y_test)
    return [accuracy, *_read(quiet[0]), *_read(noisy[0]), fit.stable(start[0].ravel()).alpha]


@cache
def _digits() -> Dataset:
    return load_digits()


def _read(layer: np.ndarray) -> list[float]:
    """Index by likelihood, by the papers, and of the largest weights; log10 of a p-value."""
    weights = layer.ravel() - np.median(layer)
    papers = papers_block.estimate(weights[weights != 0], ORDERS, seed=1).value
    seen = over_identification(weights / weights.std(), None, FREE)
    return [
        fit.stable(weights).alpha,
        papers,
        hill.estimate(weights, PEAKS).value,
        float(np.log10(max(seen.pvalue, SMALLEST))),
    ]


CLAIM = Claim(
    id="E-5",
    title="Trained without noise, a layer is read as index 1.75",
    deciding="index by likelihood, no noise",
    statement=(
        "Trained on the digits of scikit-learn without any noise, a layer that began as Gaussian "
        "is read as stable of an index near 1.75, by likelihood and by the papers' estimator; but "
        "its largest weights have an index above 3, and the test of over-identification has a "
        "p-value below 1e-20. Trained with independent noise of index 1.5 it is read as 1.6, its "
        "largest weights have an index below 2.5, and the p-value is above 1e-20, most often near "
        "0.1. An index that is read below 2 is no sign of noise."
    ),
    source=(
        "Stated as found; Barsbey et al., arXiv 2106.03795, estimate indices of trained layers "
        "with this estimator (code, read)"
    ),
    quantities=(
        Quantity("test accuracy without noise", above(0.8), median),
        Quantity("index by likelihood, no noise", equals(1.75, 0.1), median),
        Quantity("index by the papers' estimator, no noise", equals(1.75, 0.1), median),
        Quantity("index by Hill from 113 weights, no noise", above(3), median),
        Quantity("log10 of the p-value, no noise", below(-20), median),
        Quantity("index by likelihood, noise of 1.5", equals(1.6, 0.1), median),
        Quantity("index by the papers' estimator, noise of 1.5", equals(1.6, 0.1), median),
        Quantity("index by Hill from 113 weights, noise of 1.5", below(2.5), median),
        Quantity("log10 of the p-value, noise of 1.5", above(-20), median),
        Quantity("index by likelihood, before training", None, median),
    ),
    experiment=by_seed(_indices),
    control=by_seed(_indices, trains=False),
    broken="layers are as they began: there is neither training nor noise",
    unit="pairs of networks",
    smoke=48,
    full=192,
    chunk=2,
)
