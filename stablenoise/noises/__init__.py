"""Kinds of noise, one per module.

Each provides ``fill``, the loop that ``over_addresses`` makes of two laws, and
``characteristic_function(u, alpha)``.
"""
