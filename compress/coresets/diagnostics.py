"""What a coreset's sensitivities cover, and the exact variance of what it computes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_kind
from stablenoise.kernels.compiler import jit
from stablenoise.kernels.threads import in_threads
from stablenoise.moved import renamed
from stablenoise.results import Result

from .coreset import Coreset
from .feeding import Fed
from .multinomials import EMPTY, SAMPLED, SUPPORT, WHOLE
from .plan import Plan
from .sampling import ROWS_PER_THREAD
from .sensitivity import power_of_two_above, split_signs

__all__ = [
    "Coverage",
    "LayerError",
    "coverage",
    "errors",
    "output_change",
    "variances",
    "zero_shares",
]

__getattr__ = renamed(__name__, {"output_error": "output_change"})


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Coverage(Result):
    """How far fresh points go beyond S: arrays of shape (n, neurons, 2), sides + and -.

    Parameters
    ----------
    zero_mass : ndarray
        Share of what flows into the side that comes by edges of sensitivity 0, in [0, 1]: a
        coreset that samples the side loses it.  0 where nothing flows.
    growth : ndarray
        Empirical K, the largest share of an edge at the point over its sensitivity; 0 where
        nothing flows by edges that have one.  At most 1 on S itself.

    Examples
    --------
    >>> from compress.coresets import Budget, ReluNetwork, corenet
    >>> coreset = corenet(ReluNetwork([[[1.0, 2.0]]]), [[1.0, 0.0]], Budget(1.0), seed=1)
    >>> coverage(coreset, [[1.0, 1.0]])
    (Coverage(1 points, 1 neurons, mean zero mass 0.333, K 0.333),)

    """

    zero_mass: np.ndarray
    growth: np.ndarray

    def _summary(self) -> str:
        points, neurons, _ = self.growth.shape
        lost, most = self.zero_mass.mean(), self.growth.max()
        return f"{points:,} points, {neurons:,} neurons, mean zero mass {lost:.3g}, K {most:.3g}"


@dataclass(frozen=True, slots=True, repr=False)
class LayerError(Result):
    """Errors of the sums of one layer fed as in the original network, over points and neurons.

    Parameters
    ----------
    predicted : float
        Root mean square that is expected over all draws, in the unit of the sums: exact.
    observed : float
        That of this coreset.
    relative : float
        Mean of ``|z' - z|`` over what flows into the neuron, sum of ``|w a|``; relative to z itself
        the mean would be infinite, as z may be near 0.

    Examples
    --------
    >>> LayerError(0.25, 0.5, 0.1)
    LayerError(predicted=0.25, observed=0.5, relative=0.1)

    """

    predicted: float
    observed: float
    relative: float


def zero_shares(coreset: Coreset) -> tuple[float, ...]:
    """Share of the edges of each layer that have sensitivity 0.

    Parameters
    ----------
    coreset : Coreset

    Returns
    -------
    tuple of float
        One for each layer, in [0, 1].

    Raises
    ------
    ValueError
        If coreset is no ``Coreset``.

    Examples
    --------
    >>> from compress.coresets import Budget, ReluNetwork, corenet
    >>> coreset = corenet(ReluNetwork([[[1.0, 2.0]]]), [[1.0, 0.0]], Budget(1.0), seed=1)
    >>> zero_shares(coreset)
    (0.5,)

    """
    check_kind("coreset", coreset, Coreset)
    sides = (plan.layer.sides for plan in coreset.plans)
    return tuple(float(1 - s.support.sum() / s.edges.sum()) for s in sides)


def coverage(coreset: Coreset, points: ArrayLike) -> tuple[Coverage, ...]:
    """What each layer of a coreset's network meets at points that were not in S.

    Under another law of points than that of S both numbers grow, and errors with them.

    Parameters
    ----------
    coreset : Coreset
    points : array_like, shape (n, inputs)

    Returns
    -------
    tuple of Coverage
        One for each layer; memory for 4 n numbers a neuron.

    Raises
    ------
    ValueError
        If the points do not fit or are not finite.

    Examples
    --------
    >>> from compress.coresets import Budget, ReluNetwork, corenet
    >>> coreset = corenet(ReluNetwork([[[1.0, 2.0]]]), [[1.0, 0.0]], Budget(1.0), seed=1)
    >>> float(coverage(coreset, [[1.0, 1.0]])[0].zero_mass[0, 0, 0])
    0.6666666666666666

    """
    pairs = zip(coreset.plans, _fed(coreset, points), strict=True)
    return tuple(
        Coverage(*(a.each(partial(_of_scaled, part, plan)) for part in (_zero_mass, _growth)))
        for plan, a in pairs
    )


def variances(coreset: Coreset, points: ArrayLike) -> tuple[np.ndarray, ...]:
    r"""Exact variance over the draws of every neuron's sum, fed as in the original network.

    .. math:: \mathrm{Var}\, \hat z = \frac{1}{m} \Bigl(\sum_j w_j^2 a_j^2 / q_j - z^2\Bigr)

    in each sampled side, z its sum over edges with sensitivity; the sides are independent.

    Parameters
    ----------
    coreset : Coreset
        For a choice among coresets it is the variance of one of them, not of the chosen one.
    points : array_like, shape (n, inputs)

    Returns
    -------
    tuple of ndarray, float64, shape (n, neurons)
        In the squared unit of the sums; inf beyond the range of floats.

    Raises
    ------
    ValueError
        If the points do not fit or are not finite.

    References
    ----------
    Derived here.

    Examples
    --------
    >>> from compress.coresets import Budget, ReluNetwork, corenet
    >>> network = ReluNetwork([[[1.0, 1.0, 1.0, 1.0]]])
    >>> coreset = corenet(network, [[1.0, 1.0, 1.0, 1.0]], Budget(0.5), seed=1)
    >>> float(coreset.plans[0].draws[0, 0]), variances(coreset, [[1.0, 0.0, 0.0, 0.0]])[0]
    (2.0, array([[1.5]]))

    """
    pairs = zip(coreset.plans, _fed(coreset, points), strict=True)
    with np.errstate(over="ignore"):  # a square may be beyond the range of floats: inf
        return tuple(_variances(plan, a) for plan, a in pairs)


def errors(coreset: Coreset, points: ArrayLike) -> tuple[LayerError, ...]:
    """Predicted against observed error of each layer, fed as in the original network.

    Parameters
    ----------
    coreset : Coreset
    points : array_like, shape (n, inputs)

    Returns
    -------
    tuple of LayerError
        One for each layer.

    Raises
    ------
    ValueError
        If the points do not fit or are not finite.

    Examples
    --------
    >>> from compress.coresets import Budget, ReluNetwork, corenet
    >>> coreset = corenet(ReluNetwork([[[1.0, 2.0]]]), [[1.0, 1.0]], Budget(1.0), seed=1)
    >>> errors(coreset, [[1.0, 3.0]])
    (LayerError(predicted=0.0, observed=0.0, relative=0.0),)

    """
    fed = _fed(coreset, points)
    return tuple(_layer_error(coreset, layer, a) for layer, a in enumerate(fed))


def output_change(coreset: Coreset, points: ArrayLike) -> float:
    """Change of the outputs: sum of ``|f' - f|`` over all outputs and points, over that of ``|f|``.

    Parameters
    ----------
    coreset : Coreset
    points : array_like, shape (n, inputs)

    Returns
    -------
    float
        Dimensionless; NaN where f is 0 at all points.

    Raises
    ------
    ValueError
        If the points do not fit or are not finite.

    Examples
    --------
    >>> from compress.coresets import Budget, ReluNetwork, corenet
    >>> coreset = corenet(ReluNetwork([[[1.0, 2.0]]]), [[1.0, 0.0]], Budget(1.0), seed=1)
    >>> output_change(coreset, [[1.0, 1.0]])
    0.0

    """
    check_kind("coreset", coreset, Coreset)
    exact = coreset.network(points)
    if not exact.any():
        return float("nan")
    unit = power_of_two_above(exact)
    return float(abs(coreset(points) / unit - exact / unit).sum() / abs(exact / unit).sum())


def _fed(coreset: Coreset, points: ArrayLike) -> tuple[Fed, ...]:
    """What each layer of the original network is fed."""
    check_kind("coreset", coreset, Coreset)
    return coreset.network.fed(coreset.network.checked(points))


def _side(plan: Plan, side: int) -> np.ndarray:
    """Sizes of the weights of one side in float64, in a unit of the layer, zeros elsewhere."""
    w = plan.layer.weights.astype(float)
    return np.maximum(-w if side else w, 0) / power_of_two_above(w)


def _zero_mass(plan: Plan, inputs: np.ndarray) -> np.ndarray:
    uncovered, sizes = plan.layer.sensitivities == 0, abs(inputs)
    shares = np.zeros((len(inputs), len(uncovered), 2))
    for side in range(2):
        w = _side(plan, side)
        lost, flow = sizes @ np.where(uncovered, w, 0).T, sizes @ w.T
        np.divide(lost, flow, out=shares[:, :, side], where=flow > 0)
    return shares


def _growth(plan: Plan, inputs: np.ndarray) -> np.ndarray:
    """Largest share of an edge over its sensitivity; of inputs of both signs the larger part's."""
    points = np.ascontiguousarray(split_signs(inputs).T)
    w, s = plan.layer.weights.astype(float), plan.layer.sensitivities
    w = w / power_of_two_above(w)
    per_share = np.divide(w, s, out=np.zeros_like(w), where=s > 0)
    ratios = np.zeros((len(w), 2, points.shape[1]))
    in_threads(lambda *part: _max_ratio(ratios, per_share, points, *part), len(w), ROWS_PER_THREAD)
    for side in range(2):
        flow = _side(plan, side) @ points
        np.divide(ratios[:, side], flow, out=ratios[:, side], where=flow > 0)
    by_sign = ratios.reshape(len(w), 2, -1, len(inputs))
    return np.ascontiguousarray(by_sign.max(axis=2).transpose(2, 0, 1))


