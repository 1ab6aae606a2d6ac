"""The switches of the command line: one meaning, one rule and one default for each."""

import argparse
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from stablenoise import __version__
from stablenoise.commands.outputs import path_named
from stablenoise.layers.architecture import NAMES

from . import outputs, pruning
from .argument_values import METHOD_RULE, alphabet_of, groups_of, image_of, share_in
from .certificates.bundles.spelling import DIGITS
from .certificates.certifiers import ALPHABETS, ONE_BOOK
from .coding import codecs, length
from .coding.codebook import MAX_LEVELS
from .coding.grouping import SIZES
from .coding.quantisation import METHODS
from .comparison import methods
from .networks import descriptions, loading

SHARE_RULE = (
    "of the nonzero weights of every layer (column: of neurons; filter: of filters; corenet_units: "
    "of both; random: of all entries; singular_value: of the numbers that its factors take)"
)
PYTHON_RULE = "compress.pruning, in Python, takes a share of all entries, zeros among them"
KEEPS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8)
POINTS = 200  # examples in S, and in T
INPUT_RULES = (
    "by default as the architecture says, or else unit",
    *(f"{scale}: {meaning}" for scale, meaning in loading.SCALES.items()),
)
CERTIFIABLE_SCALES = [scale for scale in loading.SCALES if scale != "standardised"]
SCALE_RULE = "not standardised, as means and spreads of the sample would have to be charged"
DEFAULT_TEXT = "(default: %(default)s)"
CORESET_METHODS = (
    "corenet draws edges by what they carry at the points; corenet_plus first takes out neurons "
    "that fire at none of them, and is the same where there are none; corenet_plus_plus keeps the "
    "best of several by points held out; corenet_units draws whole filters and neurons"
)
GROUPS_RULE = (
    "channel: each row of a matrix or kernel of a convolution; a number, a power of 2 from "
    f"{SIZES[0]} to {SIZES[-1]:,}: so many entries in a row; both for --codec grouped, lzma or zlib"
)
ARRAYS_RULE = "arrays, in an .npz or a .safetensors file"
DATA_RULE = f"{', '.join(loading.LOADERS)}, or an .npz with {', '.join(loading.PARTS)}"
OF_A_FOLDER = "(default of a folder of chaos train: those of its training)"
# A folder of chaos train says the first, and where the second may lie.
NEEDED_OF_A_FILE = {
    "prune": ("data", "out"),
    "report": ("data",),
    "certify": ("data",),
    "coreset": ("data",),
}
TARGET_RULE = "a file that is there is overwritten, but none that is read"


def parser() -> argparse.ArgumentParser:
    """Parser of ``compress``: its options say in ``command`` which command was asked for.

    Returns
    -------
    ArgumentParser

    Examples
    --------
    >>> parser().parse_args(["encode", "weights.npz"]).codec
    'adaptive'

    """
    every = argparse.ArgumentParser(
        "compress",
        description="Describe, prune, sample, compare, certify, quantise and encode a network.",
        epilog="compress COMMAND --help tells the switches of a command and their defaults.",
    )
    every.add_argument(
        "--version", action="version", version=f"compress of stablenoise {__version__}"
    )
    commands = every.add_subparsers(required=True, dest="command", metavar="COMMAND")
    for add in (
        _add_describe,
        _add_prune,
        _add_coreset,
        _add_report,
        _add_certify,
        _add_quantise,
        _add_encode,
        _add_decode,
    ):
        add(commands)
    return every


def _add_describe(commands: Any) -> None:
    text = "say what a file of weights holds, and propose a file for --architecture"
    parser = commands.add_parser("describe", help=text, description=text)
    _add_weights(parser)
    measured = (
        "training examples to measure proposals on: the one that they clearly prefer comes first"
    )
    _add_data(parser, f"{measured}: {DATA_RULE}")
    rule = "channels, height and width of an input, as 1,28,28 (default: a square)"
    parser.add_argument("--image", type=image_of, metavar="C,H,W", help=rule)
    examples = f"how many are measured on, at most {DEFAULT_TEXT}"
    parser.add_argument("--examples", type=int, default=descriptions.EXAMPLES, help=examples)
    _add_seed(parser)
    written = f"write the proposal; {TARGET_RULE}"
    parser.add_argument("--out", type=Path, metavar="FILE.toml", help=written)


