"""Commands that read a column of numbers: ``fit``, ``tail`` and ``diagnose``."""

import inspect
import json
from argparse import Namespace
from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

import numpy as np

from .. import tails
from ..data import files
from ..data.columns import column
from ..results import as_plain
from . import outputs, pictures


def fit(options: Namespace) -> None:
    """Fit a stable law, print the summary, write numbers and a picture."""
    sample = _sample(options)
    from ..fit import stable  # here and not above: other commands need not wait for it

    held = {name: getattr(options, name) for name in ("alpha", "beta", "scale", "loc")}
    result = stable(sample, options.method, **held, name=_name(options))
    print(result.summary(options.level).as_text())
    intervals = result.conf_int(options.level)
    numbers = result.to_dict() | {"level": options.level, "conf_int": intervals}
    _write(options, numbers, lambda: pictures.of_four(result))


def tail(options: Namespace) -> None:
    """Estimate a tail index, print it, write numbers and a picture."""
    member = estimator(options.estimator)
    asked = {"k": options.k, "tail": options.tail}
    given = {name: value for name, value in asked.items() if value is not None}
    taken = inspect.signature(member.estimate).parameters
    for name in given:
        if name not in taken:
            rule = f"--{name} must be for an estimator that takes it"
            raise ValueError(f"{rule}, got {options.estimator}")
    sample = _sample(options)
    result = member.estimate(sample, **given)
    low, high = result.conf_int(options.level)
    print(f"{options.estimator}: tail index {result.value:.6g}, standard error {result.stderr:.3g}")
    print(f"{options.level:g} interval: {low:.6g} to {high:.6g}")
    print(f"rests on {result.n:,} observations")
    told = {"estimator": options.estimator, "level": options.level, "conf_int": (low, high)}
    _write(
        options,
        result.to_dict() | given | told,
        lambda: pictures.of_tail(sample, member, result, options.tail, options.level),
    )


def diagnose(options: Namespace) -> None:
    """Say whether data is stable at all, and write the numbers."""
    sample = _sample(options)
    from ..fit import diagnose

    result = diagnose(sample, options.level, seed=options.seed, name=_name(options))
    print(result.summary().as_text())
    _write(options, result.to_dict(), lambda: pictures.of_four(result))


def estimator(name: str) -> ModuleType:
    """The module of ``tails`` of this name; ValueError with all names if there is none."""
    names = [module.name for module in iter_modules(tails.__path__)]
    member = import_module(f"{tails.__name__}.{name}") if name in names else None
    if member is None or not hasattr(member, "estimate"):
        known = [n for n in names if hasattr(import_module(f"{tails.__name__}.{n}"), "estimate")]
        raise ValueError(f"--estimator must be one of {', '.join(known)}, got {name!r}")
    return member


def _sample(options: Namespace) -> np.ndarray:
    """The numbers of the column that is asked for, told on a line."""
    sample = column(options.file, options.column, returns=options.returns)
    kind = "log returns" if options.returns else "values"
    which = f", column {options.column}" if options.column else ""
    print(f"{options.file}{which}: {len(sample):,} {kind}")
    return sample


def _name(options: Namespace) -> str:
    """What a summary calls the numbers: the column, or the file."""
    name = options.column or options.file.name
    return f"log returns of {name}" if options.returns else name


def _write(options: Namespace, numbers: dict[str, Any], figure: Callable[[], Any]) -> None:
    """Write numbers and the picture, if they are asked for."""
    # Drawn before anything is written: what cannot be drawn must leave no file behind.
    picture = outputs.drawn(figure(), options.plot) if options.plot else b""
    if options.json:
        read = {"file": str(options.file), "column": options.column, "returns": options.returns}
        text = json.dumps(as_plain(read | numbers), indent=1, allow_nan=False)
        files.write(options.json, f"{text}\n")
        outputs.tell_files(options.json)
    if options.plot:
        files.write(options.plot, picture)
        outputs.tell_files(options.plot)