@jit
def _raise(top, a, factor):
    for x in range(len(top)):
        value = a[x] * factor
        top[x] = value if value > top[x] else top[x]


@jit(nogil=True)
def _max_ratio(ratios, per_share, points, low, high):
    for i in range(low, high):
        for j in range(per_share.shape[1]):
            v = per_share[i, j]
            if v != 0:
                _raise(ratios[i, 1 if v < 0 else 0], points[j], abs(v))


def _scaled(inputs: np.ndarray) -> np.ndarray:
    """Points in float64, each in a unit of its own, so that no sum overflows."""
    a = inputs.astype(float)
    return a / power_of_two_above(a, axis=1)


def _of_scaled(part: Callable[..., np.ndarray], plan: Plan, rows: np.ndarray) -> np.ndarray:
    return part(plan, _scaled(rows))


def _variances(plan: Plan, fed: Fed) -> np.ndarray:
    """Variances of the sums of a layer at each row."""
    unit, scale = _unit(fed), power_of_two_above(plan.layer.weights.astype(float)).item()
    spread = fed.each(lambda rows: _variance(plan, rows.astype(float) / unit))
    return np.ldexp(spread, 2 * (_exponent(unit) + _exponent(scale)))


def _variance(plan: Plan, inputs: np.ndarray) -> np.ndarray:
    """Variances of the sums of a layer, in the square of its unit and that of the inputs."""
    return np.asarray(sum(_side_variance(plan, inputs, side) for side in (0, 1)))


