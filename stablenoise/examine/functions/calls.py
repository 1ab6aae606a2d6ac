"""Somebody's function, called so that whatever it does becomes numbers or a reason.

It runs in a thread of its own, so that one that never comes back ends the examination of it and
nothing else: what it was given to do goes on until the process ends.
"""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any

import numpy as np

from ...checks import one_line, told
from ..drawing import Refusal

__all__ = ["Function", "OutOfTime"]

SLOWER = 10.0  # times what the call before took, within which one is slow, not stuck
FIRST = 16  # points of the first call, which may compile
SHARE_OF_LIMIT = 0.1  # of the time allowed that one call may take
TOLD = 160  # characters of an error


class OutOfTime(Exception):
    """A call that did not come back within the time allowed."""


class Function:
    """A function of arrays, or of single numbers, as a function of arrays, for so many seconds."""

    def __init__(self, call: Callable[..., Any], seconds: float) -> None:
        self._seconds, self._left = seconds, seconds
        self._each: float | None = None  # seconds a point, of the last call
        self._usual: float | None = None  # the same, of all points but the first call's
        self._lost = False  # whether a call has not come back
        self._tasks: SimpleQueue[Any] = SimpleQueue()
        self._answers: SimpleQueue[Any] = SimpleQueue()
        self.one_by_one: bool | None = None  # whether it takes single numbers only, once called
        self.dtype = np.dtype(float)  # of what it returned
        self.faults: dict[str, str] = {}  # what it did beside, with the reason
        self.ended = ""  # why points were left out: "time", "stuck" or "interrupted"
        Thread(target=_serve, args=(call, self._tasks, self._answers), daemon=True).start()

    def close(self) -> None:
        """Let the thread end, once it is done."""
        self._tasks.put(None)

    def is_quick(self, size: int) -> bool:
        """Whether so many points more take little of the time that is left."""
        return self._usual is not None and self._usual * size < SHARE_OF_LIMIT * self._left

    def ask(self, x: Any) -> Any:
        """What one call returns; Refusal if it raises, OutOfTime if it does not come back."""
        if self._left <= 0 or self._lost:
            raise OutOfTime
        size, started = max(np.size(x), 1), monotonic()
        self._tasks.put(x)
        try:
            answer, error = self._answers.get(timeout=self._left)
        except Empty:
            self._lost = True
            slow = self._each is not None and SLOWER * self._each * size > self._left
            self.ended = "time" if slow else "stuck"
            raise OutOfTime from None
        spent = monotonic() - started
        self._left, self._each = self._left - spent, spent / size
        if error is not None:
            raise Refusal(one_line(f"it raised {type(error).__name__}: {error}", TOLD))
        return answer

    def numbers(self, x: np.ndarray) -> np.ndarray:
        """What one call gives for an array, as floats; Refusal if it is no array of this shape."""
        given = x.copy()
        returned = self.ask(given)
        answer = as_array(returned)
        if not np.array_equal(given, x, equal_nan=True):
            self.faults.setdefault("writes", f"it changes the points that it is given, at {x[0]}")
        if answer.dtype.kind not in "iuf":
            raise Refusal(f"it was asked at {x.size} points and gave {told(returned)}")
        if answer.shape != x.shape:
            if answer.size != x.size or not answer.ndim:
                raise Refusal(f"it was asked at an array of {x.shape} and gave {told(returned)}")
            told_shape = f"points of shape {x.shape} give values of shape {answer.shape}"
            self.faults.setdefault("shape", told_shape)
        self.dtype = answer.dtype
        return answer.reshape(x.shape).astype(float)

    def number(self, x: float) -> float:
        """What it gives for one number; Refusal if it is no number."""
        returned = self.ask(float(x))
        answer = as_array(returned)
        if answer.size != 1 or answer.dtype.kind not in "iuf":
            raise Refusal(f"it was asked at one number and gave {told(returned)}")
        self.dtype = answer.dtype
        return float(answer.reshape(())[()])

    def values(self, x: np.ndarray) -> np.ndarray:
        """Values at points, NaN where it raises; Refusal if it never gives any."""
        if self.one_by_one is None:
            return self._first_values(x)
        if not self.one_by_one:
            try:
                return self.numbers(x)
            except Refusal as refusal:
                self.faults.setdefault("raises", str(refusal))
        return np.array([self._number_or_nan(point) for point in x])

    def _first_values(self, x: np.ndarray) -> np.ndarray:
        """Of the first call, after which it is known whether it takes arrays."""
        try:
            first, self.one_by_one = self.numbers(x), False
            return first
        except Refusal as refusal:
            values, self.one_by_one = np.array([self._number_or_nan(p) for p in x]), True
            if np.isnan(values).all():
                raise refusal from None
            self.faults.pop("shape", None)
            return values

    def _number_or_nan(self, x: float) -> float:
        try:
            return self.number(x)
        except Refusal as refusal:
            self.faults.setdefault("raises", f"at {x:.6g} {refusal}")
            return np.nan

    def all_values(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values at all points that there is time for, and which points these are.

        They are asked in an order that visits all regions early, in calls that take a tenth of the
        time allowed or less, so that the limit is met and Ctrl-C leaves what was answered.
        """
        order = np.argsort((np.arange(x.size) * GOLDEN) % 1.0)
        values, asked = np.full(x.shape, np.nan), np.zeros(x.shape, bool)
        done, step, spent = 0, FIRST, 0.0
        try:
            while done < x.size:
                started, some = monotonic(), order[done : done + step]
                values[some] = self.values(x[some])
                asked[some] = True
                done += len(some)
                took = monotonic() - started
                each = took / len(some)
                if done > FIRST:
                    spent += took
                    self._usual = spent / (done - FIRST)
                step = int(np.clip(SHARE_OF_LIMIT * self._seconds / max(each, 1e-9), 1, x.size))
        except OutOfTime:
            self.ended = self.ended or "time"
        except KeyboardInterrupt:
            self.ended = "interrupted"
        return values, asked


GOLDEN = 0.6180339887498949  # multiples of it, without their integers, fill an interval evenly


def _serve(call: Callable[..., Any], tasks: SimpleQueue[Any], answers: SimpleQueue[Any]) -> None:
    """Answer each task, until one is None."""
    with np.errstate(all="ignore"):
        while (x := tasks.get()) is not None:
            try:
                answers.put((call(x), None))
            except BaseException as error:  # an exit too: it is told as a fault of the function
                answers.put((None, error))


def as_array(answer: Any) -> np.ndarray:
    """An answer as an array; numbers of a library of more digits as floats."""
    try:
        array = np.asarray(answer)
        return array.astype(float) if array.dtype.kind == "O" and array.size else array
    except (TypeError, ValueError, RuntimeError):
        return np.array(None)
