"""One examination, here or in a process of its own, and what is kept of it."""

from __future__ import annotations

import json
import os
import signal
import warnings
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.peers import peer
from stablenoise import Stable, examine
from stablenoise.checks import one_line
from stablenoise.data.files import write

from .laws import FUNCTIONS, SEED, UNASKED, Trial

__all__ = ["LIMIT", "keep", "report", "warm"]

LIMIT = 900.0  # seconds of a process
LESS = {"r_stable": 240.0}  # of those that do not come back
TOLD = 300  # characters of an error


def report(trial: Trial, library: ModuleType | None = None) -> Any:
    """What our examiners say of a library, by default the one that the trial names."""
    library = library or peer(trial.library)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return _REPORTS[trial.kind](trial, library)


def _of_sampler(trial: Trial, library: ModuleType) -> Any:
    # In the form that it has: a shift of ours would cost digits that the sampler is asked for.
    is_s1 = library.FORM == "S1"
    law = (Stable.from_s1 if is_s1 else Stable)(trial.alpha, trial.beta)
    draw = partial(_drawn, library.rvs_s1 if is_s1 else library.rvs, trial.alpha, trial.beta)
    return examine.sampler(draw, law, int(trial.amount), SEED)


def _drawn(rvs: Any, alpha: float, beta: float, size: int, rng: Any) -> np.ndarray:
    return rvs(size, alpha, beta, rng)


def _of_vectors(trial: Trial, library: ModuleType) -> Any:
    law, draw = library.VECTORS[trial.name](trial.alpha)
    return examine.sampler(draw, law, int(trial.amount), SEED)


def _of_density(trial: Trial, library: ModuleType) -> Any:
    asked = {
        name: partial(_value, getattr(library, name), trial.alpha, trial.beta)
        for name in FUNCTIONS
        if getattr(library, name) and (trial.library, name) not in UNASKED
    }
    return examine.density(Stable(trial.alpha, trial.beta), **asked, seconds=trial.amount)


def _value(function: Any, alpha: float, beta: float, x: np.ndarray) -> np.ndarray:
    return function(np.ravel(x), alpha, beta).reshape(np.shape(x))


_REPORTS = {"sampler": _of_sampler, "vectors": _of_vectors, "density": _of_density}


def keep(trial: Trial, folder: Path) -> None:
    """See that the folder has the report, as JSON, made in a process of its own."""
    file = folder / trial.file
    if not file.exists():
        lost = _left_by_process(trial, file)
        if not file.exists():
            write(file, json.dumps({"lost": lost}))


def _left_by_process(trial: Trial, file: Path) -> str:
    """Let a process write the file; if it does not, why it has not."""
    # Forked: what this process has imported and compiled need not be made a hundred times.
    process = get_context("fork").Process(target=_leave, args=(trial, file))
    process.start()
    limit = LESS.get(trial.library, LIMIT)
    process.join(limit)
    if process.exitcode is not None:
        return f"the process ended with {_end(process.exitcode)}"
    os.killpg(process.pid, signal.SIGKILL)  # with what it started
    process.join()
    return f"no answer within {limit:.0f} seconds"


def _end(exit_code: int) -> str:
    """An exit status, or the name of a signal."""
    return signal.Signals(-exit_code).name if exit_code < 0 else f"{exit_code}"


def _leave(trial: Trial, file: Path) -> None:
    os.setsid()
    try:
        told = report(trial).to_dict()
    except Exception as error:  # what a library does when it is loaded, say
        told = {"lost": one_line(f"{type(error).__name__}: {error}", TOLD)}
    write(file, json.dumps(told))


def warm() -> None:
    """Compile what all examinations share, before processes are forked."""
    for alpha, beta in ((1.5, 0.5), (1.0, 0.5), (0.8, 0.3), (1.99, 0.0)):
        law = Stable(alpha, beta)
        examine.sampler(law.rvs, law, "smoke", SEED)
