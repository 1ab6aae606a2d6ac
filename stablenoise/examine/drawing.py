"""Somebody's sampler, called so that what it gives can be examined.

A sampler is any callable ``draw(size, rng)``.  What it gives is an array of NumPy, or of a library
whose arrays have ``__array__`` or ``__dlpack__``.  What it does wrong is a ``Refusal``, with its
reason in one line; what is odd but can be examined is a remark.  How it is called is found by
``calling``.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from math import inf
from threading import Barrier
from time import perf_counter
from typing import Any

import numpy as np

from ..checks import one_line, said_by, told
from .arrays_of_others import NotAnArrayError, as_numpy
from .calling import Caller, Style

__all__ = ["OutOfTime", "Refusal", "Source"]

TOLD = 160  # characters of an error
PACED, PROJECTED = (
    1 << 10,
    1 << 16,
)  # draws of a call that tells the pace, and above which it counts
WIDEST = 8  # bytes of a number that is examined


class Refusal(Exception):
    """What a sampler does that ends its examination; its text is the reason."""


class OutOfTime(Exception):
    """What is raised instead of a call after the end of the time for it."""


class Source:
    """A sampler and the shape of what it should give: numbers, or vectors of ``dim``.

    ``remarks`` has what was odd about it and did not end its examination, in words, in the order in
    which it was seen: its keys.  After ``ends_at``, by ``perf_counter``, it is called no more,
    nor for so many draws that they would end later, at the pace of the last call of many.
    """

    def __init__(self, draw: Callable[..., Any], dim: int | None = None) -> None:
        self.dim = dim
        self.callable = draw
        self._caller = Caller(draw)
        self.remarks: dict[str, None] = {}
        self.ends_at = inf
        self._pace = 0.0  # seconds a draw, of the last call of many

    @property
    def style(self) -> Style:
        """What it takes beside the size; known after the first draw."""
        return self._caller.style

    def draw(self, size: int, rng: np.random.Generator | int) -> np.ndarray:
        """``size`` draws, of shape (size,) or (size, dim), in the sampler's dtype.

        They are a copy, so that a sampler that writes into one array again and again cannot change
        them, and at most 64 bits wide.  An integer in place of a generator is its seed.
        """
        return _copied(self.shown(size, rng))

    def shown(self, size: int, rng: np.random.Generator | int) -> np.ndarray:
        """The same, in the memory of the sampler."""
        with self._told_once(size):
            drawn = self._caller.draws(self._shape(size), rng)
        return self._checked(drawn, size)

    def in_threads(self, size: int, seeds: Sequence[int]) -> list[np.ndarray]:
        """``size`` draws for each seed, each in a thread of its own, at the same time."""
        start = Barrier(len(seeds))

        def work(seed: int) -> Any:
            start.wait()
            return self._caller.draws(self._shape(size), seed)

        with self._told_once(size), ThreadPoolExecutor(len(seeds)) as pool:
            drawn = list(pool.map(work, seeds))
        return [_copied(self._checked(part, size)) for part in drawn]

    def _shape(self, size: int) -> int | tuple[int, int]:
        return size if self.dim is None else (size, self.dim)

    def remark(self, text: str) -> None:
        """Note what is odd."""
        self.remarks.setdefault(one_line(text, TOLD))

    @contextmanager
    def _told_once(self, size: int) -> Iterator[None]:
        """Warnings are shown once and noted, and are no errors; errors are refusals.

        What it changes of NumPy's ``seterr`` ends with the call.
        """
        started = perf_counter()
        if started + (self._pace * size if size > PROJECTED else 0.0) > self.ends_at:
            raise OutOfTime
        with warnings.catch_warnings(record=True) as seen, np.errstate():
            warnings.simplefilter("always")
            try:
                yield
            except (Exception, SystemExit) as error:
                reason = f"it raised {type(error).__name__}: {said_by(error)}"
                raise Refusal(self._refused(size, reason)) from None
        if size >= PACED:
            self._pace = (perf_counter() - started) / size
        for warning in seen:
            text = one_line(f"it warned: {warning.category.__name__}: {warning.message}", TOLD)
            if text not in self.remarks:
                self.remark(text)
                warnings.showwarning(
                    warning.message, warning.category, warning.filename, warning.lineno
                )

    def _refused(self, size: int, reason: str) -> str:
        """A reason, with the call that led to it."""
        return one_line(f"called as {self._caller.told(self._shape(size))}, {reason}", TOLD)

    def _checked(self, raw: Any, size: int) -> np.ndarray:
        expected = (size,) if self.dim is None else (size, self.dim)
        asked = f"it was asked for numbers of shape {expected} and gave"
        try:
            drawn = as_numpy(raw)
        except NotAnArrayError as error:
            raise Refusal(self._refused(size, f"{asked} {error}")) from None
        if drawn.shape != expected or drawn.dtype.kind not in "iuf":
            raise Refusal(self._refused(size, f"{asked} {told(drawn)}"))
        self._remark_on(raw, drawn)
        return drawn.astype(drawn.dtype.newbyteorder("="), copy=False)

    def _remark_on(self, raw: Any, drawn: np.ndarray) -> None:
        if isinstance(raw, list | tuple):
            self.remark(f"it gives a {type(raw).__name__}, not an array")
        if drawn.dtype.kind in "iu" and drawn.size:
            self.remark(f"it gives integers ({drawn.dtype}), and the law has none")
        if drawn.dtype == np.float16:
            self.remark("it gives float16, which ends at 65,504")


def _copied(drawn: np.ndarray) -> np.ndarray:
    """A copy; of wider floats, whose bytes are not all theirs, as float64."""
    if drawn.dtype.kind != "f" or drawn.dtype.itemsize <= WIDEST:
        return np.array(drawn, order="C")
    with np.errstate(over="ignore"):
        return np.array(drawn, np.float64, order="C")
