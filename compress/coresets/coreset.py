"""A sparse network, how it was made, and the same without the neurons that do nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from .network import Matrix, ReluNetwork, _real, outputs
from .plan import Plan
from .rules import Certificate


@dataclass(frozen=True, slots=True, eq=False)
class Coreset:
    """A sparse network and how it was made.

    Parameters
    ----------
    network : ReluNetwork
        The one compressed: without its silent neurons' weights, where these were dropped.
    plans : tuple of Plan
        Sensitivities, draws and fates of each layer, settled before sampling.
    weights : tuple of csr_array, shapes as in the network
        Draws of one edge are one entry.
    counts : tuple of csr_array
        How often the entry was drawn; 0 for one copied.
    biases : tuple of ndarray, optional
    certificate : Certificate, optional
        Of a ``Guarantee``.
    messages : tuple of str
        What is to be known of it, a line each.
    unbiased : bool
        Whether the expectation of each weight is the weight, where its sensitivity is not 0:
        not so for a choice among coresets by their errors.
    silent : tuple of ndarray of bool
        Of each hidden layer, which neurons were dropped as they fired at no point of S.
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

    def __call__(self, points: ArrayLike) -> np.ndarray:
        """Outputs, shape (n, outputs), for ``points`` of shape (n, inputs)."""
        return outputs(self.weights, self.biases, self.network.checked(points))

    @property
    def edges(self) -> int:
        """Nonzero weights; an embedded bias that is left is not among them."""
        return sum(w.nnz for w in self.weights)

    @property
    def keep(self) -> float:
        """Share of the nonzero weights of ``network`` that is left."""
        return self.edges / sum(int(np.count_nonzero(w)) for w in self.network.weights)

    def dense(self) -> tuple[np.ndarray, ...]:
        """The weights as arrays with zeros."""
        return tuple(w.toarray() for w in self.weights)

    def compact(self) -> "Compact":
        """The same function without neurons that nothing enters or that nothing leaves."""
        return compacted(self.weights, self.biases)


@dataclass(frozen=True, slots=True, eq=False)
class Compact:
    """A network with neurons taken out: ``kept`` says which were left of each hidden layer."""

    weights: tuple[Matrix, ...]
    biases: tuple[np.ndarray, ...] | None
    kept: tuple[np.ndarray, ...]

    def __call__(self, points: ArrayLike) -> np.ndarray:
        return outputs(self.weights, self.biases, _real("points", points))


def compacted(weights: Sequence[Matrix], biases: Sequence[np.ndarray] | None = None) -> Compact:
    """A network without hidden neurons that nothing enters, or that nothing leaves.

    A neuron that nothing enters is a constant, relu of its bias: it goes into the next biases.

    Parameters
    ----------
    weights : sequence of csr_array or ndarray
    biases : sequence of ndarray, optional

    Returns
    -------
    Compact
        The same function, exactly but for rounding; a layer of no neurons is possible.

    Examples
    --------
    >>> small = compacted([np.array([[1.0], [0.0]]), np.array([[1.0, 1.0]])])
    >>> small.kept
    (array([0]),)

    """
    matrices = [csr_array(w) for w in weights]
    offsets = None if biases is None else [np.array(b) for b in biases]
    kept = [np.arange(w.shape[0]) for w in matrices[:-1]]
    while (found := _removable(matrices)) is not None:
        layer, stays = found
        after = matrices[layer + 1]
        if offsets is not None:
            constant = np.diff(matrices[layer].indptr) == 0
            fixed = np.where(constant, np.maximum(offsets[layer], 0), 0)
            offsets[layer + 1] = offsets[layer + 1] + after @ fixed
            offsets[layer] = offsets[layer][stays]
        matrices[layer], matrices[layer + 1] = matrices[layer][stays], after[:, stays]
        kept[layer] = kept[layer][stays]
    return Compact(tuple(matrices), None if offsets is None else tuple(offsets), tuple(kept))


def _removable(matrices: Sequence[Any]) -> tuple[int, np.ndarray] | None:
    """A hidden layer with neurons to take out, and the places of those that stay."""
    for layer in range(len(matrices) - 1):
        entered = np.diff(matrices[layer].indptr) > 0
        left = np.diff(matrices[layer + 1].tocsc().indptr) > 0
        if not (entered & left).all():
            return layer, np.flatnonzero(entered & left)
    return None
