"""Pruning methods, one per module.

Each provides ``prune(weights, keep)``, a pruned copy, and ``keep_for_error(weights,
squared_error)``, the smallest share to keep.  With weights of ``chaos.network``, where a neuron
is a row, the columns of the papers are those of ``weights.T``.
"""
