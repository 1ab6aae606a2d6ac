"""Bounds that the theory of CoreNet promises, and whether they say more than is known without it.

All is as recalled of arXiv 1804.05345; the constants are derived here, not quoted: see ``theorem``,
whose names can be had here too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod, sqrt

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import (
    check_integer,
    check_kind,
    check_not_negative,
    check_positive,
)
from stablenoise.moved import renamed_keywords
from stablenoise.results import Result
from stablenoise.text_table import aligned

from .theorem import (
    Constants,
    check_growth,
    check_layers,
    check_totals,
    constants,
    sample_size,
    tight_sample_size,
)

__all__ = [
    "Bound",
    "Certificate",
    "Constants",
    "constants",
    "dropping_risk",
    "generalization_bound",
    "sample_size",
    "size_bound",
    "tight_sample_size",
]


@dataclass(frozen=True, slots=True, repr=False)
class Bound(Result):
    """A bound, what holds without it, and in words whether it says more than that.

    Parameters
    ----------
    value : float
        What the theory promises at most.
    trivial : float
        What holds without it, positive and in the same unit.
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
        """The bound over what holds anyway: it says something where this is below 1."""
        return self.value / self.trivial

    def _summary(self) -> str:
        return str(self)

    def __str__(self) -> str:
        return f"{'vacuous: ' if self.vacuous else ''}{self.ratio:.2g} times {self.unit}"


@dataclass(frozen=True, slots=True, repr=False)
class Certificate(Result):
    """Every constant of the theorem for one network and one S.

    Parameters
    ----------
    constants : Constants
    points : int
        Size of the S that was used; the theorem needs ``constants.points``.
    growth : tuple of float
        Mean cancellation over S plus kappa, the largest over the neurons of each layer.
    epsilons : tuple of float
        Error allowed to each layer.
    size : Bound
        The theorem's size.
    void : str
        Why the guarantee does not hold; empty where it does.
    trials : int
        Coresets among which one was chosen for each neuron.

    Examples
    --------
    >>> from compress.coresets import Guarantee, ReluNetwork
    >>> network = ReluNetwork([np.ones((3, 8))])
    >>> _, certificate = Guarantee(0.5, 0.1).plans(network, np.ones((25, 8)))
    >>> certificate
    Certificate(holds, epsilon=0.5, delta=0.1, 25 of 25 points needed, size 2e+05 times the edges)
    >>> print(certificate.table())
    layer  growth  epsilon
    0        26.8  0.00933

    """

    constants: Constants
    points: int
    growth: tuple[float, ...]
    epsilons: tuple[float, ...]
    size: Bound
    void: str = ""
    trials: int = 1

    @property
    def delta(self) -> float:
        """Probability, at most, that an output at a fresh point is off by more than epsilon.

        That of one coreset times the trials: the chosen one fails only where one of them does.
        """
        return min(1.0, self.trials * self.constants.delta)

    def table(self) -> str:
        """Growth of errors and the error allowed, for each layer, in columns.

        Returns
        -------
        str

        """
        rows = [("layer", "growth", "epsilon")]
        layers = zip(self.growth, self.epsilons, strict=True)
        rows += [(str(i), f"{growth:.3g}", f"{eps:.3g}") for i, (growth, eps) in enumerate(layers)]
        return aligned(rows)

    def _summary(self) -> str:
        points = f"{self.points:,} of {self.constants.points:,} points needed"
        state = "void" if self.void else "holds"
        chances = f"epsilon={self.constants.epsilon}, delta={self.delta:.3g}"
        what = self.size.unit.replace("the number of", "the")
        return f"{state}, {chances}, {points}, size {self.size.ratio:.2g} times {what}"