def _add_prune(commands: Any) -> None:
    text = "prune by one method and write the result; or all networks of a folder of chaos train"
    parser = _command(commands, "prune", text, "WEIGHTS or DIR")
    usual = "(default: magnitude); in a folder column, or filter where there are convolutions"
    parser.add_argument("--method", choices=_names(pruning), help=usual)
    amount = parser.add_mutually_exclusive_group()
    kept = f"share kept {SHARE_RULE}, in [0, 1]; as for report. {PYTHON_RULE}"
    amount.add_argument("--keep", type=share_in("[]"), help=kept)
    loss = "largest squared relative error of the weights, in [0, 1] (default in a folder: 0.1)"
    amount.add_argument("--squared-error", "--error", type=share_in("[]"), help=loss)
    parser.add_argument(
        "--scope",
        choices=("layer", "global"),
        default="layer",
        help=f"whether the share is one of every layer or of all together {DEFAULT_TEXT}",
    )
    drawn = "of a folder: accuracy against the pruned share too"
    parser.add_argument("--curve", action="store_true", help=drawn)
    _add_inputs(parser)
    _add_seed(parser)
    written = f"{TARGET_RULE}; of a folder a table (default: prune.csv in it)"
    parser.add_argument(
        "--out", type=Path, metavar="PRUNED.npz, PRUNED.safetensors or FILE.csv", help=written
    )


def lacking_switches(options: argparse.Namespace) -> str:
    """What a command needs that was not given, as argparse says it; or nothing."""
    if options.command == "quantise" and options.method != "ternary" and options.levels is None:
        return f"the following arguments are required of {options.method}: --levels"
    names = NEEDED_OF_A_FILE.get(options.command, ())
    if not names or options.weights.is_dir():
        return ""
    if needed := [f"--{name}" for name in names if getattr(options, name) is None]:
        seen = "" if options.weights.exists() else f"{options.weights} is not there; of a file "
        return f"{seen}the following arguments are required: {', '.join(needed)}"
    if options.command == "certify" and (wrong := _wrong_together(options)):
        return wrong
    if options.command != "prune":
        return ""
    if options.keep is None and options.squared_error is None:
        return "one of the arguments --keep --squared-error/--error is required"
    return "--curve is of a folder alone" if options.curve else ""


def _add_coreset(commands: Any) -> None:
    parser = _command(commands, "coreset", "sample a coreset and write it")
    _add_method(parser, list(methods.CORESETS), "corenet", CORESET_METHODS)
    kept = (
        "expected share kept of the nonzero weights (corenet_units: of hidden units), in (0, 1]; "
        "or --epsilon and --delta"
    )
    parser.add_argument("--keep", type=share_in("(]"), help=kept)
    parser.add_argument(
        "--shares",
        choices=("network", "layer"),
        default="network",
        help=f"whether the share is one of the network or of every layer {DEFAULT_TEXT}",
    )
    parser.add_argument("--epsilon", type=float, help="relative error that is guaranteed")
    parser.add_argument(
        "--delta", type=float, help="probability that the guarantee fails; no default"
    )
    _add_examples(parser)
    _add_out(parser, "CORESET.npz or .safetensors")


def _add_report(commands: Any) -> None:
    parser = _command(commands, "report", "compare all methods, all keeping the same share")
    default = f"(default: {' '.join(map(str, KEEPS))})"
    kept = f"shares kept {SHARE_RULE}, in (0, 1]; as for prune {default}. {PYTHON_RULE}"
    parser.add_argument("--keep", type=share_in("(]"), nargs="+", default=KEEPS, help=kept)
    _add_examples(parser)
    parser.set_defaults(folder=True)
    written = f"folder for {', '.join(outputs.CURVE_FILES)}; {TARGET_RULE}"
    parser.add_argument("--out", type=path_named, metavar="FOLDER", help=written)


