"""The experiments behind P1-10 and P1-12 on real data: many small networks trained at once.

Columns of one network are no replicates: they meet in its outputs.  Networks are, given the
minibatches that all have in common; so independence of two columns is tested over networks.  They
are trained as one array of neurons, with outputs of their own.
"""

from collections.abc import Callable
from functools import cache, partial
from itertools import islice
from types import ModuleType
from typing import NamedTuple

import numpy as np
from scipy import stats

from chaos.dependence import distance_covariance
from chaos.mean_field import record, replay
from chaos.network import Network, Weights
from chaos.sgd import Drift, minibatch, minibatch_drift, trajectory
from compress.pruning import column
from paper_checks.claim import Claim, Quantity, above, equals
from paper_checks.experiments.headings import title_on
from paper_checks.experiments.pruned_networks import missing
from paper_checks.replicates import by_number, replicate_seed
from paper_checks.summaries import bounded, median
from stablenoise.data.datasets import Dataset
from stablenoise.field import NoiseField
from stablenoise.noises import common, independent, isotropic

NETWORK = Network(activation="relu", scaling="mean_field")
# SIGMA was chosen after a look at a dozen seeds: at 0.3 networks so small learn little of MNIST.
ALPHA, BATCH, ETA, STEPS, SIGMA, SQUARED_ERROR = 1.75, 32, 0.2, 20, 0.15, 0.1
NETWORKS, NEURONS, WIDE = 32, 32, 1_000
BLOCK = 8  # columns of either side of the test of many
EXPONENT, PERMUTATIONS = 0.75, 99  # below ALPHA / 2: distances to the power have a variance
TYPES = ("I", "II", "III")
UNIFORM, mean = equals(0.5, 0.25), bounded(0, 1)  # of p-values of what is so
Load = Callable[[], Dataset]


class Trained(NamedTuple):
    """Hidden weights of networks, shape (networks, neurons, inputs), and of their outputs."""

    hidden: np.ndarray
    output: np.ndarray  # (networks, classes, neurons)

    def shares(self) -> np.ndarray:
        """Share of columns that can be pruned, of each network."""
        kept = [column.keep_for_error(w.T, SQUARED_ERROR) for w in self.hidden]
        return 1 - np.array(kept)

    def accuracy(self, data: Dataset) -> float:
        """Of the first network."""
        weights = self.hidden[0], self.output[0]
        return NETWORK.accuracy(weights, data.x_test, data.y_test)


