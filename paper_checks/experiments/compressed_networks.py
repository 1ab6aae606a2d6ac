"""The experiment behind CN-14, CN-21 and CN-22: networks trained on images, with fewer edges.

Plain SGD, on pixels as they are (in [0, 1], as sensitivities take inputs that are not negative).
Initial weights have variance 1 / (3 inputs), as of uniform ones in +- inputs^(-1/2): with the
larger ones of ``chaos.train``, 2 / inputs, much of what is kept is the draw of the beginning.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from chaos.training import Settings, arrays, steps
from chaos.training.descent import problem
from compress.comparison.curves import accuracy, relative_change
from compress.coresets import (
    Budget,
    Coreset,
    ReluNetwork,
    baselines,
    corenet,
    corenet_plus,
    corenet_plus_plus,
)
from compress.coresets.network import Matrix, outputs
from paper_checks.experiments.trained_coresets import shares
from stablenoise.data.datasets import Dataset

SEEN = 200  # points of S, and as many held out
CLASSES = 10
# A layer of which CoreNet keeps a larger share is left whole by samplers and by the SVD: to draw
# nearly all edges takes more draws than can be made.
WHOLE = 0.95
Load = Callable[[], Dataset]


class Course(NamedTuple):
    """Hidden widths, and how they are trained: steps of size eta on minibatches."""

    hidden: tuple[int, ...]
    steps: int
    eta: float = 0.1
    batch: int = 64


class Outcome(NamedTuple):
    """What a compressed network keeps and loses, on the test images."""

    stored: float  # numbers that store the weights, over the edges
    change: float  # relative l_1 error of the outputs
    accuracy: float


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A trained network with the images of S, those held out, and test images with labels."""

    network: ReluNetwork
    seen: np.ndarray
    held_out: np.ndarray
    test: np.ndarray
    labels: np.ndarray
    exact: np.ndarray  # outputs of the whole network at the test images

    @property
    def accuracy(self) -> float:
        """Of the whole network, on the test images."""
        return accuracy(self.exact, self.labels)

    def outcome(
        self, weights: Sequence[Matrix], biases: Sequence[np.ndarray] | None, stored: float
    ) -> Outcome:
        """What other weights and biases give."""
        dense = [w.toarray() if hasattr(w, "toarray") else w for w in weights]
        changed = outputs(dense, biases, self.test)
        right = accuracy(changed, self.labels)
        return Outcome(stored, relative_change(self.exact, changed), right)

    def coreset(self, keep: float, seed: int) -> Coreset:
        """CoreNet's, with one c for all layers."""
        return corenet(self.network, self.seen, Budget(keep), seed)


def trained(load: Load, course: Course, seed: int, tested: int) -> Case:
    """A network trained on all images but those of S and those held out, which are the first."""
    data = images(load)
    widths = (data.x_train.shape[1], *course.hidden, CLASSES)
    settings = Settings(
        widths=widths,
        noise="none",
        bias=True,
        **{name: getattr(course, name) for name in ("steps", "eta", "batch")},
        seed=seed,
    )
    rest = replace(data, x_train=data.x_train[2 * SEEN :], y_train=data.y_train[2 * SEEN :])
    start = problem(settings, rest).start()
    arrays.scale(start.weights, 6**-0.5)  # of the standard deviation (2 / inputs)^(1/2)
    *_, last = islice(steps(settings, rest, start), course.steps)
    biases = [b for b in last.weights.biases if b is not None]  # one for each layer
    network = ReluNetwork(last.weights.weights, biases)
    seen, held_out = np.split(data.x_train[: 2 * SEEN], 2)
    test = data.x_test[:tested]
    return Case(network, seen, held_out, test, data.y_test[:tested], network(test))


@cache
def images(load: Load) -> Dataset:
    """A data set in float32: half of the memory."""
    data = load()
    x_train, x_test = (x.astype(np.float32) for x in (data.x_train, data.x_test))
    return replace(data, x_train=x_train, x_test=x_test)


def compressed(
    case: Case, keep: float, seed: int, methods: Sequence[str] = ()
) -> dict[str, Outcome]:
    """Outcomes of all methods, or of some, at the shares of the layers that CoreNet's have."""
    coreset = case.coreset(keep, seed)
    return {name: METHODS[name](case, coreset, seed) for name in methods or METHODS}


Method = Callable[[Case, Coreset, int], Outcome]


def _as_it_is(case: Case, coreset: Coreset, seed: int) -> Outcome:
    return case.outcome(coreset.weights, coreset.biases, coreset.edges / _edges(case))


def _plus(case: Case, coreset: Coreset, seed: int) -> Outcome:
    rule = coreset.rule
    assert isinstance(rule, Budget)
    return _as_it_is(case, corenet_plus(case.network, case.seen, rule, seed), seed)


def _plus_plus(case: Case, coreset: Coreset, seed: int) -> Outcome:
    rule = coreset.rule
    assert isinstance(rule, Budget)
    best = corenet_plus_plus(case.network, case.seen, rule, seed, case.held_out)
    return _as_it_is(case, best, seed)


def _sampled(sampler: Callable[..., Matrix]) -> Method:
    def method(case: Case, coreset: Coreset, seed: int) -> Outcome:
        layers = enumerate(zip(case.network.weights, shares(coreset), strict=True))
        drawn = [
            csr_array(w) if share > WHOLE else sampler(w, share, seed, layer)
            for layer, (w, share) in layers
        ]
        stored = sum(w.nnz for w in drawn) / _edges(case)
        return case.outcome(drawn, case.network.biases, stored)

    return method


def _largest(case: Case, coreset: Coreset, seed: int) -> Outcome:
    layers = zip(case.network.weights, shares(coreset), strict=True)
    kept = [baselines.top_magnitude(w, share) for w, share in layers]
    stored = sum(int(np.count_nonzero(w)) for w in kept) / _edges(case)
    return case.outcome(kept, case.network.biases, stored)


def _low_rank(case: Case, coreset: Coreset, seed: int) -> Outcome:
    """Factors of each layer; the layer itself where nearly all of it may be kept."""
    weights, stored = [], 0
    for w, share in zip(case.network.weights, shares(coreset), strict=True):
        factors = None if share > WHOLE else baselines.svd(w, share)
        weights.append(w if factors is None else factors.left @ factors.right)
        stored += w.size if factors is None else factors.stored
    return case.outcome(weights, case.network.biases, stored / _edges(case))


def _edges(case: Case) -> int:
    return sum(int(np.count_nonzero(w)) for w in case.network.weights)


METHODS: dict[str, Method] = {
    "corenet": _as_it_is,
    "corenet_plus": _plus,
    "corenet_plus_plus": _plus_plus,
    "uniform": _sampled(baselines.uniform),
    "l1": _sampled(baselines.l1),
    "l2": _sampled(baselines.l2),
    "hybrid": _sampled(baselines.hybrid),
    "svd": _low_rank,
    "magnitude": _largest,
}
