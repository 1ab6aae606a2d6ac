"""Rows of one role of a claim as they arrive, in any order, and what is missing of them."""

from collections.abc import Iterable
from functools import cached_property

import numpy as np

from . import registry
from .claim import Claim
from .decisions import Course
from .replicates import SharedRows
from .tasks import Answer, Recipe, checked_rows, digest


class Stream:
    """The rows of one role, in chunks, and the looks at them.

    Parameters
    ----------
    name, role : str
        Name of the claim, and "experiment" or "control".
    recipe : Recipe
        What is run.
    cap : int
        Largest number of replicates.

    """

    def __init__(self, name: str, role: str, recipe: Recipe, cap: int) -> None:
        self.name, self.role, self.recipe, self.cap = name, role, recipe, cap
        self.claim: Claim = registry.all_claims()[name]
        self.course = Course(self.claim, role, cap)
        self.at_work: set[range] = set()  # chunks that are computed at present
        self.expected = cap  # rows that it is likely to take
        self.guess: float | None = None  # of the seconds of a row, from an earlier run
        self._keys: dict[range, tuple[str, str]] = {}
        self._answers: dict[range, Answer] = {}
        self._failures: dict[range, str] = {}  # lines by which chunks failed, of this look or later
        self._measured: list[float] = []  # seconds of a row, of each chunk

    @cached_property
    def chunks(self) -> list[range]:
        """All chunks, whatever the budget of the looks."""
        step = self.claim.chunk
        return [range(low, min(low + step, self.cap)) for low in range(0, self.cap, step)]

    def key(self, chunk: range) -> str:
        """Key of a chunk's rows."""
        return self._named(chunk)[0]

    def digest(self, chunk: range) -> str:
        """Hash of that key."""
        return self._named(chunk)[1]

    def _named(self, chunk: range) -> tuple[str, str]:
        if chunk not in self._keys:
            key = self.recipe.key(chunk)
            self._keys[chunk] = key, digest(key)
        return self._keys[chunk]

    @property
    def is_decided(self) -> bool:
        """Whether more rows have no say."""
        return self.course.is_decided

    @property
    def done(self) -> int:
        """Number of rows that are there, of those of the looks so far and of the next one."""
        return sum(len(chunk) for chunk in self._upto(self.course.budget) if chunk in self._answers)

    def missing(self, ahead: bool = False) -> list[range]:
        """Chunks that the next look waits for and nobody computes, or those of the one after."""
        if self.is_decided:
            return []
        budget = self.course.budget_after if ahead else self.course.budget
        taken = self._answers.keys() | self.at_work
        end = min((chunk.start for chunk in self._failures), default=self.cap)  # no look goes on
        return [chunk for chunk in self._upto(budget) if chunk.start < end and chunk not in taken]

    def _upto(self, rows: int) -> list[range]:
        return self.chunks[: -(-rows // self.claim.chunk)]

    def wants(self, chunk: range) -> bool:
        """Whether a chunk is one of these and is not there."""
        index = chunk.start // self.claim.chunk
        known = index < len(self.chunks) and self.chunks[index] == chunk
        return known and chunk not in self._answers

    def fail(self, chunk: range, line: str) -> None:
        """Keep why there are no rows of a chunk: it counts when a look waits for them."""
        self._failures[chunk] = line

    @property
    def failure(self) -> str:
        """Why the next look has not its rows, all those before being there; else empty."""
        absent = [chunk for chunk in self._upto(self.course.budget) if chunk not in self._answers]
        return "" if self.is_decided or not absent else self._failures.get(absent[0], "")

    def add(self, chunk: range, answer: Answer) -> None:
        """Take rows, or why they are none: without a column for each quantity, say."""
        try:
            self._add(chunk, answer)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # of a claim's function that takes columns
            self.fail(chunk, registry.one_line(error))

    def _add(self, chunk: range, answer: Answer) -> None:
        experiment = getattr(self.claim, self.role)
        rows = answer.rows
        if isinstance(experiment, SharedRows):
            rows = experiment.take(rows)
        shape = len(chunk), len(self.claim.quantities)
        rows = checked_rows(rows, f"{self.role} of {self.name}", shape)
        self._answers[chunk] = answer._replace(rows=rows)
        self._measured.append(answer.seconds / len(chunk))

    def look(self) -> bool:
        """Judge as far as the rows go; whether anything was judged."""
        looked = False
        while not self.is_decided and self._is_ready():
            self.course.look(self.rows)
            looked = True
        return looked

    def _is_ready(self) -> bool:
        return all(chunk in self._answers for chunk in self._upto(self.course.budget))

    @property
    def rows(self) -> np.ndarray:
        """Rows of the decisive look, or of the next one."""
        return np.concatenate([answer.rows for answer in self.answers])[: self.course.budget]

    @property
    def answers(self) -> Iterable[Answer]:
        """Answers with the rows of the decisive look, or of the next one."""
        return [self._answers[chunk] for chunk in self._upto(self.course.budget)]

    @property
    def seconds_of_a_row(self) -> float | None:
        """Median of what was measured; before, what an earlier run says."""
        return float(np.median(self._measured)) if self._measured else self.guess

    @property
    def seconds_left(self) -> float:
        """What it is likely to take: without end where nothing is known."""
        seconds = self.seconds_of_a_row
        left = max(self.expected, self.course.budget) - self.done
        return float("inf") if seconds is None else seconds * left
