"""The largest share that a unit has of what flows into either side of a neuron, over points."""

from collections.abc import Iterator

import numpy as np

from .sensitivity import power_of_two_above

PRODUCTS = 1 << 22  # numbers of an array of shares: 32 MB


def unit_shares(weights: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """Largest share of each unit, over neurons, both sides and rows, in float64.

    ``weights`` have shape (neurons, units, pixels) and ``inputs`` (rows, units, pixels): what a
    unit gives to a side is the sum over its pixels of the products of that sign.
    """
    w, a = (_scaled(x) for x in (weights, inputs))
    shares = np.zeros(w.shape[1])
    for neurons, rows in _blocks(w, a):
        for part in _sides(w[neurons], a[rows]):
            flow = part.sum(axis=0)
            np.divide(part, flow, out=part, where=flow > 0)
            np.maximum(shares, part.max(axis=(1, 2)), out=shares)
    return np.minimum(shares, 1)  # above 1 by rounding only


def _sides(weights: np.ndarray, inputs: np.ndarray) -> Iterator[np.ndarray]:
    """Yield what each unit gives to the positive side of each neuron, and to the negative one.

    Shape (units, rows, neurons), as a product of matrices for each unit.
    """
    w, a = weights.transpose(1, 2, 0), inputs.transpose(1, 0, 2)
    up, down = np.maximum(w, 0), np.maximum(-w, 0)
    if (a >= 0).all():
        yield a @ up
        yield a @ down
        return
    above, below = np.maximum(a, 0), np.maximum(-a, 0)
    yield above @ up + below @ down
    yield above @ down + below @ up


def _scaled(x: np.ndarray) -> np.ndarray:
    """Rows in float64, each in a unit of its own, so that no sum overflows."""
    flat = x.astype(float).reshape(len(x), -1)
    return (flat / power_of_two_above(flat, axis=1)).reshape(x.shape)


def _blocks(weights: np.ndarray, inputs: np.ndarray) -> Iterator[tuple[slice, slice]]:
    """Yield slices of neurons and of rows whose products are not too many."""
    neurons, units, rows = len(weights), weights.shape[1], len(inputs)
    across = max(1, min(neurons, PRODUCTS // units))
    down = max(1, min(rows, PRODUCTS // (units * across)))
    for i in range(0, neurons, across):
        for x in range(0, rows, down):
            yield slice(i, i + across), slice(x, x + down)
