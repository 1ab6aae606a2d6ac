"""Pruning methods, one per module.

Each provides ``prune(weights, keep)``, a pruned copy, and ``keep_for_error(weights,
squared_error)``, the smallest share to keep.  The weights are an array of NumPy or CuPy, or a
list, tuple or dict of arrays, nested or not, so that the weights of any framework serve:
``{name: p.detach().numpy() for name, p in model.named_parameters()}``.  The same containers and
keys come back.  Arrays that a method does not prune come back as they were: biases, which are no
matrices, from ``column``; ``magnitude`` has a use for all arrays.

With ``scope="layer"`` each array is pruned for itself: ``keep`` is one share for all of them, or a
container of shares laid out like the weights, as ``keep_for_error`` returns it (with 1.0 where
nothing is pruned).  With ``scope="global"`` there is one ranking over all arrays that the method
prunes, and one share of all their units.

Here ``keep`` is a share of *all* units, be they entries, columns, filters or singular values, zeros
among them.  ``compress.comparison.prune_to`` and the command line take a share of the *nonzero*
weights, so that methods compare: on an array that is half zeros ``keep=0.4`` leaves twice as many
entries here.

The output layer of a network is not pruned by methods that prune neurons: say ``network=True``, and
the last array of two or more dimensions comes back as it was.

With weights of ``chaos.Network``, where a neuron is a row, the columns of the papers are those of
``weights.T``.  Where the filters of a kernel are, ``filter`` is told by ``axis``.

  ``column``          keep the longest columns
  ``dead_unit``       drop hidden units that do nothing
  ``filter``          keep the longest filters of convolutions
  ``magnitude``       keep the largest weights
  ``random``          keep weights at random: a baseline
  ``sap``             keep as many as the PQ index says
  ``singular_value``  keep the largest singular values
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
