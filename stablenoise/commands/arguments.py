"""The switches of the command line: one meaning, one rule and one default for each."""

import argparse
import os
from argparse import RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from .. import __version__
from ..checks import check_positive, check_share
from . import data_sets, doctor
from .outputs import PICTURES

DEFAULT_TEXT = "(default: %(default)s)"
TARGET_RULE = "a file that is there is overwritten, but none that is read; folders are made"
KINDS = ".csv, .tsv, .txt, .npy, .npz or .parquet, perhaps with .gz, .xz or .bz2"
LAW = {"alpha": "stability index, in (0, 2]", "beta": "skewness, in [-1, 1]"} | {
    "scale": "positive, in the unit of the data",
    "loc": "location of the S0 form, in the unit of the data",
}
MOST_DRAWS = 2**48
BUDGETS = "smoke", "standard", "deep"
EXAMINE = """\
examples:
  stablenoise examine mysampler:draw --alpha 1.5 --budget smoke
  stablenoise examine sampler.py:draw --alpha 1.8 --dim 3 --noise isotropic
  stablenoise examine --csv draws.csv --column x --alpha 1.5 --beta 0.5 --parametrization S1
  stablenoise examine --density mylaw:pdf --cdf mylaw:cdf --alpha 1.5
  stablenoise examine --estimator myfit:alpha_of --alpha 1.5 --n 1000

A sampler is called as draw(size, rng): size is an int; of vectors (n, D), or n where that fails;
rng is a NumPy Generator, or an int for a parameter called seed or key, or where a Generator is
refused.  Parameters called size, n, shape, rng, generator, random_state and the like are also given
by keyword.  A density is called with an array of points, an estimator with a sample.  Modules are
looked for in the current folder first.

The first run of a version compiles, which takes up to a minute: stablenoise warm does it at once.
After that a sampler as fast as ours takes half a second for smoke (2^17 draws), a minute for
standard (2^29) and a quarter of an hour for deep (2^33).

grades: pass; fail, as a right sampler does with probability --level; suspicious, as it does with at
most 1,000 times that: look again, with another --seed.

The functions run in another process, which is ended at the time limit, or when it takes too much
memory: that it hangs, crashes or ends is a fault, and the report is that of what was seen before.
Ctrl-C ends the run with the report so far, a second one at once.

exit status: 0 if no fault was found (grade pass or suspicious), 1 if one was, 2 if arguments, files
or modules cannot be used, 130 after Ctrl-C."""


def parser() -> argparse.ArgumentParser:
    """Parser of ``stablenoise``: its options say in ``command`` which command was asked for.

    Returns
    -------
    ArgumentParser

    Examples
    --------
    >>> parser().parse_args(["fit", "prices.csv"]).level
    0.95

    """
    every = argparse.ArgumentParser(
        "stablenoise",
        description="Fit stable laws, estimate tails, look at data, draw, examine samplers, "
        "fetch data sets, look at a machine.",
        epilog="stablenoise COMMAND --help tells the switches of a command and their defaults.",
    )
    every.add_argument("--version", action="version", version=f"stablenoise {__version__}")
    commands = every.add_subparsers(required=True, dest="command", metavar="COMMAND")
    for add in (_add_fit, _add_tail, _add_diagnose, _add_sample, _add_examine):
        add(commands)
    data_sets.add(commands)
    _add_warm(commands)
    doctor.add(commands)
    return every


def joined(arguments: Sequence[str]) -> list[str]:
    """Arguments with negative numbers joined to their switches: argparse takes -1e-3 for one."""
    words: list[str] = []
    for word in arguments:
        negative = word.startswith("-") and _is_number(word)
        follows = bool(words) and words[-1].startswith("--") and "=" not in words[-1]
        if negative and follows:
            words[-1] += f"={word}"
        else:
            words.append(word)
    return words


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _add_fit(commands: Any) -> None:
    parser = _file_command(commands, "fit", "fit a stable law to a column of numbers")
    methods = "method of stablenoise.fit.stable: an unknown one tells all"
    parser.add_argument("--method", default="mle", help=f"{methods} {DEFAULT_TEXT}")
    for name, rule in LAW.items():
        parser.add_argument(f"--{name}", type=float, metavar="X", help=f"held: {rule}")
    _add_level(parser)
    _add_written(parser, "density, tails, quantiles and probabilities of data and law")


