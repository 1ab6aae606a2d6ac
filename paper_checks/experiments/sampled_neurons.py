"""The experiment behind CN-1 to CN-8 and CN-19: one neuron of positive weights, sampled."""

from collections.abc import Iterator
from itertools import permutations, product
from typing import NamedTuple

import numpy as np

from compress.coresets import Coreset, Draw, ReluNetwork, bounds, sensitivities, sparsify
from compress.coresets.plan import measured, settled
from compress.coresets.sampling import draw
from paper_checks.replicates import replicate_rng, replicate_seed

# Of 100 coresets 10 would miss where the chance is DELTA: one row can show it.
EDGES, POINTS, TRIALS = 500, 60, 100
EPSILON, DELTA = 0.3, 0.1


class Neuron(NamedTuple):
    """Positive weights, shape (1, n), the points of S, and fresh points, shape (points, n)."""

    weights: np.ndarray
    seen: np.ndarray
    fresh: np.ndarray

    @property
    def sensitivities(self) -> np.ndarray:
        """Of each edge over S."""
        return sensitivities(self.weights, self.seen)[0]

    @property
    def chances(self) -> np.ndarray:
        """Probability that a draw is of an edge."""
        s = self.sensitivities
        return s / s.sum()


def random_neuron(rng: np.random.Generator, edges: int = EDGES, points: int = POINTS) -> Neuron:
    """Log-normal weights; inputs are the positive parts of normal variates."""
    w = rng.lognormal(size=(1, edges))
    return Neuron(w, *(np.maximum(rng.normal(size=(points, edges)), 0) for _ in range(2)))


def fed_neuron(rng: np.random.Generator, edges: int, points: int) -> Neuron:
    """A neuron whose inputs are positive at every point, so that no edge is without draws."""
    w = rng.lognormal(0, 0.5, size=(1, edges))
    return Neuron(w, *(rng.uniform(0.1, 1, size=(points, edges)) for _ in range(2)))


def coreset_of(neuron: Neuron, draws: int, seed: int) -> Coreset:
    """The coreset of so many draws."""
    layer = measured(neuron.weights, neuron.seen)
    p = settled(layer, np.array([[draws, 0.0]]))
    one = draw(layer.weights, layer.sensitivities, p.draws, p.fates, p.scale, (seed, 0, 0))
    return Coreset(ReluNetwork([neuron.weights]), (p,), (one.weights,), (one.counts,), None)


def value_of_draws(neuron: Neuron, draws: int, seed: int) -> np.ndarray:
    """What one draw of an edge adds to its weight, as seen in samples: w / (m q)."""
    weights, counts = (x.toarray() for x in drawn(neuron, draws, 1_000, seed))
    return (weights / np.maximum(counts, 1)).max(axis=0)


def drawn(neuron: Neuron, draws: int, trials: int, seed: int) -> Draw:
    """Independent coresets of one neuron, a row each."""
    w, s = (np.tile(x, (trials, 1)) for x in (neuron.weights, neuron.sensitivities))
    return sparsify(w, s, float(draws), seed)


def enumerated(chances: np.ndarray, draws: int, again: bool = True) -> tuple[np.ndarray, ...]:
    """Probabilities of all sequences of draws, and how often each edge is in them.

    Without ``again`` an edge is drawn once at most, and the next draw is among the others.
    """
    orders: Iterator[tuple[int, ...]]
    if again:
        orders = product(range(len(chances)), repeat=draws)
    else:
        orders = permutations(range(len(chances)), draws)
    sequences = np.array(list(orders))
    q = chances[sequences]
    if not again:
        q = q / (1 - np.cumsum(q, axis=1) + q)
    counts = (sequences[:, :, None] == np.arange(len(chances))).sum(axis=1)
    return q.prod(axis=1), counts


def failures(seed: int, replicate: int, tight: bool, silent: int = 0) -> list[float]:
    """Shares of the coresets of one neuron that miss; ``silent`` of its inputs are 0 in S.

    With the draws of the theorem, or with those of Bernstein's inequality.
    """
    rng, own = replicate_rng(seed, replicate), replicate_seed(seed, replicate)
    neuron = random_neuron(rng)
    neuron.seen[:, :silent] = 0
    total = float(neuron.sensitivities.sum())
    draws = theorem_draws(total, EPSILON)
    if tight:
        draws = bounds.tight_sample_size(total, EPSILON, DELTA)
    return [*rates(neuron, draws, own), draws / draws_needed(neuron)]


def theorem_draws(total: float, epsilon: float, neurons: int = 1) -> float:
    """Draws of the theorem with K = 1."""
    return float(bounds.sample_size(total, epsilon, DELTA, neurons))


def rates(neuron: Neuron, draws: float, seed: int) -> list[float]:
    """Largest share over the points of S, and share over fresh points too, that is missed."""
    coresets = drawn(neuron, int(draws), TRIALS, seed).weights
    pair = neuron.seen, neuron.fresh
    seen, fresh = (abs(coresets @ x.T / (neuron.weights @ x.T) - 1) > EPSILON for x in pair)
    return [float(seen.mean(axis=0).max()), float(fresh.mean())]


def draws_needed(neuron: Neuron, epsilon: float = EPSILON) -> float:
    """Draws with which the normal law of the sum misses as often as DELTA at the first point."""
    w, s, x = neuron.weights[0], neuron.sensitivities, neuron.seen[0]
    share = w * x / (w @ x)
    some = share > 0
    spread = (share[some] ** 2 / s[some]).sum() * s.sum() - 1
    # 1.6449 is the normal quantile of 1 - DELTA / 2: sums miss to either side.
    return float(spread * (1.6449 / epsilon) ** 2)
