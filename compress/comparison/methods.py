"""Every method of pruning and every coreset, asked for the same share of a network's weights.

A method takes a ``Task`` and ``keep``, the share of the nonzero weights of every layer, or of its
neurons (``column``) or filters (``filter``), and gives the arrays of the pruned network with the
count of the numbers that store its weights: nonzeros, or the entries of factors.  ``prune_to`` is
the same for the methods of ``pruning``; ``prune`` takes the share of units of their modules.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import numpy as np

from stablenoise.checks import check_share, check_unmasked, told

from .. import coresets, pruning
from ..coresets import Budget, Coreset, Guarantee, ReluNetwork, baselines, sensitivities
from ..coresets.algorithm import check_disjoint
from ..networks.containers import Shares
from ..networks.facts import (
    after_convolutions,
    check_rectified,
    entries_share,
    matrices,
    nonzeros,
)
from ..networks.model import Arrays, Model
from ..pruning import dead_unit

Stored = tuple[Arrays, int]
Rule = Budget | Guarantee


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """A network, the examples that methods may see and those they are judged by, and a seed.

    Parameters
    ----------
    model : Model
    points : ndarray, shape (s, inputs)
        S: for sensitivities.
    held_out : ndarray, shape (t, inputs)
        T: for the choice among coresets.
    x : ndarray, shape (n, inputs)
        To judge by.
    labels : ndarray, shape (n,)
        Of ``x``.
    seed : int

    Raises
    ------
    ValueError
        If an example is in two of the three, or a value is masked.

    """

    model: Model
    points: np.ndarray
    held_out: np.ndarray
    x: np.ndarray
    labels: np.ndarray
    seed: int = 1

    def __post_init__(self) -> None:
        for name in ("points", "held_out", "x", "labels"):
            check_unmasked(name, getattr(self, name))
        check_disjoint(points=self.points, held_out=self.held_out, evaluation=self.x)


Method = Callable[[Task, float], Stored]


def available(model: Model) -> dict[str, Method]:
    """Methods for this network, by name: coresets are of networks without convolutions.

    Examples
    --------
    >>> from compress.networks.model import recognised
    >>> list(available(recognised({"w": np.ones((4, 3)), "v": np.ones((2, 4))}, inputs=3)))[:3]
    ['magnitude', 'random', 'sap']

    """
    if model.convolves:
        return PRUNING | KERNELS
    return PRUNING | {name: partial(_coreset, name) for name in CORESETS} | SAMPLERS


def relu_network(model: Model) -> ReluNetwork:
    """The network as coresets take it: without convolutions."""
    if model.convolves:
        raise ValueError("a coreset must be of a network without convolutions, got one with them")
    check_rectified(model)
    biases = [a for a in model.arrays.values() if a.ndim == 1]
    return ReluNetwork(list(model.weights.values()), biases or None)


def prune(model: Model, keep: Shares, method: str, scope: str = "layer", seed: int = 1) -> Arrays:
    """Arrays of a network pruned by a module of ``pruning``, each given the arrays it wants.

    Parameters
    ----------
    model : Model
    keep : float, or dict of floats
    method : str
        Name of the module; ``column`` prunes hidden neurons, with their biases and what they feed.
    scope : {"layer", "global"}
    seed : int
        Of ``random``.

    Returns
    -------
    dict of ndarray

    Raises
    ------
    ValueError
        As the module's ``prune``.

    """
    module, given, options = _module(model, method, seed)
    found = module.prune(given, keep, scope, **options)
    return _without_neurons(model, found) if method == "column" else model.arrays | found


def prune_to(model: Model, keep: float, method: str, scope: str = "layer", seed: int = 1) -> Arrays:
    """Arrays of a network pruned to a share of its nonzero weights, as all methods are compared.

    Parameters
    ----------
    model : Model
    keep : float
        In [0, 1]: of the nonzero weights; with ``singular_value`` of the numbers that factors take,
        with ``random`` of all entries, with ``column`` of the hidden neurons and with ``filter`` of
        the filters.
    method : str
        Name of a module of ``pruning``.
    scope : {"layer", "global"}
        Whether the share is one of every layer, or of all together.
    seed : int
        Of ``random``.

    Returns
    -------
    dict of ndarray

    Raises
    ------
    ValueError
        If keep is out of range, or as the module's ``prune``.

    """
    check_share("keep", keep, "[]")
    check_method(method)
    return prune(model, _unit_shares(model, keep, method, scope), method, scope, seed)


def _unit_shares(model: Model, keep: float, method: str, scope: str) -> Shares:
    """Shares of the units of a module that are ``keep`` of the nonzero weights."""
    if method == "singular_value":
        return _rank_shares(model, keep, scope)
    if method not in ("magnitude", "sap"):
        return keep
    if scope == "layer":
        return {k: entries_share(w, keep) for k, w in model.weights.items()}
    return keep * nonzeros(model.arrays) / sum(w.size for w in model.weights.values())


def _rank_shares(model: Model, keep: float, scope: str) -> Shares:
    """Shares of the singular values whose factors take no more numbers than that of nonzeros."""
    dense = matrices(model)
    if keep == 1:
        return 1.0
    if scope == "layer":
        shares = {k: _rank(w, keep) / min(w.shape) for k, w in dense.items()}
        return dict.fromkeys(model.weights, 1.0) | shares
    values = [np.linalg.svd(w.astype(float), compute_uv=False) for w in dense.values()]
    prices = np.repeat([sum(w.shape) for w in dense.values()], [v.size for v in values])
    spent = prices[np.argsort(-np.concatenate(values), kind="stable")].cumsum()
    return int((spent <= keep * nonzeros(dense) * (1 + 2**-50)).sum()) / spent.size


def _rank(weights: np.ndarray, keep: float) -> int:
    """Largest rank whose factors take no more numbers than a share of the nonzero entries."""
    return int(keep * np.count_nonzero(weights) * (1 + 2**-50)) // sum(weights.shape)


def keep_for_error(
    model: Model, squared_error: float, method: str, scope: str = "layer", seed: int = 1
) -> Shares:
    """Least ``keep`` for ``prune`` that loses at most ``squared_error``, as the module says."""
    module, given, options = _module(model, method, seed)
    return module.keep_for_error(given, squared_error, scope, **options)


def check_method(method: str) -> None:
    """Raise ValueError unless ``method`` is a module of ``pruning``."""
    known = sorted(module.name for module in iter_modules(pruning.__path__))
    if not isinstance(method, str) or method not in known:
        raise ValueError(f"method must be one of {', '.join(known)}, got {told(method)}")


def _module(model: Model, method: str, seed: int) -> tuple[Any, Arrays, dict]:
    check_method(method)
    module = import_module(f"{pruning.__name__}.{method}")
    if method == "column":
        return module, {k: w.T for k, w in matrices(model).items()}, {"network": True}
    if method == "dead_unit":
        return module, after_convolutions(model), {}
    if method == "filter":
        return module, model.weights, {"axis": 0}  # units come first in a model
    return module, model.weights, {"seed": seed} if method == "random" else {}


def _without_neurons(model: Model, columns: Arrays) -> Arrays:
    """The network without the neurons whose columns are zero, their biases and what they feed."""
    layers, alive = after_convolutions(model), np.array(True)
    for name, array in layers.items():
        if array.ndim == 2:
            layers[name], alive = columns[name].T, np.asarray(columns[name].any(axis=0))
        elif name != list(layers)[-1]:
            layers[name] = np.where(alive, array, 0)
    return model.arrays | dead_unit.prune(layers, fold=False)


def _pruned(method: str, task: Task, keep: float) -> Stored:
    return _stored(prune_to(task.model, keep, method, seed=task.seed))


def _factors(task: Task, keep: float) -> Stored:
    """Matrices of the largest rank whose factors take no more numbers than the share."""
    if keep == 1:
        return _stored(task.model.arrays)  # as they were, not as factors
    dense = matrices(task.model)
    others = {k: w for k, w in task.model.weights.items() if k not in dense}
    stored = sum(_rank(w, keep) * sum(w.shape) for w in dense.values()) + nonzeros(others)
    return prune_to(task.model, keep, "singular_value"), stored


def of_coreset(model: Model, coreset: Coreset) -> Arrays:
    """Arrays of a coreset under the names of its network."""
    biases = [name for name, a in model.arrays.items() if a.ndim == 1]
    found = dict(zip(model.weights, coreset.dense(), strict=True))
    return model.arrays | found | dict(zip(biases, coreset.biases or (), strict=True))


def _coreset(method: str, task: Task, keep: float) -> Stored:
    found = CORESETS[method](task, Budget(keep, shares="layer"))
    return of_coreset(task.model, found), found.edges


def _corenet(make: Callable, task: Task, rule: Rule) -> Coreset:
    return make(relu_network(task.model), task.points, rule, task.seed)


def _best_of_several(task: Task, rule: Rule) -> Coreset:
    return _corenet(partial(coresets.corenet_plus_plus, held_out=task.held_out), task, rule)


def _sampled(sample: Callable, task: Task, keep: float) -> Stored:
    layers = enumerate(task.model.weights.items())
    found = {k: sample(w, keep, task.seed, i).toarray() for i, (k, w) in layers}
    return _stored(task.model.arrays | found)


def _top_sensitivity(task: Task, keep: float) -> Stored:
    layers = _sensitivities(task)
    found = {k: baselines.top_sensitivity(w, s, keep) for k, w, s in layers}
    return _stored(task.model.arrays | found)


def _poisson(task: Task, keep: float) -> Stored:
    layers = enumerate(_sensitivities(task))
    found = {k: baselines.poisson(w, s, keep, task.seed, i).toarray() for i, (k, w, s) in layers}
    return _stored(task.model.arrays | found)


def _sensitivities(task: Task) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Yield the name, weights and sensitivities over S of each layer."""
    network = relu_network(task.model)
    layers = zip(task.model.weights, network.weights, network.inputs(task.points), strict=True)
    for name, w, a in layers:
        yield name, np.asarray(w), sensitivities(w, a)


def _stored(arrays: Arrays) -> Stored:
    return arrays, nonzeros(arrays)


PRUNING: dict[str, Method] = {
    "magnitude": partial(_pruned, "magnitude"),
    "random": partial(_pruned, "random"),
    "sap": partial(_pruned, "sap"),
    "column": partial(_pruned, "column"),
    "singular_value": _factors,
}
KERNELS: dict[str, Method] = {"filter": partial(_pruned, "filter")}
CORESETS: dict[str, Callable[[Task, Rule], Coreset]] = {
    "corenet": partial(_corenet, coresets.corenet),
    "corenet_plus": partial(_corenet, coresets.corenet_plus),
    "corenet_plus_plus": _best_of_several,
}
SAMPLERS: dict[str, Method] = {
    "uniform": partial(_sampled, baselines.uniform),
    "l1": partial(_sampled, baselines.l1),
    "l2": partial(_sampled, baselines.l2),
    "hybrid": partial(_sampled, baselines.hybrid),
    "poisson": _poisson,
    "top_sensitivity": _top_sensitivity,
}
