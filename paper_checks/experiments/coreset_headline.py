"""The experiment behind CN-14 and CN-21 to CN-23: how few edges of trained networks are enough.

Networks have two hidden layers of 100 neurons and are trained in a third of a second; larger ones,
trained longer, are in ``benchmarks/coreset_headline``.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

import numpy as np

from paper_checks.claim import Claim, Quantity, Rule, above
from paper_checks.experiments.compressed_networks import (
    METHODS,
    Case,
    Course,
    Load,
    compressed,
    images,
    trained,
)
from paper_checks.experiments.small_images import pooled
from paper_checks.replicates import by_seed, shared
from paper_checks.summaries import median
from stablenoise.data.cifar import load_cifar10
from stablenoise.data.datasets import Dataset, load_fashion_mnist, load_mnist

COURSE = Course((100, 100), steps=400, eta=0.15, batch=32)
TRAINING_ROWS, TEST_ROWS = 20_000, 2_000
CORESETS = "corenet", "corenet_plus_plus"
Take = Callable[[np.ndarray], np.ndarray]
LIT, DARK = 0.2, "in S four of five pixels are dark"
SAMPLERS = "uniform", "l1", "l2", "hybrid"
LABELS = {"corenet": "CoreNet", "corenet_plus_plus": "CoreNet++", "magnitude": "largest weights"}
HEADLINE = (
    "Baykal et al., arXiv 1804.05345 (about 15% of the size on MNIST and Fashion-MNIST and about "
    "50% on CIFAR-10 at a small loss of accuracy, as summarised: theory papers.md and corenet.md "
    "section 2; shapes and training are ours, and so is what small means)"
)
SMALL = 0.02  # loss of accuracy that is small here: the paper has no number for it that was read


def mnist() -> Dataset:
    """The first 20,000 images of MNIST, in [0, 1]."""
    return _first(load_mnist(standardise=False))


def fashion_mnist() -> Dataset:
    """The first 20,000 images of Fashion-MNIST, in [0, 1]."""
    return _first(load_fashion_mnist(standardise=False))


def cifar10() -> Dataset:
    """The first 4,000 images of CIFAR-10 in 16 x 16 pixels, in [0, 1], and 1,000 to test."""
    return pooled(load_cifar10(standardise=False, part="subset"), (3, 32, 32), 2)


def _first(data: Dataset) -> Dataset:
    rows = slice(TRAINING_ROWS)
    return replace(data, x_train=data.x_train[rows].copy(), y_train=data.y_train[rows].copy())


@lru_cache(256)  # three claims and their controls train the networks of the same seeds: 0.4 MB each
def network(load: Load, seed: int) -> Case:
    """The trained network of a seed."""
    return trained(load, COURSE, seed, TEST_ROWS)


def missing(load: Load) -> str:
    """What is not there of a data set, or an empty string."""
    try:
        images(load)
    except (FileNotFoundError, ValueError) as error:  # not there, or damaged
        return str(error)
    return ""


def outcomes(
    replicates: range, seed: int, data: str, low: float, high: float, dark: bool = False
) -> np.ndarray:
    """Raw rows of all claims on a data set: COLUMNS; in S most of the pixels may be dark."""
    return by_seed(_row, data=data, low=low, high=high, dark=dark)(replicates, seed)


def _row(seed: int, data: str, low: float, high: float, dark: bool) -> list[float]:
    case = _case(LOADS[data], seed, dark)
    few = compressed(case, low, seed, LOW)
    found = [few[name] for name in LOW] + list(compressed(case, high, seed).values())
    lost = [case.accuracy - outcome.accuracy for outcome in found]
    return [case.accuracy, *lost, *(outcome.change for outcome in found)]


def _case(load: Load, seed: int, dark: bool) -> Case:
    case = network(load, seed)
    if not dark:
        return case
    lit = np.random.default_rng(seed).random(case.seen.shape[1]) < LIT
    return replace(case, seen=case.seen * lit, held_out=case.held_out * lit)


LOADS = {"mnist": mnist, "fashion": fashion_mnist, "cifar10": cifar10}
LOW = "corenet", "corenet_plus_plus", "uniform", "magnitude"  # methods at the low share
METHODS_AT = [("low", name) for name in LOW] + [("high", name) for name in METHODS]
COLUMNS = {
    name: column
    for column, name in enumerate(
        [
            ("whole", "accuracy"),
            *((*m, "loss") for m in METHODS_AT),
            *((*m, "change") for m in METHODS_AT),
        ]
    )
}


def take(rows: np.ndarray, names: Sequence[tuple[str, ...]]) -> np.ndarray:
    """Columns by name."""
    return rows[:, [COLUMNS[name] for name in names]]


def losses(rows: np.ndarray) -> np.ndarray:
    """Losses of CoreNet and CoreNet++ at the low and the high share, accuracy before, errors."""
    pairs = [(share, name) for share in ("low", "high") for name in CORESETS]
    lost, changes = ([(*pair, what) for pair in pairs] for what in ("loss", "change"))
    return take(rows, [*lost, ("whole", "accuracy"), *changes])


def orders(rows: np.ndarray) -> np.ndarray:
    """At the high share logarithms of errors: CoreNet over ++, samplers over CoreNet; errors."""
    errors = take(rows, [("high", name, "change") for name in METHODS])
    of = dict(zip(METHODS, np.log(errors).T, strict=True))
    gaps = [of["corenet"] - of["corenet_plus_plus"]]
    gaps += [of[sampler] - of["corenet"] for sampler in SAMPLERS]
    return np.column_stack([*gaps, errors])


def gains(rows: np.ndarray, better: str, worse: str) -> np.ndarray:
    """At the low share accuracy of one method less that of another, and the losses of both."""
    lost = take(rows, [("low", name, "loss") for name in (better, worse)])
    return np.column_stack([lost[:, 1] - lost[:, 0], lost])


def losses_claim(
    id: str, data: str, shares: tuple[float, float], rules: Sequence[Rule | None], **texts: Any
) -> Claim:
    """CN-21 on one data set: what CoreNet and CoreNet++ lose at two shares."""
    pairs = [(keep, method) for keep in shares for method in ("CoreNet", "CoreNet++")]
    return _shared(
        id,
        data,
        shares,
        (losses, losses),
        quantities=(
            *(
                Quantity(f"loss of test accuracy, {method}, {keep:.0%}", rule, median)
                for (keep, method), rule in zip(pairs, rules, strict=True)
            ),
            Quantity("test accuracy, all edges", None, median),
            *(Quantity(f"relative error, {m}, {k:.0%}", None, median) for k, m in pairs),
        ),
        source=HEADLINE,
        dark=True,
        broken=DARK,
        **texts,
    )


def orders_claim(id: str, data: str, name: str, shares: tuple[float, float]) -> Claim:
    """CN-22 on one data set: which of those that sample has the smaller error."""
    return _shared(
        id,
        data,
        shares,
        (orders, orders),
        title=f"{name}: CoreNet++, CoreNet, then other samplers",
        statement=(
            f"Of networks of two hidden layers trained on {name}, at {shares[1]:.0%} of the edges "
            "and equal shares of each layer, the relative l_1 error of the outputs is smaller by "
            "CoreNet++ than by CoreNet, and by CoreNet than by edges sampled uniformly, by |w|, by "
            "w^2 or by the mean of the two."
        ),
        source=(
            "Baykal et al., arXiv 1804.05345 (that CoreNet beats these throughout, as summarised: "
            "theory corenet.md section 2; that amplification goes further: theory papers.md)"
        ),
        quantities=(
            Quantity("log of the error, CoreNet over CoreNet++", above(0), median),
            *(
                Quantity(f"log of the error, {sampler} over CoreNet", above(0), median)
                for sampler in SAMPLERS
            ),
            *(Quantity(f"relative error, {method}", None, median) for method in METHODS),
        ),
        dark=True,
        broken=DARK,
    )


def largest_claim(
    id: str,
    data: str,
    shares: tuple[float, float],
    methods: tuple[str, str],
    dark: bool = False,
    **texts: Any,
) -> Claim:
    """CN-23 on one data set: which of two methods loses less accuracy at the low share."""
    labels = [LABELS[name] for name in methods]
    better = methods[0] if dark else "uniform"
    takes = (
        partial(gains, better=methods[0], worse=methods[1]),
        partial(gains, better=better, worse=methods[1]),
    )
    return _shared(
        id,
        data,
        shares,
        takes,
        quantities=(
            Quantity(f"accuracy, {labels[0]} minus {labels[1]}, {shares[0]:.0%}", above(0), median),
            *(Quantity(f"loss of test accuracy, {label}", None, median) for label in labels),
        ),
        dark=dark,
        broken=DARK if dark else f"edges are drawn uniformly in place of {labels[0]}",
        **texts,
    )


def _shared(
    id: str,
    data: str,
    shares: tuple[float, float],
    takes: tuple[Take, Take],
    dark: bool = False,
    **texts: Any,
) -> Claim:
    """A claim on the raw rows of a data set, which all three have in common."""
    low, high = shares
    run = partial(outcomes, data=data, low=low, high=high)
    return Claim(
        id=id,
        experiment=shared(run, takes[0]),
        control=shared(partial(run, dark=True) if dark else run, takes[1]),
        unit="trained networks",
        smoke=20,
        full=96,
        chunk=4,
        needs=partial(missing, LOADS[data]),
        **texts,
    )
