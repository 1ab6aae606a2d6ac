"""Every method of pruning and every coreset, asked for the same share of a network's weights.

A method takes a ``Task`` and ``keep``, the share of the nonzero weights of every layer, or of its
neurons (``column``) or filters (``filter``), and gives the arrays of the pruned network with the
number of values that store its weights: nonzeros, or the entries of factors.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_integer, check_kind, real_values
from stablenoise.data.rows import check_disjoint

from .. import coresets
from ..coresets import Budget, Coreset, Guarantee, ReluNetwork, UnitCoreset, baselines
from ..coresets.sensitivity import largest_shares
from ..networks.containers import layers_of
from ..networks.facts import (
    between_matrices,
    check_rectified,
    matrices,
    named_architecture,
    nonzeros,
)
from ..networks.model import Arrays, Model
from .pruned_models import check_method, keep_for_error, prune, prune_to, rank

__all__ = [
    "CORESETS",
    "KERNELS",
    "PRUNING",
    "SAMPLERS",
    "Method",
    "Task",
    "available",
    "check_method",
    "check_rectified",
    "keep_for_error",
    "network_points",
    "of_coreset",
    "prune",
    "prune_to",
    "relu_network",
]

Stored = tuple[Arrays, int]
Rule = Budget | Guarantee


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """A network, the examples that methods may see and those they are judged by, and a seed.

    Parameters
    ----------
    model : Model
        The network.
    points : array_like, shape (s, inputs)
        S: for sensitivities.
    held_out : array_like, shape (t, inputs)
        T: for the choice among coresets.
    x : array_like, shape (n, inputs)
        Examples to judge by.
    labels : array_like, shape (n,)
        Labels of ``x``.
    seed : int
        Seed of what methods draw, in [0, 2^64).

    Raises
    ------
    ValueError
        If an argument does not fit the model, an example is in two of the three, or a value is
        masked or no real number.

    Examples
    --------
    >>> from compress.networks import recognised
    >>> model = recognised({"w": np.array([[1.0, 2.0], [3.0, 4.0]])}, inputs=2)
    >>> task = Task(model, np.eye(2), 2 * np.eye(2), 3 * np.eye(2), np.array([1, 1]))
    >>> arrays, stored = available(model)["magnitude"](task, 0.5)
    >>> stored
    2

    """

    model: Model
    points: np.ndarray
    held_out: np.ndarray
    x: np.ndarray
    labels: np.ndarray
    seed: int = 1

    def __repr__(self) -> str:
        sizes = f"{len(self.points):,} points, {len(self.held_out):,} held out"
        return f"Task({sizes}, {len(self.x):,} examples, seed={self.seed})"

    def __post_init__(self) -> None:
        check_kind("model", self.model, Model)
        check_integer("seed", self.seed, 0, 2**64)
        for name in ("points", "held_out", "x", "labels"):
            object.__setattr__(self, name, real_values(name, getattr(self, name)))
        for name in ("points", "held_out", "x"):
            _check_examples(name, getattr(self, name), self.model.inputs)
        if self.labels.shape != (len(self.x),):
            rule = f"labels must have shape ({len(self.x)},)"
            raise ValueError(f"{rule}, one for each row of x, got shape {self.labels.shape}")
        check_disjoint(points=self.points, held_out=self.held_out, evaluation=self.x)


def _check_examples(name: str, rows: np.ndarray, inputs: int) -> None:
    if rows.ndim != 2 or rows.shape[1] != inputs:
        raise ValueError(f"{name} must have shape (n, {inputs}), got shape {rows.shape}")


Method = Callable[[Task, float], Stored]


def available(model: Model) -> dict[str, Method]:
    """Methods for this network, by name.

    Parameters
    ----------
    model : Model

    Returns
    -------
    dict of callable
        ``method(task, keep)`` gives the arrays and the number of values that store the weights.

    Raises
    ------
    ValueError
        If model is no ``Model``.

    Examples
    --------
    >>> from compress.networks import recognised
    >>> list(available(recognised({"w": np.ones((4, 3)), "v": np.ones((2, 4))}, inputs=3)))[:3]
    ['magnitude', 'random', 'sap']

    """
    check_kind("model", model, Model)
    kernels = KERNELS if model.convolves else {}
    sampled = {name: partial(_coreset, name) for name in CORESETS}
    names = layers_of(model.arrays)
    hidden = sampled if len(names) > 1 else {k: m for k, m in sampled.items() if k != UNITS}
    return PRUNING | kernels | hidden | SAMPLERS


def relu_network(model: Model) -> ReluNetwork:
    """A network as coresets take it: all its layers with weights.

    It is fed what ``network_points`` makes of points.  With other activations than relu it takes a
    ``Budget`` alone.

    Parameters
    ----------
    model : Model

    Returns
    -------
    ReluNetwork

    Raises
    ------
    ValueError
        If model is no ``Model``.

    Examples
    --------
    >>> from compress.networks import recognised
    >>> relu_network(recognised({"w": np.ones((4, 3)), "v": np.ones((2, 4))}, inputs=3))
    ReluNetwork(3 -> 4 -> 2, without biases)

    """
    check_kind("model", model, Model)
    arrays = model.arrays
    names = layers_of(arrays)
    weights = [arrays[name] for name, _ in names]
    biases = None
    if any(bias for _, bias in names):
        biases = [
            np.zeros(len(arrays[name]), arrays[name].dtype) if bias is None else arrays[bias]
            for name, bias in names
        ]
    if model.convolves:
        return ReluNetwork(weights, biases, architecture=named_architecture(model))
    between = None if model.architecture.rectified else between_matrices(model)
    return ReluNetwork(weights, biases, between=between)


def network_points(model: Model, points: ArrayLike) -> np.ndarray:
    """Points as the ``relu_network`` of a model takes them.

    Parameters
    ----------
    model : Model
    points : array_like, shape (n, inputs)

    Returns
    -------
    ndarray, shape (n, inputs of that network)
        In the type of the weights: images as they are, where there are kernels, else what the first
        matrix is fed.

    Raises
    ------
    ValueError
        If model is no ``Model``, or points are not like those of it.

    Examples
    --------
    >>> from compress.networks import recognised
    >>> network_points(recognised({"w": np.ones((4, 3))}, inputs=3), [[1.0, 2.0, 3.0]])
    array([[1., 2., 3.]])

    """
    check_kind("model", model, Model)
    return model.rows(points) if model.convolves else model.features(points)


def _pruned(method: str, task: Task, keep: float) -> Stored:
    return _stored(prune_to(task.model, keep, method, seed=task.seed))


def _factors(task: Task, keep: float) -> Stored:
    """Matrices of the largest rank whose factors take no more numbers than the share."""
    if keep == 1:
        return _stored(task.model.arrays)  # as they were, not as factors
    dense = matrices(task.model)
    others = {k: w for k, w in task.model.weights.items() if k not in dense}
    stored = sum(rank(w, keep) * sum(w.shape) for w in dense.values()) + nonzeros(others)
    return prune_to(task.model, keep, "singular_value"), stored


def of_coreset(model: Model, coreset: Coreset | UnitCoreset) -> Arrays:
    """Arrays of a coreset under the names of its network.

    Parameters
    ----------
    model : Model
        The one whose ``relu_network`` was compressed.
    coreset : Coreset or UnitCoreset

    Returns
    -------
    dict of ndarray
        Dense.

    Raises
    ------
    ValueError
        If an argument is of another kind, or the coreset is of a network of other shapes.

    Examples
    --------
    >>> from compress.networks import recognised
    >>> model = recognised({"w": np.ones((2, 3))}, inputs=3)
    >>> coreset = coresets.corenet(relu_network(model), np.eye(3), Budget(1.0), seed=1)
    >>> of_coreset(model, coreset)["w"].shape
    (2, 3)

    """
    check_kind("model", model, Model)
    check_kind("coreset", coreset, Coreset, UnitCoreset)
    names = layers_of(model.arrays)
    shapes = [w.shape for w in coreset.network.weights]
    if shapes != [model.arrays[name].shape for name, _ in names]:
        raise ValueError(f"coreset must be of a network of the model's shapes, got {shapes}")
    arrays, biases = dict(model.arrays), coreset.biases
    for number, (weights, (name, bias)) in enumerate(zip(coreset.dense(), names, strict=True)):
        arrays[name] = weights
        if bias is not None and biases is not None:
            arrays[bias] = biases[number]
    return arrays


def _coreset(method: str, task: Task, keep: float) -> Stored:
    return _stored(of_coreset(task.model, CORESETS[method](task, Budget(keep, shares="layer"))))


def _corenet(make: Callable, task: Task, rule: Rule) -> Coreset | UnitCoreset:
    points = network_points(task.model, task.points)
    return make(relu_network(task.model), points, rule, task.seed)


def _best_of_several(task: Task, rule: Rule) -> Coreset | UnitCoreset:
    held_out = network_points(task.model, task.held_out)
    return _corenet(partial(coresets.corenet_plus_plus, held_out=held_out), task, rule)


def _sampled(sample: Callable, task: Task, keep: float) -> Stored:
    layers = enumerate(task.model.weights.items())
    drawn = {k: sample(_matrix(w), keep, task.seed, i).toarray() for i, (k, w) in layers}
    return _shaped(task.model, drawn)


def _top_sensitivity(task: Task, keep: float) -> Stored:
    layers = _sensitivities(task)
    largest = {k: baselines.top_sensitivity(w, s, keep) for k, w, s in layers}
    return _shaped(task.model, largest)


def _poisson(task: Task, keep: float) -> Stored:
    layers = enumerate(_sensitivities(task))
    drawn = {k: baselines.poisson(w, s, keep, task.seed, i).toarray() for i, (k, w, s) in layers}
    return _shaped(task.model, drawn)


def _matrix(weights: np.ndarray) -> np.ndarray:
    """Weights with a row for each unit."""
    return weights.reshape(len(weights), -1)


def _shaped(model: Model, matrices: Arrays) -> Stored:
    """Arrays of the model with rows in place of its weights."""
    shaped = {name: w.reshape(model.arrays[name].shape) for name, w in matrices.items()}
    return _stored(model.arrays | shaped)


def _sensitivities(task: Task) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Yield the name, weights and sensitivities over S of each layer."""
    network = relu_network(task.model)
    fed = network.fed(network_points(task.model, task.points))
    for name, w, a in zip(task.model.weights, network.matrices, fed, strict=True):
        yield name, w, largest_shares(w, (rows for _, rows in a.blocks()))


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
UNITS = "corenet_units"  # keeps a share of the hidden units
CORESETS: dict[str, Callable[[Task, Rule], Coreset | UnitCoreset]] = {
    "corenet": partial(_corenet, coresets.corenet),
    "corenet_plus": partial(_corenet, coresets.corenet_plus),
    "corenet_plus_plus": _best_of_several,
    UNITS: partial(_corenet, coresets.corenet_units),
}
SAMPLERS: dict[str, Method] = {
    "uniform": partial(_sampled, baselines.uniform),
    "l1": partial(_sampled, baselines.l1),
    "l2": partial(_sampled, baselines.l2),
    "hybrid": partial(_sampled, baselines.hybrid),
    "poisson": _poisson,
    "top_sensitivity": _top_sensitivity,
}
