"""P2-5: the index of a layer, what can be pruned and the gap of accuracies, over step and batch.

The protocol of Barsbey et al. in small: constant step sizes and batches, no noise but that of the
minibatches, the papers' estimator on the layer centred at its median, and correlations over
settings.  They train until all is learned and average the last 1,000 iterates; here the time,
steps times step size, is 15 for all.
"""

from functools import cache
from itertools import product

import numpy as np
from scipy import stats

from chaos.network import Weights
from compress.pruning import magnitude
from paper_checks.claim import Claim, Quantity, above, below, equals
from paper_checks.experiments import pruned_networks as trained
from paper_checks.experiments.pruned_networks import Sizes
from paper_checks.replicates import by_seed
from paper_checks.summaries import median
from stablenoise.data.datasets import Dataset, load_ecg5000
from stablenoise.tails import papers_block

STEP_SIZES, BATCHES, TIME, NEURONS = (0.05, 0.1, 0.2), (4, 16, 64), 15.0, 100
SETTINGS = tuple(product(STEP_SIZES, BATCHES))
ORDERS, ERROR = 5, 0.1  # of the papers' estimate; relative, not squared: the rule of their program


def _correlations(seed: int, opposite: bool = False) -> list[float]:
    """Rank correlations over settings on one seed, and what they are made of."""
    seen = np.array([_seen(seed, *setting) for setting in SETTINGS])
    index, share, train, test = seen[:: -1 if opposite else 1].T
    ratios = [eta / batch for eta, batch in SETTINGS]
    pairs = (ratios, index), (index, share), (ratios, share), (index, train - test)
    correlations = [float(stats.spearmanr(*pair).statistic) for pair in pairs]
    low, high = np.argmin(ratios), np.argmax(ratios)
    return [test.min() - trained._part_way(_data()), *correlations, index[low], index[high]]


def _seen(seed: int, eta: float, batch: int) -> list[float]:
    """Index of the layer, share of it that can be pruned, and both accuracies."""
    data, sizes = _data(), Sizes(NEURONS, round(TIME / eta), eta, batch=batch)
    weights = trained._train(data, seed, trained.GAUSSIAN, 0.0, sizes)
    return [*_read(weights), *(_accuracy(weights, data, part) for part in ("train", "test"))]


def _read(weights: Weights) -> tuple[float, float]:
    """Index by the papers' estimator, and share of weights that can be pruned."""
    layer = weights[0].ravel().astype(float)
    centred = layer - np.median(layer)
    index = papers_block.estimate(centred[centred != 0], ORDERS, seed=1).value
    return index, 1 - magnitude.keep_for_error(centred, ERROR**2)


def _accuracy(weights: Weights, data: Dataset, part: str) -> float:
    x, y = getattr(data, f"x_{part}"), getattr(data, f"y_{part}")
    return trained.NETWORK.accuracy(weights, x, y)


@cache
def _data() -> Dataset:
    return trained.in_single(load_ecg5000())


CLAIM = Claim(
    id="P2-5",
    statement=(
        "Over three step sizes and three batch sizes, ECG5000, SGD without added noise: the index "
        "that the papers' estimator reads from the hidden layer falls as step size over batch size "
        "grows, and more can be pruned where it is smaller. But it stays between 1.7 and 2: "
        "the gap between training and test accuracy is reported."
    ),
    source=(
        "Barsbey et al., arXiv 2106.03795 (as summarised; estimator, centring and rule of pruning "
        "by its code, read); sizes are ours"
    ),
    quantities=(
        Quantity("least test accuracy, half way from guessing to 1", above(0), median),
        Quantity("correlation of step over batch with the index", below(0), median),
        Quantity("correlation of the index with the share pruned", below(0), median),
        Quantity("correlation of step over batch with the share pruned", above(0), median),
        Quantity("correlation of the index with the gap of accuracies", None, median),
        Quantity("index, smallest step over batch", None, median),
        Quantity("index, largest step over batch", equals(1.85, 0.15), median),
    ),
    experiment=by_seed(_correlations),
    control=by_seed(_correlations, opposite=True),
    broken="each setting is called by the step size and the batch size of its opposite",
    unit="networks of nine settings",
    smoke=80,
    full=320,
    chunk=2,
    needs=lambda: trained.missing(load_ecg5000),
)
