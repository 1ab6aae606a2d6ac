"""Shapes of the weights of a network that is to be trained from nothing."""

from math import prod
from typing import Any

from stablenoise.checks import check_integer, told

from .kinds import Conv, Dense
from .shapes import MAX_PIXELS, Shape, check_sizes
from .stack import Architecture

USUAL = {  # units, and sides of kernels, of networks with names, but for the last layer
    "lenet5": ((20, 5), (50, 5), (500, 0)),
    "lenet5-zhou": ((20, 5), (50, 5), (500, 0)),
    "vgg-small": ((32, 3), (32, 3), (64, 3), (64, 3), (128, 0)),
}


def weight_shapes(
    architecture: Architecture, image: Shape, outputs: int | None = None
) -> list[Shape]:
    """Shapes of the weights of each convolution and dense layer, in their order.

    Layers say their ``units``, and convolutions the ``size`` of their kernels; where they do not,
    those of the named architectures have usual ones: LeNet-5 has 20 and 50 kernels of 5 x 5 and 500
    units.

    Parameters
    ----------
    architecture : Architecture
    image : tuple of int
        (channels, height, width) of an input, or (inputs,).
    outputs : int, optional
        Units of the last layer, if it does not say them.

    Returns
    -------
    list of tuple of int
        (units, channels, height, width), or (units, inputs); biases have shape (units,).

    Raises
    ------
    ValueError
        If units or sizes are not said, or layers do not fit together.

    Examples
    --------
    >>> from stablenoise.layers import load_architecture
    >>> weight_shapes(load_architecture("lenet5"), (1, 28, 28), 10)
    [(20, 1, 5, 5), (50, 20, 5, 5), (500, 800), (10, 500)]

    """
    if type(architecture) is not Architecture:
        raise ValueError(f"architecture must be an Architecture, got {told(architecture)}")
    shape = check_sizes("image", image)
    if len(shape) not in (1, 3) or not prod(shape):
        raise ValueError(f"image must be channels, height and width, or inputs, got {told(image)}")
    if outputs is not None:
        check_integer("outputs", outputs, 1, MAX_PIXELS)
    shape = _first(architecture, shape)
    sizes = iter(_sizes(architecture, outputs))
    weights: list[Shape] = []
    for number, layer in enumerate(architecture.layers, 1):
        try:
            if isinstance(layer, Conv | Dense):
                weights.append(_weights(layer, shape, *next(sizes)))
                shape = layer.outputs(shape, weights[-1])
            else:
                shape = layer.outputs(shape)
        except ValueError as error:
            raise ValueError(f"layer {number}: {error}") from None
    return weights


def _first(architecture: Architecture, shape: Shape) -> Shape:
    """What the first layer is fed: an image, or its numbers where no layer is of images."""
    if architecture.image is not None and prod(architecture.image) == prod(shape):
        return architecture.image
    return shape if architecture.of_images else (prod(shape),)


def _sizes(architecture: Architecture, outputs: int | None) -> list[tuple[Any, Any]]:
    """Units, and sides of kernels, of each layer with weights, None where nobody says them."""
    layers = [layer for layer in architecture.layers if isinstance(layer, Conv | Dense)]
    named = USUAL.get(architecture.name, ())
    usual = [*named, *[(None, None)] * (len(layers) - len(named))]
    units = [layer.units or many for layer, (many, _) in zip(layers, usual, strict=False)]
    sides = [
        getattr(layer, "size", None) or k for layer, (_, k) in zip(layers, usual, strict=False)
    ]
    if outputs is not None and layers:
        if layers[-1].units not in (None, outputs):
            raise ValueError(f"outputs must be the {layers[-1].units} units, got {outputs}")
        units[-1] = outputs
    return list(zip(units, sides, strict=True))


def _weights(layer: Conv | Dense, shape: Shape, units: int | None, size: Any) -> Shape:
    """Shape of the weights of one layer."""
    kind = type(layer).__name__.lower()
    if units is None:
        raise ValueError(f"units of a {kind} must be said, to train from nothing, got None")
    if isinstance(layer, Dense):
        return units, shape[0]
    if size is None:
        raise ValueError("size of a conv must be said, to train from nothing, got None")
    return (units, shape[0], *(size if isinstance(size, tuple) else (size, size)))
