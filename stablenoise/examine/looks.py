"""Draws that come block by block, looked at again and again with one level for all.

The files of the battery have equal shares of the level.  A file spends its share look by look, and
at a look divides it among what it asks.  So a sampler that is right fails with a probability of at
most the level, however many looks there are and whenever they end (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from ..stable import Stable
from .battery import numbers, streams, vectors
from .budgets import look_share
from .drawing import OutOfTime, Source
from .findings import Finding
from .nonfinite import NonFinite
from .statistics.blocks import Block, VectorBlock
from .statistics.outcomes import Outcome
from .statistics.projections import directions, projected
from .traces import Drawn

__all__ = ["Examination", "Look"]

NEED_ORDER = "ORDER"
"""A file of the battery that has this as True asks in which order the draws came."""
NEIGHBOURS = ": next "
"""In the name of a test of seeds, sizes or workers that is about the dependence of two streams."""
FEWEST_VECTORS = 128  # of fewer the nulls of tests of vectors do not hold
KEPT = 1 << 20  # numbers of which a diagnosis is made
SUSPICIOUS, MOST_SUSPICIOUS = 1000.0, 0.05
"""Times the level, at most so much of probability: below it p-values are suspicious together."""


class Asked(NamedTuple):
    """An outcome, and the p-value below which it is a fault."""

    outcome: Outcome
    level: float
    supposes_law: bool = False

    def is_fault(self) -> bool:
        """Whether a sampler that is right would hardly ever show this."""
        return self.outcome.p_value < self.level


class Look(NamedTuple):
    """What was said after so many draws."""

    size: int
    asked: tuple[Asked, ...]


class Question:
    """A file of the battery, given the blocks of one stream of numbers or vectors."""

    def __init__(self, test: Any, most: int, about: str, supposes_law: bool) -> None:
        self._test, self._most, self._about = test, most, about
        self.supposes_law = supposes_law
        self._seen, self._is_fresh = 0, False

    def add(self, block: Block | VectorBlock) -> None:
        """Give it a block, unless it has all that it uses."""
        if len(block) and self._seen < self._most:
            self._test.add(block)
            self._seen += len(block)
            self._is_fresh = True

    def outcomes(self) -> tuple[Outcome, ...]:
        """What it says, if it has seen anything since it was asked last."""
        if not self._is_fresh:
            return ()
        self._is_fresh = False
        told = self._test.outcomes()
        return tuple(o._replace(test=f"{o.test}{self._about}") for o in told)


class Stream(NamedTuple):
    """The numbers along one direction of the draws, and what is asked of them."""

    law: Stable
    direction: np.ndarray | None  # None where the draws are numbers
    questions: Sequence[Question]

    def add(self, values: np.ndarray, dtype: np.dtype) -> None:
        """Give its questions the draws, or their projections."""
        if self.direction is not None:
            with np.errstate(over="ignore", invalid="ignore"):
                values = values @ self.direction
            values = values[np.isfinite(values)]
        block = Block(values, self.law, dtype)
        for question in self.questions:
            question.add(block)


class FirstDraws:
    """What a diagnosis is made of: the first draws, and the ends of all."""

    def __init__(self) -> None:
        self._parts: list[np.ndarray] = []
        self._draws = self._size = 0
        self._smallest, self._largest = np.inf, -np.inf
        self._dtype = np.dtype(float)

    def add(self, values: np.ndarray, dtype: np.dtype) -> None:
        """Keep them if there are not enough yet."""
        if not values.size:
            return
        self._draws += len(values)
        self._dtype = dtype
        self._smallest = min(self._smallest, float(values.min()))
        self._largest = max(self._largest, float(values.max()))
        if self._size < KEPT:
            self._parts.append(values)
            self._size += values.size

    def drawn(self) -> Drawn:
        """All that is kept."""
        values = np.concatenate(self._parts) if self._parts else np.empty(0)
        return Drawn(values, self._dtype, self._draws, self._smallest, self._largest)


class Examination:
    """All that is asked of the draws of a law, and what was said so far."""

    def __init__(self, law: Any, level: float, in_order: bool = True) -> None:
        self.law, self.level = law, level
        self.draws = 0
        self.looks: list[Look] = []
        self._suspicious = max(1.0, min(SUSPICIOUS, MOST_SUSPICIOUS / level))
        self.kept = FirstDraws()
        self.refused = ""
        self._looked = 0
        self._non_finite = NonFinite(law)
        self._of_vectors = [] if isinstance(law, Stable) else _questions(vectors, law, in_order)
        self._streams = list(_streams(law, in_order))
        asked = len(self._of_vectors) + sum(len(stream.questions) for stream in self._streams)
        self._files = asked + len(_members(streams)) + 1

    def ask_of_source(self, source: Source, seed: int, budget: int) -> None:
        """What seeds, sizes and workers change, while there is time: a look with all its share."""
        level = self.level / self._files
        said: list[Asked] = []
        for member in _members(streams):
            if member.COST <= budget:
                try:
                    said += _shared(member.outcomes(source, self.law, seed), level)
                except OutOfTime:
                    break
        self.looks.append(Look(0, tuple(said)))

    @np.errstate(all="ignore")  # whatever the sampler has asked of floats
    def add(self, drawn: np.ndarray) -> None:
        """Take the next draws."""
        self.draws += len(drawn)
        values = self._non_finite.without(drawn)
        self.kept.add(values, drawn.dtype)
        if self._of_vectors:
            block = VectorBlock(values, self.law, drawn.dtype)
            for question in self._of_vectors:
                question.add(block)
        for stream in self._streams:
            stream.add(values, drawn.dtype)

    def refuse(self, reason: str) -> None:
        """Note why the sampler cannot be drawn from."""
        self.refused = reason
        if self.draws:
            self.look()

    def has_fault(self) -> bool:
        """Whether one of the p-values so far is below its level."""
        return any(asked.is_fault() for look in self.looks for asked in look.asked)

    @np.errstate(all="ignore")
    def look(self) -> None:
        """Ask all questions on the draws so far."""
        level = self.level * look_share(self._looked) / self._files
        asked = [_shared(self._non_finite.outcomes(), level)]
        for question in self._questions():
            asked.append(_shared(question.outcomes(), level, question.supposes_law))
        self._looked += 1
        self.looks.append(Look(self.draws, tuple(a for part in asked for a in part)))

    def findings(self) -> tuple[Finding, ...]:
        """What each test said, faults first: the worst of it, or the last where all is well."""
        told: dict[str, Asked] = {}
        first: dict[str, int] = {}
        for look in self.looks:
            for asked in look.asked:
                test = asked.outcome.test
                if asked.is_fault():
                    first.setdefault(test, look.size or asked.outcome.size)
                if test not in told or _is_told(asked, told[test], self._suspicious):
                    told[test] = asked
        ordered = sorted(told.values(), key=self._rank)
        found = [
            _finding(asked, first.get(asked.outcome.test), self._suspicious) for asked in ordered
        ]
        if not self.draws and not self.refused:
            reason = "nothing was drawn: it ended before the first draws"
            found.insert(0, Finding("answers", "suspicious", reason, None, 0))
        if self.refused:
            found.insert(0, Finding("answers", "fail", self.refused, None, self.draws))
        return tuple(found)

    def _rank(self, asked: Asked) -> tuple[bool, float]:
        """Where it stands in a report: what is no fault at all comes last, by its p-value."""
        is_well = _gravity(asked) >= self._suspicious
        return is_well, asked.outcome.p_value if is_well else _gravity(asked)

    def _questions(self) -> Iterator[Question]:
        if self.draws >= FEWEST_VECTORS:
            yield from self._of_vectors
        for stream in self._streams:
            yield from stream.questions


def _gravity(asked: Asked) -> float:
    """P-value in units of the one below which it is a fault."""
    return asked.outcome.p_value / asked.level


def _is_told(asked: Asked, before: Asked, suspicious: float) -> bool:
    """Whether what is said now is to be told rather than what was said before."""
    return _gravity(before) >= suspicious or _gravity(asked) <= _gravity(before)


def _finding(asked: Asked, first: int | None, suspicious: float) -> Finding:
    (test, statistic, p_value, size, sentence), level, supposes_law = asked
    if asked.is_fault():
        grade = "fail"
    else:
        grade = "suspicious" if _gravity(asked) < suspicious else "pass"
    return Finding(test, grade, sentence, p_value, size, statistic, first, level, supposes_law)


def _shared(outcomes: tuple[Outcome, ...], level: float, supposes_law: bool = False) -> list[Asked]:
    """Outcomes of one file at one look, which share its level."""
    supposes = [supposes_law or NEIGHBOURS in outcome.test for outcome in outcomes]
    return [Asked(o, level / len(outcomes), s) for o, s in zip(outcomes, supposes, strict=True)]


def _streams(law: Any, in_order: bool) -> Iterator[Stream]:
    """The numbers themselves, or the projections of vectors."""
    if isinstance(law, Stable):
        yield Stream(law, None, _questions(numbers, law, in_order))
        return
    for name, direction in directions(law):
        along = projected(law, direction)
        asked = _questions(numbers, along, in_order, f" along {name}")
        yield Stream(along, direction, asked)


def _questions(folder: ModuleType, law: Any, in_order: bool, about: str = "") -> list[Question]:
    """A question for each file of a folder that has one for this law."""
    asked = []
    for member in _members(folder):
        needs_order = getattr(member, NEED_ORDER, False)
        if in_order or not needs_order:
            test = member.make(law)
            if test is not None:
                asked.append(Question(test, member.MOST, about, needs_order))
    return asked


def _members(folder: ModuleType) -> list[ModuleType]:
    """The files of an open folder."""
    names = (info.name for info in iter_modules(folder.__path__))
    return [import_module(f"{folder.__name__}.{name}") for name in names]
