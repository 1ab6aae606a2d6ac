"""Layers forward and backward: one function for each direction, whatever the kind of layer.

``forward`` gives what a layer makes of its inputs, and what a gradient will need of them;
``backward`` takes the gradient of the loss with respect to the outputs to that with respect to the
inputs; ``add_gradient`` adds a multiple of the gradient of the weights to the weights, so that no
array of gradients exists.  All work on arrays of NumPy and of CuPy, in the type of the arrays.
Rows have shape (n, inputs), images (n, channels, height, width).
"""

from typing import Any

from stablenoise.kernels.arrays import Array

from . import activations, dense
from .kinds import Activation, Dense, Layer


def forward(
    layer: Layer,
    x: Array,
    weights: Array | None = None,
    bias: Array | None = None,
    overwrite: bool = False,
) -> tuple[Array, Any]:
    """What a layer makes of its inputs, and what its gradients need.

    ``overwrite`` says that x may be overwritten: activations then work in place.  It may be where
    x is the output of a layer that does not keep it (``frees_outputs``).
    """
    if isinstance(layer, Dense):
        return dense.forward(layer, x, weights, bias)
    if isinstance(layer, Activation):
        return activations.forward(layer, x, overwrite)
    raise NotImplementedError


def backward(layer: Layer, dy: Array, kept: Any, weights: Array | None = None) -> Array:
    """Gradient with respect to the inputs, of one with respect to the outputs.

    ``kept`` is what ``forward`` gave beside the outputs.  ``dy`` may be overwritten: call
    ``add_gradient`` after ``backward`` all the same, since layers with weights do not.
    """
    if isinstance(layer, Dense):
        return dense.backward(layer, dy, kept, weights)
    if isinstance(layer, Activation):
        return activations.backward(layer, dy, kept)
    raise NotImplementedError


def add_gradient(
    layer: Layer, dy: Array, kept: Any, weights: Array, bias: Array | None, factor: float
) -> None:
    """Add factor times the gradient to weights and biases, in place.

    Of a layer that is trained: dense or conv.
    """
    if isinstance(layer, Dense):
        return dense.add_gradient(layer, dy, kept, weights, bias, factor)
    raise NotImplementedError


def frees_outputs(layer: Layer) -> bool:
    """Whether a layer has no use for its outputs, which may then be overwritten."""
    return not isinstance(layer, Activation)
