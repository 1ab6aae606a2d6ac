"""Commands that read arrays and no data: to few values, to few bytes, and back."""

from argparse import Namespace
from pathlib import Path

import numpy as np

from stablenoise.checks import one_line
from stablenoise.commands.outputs import tell_files
from stablenoise.data import files
from stablenoise.layers.architecture import load_architecture
from stablenoise.layers.writing import to_toml
from stablenoise.text_table import aligned

from . import outputs
from .coding import length
from .coding.grouping import group_size
from .coding.quantisation import quantise as quantised
from .networks import archive, loading
from .networks.model import Arrays, Model
from .networks.pairing import norms_of

SHOWN = 200  # characters of names
VALUES_LEGEND = (
    "nonzeros: entries that are not zero after; groups: what has values of its own;\n"
    "values: beside zero, the most that a group has;\n"
    "squared error: of the entries, over the sum of their squares"
)


def quantise(options: Namespace) -> None:
    """Write the arrays of a file with few values each."""
    archive.check_suffix("--out", options.out)
    _check_file(options)
    given = outputs.read(options)
    options.architecture = loading.said_architecture(options.file, options.architecture)
    model, arrays = None, archive.load(options.file)
    if options.architecture is None:
        _check_weights_alone(options.file, arrays)
    else:
        # Units come first in it, whatever the file has: the groups are those of units.
        model = loading.model_of(arrays, options.architecture)
        outputs.check_folded(model, options.out, given)
        arrays = model.arrays
        print(model.line)
    rounded = quantised(arrays, options.levels, options.method, options.groups)
    print(_values(arrays, rounded.codebook, rounded.weights, options))
    print(VALUES_LEGEND)
    _save(options, model, rounded.weights)
    if options.groups is not None:
        print("certify and encode have such values in few bytes by --codec grouped")


def _check_weights_alone(path: Path, arrays: Arrays) -> None:
    """Raise ValueError if some arrays are no weights: they would be rounded too, or cannot be."""
    norms = [name for norm in norms_of(arrays) for name in norm.names]
    others = [name for name, array in arrays.items() if array.dtype.kind != "f"]
    if names := norms or others:
        what = "weights of batch norms" if norms else "integers"
        rule = f"{path} must hold weights and biases alone without --architecture"
        seen = one_line(", ".join(names), SHOWN)
        raise ValueError(f"{rule}, which folds or leaves out the others, got {what}: {seen}")


def _save(options: Namespace, model: Model | None, arrays: Arrays) -> None:
    if model is None:
        archive.save(options.out, arrays)
        tell_files(options.out)
    else:
        outputs.save_network(options, model, arrays)
        outputs.tell_saved(options, model)


def _values(arrays: Arrays, books: Arrays, rounded: Arrays, options: Namespace) -> str:
    """How many values each array has, and how far they are from its entries."""
    rows = [["array", "shape", "nonzeros", "groups", "values", "squared error"]]
    for name, whole in arrays.items():
        few, groups = rounded[name], -(-whole.size // group_size(whole.shape, options.groups))
        counts = np.count_nonzero(few), groups, books[name].shape[-1]
        error = f"{_squared_error(whole, few):.4g}" if whole.any() else "-"
        rows.append([name, str(whole.shape), *(f"{count:,}" for count in counts), error])
    return aligned(rows, words=2)


def _squared_error(whole: np.ndarray, few: np.ndarray) -> float:
    """Sum of the squared differences over that of the squares."""
    exact = whole.astype(float)
    return float(np.sum((few - exact) ** 2) / np.sum(exact**2))


def encode(options: Namespace) -> None:
    """Write the arrays of a file in few bytes, exactly."""
    out = _new(options, ".snc")
    arrays = archive.load(options.file)
    if options.architecture is not None:
        model = loading.model_of(arrays, options.architecture)
        outputs.check_folded(model, out, outputs.read(options))
        arrays = model.as_in_file(model.arrays)
        print(model.line)
        outputs.tell_folded(model, out)
    before, encoded = options.file.stat().st_size, length.encode(arrays, options.codec)
    files.write(out, encoded)
    print(f"{out}: {len(encoded):,} bytes, from {before:,}")
    if loading.ARCHITECTURE in archive.texts(options.file):
        print(f"the architecture in the metadata of {options.file} is not in {out}")
    if len(encoded) > before:
        print(
            "longer than before: the codecs are for arrays of few values, "
            "such as quantised or pruned ones; certify --search makes them"
        )


def decode(options: Namespace) -> None:
    """Write the arrays that a file of ``encode`` has."""
    out = _new(options, ".npz")
    archive.check_suffix("--out", out)
    arrays = length.decode(options.file.read_bytes(), options.limit)
    flat = isinstance(arrays, dict) and all(isinstance(a, np.ndarray) for a in arrays.values())
    if not flat or not all(isinstance(name, str) for name in arrays):
        raise ValueError(f"{options.file} must hold arrays by name, got {type(arrays).__name__}")
    beside = {}
    if options.architecture is not None:
        print(loading.model_of(arrays, options.architecture).line)
        beside = {loading.ARCHITECTURE: to_toml(load_architecture(options.architecture))}
    archive.save(out, arrays, beside if archive.of_tensors(out) else {})
    print(f"{out}: {', '.join(f'{name} {a.shape}' for name, a in arrays.items())}")


def _check_file(options: Namespace) -> None:
    """Raise ValueError for a folder, and FileNotFoundError if there is nothing."""
    if options.file.is_dir():
        raise ValueError(f"what is read must be a file, got the folder {options.file}")
    options.file.stat()


def _new(options: Namespace, suffix: str) -> Path:
    """The file to write: the one asked for, or one of another suffix that is not there yet."""
    _check_file(options)  # that it is missing is told before what would be written
    out = options.out or options.file.with_suffix(suffix)
    if out.exists() and not options.out:
        raise ValueError(f"{out} must be new, or named by --out, got a file that is there")
    outputs.check_target("--out", out, outputs.read(options))
    return out
