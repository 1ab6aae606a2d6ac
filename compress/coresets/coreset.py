"""A sparse network, how it was made, and the same without the neurons that do nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from stablenoise.checks import finite_floats, told
from stablenoise.layers.kinds import Dense, Relu
from stablenoise.results import Result
from stablenoise.text_table import aligned
from stablenoise.values import set_fields

from .feeding import Stages
from .multinomials import SAMPLED
from .network import Matrix, ReluNetwork, outputs
from .plan import Plan
from .rules import Budget, Certificate, Guarantee


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Coreset(Result):
    """A sparse network and how it was made.

    Parameters
    ----------
    network : ReluNetwork
        The one compressed: without its silent neurons' weights, where these were dropped.
    plans : tuple of Plan
        Sensitivities, draws and fates of each layer, settled before sampling.
    weights : tuple of csr_array, shapes as in the network
        Draws of one edge are one entry.  Kernels have shape (units, channels x height x width).
    counts : tuple of csr_array
        How often the entry was drawn; 0 for one copied.
    biases : tuple of ndarray, optional
        Those of each layer; embedded ones as they were drawn.
    certificate : Certificate, optional
        That of a ``Guarantee``.
    messages : tuple of str
        What a user must know of it, a line each.
    unbiased : bool
        Whether the expectation of each weight is the weight, where its sensitivity is not 0:
        not so for a choice among coresets by their errors.
    silent : tuple of ndarray of bool
        For each hidden layer, which neurons were dropped as they fired at no point of S.
    rule : Guarantee or Budget, optional
        The rule by which it was made.

    Examples
    --------
    >>> from compress.coresets import Budget, ReluNetwork, corenet
    >>> coreset = corenet(ReluNetwork([[[1.0, 2.0]]]), [[1.0, 0.0]], Budget(1.0), seed=1)
    >>> coreset
    Coreset(2 of 2 edges, Budget(keep=1.0))
    >>> print(coreset.table())
    layer  neurons  inputs  edges  kept  expected  sides drawn  sides copied
    0            1       2      2     2       2.0            0             1

    """

    network: ReluNetwork
    plans: tuple[Plan, ...]
    weights: tuple[Matrix, ...]
    counts: tuple[Matrix, ...]
    biases: tuple[np.ndarray, ...] | None
    certificate: Certificate | None = None
    messages: tuple[str, ...] = ()
    unbiased: bool = True
    silent: tuple[np.ndarray, ...] = ()
    rule: Guarantee | Budget | None = None

    __setstate__ = set_fields  # of versions without a rule, too

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
        >>> from compress.coresets import Budget, ReluNetwork, corenet
        >>> corenet(ReluNetwork([[[1.0, 2.0]]]), [[1.0, 1.0]], Budget(1.0), seed=1)([[3.0, 1.0]])
        array([[5.]])

        """
        pairs = zip(self.weights, self.network.weights, strict=True)
        layers = [w if like.ndim == 2 else _kernels(w, like) for w, like in pairs]
        return self.network.outputs(layers, self.biases, points)

    @property
    def edges(self) -> int:
        """Nonzero weights; an embedded bias that is left is not among them."""
        return sum(w.nnz for w in self.weights)

    @property
    def keep(self) -> float:
        """Share of the nonzero weights of ``network`` that is left."""
        return self.edges / _edges(self.network)

    def dense(self) -> tuple[np.ndarray, ...]:
        """The weights as arrays with zeros.

        Returns
        -------
        tuple of ndarray, shapes as in the network

        """
        return tuple(map(_kernels, self.weights, self.network.weights))

    def compact(self) -> Compact:
        """The same function without neurons that nothing enters or that nothing leaves.

        Returns
        -------
        Compact
            As ``compacted`` of its weights and biases.

        Raises
        ------
        ValueError
            If there is something else than relu between the layers: a neuron that nothing enters is
            then another constant.  Or if there are convolutions, of which no rows are taken out.

        """
        if not _is_plain(self.network.stages):
            rule = "compact must be of a network with relu between its layers alone"
            raise ValueError(f"{rule}, got {self.network!r} with {told(self.network.stages.after)}")
        return compacted(self.weights, self.biases)

    def table(self) -> str:
        """Edges of each layer before and after, in columns.

        Returns
        -------
        str
            Expected are the edges over all draws, those of embedded biases among them.  A neuron
            has two sides, its positive and its negative weights: each is drawn, copied or empty.

        """
        rows: list[Sequence[str]] = [_HEADS]
        layers = zip(self.network.weights, self.weights, self.plans, strict=True)
        for layer, (whole, kept, plan) in enumerate(layers):
            drawn = int((plan.fates == SAMPLED).sum())
            copied = int((plan.fates > SAMPLED).sum())
            counts = (*kept.shape, np.count_nonzero(whole), kept.nnz)
            shown = [f"{n:,}" for n in counts]
            rows.append((str(layer), *shown, f"{plan.expected:,.1f}", f"{drawn:,}", f"{copied:,}"))
        return aligned(rows)

    def _summary(self) -> str:
        made = "" if self.rule is None else f", {self.rule!r}"
        return f"{self.edges:,} of {_edges(self.network):,} edges{made}"


MAX_SHOWN = 5  # layers whose sizes are printed
_HEADS = "layer", "neurons", "inputs", "edges", "kept", "expected", "sides drawn", "sides copied"


def _is_plain(stages: Stages) -> bool:
    """Whether there are dense layers alone, with relu between them and nothing else."""
    kinds = [[type(layer) for layer in after] for after in stages.after]
    dense = all(isinstance(layer, Dense) for layer in stages.weighted)
    return dense and not stages.before and kinds == [[Relu]] * (len(kinds) - 1) + [[]]


