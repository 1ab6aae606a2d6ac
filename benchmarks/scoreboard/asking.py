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

__all__ = ["FUNCTIONS", "LIBRARIES", "Answers", "answers_of", "library"]

FUNCTIONS = "pdf", "cdf", "sf", "ppf"
OURS = "stablenoise"
LIBRARIES = (OURS, *MEMBERS)
STUCK = 10.0  # seconds after which a call is given up
START = 120.0  # seconds in which a process is ready
DIED = "its process ended"
Rows = dict[str, np.ndarray]


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


def answers_of(name: str, function: str, points: Rows, seconds: float) -> Answers:
    """Ask a function at points, in their order, for some seconds in all; ``x`` may be q."""
    values, times = np.full(len(points["x"]), np.nan), np.zeros(len(points["x"]))
    reasons: dict[str, int] = {}
    done, ends = 0, None
    while done < len(values):
        child = _Child(name, function, points, done)
        # What a library needs to start, and to compile, is not of its time
        ends = ends or monotonic() + seconds
        while done < len(values) and monotonic() < ends:
            answer = child.next(STUCK)
            values[done], times[done], reason = answer or (np.nan, STUCK, child.why())
            if reason:
                reasons[reason] = reasons.get(reason, 0) + 1
            done += 1
            if answer is None:
                break
        child.end()
        if monotonic() >= ends:
            break
    return Answers(np.arange(done), values[:done], times[:done], reasons)


class _Child:
    """A process that asks the points from some number on, one after the other."""

    def __init__(self, name: str, function: str, points: Rows, first: int) -> None:
        context = get_context("spawn")
        self._here, there = context.Pipe()
        rest = {key: column[first:] for key, column in points.items()}
        self._process = context.Process(
            target=_ask, args=(name, function, rest, there), daemon=True
        )
        self._process.start()
        there.close()
        self._is_stuck = self.next(START) is None

    def next(self, limit: float) -> Any:
        """What comes next, None if nothing does."""
        try:
            return self._here.recv() if self._here.poll(limit) else None
        except (EOFError, ConnectionResetError):
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


def _ask(name: str, function: str, points: Rows, parent: Connection) -> None:
    """Send an answer for each point, after a first one that says that all is ready."""
    warnings.simplefilter("ignore")
    asked = getattr(library(name), function)
    with np.errstate(all="ignore"):
        _one(asked, 0.5, 1.5, 0.25)  # what is compiled or read once
        parent.send("ready")
        for x, alpha, beta in zip(points["x"], points["alpha"], points["beta"], strict=True):
            started = perf_counter()
            value, reason = _one(asked, float(x), float(alpha), float(beta))
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