def _add_certify(commands: Any) -> None:
    parser = _command(commands, "certify", "limit the risk by the bits a network takes")
    parser.add_argument(
        "--delta", type=float, default=0.05, help=f"probability of failure {DEFAULT_TEXT}"
    )
    rules = [rule for rule in INPUT_RULES if not rule.startswith("standardised")]
    parser.add_argument(
        "--inputs", choices=CERTIFIABLE_SCALES, help="; ".join([*rules, SCALE_RULE])
    )
    charged = (
        "things tried on the data, all charged to the limit by the code; the hold-out limit of "
        f"--unseen has --shares {DEFAULT_TEXT}"
    )
    parser.add_argument("--options", type=int, default=1, metavar="N", help=charged)
    parser.add_argument(
        "--repeats", choices=["drawn"], help="inputs that occur more than once were so drawn"
    )
    _add_unseen(parser)
    _add_codec(parser)
    parser.add_argument("--search", action="store_true", help="prune and quantise first")
    ways = (
        f"ways to quantise that --search tries, for all arrays and then for each: {METHOD_RULE}, "
        f"or with groups, as ternary:channel or kmeans:64. {GROUPS_RULE} "
        f"(default: {' '.join(map(str, ALPHABETS))})"
    )
    parser.add_argument("--alphabets", type=alphabet_of, nargs="+", metavar="METHOD", help=ways)
    written = f"write the network, encoded; {TARGET_RULE}"
    parser.add_argument("--out", type=Path, metavar="FILE", help=written)
    sealed = (
        "write the certificate with its payload, mistakes and sums of the data, so that data, "
        "charges and limit are verified without this program (errors not); of a delta of at most "
        f"{DIGITS} digits; {TARGET_RULE}"
    )
    parser.add_argument("--bundle", type=path_named, metavar="FILE.json", help=sealed)
    drawn = f"what makes up the limit; {TARGET_RULE}"
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help=drawn)


def _wrong_together(options: argparse.Namespace) -> str:
    """What is wrong of switches of certify together, as argparse says it; or nothing."""
    if options.alphabets and (wrong := _wrong_alphabets(options)):
        return wrong
    if options.unseen is None:
        if options.prior:
            return "--prior needs --unseen: the rows that it never saw"
        return "--shares needs --unseen" if options.shares != 1 else ""
    if options.search:
        return "--search is not for --unseen: the network that it finds has seen the rows"
    return ""


def _wrong_alphabets(options: argparse.Namespace) -> str:
    if not options.search:
        return "--alphabets needs --search, which tries them"
    if options.codec in ONE_BOOK and any(isinstance(each, tuple) for each in options.alphabets):
        needed = ", ".join(name for name in _names(codecs) if name not in ONE_BOOK)
        return f"--alphabets with groups need --codec, one of {needed}"
    return ""


def _add_unseen(parser: argparse.ArgumentParser) -> None:
    rows = (
        "training rows, counted from 0, that nothing of the network has seen (with --prior: of the "
        "prior; WEIGHTS may have), all of them if it is from elsewhere: ranges, as 48000:60000, or "
        "a .npy, .txt or .csv file; the hold-out limit by them is told beside the other"
    )
    parser.add_argument("--unseen", metavar="ROWS", help=rows)
    prior = (
        "code the network relative to this one, which saw no row of --unseen, and count errors on "
        "those rows; a limit that is not below the prior's own hold-out limit is not told"
    )
    parser.add_argument("--prior", type=path_named, metavar="PRIOR.npz", help=prior)
    tried = (
        "how many hold-out limits, of other rows or other networks, you stated beforehand and "
        "would have told instead of this one; charged to it, and with --prior, where others are "
        f"of other priors, to both limits {DEFAULT_TEXT}"
    )
    parser.add_argument("--shares", type=int, default=1, metavar="N", help=tried)


