"""CN-15: a neuron that CoreNet+ drops fires later with probability below 1 / (e n)."""

from math import e

import numpy as np

from compress.coresets import Budget, ReluNetwork, corenet_plus
from compress.coresets.bounds import dropping_risk
from paper_checks.claim import Claim, Quantity, below, equals
from paper_checks.replicates import by_number, replicate_rng, replicate_seed
from paper_checks.summaries import nominal

POINTS, FRESH, NEURONS = 4, 200, 32
FACTORS = 1.0, 0.3, 3.0  # chances of firing, in units of that of the largest risk, 1 / (n + 1)
BOUND = 1 / (e * POINTS)
MARGIN = 0.08


def _missed(seed: int, replicate: int, later: float = 1.0) -> list[float]:
    """Share of neurons that are dropped and fire at a fresh point, over the bound, by chance."""
    rng, own = replicate_rng(seed, replicate), replicate_seed(seed, replicate)
    chances = np.repeat(FACTORS, NEURONS) / (POINTS + 1)
    seen, fresh = (rng.uniform(size=(n, len(chances) + 1)) for n in (POINTS, FRESH))
    silent = corenet_plus(_network(chances), seen, Budget(1.0), own).silent[0]
    fires = fresh[:, 1:] > 1 - later * chances
    missed = silent[1:] * fires.mean(axis=0)
    return (missed.reshape(len(FACTORS), NEURONS).mean(axis=1) / BOUND).tolist()


def _network(chances: np.ndarray) -> ReluNetwork:
    """Hidden neurons that each have a uniform input of their own and fire with some chance.

    One more, the first, always fires: CoreNet+ refuses a layer of which no neuron does.
    """
    neurons = len(chances) + 1
    biases = [np.append(1.0, chances - 1), np.zeros(1)]
    return ReluNetwork([np.eye(neurons), np.ones((1, neurons))], biases)


CLAIM = Claim(
    id="CN-15",
    title="A dropped neuron fires later with chance below 1 / (e n)",
    statement=(
        "A hidden neuron that CoreNet+ drops, as it fired at none of n = 4 points, and that fires "
        "at a fresh one has a probability of at most (n / (n + 1))^n / (n + 1), below 1 / (e n), "
        "whatever its chance p of firing: p (1 - p)^n, largest at p = 1 / (n + 1)."
    ),
    source=(
        "Derived, theory corenet.md section 1.5, of the neuron pruning of arXiv 1804.05345 (as "
        "recalled)"
    ),
    quantities=(
        Quantity(
            "dropped and fires, over 1 / (e n), p = 1 / (n + 1)",
            equals(dropping_risk(POINTS) / BOUND, MARGIN),
            nominal,
        ),
        *(Quantity(f"the same, p = {f:g} / (n + 1)", below(1), nominal) for f in FACTORS[1:]),
    ),
    experiment=by_number(_missed),
    control=by_number(_missed, later=2.0),
    broken="at fresh points neurons fire with twice their chance",
    unit="networks of 32 hidden neurons for each chance",
    smoke=256,
    full=512,
    chunk=32,
)
