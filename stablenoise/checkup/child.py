"""Probes in a process of their own: whatever ends it, each of them is answered."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from .lines import AMISS, UNKNOWN, Line, one_line, private, told

NAMES = "blas", "cache", "compiled", "data", "golden bits"
BITS = "golden bits"
LIMIT = 120.0  # seconds
SILENT = "the process said nothing of it"
LAST_WORDS = 300  # characters of what a process said before its end


def lines(limit: float = LIMIT) -> list[Line]:
    """Answers of all probes of ``inside``, in their order, whatever happens to the process."""
    try:
        return _lines(limit)
    except Exception as error:
        return [Line(name, f"{UNKNOWN}: {told(error)}", AMISS) for name in NAMES]


def _lines(limit: float) -> list[Line]:
    found, end = _asked((), "kept", limit)
    by_name = {line.name: line for line in found}
    first = by_name.get(BITS) or Line(BITS, end or SILENT, AMISS)
    if first.text.startswith((end or SILENT, UNKNOWN)):
        by_name[BITS] = _without_kept_code(first, limit)
    return [by_name.get(name) or Line(name, end or SILENT, AMISS) for name in NAMES]


def _without_kept_code(first: Line, limit: float) -> Line:
    """Golden bits once more, where code on disk may be why they could not be made."""
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as empty:
            found, end = _asked([BITS], "always", limit, NUMBA_CACHE_DIR=empty)
    except OSError as error:  # no folder for temporary files can be written
        rest = f"they could not be asked without code of the cache, {told(error)}"
        return Line(BITS, f"{first.text}; {rest}", AMISS)
    again = found[0].text if found else end or SILENT
    if again.removeprefix(UNKNOWN) == first.text.removeprefix(UNKNOWN):  # kept code is not why
        return first
    why = first.text.removeprefix(f"{UNKNOWN}: ")
    return Line(BITS, f"with code of the cache, {why}: delete it; without, {again}", AMISS)


def _asked(
    names: Sequence[str], mode: str, limit: float, **variables: str
) -> tuple[list[Line], str]:
    """What a process answers, and how it ended if not by itself."""
    if not sys.executable:  # Python is part of another program
        return [], "no process can be started, sys.executable does not name Python"
    command = [sys.executable, "-m", "stablenoise.checkup.inside", *names]
    try:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=_environment(mode) | variables,
        )  # fmt: skip
    except (OSError, ValueError) as error:
        return [], f"no process can be started, {told(error)}"
    try:
        said, errors = child.communicate(timeout=limit)
        end = _end(child.returncode, errors)
    except subprocess.TimeoutExpired:
        child.kill()
        said, _ = child.communicate()
        end = f"the process was ended after {limit:g} s"
    return list(_read(said)), one_line(private(end))


def _environment(mode: str) -> dict[str, str]:
    """That of this process, where modules are found as here, and what says how work is done."""
    asked = os.environ.get("STABLENOISE_INTERPRET", "small")
    given = {"STABLENOISE_ASKED_INTERPRET": asked, "STABLENOISE_QUIET": "1"}
    given |= {"STABLENOISE_INTERPRET": mode, "PYTHONIOENCODING": "utf-8"}
    return os.environ | same_modules() | given


def same_modules() -> dict[str, str]:
    """Variables with which another Python finds the modules that this one does, in this order.

    It would look into the current folder first, where another version of this package may lie, or
    a file that is called numpy.py.
    """
    ours = str(Path(__file__).parents[2])
    path = [str(folder) or os.curdir for folder in sys.path]
    path = path if ours in path else [ours, *path]
    return {"PYTHONPATH": os.pathsep.join(dict.fromkeys(path)), "PYTHONSAFEPATH": "1"}


def _end(status: int, errors: bytes) -> str:
    """How a process ended, with its last words; nothing if by itself."""
    if status == 0:
        return ""
    words = errors.decode(errors="replace").strip().splitlines()
    last = f": {private(words[-1])[:LAST_WORDS]}" if words else ""
    if status > 0:
        return f"the process ended with status {status}{last}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"the process was ended by {name}{last}"


def _read(said: bytes) -> Iterable[Line]:
    """Lines of JSON; what libraries print among them is passed over."""
    for text in said.decode(errors="replace").splitlines():
        try:
            yield Line(**json.loads(text))
        except (ValueError, TypeError):
            continue
