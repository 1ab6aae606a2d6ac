"""CoreNet: the edges of every neuron sampled by their sensitivity, and two refinements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from warnings import warn

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_integer, check_kind
from stablenoise.data.rows import check_disjoint

from . import bounds
from .coreset import Coreset
from .feeding import by_unit
from .multinomials import SAMPLED
from .network import ReluNetwork
from .plan import Plan
from .rules import Budget, Certificate, Guarantee
from .sampling import Draw, draw
from .trials import Trials, cheapest, chosen, tried, within_budget


def corenet(
    network: ReluNetwork, points: ArrayLike, rule: Guarantee | Budget, seed: int
) -> Coreset:
    """Coreset of a network: each neuron's edges drawn by their sensitivity over S.

    Layers are sampled independently, by what the original network feeds them.

    Parameters
    ----------
    network : ReluNetwork
        The one to compress.
    points : array_like, shape (n, inputs)
        Independent points of the law at which the network will be used, finite.
    rule : Guarantee or Budget
        How the numbers of draws are settled.
    seed : int
        In [0, 2^64).  The same seed gives the same coreset, for any number of threads.

    Returns
    -------
    Coreset
        With ``rule`` and, for a guarantee, its ``certificate``.

    Raises
    ------
    ValueError
        If an argument is out of range, not finite or does not fit.

    Warns
    -----
    UserWarning
        If a guarantee is void.

    References
    ----------
    Baykal, Liebenwein, Gilitschenski, Feldman & Rus, Data-dependent coresets for compressing
    neural networks, arXiv 1804.05345, as recalled; constants derived here.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> network = ReluNetwork([rng.normal(size=(30, 20)), rng.normal(size=(5, 30))])
    >>> small = corenet(network, abs(rng.normal(size=(50, 20))), Budget(0.5), seed=1)
    >>> small
    Coreset(371 of 750 edges, Budget(keep=0.5))

    """
    return _corenet(network, points, rule, seed, drop=False)


def corenet_plus(
    network: ReluNetwork, points: ArrayLike, rule: Guarantee | Budget, seed: int
) -> Coreset:
    """CoreNet without the hidden neurons that fire at no point of S.

    A neuron that fires with probability p is dropped and missed with probability p (1 - p)^n.

    Parameters
    ----------
    network, points, rule, seed
        As for ``corenet``.

    Returns
    -------
    Coreset
        Of the shapes of the network; ``compact`` takes the neurons out.

    Raises
    ------
    ValueError
        As ``corenet``, and if a whole layer never fires.

    References
    ----------
    arXiv 1804.05345, as recalled; the risk is derived here (``bounds.dropping_risk``).

    Examples
    --------
    >>> network = ReluNetwork([[[1.0], [-1.0]], [[1.0, 1.0]]])
    >>> corenet_plus(network, [[2.0]], Budget(1.0), seed=1).silent
    (array([False,  True]),)

    """
    return _corenet(network, points, rule, seed, drop=True)


def corenet_plus_plus(
    network: ReluNetwork,
    points: ArrayLike,
    rule: Guarantee | Budget,
    seed: int,
    held_out: ArrayLike,
    trials: int = 8,
) -> Coreset:
    """CoreNet+ with, for each neuron, the best of several coresets on points held out.

    The best has the smallest mean of ``|z' - z|`` over the points, z being the neuron's sum from
    the original inputs.  An error relative to each z would be decided by the z nearest to 0.  The
    choice makes the estimate biased.

    With a ``Budget`` an edge has a price, in units of the neuron's mean error, the least at which
    the chosen edges are within the budget: the coresets of smallest error have more edges than
    others, some 5% on trained networks.  With a ``Guarantee`` it has none, and
    ``certificate.delta`` is that of one coreset times the trials, as the chosen one fails only
    where one of them does.

    Parameters
    ----------
    network, points, rule, seed
        As for ``corenet``.
    held_out : array_like, shape (n, inputs)
        Other points of the same law: none of them among the points.
    trials : int
        Number of coresets of each neuron, in [1, 2^30 - 1); the first is that of CoreNet+.

    Returns
    -------
    Coreset
        Not ``unbiased`` with more than one trial.

    Raises
    ------
    ValueError
        As ``corenet_plus``, and if a point is both in ``points`` and in ``held_out``.

    References
    ----------
    arXiv 1804.05345, as recalled; the criterion is chosen here.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> network = ReluNetwork([rng.normal(size=(5, 40))])
    >>> data = abs(rng.normal(size=(90, 40)))
    >>> small = corenet_plus_plus(network, data[:50], Budget(0.5), 1, held_out=data[50:])
    >>> small.unbiased
    False

    """
    check_integer("trials", trials, 1, 2**30 - 1)
    check_kind("network", network, ReluNetwork)
    seen, test = network.checked(points), network.checked(held_out, "held_out")
    # On S itself no share exceeds its sensitivity: errors there are too small to choose by.
    check_disjoint(points=seen, held_out=test)
    first = _corenet(network, seen, rule, seed, drop=True)
    pairs = zip(first.plans, network.fed(test), strict=True)
    layers = [tried(p, a, (seed, layer), trials) for layer, (p, a) in enumerate(pairs)]
    choices = _choices(layers, first.plans, rule)
    draws = [chosen(t.draws, choice) for t, choice in zip(layers, choices, strict=True)]
    certificate = first.certificate and replace(first.certificate, trials=trials)
    return replace(
        _assembled(first.network, first.plans, draws),
        certificate=certificate,
        messages=(*first.messages, *_trial_messages(certificate, trials, len(test))),
        unbiased=trials == 1,
        silent=first.silent,
        rule=rule,
    )


def _choices(
    layers: list[Trials], plans: Sequence[Plan], rule: Guarantee | Budget
) -> list[np.ndarray]:
    """Chosen trial of each neuron, by layer; layers that share a budget are chosen together."""
    if isinstance(rule, Guarantee):
        return [cheapest(t.errors, t.edges, 0.0) for t in layers]
    choices: list[np.ndarray] = []
    for group in rule.groups(len(layers)):
        budget = sum(p.expected for p in plans[group])
        choices += within_budget(layers[group], budget)
    return choices


def _trial_messages(certificate: Certificate | None, trials: int, points: int) -> tuple[str, ...]:
    choice = f"each neuron is the best of {trials} coresets on {points} points: not unbiased"
    if certificate is None or trials == 1:
        return (choice,)
    one = certificate.constants.delta
    risk = (
        f"the guarantee fails with probability {certificate.delta:.3g} at most, {trials} times "
        f"the {one:.3g} of one coreset"
    )
    return choice, risk


def _corenet(
    network: ReluNetwork, points: ArrayLike, rule: Guarantee | Budget, seed: int, drop: bool
) -> Coreset:
    check_integer("seed", seed, 0, 2**64)
    check_kind("network", network, ReluNetwork)
    check_kind("rule", rule, Guarantee, Budget)
    sample = rule.chosen(network, network.checked(points), seed)
    silent = _silent(network, sample) if drop else ()
    sparser = _without(network, silent) if drop else network
    plans, certificate = rule.plans(sparser, sample)
    if certificate is not None and certificate.void:
        warn(certificate.void, stacklevel=3)
    draws = [
        draw(p.layer.weights, p.layer.sensitivities, p.draws, p.fates, p.scale, (seed, layer, 0))
        for layer, p in enumerate(plans)
    ]
    messages = _messages(plans, certificate, silent, len(sample))
    coreset = _assembled(sparser, plans, draws)
    return replace(coreset, certificate=certificate, messages=messages, silent=silent, rule=rule)


def _messages(
    plans: Sequence[Plan],
    certificate: Certificate | None,
    silent: Sequence[np.ndarray],
    points: int,
) -> tuple[str, ...]:
    lines = []
    dropped = int(sum(s.sum() for s in silent))
    if dropped:
        risk = min(1.0, dropped * bounds.dropping_risk(points))
        lines.append(
            f"{dropped} neurons fired at no point of S and are dropped: "
            f"one fires at a fresh point with probability below {risk:.2g}"
        )
    if certificate is not None:
        lines.append(f"the theorem's size is {certificate.size}")
        if all((p.fates != SAMPLED).all() for p in plans):
            lines.append("no side is sampled: all edges that may carry something are kept")
        if certificate.void:
            lines.append(certificate.void)
    return tuple(lines)


def _silent(network: ReluNetwork, points: np.ndarray) -> tuple[np.ndarray, ...]:
    """Which neurons of each hidden layer fire at none of the points: of a kernel, nowhere."""
    inputs = [fed.inputs for fed in network.fed(points)[1:]]
    silent = tuple(
        (_by_unit(a, network, layer) == 0).all(axis=(0, 2)) for layer, a in enumerate(inputs)
    )
    for layer, neurons in enumerate(silent):
        if neurons.all():
            raise ValueError(f"a neuron of weights[{layer}] must fire at some point, got none")
    return silent


def _without(network: ReluNetwork, silent: Sequence[np.ndarray]) -> ReluNetwork:
    """The network with nothing into or out of the silent neurons."""
    weights = [w.copy() for w in network.weights]
    biases = None if network.biases is None else [b.copy() for b in network.biases]
    for layer, neurons in enumerate(silent):
        weights[layer][neurons] = 0
        _by_unit(weights[layer + 1], network, layer)[:, neurons] = 0
        if biases is not None:
            biases[layer][neurons] = 0
    return replace(network, weights=weights, biases=biases)


def _by_unit(columns: np.ndarray, network: ReluNetwork, layer: int) -> np.ndarray:
    return by_unit(columns, network.stages, layer, len(network.weights[layer]))


def _assembled(network: ReluNetwork, plans: tuple[Plan, ...], draws: Sequence[Draw]) -> Coreset:
    """A coreset of what was drawn, with embedded biases taken out of the matrices again."""
    if not network.embed or network.biases is None:
        biases = None if network.biases is None else tuple(network.biases)
        weights, counts = (tuple(part) for part in zip(*draws, strict=True))
        return Coreset(network, plans, weights, counts, biases)
    weights, counts = (tuple(x[:, :-1] for x in part) for part in zip(*draws, strict=True))
    biases = tuple(d.weights[:, [-1]].toarray().ravel() for d in draws)
    return Coreset(network, plans, weights, counts, biases)
