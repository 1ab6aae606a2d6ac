"""Kinds of noise, one per module.

Each provides the scalar functions ``shared`` and ``variate``, their ``CUDA`` twins, the loop
``fill``, and ``characteristic_function(u, alpha)``.
"""
