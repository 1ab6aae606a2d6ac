"""Coresets of the edges of a network: sampled by how much they carry, and what that promises.

``corenet``, ``corenet_plus``, ``corenet_plus_plus`` and ``corenet_units`` compress a
``ReluNetwork``, matrices and kernels, by a rule, a
``Guarantee`` or a ``Budget``; ``baselines`` are what they are compared with, ``bounds`` the
numbers of the theory and whether they say anything, and ``diagnostics`` what a coreset misses.

Baykal, Liebenwein, Gilitschenski, Feldman & Rus, arXiv 1804.05345, as recalled; constants derived
here.

Algorithms

  ``corenet``            edges sampled by their sensitivity
  ``corenet_plus``       the same without neurons that fire at no point
  ``corenet_plus_plus``  of each neuron the best of several, by points held out
  ``corenet_units``      whole units sampled, filters and neurons, by their largest share
  ``sparsify``           one sampled matrix
  ``baselines``          what they are compared with

Rules and results

  ``Budget``             as many edges as these
  ``Guarantee``          an error and a probability
  ``Certificate``        what a coreset promises
  ``ReluNetwork``        a relu network as a list of matrices
  ``Coreset``            a sparse network, and how it was made
  ``UnitCoreset``        a network of which some hidden units are gone
  ``Draw``               counts of draws
  ``Compact``            a coreset without neurons that do nothing
  ``compacted``          make it

Theory

  ``bounds``             sample sizes and bounds as numbers, and what they are worth
  ``diagnostics``        what a coreset misses, and its exact variance
  ``sensitivities``      the largest share that an edge has of its neuron's sum
  ``cancellations``      how much the two sides of a neuron cancel
"""

import lazy_loader

from stablenoise.moved import keep_old_paths

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
keep_old_paths(__name__)
