"""Layers forward and backward: one function for each direction, whatever the kind of layer.

``forward`` gives what a layer makes of its inputs, and what a gradient will need of them;
``backward`` takes the gradient of the loss with respect to the outputs to that with respect to the
inputs; ``add_gradient`` adds a multiple of the gradient of the weights to the weights, so that no
array of gradients exists.  All work on arrays of NumPy and of CuPy, in the type of the arrays.
Rows have shape (n, inputs), images (n, channels, height, width).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from stablenoise.kernels.arrays import Array

from . import activations, conv, dense, plain, pools
from .kinds import Activation, BatchNorm, Conv, Dense, Layer, MaxPool, MeanPool, Scale


def forward(
    layer: Layer, x: Array, weights: Any = None, bias: Array | None = None, overwrite: bool = False,
    out: Array | None = None,
) -> tuple[Array, Any]:  # fmt: skip
    """What a layer makes of its inputs, and what its gradients need.

    ``weights`` of batch norm are its scale, shift, mean and variance.  ``overwrite`` says that x
    may be overwritten: activations and scales then work in place.  It may be where x is the output
    of a layer that does not keep it (``frees_outputs``).  ``out`` takes the outputs of a dense
    layer, so that a large array need not be made anew.
    """
    if isinstance(layer, Dense):
        return dense.forward(layer, x, weights, bias, out)
    if isinstance(layer, Conv):
        return conv.forward(layer, x, weights, bias)
    if isinstance(layer, Activation):
        return activations.forward(layer, x, overwrite)
    if isinstance(layer, MaxPool | MeanPool):
        return pools.forward(layer, x)
    return plain.forward(layer, x, weights, overwrite)


def signals(
    layers: Sequence[Layer], parts: Sequence[tuple[Any, Any]], x: Array
) -> Iterator[tuple[Layer | None, Array]]:
    """Yield each layer with what it is fed, and at last None with the outputs.

    ``parts`` are the weights and biases of each layer (``binding.parts``).
    """
    for layer, (weights, bias) in zip(layers, parts, strict=True):
        yield layer, x
        x, _ = forward(layer, x, weights, bias)
    yield None, x


def outputs(layers: Sequence[Layer], parts: Sequence[tuple[Any, Any]], x: Array) -> Array:
    """What all layers make of inputs, activations in place; the inputs stay as they are."""
    before: Layer | None = None
    for layer, (weights, bias) in zip(layers, parts, strict=True):
        x, _ = forward(layer, x, weights, bias, before is not None and frees_outputs(before))
        before = layer
    return x


def backward(
    layer: Layer, dy: Array, kept: Any, weights: Any = None, out: Array | None = None
) -> Array:
    """Gradient with respect to the inputs, of one with respect to the outputs.

    ``kept`` is what ``forward`` gave beside the outputs.  ``dy`` may be overwritten, but by no
    layer that is trained: ``add_gradient`` may come after ``backward``, which sees the weights
    before they move.  ``out`` is as for ``forward``.
    """
    if isinstance(layer, Dense):
        return dense.backward(layer, dy, kept, weights, out)
    if isinstance(layer, Conv):
        return conv.backward(layer, dy, kept, weights)
    if isinstance(layer, Activation):
        return activations.backward(layer, dy, kept)
    if isinstance(layer, MaxPool | MeanPool):
        return pools.backward(layer, dy, kept)
    return plain.backward(layer, dy, kept)


def add_gradient(
    layer: Layer, dy: Array, kept: Any, weights: Array, bias: Array | None, factor: float
) -> None:
    """Add factor times the gradient to weights and biases, in place.

    Of a dense layer or a convolution: no other layer is trained.
    """
    step = dense.add_gradient if isinstance(layer, Dense) else conv.add_gradient
    step(layer, dy, kept, weights, bias, factor)  # type: ignore[arg-type]


def frees_outputs(layer: Layer) -> bool:
    """Whether a layer has no use for its outputs, which may then be overwritten.

    Activations keep theirs for their slopes, and so does the largest of a square; a flatten may
    give its inputs on, seen otherwise.
    """
    return isinstance(layer, Dense | Conv | MeanPool | BatchNorm | Scale)
