"""Functions of libraries, asked row by row in a process of their own that may hang or die.

Each row has its own law, so that every call is of one point.  What a call costs is what users pay
who ask one point of one law; a library that answers many points of one law at once is faster there.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import monotonic, perf_counter
from types import ModuleType, SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from benchmarks.peers import MEMBERS, peer

__all__ = ["FUNCTIONS", "LIBRARIES", "OURS", "Answers", "Library", "library"]

FUNCTIONS = "pdf", "cdf", "sf", "ppf"
OURS = "stablenoise"
LIBRARIES = (OURS, *MEMBERS)
STUCK = 30.0  # seconds after which a call is given up
START = 120.0  # seconds in which a process is ready
DIED = "its process ended"
FIRST = 0.5, 1.5, 0.25  # x or q, alpha, beta
Rows = dict[str, np.ndarray]
Answer = tuple[float, float, str | None]  # a value, seconds, and why it is no number


class Answers(NamedTuple):
    """Of one function of one library: an element for each row that there was time for."""

    asked: np.ndarray  # numbers of the rows, in the order in which they were asked
    values: np.ndarray  # NaN where there is no number
    seconds: np.ndarray
    reasons: dict[str, int]  # why there is no number, and how often


def library(name: str) -> ModuleType | Any:
    """The module of a library, ours among them; ImportError or OSError if it is not installed."""
    if name != OURS:
        return peer(name)
    import stablenoise
    from stablenoise import law

    functions = {name: getattr(law, name) for name in FUNCTIONS}
    return SimpleNamespace(NAME=OURS, version=lambda: stablenoise.__version__, **functions)


class Library:
    """A library in a process, which is started anew when it hangs or dies."""

    def __init__(self, name: str) -> None:
        self._name, self._child = name, _Child(name)

    def answers(self, function: str, points: Rows, seconds: float) -> Answers:
        """Ask a function at points, in their order, for some seconds in all; ``x`` may be q."""
        values, times = np.full(len(points["x"]), np.nan), np.zeros(len(points["x"]))
        reasons: dict[str, int] = {}
        self._ask(function, *FIRST)  # what is compiled or read once is not of its time
        done, ends = 0, monotonic() + seconds
        while done < len(values) and monotonic() < ends:
            point = (float(points[key][done]) for key in ("x", "alpha", "beta"))
            values[done], times[done], reason = self._ask(function, *point)
            if reason:
                reasons[reason] = reasons.get(reason, 0) + 1
            done += 1
        return Answers(np.arange(done), values[:done], times[:done], reasons)

    def _ask(self, function: str, x: float, alpha: float, beta: float) -> Answer:
        answer = self._child.ask((function, x, alpha, beta), STUCK)
        if answer is not None:
            return answer
        why = self._child.why()
        self._child.end()
        self._child = _Child(self._name)
        return np.nan, STUCK, why

    def end(self) -> None:
        """End its process."""
        self._child.end()


class _Child:
    """A process that answers one point after the other."""

    def __init__(self, name: str) -> None:
        context = get_context("spawn")
        self._here, there = context.Pipe()
        self._process = context.Process(target=_answer, args=(name, there), daemon=True)
        self._process.start()
        there.close()
        self._next(START)

    def ask(self, task: tuple[str, float, float, float], limit: float) -> Answer | None:
        """The answer, None if none comes."""
        try:
            self._here.send(task)
        except OSError:
            return None
        return self._next(limit)

    def _next(self, limit: float) -> Any:
        try:
            return self._here.recv() if self._here.poll(limit) else None
        except (EOFError, OSError):
            return None

    def why(self) -> str:
        """Why nothing came."""
        self._process.join(0.5)
        return f"no answer within {STUCK:.0f} s" if self._process.is_alive() else DIED

    def end(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.join()
        self._here.close()


def _answer(name: str, parent: Connection) -> None:
    """Answer tasks until there are none, after a first message that says that all is ready."""
    warnings.simplefilter("ignore")
    asked = library(name)
    parent.send("ready")
    with np.errstate(all="ignore"):
        while True:
            try:
                function, *point = parent.recv()
            except EOFError:
                return
            started = perf_counter()
            value, reason = _one(getattr(asked, function), *point)
            parent.send((value, perf_counter() - started, reason))


def _one(
    asked: Callable[..., Any], x: float, alpha: float, beta: float
) -> tuple[float, str | None]:
    """The value at one point; NaN, with the reason, where there is no finite number."""
    try:
        value = float(np.asarray(asked(np.array([x]), alpha, beta)).reshape(-1)[0])
    except Exception as error:  # whatever a library raises is counted
        return np.nan, type(error).__name__
    return value, None if np.isfinite(value) else "NaN" if np.isnan(value) else "infinity"
