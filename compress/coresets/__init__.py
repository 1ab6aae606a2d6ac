"""Coresets of the edges of a network: sampled by how much they carry, and what that promises.

``corenet``, ``corenet_plus`` and ``corenet_plus_plus`` compress a ``ReluNetwork`` by a rule, a
``Guarantee`` or a ``Budget``; ``baselines`` are what they are compared with, ``bounds`` the
numbers of the theory and whether they say anything, and ``diagnostics`` what a coreset misses.

Baykal, Liebenwein, Gilitschenski, Feldman & Rus, arXiv 1804.05345, as recalled; constants derived
here.
"""

from . import baselines, bounds, diagnostics
from .algorithm import corenet, corenet_plus, corenet_plus_plus
from .coreset import Compact, Coreset, compacted
from .network import ReluNetwork
from .rules import Budget, Certificate, Guarantee
from .sampling import Draw, sparsify
from .sensitivity import cancellations, sensitivities

__all__ = [
    "Budget",
    "Certificate",
    "Compact",
    "Coreset",
    "Draw",
    "Guarantee",
    "ReluNetwork",
    "baselines",
    "bounds",
    "cancellations",
    "compacted",
    "corenet",
    "corenet_plus",
    "corenet_plus_plus",
    "diagnostics",
    "sensitivities",
    "sparsify",
]
