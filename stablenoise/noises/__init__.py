"""Kinds of noise, one per module.

Each provides a scalar ``variate``, its ``CUDA`` twin, the loop ``fill``, and
``characteristic_function(u, alpha)``.
"""
