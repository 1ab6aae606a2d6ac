"""The command line: what a file holds, pruned, sampled, compared, certified, in few bytes."""

import argparse
import sys
import warnings
from collections.abc import Callable, Sequence

from stablenoise.commands.beginning import starting

with starting("compress"):  # as what follows takes its time
    import numpy as np

    from stablenoise.commands.ending import exit_code
    from stablenoise.commands.outputs import tell_files
    from stablenoise.data import files
    from stablenoise.data.datasets import Dataset
    from stablenoise.layers.scales import Scaling, in_words
    from stablenoise.text_table import aligned

    from . import array_commands, certify_command, outputs
    from .arguments import CERTIFIABLE_SCALES, POINTS, lacking_switches, parser
    from .comparison import curves, folder_command, methods, sizes
    from .comparison.curves import accuracy, relative_change
    from .comparison.methods import Task
    from .comparison.sizes import size_report
    from .compressibility.norms import pq_index
    from .coresets import Budget, Coreset, Guarantee, UnitCoreset, diagnostics
    from .networks import archive, loading
    from .networks.descriptions import describe
    from .networks.model import Arrays, Model
    from .networks.proposals import OTHER_SIDES
    from .networks.second_looks import doubts
    from .pruning import magnitude

SEEN = "S: the {size:,} training examples that the method sees, of --points and --seed"
LAYER_LEGEND = (
    "edges: nonzero weights, a kernel's once; kept: edges left;\n"
    "zero sensitivity: share of edges that carry nothing at S;\n"
    "rms: error of a layer's sums, at every place of a kernel, over as many examples that are not\n"
    "in S, as expected over all draws and as seen in this one"
)
ARRAY_LEGEND = (
    "PQ index: 0 if all weights are equally large, near 1 if a few hold nearly all;\n"
    "kept for squared error 0.1: share of all entries, by magnitude, that hold 0.9 of the squares"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those that the program was given.

    Returns
    -------
    int
        The exit code: 0; 1 for input that is refused, in one line on standard error; 130 after
        Ctrl-C.

    Raises
    ------
    SystemExit
        After ``--help``, or with 2 for arguments that are not understood.

    Examples
    --------
    >>> main(["decode", "no-such-file.snc"])
    1

    """
    with starting("compress"):
        switches = parser()
        options = switches.parse_args(arguments)
    if lacking := lacking_switches(options):
        switches.error(lacking)
    return exit_code("compress", lambda: _work(options))


def _work(options: argparse.Namespace) -> None:
    try:
        folder_command.take_network(options)
        outputs.check(options)
        COMMANDS[options.command](options)
    except FileNotFoundError as error:
        if name := outputs.switch_of(error.filename, options):
            raise FileNotFoundError(f"{name}: {error}") from None
        raise


def _describe(options: argparse.Namespace) -> None:
    arrays, x, labels = archive.load(options.weights), None, None
    if options.data is not None:
        data = loading.named_data(options.data, options.data_home)
        x, labels = data.x_train, data.y_train
    described = describe(
        arrays, x, labels, image=options.image, examples=options.examples, seed=options.seed
    )
    print(described.table())
    if said := loading.said_architecture(options.weights):
        line = loading.model_of(arrays, said).line
        print(f"its metadata say it, and other commands take that: {line}")
    if not described.proposals:
        why = f"{described.notes[0]}{_image_hint(options, arrays)}"
        raise ValueError(f"{options.weights} must hold a network, got: {why}")
    print(f"\n{described.toml()}", end="")
    if options.out:
        files.write(options.out, described.toml())
        tell_files(options.out)


def _image_hint(options: argparse.Namespace, arrays: Arrays) -> str:
    """What may help where kernels fit no image that was tried."""
    if options.image is not None or all(array.ndim < 4 for array in arrays.values()):
        return ""
    sides = "" if options.data else f" of side {', '.join(map(str, OTHER_SIDES))}"
    return f"; --image C,H,W says what an input is that is no square{sides}"


def _prune(options: argparse.Namespace) -> None:
    if options.weights.is_dir():
        folder_command.prune(options)
        return
    archive.check_suffix("--out", options.out)
    options.method = options.method or "magnitude"
    model, data = _loaded(options)
    way = options.method, options.scope, options.seed
    if options.keep is not None:
        arrays = methods.prune_to(model, options.keep, *way)
    elif options.method in ("sap", "dead_unit"):
        raise ValueError(f"--error must be for a method that has a rank, got {options.method}")
    else:
        keep = methods.keep_for_error(model, options.squared_error, *way)
        arrays = methods.prune(model, keep, *way)
    # Before anything is written: outputs that cannot be computed must leave no file behind.
    change = _change(model, data, arrays)
    outputs.save_network(options, model, arrays)
    print(size_report(model.arrays, arrays).table())
    print(sizes.LEGEND)
    print(change)
    outputs.tell_saved(options, model)


def _coreset(options: argparse.Namespace) -> None:
    archive.check_suffix("--out", options.out)
    rule = _rule(options)
    model, data = _loaded(options)
    task = _task(model, data, options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a guarantee is void is among the messages
        coreset = methods.CORESETS[options.method](task, rule)
    arrays = methods.of_coreset(model, coreset)
    fresh, change = methods.network_points(model, task.held_out), _change(model, data, arrays)
    if isinstance(coreset, UnitCoreset):
        layers = coreset.table()
    else:
        layers = f"{_layers(coreset, fresh)}\n{LAYER_LEGEND}"
    outputs.save_network(options, model, arrays)
    print(layers)
    print(SEEN.format(size=len(task.points)))
    print(change)
    for message in coreset.messages:
        print(message)
    outputs.tell_saved(options, model)


def _report(options: argparse.Namespace) -> None:
    model, data = _loaded(options)
    # Before the work: a network whose outputs overflow cannot be compared with what is left of it.
    whole = accuracy(model.logits(model.arrays, data.x_test), data.y_test)
    print(_compressibility(model))
    task = _task(model, data, options)
    outcomes = list(curves.outcomes(task, options.keep))
    print(f"accuracy of the whole network: {whole:.4f}")
    folder_command.tell_other_accuracy(options, whole)
    for quantity in curves.QUANTITIES:
        print(f"\n{curves.table(outcomes, quantity)}")
    for line in (curves.LEGEND, *curves.notes(outcomes)):
        print(line)
    if options.out:
        table, picture = (options.out / name for name in outputs.CURVE_FILES)
        files.write(table, curves.to_csv(outcomes))
        files.write(picture, curves.to_svg(outcomes, whole))
        tell_files(table, picture)


def _certify(options: argparse.Namespace) -> None:
    certify_command.check(options)
    certify_command.certify(options, *_loaded(options))


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


def _loaded(options: argparse.Namespace) -> tuple[Model, Dataset]:
    """The network and the data that are named, told on two lines."""
    given = outputs.read(options)
    # Before anything else reads it: what the file says counts as if it had been given.
    options.architecture = loading.said_architecture(options.weights, options.architecture)
    scale = loading.scale_of(options.inputs, options.architecture)
    files_read = options.weights, options.data, options.data_home
    try:
        model, data = loading.load_model_and_data(*files_read, options.inputs, options.architecture)
    except ValueError as error:
        raise ValueError(f"{error}{outputs.folded_hint(options.weights, given)}") from None
    outputs.check_folded(model, None if options.command == "report" else options.out, given)
    print(f"{model.line}; inputs {scale if isinstance(scale, str) else in_words(scale)}")
    print(_scaling(options, scale))
    for line in doubts(model, data.x_train, scale):
        print(line)
    return model, data


def _scaling(options: argparse.Namespace, scale: Scaling) -> str:
    """What inputs are taken to be, why, and what changes that."""
    said = loading.scale_of(None, options.architecture, default="")
    why = "as asked" if options.inputs else "as the architecture says" if said else "by default"
    choices = CERTIFIABLE_SCALES if options.command == "certify" else loading.SCALES
    others = " or ".join(other for other in choices if other != scale)
    means = loading.SCALES[scale] if isinstance(scale, str) else in_words(scale)
    return f"inputs: {means}, {why}; --inputs {others} changes that"


def _task(model: Model, data: Dataset, options: argparse.Namespace) -> Task:
    """The network with the examples that methods see and those they are judged by."""
    size = min(POINTS, len(data.x_train) // 2) if options.points is None else options.points
    points, held_out = loading.two_samples(data, size, options.seed)
    return Task(model, points, held_out, data.x_test, data.y_test, options.seed)


def _change(model: Model, data: Dataset, arrays: Arrays) -> str:
    """What became of the outputs at the test data."""
    logits = [model.logits(a, data.x_test) for a in (model.arrays, arrays)]
    before, after = (accuracy(z, data.y_test) for z in logits)
    change = relative_change(*logits)
    return f"test accuracy {before:.4f} -> {after:.4f}, relative change of the outputs {change:.4f}"


def _layers(coreset: Coreset, points: np.ndarray) -> str:
    """Edges of each layer, and how far its sums are from those of the network."""
    rows = [["layer", "edges", "kept", "zero sensitivity", "rms expected", "rms observed"]]
    shares, errors = diagnostics.zero_shares(coreset), diagnostics.errors(coreset, points)
    layers = zip(coreset.network.weights, coreset.weights, shares, errors, strict=True)
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
    return f"{aligned(rows, words=2)}\n{ARRAY_LEGEND}"


COMMANDS: dict[str, Callable[[argparse.Namespace], None]] = {
    "describe": _describe,
    "prune": _prune,
    "coreset": _coreset,
    "report": _report,
    "certify": _certify,
    "quantise": array_commands.quantise,
    "encode": array_commands.encode,
    "decode": array_commands.decode,
}


if __name__ == "__main__":
    sys.exit(main())
