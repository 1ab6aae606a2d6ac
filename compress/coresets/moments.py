"""Means and variances of a layer's sums over all draws, in units in which nothing overflows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .coreset import Coreset
from .feeding import Fed
from .multinomials import EMPTY, SAMPLED, SUPPORT, WHOLE
from .plan import Plan
from .sensitivity import power_of_two_above


def side_sizes(plan: Plan, side: int) -> np.ndarray:
    """Sizes of the weights of one side in float64, in a unit of the layer, zeros elsewhere."""
    w = plan.layer.weights.astype(float)
    return np.maximum(-w if side else w, 0) / power_of_two_above(w)


def variances_of(plan: Plan, fed: Fed) -> np.ndarray:
    """Variances of the sums of a layer at each row."""
    unit, scale = unit_of(fed), power_of_two_above(plan.layer.weights.astype(float)).item()
    spread = fed.each(lambda rows: variance(plan, rows.astype(float) / unit))
    return np.ldexp(spread, 2 * (exponent(unit) + exponent(scale)))


def variance(plan: Plan, inputs: np.ndarray) -> np.ndarray:
    """Variances of the sums of a layer, in the square of its unit and that of the inputs."""
    return np.asarray(sum(_side_variance(plan, inputs, side) for side in (0, 1)))


def unit_of(fed: Fed) -> float:
    """A power of two above all that a layer is fed, one for all blocks."""
    return max(power_of_two_above(fed.inputs.astype(float)).item(), 2.0 if fed.constant else 0.0)


def exponent(power: float) -> int:
    """The exponent of a power of two."""
    return int(np.log2(power))


def _side_variance(plan: Plan, inputs: np.ndarray, side: int) -> np.ndarray:
    sampled = plan.fates[:, side] == SAMPLED
    s = plan.layer.sensitivities.astype(float)
    w = np.where((s > 0) & sampled[:, None], side_sizes(plan, side), 0)
    squares = np.divide(w**2, s, out=np.zeros_like(w), where=w > 0)
    spread = inputs**2 @ squares.T * plan.layer.sides.totals[:, side] - (inputs @ w.T) ** 2
    # A difference of nearly equal sums may round to below 0, which no variance is.
    return np.maximum(spread, 0) / np.where(sampled, plan.draws[:, side], 1)


def _expected_weights(plan: Plan) -> np.ndarray:
    """Expectation of the sparse weights: those that no draw and no copy reaches are 0."""
    w, s = plan.layer.weights, plan.layer.sensitivities
    fate = np.where(w < 0, plan.fates[:, [1]], plan.fates[:, [0]])
    reached = (fate == WHOLE) | (((fate == SAMPLED) | (fate == SUPPORT)) & (s > 0))
    return np.where(reached & (fate != EMPTY), w.astype(float), 0)


class Compared(NamedTuple):
    """Weights of a layer, of its coreset, and as expected over all draws, in one unit."""

    exact: np.ndarray
    kept: np.ndarray
    expected: np.ndarray

    @classmethod
    def of(cls, coreset: Coreset, layer: int, scale: float) -> Compared:
        plan, kept = coreset.plans[layer], coreset.weights[layer].toarray()
        if plan.layer.weights.shape != kept.shape and coreset.biases is not None:
            kept = np.column_stack([kept, coreset.biases[layer]])  # embedded: the last input is 1
        exact = plan.layer.weights, kept, _expected_weights(plan)
        return cls(*(w.astype(float) / scale for w in exact))

    def sums(self, plan: Plan, rows: np.ndarray) -> np.ndarray:
        """Sums over rows and neurons: squares as expected, as seen, and sizes over what flows."""
        off, flow = rows @ (self.kept - self.exact).T, abs(rows) @ abs(self.exact).T
        relative = np.divide(abs(off), flow, out=np.zeros_like(off), where=flow > 0)
        # Mean square = variance over the draws + square of the bias, by edges that no draw reaches.
        spread = variance(plan, rows) + (rows @ (self.expected - self.exact).T) ** 2
        return np.array([spread.sum(), (off**2).sum(), relative.sum()])
