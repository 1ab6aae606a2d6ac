"""Whole units sampled, filters and neurons: a unit goes with its weights and with what it feeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from warnings import warn

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_integer, check_kind
from stablenoise.layers.kinds import Conv, Dense
from stablenoise.layers.stack import Architecture
from stablenoise.results import Result
from stablenoise.text_table import aligned

from . import bounds, plan
from .feeding import by_unit, pixel_by_pixel
from .multinomials import SAMPLED
from .network import ReluNetwork
from .plan import Layer, Plan
from .rules import Budget, Certificate, Guarantee, mean_cancellations, void_reason
from .sampling import draw, side_sums
from .shares import unit_shares


def corenet_units(
    network: ReluNetwork, points: ArrayLike, rule: Guarantee | Budget, seed: int
) -> UnitCoreset:
    r"""Coreset of hidden units: filters and neurons drawn by their largest share over S.

    A neuron of the next layer sums what it gets from each unit j of a layer, from the entries or
    pixels k of that unit, in two parts by their signs:

    .. math:: z_i^\pm(x) = \sum_j z_{ij}^\pm(x), \qquad
              z_{ij}^\pm(x) = \sum_{k \in j} \max(\pm w_{ik} a_k(x), 0)

    and :math:`s_j` is the largest share :math:`z_{ij}^\pm / z_i^\pm` over both parts, the neurons
    with their places, and S.  Of m draws, with probabilities :math:`q_j = s_j / \sum s`, a unit
    that is drawn c times has the weights that it feeds multiplied by :math:`c / (m q_j)`; one that
    is never drawn is gone.

    Parameters
    ----------
    network : ReluNetwork
        Of two or more layers with weights; biases are kept as they are, also embedded ones.
    points : array_like, shape (n, inputs)
        Independent points of the law at which the network will be used, finite.
    rule : Guarantee or Budget
        A budget is of hidden units, in expectation.
    seed : int
        In [0, 2^64).

    Returns
    -------
    UnitCoreset

    Raises
    ------
    ValueError
        If an argument is out of range, not finite or does not fit, or the network has no hidden
        units.

    Warns
    -----
    UserWarning
        If a guarantee is void.

    Notes
    -----
    Sums of the next layer are unbiased where they are fed as in the original network.  The
    guarantee is that of ``Guarantee``, by the same proof, with draws of units for draws of edges
    (derived here).  With the assumption that a share at a fresh point is at most K s_j, a draw
    estimates either part of each neuron within B = 3 K S of itself, S the sum of all s_j, so that
    m = 8 K S log(8 eta / delta) / epsilon_l^2 draws a layer are enough for every neuron of the next
    one, with eta, epsilon_l and the number of points as there: both parts of all neurons are
    served by the same draws, as failures are added up.  Parts are made of inputs of either sign,
    so that eta is not doubled for them.  As with edges, m is far beyond the number of units of real
    networks, and then no unit is taken out but those that feed nothing at S.

    References
    ----------
    After Baykal et al., arXiv 1804.05345, whose authors sampled filters by their shares later; the
    statement is derived here.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> network = ReluNetwork([rng.normal(size=(30, 20)), rng.normal(size=(5, 30))])
    >>> corenet_units(network, abs(rng.normal(size=(50, 20))), Budget(0.5), seed=1)
    UnitCoreset(12 of 30 hidden units, Budget(keep=0.5))

    """
    check_integer("seed", seed, 0, 2**64)
    check_kind("network", network, ReluNetwork)
    check_kind("rule", rule, Guarantee, Budget)
    if len(network.weights) < 2:
        raise ValueError(f"network must have hidden units, got {network!r}")
    exact = replace(network, embed=False)
    sample = rule.chosen(exact, network.checked(points), seed)
    plans, certificate = _plans(exact, sample, rule)
    if certificate is not None and certificate.void:
        warn(certificate.void, stacklevel=2)
    factors = [_factors(p, (seed, layer, 0)) for layer, p in enumerate(plans)]
    return UnitCoreset(exact, plans, tuple(factors), certificate, rule)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class UnitCoreset(Result):
    """A network of which some hidden units are gone, and how they were chosen.

    Parameters
    ----------
    network : ReluNetwork
        The one compressed.
    plans : tuple of Plan
        For each hidden layer, shares, draws and fates: of one neuron whose edges are the units.
    factors : tuple of ndarray
        For each hidden layer, what the weights that each unit feeds are multiplied with: 0 for one
        that is gone, 1 for one copied.
    certificate : Certificate, optional
        That of a ``Guarantee``; its size is in units.
    rule : Guarantee or Budget
        The rule by which it was made.

    Examples
    --------
    >>> network = ReluNetwork([[[1.0], [2.0]], [[1.0, 1.0]]])
    >>> coreset = corenet_units(network, [[1.0]], Budget(1.0), seed=1)
    >>> print(coreset.table())
    layer  units  kept  expected
    0          2     2       2.0
    >>> coreset([[3.0]])
    array([[9.]])

    """

    network: ReluNetwork
    plans: tuple[Plan, ...]
    factors: tuple[np.ndarray, ...]
    certificate: Certificate | None
    rule: Guarantee | Budget

    def __call__(self, points: ArrayLike) -> np.ndarray:
        """Outputs at some points.

        Parameters
        ----------
        points : array_like, shape (n, inputs)

        Returns
        -------
        ndarray, shape (n, outputs)

        Raises
        ------
        ValueError
            If the points do not fit or are not finite, or a sum overflows.

        Examples
        --------
        >>> network = ReluNetwork([[[1.0], [2.0]], [[1.0, 1.0]]])
        >>> corenet_units(network, [[1.0]], Budget(1.0), seed=1)([[3.0]])
        array([[9.]])

        """
        return self.network.outputs(self.dense(), self.biases, points)

    @property
    def biases(self) -> tuple[np.ndarray, ...] | None:
        """Biases of each layer, 0 for a unit that is gone."""
        if self.network.biases is None:
            return None
        alive = (*(f != 0 for f in self.factors), True)
        pairs = zip(self.network.biases, alive, strict=True)
        return tuple(np.where(there, b, 0).astype(b.dtype) for b, there in pairs)

    @property
    def unbiased(self) -> bool:
        """Whether sums of the next layer are unbiased, fed as in the original network: they are."""
        return True

    @property
    def keep(self) -> float:
        """Share of the hidden units that is left."""
        return sum(map(np.count_nonzero, self.factors)) / sum(f.size for f in self.factors)

    @property
    def messages(self) -> tuple[str, ...]:
        """What a user must know of it, a line each."""
        if self.certificate is None:
            return ()
        lines = [f"the theorem's size is {self.certificate.size}"]
        if all((p.fates != SAMPLED).all() for p in self.plans):
            lines.append("no unit is taken out but those that feed nothing at S")
        return (*lines, self.certificate.void) if self.certificate.void else tuple(lines)

    def dense(self) -> tuple[np.ndarray, ...]:
        """The weights, zeros where units are gone.

        Returns
        -------
        tuple of ndarray, shapes as in the network

        """
        weights = [w.copy() for w in self.network.weights]
        for layer, factors in enumerate(self.factors):
            weights[layer][factors == 0] = 0
            fed = _by_unit(weights[layer + 1], self.network, layer)
            fed *= factors[:, None].astype(fed.dtype)
        return tuple(weights)

    def compact(self) -> ReluNetwork:
        """The same function without the units that are gone.

        Returns
        -------
        ReluNetwork
            Of smaller matrices and kernels.

        Examples
        --------
        >>> network = ReluNetwork([[[1.0], [0.0]], [[1.0, 1.0]]])
        >>> corenet_units(network, [[1.0]], Budget(0.5), seed=1).compact()
        ReluNetwork(1 -> 1 -> 1, without biases)

        """
        weights, biases = list(self.dense()), self.biases and list(self.biases)
        for layer, factors in enumerate(self.factors):
            alive = np.flatnonzero(factors)
            weights[layer + 1] = _left(weights[layer + 1], self.network, layer, alive)
            weights[layer] = weights[layer][alive]
            if biases:
                biases[layer] = biases[layer][alive]
        architecture = _unsaid(self.network.architecture)
        return replace(self.network, weights=weights, biases=biases, architecture=architecture)

    def table(self) -> str:
        """Units of each hidden layer before and after, in columns.

        Returns
        -------
        str

        """
        rows: list[Sequence[str]] = [("layer", "units", "kept", "expected")]
        for layer, (p, factors) in enumerate(zip(self.plans, self.factors, strict=True)):
            kept = f"{np.count_nonzero(factors):,}"
            rows.append((str(layer), f"{factors.size:,}", kept, f"{p.expected:,.1f}"))
        return aligned(rows)

    def _summary(self) -> str:
        kept, units = sum(map(np.count_nonzero, self.factors)), sum(f.size for f in self.factors)
        return f"{kept:,} of {units:,} hidden units, {self.rule!r}"


def _plans(
    network: ReluNetwork, points: np.ndarray, rule: Guarantee | Budget
) -> tuple[tuple[Plan, ...], Certificate | None]:
    layers = _layers(network, points)
    if isinstance(rule, Guarantee):
        return _guaranteed(network, points, rule, layers)
    groups = [layers[group] for group in rule.groups(len(layers))]
    plans: list[Plan] = []
    for group in groups:
        budget = rule.keep * sum(layer.size for layer in group)
        if budget < len(group):
            least = f"keep must leave a unit to each hidden layer, {len(group)} units"
            raise ValueError(f"{least}, got {budget:.6g}")
        plans += plan.within(group, budget)
    return tuple(plans), None


def _guaranteed(
    network: ReluNetwork, points: np.ndarray, rule: Guarantee, layers: Sequence[Layer]
) -> tuple[tuple[Plan, ...], Certificate]:
    """Plans by the theorem: what matrix l + 1 allows is for the draws of the units of layer l."""
    constants = rule.constants(network)
    cancelling = mean_cancellations(network, network.fed(points))
    growth = tuple(g + constants.kappa for g in cancelling)
    epsilons = constants.layer_epsilons(growth)
    theorem = constants.delta, constants.neurons, constants.k
    plans = [
        plan.settled(layer, bounds.sample_size(layer.sides.totals, epsilon, *theorem))
        for layer, epsilon in zip(layers, epsilons[1:], strict=True)
    ]
    asked = float(sum(p.draws.sum() + 1 for p in plans))
    units = float(sum(layer.size for layer in layers))
    size = bounds.Bound(asked, units, "the number of hidden units")
    void = void_reason(constants, len(points))
    return tuple(plans), Certificate(constants, len(points), growth, epsilons, size, void)


def _layers(network: ReluNetwork, points: np.ndarray) -> list[Layer]:
    """For each hidden layer one neuron whose edges are the units, with their shares."""
    layers = []
    for layer, fed in enumerate(network.fed(points)[1:]):
        weights = _by_unit(network.matrices[layer + 1], network, layer)
        shares = np.zeros(weights.shape[1])
        for _, rows in fed.blocks():
            np.maximum(shares, unit_shares(weights, _by_unit(rows, network, layer)), out=shares)
        edges = np.ones((1, shares.size))
        layers.append(Layer(edges, shares[None], side_sums(edges, shares[None])))
    return layers


def _factors(p: Plan, where: tuple[int, int, int]) -> np.ndarray:
    """What the weights that each unit feeds are multiplied with."""
    drawn = draw(p.layer.weights, p.layer.sensitivities, p.draws, p.fates, p.scale, where)
    return drawn.weights.toarray()[0]


def _by_unit(columns: np.ndarray, network: ReluNetwork, layer: int) -> np.ndarray:
    return by_unit(columns, network.stages, layer, len(network.weights[layer]))


def _left(weights: np.ndarray, network: ReluNetwork, layer: int, alive: np.ndarray) -> np.ndarray:
    """Weights without what they get from units that are gone."""
    if weights.ndim == 4:
        return weights[:, alive]
    parts = _by_unit(weights, network, layer)[:, alive]
    # as they lie: pixel by pixel where the images are so flattened
    flat = parts.transpose(0, 2, 1) if pixel_by_pixel(network.stages, layer) else parts
    return flat.reshape(len(weights), -1)


def _unsaid(given: Architecture | None) -> Architecture | None:
    """An architecture that does not say numbers of units."""
    if given is None:
        return None
    layers = (replace(x, units=None) if isinstance(x, Conv | Dense) else x for x in given.layers)
    return replace(given, layers=tuple(layers))