def _add_tail(commands: Any) -> None:
    parser = _file_command(commands, "tail", "estimate the tail index of a column of numbers")
    members = "estimator, a module of stablenoise.tails: an unknown one tells all"
    parser.add_argument("--estimator", default="hill", metavar="NAME", help=members)
    largest = "largest values that it rests on (default: as the estimator says)"
    parser.add_argument("--k", type=integer(1, 2**62), help=largest)
    sides = "of sizes, of the values above 0, or of those below (default: both)"
    parser.add_argument("--tail", choices=("both", "right", "left"), help=sides)
    _add_level(parser)
    _add_written(parser, "share of values beyond each size, and estimates by their k")


def _add_diagnose(commands: Any) -> None:
    parser = _file_command(commands, "diagnose", "whether a column of numbers is stable at all")
    _add_level(parser)
    seed = f"of the draws that say what Hill reads on the fitted law {DEFAULT_TEXT}"
    parser.add_argument("--seed", type=integer(0, 2**64), default=0, metavar="S", help=seed)
    _add_written(parser, "both tails, Hill's estimates, order and values")


def _add_sample(commands: Any) -> None:
    text = "draw from a stable law"
    parser = commands.add_parser(
        "sample",
        help=text,
        description=f"{text}: what Stable(alpha, beta, scale, loc).rvs(2**20, rng) gives in "
        "Python, called as often as is needed, with rng = numpy.random.default_rng(seed).",
    )
    _add_law(parser)
    size = integer(1, MOST_DRAWS)
    parser.add_argument("--size", type=size, required=True, metavar="N", help="number of draws")
    seed = f"of the draws, in [0, 2^64) {DEFAULT_TEXT}"
    parser.add_argument("--seed", type=integer(0, 2**64), default=1, metavar="S", help=seed)
    written = ".npy, .csv with the name x, or .txt; by default text to standard output; "
    parser.add_argument("--out", type=Path, metavar="FILE", help=f"{written}{TARGET_RULE}")


def _add_examine(commands: Any) -> None:
    text = "find what is wrong with a sampler, draws, a density or an estimator"
    parser = commands.add_parser(
        "examine", help=text, description=text, epilog=EXAMINE,
        formatter_class=RawDescriptionHelpFormatter,
    )  # fmt: skip
    _add_examined(parser)
    _add_law(parser)
    form = f"form of --loc: that of S1 is SciPy's {DEFAULT_TEXT}"
    parser.add_argument("--parametrization", choices=("S0", "S1"), default="S0", help=form)
    parser.add_argument(
        "--dim", type=integer(1, 2**20), metavar="D", help="dimension, where draws are vectors"
    )
    noise = "which vectors (default: isotropic)"
    parser.add_argument("--noise", choices=("isotropic", "independent"), help=noise)
    _add_effort(parser)
    _add_written(parser, "what the report draws")
    parser.add_argument("--html", type=Path, metavar="FILE", help=f"the report; {TARGET_RULE}")


def _add_examined(parser: argparse.ArgumentParser) -> None:
    """What is examined: one of these."""
    named = "module:function, or file.py:function"
    parser.add_argument("sampler", nargs="?", metavar="SAMPLER", help=f"a sampler: {named}")
    order = "draws in the order in which they were made"
    parser.add_argument("--csv", dest="file", type=Path, metavar="FILE", help=f"{order}: {KINDS}")
    sorted_ = "of --csv: the order is another one, as of sorted draws, and is not asked about"
    parser.add_argument("--unordered", action="store_const", const=True, help=sorted_)
    which = "of --csv: its name, or its number from 1 on (default: the only one of numbers)"
    parser.add_argument("--column", metavar="NAME", help=which)
    for name, what in {
        "density": "a density",
        "cdf": "a distribution function",
        "sf": "P(X > x)",
        "ppf": "a quantile function",
        "estimator": "an estimator",
    }.items():
        parser.add_argument(f"--{name}", metavar="NAME", help=f"{what}: {named}")


