"""The command line: what a file holds, pruned, sampled, compared, certified, in few bytes."""

import argparse
import sys
import warnings
from collections.abc import Callable, Sequence
from io import BytesIO

import numpy as np

from stablenoise.commands.ending import exit_code
from stablenoise.commands.outputs import tell_files
from stablenoise.data import files
from stablenoise.data.datasets import Dataset
from stablenoise.layers.scales import Scaling, in_words
from stablenoise.text_table import aligned

from . import array_commands, outputs
from .arguments import CERTIFIABLE_SCALES, POINTS, lacking_switches, parser
from .certificates import certifiers
from .certificates.bundles import data_sets, of_networks, reading
from .certificates.certifiers import ALPHABETS, Search
from .certificates.priors import declared, relative
from .certificates.risks import RiskCertificate
from .certificates.terms import Terms
from .certificates.trial import Setting
from .coding.grouping import of_each
from .comparison import curves, folder_command, methods, sizes
from .comparison.curves import accuracy, relative_change
from .comparison.methods import Task
from .comparison.sizes import size_report
from .compressibility.norms import pq_index
from .coresets import Budget, Coreset, Guarantee, UnitCoreset, diagnostics
from .networks import archive, loading
from .networks.descriptions import describe
from .networks.model import Arrays, Model
from .pruning import magnitude

MAX_SHOWN = 10  # units taken out that are named
CHOSEN_BEFORE = (
    "the architecture must have been fixed before the data were seen: the best of N that were "
    "tried on them is charged by --options N"
)
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
    switches = parser()
    options = switches.parse_args(arguments)
    if lacking := lacking_switches(options):
        switches.error(lacking)
    return exit_code("compress", lambda: _work(options))


def _work(options: argparse.Namespace) -> None:
    folder_command.take_network(options)
    outputs.check(options)
    COMMANDS[options.command](options)


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
        raise ValueError(f"{options.weights} must hold a network, got: {described.notes[0]}")
    print(f"\n{described.toml()}", end="")
    if options.out:
        files.write(options.out, described.toml())
        tell_files(options.out)


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
    if options.bundle and options.prior:
        raise ValueError(f"--bundle must be without --prior, got {options.prior}")
    if options.bundle:
        of_networks.check_terms(options.delta, options.options)
    model, data = _loaded(options)
    if options.prior:
        _certify_from(options, model, data)
        return
    stored = data_sets.stored(options.data, options.data_home) if options.bundle else None
    terms = Terms(options.delta, (options.codec,), options.options)
    sample = data.x_train, data.y_train
    split = None if options.unseen is None else relative.split_of(options, data)
    certifier = certifiers.certifier_of_model(model, sample, terms, options.repeats)
    search = Search(alphabets=tuple(options.alphabets or ALPHABETS))
    encoded = certifier.searched(search) if options.search else certifier.as_it_is()
    # Before anything is told or written: a bundle that cannot be made must leave no file behind.
    bundle = of_networks.bundle_of(encoded, certifier, model, stored) if stored else None
    # Measured on the decoded arrays: those are what the certificate covers.
    error_rate = 1 - accuracy(model.logits(encoded.code.decoded, data.x_test), data.y_test)
    for name, setting in encoded.settings.items():
        print(f"{name}: {setting.keep:.4g} of the nonzero weights, {_values(setting)}")
    for name, units in encoded.taken_out.items():
        print(f"{name}: {_units(units, len(model.arrays[name]))} do nothing and were taken out")
    print(encoded.code.table())
    print(encoded.certificate)
    if split is not None:
        given = certifier.trial, certifier.sample
        print(declared.beside_holdout(encoded, *given, split, options.delta).table())
    size = len(encoded.payload)
    print(f"{size:,} bytes charged, decoded and compared; test error {error_rate:.4f}")
    if options.architecture is not None:
        print(CHOSEN_BEFORE)
    if options.out:
        files.write(options.out, encoded.to_file())
        print(f"{options.out}: {options.out.stat().st_size:,} bytes, {_beside(model)}")
        outputs.tell_folded(model, options.out)
    if options.out or encoded.taken_out or encoded.settings or model.units_last:
        kept = "all units, values and the file's layout"
        print(f"encode, which loses nothing, gives more: it keeps {kept}")
    if options.plot:
        files.write(options.plot, _drawn(encoded.certificate))
    if bundle:
        reading.write_bundle(options.bundle, bundle)
        size = options.bundle.stat().st_size
        print(f"{options.bundle}: {size:,} bytes, by the exact tail risk at most {bundle.limit}")


def _values(setting: Setting) -> str:
    """Values of an array beside zero, and how they were made where not by k-means of all."""
    by = "" if setting.method == "kmeans" else f", {setting.method}"
    return f"{setting.levels} values{of_each(setting.groups)}{by}"


def _certify_from(options: argparse.Namespace, model: Model, data: Dataset) -> None:
    """Certify a network that is coded relative to a prior network, beside the prior's null."""
    coded = relative.certified(options, model, data)
    if options.architecture is not None:
        print(CHOSEN_BEFORE)
    if options.out:
        files.write(options.out, coded.to_file())
        tell_files(options.out)
        print("it holds what the network has beside the prior: decoded, it is added to that")
    if options.plot:
        files.write(options.plot, _drawn(coded.certificate))


def _drawn(certificate: RiskCertificate) -> bytes:
    """What makes up a limit, as a picture without a date."""
    # Here and not above: without a picture matplotlib is not needed.
    from matplotlib.figure import Figure

    figure, content = Figure(layout="constrained"), BytesIO()
    certificate.plot(figure.subplots())
    figure.savefig(content, format="svg", metadata={"Date": None})
    return content.getvalue()


def _units(units: Sequence[int], among: int) -> str:
    """How many units of a layer, and the first of them."""
    more = ", ..." if len(units) > MAX_SHOWN else ""
    return f"{len(units)} of {among} units ({', '.join(map(str, units[:MAX_SHOWN]))}{more})"


def _beside(model: Model) -> str:
    """What a file holds that is not charged."""
    turned = " and the layout of the given file" if model.units_last else ""
    return f"with names, shapes, a checksum{turned}, which are not charged"


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
    # Before anything else reads it: what the file says counts as if it had been given.
    options.architecture = loading.said_architecture(options.weights, options.architecture)
    scale = loading.scale_of(options.inputs, options.architecture)
    files_read = options.weights, options.data, options.data_home
    model, data = loading.load_model_and_data(*files_read, options.inputs, options.architecture)
    print(f"{model.line}; inputs {scale if isinstance(scale, str) else in_words(scale)}")
    print(_scaling(options, scale))
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
