"""How many draws each side of each neuron gets, settled before any is made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp

import numpy as np

from stablenoise.kernels.compiler import jit
from stablenoise.kernels.threads import in_threads
from stablenoise.results import Result

from .multinomials import EMPTY, SAMPLED, SUPPORT, WHOLE
from .sampling import ROWS_PER_THREAD, Sides, side_sums
from .sensitivity import largest_shares

STEPS = 40  # of the bisection on log c: the interval is then 1e-11 or so


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Layer(Result):
    """Sensitivities of one layer and the sums of its sides."""

    weights: np.ndarray
    sensitivities: np.ndarray
    sides: Sides

    def _summary(self) -> str:
        neurons, inputs = self.weights.shape
        return f"{neurons:,} neurons, {inputs:,} inputs, {self.size:,} edges"

    @property
    def size(self) -> int:
        """Number of edges, which are nonzero weights."""
        return int(self.sides.edges.sum())


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Plan(Result):
    """Draws of one layer: float64, shape (neurons, 2), for positive and negative weights.

    ``fates``, of the same shape, has ``EMPTY`` for sides without sensitivity, which become zero;
    ``WHOLE`` and ``SUPPORT`` for those copied as draws were not fewer than edges, or than edges
    with sensitivity; and ``SAMPLED``.
    """

    layer: Layer
    draws: np.ndarray
    fates: np.ndarray

    def _summary(self) -> str:
        edges = f"{self.expected:,.1f} of {self.layer.size:,} edges expected"
        return f"{len(self.draws):,} neurons, {edges}"

    @property
    def scale(self) -> np.ndarray:
        """Sum of sensitivities over draws, by which a count becomes a weight; 0 if not sampled."""
        sampled = self.fates == SAMPLED
        return np.divide(
            self.layer.sides.totals, self.draws, out=np.zeros_like(self.draws), where=sampled
        )

    @property
    def expected(self) -> float:
        """Expected number of edges of the coreset."""
        return float(expected_edges(self.layer, self.draws, self.fates).sum())


def measured(weights: np.ndarray, *blocks: np.ndarray) -> Layer:
    """Sensitivities and their sums for one layer, whose inputs may come in blocks of rows."""
    return of_blocks(weights, blocks)


def of_blocks(weights: np.ndarray, blocks: Iterable[np.ndarray]) -> Layer:
    """The same where blocks are made one after the other, and never there at once."""
    shares = largest_shares(weights, blocks)
    return Layer(weights, shares, side_sums(weights, shares))


def settled(layer: Layer, draws: np.ndarray) -> Plan:
    """What becomes of each side, by its number of draws alone.

    A rule that looked at the outcome would bias the estimate; draws are compared as floats, for
    they may exceed every integer.
    """
    edges, support, totals = layer.sides
    fates = np.full(draws.shape, SAMPLED)
    fates[draws >= support] = SUPPORT
    fates[draws >= edges] = WHOLE
    fates[(totals == 0) | (draws == 0)] = EMPTY
    return Plan(layer, draws, fates)


def expected_edges(
    layer: Layer, draws: np.ndarray, fates: np.ndarray, logs: np.ndarray | None = None
) -> np.ndarray:
    """Expected number of different edges drawn or copied, each side: sum of 1 - (1 - q)^m.

    ``logs`` are those of ``missed_logs``, kept by a caller that asks often.
    """
    logs = missed_logs(layer) if logs is None else logs
    expected = np.choose(fates, [0, 0, layer.sides.support, layer.sides.edges]).astype(float)
    number = np.where(fates == SAMPLED, draws, 0.0)
    rows = np.flatnonzero(number.any(axis=1))
    data = layer.weights, logs, number, rows, expected
    in_threads(lambda *part: _different(*data, *part), len(rows), ROWS_PER_THREAD)
    return expected


def missed_logs(layer: Layer) -> np.ndarray:
    """Logarithm of 1 - q for every edge: 0 where it is never drawn, -inf where always."""
    logs = np.zeros(layer.weights.shape)
    data = layer.weights, layer.sensitivities, layer.sides.totals, logs
    in_threads(lambda *part: _missed_logs(*data, *part), len(logs), ROWS_PER_THREAD)
    return logs


def within(layers: Sequence[Layer], budget: float) -> tuple[Plan, ...]:
    """Plans with draws ceil(c S) for the largest c that expects at most ``budget`` edges."""
    sides = float(sum(np.count_nonzero(layer.sides.totals) for layer in layers))
    if budget < sides:
        rule = f"keep must leave an edge to each side of each neuron, {sides:.0f} edges"
        raise ValueError(f"{rule}, got {budget:.6g}")
    logs = [missed_logs(layer) for layer in layers]

    def draws(c: float) -> list[np.ndarray]:
        return [np.ceil(c * layer.sides.totals) for layer in layers]

    def plans(c: float) -> tuple[Plan, ...]:
        return tuple(map(settled, layers, draws(c)))

    def fits(c: float) -> bool:
        each = zip(plans(c), logs, strict=True)
        sums = (expected_edges(p.layer, p.draws, p.fates, known).sum() for p, known in each)
        return sum(map(float, sums)) <= budget * (1 + 2**-40)  # sums of many terms round

    # the expected number of edges grows with c: halve the interval of log c
    low, high = np.log(_extremes(layers))
    if fits(2 * exp(high)):
        return plans(2 * exp(high))
    for _ in range(STEPS):
        pairs = zip(draws(exp(low)), draws(exp(high)), strict=True)
        if sum(float((more - fewer).sum()) for fewer, more in pairs) <= 1:
            break  # no other plan lies between, and the larger one does not fit
        middle = (low + high) / 2
        low, high = (middle, high) if fits(exp(middle)) else (low, middle)
    return plans(exp(low))


def _extremes(layers: Sequence[Layer]) -> tuple[float, float]:
    """A c that gives each side one draw, and one that gives each as many as it has edges."""
    sides = [layer.sides for layer in layers]
    totals = np.concatenate([s.totals.ravel() for s in sides])
    edges = np.concatenate([s.edges.ravel() for s in sides])
    some = totals > 0
    if not some.any():
        raise ValueError("points must make some edge carry something, got none that does")
    return float(0.5 / totals.max()), float((edges[some] / totals[some]).max())


@jit(nogil=True)
def _missed_logs(weights, mass, totals, logs, low, high):
    for i in range(low, high):
        for j in range(weights.shape[1]):
            s, total = np.float64(mass[i, j]), totals[i, 1 if weights[i, j] < 0 else 0]
            if weights[i, j] != 0 and s > 0:
                logs[i, j] = np.log1p(-min(s / total, 1.0))


@jit(nogil=True)
def _different(weights, logs, draws, rows, expected, low, high):
    for t in range(low, high):
        i = rows[t]
        for j in range(weights.shape[1]):
            side = 1 if weights[i, j] < 0 else 0
            if logs[i, j] < 0 and draws[i, side] > 0:
                # 1 - (1 - q)^m, without cancellation where it is small.
                expected[i, side] -= np.expm1(draws[i, side] * logs[i, j])
