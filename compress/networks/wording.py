"""Arrays and architectures in words: what each seems to be, and what the arrays do not say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from stablenoise.layers.kinds import Activation, BatchNorm, Conv, Flatten, Layer, MaxPool, MeanPool
from stablenoise.layers.stack import Architecture
from stablenoise.layers.writing import to_toml

from .containers import Arrays
from .linking import Row
from .pairing import Paired, counters, pairings

Shape = tuple[int, ...]
SCALED = "  # how inputs were scaled is not in the arrays"
SCALED_DROPOUT = '{ kind = "scale", factor = 0.5 } before a layer says that dropout was scaled'
UNSAID: dict[Any, str] = {
    Activation: "not in the arrays: relu, tanh, sigmoid, gelu or linear",
    BatchNorm: "before or after the activation: not in the arrays",
    Conv: "strides, paddings and pools fit the arrays; others that fit are listed below",
    MaxPool: "maxpool or meanpool: not in the arrays",
    MeanPool: "meanpool or maxpool: not in the arrays",
    Flatten: "channels_first or channels_last: not in the arrays",
}


def in_words(arrays: Arrays, row: Row | None) -> dict[str, str]:
    """What each array of a file seems to be."""
    paired = next(pairings(arrays))[0] if row is None else row.paired
    biases = _possible(paired.biases, arrays) if row is None else row.biases
    seems = dict.fromkeys(arrays, "not known") | _norm_words(paired)
    seems |= dict.fromkeys(counters(arrays), "counter of batches, ignored")
    if row is not None:
        seems |= dict.fromkeys(paired.left_out, "of no layer, left out")
    seems |= {bias: f"biases of {name}" for name, bias in biases.items()}
    if row is not None:
        seems |= {name: _words(shape) for name, shape in zip(row.order, row.shapes, strict=True)}
    return seems


def _possible(biases: dict[str, str], arrays: Arrays) -> dict[str, str]:
    """Those that have a number for each unit, whichever axis counts these."""
    ends = {name: (arrays[name].shape[0], arrays[name].shape[-1]) for name in biases}
    return {name: bias for name, bias in biases.items() if arrays[bias].size in ends[name]}


def commented(architecture: Architecture, fitting: int) -> str:
    """A file of TOML with comments at what the arrays do not say."""
    text = to_toml(architecture).splitlines()
    first = text.index("layers = [") + 1
    layers = _commented(text[first:-1], architecture.layers, fitting)
    head = [f"{line}{SCALED}" if line.startswith("scale") else line for line in text[:first]]
    return "\n".join([*head, *layers, text[-1]])


def _norm_words(paired: Paired) -> dict[str, str]:
    parts = "mean", "variance", "scale", "shift"
    return {
        name: f"{part} of batch norm {norm.stem}".rstrip()
        for norm in paired.norms
        for part, name in zip(parts, norm[1:], strict=True)
        if name is not None
    }


def _words(shape: Shape) -> str:
    if len(shape) == 2:
        return f"matrix of {shape[0]:,} units, {shape[1]:,} inputs"
    channels = f"{shape[1]} channel{'s' * (shape[1] != 1)}"
    return f"kernels of {shape[0]:,} units, {channels}, {shape[2]} x {shape[3]}"


def _commented(lines: Sequence[str], layers: Sequence[Layer], fitting: int) -> Iterator[str]:
    """Lines of layers, with a comment at the first of each kind that the arrays do not say."""
    said: set = set()
    for line, layer in zip(lines, layers, strict=True):
        kind = next((kind for kind in UNSAID if isinstance(layer, kind)), None)
        known = kind is Conv and fitting < 2
        comment = "" if kind is None or kind in said or known else f"  # {UNSAID[kind]}"
        said.add(kind)
        yield f"{line}{comment}"