@cache
def data_of(load: Load) -> Dataset:
    """A data set in float32, with at most 2,000 rows to train on and 1,000 to test with."""
    data, rest = load(), {}
    for part, rows in ("train", 2_000), ("test", 1_000):
        every = slice(None, None, max(len(getattr(data, f"y_{part}")) // rows, 1))
        rest[f"x_{part}"] = getattr(data, f"x_{part}")[every].astype(np.float32)
        rest[f"y_{part}"] = getattr(data, f"y_{part}")[every].copy()
    return Dataset(data.name, **rest)


def trained(
    data: Dataset, seed: int, batches: int, noise: ModuleType = isotropic, paired: bool = False
) -> Trained:
    """Networks trained on the minibatches of one seed and the noise of another.

    Parameters
    ----------
    data : Dataset
        In float32.
    seed, batches : int
        Of weights and noise; of the minibatches, which all networks have in common.
    noise : module, optional
        One of ``stablenoise.noises``.
    paired : bool, optional
        Whether neurons 2 i and 2 i + 1 have the same noise.

    Returns
    -------
    Trained

    """
    hidden, output = _start(data, NETWORKS * NEURONS, seed)
    field = NoiseField(ALPHA, seed, noise)
    drift = _drift(data, output, batches)
    if paired:
        path = trajectory((hidden,), _with_paired_noise(drift, field), field, ETA, sigma=0.0)
    else:
        path = trajectory((hidden,), drift, field, ETA, SIGMA)
    (after,) = next(islice(path, STEPS - 1, None))
    return Trained(after.reshape(NETWORKS, NEURONS, -1), output)


def copies(data: Dataset, seed: int, batches: int, wide: int) -> Trained:
    """As many columns, driven by the outputs of a wide network on the noise of a third seed."""
    outputs = np.zeros((STEPS, BATCH, data.classes), np.float32)
    run = partial(_alone, data, batches=batches)
    run(width=WIDE, seed=wide, seen=record(outputs))
    hidden = run(width=NETWORKS * NEURONS, seed=seed, seen=replay(outputs))
    return Trained(hidden.reshape(NETWORKS, NEURONS, -1), np.empty(0))


def _alone(data: Dataset, batches: int, width: int, seed: int, seen: Callable) -> np.ndarray:
    """Hidden weights of one network, whose outputs are recorded or given."""
    start = NETWORK.initial((data.x_train.shape[1], width, data.classes), seed)
    weights = tuple(w.astype(np.float32) for w in start)
    x, y = data.x_train, data.y_train
    drift = minibatch_drift(NETWORK, x, y, batch=BATCH, seed=batches, train_output=False, seen=seen)
    path = trajectory(weights, drift, NoiseField(ALPHA, seed, isotropic), ETA, SIGMA)
    return next(islice(path, STEPS - 1, None))[0]


def _start(data: Dataset, neurons: int, seed: int) -> Weights:
    hidden, output = NETWORK.initial((data.x_train.shape[1], neurons, data.classes), seed)
    apart = output.reshape(data.classes, NETWORKS, -1).swapaxes(0, 1)
    return hidden.astype(np.float32), np.ascontiguousarray(apart, np.float32)


def _drift(data: Dataset, output: np.ndarray, seed: int) -> Drift:
    """Gradients of cross-entropy in the hidden weights, each network with its own outputs."""

    def drift(weights: Weights, step: int) -> tuple[np.ndarray]:
        rows = minibatch(seed, step, len(data.x_train), BATCH)
        x, y = data.x_train[rows], data.y_train[rows]
        active = np.maximum(weights[0] @ x.T, 0).reshape(NETWORKS, NEURONS, BATCH)
        logits = output @ active / NEURONS
        share = np.exp(logits - logits.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        share[:, y, np.arange(BATCH)] -= 1
        # The factor n of the mean-field step and the 1 / n of the outputs cancel.
        signal = (output.swapaxes(1, 2) @ share) * (active > 0) / BATCH
        return (signal.reshape(-1, BATCH) @ x,)

    return drift


def _with_paired_noise(drift: Drift, field: NoiseField) -> Drift:
    """Drift that includes the noise, which neurons 2 i and 2 i + 1 have in common."""

    def both(weights: Weights, step: int) -> tuple[np.ndarray]:
        (first,), (n, dim) = drift(weights, step), weights[0].shape
        noise = field.at(np.arange(n) // 2, step, dim, dtype=np.float32)
        return (np.asarray(first) - np.float32(SIGMA * ETA ** (1 / ALPHA - 1)) * noise,)

    return both


def independence(columns: np.ndarray, others: np.ndarray, seed: int) -> float:
    """P-value, by permutation of networks, of a test that columns are independent of others.

    Parameters
    ----------
    columns, others : ndarray, shape (networks, columns, inputs)
        Of the same networks.
    seed : int
        Of the permutations.

    Returns
    -------
    float

    """
    ours, theirs = (part.reshape(len(part), -1).astype(float) for part in (columns, others))
    return distance_covariance(ours, theirs, EXPONENT, ALPHA, PERMUTATIONS, seed).pvalue


def tests_of(networks: Trained, seed: int) -> list[float]:
    """P-values: the first column against the second, and even ones of 16 against odd ones."""
    w = networks.hidden
    pair = independence(w[:, :1], w[:, 1:2], seed)
    return [pair, independence(w[:, : 2 * BLOCK : 2], w[:, 1 : 2 * BLOCK : 2], seed)]


def copies_claim(id: str, load: Load, name: str) -> Claim:
    """P1-10 on one data set."""
    return Claim(
        id=id,
        title=title_on("Trained columns are independent copies", id),
        deciding="mean p-value, a column against another",
        statement=(
            f"Trained on {name} with isotropic noise of index 1.75, columns of networks of 32 "
            "relu neurons are as independent copies of the limit, driven by the outputs of a "
            "network of 1,000 on other noise and the same minibatches. Over networks, which "
            "are the replicates, one column is independent of another and eight of eight "
            "others (distance covariance of exponent 0.75, by permutation), the norm of a column "
            "has the law of a copy's, and as many columns can be pruned."
        ),
        source="Wan et al., arXiv 2306.08125 (columns are i.i.d. in the limit, as summarised)",
        quantities=(
            Quantity("test accuracy, above 1.5 times a guess", above(0), median),
            Quantity("mean p-value, a column against another", UNIFORM, mean),
            Quantity("mean p-value, eight columns against eight", UNIFORM, mean),
            Quantity("mean p-value of Kolmogorov-Smirnov, norms", UNIFORM, mean),
            Quantity("share pruned, trained minus copies", equals(0, 0.05), median),
            Quantity("share pruned, trained", None, median),
            Quantity("share pruned, copies", None, median),
            Quantity("test accuracy", None, median),
        ),
        experiment=by_number(compare_with_copies, load=load),
        control=by_number(compare_with_copies, load=load, paired=True),
        broken="neurons 2 i and 2 i + 1 have the same noise: the right law, but not independent",
        unit="ensembles of 32 networks",
        smoke=160,
        full=1_280,
        chunk=10,
        needs=partial(missing, load),
    )


def types_claim(id: str, load: Load, name: str) -> Claim:
    """P1-12 on one data set."""
    return Claim(
        id=id,
        title=title_on("Noise types II and III prune alike, I more", id),
        deciding="share pruned, II minus III",
        statement=(
            f"Networks trained on {name} with noise of index 1.75 of type II (independent "
            "coordinates) and of type III (isotropic) can be pruned alike at squared error 0.1, "
            "those of type I (one variate for all coordinates) more. With each type two columns "
            "are independent over networks (distance covariance of exponent 0.75, by permutation)."
        ),
        source=(
            "The three noises of Wan et al., arXiv 2306.08125 (code, read); that types II and III "
            "prune alike in high dimension derived"
        ),
        quantities=(
            Quantity("accuracy of types II and III, above 1.5 times a guess", above(0), median),
            Quantity("share pruned, II minus III", equals(0, 0.06), median),
            Quantity("share pruned, I minus III", above(0.1), median),
            *(
                Quantity(f"mean p-value, a column against another, type {t}", UNIFORM, mean)
                for t in TYPES
            ),
            *(Quantity(f"share pruned, type {t}", None, median) for t in TYPES),
            *(Quantity(f"test accuracy, type {t}", None, median) for t in TYPES),
        ),
        experiment=by_number(compare_types, load=load),
        control=by_number(compare_types, load=load, second=common, paired=True),
        broken=(
            "the coordinates of type II are equal, and neurons 2 i and 2 i + 1 have the same noise"
        ),
        unit="ensembles of 32 networks of each type",
        smoke=160,
        full=1_280,
        chunk=10,
        needs=partial(missing, load),
    )


def compare_with_copies(seed: int, replicate: int, load: Load, paired: bool = False) -> list[float]:
    """One row of P1-10 on a data set."""
    data = data_of(load)
    batches, own, other, wide = (replicate_seed(seed, 4 * replicate + i) for i in range(4))
    networks = trained(data, own, batches, paired=paired)
    limit = copies(data, other, batches, wide)
    # One column of each network: the networks are independent, its columns need not be.
    norms = [np.linalg.norm(part.hidden[:, 0], axis=1) for part in (networks, limit)]
    shares = [part.shares().mean() for part in (networks, limit)]
    return [
        networks.accuracy(data) - 1.5 * guess(data),
        *tests_of(networks, own),
        float(stats.ks_2samp(*norms).pvalue),
        shares[0] - shares[1],
        *shares,
        networks.accuracy(data),
    ]


def compare_types(
    seed: int,
    replicate: int,
    load: Load,
    second: ModuleType = independent,
    paired: bool = False,
) -> list[float]:
    """One row of P1-12 on a data set."""
    data, types = data_of(load), (common, second, isotropic)
    batches, *own = (replicate_seed(seed, 4 * replicate + i) for i in range(4))
    pairs = list(zip(own, types, strict=True))
    networks = [trained(data, key, batches, noise, paired) for key, noise in pairs]
    one, two, three = (float(part.shares().mean()) for part in networks)
    pvalues = [tests_of(part, key)[0] for part, key in zip(networks, own, strict=True)]
    accuracies = [part.accuracy(data) for part in networks]
    learned = min(accuracies[1:]) - 1.5 * guess(data)
    return [learned, two - three, one - three, *pvalues, one, two, three, *accuracies]


def guess(data: Dataset) -> float:
    """Accuracy of one who guesses the commonest class."""
    return float(np.bincount(data.y_test).max() / data.y_test.size)
