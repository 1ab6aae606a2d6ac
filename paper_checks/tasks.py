"""Tasks: rows as a pure function of a key of JSON, which says all that they depend on."""

import hashlib
import json
import platform
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from math import inf
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from stablenoise.checks import real_array

from . import registry, stamps
from .claim import Claim
from .replicates import SharedRows

SCHEMA = 3


class Answer(NamedTuple):
    """Rows of a key, or the line by which it failed; what it took, and on what."""

    rows: np.ndarray
    seconds: float = 0.0
    peak: int = 0  # largest memory of the process so far, in bytes
    device: str = ""
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a role of a claim runs, and all that its rows depend on but for which they are.

    Parameters
    ----------
    what : dict
        What is run, under names of JSON: a claim's role, or rows that several claims share.
    seed : int
        Seed of the run.
    depends : dict
        Versions of libraries, hashes of data, and the stamp of the source.
    home : tuple of str, optional
        Module of the claim that asks, and its name there: no part of the key, as claims share rows.

    """

    what: dict[str, Any]
    seed: int
    depends: dict[str, Any]
    home: tuple[str, str] = "", ""

    def key(self, replicates: range) -> str:
        """Key of these rows, in JSON."""
        ends = [replicates.start, replicates.stop]
        record = {"schema": SCHEMA, "run": self.what, "seed": self.seed, "replicates": ends}
        return json.dumps(record | self.depends, sort_keys=True)


def recipe(name: str, role: str, seed: int) -> Recipe:
    """What a role of a claim runs."""
    claim = registry.all_claims()[name]
    what = _subject(name, claim, role)
    depends = {
        "versions": stamps.versions(),
        "data": stamps.data_stamp(claim),
        "source": _source_of(what),
    }
    return Recipe(what, seed, depends, home_of(name))


def digest(key: str) -> str:
    """Address of a key's rows."""
    return hashlib.sha256(key.encode()).hexdigest()


def _subject(name: str, claim: Claim, role: str) -> dict[str, Any]:
    experiment = getattr(claim, role)
    if isinstance(experiment, SharedRows):
        return {"function": experiment.function, "options": experiment.options}
    module, attribute = home_of(name)
    return {"claim": name, "module": module, "attribute": attribute, "role": role}


def home_of(name: str) -> tuple[str, str]:
    """Module that holds a claim, and its name there; empty if it is in none, as in tests."""
    claim, module = registry.all_claims()[name], registry.place_of(name).module
    values = vars(sys.modules[module]) if module in sys.modules else {}
    names = [key for key, value in values.items() if value is claim]
    return (module, min(names)) if names else ("", "")


def _source_of(what: dict[str, Any]) -> str:
    """Stamp of the source that is run; that of all packages, where nobody can tell."""
    modules = _modules_of(what)
    return stamps.source_stamp(modules) if modules else stamps.code_stamp()


def _modules_of(what: dict[str, Any]) -> tuple[str, ...]:
    if "function" not in what:
        return (what["module"],) if what["module"] else ()
    named = what["function"], *_functions_in(what["options"])
    return tuple(sorted({name.partition(":")[0] for name in named}))


def _functions_in(options: dict[str, Any]) -> list[str]:
    """Options that name a function, as ``module:name``."""
    values = [value for value in options.values() if isinstance(value, str)]
    return [value for value in values if re.fullmatch(r"[\w.]+:\w+", value)]


def compute(
    keys: Sequence[str],
    code: str = "",
    patience: float = inf,
    home: tuple[str, str] = ("", ""),
) -> list[Answer]:
    """Rows of keys, in their order; workers have one thread of BLAS.

    Parameters
    ----------
    keys : sequence of str
        As ``Recipe.key`` makes them.
    code : str, optional
        Stamp of our packages where they were made: with the same here, what is run need not be
        compared, unless it lies elsewhere.
    patience : float, optional
        Seconds after which no other key is begun.
    home : tuple of str, optional
        Module of a claim that takes shared rows, and its name there: its data must be the same.

    Returns
    -------
    list of Answer
        Of the first ones: of one at least, and none after one that failed.

    """
    began, answers = time.perf_counter(), []
    for key in keys:
        answers.append(_answer(json.loads(key), code, home))
        if answers[-1].failure or time.perf_counter() - began > patience:
            break
    return answers


