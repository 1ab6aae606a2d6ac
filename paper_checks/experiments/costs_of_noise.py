"""The experiments behind P1-16 and P1-17: what noise and pruning cost in accuracy.

The paper is said to find a slight loss of accuracy, and networks that stand pruning.  Neither word
has a number as far as we have read it: ``SLIGHT`` is ours, and so are the sizes.  So what these
claims find at index 1.5 is ours too, and against no sentence of the paper.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from chaos.network import Weights
from compress.pruning import column
from paper_checks.claim import Claim, Quantity, Rule, above, below
from paper_checks.experiments import pruned_networks as trained
from paper_checks.experiments.headings import title_on
from paper_checks.experiments.pruned_networks import (
    HEAVY,
    LESS_HEAVY,
    SIGMA,
    SMALL,
    SQUARED_ERROR,
    Sizes,
)
from paper_checks.summaries import median, proportion
from stablenoise.data.datasets import Dataset

SLIGHT = 0.05  # five points of test accuracy
SOME = 0.05  # of the networks
LARGE_SIGMA, LARGE_ERROR = 100 * SIGMA, 0.9  # of the controls; the error is squared
Load = Callable[[], Dataset]


def loss_claim(id: str, load: Load, name: str, heavy: Rule | None, found: str) -> Claim:
    """P1-16 on one data set: accuracy without noise minus that with noise, on the same seed.

    Parameters
    ----------
    id : str
        Of the claim.
    load : callable
        Loads the data set.
    name : str
        Of the data set, in the sentence.
    heavy : Rule
        What is found of the median loss at the smaller index; None if it is reported alone.
    found : str
        The same as a sentence, of what is judged.

    Returns
    -------
    Claim

    """
    return trained.seeded_claim(
        id,
        load,
        title=title_on("Noise of index 1.75 costs under 5 points", id),
        deciding="accuracy lost by noise of 1.75",
        statement=(
            f"On {name} isotropic noise of index 1.75 costs a slight loss of accuracy: less than "
            f"5 points of the test part in the median, against the same training without noise. "
            f"{found} Five points are our threshold."
        ),
        source="Wan et al., arXiv 2306.08125 (a slight loss, as summarised; the threshold is ours)",
        quantities=(
            Quantity("test accuracy without noise, half way from guessing to 1", above(0), median),
            Quantity("accuracy lost by noise of 1.75", below(SLIGHT), median),
            Quantity("accuracy lost by noise of 1.5", heavy, median),
            Quantity("networks that lose more than 5 points at 1.75", None, proportion),
            Quantity("networks that lose more than 5 points at 1.5", None, proportion),
            Quantity("test accuracy without noise", None, median),
        ),
        row=losses,
        sizes=_small,
        broken="the noise has a hundred times the scale",
        broken_row=partial(losses, sigma=LARGE_SIGMA),
        broken_labels=False,
        budgets=(320, 640),
    )


def pruning_claim(id: str, load: Load, name: str) -> Claim:
    """P1-17 on one data set: accuracy before pruning at squared error 0.1 minus that after."""
    return trained.seeded_claim(
        id,
        load,
        title=title_on("Pruned at error 0.1, under 5 points lost", id),
        deciding="accuracy lost by pruning, 1.75",
        statement=(
            f"On {name} networks trained with isotropic noise of index 1.75 stand pruning of "
            "columns at squared error 0.1: the median loss of test accuracy is below 5 points. "
            "But the error is no promise where more columns go: of networks of index 1.5 more "
            "than one in twenty lose over 5 points, while Gaussian ones at the same scale lose "
            "less than 5 points in the median too. Five points are our threshold."
        ),
        source="Wan et al., arXiv 2306.08125 (robust, as summarised; the threshold is ours)",
        quantities=(
            Quantity("test accuracy at 1.75, half way from guessing to 1", above(0), median),
            Quantity("accuracy lost by pruning, 1.75", below(SLIGHT), median),
            Quantity("networks of 1.5 that lose more than 5 points", above(SOME), proportion),
            Quantity("accuracy lost by pruning, Gaussian", below(SLIGHT), median),
            Quantity("networks of 1.75 that lose more than 5 points", None, proportion),
            Quantity("Gaussian networks that lose more than 5 points", None, proportion),
            Quantity("accuracy lost by pruning, 1.5", None, median),
            Quantity("the same by as many of the longest columns, 1.5", None, median),
            Quantity("share pruned, 1.75", None, median),
        ),
        row=pruning_losses,
        sizes=_small,
        broken="the squared error is 0.9",
        broken_row=partial(pruning_losses, squared_error=LARGE_ERROR),
        broken_labels=False,
        budgets=(320, 640),
    )


def _small() -> Sizes:
    return SMALL


def losses(data: Dataset, seed: int, sizes: Sizes, sigma: float = SIGMA) -> list[float]:
    """One row of P1-16."""
    quiet, less, heavy = (
        trained._accuracy(trained._train(data, seed, alpha, scale, sizes), data)
        for alpha, scale in ((LESS_HEAVY, 0.0), (LESS_HEAVY, sigma), (HEAVY, sigma))
    )
    lost = quiet - less, quiet - heavy
    return [
        quiet - trained._part_way(data),
        *lost,
        *(float(loss > SLIGHT) for loss in lost),
        quiet,
    ]


def pruning_losses(
    data: Dataset, seed: int, sizes: Sizes, squared_error: float = SQUARED_ERROR
) -> list[float]:
    """One row of P1-17."""

    def lost(weights: Weights, order: int = 1) -> float:
        pruned = _without(weights, squared_error, order)
        return trained._accuracy(weights, data) - trained._accuracy(pruned, data)

    indices = LESS_HEAVY, HEAVY, trained.GAUSSIAN
    networks = [trained._train(data, seed, alpha, SIGMA, sizes) for alpha in indices]
    less, heavy, gaussian = map(lost, networks)
    return [
        trained._accuracy(networks[0], data) - trained._part_way(data),
        less,
        float(heavy > SLIGHT),
        gaussian,
        float(less > SLIGHT),
        float(gaussian > SLIGHT),
        heavy,
        lost(networks[1], order=-1),
        trained._share(networks[0]),
    ]


def _without(weights: Weights, squared_error: float, order: int) -> Weights:
    """Weights without the shortest columns, or as many of the longest if ``order`` is -1."""
    keep = column.keep_for_error(weights[0].T, squared_error)
    by_size = np.argsort(np.linalg.norm(weights[0], axis=1))[::order]
    hidden = weights[0].copy()
    hidden[by_size[: round((1 - keep) * len(hidden))]] = 0
    return (hidden, *weights[1:])
