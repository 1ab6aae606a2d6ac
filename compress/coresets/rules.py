"""How many draws CoreNet makes: for a guarantee, or for a budget."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from stablenoise.checks import check_choice, check_integer, check_kind, check_share
from stablenoise.data.rows import subset
from stablenoise.values import keep_floats

from . import bounds, plan
from .bounds import Certificate, Constants
from .feeding import Fed
from .network import ReluNetwork
from .plan import Layer, Plan
from .sensitivity import cancellations


@dataclass(frozen=True, slots=True)
class Guarantee:
    r"""Draws for which a fresh point has each output right within a factor 1 +- epsilon.

    The probability of at least 1 - delta is over the draws and the fresh point together, for
    points of one law, and under two assumptions that the theorem makes: that a sensitivity over
    S is seldom exceeded by far, and that cancellations are subexponential.  The second is false
    for neurons with weights of both signs (see ``cancellations``).

    On real networks the theorem asks for far more draws than there are edges, and the coreset is
    the network: ``Coreset.messages`` says so.

    Parameters
    ----------
    epsilon, delta : float
        Relative error of an output, and probability that it is exceeded; in (0, 1).

    Raises
    ------
    ValueError
        If either is out of range.

    Warns
    -----
    UserWarning
        When used with fewer points than S must have: all of them serve, and nothing is promised.

    Notes
    -----
    A bias that is not embedded is exact, so that it is in the sum that errors are relative to,
    and not in the error.  Inputs of both signs are two sums that must both be right, which
    doubles eta in the draws of that layer: of the first, if S has such points, and of one that
    follows on weights without relu.

    A convolution is a dense layer of units x places neurons that share their weights, so that the
    theorem is that of the dense network, with the union over the places too (derived here): eta
    counts every place of every unit, and eta* is at least the entries of a kernel.  Each place has
    the two assumptions for itself.  A sensitivity is the largest share over the places of all
    points of S, which is at least that over the points at one place, so that what bounds a place's
    draws holds with the draws of its unit, made once: 8 K S log(8 eta / delta) / epsilon_l^2 a
    side.  Draws that serve several places need no independence, as failures are added up.  The
    mean cancellation is that of the worst place.  A factor within 1 +- g of each number, g < 1, is
    kept by relu, scales, flattening and the largest of a square, for t + g \|t\| and t - g \|t\|
    are increasing, and by a mean of numbers of one sign: so by mean pools after relu.

    References
    ----------
    Baykal et al., arXiv 1804.05345, as recalled; constants derived here.

    Examples
    --------
    >>> network = ReluNetwork([np.ones((300, 784)), np.ones((10, 300))])
    >>> Guarantee(0.5, 0.1).constants(network).points  # that S must have
    209

    """

    epsilon: float
    delta: float

    def __post_init__(self) -> None:
        check_share("epsilon", self.epsilon)
        check_share("delta", self.delta)
        keep_floats(self, "epsilon", "delta")

    def constants(self, network: ReluNetwork) -> Constants:
        """Constants of the theorem for a network.

        Parameters
        ----------
        network : ReluNetwork

        Returns
        -------
        Constants

        Raises
        ------
        ValueError
            If network is no ``ReluNetwork``, or has other activations than relu: the theorem needs
            sums of which none is changed by more than the error of what it is fed.

        Examples
        --------
        >>> Guarantee(0.5, 0.1).constants(ReluNetwork([[[1.0, 2.0]]]))
        Constants(epsilon=0.5, delta=0.1, matrices=1, neurons=1, widest=2)

        """
        check_kind("network", network, ReluNetwork)
        if network.unsuited:
            rule = (
                "a guarantee must be of a network with relu between its layers, as the theorem of"
                " CoreNet is of relu, or with layers that keep relative errors as it does (a Budget"
                " takes others)"
            )
            raise ValueError(f"{rule}, got {', '.join(network.unsuited)}")
        return bounds.constants(network.sizes, self.epsilon, self.delta)

    def chosen(self, network: ReluNetwork, points: np.ndarray, seed: int) -> np.ndarray:
        """S: as many points as the theorem needs, without replacement.

        Parameters
        ----------
        network : ReluNetwork
        points : ndarray, shape (n, inputs)
            As ``network.checked`` returns them.
        seed : int
            In [0, 2^64).

        Returns
        -------
        ndarray, shape (s, inputs)
            All points if there are not more.

        Raises
        ------
        ValueError
            If an argument is out of range, not finite or does not fit.

        Examples
        --------
        >>> network = ReluNetwork([[[1.0, 2.0]]])
        >>> Guarantee(0.5, 0.1).chosen(network, np.ones((90, 2)), seed=1).shape
        (6, 2)

        """
        needed, rows = self.constants(network).points, network.checked(points)
        return rows[subset(len(rows), needed, seed)]

    def plans(
        self, network: ReluNetwork, points: np.ndarray
    ) -> tuple[tuple[Plan, ...], Certificate]:
        """Draws of each layer, and what they promise.

        Parameters
        ----------
        network : ReluNetwork
        points : ndarray, shape (s, inputs)
            S, as ``chosen`` returns it.

        Returns
        -------
        tuple of Plan, Certificate

        Raises
        ------
        ValueError
            If an argument is not finite or does not fit.

        Examples
        --------
        >>> network = ReluNetwork([[[1.0, 2.0]]])
        >>> plans, certificate = Guarantee(0.5, 0.1).plans(network, np.ones((6, 2)))
        >>> plans
        (Plan(1 neurons, 2.0 of 2 edges expected),)
        >>> certificate
        Certificate(holds, ...)

        """
        constants, fed = self.constants(network), network.fed(points)
        growth = tuple(g + constants.kappa for g in mean_cancellations(network, fed))
        epsilons = constants.layer_epsilons(growth)
        layers = _measured(network, fed)
        sides = [1 + (may or a.negative) for may, a in zip(network.signed, fed, strict=True)]
        plans = []
        for layer, epsilon, signs in zip(layers, epsilons, sides, strict=True):
            theorem = epsilon, constants.delta, constants.neurons, constants.k, signs
            draws = bounds.sample_size(layer.sides.totals, *theorem)
            plans.append(plan.settled(layer, draws))
        sums = [layer.sides.totals.sum(axis=1) for layer in layers]
        edges = sum(layer.size for layer in layers)
        size = bounds.size_bound(constants, growth, sums, edges, sides)
        void = void_reason(constants, len(points))
        return tuple(plans), Certificate(constants, len(points), growth, epsilons, size, void)


@dataclass(frozen=True, slots=True)
class Budget:
    """Draws that keep a given share of the edges in expectation, and promise no error.

    A side whose sensitivities sum to S gets ceil(c S) draws, with the largest c whose expected
    number of different edges is within the budget.  Less is kept where fewer edges carry something
    at S, and of a whole network where ``corenet_plus`` drops neurons: it keeps the share of the
    edges of the others.

    Parameters
    ----------
    keep : float
        Share of the edges, which are nonzero weights, in (0, 1].
    shares : {"network", "layer"}
        One c for the network, or one for each layer, which then keeps this share.

    Raises
    ------
    ValueError
        If an argument is out of range; when used, if the budget is less than one edge for each
        side of each neuron.

    Examples
    --------
    >>> Budget(0.4), Budget(0.4, "layer")
    (Budget(keep=0.4), Budget(keep=0.4, shares='layer'))

    """

    keep: float
    shares: str = "network"

    def __post_init__(self) -> None:
        check_share("keep", self.keep, "(]")
        keep_floats(self, "keep")
        check_choice("shares", self.shares, ("network", "layer"))

    def __repr__(self) -> str:
        shares = "" if self.shares == "network" else f", shares={self.shares!r}"
        return f"Budget(keep={self.keep!r}{shares})"

    def chosen(self, network: ReluNetwork, points: np.ndarray, seed: int) -> np.ndarray:
        """S: all the points.

        Parameters
        ----------
        network, points, seed
            As for ``Guarantee.chosen``.

        Returns
        -------
        ndarray
            The points.

        Raises
        ------
        ValueError
            If an argument is out of range, not finite or does not fit.

        Examples
        --------
        >>> Budget(0.5).chosen(ReluNetwork([[[1.0, 2.0]]]), np.ones((9, 2)), seed=1).shape
        (9, 2)

        """
        check_kind("network", network, ReluNetwork)
        check_integer("seed", seed, 0, 2**64)
        return network.checked(points)

    def plans(
        self, network: ReluNetwork, points: np.ndarray
    ) -> tuple[tuple[Plan, ...], Certificate | None]:
        """Draws of each layer, and no certificate.

        Parameters
        ----------
        network : ReluNetwork
        points : ndarray, shape (s, inputs)
            S, as ``chosen`` returns it.

        Returns
        -------
        tuple of Plan, None

        Raises
        ------
        ValueError
            If the budget is less than one edge for each side of each neuron, or an argument is not
            finite or does not fit.

        Examples
        --------
        >>> Budget(0.5).plans(ReluNetwork([[[1.0, 2.0]]]), np.ones((9, 2)))
        ((Plan(1 neurons, 1.0 of 2 edges expected),), None)

        """
        check_kind("network", network, ReluNetwork)
        layers = _measured(network, network.fed(points))
        groups = [layers[group] for group in self.groups(len(layers))]
        budgets = (self.keep * sum(layer.size for layer in group) for group in groups)
        plans = map(plan.within, groups, budgets)
        return tuple(p for group in plans for p in group), None

    def groups(self, layers: int) -> list[slice]:
        """Layers that share one budget.

        Parameters
        ----------
        layers : int
            Number of layers.

        Returns
        -------
        list of slice

        Raises
        ------
        ValueError
            If layers is no integer that is not negative.

        Examples
        --------
        >>> Budget(0.5).groups(2), Budget(0.5, "layer").groups(2)
        ([slice(0, 2, None)], [slice(0, 1, None), slice(1, 2, None)])

        """
        check_integer("layers", layers, 0, 2**63)
        if self.shares == "network":
            return [slice(0, layers)]
        return [slice(layer, layer + 1) for layer in range(layers)]


def _measured(network: ReluNetwork, fed: Sequence[Fed]) -> tuple[Layer, ...]:
    pairs = zip(network.matrices, fed, strict=True)
    return tuple(plan.of_blocks(w, (rows for _, rows in a.blocks())) for w, a in pairs)


def mean_cancellations(network: ReluNetwork, fed: Sequence[Fed]) -> list[float]:
    """Largest mean over S of the cancellation of a neuron at one place, for each layer."""
    layers = zip(network.matrices, fed, network.offsets, strict=True)
    return [float(a.mean(partial(_cancelling, w, b)).max()) for w, a, b in layers]


def _cancelling(weights: np.ndarray, offset: np.ndarray | float, rows: np.ndarray) -> np.ndarray:
    return cancellations(weights, rows, offset)


def void_reason(constants: Constants, points: int) -> str:
    """Why the guarantee does not hold, or nothing."""
    if points >= constants.points:
        return ""
    return (
        f"S has {points} points and {constants.points} are needed: "
        f"the guarantee for delta = {constants.delta} is void"
    )
