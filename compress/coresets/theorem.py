r"""The theorem of CoreNet in numbers: its constants, and how many draws it asks for.

All is as recalled of arXiv 1804.05345; the constants are derived here, not quoted.  Let a side's
K bound how much a fresh point can exceed the sensitivities, and let inputs be right within 1/2.
Each of m draws then estimates the sum within B = 3 K S of itself, variance at most B - 1, so
that Bernstein's inequality asks for m >= (2 + 2 e / 3) B log(2 / d) / e^2; with d = delta /
(4 eta) and e <= 1 that is below 8 K S log(8 eta / delta) / e^2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf, log, prod, sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import (
    check_all,
    check_integer,
    check_number,
    check_positive,
    check_share,
    copied,
    real_array,
    told,
)
from stablenoise.moved import renamed_keywords
from stablenoise.results import Result
from stablenoise.values import keep_floats


@renamed_keywords(eta="neurons", eta_star="widest")
@dataclass(frozen=True, slots=True, repr=False)
class Constants(Result):
    """What the theorem derives from the shape of a network, epsilon and delta.

    Parameters
    ----------
    epsilon, delta : float
        Relative error of each output and probability of missing it, both in (0, 1).
    matrices : int
        Number of weight matrices, L - 1 for the theory's L layers.
    neurons : int
        Number of neurons, inputs not counted; eta in the paper.
    widest : int
        Largest width, inputs counted: the union bound is over the edges into a neuron.  eta* in
        the paper.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    arXiv 1804.05345, as recalled; constants derived here.

    Examples
    --------
    >>> constants = Constants(0.5, 0.1, matrices=3, neurons=410, widest=300)
    >>> constants.points, round(constants.kappa, 1)
    (189, 192.1)

    """

    epsilon: float
    delta: float
    matrices: int
    neurons: int
    widest: int

    def __post_init__(self) -> None:
        check_share("epsilon", self.epsilon)
        check_share("delta", self.delta)
        keep_floats(self, "epsilon", "delta")
        for name in ("matrices", "neurons", "widest"):
            object.__setattr__(self, name, check_integer(name, getattr(self, name), 1, 2**63))

    @property
    def k(self) -> float:
        """Bound K on g / s at a fresh point: log(eta eta*), but at least 1."""
        return max(log(self.neurons * self.widest), 1.0)

    @property
    def lambda_star(self) -> float:
        """Assumed subexponential parameter of the cancellation, log(eta eta*) / 2."""
        return self.k / 2

    @property
    def log_edges(self) -> float:
        """log(8 eta eta* / delta): nats of the union bound over edges."""
        return log(8 * self.neurons * self.widest / self.delta)

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
            A positive one for each matrix: mean cancellation plus kappa in the theorem.

        Returns
        -------
        tuple of float
            0 where a growth from there on is inf.

        Raises
        ------
        ValueError
            If growth is not one positive number for each matrix.

        Examples
        --------
        >>> Constants(0.6, 0.1, matrices=2, neurons=9, widest=9).layer_epsilons([1.0, 2.0])
        (0.075, 0.075)

        """
        check_growth(growth, self.matrices)
        share = self.epsilon / (2 * self.matrices)
        return tuple(share / prod(growth[layer:]) for layer in range(len(growth)))


def constants(shapes: Sequence[tuple[int, int]], epsilon: float, delta: float) -> Constants:
    """Constants of the theorem for matrices of some shapes.

    Parameters
    ----------
    shapes : sequence of (int, int)
        (neurons, inputs) of each matrix, positive.
    epsilon, delta : float
        Relative error of each output and probability of missing it, both in (0, 1).

    Returns
    -------
    Constants

    Raises
    ------
    ValueError
        If a shape is no pair of positive integers, or epsilon or delta is out of range.

    Examples
    --------
    >>> constants([(300, 784), (100, 300), (10, 100)], 0.5, 0.1).widest
    784

    """
    listed = isinstance(shapes, list | tuple)
    if not (listed and shapes and all(copied(shape).shape == (2,) for shape in shapes)):
        raise ValueError(f"shapes must be pairs, one for each matrix, got {told(shapes)}")
    sizes = [[check_integer("sizes of shapes", n, 1, 2**63) for n in shape] for shape in shapes]
    neurons = sum(rows for rows, _ in sizes)
    return Constants(epsilon, delta, len(sizes), neurons, max(map(max, sizes)))


@renamed_keywords(eta="neurons", halves="sides")
def sample_size(
    total: ArrayLike,
    epsilon: float,
    delta: float,
    neurons: int = 1,
    k: float = 1.0,
    sides: int = 1,
) -> np.ndarray:
    r"""Draws that the theorem asks of a side.

    .. math:: m = \lceil 8 K S \log(8 \eta / \delta) / \epsilon^2 \rceil

    Parameters
    ----------
    total : array_like
        Sum S of the sensitivities of the side, not negative; inf is allowed.
    epsilon : float
        In [0, 1); at 0 the answer is inf, or 0 where total is.
    delta : float
        In (0, 1), for the whole network.
    neurons : int
        Number of neurons, eta in the paper.
    k : float
        Bound K on how much a fresh point exceeds the sensitivities, positive.
    sides : int
        2 where inputs have both signs and the sum of either must be right, which doubles eta;
        else 1.

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
    delta, epsilon = check_share("delta", delta), check_share("epsilon", epsilon, "[)")
    neurons = check_integer("neurons", neurons, 1, 2**63)
    sides = check_integer("sides", sides, 1, 3)
    k, sums = check_positive("k", k), check_totals("total", total)
    with np.errstate(over="ignore"):
        factor = np.float64(8 * k * log(8 * neurons * sides / delta))
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
        Relative error, and the probability :math:`\delta'` that this side misses it; in (0, 1).
    k : float
        Bound K on how much a fresh point exceeds the sensitivities, positive.

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
    epsilon, failure = check_share("epsilon", epsilon), check_share("failure", failure)
    total, k = check_positive("total", total), check_positive("k", k)
    with np.errstate(over="ignore", divide="ignore"):
        factor = np.float64((2 + 2 * epsilon / 3) * k * log(2 / failure)) * total
        return float(np.ceil(factor / np.float64(epsilon) ** 2))


def check_growth(growth: Sequence[float], matrices: int) -> None:
    """Raise ValueError unless there is a positive number for each matrix, or inf."""
    check_layers("growth", growth, matrices)
    for factor in growth:
        if not check_number("growth", factor) > 0:
            raise ValueError(f"growth must be positive, got {factor}")


def check_totals(name: str, totals: ArrayLike) -> np.ndarray:
    """Return sums of sensitivities as floats, or raise ValueError if one is negative or NaN."""
    sums = real_array(name, totals)
    check_all(sums >= 0, f"{name} must not be negative or NaN", sums)
    return sums


def check_layers(name: str, values: Any, matrices: int) -> None:
    """Raise ValueError unless there is a value for each matrix."""
    listed = isinstance(values, list | tuple) or (isinstance(values, np.ndarray) and values.ndim)
    if not (listed and len(values) == matrices):
        rule = f"{name} must be one for each of {matrices} matrices"
        raise ValueError(f"{rule}, got {told(values)}")
