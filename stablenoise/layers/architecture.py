r"""Architectures by name or from a file: which layers lie between the arrays of a network.

An architecture has a name ("lenet5", "lenet5-zhou") or a file of TOML.  It is never
guessed from the shapes of arrays: they do not show whether there is a relu.  This file describes an
ordinary LeNet-5::

    version = 1
    image = [1, 28, 28]   # channels, height, width; without it the image is a square
    scale = "unit"        # or "centred": inputs in [0, 1] as they are, or 2 (x - 1/2)
    layers = [
        { kind = "conv", stride = 1, padding = 0 },
        { kind = "relu" },
        { kind = "maxpool", size = 2, stride = 2 },
        { kind = "conv" },
        { kind = "relu" },
        { kind = "maxpool" },
        { kind = "flatten", order = "channels_first" },
        { kind = "dense" },
        { kind = "relu" },
        { kind = "dense" },
    ]

Only ``version``, ``layers`` and the ``kind`` of each layer are required.  The sizes of kernels and
the numbers of units come from the arrays; ``units`` and ``size`` may say them, to train from
nothing.  Kinds and their keys:

=================================== ==============================================================
conv                                weights, bias, stride, padding (a number, height and width,
                                    or "same"), units, size (a side, or height and width)
dense                               weights, bias, units
relu, tanh, sigmoid, linear         none
gelu                                approximate: "none" or "tanh"
maxpool, meanpool                   size, stride
flatten                             order: "channels_first" or "channels_last"
scale                               factor: of dropout that is scaled when the network is used
batchnorm                           scale, shift, mean, variance: names of arrays; epsilon
=================================== ==============================================================

``weights`` and ``bias`` name arrays of the file of weights, ``bias = false`` says that there is
none.  What is not named is taken in the order of the file: arrays of two or more dimensions by
layers, vectors by layers as their biases, all of them or none.  ``layout`` may be "units_first" or
"units_last", ``scale`` also numbers::

    version = 1
    layout = "units_last"
    scale = { subtract = 0.1307, divide = 0.3081 }   # numbers, or lists of one for each channel
    layers = [
        { kind = "dense", weights = "fc1/kernel", bias = "fc1/bias" },
        { kind = "sigmoid" },
        { kind = "scale", factor = 0.5 },
        { kind = "dense", weights = "fc2/kernel", bias = false },
    ]
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from stablenoise.checks import check_choice, check_integer, told

from .kinds import ACTIVATIONS, KINDS, Conv, Dense, Flatten, Layer, MaxPool, Relu
from .shapes import MAX_PIXELS
from .stack import Architecture

VERSION = 1
KEYS = ("version", "layers", "image", "scale", "layout")
KEYS_OF_SCALE = ("subtract", "divide")


def of_dense_layers(count: int, activation: str = "relu") -> Architecture:
    """Dense layers with an activation between them: with relu, what matrices alone are taken for.

    Parameters
    ----------
    count : int
        Number of dense layers, at least 1.
    activation : {"relu", "tanh", "sigmoid", "gelu", "linear"}
        Between two of them; nothing follows the last.

    Returns
    -------
    Architecture

    Raises
    ------
    ValueError
        If count is out of range, or there is no such activation.

    Examples
    --------
    >>> of_dense_layers(2).layers
    (Dense(), Relu(), Dense())

    """
    count = check_integer("count", count, 1, MAX_PIXELS)
    between = ACTIVATIONS[check_choice("activation", activation, tuple(ACTIVATIONS))]()
    layers: tuple[Layer, ...] = (Dense(), between) * (count - 1) + (Dense(),)
    return Architecture(layers, name=f"dense layers with {activation} between them")


def load_architecture(said: str | os.PathLike | Architecture) -> Architecture:
    """Architecture of a name, or of a file.

    Parameters
    ----------
    said : str, path or Architecture
        "lenet5", "lenet5-zhou" (no relu after a convolution, inputs in [-1, 1]), or "vgg-small"
        (four convolutions of 3 x 3); a file whose name ends in ``.toml``; or an architecture, which
        comes back as it is.

    Returns
    -------
    Architecture

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If there is no such name, or the file says something that this version does not know.

    Examples
    --------
    >>> load_architecture("lenet5-zhou").layers[:3]
    (Conv(), MaxPool(), Conv())

    """
    if type(said) is Architecture:
        return said
    if isinstance(said, str) and said in NAMES:
        return NAMES[said]
    if not isinstance(said, str | os.PathLike) or not os.fspath(said).endswith(".toml"):
        known = ", ".join(NAMES)
        raise ValueError(f"architecture must be {known} or a .toml file, got {told(said)}")
    with open(said, "rb") as file:
        return parsed(file.read(), os.fspath(said))


def parsed(content: bytes, name: str = "architecture") -> Architecture:
    r"""Architecture that the content of a file describes.

    Parameters
    ----------
    content : bytes
        TOML in UTF-8.
    name : str
        Name of the file, for errors and for the architecture.

    Returns
    -------
    Architecture

    Raises
    ------
    ValueError
        If the content is no TOML, of another version, or has a key, a kind or a value that is not
        known.

    Examples
    --------
    >>> parsed(b'version = 1\nlayers = [{kind = "dense"}]').layers
    (Dense(),)

    """
    if not isinstance(content, bytes):
        raise ValueError(f"content must be bytes, got {told(content)}")
    if not isinstance(name, str):
        raise ValueError(f"name must be text, got {told(name)}")
    try:
        said = tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:  # also of integers of too many digits
        raise ValueError(f"{name} must be TOML, got: {_first_line(error)}") from None
    try:
        return _understood(said, name)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _understood(said: dict[str, Any], name: str) -> Architecture:
    version = said.get("version", "none")
    if type(version) is not int or version != VERSION:
        raise ValueError(f"version must be {VERSION}, got {told(version)}")
    _check_keys("file", said, KEYS)
    layers = said.get("layers")
    if not isinstance(layers, list) or not layers:
        raise ValueError(f"layers must be a list of one or more, got {told(layers)}")
    each = tuple(_layer(number, layer) for number, layer in enumerate(layers, 1))
    image, scale = said.get("image"), _scale(said.get("scale"))
    image = tuple(image) if isinstance(image, list) else image
    return Architecture(each, image, scale, name, said.get("layout"))


def _scale(said: Any) -> Any:
    """The scale of a file: a name, or a table of numbers, which may be lists."""
    if not isinstance(said, dict):
        return said
    _check_keys("scale", said, KEYS_OF_SCALE)
    subtract, divide = said.get("subtract", 0.0), said.get("divide", 1.0)
    return tuple(tuple(part) if isinstance(part, list) else part for part in (subtract, divide))


def _layer(number: int, said: Any) -> Layer:
    if not isinstance(said, dict):
        raise ValueError(f"layer {number} must be a table with a kind, got {told(said)}")
    kind = said.get("kind", "none")
    if not isinstance(kind, str) or kind not in KINDS:
        raise ValueError(f"layer {number} must be of kind {', '.join(KINDS)}, got {told(kind)}")
    names = tuple(field.name for field in fields(KINDS[kind]))
    _check_keys(f"layer {number} ({kind})", said, ("kind", *names))
    try:
        return KINDS[kind](**{key: value for key, value in said.items() if key != "kind"})
    except ValueError as error:
        raise ValueError(f"layer {number}: {error}") from None


def _check_keys(name: str, said: dict[str, Any], known: Sequence[str]) -> None:
    for key in said:
        if key not in known:
            raise ValueError(f"keys of {name} must be {', '.join(known)}, got {told(key)}")


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


ENDING = (Flatten(), Dense(), Relu(), Dense())
PAIR = (Conv(padding=1), Relu(), Conv(padding=1), Relu(), MaxPool())
NAMES = {
    # Of LeCun et al. (1998), Proc. IEEE 86, as most libraries have it today.
    "lenet5": Architecture((Conv(), Relu(), MaxPool()) * 2 + ENDING, name="lenet5"),
    # As released with Zhou et al. (2019), arXiv 1804.05862: no relu after a convolution.
    "lenet5-zhou": Architecture((Conv(), MaxPool()) * 2 + ENDING, None, "centred", "lenet5-zhou"),
    # After Simonyan & Zisserman (2015), arXiv 1409.1556, for images of 28 or 32 pixels a side.
    "vgg-small": Architecture(PAIR * 2 + ENDING, name="vgg-small"),
}
