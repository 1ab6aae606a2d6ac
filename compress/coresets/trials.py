"""Several coresets of each neuron, and the choice of one by its error and its edges."""

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array, vstack

from .feeding import Fed
from .plan import Plan
from .sampling import Draw, draw
from .sensitivity import power_of_two_above

STEPS = 40  # of the bisection on the price of an edge


class Trials(NamedTuple):
    """Coresets of one layer, and of each neuron in each their errors and edges."""

    draws: list[Draw]
    errors: np.ndarray  # shape (trials, neurons), in units of the mean over the trials
    edges: np.ndarray


def tried(plan: Plan, fed: Fed, address: tuple[int, int], trials: int) -> Trials:
    """Coresets of a layer at an address (seed, layer), and their errors at some inputs."""
    w, mass = plan.layer.weights, plan.layer.sensitivities
    draws = [
        draw(w, mass, plan.draws, plan.fates, plan.scale, (*address, trial))
        for trial in range(trials)
    ]
    errors = _mean_errors(draws, w, fed)
    means = errors.mean(axis=0)
    relative = np.divide(errors, means, out=np.zeros_like(errors), where=means > 0)
    return Trials(draws, relative, np.array([np.diff(d.weights.indptr) for d in draws]))


def _mean_errors(draws: Sequence[Draw], weights: np.ndarray, fed: Fed) -> np.ndarray:
    """Mean error of each neuron's sum over all rows, for each draw: (trials, neurons)."""
    unit = max(power_of_two_above(fed.inputs).item(), 2.0 if fed.constant else 0.0)
    total, count = np.zeros((len(draws), len(weights))), len(fed.inputs) * prod(fed.places)
    for _, rows in fed.blocks():
        columns = (rows / rows.dtype.type(unit)).T  # so that no sum overflows
        exact = weights @ columns
        means = [abs(d.weights @ columns - exact).mean(axis=1) for d in draws]
        total += np.array(means, dtype=float) * (len(rows) / count)
    return total


def cheapest(errors: np.ndarray, edges: np.ndarray, price: float) -> np.ndarray:
    """The trial of each neuron whose error and edges cost least; of equal ones the first."""
    return (errors + price * edges).argmin(axis=0)


def within_budget(layers: Sequence[Trials], budget: float) -> list[np.ndarray]:
    """The trial of each neuron, at the least price of an edge that brings all within the budget."""

    def choices(price: float) -> list[np.ndarray]:
        return [cheapest(t.errors, t.edges, price) for t in layers]

    def edges(price: float) -> int:
        pairs = zip(layers, choices(price), strict=True)
        return sum(int(np.take_along_axis(t.edges, c[None], 0).sum()) for t, c in pairs)

    # In units of their mean no error exceeds the number of trials: at that price edges decide.
    low, high = 0.0, float(len(layers[0].draws))
    if edges(low) <= budget:
        return choices(low)
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if edges(middle) <= budget else (middle, high)
    return choices(high)


def chosen(draws: Sequence[Draw], choice: np.ndarray) -> Draw:
    """The rows of the trials that were chosen, as one draw."""
    rows = choice * len(choice) + np.arange(len(choice))
    weights, counts = (csr_array(vstack(part))[rows] for part in zip(*draws, strict=True))
    return Draw(weights, counts)