def _add_quantise(commands: Any) -> None:
    text = "write arrays of few values"
    parser = commands.add_parser("quantise", help=text, description=text)
    parser.add_argument("file", type=Path, metavar="WEIGHTS", help=ARRAYS_RULE)
    others = "arrays must be those of it, and groups are those of its units; others are left out"
    _add_architecture(parser, others)
    parser.add_argument("--method", choices=METHODS, default=METHODS[0], help=DEFAULT_TEXT)
    most = f"most values beside zero, in [1, {MAX_LEVELS:,}]; not for ternary, which has 2"
    parser.add_argument("--levels", type=int, metavar="N", help=most)
    own = f"what has values of its own, by default an array; {GROUPS_RULE}"
    parser.add_argument("--groups", type=groups_of, metavar="GROUPS", help=own)
    parser.set_defaults(inputs=None)
    _add_out(parser, "FEW.npz or .safetensors")


def _add_encode(commands: Any) -> None:
    _add_codec(_file_command(commands, "encode", "write arrays in few bytes", "WEIGHTS"))


def _add_decode(commands: Any) -> None:
    parser = _file_command(commands, "decode", "write the arrays of a file", "FILE.snc")
    usual = f"4,096 for each byte of the payload, 1,000,000 in any case, at most {length.LIMIT:,}"
    parser.add_argument("--limit", type=int, help=f"most elements (default: {usual})")


def _file_command(commands: Any, name: str, text: str, file: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.add_argument("file", type=Path, metavar=file)
    _add_architecture(parser, "arrays must be those of it: others, such as counters, are left out")
    default = "by default the same name with the other suffix, which must be new"
    parser.add_argument("--out", type=Path, help=f"{default}; if given, {TARGET_RULE}")
    return parser


def _command(commands: Any, name: str, text: str, file: str = "WEIGHTS") -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    _add_weights(parser, file)
    _add_data(parser, f"{DATA_RULE} {OF_A_FOLDER}")
    needed = "what is done with the arrays; needed for kernels, unless metadata of WEIGHTS say it"
    _add_architecture(parser, needed)
    return parser


def _add_architecture(parser: argparse.ArgumentParser, text: str) -> None:
    names = (
        f"{', '.join(NAMES)}, or a file, which describe proposes. Where batch norms are folded a "
        f"command that writes arrays writes OUT{outputs.FOLDED} beside them, which must be new"
    )
    parser.add_argument("--architecture", metavar="NAME or FILE.toml", help=f"{text}: {names}")


def _add_weights(parser: argparse.ArgumentParser, file: str = "WEIGHTS") -> None:
    kinds = "arrays, in an .npz or a .safetensors file; or a folder of chaos train"
    parser.add_argument("weights", type=path_named, metavar=file, help=kinds)


def _add_data(parser: argparse.ArgumentParser, rule: str) -> None:
    parser.add_argument("--data", help=rule)
    home = "folder to search for the data first, before the one that STABLENOISE_DATA names"
    parser.add_argument("--data-home", type=path_named, help=home)


def _add_method(parser: argparse.ArgumentParser, names: list[str], default: str, what: str) -> None:
    text = f"{what} {DEFAULT_TEXT}"
    parser.add_argument("--method", choices=names, default=default, help=text)


def _add_examples(parser: argparse.ArgumentParser) -> None:
    _add_inputs(parser)
    seen = f"examples that methods see (default: {POINTS}, or half if there are fewer)"
    parser.add_argument("--points", type=int, help=seen)
    _add_seed(parser)


def _add_inputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--inputs", choices=list(loading.SCALES), help="; ".join(INPUT_RULES))


def _add_seed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, default=1, help=f"of what is drawn {DEFAULT_TEXT}")


def _add_codec(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--codec", choices=_names(codecs), default="adaptive", help=DEFAULT_TEXT)


def _add_out(parser: argparse.ArgumentParser, name: str) -> None:
    parser.add_argument("--out", type=Path, required=True, metavar=name, help=TARGET_RULE)


def _names(folder: ModuleType) -> list[str]:
    return sorted(module.name for module in iter_modules(folder.__path__))
