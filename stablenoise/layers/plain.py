"""Flattening, scales and batch norm of a trained network, and gradients through them."""

from math import prod
from typing import Any

from stablenoise.kernels.arrays import Array, array_module

from .plain_kinds import ORDERS, BatchNorm, Flatten, Scale


def forward(
    layer: Flatten | Scale | BatchNorm, x: Array, arrays: Any, overwrite: bool = False
) -> tuple[Array, Any]:
    """What the layer makes of its inputs, a scale in their place if that may be."""
    if isinstance(layer, Scale):
        return array_module(x).multiply(x, layer.factor, out=x if overwrite else None), None
    if isinstance(layer, BatchNorm):
        factors, terms = factors_and_terms(layer, arrays)
        y = x * _by_channel(factors, x)
        y += _by_channel(terms, x)
        return y, factors
    last = layer.order == ORDERS[1] and x.ndim == 4
    return (x.transpose(0, 2, 3, 1) if last else x).reshape(len(x), prod(x.shape[1:])), x.shape


def backward(layer: Flatten | Scale | BatchNorm, dy: Array, kept: Any) -> Array:
    """Gradient with respect to the inputs."""
    if isinstance(layer, Scale):
        dy *= layer.factor
        return dy
    if isinstance(layer, BatchNorm):
        dy *= _by_channel(kept, dy)
        return dy
    if layer.order == ORDERS[1] and len(kept) == 4:
        n, channels, height, width = kept
        return dy.reshape(n, height, width, channels).transpose(0, 3, 1, 2)
    return dy.reshape(kept)


def factors_and_terms(layer: BatchNorm, arrays: Any) -> tuple[Array, Array]:
    """What batch norm multiplies each channel with, and adds to it.

    ``arrays`` are scale, shift, mean and variance; scale and shift may be None.
    """
    scale, shift, mean, variance = arrays
    factors = 1 / array_module(variance).sqrt(variance + layer.epsilon)
    if scale is not None:
        factors = scale * factors
    terms = -mean * factors
    return factors, terms if shift is None else shift + terms


def _by_channel(values: Array, x: Array) -> Array:
    return values[:, None, None] if x.ndim == 4 else values
