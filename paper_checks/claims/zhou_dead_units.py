"""B-21: hidden units that feed nothing take bits, and no output."""

import numpy as np

from compress.coding.length import code_length
from compress.pruning import dead_unit
from paper_checks.claim import Claim, Quantity, above, below
from paper_checks.replicates import by_rng
from paper_checks.summaries import median, worst

WIDTHS, KEEP, INPUTS = (20, 40, 30, 10), 0.07, 100  # units, share of weights, inputs of a check
LARGEST = 4  # weights are integers, so that sums are exact in any order


def _row(rng: np.random.Generator, alive: int = 0) -> list[float]:
    """Largest change of an output, bits added, share of the weights gone, bits saved over all."""
    network = _network(rng)
    left = _without(dead_unit.prune(network), alive)
    x = rng.integers(0, LARGEST + 1, size=(INPUTS, WIDTHS[0])).astype(float)
    change = abs(outputs(left, x) - outputs(network, x)).max()
    bits, fewer = (code_length(arrays).charged for arrays in (network, left))
    weights, some = (sum(np.count_nonzero(w) for w in part) for part in (network, left))
    return [float(change), float(fewer - bits), 1 - some / weights, 1 - fewer / bits]


def _network(rng: np.random.Generator) -> list[np.ndarray]:
    """Matrices of few weights."""
    shapes = zip(WIDTHS[1:], WIDTHS, strict=False)
    signed = [rng.integers(1, LARGEST + 1, s) * rng.choice([-1, 1], s) for s in shapes]
    return [(w * (rng.uniform(size=w.shape) < KEEP)).astype(float) for w in signed]


def _without(network: list[np.ndarray], alive: int) -> list[np.ndarray]:
    """The same without the first units that feed something, so many of the first layer."""
    into, out, *rest = (w.copy() for w in network)
    out[:, np.flatnonzero(out.any(axis=0))[:alive]] = 0
    return [into, out, *rest]


def outputs(network: list[np.ndarray], x: np.ndarray) -> np.ndarray:
    """Of a relu network, a row an input."""
    *hidden, last = network
    for w in hidden:
        x = np.maximum(x @ w.T, 0)
    return x @ last.T


CLAIM = Claim(
    id="B-21",
    title="Dead units take bits and change no output",
    aliases=("B21",),
    statement=(
        "Of random relu networks with 7% of their weights, units that feed nothing or are fed by "
        "nothing are dropped until none is left: no output changes at all, in exact arithmetic, "
        "the code gets no longer, and more than a tenth of the weights is gone. The released "
        "LeNet-5 of the paper has such units."
    ),
    source="Derived; the network of Zhou et al., arXiv 1804.05862 (read), see B-4-mnist",
    quantities=(
        Quantity("largest change of an output", below(1e-300), worst),
        Quantity("bits of the code, those after less those before", below(0.5), worst),
        Quantity("share of the weights that is gone", above(0.1), median),
        Quantity("share of the bits that is gone", None, median),
    ),
    experiment=by_rng(_row),
    control=by_rng(_row, alive=3),
    broken="three units that feed something are dropped too",
    unit="random networks",
    smoke=128,
    full=288,
    chunk=32,
)
