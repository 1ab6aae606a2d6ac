"""P1-11a and P1-11b: networks of two indices, a Gaussian control, and the noise alone.

Both claims take their columns of the same networks, which are trained once for the two.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from paper_checks.claim import Claim, Quantity, above, below, equals
from paper_checks.experiments import pruned_networks as networks
from paper_checks.experiments.headings import title_on
from paper_checks.experiments.pruned_networks import (
    GAUSSIAN,
    HEAVY,
    LESS_HEAVY,
    SIGMA,
    Sizes,
    usual,
)
from paper_checks.replicates import replicate_seed
from paper_checks.summaries import median, proportion
from stablenoise.data.datasets import Dataset

PAPERS = (
    Quantity("share pruned, trained at 1.5 minus Gaussian control", above(0), median),
    Quantity("share pruned, trained at 1.5 minus trained at 1.75", above(0), median),
    Quantity("median column norm, Gaussian control over 1.5", equals(1, 0.02), median),
    Quantity("share pruned, trained at 1.5", None, median),
    Quantity("share pruned, trained at 1.75", None, median),
    Quantity("share pruned, Gaussian control", None, median),
    Quantity("test accuracy, trained at 1.5", None, median),
    Quantity("test accuracy, Gaussian control", None, median),
)
NULLS = (
    Quantity("seeds in which it has fewer to prune", None, proportion),
    Quantity("share pruned, trained", None, median),
    Quantity("share pruned, noise alone", None, median),
    Quantity("test accuracy, trained", None, median),
)


def papers_claim(
    id: str,
    load: Callable[[], Dataset],
    name: str,
    budgets: tuple[int, int],
    sizes: Callable[[], Sizes] = usual,
) -> Claim:
    """P1-11a on one data set: what the paper says."""
    return networks.seeded_claim(
        id,
        load,
        title=title_on("Smaller index, more columns pruned", id),
        deciding="share pruned, trained at 1.5 minus Gaussian control",
        statement=(
            f"Trained on {name} with isotropic noise, the network of the smaller index has more "
            "columns that can be pruned at squared error 0.1: more than a Gaussian control of "
            "equal median column norm, and than index 1.75."
        ),
        source="Wan et al., arXiv 2306.08125 (experiments, as summarised; the control derived)",
        quantities=(sizes().learned, *PAPERS),
        row=compare_indices,
        raw=networks_and_noise,
        columns=index_columns,
        broken="the indices are exchanged",
        broken_row=partial(compare_indices, indices=(LESS_HEAVY, HEAVY)),
        broken_labels=False,
        budgets=budgets,
        sizes=sizes,
    )


def nulls_claim(
    id: str,
    load: Callable[[], Dataset],
    name: str,
    budgets: tuple[int, int],
    sizes: Callable[[], Sizes] = usual,
) -> Claim:
    """P1-11b on one data set: what the paper does not ask."""
    # Shares are multiples of 1 / neurons: half of one is less than any excess.
    least = below(0.5 / sizes().neurons)
    excess = Quantity("share pruned, trained minus noise alone", least, median)
    return networks.seeded_claim(
        id,
        load,
        title=title_on("Training prunes no more than its noise", id),
        deciding="share pruned, trained minus noise alone",
        statement=(
            f"Trained on {name} with isotropic noise of index 1.5, a network has no more columns "
            "that can be pruned at squared error 0.1 than the same noise alone gives to the same "
            "initial weights: the share is that of the noise, and training adds nothing to it."
        ),
        source=(
            "The null of this ledger, derived; that training adds to the share is how arXiv "
            "2306.08125 may be read, and not what it says as far as we have read it"
        ),
        quantities=(sizes().learned, excess, *NULLS),
        row=compare_with_noise,
        raw=networks_and_noise,
        columns=noise_columns,
        broken="labels are those of other examples, and the noise alone has index 2",
        broken_row=partial(compare_with_noise, index_alone=GAUSSIAN),
        budgets=budgets,
        sizes=sizes,
    )


def networks_and_noise(
    replicates: range, seed: int, load: str, given: dict[str, Any], sizes: list[float]
) -> np.ndarray:
    """What P1-11a and P1-11b take their columns of: trained networks, and the noise alone.

    The columns are those of ``_of_indices``, and the share pruned of the noise alone.
    """
    data, asked = networks.data_named(load, given), Sizes.of(sizes)
    rows = []
    for own in (replicate_seed(seed, r) for r in replicates):
        alone = networks._share(networks._noise_alone(data, own, HEAVY, asked))
        rows.append([*_of_indices(data, own, asked, (HEAVY, LESS_HEAVY)), alone])
    return np.array(rows)


def _of_indices(
    data: Dataset, seed: int, sizes: Sizes, indices: tuple[float, float]
) -> list[float]:
    """Of three networks: accuracy of a guess, two accuracies, ratio of norms, three shares."""
    heavy, less = (networks._train(data, seed, alpha, SIGMA, sizes) for alpha in indices)
    control = networks._matched_control(
        data, seed, target=networks._median_norm(heavy), sizes=sizes
    )
    accuracies = [networks._accuracy(w, data) for w in (heavy, control)]
    norms = networks._median_norm(control) / networks._median_norm(heavy)
    return [
        networks._guess(data),
        *accuracies,
        norms,
        *(networks._share(w) for w in (heavy, less, control)),
    ]


def index_columns(raw: np.ndarray, way: float) -> np.ndarray:
    """Columns of P1-11a."""
    guess, trained, gaussian, norms, heavy, less, control = raw.T[:7]
    gaps, shares = (heavy - control, heavy - less), (heavy, less, control)
    learned = trained - networks.part_way(guess, way)
    return np.stack([learned, *gaps, norms, *shares, trained, gaussian], axis=1)


def noise_columns(raw: np.ndarray, way: float) -> np.ndarray:
    """Columns of P1-11b."""
    guess, trained, heavy, alone = raw.T[[0, 1, 4, 7]]
    gap = heavy - alone
    return np.stack(
        [
            trained - networks.part_way(guess, way),
            gap,
            (gap < 0).astype(float),
            heavy,
            alone,
            trained,
        ],
        axis=1,
    )


def compare_indices(
    data: Dataset, seed: int, sizes: Sizes, indices: tuple[float, float] = (HEAVY, LESS_HEAVY)
) -> list[float]:
    """One row of P1-11a: three trained networks on one seed."""
    raw = np.array([_of_indices(data, seed, sizes, indices)])
    return list(index_columns(raw, sizes.way)[0])


def compare_with_noise(
    data: Dataset, seed: int, sizes: Sizes, index_alone: float = HEAVY
) -> list[float]:
    """One row of P1-11b: a trained network, and its noise on its initial weights."""
    trained = networks._train(data, seed, HEAVY, SIGMA, sizes)
    share, alone = (
        networks._share(trained),
        networks._share(networks._noise_alone(data, seed, index_alone, sizes)),
    )
    raw = np.array(
        [[networks._guess(data), networks._accuracy(trained, data), 0, 0, share, 0, 0, alone]]
    )
    return list(noise_columns(raw, sizes.way)[0])
