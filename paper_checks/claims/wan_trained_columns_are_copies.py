"""P1-10: columns of a wide trained network are as good as independent draws of the limit."""

from functools import partial
from itertools import islice

import numpy as np
from scipy import stats

from chaos.mean_field import Seen, record, replay
from chaos.network import Network
from chaos.sgd import Drift, minibatch_drift, trajectory
from compress.limits import pruned_shares
from compress.pruning import column
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.trained_coresets import key
from stablenoise.field import NoiseField
from stablenoise.noises import isotropic

ALPHA, DIM, ROWS, BATCH = 1.75, 20, 200, 20
ETA, STEPS, SIGMA, SQUARED_ERROR = 0.5, 30, 0.05, 0.1
WIDTH, WIDER, GROUP = 2_000, 6_000, 500
NETWORK = Network("tanh", loss="squared")


def _compare(replicates: range, seed: int, interacting: bool = True) -> np.ndarray:
    """A trained network against copies driven by the outputs of a wider one, on other noise."""
    rows = []
    for r in replicates:
        wide, own, other = (key(seed, 3 * r + i) for i in range(3))
        rows.append(_row(wide, own, other, interacting))
    return np.array(rows)


def _row(wide: int, own: int, other: int, interacting: bool) -> list[float]:
    outputs = np.zeros((STEPS, BATCH, 1))
    if interacting:
        _trained(WIDER, wide, _drift(wide, seen=record(outputs)))
    trained = _trained(WIDTH, own, _drift(wide))
    copies = _trained(WIDTH, other, _drift(wide, seen=replay(outputs)))
    pairs = list(zip(_groups(trained), _groups(copies), strict=True))
    tests = [stats.ks_2samp(*(np.linalg.norm(w, axis=1) for w in pair)) for pair in pairs]
    shares = np.array([[_share(w) for w in pair] for pair in pairs]).mean(axis=0)
    noise = pruned_shares(NoiseField(ALPHA, wide, isotropic), (DIM, GROUP), len(pairs))
    return [
        float(np.mean([test.pvalue for test in tests])),
        shares[0] - shares[1],
        *shares,
        noise.mean(),
    ]


def _drift(key: int, seen: Seen | None = None) -> Drift:
    """Gradients on minibatches of one problem: targets of a teacher, common to all widths."""
    rng = np.random.default_rng(key)
    x = rng.normal(size=(ROWS, DIM))
    y = 2 * np.tanh(x[:, 0] + x[:, 1])
    return minibatch_drift(NETWORK, x, y, batch=BATCH, seed=key, train_output=False, seen=seen)


def _trained(width: int, key: int, drift: Drift) -> np.ndarray:
    """Weights into the hidden layer: rows here are the columns of the paper."""
    start = NETWORK.initial((DIM, width, 1), key)
    path = trajectory(start, drift, NoiseField(ALPHA, key, isotropic), ETA, SIGMA)
    return next(islice(path, STEPS - 1, None))[0]


def _groups(weights: np.ndarray) -> np.ndarray:
    return weights.reshape(-1, GROUP, DIM)


def _share(weights: np.ndarray) -> float:
    return 1 - column.keep_for_error(weights.T, SQUARED_ERROR)


CLAIM = Claim(
    id="P1-10",
    statement=(
        "Norms of 500 columns of a network of 2,000 neurons trained by heavy-tailed SGD have the "
        "law of those of independent copies of the limit, driven by the recorded outputs of a "
        "wider network on other noise (and by the same minibatches, which are common noise): the "
        "two samples cannot be told apart and as many columns can be pruned."
    ),
    source=(
        "Wan et al., arXiv 2306.08125 (columns in the limit of wide networks are i.i.d. with heavy "
        "tails, as summarised)"
    ),
    quantities=(
        Quantity("mean p-value of Kolmogorov-Smirnov, trained against copies", equals(0.5, 0.15)),
        Quantity("share pruned, trained minus copies", equals(0, 0.08)),
        Quantity("share pruned, trained"),
        Quantity("share pruned, copies"),
        Quantity("share pruned, noise alone"),
    ),
    experiment=_compare,
    control=partial(_compare, interacting=False),
    broken="copies do not see the network: the recorded outputs are 0",
    unit="trained networks, of 4 groups of 500 columns",
    smoke=96,
    full=768,
    chunk=4,
)