@renamed_keywords(found="constants", halves="sides")
def size_bound(
    constants: Constants,
    growth: Sequence[float],
    totals: Sequence[ArrayLike],
    edges: int,
    sides: Sequence[int] | None = None,
) -> Bound:
    r"""Edges of the coreset that the theorem promises at most.

    .. math:: \sum_l \sum_i \lceil 8 K S_i^l \log(8 \eta / \delta) / \epsilon_l^2 \rceil + 1

    Parameters
    ----------
    constants : Constants
        Of the network, from ``constants`` or ``Guarantee.constants``.
    growth : sequence of float
        One for each matrix.  Mean cancellation plus kappa gives the theorem; without kappa, or
        with ones, what it would promise if these cost nothing.
    totals : sequence of array_like
        Sums of sensitivities of both sides together of each neuron, an array for each matrix.
    edges : int
        Number of edges of the network.
    sides : sequence of int, optional
        For each matrix 2 where its inputs have both signs, else 1, as for ``sample_size``; by
        default 1 for all.

    Returns
    -------
    Bound
        In edges.

    Raises
    ------
    ValueError
        If constants is no ``Constants``, edges is no positive integer, or growth, totals or sides
        are not one for each matrix.

    References
    ----------
    arXiv 1804.05345, as recalled; constants derived here.

    Examples
    --------
    >>> print(size_bound(constants([(1, 100)], 0.5, 0.1), [1.0], [[2.0]], edges=100))
    vacuous: 52 times the number of edges

    """
    check_kind("constants", constants, Constants)
    check_integer("edges", edges, 1, 2**63)
    sides = (1,) * constants.matrices if sides is None else sides
    for name, values in ("totals", totals), ("sides", sides):
        check_layers(name, values, constants.matrices)
    size, shared = 0.0, (constants.delta, constants.neurons, constants.k)
    for epsilon, sums, signs in zip(constants.layer_epsilons(growth), totals, sides, strict=True):
        size += float(np.sum(sample_size(sums, epsilon, *shared, signs) + 1))
    return Bound(size, float(edges), "the number of edges")


@renamed_keywords(found="constants", points="examples")
def generalization_bound(
    constants: Constants,
    growth: Sequence[float],
    totals: Sequence[ArrayLike],
    largest_output: float,
    margin: float,
    examples: int,
) -> Bound:
    r"""Leading term of the bound on the excess error of the compressed network.

    .. math:: \sqrt{\max_x \|f(x)\|_2^2 \, L^2 \sum_l (\hat\Delta^{l \to})^2 \sum_i S_i^l
              / (\gamma^2 n)}

    Parameters
    ----------
    constants, growth, totals
        As for ``size_bound``.
    largest_output : float
        Largest Euclidean norm of the outputs over the training points, in the unit of margin; not
        negative.
    margin : float
        The margin gamma, positive.
    examples : int
        Number n of training points.

    Returns
    -------
    Bound
        Logarithms and constants left out; an error rate is at most 1.  It is about the
        compressed network, not the original.

    Raises
    ------
    ValueError
        If constants is no ``Constants``, growth or totals are not one for each matrix, or another
        argument is out of range.

    References
    ----------
    arXiv 1804.05345, as recalled, by the compression bound of Arora et al. (2018).

    Examples
    --------
    >>> one = constants([(1, 100)], 0.5, 0.1)
    >>> print(generalization_bound(one, [50.0], [[2.0]], 1.0, margin=1.0, examples=60_000))
    0.58 times an error rate of 1

    """
    check_kind("constants", constants, Constants)
    check_growth(growth, constants.matrices)
    check_layers("totals", totals, constants.matrices)
    margin = check_positive("margin", margin)
    largest_output = check_not_negative("largest_output", largest_output)
    examples = check_integer("examples", examples, 1, 2**63)
    onward = (prod(growth[layer:]) for layer in range(len(growth)))
    sums = [float(check_totals("totals", s).sum()) for s in totals]
    spread = sum(g * g * s for g, s in zip(onward, sums, strict=True))
    layers = constants.matrices + 1
    value = largest_output * layers / margin * sqrt(spread / examples)
    return Bound(value, 1.0, "an error rate of 1")


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
        In (0, 1/4].

    Raises
    ------
    ValueError
        If points is no positive integer.

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
