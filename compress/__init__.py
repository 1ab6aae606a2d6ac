"""Compressibility, pruning and what they certify.

Compressibility

  ``relative_error``         error of the best share of a vector's terms
  ``limit_error``            the same error for infinitely many terms of a law
  ``width_for_error``        how many terms a law needs for an error
  ``compressibility``        all norms, indices and limits

Smaller networks

  ``pruning``                methods: ``magnitude``, ``column``, ``filter``, ``singular_value``, ...
  ``coresets``               edges sampled by how much they carry, baselines, bounds, diagnostics
  ``corenet``                a coreset of a network
  ``ReluNetwork``            the network that coresets are of
  ``Budget``                 a rule: as many edges as these
  ``Guarantee``              a rule: an error and a probability

Bits

  ``quantise``               few values for each array
  ``code_length``            bits of a network, proved by decoding it
  ``encode``                 arrays as a file
  ``decode``                 arrays of such a file
  ``coding``                 codecs, and what they are made of

Certificates

  ``certify``                limit of the risk of a network as it is
  ``prune_quantise_encode``  the smallest limit that a search reaches
  ``occam``                  limit of a risk from the bits of a code
  ``pac_bayes``              limit of a risk from a divergence
  ``certificates``           all inequalities, as functions of numbers

Files and comparisons

  ``networks``               weights of any framework, files, architectures, data
  ``comparison``             every method at equal shares, and what it loses
"""

import lazy_loader

from stablenoise.moved import keep_old_paths

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
keep_old_paths("compress")
