"""Examine a library, as far as a folder does not keep it."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from platform import machine, system
from subprocess import CalledProcessError

from benchmarks.peers import peer
from stablenoise.data.files import write

from .calls import CALLS, answer
from .laws import trials_of
from .subjects import ABOUT, SINGLE_CALLS
from .trials import keep

__all__ = ["run"]


def run(library: str, folder: Path) -> None:
    """All examinations and calls of a library; why there are none if it is not installed."""
    about = folder / f"{ABOUT}{library}.json"
    try:
        module = peer(library)
        version = module.version()
    except (ImportError, OSError, CalledProcessError) as error:
        write(about, json.dumps({"name": library, "missing": f"{type(error).__name__}: {error}"}))
        return
    trials = trials_of(library, module)
    for trial in trials:
        keep(trial, folder)
    calls = folder / f"{SINGLE_CALLS}{library}.json"
    if not calls.exists():
        write(calls, json.dumps([answer(call) for call in CALLS if call.library == library]))
    if not about.exists():
        told = {"name": module.NAME, "form": module.FORM, "version": version}
        told |= {"date": date.today().isoformat(), "processor": processor()}
        write(about, json.dumps({**told, "trials": trials}))


def processor() -> str:
    """Name of the processor and of the system."""
    text = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    name = re.search(r"model name\s*: (.*)", text)
    return f"{name[1] if name else machine()}, {system()}"
