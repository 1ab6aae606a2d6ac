"""Networks pruned by a module of ``pruning``, each given the arrays that it wants.

``prune_to`` takes a share of the nonzero weights, by which all methods are compared; ``prune`` and
``keep_for_error`` take the share of units of the modules.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import numpy as np

from stablenoise.checks import check_choice, check_integer, check_kind, check_share

from .. import pruning
from ..networks.containers import Shares, check_scope, layers_of
from ..networks.facts import (
    after_convolutions,
    dense_layers,
    entries_share,
    matrices,
    nonzeros,
)
from ..networks.model import Arrays, Model
from ..pruning import dead_unit


def prune(model: Model, keep: Shares, method: str, scope: str = "layer", seed: int = 1) -> Arrays:
    """Arrays of a network pruned by a module of ``pruning``, to a share of the module's units.

    Parameters
    ----------
    model : Model
        The network.
    keep : float, or dict of floats
        Share of the units kept, in [0, 1], as the module's ``prune`` takes it.
    method : str
        Name of the module; ``column`` prunes hidden neurons, with their biases and what they feed.
    scope : {"layer", "global"}
        Whether units are ranked in each layer, or over all of them.
    seed : int
        Seed of ``random``, in [0, 2^64).

    Returns
    -------
    dict of ndarray
        All arrays of the network, under its names.

    Raises
    ------
    ValueError
        If an argument is out of range, or the method does not fit the network.

    Examples
    --------
    >>> from compress.networks import recognised
    >>> model = recognised({"w": np.array([[1.0, -3.0], [2.0, 0.0]])}, inputs=2)
    >>> prune(model, 0.25, "magnitude")["w"]
    array([[ 0., -3.],
           [ 0.,  0.]])

    """
    module, given, options = _module(model, method, seed)
    pruned = module.prune(given, keep, scope, **options)
    return _without_neurons(model, pruned) if method == "column" else model.arrays | pruned


def prune_to(model: Model, keep: float, method: str, scope: str = "layer", seed: int = 1) -> Arrays:
    """Arrays of a network pruned to a share of its nonzero weights, as all methods are compared.

    Parameters
    ----------
    model : Model
        The network.
    keep : float
        In [0, 1]: of the nonzero weights; with ``singular_value`` of the numbers that factors take,
        with ``random`` of all entries, with ``column`` of the hidden neurons and with ``filter`` of
        the filters.
    method : str
        Name of a module of ``pruning``.
    scope : {"layer", "global"}
        Whether the share is one of every layer, or of all together.
    seed : int
        Seed of ``random``, in [0, 2^64).

    Returns
    -------
    dict of ndarray
        All arrays of the network, under its names.

    Raises
    ------
    ValueError
        If an argument is out of range, or the method does not fit the network.

    Examples
    --------
    >>> from compress.networks import recognised
    >>> model = recognised({"w": np.array([[1.0, -3.0], [0.0, 0.0]])}, inputs=2)
    >>> prune_to(model, 0.5, "magnitude")["w"]  # of two nonzero weights
    array([[ 0., -3.],
           [ 0.,  0.]])

    """
    check_share("keep", keep, "[]")
    check_kind("model", model, Model)
    check_method(method)
    check_scope(scope)
    return prune(model, _unit_shares(model, keep, method, scope), method, scope, seed)


def keep_for_error(
    model: Model, squared_error: float, method: str, scope: str = "layer", seed: int = 1
) -> Shares:
    """Least ``keep`` for ``prune`` that loses at most ``squared_error``, as the module says.

    Parameters
    ----------
    model : Model
        The network.
    squared_error : float
        Bound on the squared relative error of the weights (Frobenius), in [0, 1].
    method : str
        Name of a module of ``pruning``.
    scope : {"layer", "global"}
        Whether the bound is one for each layer, or for all together.
    seed : int
        Seed of ``random``, in [0, 2^64).

    Returns
    -------
    float, or dict of floats
        With scope "layer" one for each array that the method prunes.

    Raises
    ------
    ValueError
        If an argument is out of range, or the method does not fit the network.

    Examples
    --------
    >>> from compress.networks import recognised
    >>> model = recognised({"w": np.array([[1.0, 2.0], [2.0, 9.0]])}, inputs=2)
    >>> keep_for_error(model, 0.1, "magnitude")
    {'w': 0.25}

    """
    module, given, options = _module(model, method, seed)
    return module.keep_for_error(given, squared_error, scope, **options)


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
        shares = {k: rank(w, keep) / min(w.shape) for k, w in dense.items()}
        return dict.fromkeys(model.weights, 1.0) | shares
    # singular values of all layers compete; each costs a row and a column of its own matrix
    values = [np.linalg.svd(w.astype(float), compute_uv=False) for w in dense.values()]
    prices = np.repeat([sum(w.shape) for w in dense.values()], [v.size for v in values])
    spent = prices[np.argsort(-np.concatenate(values), kind="stable")].cumsum()
    return int((spent <= keep * nonzeros(dense) * (1 + 2**-50)).sum()) / spent.size


def rank(weights: np.ndarray, keep: float) -> int:
    """Largest rank whose factors take no more numbers than a share of the nonzero entries."""
    # A product may round to just below a whole number.
    return int(keep * np.count_nonzero(weights) * (1 + 2**-50)) // sum(weights.shape)


def check_method(method: str) -> None:
    """Raise ValueError unless ``method`` is a module of ``pruning``."""
    known = sorted(module.name for module in iter_modules(pruning.__path__))
    check_choice("method", method, known)


def _module(model: Model, method: str, seed: int) -> tuple[Any, Arrays, dict]:
    check_kind("model", model, Model)
    check_method(method)
    check_integer("seed", seed, 0, 2**64)
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
    layers, alive = dense_layers(model), np.array(True)
    for name, bias in layers_of(layers):
        # Zero by zero, whatever the activation makes of a neuron that is not there.
        layers[name] = np.where(alive, columns[name].T, 0)
        alive = np.asarray(columns[name].any(axis=0))
        # The last biases are those of the outputs, which no method prunes.
        if bias is not None and bias != list(layers)[-1]:
            layers[bias] = np.where(alive, layers[bias], 0)
    if model.architecture.rectified:
        layers = dead_unit.prune(layers, fold=False)
    return model.arrays | layers
