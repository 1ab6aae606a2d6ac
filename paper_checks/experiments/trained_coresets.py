"""The experiment behind CN-10 to CN-13, CN-16 to CN-18 and CN-20: a network trained on digits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice

import numpy as np

from chaos.network import Network
from chaos.sgd import minibatch_drift, trajectory
from compress.comparison.curves import accuracy, relative_change
from compress.coresets import Budget, Coreset, ReluNetwork, baselines, corenet
from compress.coresets.network import Matrix, outputs
from compress.coresets.sampling import draw
from stablenoise.data.datasets import Dataset, load_digits
from stablenoise.field import NoiseField

NETWORK = Network(scaling="standard", bias=True)
WIDTHS, STEPS, BATCH, ETA = (64, 96, 48, 10), 400, 32, 0.3  # 97% of the test digits
SEEN = 200  # points of S
SAMPLERS = (baselines.uniform, baselines.l1, baselines.l2, baselines.hybrid)


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """A trained network, the points of S, and test points with their labels."""

    network: ReluNetwork
    seen: np.ndarray
    test: np.ndarray
    labels: np.ndarray

    def outcome(self, weights: Sequence[Matrix]) -> tuple[float, float]:
        """Relative l_1 change of the outputs, and accuracy, with other weights."""
        changed = outputs(weights, self.network.biases, self.test)
        return relative_change(self.network(self.test), changed), accuracy(changed, self.labels)

    def coreset(self, keep: float, seed: int, shares: str = "network") -> Coreset:
        """CoreNet's coreset, with one c for the network or for each layer."""
        return corenet(self.network, self.seen, Budget(keep, shares), seed)


@lru_cache(256)  # five claims and their controls train the networks of the same seeds: 0.1 MB each
def digits(seed: int) -> Problem:
    """A network trained on the digits; they are ink, so that inputs are not negative."""
    data = _data()
    drift = minibatch_drift(NETWORK, data.x_train, data.y_train, batch=BATCH, seed=seed)
    # Plain SGD: with sigma = 0 nothing is looked up in the field.
    still = NoiseField(2.0, seed)
    path = trajectory(NETWORK.initial(WIDTHS, seed), drift, still, ETA, sigma=0.0)
    weights = next(islice(path, STEPS - 1, None))
    network = ReluNetwork([w[:, :-1] for w in weights], [w[:, -1] for w in weights])
    return Problem(network, data.x_train[:SEEN], data.x_test, data.y_test)


def held_out(count: int) -> np.ndarray:
    """The training images after those of S."""
    return _data().x_train[SEEN : SEEN + count]


def in_other_units(problem: Problem, seed: int) -> Problem:
    """The same function of the same images, each input and hidden neuron in a unit of its own."""
    rng, network = np.random.default_rng(seed), problem.network
    units = [rng.lognormal(0, 1, size=(w.shape[1],)) for w in network.weights]
    after: list[np.ndarray] = [*units[1:], np.ones(len(network.weights[-1]))]
    triples = zip(network.weights, units, after, strict=True)
    weights = [w / before * behind[:, None] for w, before, behind in triples]
    biases = [b * unit for b, unit in zip(network.biases or (), after, strict=True)]
    seen, test = problem.seen * units[0], problem.test * units[0]
    return Problem(ReluNetwork(weights, biases), seen, test, problem.labels)


def shares(coreset: Coreset) -> list[float]:
    """Expected share of each layer that is kept: methods are compared at these."""
    # How many edges each layer keeps matters as much as which: methods can be compared only at
    # equal shares of each layer.
    return [plan.expected / plan.layer.size for plan in coreset.plans]


def thresholded(coreset: Coreset) -> list[Matrix]:
    """The largest weights of each layer, at the shares of the coreset."""
    pairs = zip(coreset.network.weights, shares(coreset), strict=True)
    return [baselines.top_magnitude(w, share) for w, share in pairs]


def sampled(coreset: Coreset, sampler: Callable[..., Matrix], seed: int) -> list[Matrix]:
    """Weights drawn by one of SAMPLERS, at the shares of the coreset."""
    pairs = enumerate(zip(coreset.network.weights, shares(coreset), strict=True))
    return [sampler(w, share, seed, layer) for layer, (w, share) in pairs]


def redrawn(coreset: Coreset, seed: int, trial: int) -> list[Matrix]:
    """Weights of another coreset of the same plans."""
    return [
        draw(
            p.layer.weights, p.layer.sensitivities, p.draws, p.fates, p.scale, (seed, layer, trial)
        ).weights
        for layer, p in enumerate(coreset.plans)
    ]


def without_replacement(
    coreset: Coreset, seed: int, by_sensitivity: bool = True, trial: int = 0
) -> list[Matrix]:
    """Weights by Poisson sampling, at the shares of the coreset."""
    samples = []
    # Trials differ in the layers' numbers, by which random words are looked up.
    first = len(coreset.plans) * trial
    for layer, (plan, share) in enumerate(zip(coreset.plans, shares(coreset), strict=True), first):
        w, s = plan.layer.weights, plan.layer.sensitivities
        chances = s if by_sensitivity else np.ones_like(s)
        samples.append(baselines.poisson(w, chances, share, seed, layer))
    return samples


@cache
def _data() -> Dataset:
    return load_digits(standardise=False)
