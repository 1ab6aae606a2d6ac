r"""Sample sizes and bounds of CoreNet as numbers, and what they are worth.

All is as recalled of arXiv 1804.05345; the constants are derived here, not quoted.  Let a side's
K bound how much a fresh point can exceed the sensitivities, and let inputs be right within 1/2.
Each of m draws then estimates the sum within B = 3 K S of itself, variance at most B - 1, so
that Bernstein's inequality asks for m >= (2 + 2 e / 3) B log(2 / d) / e^2; with d = delta /
(4 eta) and e <= 1 that is below 8 K S log(8 eta / delta) / e^2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf, log, prod, sqrt

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import (
    check_integer,
    check_number,
    check_positive,
    check_share,
    real_array,
    told,
)


@dataclass(frozen=True, slots=True)
class Constants:
    """What the theorem derives from the shape of a network, epsilon and delta.

    Parameters
    ----------
    epsilon, delta : float
        Relative error of each output and probability of missing it, both in (0, 1).
    matrices : int
        Number of weight matrices, L - 1 for the theory's L layers.
    eta : int
        Neurons, inputs not counted.
    eta_star : int
        Largest width, inputs counted: the union bound is over the edges into a neuron.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    arXiv 1804.05345, as recalled; constants derived here.

    Examples
    --------
    >>> found = Constants(0.5, 0.1, matrices=3, eta=410, eta_star=300)
    >>> found.points, round(found.kappa, 1)
    (189, 192.1)

    """

    epsilon: float
    delta: float
    matrices: int
    eta: int
    eta_star: int

    def __post_init__(self) -> None:
        check_share("epsilon", self.epsilon)
        check_share("delta", self.delta)
        for name in ("matrices", "eta", "eta_star"):
            check_integer(name, getattr(self, name), 1, 2**63)

    @property
    def k(self) -> float:
        """Bound K on g / s at a fresh point, log(eta eta*), or 1 where that is less."""
        return max(log(self.eta * self.eta_star), 1.0)

    @property
    def lambda_star(self) -> float:
        """Assumed subexponential parameter of the cancellation, log(eta eta*) / 2."""
        return self.k / 2

    @property
    def log_edges(self) -> float:
        """log(8 eta eta* / delta): nats of the union bound over edges."""
        return log(8 * self.eta * self.eta_star / self.delta)

    @property
    def points(self) -> int:
        """Size of S that the theorem needs."""
        return ceil(self.log_edges * self.k)

    @property
    def kappa(self) -> float:
        """What is added to the mean cancellation over S."""
        root = sqrt(2 * self.lambda_star)
        return root * (1 + root * self.log_edges)

    def layer_epsilons(self, growth: Sequence[float]) -> tuple[float, ...]:
        """Error allowed to each layer: epsilon / (2 (L - 1)) over the growths from it on.

        Parameters
        ----------
        growth : sequence of float
            One for each matrix: mean cancellation plus kappa in the theorem.

        Returns
        -------
        tuple of float
            0 where a growth from there on is inf.

        """
        _check_layers("growth", growth, self.matrices)
        for factor in growth:
            check_number("growth", factor)
        share = self.epsilon / (2 * self.matrices)
        return tuple(share / prod(growth[layer:]) for layer in range(len(growth)))


def constants(shapes: Sequence[tuple[int, int]], epsilon: float, delta: float) -> Constants:
    """Constants for matrices of these shapes, (neurons, inputs) each.

    Raises
    ------
    ValueError
        If a shape is no pair of positive integers, or epsilon or delta is out of range.

    Examples
    --------
    >>> constants([(300, 784), (100, 300), (10, 100)], 0.5, 0.1).eta_star
    784

    """
    pairs = isinstance(shapes, list | tuple) and all(np.shape(s) == (2,) for s in shapes)
    if not (pairs and shapes):
        raise ValueError(f"shapes must be pairs, one for each matrix, got {told(shapes)}")
    eta = sum(rows for rows, _ in shapes)
    return Constants(epsilon, delta, len(shapes), eta, max(max(shape) for shape in shapes))


def sample_size(
    total: ArrayLike,
    epsilon: float,
    delta: float,
    eta: int = 1,
    k: float = 1.0,
    halves: int = 1,
) -> np.ndarray:
    r"""Draws that the theorem asks of a side.

    .. math:: m = \lceil 8 K S \log(8 \eta / \delta) / \epsilon^2 \rceil

    Parameters
    ----------
    total : array_like
        Sum S of the sensitivities of the side.
    epsilon : float
        In [0, 1); at 0 the answer is inf, or 0 where total is.
    delta : float
        In (0, 1), for the whole network.
    eta : int
        Neurons.
    k : float
        Positive.
    halves : int
        2 where inputs have both signs, and the sum of each part must be right: eta is doubled.

    Returns
    -------
    ndarray, float64, of the shape of total
        Whole numbers as floats: they exceed 64-bit integers on real networks.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> float(sample_size(4 / 3, epsilon=0.5, delta=0.1))
    187.0

    """
    check_share("delta", delta)
    check_number("epsilon", epsilon)
    if epsilon:
        check_share("epsilon", epsilon)
    check_integer("eta", eta, 1, 2**63)
    check_positive("k", k)
    check_integer("halves", halves, 1, 3)
    sums = real_array("total", total)
    with np.errstate(over="ignore"):
        factor = np.float64(8 * k * log(8 * eta * halves / delta))
        each = factor / np.float64(epsilon) ** 2 if epsilon**2 else inf
        return np.where(sums > 0, np.ceil(np.where(sums > 0, sums, 1) * each), 0.0)


def tight_sample_size(total: float, epsilon: float, failure: float, k: float = 1.0) -> float:
    r"""Draws that Bernstein's inequality asks of one side with exact inputs.

    .. math:: m = \lceil (2 + 2 \epsilon / 3) K S \log(2 / \delta') / \epsilon^2 \rceil

    Parameters
    ----------
    total : float
        Sum S of the sensitivities of the side, positive.
    epsilon, failure : float
        In (0, 1).
    k : float
        Positive.

    Returns
    -------
    float
        A whole number, or inf.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Derived here: the factor 3 for inexact inputs is not needed.

    Examples
    --------
    >>> tight_sample_size(4 / 3, epsilon=0.5, failure=0.1)
    38.0

    """
    check_share("epsilon", epsilon)
    check_share("failure", failure)
    check_positive("total", total)
    check_positive("k", k)
    with np.errstate(over="ignore", divide="ignore"):
        factor = np.float64((2 + 2 * epsilon / 3) * k * log(2 / failure)) * total
        return float(np.ceil(factor / np.float64(epsilon) ** 2))


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound, what holds without it, and in words whether it says more than that.

    Parameters
    ----------
    value : float
    trivial : float
        Positive, in the same unit.
    unit : str
        What the trivial value is.

    Examples
    --------
    >>> print(Bound(3e27, 266_610, "the number of edges"))
    vacuous: 1.1e+22 times the number of edges
    >>> print(Bound(100.0, 400.0, "the number of edges"))
    0.25 times the number of edges

    """

    value: float
    trivial: float
    unit: str

    @property
    def vacuous(self) -> bool:
        """Whether the bound is not below what holds anyway."""
        return not self.value < self.trivial

    @property
    def ratio(self) -> float:
        return self.value / self.trivial

    def __str__(self) -> str:
        return f"{'vacuous: ' if self.vacuous else ''}{self.ratio:.2g} times {self.unit}"


def size_bound(
    found: Constants,
    growth: Sequence[float],
    totals: Sequence[ArrayLike],
    edges: int,
    halves: Sequence[int] | None = None,
) -> Bound:
    r"""Edges of the coreset that the theorem promises at most.

    .. math:: \sum_l \sum_i \lceil 8 K S_i^l \log(8 \eta / \delta) / \epsilon_l^2 \rceil + 1

    Parameters
    ----------
    found : Constants
    growth : sequence of float
        One for each matrix.  Mean cancellation plus kappa gives the theorem; without kappa, or
        with ones, what it would promise if these cost nothing.
    totals : sequence of array_like
        Sums of sensitivities of both sides together of each neuron, an array for each matrix.
    edges : int
        Of the network.
    halves : sequence of int, optional
        As for ``sample_size``, one for each matrix.

    Returns
    -------
    Bound
        In edges.

    References
    ----------
    arXiv 1804.05345, as recalled; constants derived here.

    Examples
    --------
    >>> found = constants([(1, 100)], 0.5, 0.1)
    >>> print(size_bound(found, [1.0], [[2.0]], edges=100))
    vacuous: 52 times the number of edges

    """
    check_integer("edges", edges, 1, 2**63)
    _check_layers("totals", totals, found.matrices)
    size, halves = 0.0, halves or (1,) * found.matrices
    for epsilon, sums, h in zip(found.layer_epsilons(growth), totals, halves, strict=True):
        each = sample_size(sums, epsilon, found.delta, found.eta, found.k, h)
        size += float(np.sum(each + 1))
    return Bound(size, float(edges), "the number of edges")


def generalization_bound(
    found: Constants,
    growth: Sequence[float],
    totals: Sequence[ArrayLike],
    largest_output: float,
    margin: float,
    points: int,
) -> Bound:
    r"""Leading term of the bound on the excess error of the compressed network.

    .. math:: \sqrt{\max_x \|f(x)\|_2^2 \, L^2 \sum_l (\hat\Delta^{l \to})^2 \sum_i S_i^l
              / (\gamma^2 n)}

    Parameters
    ----------
    found, growth, totals
        As for ``size_bound``.
    largest_output : float
        Largest Euclidean norm of the outputs over the training points, in the unit of margin.
    margin : float
        gamma, positive.
    points : int
        Number n of training points.

    Returns
    -------
    Bound
        Logarithms and constants left out; an error rate is at most 1.  It is about the
        compressed network, not the original.

    Raises
    ------
    ValueError
        If margin is not positive or points not a positive integer.

    References
    ----------
    arXiv 1804.05345, as recalled, by the compression bound of Arora et al. (2018).

    Examples
    --------
    >>> found = constants([(1, 100)], 0.5, 0.1)
    >>> print(generalization_bound(found, [50.0], [[2.0]], 1.0, margin=1.0, points=60_000))
    0.58 times an error rate of 1

    """
    _check_layers("growth", growth, found.matrices)
    _check_layers("totals", totals, found.matrices)
    check_positive("margin", margin)
    check_number("largest_output", largest_output)
    check_integer("points", points, 1, 2**63)
    onward = (prod(growth[layer:]) for layer in range(len(growth)))
    sums = (float(real_array("totals", s).sum()) for s in totals)
    spread = sum(g * g * s for g, s in zip(onward, sums, strict=True))
    layers = found.matrices + 1
    return Bound(
        largest_output * layers / margin * sqrt(spread / points), 1.0, "an error rate of 1"
    )


def _check_layers(name: str, values: Sequence, matrices: int) -> None:
    """Raise ValueError unless there is a value for each matrix."""
    if not isinstance(values, list | tuple | np.ndarray) or len(values) != matrices:
        rule = f"{name} must be one for each of {matrices} matrices"
        raise ValueError(f"{rule}, got {told(values)}")


def dropping_risk(points: int) -> float:
    r"""Probability, at most, that a neuron silent on all points fires at a fresh one.

    .. math:: \max_p p (1 - p)^n = \frac{1}{n + 1} \left(\frac{n}{n + 1}\right)^n < \frac{1}{e n}

    Parameters
    ----------
    points : int
        Number n of points seen, at least 1.

    Returns
    -------
    float

    References
    ----------
    Derived here.

    Examples
    --------
    >>> round(dropping_risk(200), 7)
    0.0018348

    """
    n = check_integer("points", points, 1, 2**63)
    return (n / (n + 1)) ** n / (n + 1)
