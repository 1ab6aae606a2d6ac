"""Kinds of layers by their names in a file, and a layer in words."""

from collections.abc import Iterator

from .plain_kinds import (
    EPSILON,
    ORDERS,
    BatchNorm,
    Flatten,
    Gelu,
    Linear,
    Relu,
    Scale,
    Sigmoid,
    Tanh,
)
from .pool_kinds import MaxPool, MeanPool
from .shapes import Shape, check_sizes
from .weighted_kinds import Conv, Dense

__all__ = [
    "ACTIVATIONS",
    "KINDS",
    "ORDERS",
    "Activation",
    "BatchNorm",
    "Conv",
    "Dense",
    "Flatten",
    "Gelu",
    "Layer",
    "Linear",
    "MaxPool",
    "MeanPool",
    "Relu",
    "Scale",
    "Shape",
    "Sigmoid",
    "Tanh",
    "check_sizes",
    "line_of",
]
Activation = Relu | Tanh | Sigmoid | Gelu | Linear
Layer = Conv | Dense | Activation | MaxPool | MeanPool | Flatten | Scale | BatchNorm
ACTIVATIONS: dict[str, type[Activation]] = {
    "relu": Relu,
    "tanh": Tanh,
    "sigmoid": Sigmoid,
    "gelu": Gelu,
    "linear": Linear,
}
KINDS: dict[str, type[Layer]] = {
    "conv": Conv,
    **ACTIVATIONS,
    "maxpool": MaxPool,
    "meanpool": MeanPool,
    "flatten": Flatten,
    "dense": Dense,
    "scale": Scale,
    "batchnorm": BatchNorm,
}
WORDS: dict[type, str] = {kind: word for word, kind in KINDS.items()}


def line_of(layer: Layer, weights: Iterator[Shape]) -> str:
    """A layer in words: its sizes, from the next of the weights, and what is not the default."""
    word = WORDS[type(layer)]
    if isinstance(layer, Dense):
        return f"{word} {next(weights)[0]}"
    if isinstance(layer, Conv):
        units, _, height, width = next(weights)
        stride = f" stride {layer.stride}" if layer.stride > 1 else ""
        said = layer.padding
        shown = " x ".join(map(str, said)) if isinstance(said, tuple) else said
        padding = f" padding {shown}" if said else ""
        return f"{word} {units} of {height} x {width}{stride}{padding}"
    if isinstance(layer, MaxPool | MeanPool):
        step = "" if layer.step == layer.size else f" stride {layer.step}"
        return f"{word} {layer.size}{step}"
    if isinstance(layer, Flatten):
        return word if layer.order == ORDERS[0] else f"{word} {layer.order}"
    if isinstance(layer, Gelu) and layer.approximate != "none":
        return f"{word} {layer.approximate}"
    if isinstance(layer, BatchNorm) and layer.epsilon != EPSILON:
        return f"{word} epsilon {layer.epsilon!r}"
    return f"{word} {layer.factor!r}" if isinstance(layer, Scale) else word
