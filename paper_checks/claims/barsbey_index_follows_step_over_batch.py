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
from paper_checks.claim import Claim, Quantity, above, below
from paper_checks.experiments import pruned_networks as trained
from paper_checks.experiments.pruned_networks import Sizes
from paper_checks.replicates import by_seed
from paper_checks.summaries import median
from stablenoise.data.datasets import Dataset, load_ecg5000
from stablenoise.tails import papers_block

STEP_SIZES, BATCHES, TIME, NEURONS = (0.05, 0.1, 0.2), (4, 16, 64), 15.0, 100
SETTINGS = tuple(product(STEP_SIZES, BATCHES))
APART, FAR = 0.25, 0.4  # of rank correlations: of nine settings without one they are 0 +- 0.35
ORDERS, ERROR = 5, 0.1  # of the papers' estimate; relative, not squared: the rule of their program


def _correlations(seed: int, shuffled: bool = False) -> list[float]:
    """Rank correlations over settings on one seed, and what they are made of."""
    seen = np.array([_seen(seed, *setting) for setting in SETTINGS])
    index, share, train, test = seen.T
    if shuffled:
        rng = np.random.default_rng(seed)
        index, share = rng.permutation(index), rng.permutation(share)
    ratios = [eta / batch for eta, batch in SETTINGS]
    pairs = (ratios, index), (index, share), (ratios, share), (index, train - test)
    correlations = [float(stats.spearmanr(*pair).statistic) for pair in pairs]
    return [test.min() - trained._part_way(_data()), *correlations, index.min(), index.max()]


def _seen(seed: int, eta: float, batch: int) -> list[float]:
    """Index of the layer, share of it that can be pruned, and both accuracies."""
    data, sizes = _data(), Sizes(NEURONS, round(TIME / eta), eta, batch=batch)
    weights = trained._train(data, seed, trained.GAUSSIAN, 0.0, sizes)
    return [*_read(weights), *(_accuracy(weights, data, part) for part in ("train", "test"))]


def _read(weights: Weights) -> tuple[float, float]:
    """Index by the papers' estimator, and share of weights that can be pruned."""
    layer = weights[0].ravel().astype(float)
    # A median between two weights would be as far from one as from the other: a block of the two
    # would have the sum 0, which has no logarithm.
    centred = layer - np.quantile(layer, 0.5, method="lower")
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
    title="Index falls and pruning grows with step over batch",
    deciding="correlation of step over batch with the index",
    statement=(
        "Over three step sizes and three batch sizes, ECG5000, SGD without added noise: the index "
        "that the papers' estimator reads from the hidden layer falls as step size over batch size "
        "grows (rank correlation below -0.25 in the median), and more can be pruned where it is "
        "smaller (below -0.4). But it stays between 1.7 and 2 at all nine settings. Its "
        "correlation with the gap between training and test accuracy is reported."
    ),
    source=(
        "Barsbey et al., arXiv 2106.03795 (as summarised; estimator, centring and rule of pruning "
        "by its code, read); sizes are ours"
    ),
    quantities=(
        Quantity("least test accuracy, half way from guessing to 1", above(0), median),
        Quantity("correlation of step over batch with the index", below(-APART), median),
        Quantity("correlation of the index with the share pruned", below(-FAR), median),
        Quantity("correlation of step over batch with the share pruned", above(FAR), median),
        Quantity("correlation of the index with the gap of accuracies", None, median),
        Quantity("least index of the settings", above(1.7), median),
        Quantity("largest index of the settings", below(2), median),
    ),
    experiment=by_seed(_correlations),
    control=by_seed(_correlations, shuffled=True),
    broken="indices and shares are those of settings drawn at random",
    unit="networks of nine settings",
    smoke=80,
    full=320,
    chunk=2,
    needs=lambda: trained.missing(load_ecg5000),
)