def _add_effort(parser: argparse.ArgumentParser) -> None:
    """How long and how surely one looks."""
    budget = "draws of a sampler: smoke, standard (the default), deep, or a number such as 1e6"
    parser.add_argument("--budget", type=_budget, metavar="DRAWS", help=budget)
    fault = "end at the first look at a sampler that finds a fault"
    parser.add_argument("--stop-at-fault", action="store_const", const=True, help=fault)
    for name, low, what in (
        ("n", 1, "draws of a sample for an estimator (default: 1000)"),
        ("replicates", 2, "samples for an estimator (default: 400)"),
    ):
        parser.add_argument(f"--{name}", type=integer(low, 2**32), metavar="N", help=what)
    estimated = "what an estimator estimates (default: alpha)"
    parser.add_argument("--parameter", choices=tuple(LAW), help=estimated)
    seed = "of the draws (default: 1)"
    parser.add_argument("--seed", type=integer(0, 2**64), metavar="S", help=seed)
    chance = "probability that a right sampler, or right draws, fail (default: 1e-6)"
    intervals = "of an estimator, confidence level of its intervals (default: 0.95)"
    parser.add_argument("--level", type=_level, help=f"{chance}; {intervals}")
    for name, what in {
        "seconds": "seconds after which no more is drawn (default: none) or a density asked (60)",
        "limit": "seconds after which the process is ended (default: of a sampler 120, for the "
        "compiler, and one for each million numbers or 1.43 for each of --seconds; of a density "
        "likewise; of an estimator 600)",
        "memory": "GiB that the process may take, on Linux (default: 3/4 of what is free)",
    }.items():
        kind = _seconds if name == "limit" else _positive
        parser.add_argument(f"--{name}", type=kind, metavar="X", help=what)


def _add_warm(commands: Any) -> None:
    text = "compile everything once, in parallel, and keep it"
    parser = commands.add_parser("warm", help=text, description=text)
    number = "processes (default: as many as processors)"
    jobs = os.cpu_count() or 1
    parser.add_argument("--jobs", type=integer(1, 1025), default=jobs, metavar="N", help=number)


def _file_command(commands: Any, name: str, text: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.add_argument("file", type=Path, metavar="FILE", help=KINDS)
    which = "its name, or its number from 1 on (default: the only one of numbers)"
    parser.add_argument("--column", metavar="NAME", help=which)
    prices = "the column has prices, of which differences of logarithms are meant"
    parser.add_argument("--returns", action="store_true", help=prices)
    return parser


def _add_law(parser: argparse.ArgumentParser) -> None:
    for name, rule in LAW.items():
        default = {"alpha": None, "scale": 1.0}.get(name, 0.0)
        shown = "" if default is None else f" {DEFAULT_TEXT}"
        parser.add_argument(
            f"--{name}", type=float, required=default is None, default=default, metavar="X",
            help=f"{rule}{shown}",
        )  # fmt: skip


def _add_level(parser: argparse.ArgumentParser) -> None:
    text = f"confidence level of intervals, in (0, 1) {DEFAULT_TEXT}"
    parser.add_argument("--level", type=_level, default=0.95, help=text)


def _add_written(parser: argparse.ArgumentParser, picture: str) -> None:
    parser.add_argument("--json", type=Path, metavar="FILE", help=f"numbers; {TARGET_RULE}")
    kinds = "|".join(suffix[1:] for suffix in PICTURES)
    text = f"{picture}; {TARGET_RULE}"
    parser.add_argument("--plot", type=Path, metavar=f"FILE.{kinds}", help=text)


def integer(low: int, high: int) -> Callable[[str], int]:
    """Reader of an integer in [low, high)."""

    def parse(text: str) -> int:
        # ``int`` alone takes signs, spaces, underscores and the digits of other scripts.
        if not (text.isascii() and text.isdigit() and low <= int(text) < high):
            raise argparse.ArgumentTypeError(f"must be an integer in [{low}, {high}), got {text!r}")
        return int(text)

    return parse


def _level(text: str) -> float:
    try:
        return check_share("level", float(text))
    except ValueError:
        # argparse shows the text of this error alone: of others it says "invalid value".
        raise argparse.ArgumentTypeError(f"must lie in (0, 1), got {text!r}") from None


def _positive(text: str) -> float:
    try:
        return check_positive("it", float(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be positive and finite, got {text!r}") from None


def _seconds(text: str) -> float:
    seconds = _positive(text)
    if seconds < 1:
        raise argparse.ArgumentTypeError(f"must be 1 or more, got {text!r}")
    return seconds


def _budget(text: str) -> str | int:
    if text in BUDGETS:
        return text
    try:
        return integer(1, MOST_DRAWS)(_in_digits(text))
    except argparse.ArgumentTypeError as error:
        rule = str(error).partition(", got ")[0]
        choices = ", ".join(BUDGETS)
        raise argparse.ArgumentTypeError(f"{rule}, or one of {choices}, got {text!r}") from None


def _in_digits(text: str) -> str:
    """A whole number that is written as 1e6 or 2.5e6, in digits; any other text as it is."""
    mantissa, _, power = text.lower().partition("e")
    if not (power.isdigit() and len(power) < 3 and mantissa.replace(".", "", 1).isdigit()):
        return text
    number = Decimal(text)
    return str(int(number)) if number == int(number) else text
