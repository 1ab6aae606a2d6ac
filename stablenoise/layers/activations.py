r"""Activations, and slopes from what they keep: in place, in blocks that stay in the cache.

An activation keeps its values, of which the slope of relu, tanh and sigmoid is a function, or, for
gelu, its inputs.
"""

from collections.abc import Iterator
from importlib import import_module
from math import pi, sqrt
from types import ModuleType

import numpy as np

from stablenoise.kernels.arrays import Array, array_module

from .plain_kinds import Gelu, Linear, Relu, Sigmoid, Tanh

BLOCK_VALUES = 1 << 16  # made at a time, so that they are used while in the cache
FAR = 40.0  # beyond it gelu's slope is 0 or 1 in both types of floats, and its cube is finite
CUBIC = 0.044715  # of Hendrycks and Gimpel
SLOPE_AT_0 = sqrt(2 / pi)
Activation = Relu | Tanh | Sigmoid | Gelu | Linear


def forward(layer: Activation, x: Array, overwrite: bool = False) -> tuple[Array, Array | None]:
    """Values of an activation, in the place of x if that may be, and what its slope needs."""
    if isinstance(layer, Linear):
        return x, None
    if isinstance(layer, Gelu):
        return _gelu(layer, x), x
    y = x if overwrite else array_module(x).empty_like(x)
    _fill(layer, x, y)
    return y, y


def backward(layer: Activation, dy: Array, kept: Array | None) -> Array:
    """``dy`` times the slope of the activation, in the place of ``dy``."""
    if not isinstance(layer, Linear):
        for signal, values in _blocks(dy, kept):
            _multiply_by_slope(layer, signal, values)
    return dy


def _fill(layer: Activation, x: Array, y: Array) -> None:
    xp = array_module(x)
    if isinstance(layer, Relu):
        xp.maximum(x, 0, out=y)
    elif isinstance(layer, Tanh):
        xp.tanh(x, out=y)
    else:
        _special(x).expit(x, out=y)


def _multiply_by_slope(layer: Activation, signal: Array, kept: Array) -> None:
    if isinstance(layer, Relu):
        signal *= kept > 0
    elif isinstance(layer, Tanh):
        signal *= 1 - kept * kept
    elif isinstance(layer, Sigmoid):
        signal *= kept * (1 - kept)
    elif isinstance(layer, Gelu):
        signal *= _gelu_slope(layer, kept)


def _gelu(layer: Gelu, x: Array) -> Array:
    y = array_module(x).empty_like(x)
    for values, out in _blocks(x, y):
        # Far below 0 the chance is 0 in both types of floats, and -inf times 0 would be NaN.
        near = array_module(x).maximum(values, -FAR)
        out[...] = near * _chance(layer, values)
    return y


def _chance(layer: Gelu, x: Array) -> Array:
    """That a standard normal variable is below x, or its approximation."""
    if layer.approximate == "none":
        return _special(x).ndtr(x)
    return 0.5 * (1 + _tanh_of_cubic(x))


def _tanh_of_cubic(x: Array) -> Array:
    xp = array_module(x)
    near = xp.clip(x, -FAR, FAR)
    return xp.tanh(SLOPE_AT_0 * near * (1 + CUBIC * near * near))


def _gelu_slope(layer: Gelu, x: Array) -> Array:
    """Derivative of x times ``_chance``."""
    xp = array_module(x)
    near = xp.clip(x, -FAR, FAR)
    if layer.approximate == "none":
        density = xp.exp(-0.5 * near * near) / sqrt(2 * pi)
        return _special(x).ndtr(near) + near * density
    t = _tanh_of_cubic(near)
    inner = SLOPE_AT_0 * (1 + 3 * CUBIC * near * near)
    return 0.5 * (1 + t) + 0.5 * near * (1 - t * t) * inner


def _special(x: Array) -> ModuleType:
    """Special functions of SciPy, or of CuPy for its arrays."""
    return import_module("scipy.special" if array_module(x) is np else "cupyx.scipy.special")


def _blocks(first: Array, second: Array) -> Iterator[tuple[Array, Array]]:
    """Yield views of both, some rows at a time."""
    rows = max(1, BLOCK_VALUES // max(1, first[:1].size))
    for low in range(0, len(first), rows):
        yield first[low : low + rows], second[low : low + rows]
