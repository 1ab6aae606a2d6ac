"""The command line: prune a network, sample a coreset, compare all methods, certify, encode."""

import argparse
import sys
import warnings
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

import numpy as np

from stablenoise import files
from stablenoise.checks import check_share
from stablenoise.datasets import Dataset
from stablenoise.layers.architecture import NAMES

from . import archive, code_length, codecs, curves, methods, opened, outputs, pruning, search
from .coresets import Budget, Coreset, Guarantee, diagnostics
from .curves import accuracy, relative_change
from .methods import Task
from .model import Arrays, Model
from .norms import pq_index
from .pruning import magnitude
from .sparse import size_report
from .table import aligned

KEEP = "share kept of the nonzero weights of every layer; column: of neurons; filter: of filters"
KEEPS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8)
POINTS = 200  # examples in S, and in T
SCALING = (
    "as they are; 2 (x - 1/2); each of mean 0 and spread 1; by default as the architecture says"
)
SHOWN = 10  # units taken out that are named


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code: 0, 1 for input that is refused, 2 for usage."""
    options = _parser().parse_args(arguments)
    try:
        outputs.check(options)
        with outputs.any_encoding():
            options.command(options)
    except (ValueError, OSError, ImportError, MemoryError) as error:
        print(f"compress: {str(error) or 'memory does not suffice'}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("compress", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for add in (_add_prune, _add_coreset, _add_report, _add_certify, _add_encode, _add_decode):
        add(commands)
    return parser


def _add_prune(commands: Any) -> None:
    parser = _command(commands, "prune", _prune, "prune by one method and write the result")
    parser.add_argument("--method", choices=_names(pruning), default="magnitude")
    amount = parser.add_mutually_exclusive_group(required=True)
    amount.add_argument("--keep", type=_share("[]"), help=f"{KEEP}; as for report")
    amount.add_argument("--error", type=_share("[]"), help="largest squared relative error")
    parser.add_argument(
        "--scope",
        choices=("layer", "global"),
        default="layer",
        help="whether the share is one of every layer or of all together",
    )
    parser.add_argument("--inputs", choices=opened.SCALES, help=SCALING)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, metavar="PRUNED.npz")


def _add_coreset(commands: Any) -> None:
    parser = _command(commands, "coreset", _coreset, "sample a coreset and write it")
    parser.add_argument("--method", choices=methods.CORESETS, default="corenet")
    parser.add_argument("--keep", type=_share("(]"), help="expected share of the edges kept")
    parser.add_argument("--shares", choices=("network", "layer"), default="network")
    parser.add_argument("--epsilon", type=float, help="relative error that is guaranteed")
    parser.add_argument("--delta", type=float, help="probability that the guarantee fails")
    _add_examples(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="CORESET.npz")


def _add_report(commands: Any) -> None:
    parser = _command(commands, "report", _report, "compare all methods at equal shares kept")
    parser.add_argument(
        "--keep", type=_share("()"), nargs="+", default=KEEPS, help=f"{KEEP}; as for prune"
    )
    _add_examples(parser)
    parser.set_defaults(folder=True)
    parser.add_argument(
        "--out", type=Path, metavar="FOLDER", help=f"for {', '.join(outputs.CURVES)}"
    )


def _add_examples(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--inputs", choices=opened.SCALES, help=SCALING)
    parser.add_argument("--points", type=int, help=f"that methods see; by default {POINTS} or half")
    parser.add_argument("--seed", type=int, default=1)


def _add_certify(commands: Any) -> None:
    parser = _command(commands, "certify", _certify, "limit the risk by the bits a network takes")
    parser.add_argument("--delta", type=float, default=0.05, help="probability of failure")
    parser.add_argument("--inputs", choices=opened.SCALES[:2], help=SCALING.partition("; each")[0])
    parser.add_argument(
        "--options", type=int, default=1, metavar="N", help="things tried on the data, all charged"
    )
    parser.add_argument(
        "--repeats", choices=["drawn"], help="inputs that occur more than once were so drawn"
    )
    parser.add_argument("--codec", choices=_names(codecs), default="adaptive")
    parser.add_argument("--search", action="store_true", help="prune and quantise first")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the network, encoded")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="what makes up the limit")


def _add_encode(commands: Any) -> None:
    parser = _file_command(commands, "encode", _encode, "write arrays in few bytes", "WEIGHTS.npz")
    parser.add_argument("--codec", choices=_names(codecs), default="adaptive")


def _add_decode(commands: Any) -> None:
    parser = _file_command(commands, "decode", _decode, "write the arrays of a file", "FILE.snc")
    parser.add_argument("--limit", type=int, default=code_length.LIMIT, help="most elements")


def _file_command(
    commands: Any, name: str, command: Callable, text: str, file: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(command=command)
    parser.add_argument("file", type=Path, metavar=file)
    parser.add_argument("--out", type=Path, help="by default with the other suffix, if new")
    return parser


def _command(commands: Any, name: str, command: Callable, text: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(command=command)
    parser.add_argument("weights", type=Path, metavar="WEIGHTS.npz")
    parser.add_argument(
        "--data",
        required=True,
        help=f"{', '.join(opened.LOADERS)}, or an .npz with {', '.join(opened.PARTS)}",
    )
    parser.add_argument("--data-home", type=Path, help="folder to search for the data first")
    parser.add_argument(
        "--architecture",
        metavar="NAME or FILE.toml",
        help=f"what is done with the arrays: {', '.join(NAMES)}, or a file; needed for kernels",
    )
    return parser


def _names(folder: ModuleType) -> list[str]:
    return sorted(module.name for module in iter_modules(folder.__path__))


def _share(ends: str) -> Callable[[str], float]:
    """Reader of a share, by the rule of what it is given to."""

    def read(text: str) -> float:
        try:
            found = float(text)
            check_share("share", found, ends)
        except ValueError:
            rule = f"must lie in {ends[0]}0, 1{ends[1]}, got {text!r}"
            raise argparse.ArgumentTypeError(rule) from None
        return found

    return read


def _prune(options: argparse.Namespace) -> None:
    model, data = _opened(options)
    place = options.method, options.scope, options.seed
    if options.keep is not None:
        arrays = methods.prune_to(model, options.keep, *place)
    elif options.method in ("sap", "dead_unit"):
        raise ValueError(f"--error must be for a method that has a rank, got {options.method}")
    else:
        arrays = methods.prune(model, methods.keep_for_error(model, options.error, *place), *place)
    change = _change(model, data, arrays)
    archive.save(options.out, model.as_in_file(arrays))
    print(size_report(model.arrays, arrays).table())
    print(change)


def _coreset(options: argparse.Namespace) -> None:
    rule = _rule(options)
    model, data = _opened(options)
    task = _task(model, data, options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a guarantee is void is among the messages
        found = methods.CORESETS[options.method](task, rule)
    arrays = methods.of_coreset(model, found)
    layers, change = _layers(found, task.x), _change(model, data, arrays)
    archive.save(options.out, model.as_in_file(arrays))
    print(layers)
    print(change)
    for message in found.messages:
        print(message)


def _report(options: argparse.Namespace) -> None:
    model, data = _opened(options)
    print(_compressibility(model))
    task = _task(model, data, options)
    found = []
    for outcome in curves.outcomes(task, options.keep):
        found.append(outcome)
        if outcome.note:
            print(f"{outcome.method} at {outcome.keep:g}: {outcome.note}")
    whole = accuracy(model.logits(model.arrays, data.x_test), data.y_test)
    print(f"accuracy of the whole network: {whole:.4f}")
    for quantity in ("error", "accuracy", "kept"):
        print(f"\n{curves.table(found, quantity)}")
    if options.out:
        table, picture = (options.out / name for name in outputs.CURVES)
        files.write(table, curves.to_csv(found))
        files.write(picture, curves.to_svg(found, whole))


def _certify(options: argparse.Namespace) -> None:
    model, data = _opened(options, default="unit")
    find = search.prune_quantise_encode if options.search else search.certify
    charged = {"options": options.options, "repeats": options.repeats}
    pair = data.x_train, data.y_train
    encoded = find(model, pair, options.delta, codecs=[options.codec], **charged)
    for name, setting in encoded.settings.items():
        print(f"{name}: {setting.keep:.4g} of the nonzero weights, {setting.levels} values")
    for name, units in encoded.taken_out.items():
        print(f"{name}: {_units(units, len(model.arrays[name]))} do nothing and were taken out")
    print(encoded.code.table())
    print(encoded.certificate)
    error = 1 - accuracy(model.logits(encoded.code.decoded, data.x_test), data.y_test)
    size = len(encoded.payload)
    print(f"{size:,} bytes charged, decoded and compared; test error {error:.4f}")
    if options.out:
        files.write(options.out, code_length.encode(encoded.arrays, options.codec))
        print(f"{options.out}: {options.out.stat().st_size:,} bytes, {_beside(model)}")
    print(
        "encode, which loses nothing, gives more: it keeps all units, values and the file's layout"
    )
    if options.plot:
        content = BytesIO()
        encoded.certificate.plot().figure.savefig(content, format="svg", metadata={"Date": None})
        files.write(options.plot, content.getvalue())


def _units(units: Sequence[int], among: int) -> str:
    """How many units of a layer, and the first of them."""
    more = ", ..." if len(units) > SHOWN else ""
    return f"{len(units)} of {among} units ({', '.join(map(str, units[:SHOWN]))}{more})"


def _beside(model: Model) -> str:
    """What a file has that is not charged."""
    turned = " and the layout of the given file" if model.units_last else ""
    return f"with names, shapes, a checksum{turned}, which are not charged"


def _encode(options: argparse.Namespace) -> None:
    out = _new(options, ".snc")
    arrays = archive.load(options.file)
    before, encoded = options.file.stat().st_size, code_length.encode(arrays, options.codec)
    files.write(out, encoded)
    print(f"{out}: {len(encoded):,} bytes, from {before:,}")
    if len(encoded) > before:
        print(
            "longer than before: the codecs are for arrays of few values, "
            "such as quantised or pruned ones; certify --search makes them"
        )


def _decode(options: argparse.Namespace) -> None:
    out = _new(options, ".npz")
    arrays = code_length.decode(options.file.read_bytes(), options.limit)
    flat = isinstance(arrays, dict) and all(isinstance(a, np.ndarray) for a in arrays.values())
    if not flat or not all(isinstance(name, str) for name in arrays):
        raise ValueError(f"{options.file} must hold arrays by name, got {type(arrays).__name__}")
    archive.save(out, arrays)
    print(f"{out}: {', '.join(f'{name} {a.shape}' for name, a in arrays.items())}")


def _new(options: argparse.Namespace, suffix: str) -> Path:
    """The file to write: the one asked for, or one of another suffix that is not there yet."""
    if options.file.is_dir():
        raise ValueError(f"what is read must be a file, got the folder {options.file}")
    out = options.out or options.file.with_suffix(suffix)
    if out.exists() and not options.out:
        raise ValueError(f"{out} must be new, or named by --out, got a file that is there")
    outputs.check_target("--out", out, outputs.read(options))
    return out


def _rule(options: argparse.Namespace) -> Budget | Guarantee:
    """The rule asked for: a share to keep, or epsilon and delta."""
    guarantee = options.epsilon, options.delta
    if options.keep is not None and guarantee == (None, None):
        return Budget(options.keep, options.shares)
    if options.keep is None and None not in guarantee:
        return Guarantee(*guarantee)
    seen = {"--keep": options.keep, "--epsilon": options.epsilon, "--delta": options.delta}
    given = ", ".join(name for name, value in seen.items() if value is not None) or "none"
    raise ValueError(f"a coreset needs --keep, or --epsilon and --delta, got {given}")


def _opened(options: argparse.Namespace, default: str = "standardised") -> tuple[Model, Dataset]:
    scale = options.inputs or opened.wanted_scale(options.architecture) or default
    place = options.weights, options.data, options.data_home
    model, data = opened.model_and_data(*place, scale, options.architecture)
    print(f"{model.line}; inputs {scale}")
    return model, data


def _task(model: Model, data: Dataset, options: argparse.Namespace) -> Task:
    seen = min(POINTS, len(data.x_train) // 2) if options.points is None else options.points
    points, held_out = opened.two_samples(data, seen, options.seed)
    return Task(model, points, held_out, data.x_test, data.y_test, options.seed)


def _change(model: Model, data: Dataset, arrays: Arrays) -> str:
    """What became of the outputs at the test data."""
    logits = [model.logits(a, data.x_test) for a in (model.arrays, arrays)]
    before, after = (accuracy(z, data.y_test) for z in logits)
    error = relative_change(*logits)
    return f"test accuracy {before:.4f} -> {after:.4f}, relative error of the outputs {error:.4f}"


def _layers(found: Coreset, points: np.ndarray) -> str:
    """Edges of each layer, and how far its sums are from those of the network."""
    rows = [["layer", "edges", "kept", "zero sensitivity", "rms expected", "rms observed"]]
    shares, errors = diagnostics.zero_shares(found), diagnostics.errors(found, points)
    layers = zip(found.network.weights, found.weights, shares, errors, strict=True)
    for layer, (whole, kept, zero, error) in enumerate(layers):
        counts = f"{np.count_nonzero(whole):,}", f"{kept.nnz:,}"
        spread = f"{error.predicted:.3g}", f"{error.observed:.3g}"
        rows.append([str(layer), *counts, f"{zero:.3f}", *spread])
    return aligned(rows)


def _compressibility(model: Model) -> str:
    """How unequal the weights of each array are."""
    rows = [["array", "shape", "nonzeros", "PQ index", "kept for squared error 0.1"]]
    for name, w in model.weights.items():
        share = f"{magnitude.keep_for_error(w, 0.1):.4f}"
        index = f"{pq_index(w):.3f}" if w.any() else "-"
        rows.append([name, str(w.shape), f"{np.count_nonzero(w):,}", index, share])
    return aligned(rows, words=2)


if __name__ == "__main__":
    sys.exit(main())
