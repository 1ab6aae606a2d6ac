"""An architecture as a file of TOML."""

from dataclasses import fields
from json import dumps
from typing import Any

from stablenoise.checks import told

from .architecture import KEYS_OF_SCALE, VERSION
from .kinds import WORDS, Layer
from .stack import Architecture


def to_toml(architecture: Architecture) -> str:
    """The file of TOML that says an architecture, without its name.

    Parameters
    ----------
    architecture : Architecture

    Returns
    -------
    str
        ``parsed`` reads it; what is the default is left out.

    Raises
    ------
    ValueError
        If it is no architecture.

    Examples
    --------
    >>> from stablenoise.layers import Dense, Tanh
    >>> print(to_toml(Architecture((Dense("w"), Tanh(), Dense("v", bias=False)), scale="centred")))
    version = 1
    scale = "centred"
    layers = [
        { kind = "dense", weights = "w" },
        { kind = "tanh" },
        { kind = "dense", weights = "v", bias = false },
    ]
    <BLANKLINE>

    """
    if type(architecture) is not Architecture:
        raise ValueError(f"architecture must be an Architecture, got {told(architecture)}")
    scale = architecture.scale
    said = {
        "version": VERSION,
        "layout": architecture.layout,
        "image": architecture.image,
        "scale": dict(zip(KEYS_OF_SCALE, scale, strict=True)) if type(scale) is tuple else scale,
    }
    lines = [f"{key} = {_value(value)}" for key, value in said.items() if value is not None]
    layers = [f"    {_value(_said(layer))}," for layer in architecture.layers]
    return "\n".join([*lines, "layers = [", *layers, "]", ""])


def _said(layer: Layer) -> dict[str, Any]:
    """Kind and options of a layer that are not the default."""
    every = [(field, getattr(layer, field.name)) for field in fields(layer)]
    options = {field.name: value for field, value in every if value != field.default}
    return {"kind": WORDS[type(layer)]} | options


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(v)}" for key, v in value.items()) + " }"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        # TOML's text in quotes is JSON's, but for one control character.
        return dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)
