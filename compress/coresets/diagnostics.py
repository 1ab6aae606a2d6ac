"""What a coreset's sensitivities cover, and the exact variance of what it computes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import prod

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_kind
from stablenoise.kernels.compiler import jit
from stablenoise.kernels.threads import in_threads
from stablenoise.moved import renamed
from stablenoise.results import Result

from .coreset import Coreset
from .feeding import Fed
from .moments import Compared, exponent, side_sizes, unit_of, variances_of
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
    check_kind("coreset", coreset, Coreset)
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
    check_kind("coreset", coreset, Coreset)
    pairs = zip(coreset.plans, _fed(coreset, points), strict=True)
    with np.errstate(over="ignore"):  # a square may be beyond the range of floats: inf
        return tuple(variances_of(plan, a) for plan, a in pairs)


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


def _zero_mass(plan: Plan, inputs: np.ndarray) -> np.ndarray:
    uncovered, sizes = plan.layer.sensitivities == 0, abs(inputs)
    shares = np.zeros((len(inputs), len(uncovered), 2))
    for side in range(2):
        w = side_sizes(plan, side)
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
        flow = side_sizes(plan, side) @ points
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


def _layer_error(coreset: Coreset, layer: int, fed: Fed) -> LayerError:
    plan, unit = coreset.plans[layer], unit_of(fed)
    scale = power_of_two_above(plan.layer.weights.astype(float)).item()
    compared = Compared.of(coreset, layer, scale)
    sums = np.zeros(3)
    for _, rows in fed.blocks():
        sums += compared.sums(plan, rows.astype(float) / unit)
    mean = sums / (len(fed.inputs) * prod(fed.places) * len(plan.layer.weights))
    power = exponent(unit) + exponent(scale)
    with np.errstate(over="ignore"):
        predicted, observed = (float(np.ldexp(np.sqrt(x), power)) for x in mean[:2])
    return LayerError(predicted, observed, float(mean[2]))
