"""P1-10: columns of a wide trained network are as good as independent draws of the limit."""

from itertools import islice

import numpy as np
from scipy import stats

from chaos.dependence import hsic
from chaos.mean_field import Seen, record, replay
from chaos.network import Network, Weights
from chaos.sgd import Drift, minibatch_drift, trajectory
from compress.compressibility.limits import pruned_shares
from compress.pruning import column
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.replicates import by_number, replicate_seed
from paper_checks.summaries import bounded, median
from stablenoise.field import NoiseField
from stablenoise.noises import isotropic

ALPHA, DIM, ROWS, BATCH = 1.75, 10, 200, 20
ETA, STEPS, SIGMA, SQUARED_ERROR = 0.5, 20, 0.05, 0.1
WIDTH, WIDER, GROUP = 1_000, 3_000, 500
PERMUTATIONS = 99
NETWORK = Network("tanh", loss="squared")


def _compare(
    seed: int, replicate: int, interacting: bool = True, paired: bool = False
) -> list[float]:
    """A trained network against copies driven by the outputs of a wider one, on other noise."""
    wide, own, other = (replicate_seed(seed, 3 * replicate + i) for i in range(3))
    outputs = np.zeros((STEPS, BATCH, 1))
    if interacting:
        _trained(WIDER, wide, _drift(wide, seen=record(outputs)))
    trained = _trained(WIDTH, own, _drift(wide), paired)
    copies = _trained(WIDTH, other, _drift(wide, seen=replay(outputs)))
    pairs = list(zip(_groups(trained), _groups(copies), strict=True))
    tests = [stats.ks_2samp(*(np.linalg.norm(w, axis=1) for w in pair)) for pair in pairs]
    shares = np.array([[_share(w) for w in pair] for pair in pairs]).mean(axis=0)
    noise = pruned_shares(NoiseField(ALPHA, wide, isotropic), (DIM, GROUP), len(pairs))
    return [
        float(np.mean([test.pvalue for test in tests])),
        shares[0] - shares[1],
        float(np.mean([neighbours_pvalue(w, own) for w, _ in pairs])),
        common_part(trained, copies),
        *shares,
        noise.mean(),
    ]


def neighbours_pvalue(columns: np.ndarray, seed: int) -> float:
    """P-value, by permutation, of a test that columns 0, 2, ... are independent of 1, 3, ..."""
    return hsic(columns[::2], columns[1::2], permutations=PERMUTATIONS, seed=seed).pvalue


def common_part(trained: np.ndarray, copies: np.ndarray) -> float:
    """Correlation of two columns of the network, all pairs of them, after a bounded map.

    Copies, which are independent given what drives them, take the mean out.
    """
    gaps = _into_the_ball(trained) - _into_the_ball(copies)
    own = np.sum(gaps**2)
    return float((np.sum(gaps.sum(axis=0) ** 2) - own) / ((len(gaps) - 1) * own))


def _into_the_ball(x: np.ndarray) -> np.ndarray:
    return x / (1 + np.linalg.norm(x, axis=1, keepdims=True))


def _drift(seed: int, seen: Seen | None = None) -> Drift:
    """Gradients on minibatches of one problem: targets of a teacher, common to all widths."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(ROWS, DIM))
    y = 2 * np.tanh(x[:, 0] + x[:, 1])
    return minibatch_drift(NETWORK, x, y, batch=BATCH, seed=seed, train_output=False, seen=seen)


def _trained(width: int, seed: int, drift: Drift, paired: bool = False) -> np.ndarray:
    """Weights into the hidden layer: rows here are the columns of the paper."""
    start, field = NETWORK.initial((DIM, width, 1), seed), NoiseField(ALPHA, seed, isotropic)
    if paired:
        path = trajectory(start, _with_paired_noise(drift, field), field, ETA, sigma=0.0)
    else:
        path = trajectory(start, drift, field, ETA, SIGMA)
    return next(islice(path, STEPS - 1, None))[0]


def _with_paired_noise(drift: Drift, field: NoiseField) -> Drift:
    """Drift that includes the noise, which neurons 2 i and 2 i + 1 have in common."""

    def both(weights: Weights, step: int) -> tuple:
        first, *rest = drift(weights, step)
        noise = field.at(np.arange(len(weights[0])) // 2, step, DIM)
        return (first - SIGMA * ETA ** (1 / ALPHA - 1) * noise, *rest)

    return both


def _groups(weights: np.ndarray) -> np.ndarray:
    return weights.reshape(-1, GROUP, DIM)


def _share(weights: np.ndarray) -> float:
    return 1 - column.keep_for_error(weights.T, SQUARED_ERROR)


CLAIM = Claim(
    id="P1-10",
    title="Trained columns are independent copies of the limit",
    deciding="mean p-value of Kolmogorov-Smirnov, trained against copies",
    statement=(
        "Columns of a network of 1,000 neurons trained by heavy-tailed SGD are as independent "
        "copies of the limit, driven by the recorded outputs of a wider network on other noise "
        "(and by the same minibatches, which are common noise): norms of 500 columns have the same "
        "law, as many columns can be pruned, neighbours are independent, and any two columns have "
        "no common part."
    ),
    source=(
        "Wan et al., arXiv 2306.08125 (columns in the limit of wide networks are i.i.d. with heavy "
        "tails, as summarised)"
    ),
    quantities=(
        Quantity(
            # Of equal laws a p-value is uniform: its mean is 1/2, and any one may well be small.
            "mean p-value of Kolmogorov-Smirnov, trained against copies",
            equals(0.5, 0.15),
            bounded(0, 1),
        ),
        Quantity("share pruned, trained minus copies", equals(0, 0.08), median),
        Quantity(
            "mean p-value of independence of neighbours (HSIC)", equals(0.5, 0.15), bounded(0, 1)
        ),
        Quantity("correlation of two columns, bounded", equals(0, 0.01), median),
        Quantity("share pruned, trained", None, median),
        Quantity("share pruned, copies", None, median),
        Quantity("share pruned, noise alone", None, median),
    ),
    experiment=by_number(_compare),
    control=by_number(_compare, paired=True),
    broken="neurons 2 i and 2 i + 1 have the same noise: the right law, but not independent",
    unit="trained networks, of 2 groups of 500 columns",
    smoke=256,
    full=1_024,
    chunk=8,
)