def _kernels(weights: Matrix, like: np.ndarray) -> np.ndarray:
    """Weights as an array of the shape of the network's."""
    return weights.toarray().reshape(like.shape)


def _edges(network: ReluNetwork) -> int:
    return sum(int(np.count_nonzero(w)) for w in network.weights)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Compact(Result):
    """A network with neurons taken out.

    Parameters
    ----------
    weights : tuple of csr_array
        Without the rows and columns of those neurons.
    biases : tuple of ndarray, optional
        Those of the layers, and in them what was constant.
    kept : tuple of ndarray of int
        For each hidden layer, the indices of the neurons that were left.

    Examples
    --------
    >>> compacted([np.array([[1.0], [0.0]]), np.array([[1.0, 1.0]])])
    Compact(2 edges, hidden neurons 1)

    """

    weights: tuple[Matrix, ...]
    biases: tuple[np.ndarray, ...] | None
    kept: tuple[np.ndarray, ...]

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
        >>> compacted([np.array([[1.0], [0.0]]), np.array([[1.0, 1.0]])])([[3.0]])
        array([[3.]])

        """
        rows, inputs = finite_floats("points", points), self.weights[0].shape[1]
        if rows.ndim != 2 or rows.shape[1] != inputs:
            raise ValueError(f"points must have shape (n, {inputs}), got {rows.shape}")
        return outputs(self.weights, self.biases, rows)

    def _summary(self) -> str:
        sizes = [f"{kept.size:,}" for kept in self.kept]
        hidden = ", ".join(sizes[:MAX_SHOWN] + ["..."] * (len(sizes) > MAX_SHOWN))
        edges = sum(w.nnz for w in self.weights)
        return f"{edges:,} edges, hidden neurons {hidden or 'none'}"


def compacted(weights: Sequence[Matrix], biases: Sequence[np.ndarray] | None = None) -> Compact:
    """A network without hidden neurons that nothing enters, or that nothing leaves.

    A neuron that nothing enters is a constant, relu of its bias: it goes into the next biases.

    Parameters
    ----------
    weights : sequence of csr_array or ndarray
        Matrices of shape (neurons, inputs), real and finite, each with as many columns as the one
        before has rows.
    biases : sequence of ndarray, optional
        One of shape (neurons,) for each of them.

    Returns
    -------
    Compact
        The same function, exactly but for rounding; a layer of no neurons is possible.

    Raises
    ------
    ValueError
        If weights are no such matrices, do not chain, or biases do not fit.

    Examples
    --------
    >>> small = compacted([np.array([[1.0], [0.0]]), np.array([[1.0, 1.0]])])
    >>> small
    Compact(2 edges, hidden neurons 1)
    >>> small.kept
    (array([0]),)

    """
    matrices = _matrices(weights)
    offsets = None if biases is None else _offsets(biases, matrices)
    kept = [np.arange(w.shape[0]) for w in matrices[:-1]]
    # A neuron taken out may have been the last edge of another: so until none is left.
    while (removable := _removable(matrices)) is not None:
        layer, stays = removable
        after = matrices[layer + 1]
        if offsets is not None:
            constant = np.diff(matrices[layer].indptr) == 0
            fixed = np.where(constant, np.maximum(offsets[layer], 0), 0)
            offsets[layer + 1] = offsets[layer + 1] + after @ fixed
            offsets[layer] = offsets[layer][stays]
        matrices[layer], matrices[layer + 1] = matrices[layer][stays], after[:, stays]
        kept[layer] = kept[layer][stays]
    return Compact(tuple(matrices), None if offsets is None else tuple(offsets), tuple(kept))


def _matrices(weights: Sequence[Matrix]) -> list[Matrix]:
    if not (isinstance(weights, list | tuple) and weights):
        raise ValueError(f"weights must be a sequence of matrices, got {told(weights)}")
    matrices: list[Matrix] = []
    for layer, w in enumerate(weights):
        sparse = hasattr(w, "nnz")
        entries = finite_floats(f"weights[{layer}]", w.data if sparse else w)
        shape = w.shape if sparse else entries.shape
        if len(shape) != 2 or (matrices and shape[1] != matrices[-1].shape[0]):
            rule = f"weights[{layer}] must be a matrix that follows on the one before"
            raise ValueError(f"{rule}, got shape {shape}")
        matrices.append(csr_array(w))
    return matrices


def _offsets(biases: Sequence[np.ndarray], matrices: list[Matrix]) -> list[np.ndarray]:
    if not isinstance(biases, list | tuple) or len(biases) != len(matrices):
        rule = f"biases must be one for each of {len(matrices)} matrices"
        raise ValueError(f"{rule}, got {told(biases)}")
    for layer, (b, w) in enumerate(zip(biases, matrices, strict=True)):
        shape = finite_floats(f"biases[{layer}]", b).shape
        if shape != w.shape[:1]:
            raise ValueError(f"biases[{layer}] must have shape {w.shape[:1]}, got {shape}")
    return [np.array(b) for b in biases]


def _removable(matrices: Sequence[Any]) -> tuple[int, np.ndarray] | None:
    """A hidden layer with neurons to take out, and the indices of those that stay."""
    for layer in range(len(matrices) - 1):
        entered = np.diff(matrices[layer].indptr) > 0
        left = np.diff(matrices[layer + 1].tocsc().indptr) > 0
        if not (entered & left).all():
            return layer, np.flatnonzero(entered & left)
    return None