def _unit(fed: Fed) -> float:
    """A power of two above all that a layer is fed, one for all blocks."""
    return max(power_of_two_above(fed.inputs.astype(float)).item(), 2.0 if fed.constant else 0.0)


def _exponent(power: float) -> int:
    """The exponent of a power of two."""
    return int(np.log2(power))


def _side_variance(plan: Plan, inputs: np.ndarray, side: int) -> np.ndarray:
    sampled = plan.fates[:, side] == SAMPLED
    s = plan.layer.sensitivities.astype(float)
    w = np.where((s > 0) & sampled[:, None], _side(plan, side), 0)
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


def _layer_error(coreset: Coreset, layer: int, fed: Fed) -> LayerError:
    plan, unit = coreset.plans[layer], _unit(fed)
    scale = power_of_two_above(plan.layer.weights.astype(float)).item()
    compared = _Compared.of(coreset, layer, scale)
    sums = np.zeros(3)
    for _, rows in fed.blocks():
        sums += compared.sums(plan, rows.astype(float) / unit)
    mean = sums / (len(fed.inputs) * prod(fed.places) * len(plan.layer.weights))
    exponent = _exponent(unit) + _exponent(scale)
    with np.errstate(over="ignore"):
        predicted, observed = (float(np.ldexp(np.sqrt(x), exponent)) for x in mean[:2])
    return LayerError(predicted, observed, float(mean[2]))


class _Compared(NamedTuple):
    """Weights of a layer, of its coreset, and as expected over all draws, in one unit."""

    exact: np.ndarray
    kept: np.ndarray
    expected: np.ndarray

    @classmethod
    def of(cls, coreset: Coreset, layer: int, scale: float) -> _Compared:
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
        spread = _variance(plan, rows) + (rows @ (self.expected - self.exact).T) ** 2
        return np.array([spread.sum(), (off**2).sum(), relative.sum()])
