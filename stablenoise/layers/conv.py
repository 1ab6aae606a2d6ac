"""What a convolution makes of images, and gradients through it."""

from math import prod
from types import ModuleType

from stablenoise.kernels.arrays import Array, array_module

from . import few_weights, patches, shifts
from .few_weights import FewWeights
from .images import channels_last, empty_images
from .weighted_kinds import Conv


def forward(
    layer: Conv, x: Array, weights: Array | FewWeights, bias: Array | None
) -> tuple[Array, Array]:
    """Images (n, units, rows, columns), and the inputs, which a gradient needs."""
    if isinstance(weights, FewWeights):
        return few_weights.convolved(layer, x, weights, bias), x
    kind = array_module(x).result_type(x, weights)
    y = empty_images(x, (len(x), *layer.outputs(x.shape[1:], weights.shape)), kind)
    _method(layer, x, weights).forward(layer, x, weights, y)
    if bias is not None:
        y += bias[:, None, None]
    return y, x


def backward(layer: Conv, dy: Array, kept: Array, weights: Array) -> Array:
    """Gradient with respect to the images."""
    return _method(layer, kept, weights).backward(layer, dy, kept, weights)


def add_gradient(
    layer: Conv, dy: Array, kept: Array, weights: Array, bias: Array | None, factor: float
) -> None:
    """Add factor times the gradients to kernels and biases, in place.

    The gradient of the kernels is an array, summed over blocks of images: kernels are small.
    """
    gradient = _method(layer, kept, weights).kernel_gradient(layer, dy, kept, weights)
    gradient *= factor
    weights += gradient.transpose(0, 3, 1, 2)
    if bias is not None:
        bias += factor * _sums_of_units(dy)


def _sums_of_units(dy: Array) -> Array:
    """Sums over pixels as a product, which reads memory in its order, then over images.

    A single sum of 10^5 terms would lose digits of float32.
    """
    pixels = channels_last(dy).reshape(len(dy), prod(dy.shape[2:]), dy.shape[1])
    ones = array_module(dy).ones((1, pixels.shape[1]), dy.dtype)
    return (ones @ pixels).sum(axis=(0, 1))


def _method(layer: Conv, x: Array, weights: Array) -> ModuleType:
    return shifts if shifts.serves(layer, x, weights) else patches
