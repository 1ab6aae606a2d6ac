"""The experiments behind P1-16 and P1-17: what noise and pruning cost in accuracy.

The paper is said to find a slight loss of accuracy, and networks that stand pruning.  Neither word
has a number as far as we have read it: ``SLIGHT`` is ours, and so are the sizes.  So what these
claims find at index 1.5 is ours too, and against no sentence of the paper.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

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
from paper_checks.replicates import replicate_seed
from paper_checks.summaries import median, proportion
from stablenoise.data.datasets import Dataset

SLIGHT = 0.05  # five points of test accuracy
SOME = 0.05  # of the networks
LARGE_SIGMA, LARGE_ERROR = 100 * SIGMA, 0.9  # of the controls; the error is squared
NOISES = (LESS_HEAVY, 0.0), (LESS_HEAVY, SIGMA), (HEAVY, SIGMA), (trained.GAUSSIAN, SIGMA)
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
        raw=four_networks,
        columns=loss_columns,
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
        raw=four_networks,
        columns=pruning_columns,
        sizes=_small,
        broken="the squared error is 0.9",
        broken_row=partial(pruning_losses, squared_error=LARGE_ERROR),
        broken_labels=False,
        budgets=(320, 640),
    )


def _small() -> Sizes:
    return SMALL


def four_networks(
    replicates: range, seed: int, load: str, given: dict[str, Any], sizes: list[float]
) -> np.ndarray:
    """What P1-16 and P1-17 take their columns of: networks without noise, of 1.75, 1.5 and 2.

    Columns: accuracy of a guess, and of each network what ``_seen_of`` says.
    """
    data, asked = trained.data_named(load, given), trained.Sizes.of(sizes)
    rows = []
    for own in (replicate_seed(seed, r) for r in replicates):
        networks = [trained._train(data, own, *noise, asked) for noise in NOISES]
        seen = [x for w in networks for x in _seen_of(w, data, SQUARED_ERROR)]
        rows.append([trained._guess(data), *seen])
    return np.array(rows)


def _seen_of(weights: Weights, data: Dataset, squared_error: float) -> list[float]:
    """Accuracy, after pruning short columns, after pruning as many long ones, share pruned."""
    pruned = [_without(weights, squared_error, order) for order in (1, -1)]
    accuracies = [trained._accuracy(w, data) for w in (weights, *pruned)]
    return [*accuracies, trained._share(weights)]


def loss_columns(raw: np.ndarray, way: float) -> np.ndarray:
    """Columns of P1-16."""
    guess, quiet, less, heavy = raw.T[[0, 1, 5, 9]]
    lost = quiet - less, quiet - heavy
    many = [(loss > SLIGHT).astype(float) for loss in lost]
    return np.stack([quiet - trained.part_way(guess), *lost, *many, quiet], axis=1)


def pruning_columns(raw: np.ndarray, way: float) -> np.ndarray:
    """Columns of P1-17."""
    guess, _, *networks = np.split(raw.T, [1, 5, 9, 13])
    less, heavy, gaussian = (accuracy - pruned for accuracy, pruned, *_ in networks)
    learned = networks[0][0] - trained.part_way(guess[0])
    many = [(loss > SLIGHT).astype(float) for loss in (heavy, less, gaussian)]
    longest = networks[1][0] - networks[1][2]
    rest = less, many[0], gaussian, *many[1:], heavy, longest, networks[0][3]
    return np.stack([learned, *rest], axis=1)


def losses(data: Dataset, seed: int, sizes: Sizes, sigma: float = SIGMA) -> list[float]:
    """One row of P1-16."""
    noises = (LESS_HEAVY, 0.0), (LESS_HEAVY, sigma), (HEAVY, sigma)
    seen = [trained._accuracy(trained._train(data, seed, *n, sizes), data) for n in noises]
    raw = np.zeros((1, 17))
    raw[0, [0, 1, 5, 9]] = trained._guess(data), *seen
    return list(loss_columns(raw, sizes.way)[0])


def pruning_losses(
    data: Dataset, seed: int, sizes: Sizes, squared_error: float = SQUARED_ERROR
) -> list[float]:
    """One row of P1-17."""
    networks = [trained._train(data, seed, *noise, sizes) for noise in NOISES[1:]]
    seen = [x for w in networks for x in _seen_of(w, data, squared_error)]
    raw = np.array([[trained._guess(data), 0, 0, 0, 0, *seen]])
    return list(pruning_columns(raw, sizes.way)[0])


def _without(weights: Weights, squared_error: float, order: int) -> Weights:
    """Weights without the shortest columns, or as many of the longest if ``order`` is -1."""
    keep = column.keep_for_error(weights[0].T, squared_error)
    by_size = np.argsort(np.linalg.norm(weights[0], axis=1))[::order]
    hidden = weights[0].copy()
    hidden[by_size[: round((1 - keep) * len(hidden))]] = 0
    return (hidden, *weights[1:])