def _answer(key: dict[str, Any], code: str, home: tuple[str, str]) -> Answer:
    began = time.perf_counter()
    try:
        refuse_another_version(key, code, home)
        rows = _rows_of(key)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever a claim does, the others are run
        return Answer(np.empty((0, 0)), failure=registry.one_line(error))
    return Answer(rows, time.perf_counter() - began, peak_memory(), device())


def refuse_another_version(key: dict[str, Any], code: str, home: tuple[str, str]) -> None:
    """Raise ValueError unless what a key depends on is the same here."""
    here = {"schema": SCHEMA, "versions": stamps.versions()}
    if "claim" in key["run"]:
        here["data"] = stamps.data_stamp(_claim_of(key["run"]))
    elif home[0]:
        here["data"] = stamps.data_stamp(getattr(import_module(home[0]), home[1]))
    if not all(map(stamps.is_ours, _modules_of(key["run"]))) or code != stamps.code_stamp():
        here["source"] = _source_of(key["run"])
    for name, value in here.items():
        if value != key[name]:
            rule = f"worker on {platform.node()} must have the same {name} as the run"
            raise ValueError(f"{rule}, got {_difference(value, key[name])}")


def _difference(here: Any, there: Any) -> str:
    if not isinstance(here, dict):
        return f"{here} where it has {there}"
    names = sorted(name for name in here.keys() | there if here.get(name) != there.get(name))
    return ", ".join(f"{name} {here.get(name)} where it has {there.get(name)}" for name in names)


def _claim_of(what: dict[str, Any]) -> Claim:
    """A claim, by its module alone: to import all claims takes seconds."""
    if what["module"]:
        return getattr(import_module(what["module"]), what["attribute"])
    if what["claim"] not in registry.all_claims():
        raise ValueError(f"{what['claim']} must be in a module to be run elsewhere, got none")
    return registry.all_claims()[what["claim"]]


def _rows_of(key: dict[str, Any]) -> np.ndarray:
    what, replicates, seed = key["run"], range(*key["replicates"]), key["seed"]
    if "function" in what:
        return rows_of_function(what, replicates, seed)
    return rows_of_claim(_claim_of(what), what["claim"], what["role"], replicates, seed)


def rows_of_claim(claim: Claim, name: str, role: str, replicates: range, seed: int) -> np.ndarray:
    """Rows of a role, of the shape that its quantities ask for."""
    seen = getattr(claim, role)(replicates, seed)
    return checked_rows(seen, f"{role} of {name}", (len(replicates), len(claim.quantities)))


def rows_of_function(what: dict[str, Any], replicates: range, seed: int) -> np.ndarray:
    """Rows that several claims share, of any number of columns."""
    module, _, name = what["function"].partition(":")
    seen = getattr(import_module(module), name)(replicates, seed, **what["options"])
    return checked_rows(seen, what["function"], (len(replicates), None))


def checked_rows(seen: Any, subject: str, shape: tuple[int, int | None]) -> np.ndarray:
    """Finite rows of this shape, any number of columns for None; else ValueError."""
    rows = real_array(f"rows of {subject}", seen)
    if not (finite := np.isfinite(rows)).all():
        raise ValueError(f"{subject} must return finite numbers, got {rows[~finite][0]}")
    columns = shape[1] or (rows.shape[1] if rows.ndim == 2 else "columns")
    if rows.shape != (shape[0], columns):
        told = f"({shape[0]}, {columns})"
        raise ValueError(f"{subject} must return rows of shape {told}, got {rows.shape}")
    return rows


def peak_memory() -> int:
    """Largest memory of this process so far, in bytes; 0 where the system does not tell."""
    try:
        from resource import RUSAGE_SELF, getrusage
    except ImportError:  # Windows
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return getrusage(RUSAGE_SELF).ru_maxrss * unit


@cache
def device() -> str:
    """The processor that computes, in words."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
