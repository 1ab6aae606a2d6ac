"""The switches of the command line: one for each setting of a run, and what it is told by."""

import argparse
from argparse import BooleanOptionalAction, RawDescriptionHelpFormatter
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

from stablenoise import __version__, executors
from stablenoise.commands.data_sets import add_data_home
from stablenoise.commands.outputs import path_named
from stablenoise.data import by_name
from stablenoise.layers.architecture import NAMES

from ..training.settings import CHOICES, TRUTHS, Settings
from .cells import AXES, INPUTS
from .words import or_nothing, real, whole, wholes

TRAIN = """\
examples:
  chaos train --data mnist --widths 784,5000,10 --noise independent --alpha 1.75 --sigma 0.003 \\
      --eta 0.01 --batch 5000 --steps 2000 --seed 1 --stop-accuracy 0.95 --out runs/one
  chaos train --config mnist.toml --sweep alpha=1.5,1.75,2 seed=1,2,3 --jobs 2 --out runs/sweep
  compress prune runs/sweep

A file of --config has the switches by their names (evaluate_every for --evaluate-every), and a
table [sweep] with lists; switches go before it.  The same again goes on where a run was ended.

exit status: 0; 1 for input that is refused, or where a cell of a sweep failed; 2 for switches that
are not understood; 130 after Ctrl-C, once a checkpoint is written."""
NEEDED = "required, here or in the file of --config"
ABOUT_DATA = (
    "Those of ecg5000 have two classes, as we read the paper: normal beats (the archive's class 1) "
    "and all others; cifar10 is the subset where the whole is not there"
)
HELP = {
    "widths": "inputs, hidden layers and outputs of a perceptron, as 784,5000,10",
    "architecture": f"in place of widths: {', '.join(NAMES)}, or a file of TOML",
    "activation": "of all layers but the last",
    "scaling": "whether a layer sums over neurons, or takes their mean",
    "loss": "of an output and a label",
    "bias": "biases, without noise",
    "train_output": "train the output layer",
    "noise": "common (type I), independent (type II), isotropic (type III) or none, on all layers "
    "but the last",
    "noise_unit": "what a particle is",
    "noise_first": "noise on the first layer, of a network of convolutions",
    "alpha": "stability index of the noise, in (0, 2]",
    "sigma": "scale of the noise",
    "eta": "step size",
    "batch": "rows of a minibatch, or all",
    "steps": "most steps",
    "seed": "of initial weights, minibatches and noise, in [0, 2^64)",
    "momentum": "in [0, 1)",
    "weight_decay": "not negative",
    "clip": "largest norm of a gradient, or none",
    "schedule": "of step sizes; the noise follows as eta^(1/alpha): "
    "constant, step, cosine or inverse",
    "decay_steps": "of a schedule",
    "decay": "of a schedule, in [0, 1]",
    "stop_accuracy": "share of the training set at which training ends, or none",
    "evaluate_every": "steps from one evaluation to the next",
    "evaluate_rows": "first rows of the training set that are evaluated, or all",
    "checkpoint_every": "steps from one checkpoint to the next",
    "dtype": "of weights and noise: float32 or float64",
    "memory": "most bytes of activations",
}


def parser() -> argparse.ArgumentParser:
    """Parser of ``chaos``: options that were not given are None.

    Returns
    -------
    ArgumentParser

    Examples
    --------
    >>> parser().parse_args(["train", "--widths", "784,5000,10"]).widths
    [784, 5000, 10]

    """
    every = argparse.ArgumentParser(
        "chaos",
        description="Train networks by SGD with heavy-tailed noise.",
        epilog="chaos COMMAND --help tells the switches of a command and their defaults.",
    )
    every.add_argument("--version", action="version", version=f"chaos of stablenoise {__version__}")
    commands = every.add_subparsers(required=True, dest="command", metavar="COMMAND")
    text = "train a network, or one for each cell of a sweep"
    train = commands.add_parser(
        "train", help=text, description=text, epilog=TRAIN,
        formatter_class=RawDescriptionHelpFormatter,
    )  # fmt: skip
    _add_data(train)
    _add_runs(train)
    for field in fields(Settings):
        _add_setting(train, field.name, field.default)
    return every


def _add_data(parser: argparse.ArgumentParser) -> None:
    names = f"{', '.join(by_name.LOADERS)}; {NEEDED}.  {ABOUT_DATA}"
    parser.add_argument("--data", metavar="NAME", help=names)
    add_data_home(parser, "folder to search for the data first")
    scales = ", ".join(INPUTS)
    parser.add_argument("--inputs", metavar="SCALE", help=f"{scales} (default: unit)")


def _add_runs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, metavar="FILE.toml", help="switches, by their names")
    kept = "weights.npz, architecture.toml, settings.json, history.csv, checkpoint/"
    text = f"folder for {kept}; {NEEDED}"
    parser.add_argument("--out", type=path_named, metavar="DIR", help=text)
    axes = f"a run for each choice of these values, in a folder of its own: of {', '.join(AXES)}"
    parser.add_argument("--sweep", nargs="+", metavar="NAME=A,B", help=f"{axes}; width is hidden")
    jobs = "workers of a sweep that are begun for it, of one thread each (default: 1)"
    parser.add_argument("--jobs", type=whole, metavar="N", help=jobs)
    kinds = "workers of a sweep: local processes, serial, dask or mpi (default: local)"
    parser.add_argument("--executor", choices=executors.NAMES, help=kinds)
    address = "of a Dask scheduler, whose workers see the folders of the run"
    parser.add_argument("--scheduler", metavar="ADDRESS", help=address)


def _add_setting(parser: argparse.ArgumentParser, name: str, default: Any) -> None:
    """Add the switch of a setting; what is not given leaves it to a file, or to its default."""
    switch, shown = f"--{name.replace('_', '-')}", _shown(name, default)
    text = f"{HELP[name]} (default: {shown})"
    if name in TRUTHS:
        parser.add_argument(switch, action=BooleanOptionalAction, help=text)
    elif name in CHOICES:
        parser.add_argument(switch, choices=CHOICES[name], help=text)
    else:
        metavar = name.rpartition("_")[2].upper()
        parser.add_argument(switch, type=READERS.get(name, real), metavar=metavar, help=text)


def _shown(name: str, default: Any) -> str:
    if name in ("widths", "architecture"):
        return "one of the two must be said"
    usual = {"evaluate_rows": "all", "decay_steps": "steps", "decay": "0.1 for step, else 0"}
    return str(usual.get(name, "none") if default is None else default)


COUNTS = "steps", "seed", "evaluate_every", "checkpoint_every", "memory", "decay_steps"
READERS: dict[str, Callable[[str], Any]] = {
    "widths": wholes,
    "architecture": str,
    "schedule": str,
    "dtype": str,
    **dict.fromkeys(COUNTS, whole),
    **dict.fromkeys(("batch", "evaluate_rows"), or_nothing(whole)),
}
