"""Who runs next: the experiments and controls of all claims, side by side on one pool of workers.

Looks are decided as rows arrive, in the order of the rows, so that no verdict depends on engine,
number of workers, or the order in which tasks end.  Rows beyond a look are kept and not judged: a
claim fails by those that a look waits for, the first in order, and by its control's only when its
experiment has not failed.
"""

import time
from collections import defaultdict
from collections.abc import Callable
from itertools import count
from math import ceil
from typing import Any, NamedTuple

from . import registry, stamps
from .leases import Leases, NoLeases
from .shards import Shelf
from .streams import Stream
from .tasks import Answer, compute

SECONDS_OF_A_TASK = 1.0  # where chunks take less, several travel in one task
CHUNKS_OF_A_TASK = 256
TASKS_OF_A_WORKER = 2  # with it or on their way, so that it need not wait
SECONDS_BETWEEN_POLLS = 0.1  # while all that is missing is computed by other runs


class Watch:
    """Told how a run goes on, in the process that started it; to be written over."""

    def began(self, name: str, role: str, done: int, at_most: int) -> None:
        """A role of a claim has begun, with so many rows."""

    def rows(self, name: str, role: str, done: int, at_most: int) -> None:
        """So many rows are there."""

    def ended(self, name: str, seen: Any) -> None:
        """There is evidence on a claim, or the line by which it failed."""


class Work(NamedTuple):
    """Chunks of one stream that travel together."""

    stream: Stream
    chunks: list[range]


class Schedule:
    """All that is to be run, and what has come of it.

    Parameters
    ----------
    streams : list of Stream
        Both roles of each claim.
    pool : object
        As ``stablenoise.executors.workers`` gives it.
    shelf : Shelf
        Where rows are kept.
    leases : Leases or NoLeases
        What other runs on the same folder are at work on.
    watch : Watch
        Told how it goes on.

    """

    def __init__(
        self,
        streams: list[Stream],
        pool: Any,
        shelf: Shelf,
        leases: Leases | NoLeases,
        watch: Watch,
    ) -> None:
        self._active = list(streams)
        self._pool, self._shelf, self._leases, self._watch = pool, shelf, leases, watch
        self._tokens, self._travelling = count(), dict[int, Work]()
        self._began: set[Stream] = set()
        self._compiled: set[Stream] = set()  # of which a task has come back
        self._longest_first = False
        self._peers = defaultdict[str, list[Stream]](list)  # streams that need the same rows
        for stream in streams:
            self._peers[stream.key(range(0))].append(stream)
        self._alone: set[str] = set()  # digests of chunks whose task failed: some other's fault?
        self._failed: dict[str, dict[str, str]] = defaultdict(dict)  # lines by name and role
        self.failures: dict[str, str] = {}

    def run(self, ended: Callable[[str], None]) -> None:
        """Compute until all is decided; ``ended`` is told the name of each claim that is."""
        self._ended = ended
        while self._active:
            for stream in list(self._active):
                self._advance(stream)
            self._fill()
            for token, outcome in self._pool.finished():
                self._take(self._travelling.pop(token), outcome)
                if not self._active:
                    return
                self._fill()
            if self._active:
                time.sleep(SECONDS_BETWEEN_POLLS)

    def _advance(self, stream: Stream, ahead: bool = False) -> None:
        """Fetch what is kept, look as far as the rows go, and end what is decided."""
        while stream in self._active and not stream.is_decided:
            self._fetch(stream, ahead)
            if not self._look(stream):
                break
        if stream in self._active and stream.is_decided:
            self._watch.rows(stream.name, stream.role, stream.done, stream.done)
            self._end(stream)

    def _look(self, stream: Stream) -> bool:
        """Judge as far as the rows go; whether there may be more to judge."""
        try:
            looked, line = stream.look(), stream.failure
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # whatever a claim does, the others are run
            looked, line = False, registry.one_line(error)
        if line:
            self._failed[stream.name][stream.role] = line
            self._end(stream)
        return looked and not line

    def _end(self, stream: Stream) -> None:
        """End a stream, and its claim if it was the last one or the experiment has failed."""
        name, lines = stream.name, self._failed[stream.name]
        others = [each for each in self._active if each is not stream]
        if "experiment" in lines:
            others = [each for each in others if each.name != name]
        self._active = others
        if not any(each.name == name for each in others):
            if lines:
                self.failures[name] = lines.get("experiment") or lines["control"]
            self._ended(name)

    def _fetch(self, stream: Stream, ahead: bool) -> None:
        for chunk in stream.missing(ahead):
            answer = self._shelf.get(stream.key(chunk))
            if answer is not None:
                stream.add(chunk, answer)

    def _fill(self) -> None:
        """Give the workers tasks: what a look waits for, else what the next one may need."""
        others = self._leases.of_others()
        # One worker is given one task at a time, so that what it does follows what was seen.
        most = TASKS_OF_A_WORKER * self._pool.count if self._pool.count > 1 else 1
        while len(self._travelling) < most and self._submit(others, ahead=False):
            pass
        while len(self._travelling) < self._pool.count and self._submit(others, ahead=True):
            pass

    def _submit(self, others: frozenset[str], ahead: bool) -> bool:
        """Submit the task that should come first; whether there was one."""
        for stream in self._in_turn():
            if others:  # they may have computed something since
                self._advance(stream, ahead)
            chunks = [
                chunk
                for chunk in stream.missing(ahead)
                if not others or stream.digest(chunk) not in others
            ]
            if chunks and stream in self._active:
                self._send(stream, self._together(stream, chunks))
                return True
        return False

    def _in_turn(self) -> list[Stream]:
        """The longest first, so that none is alone in the end; each other time the shortest first.

        So claims end from the start, and long ones go on all the while.  Last come those that
        would compile what another worker compiles at the moment.
        """
        self._longest_first = not self._longest_first
        turn = sorted(self._active, key=lambda s: s.seconds_left, reverse=self._longest_first)
        travelling = {work.stream for work in self._travelling.values()}
        compiling = {_paper(stream) for stream in travelling - self._compiled}
        return sorted(turn, key=lambda s: s not in self._compiled and _paper(s) in compiling)

    def _together(self, stream: Stream, missing: list[range]) -> list[range]:
        """Chunks that travel together; one alone whose task failed before."""
        chunks = missing[: self._size(stream, len(missing))]
        doubted = [stream.digest(chunk) in self._alone for chunk in chunks]
        return chunks[: max(doubted.index(True), 1)] if True in doubted else chunks

    def _size(self, stream: Stream, missing: int) -> int:
        """Number of chunks that travel together."""
        seconds = stream.seconds_of_a_row
        if seconds is None:  # the worker goes on for a second
            return min(max(missing // self._pool.count, 1), CHUNKS_OF_A_TASK)
        chunks = SECONDS_OF_A_TASK / max(seconds * stream.claim.chunk, 1e-9)
        return min(ceil(chunks), CHUNKS_OF_A_TASK)

    def _send(self, stream: Stream, chunks: list[range]) -> None:
        token = next(self._tokens)
        self._travelling[token] = Work(stream, chunks)
        for peer in self._peers_of(stream):
            peer.at_work.update(chunks)
        self._leases.hold(map(stream.digest, chunks))
        if stream not in self._began:
            self._began.add(stream)
            self._watch.began(stream.name, stream.role, stream.done, stream.cap)
        keys = [stream.key(chunk) for chunk in chunks]
        asks = stream.recipe.home
        self._pool.submit(token, compute, keys, stamps.code_stamp(), SECONDS_OF_A_TASK, asks)

    def _peers_of(self, stream: Stream) -> list[Stream]:
        return self._peers[stream.key(range(0))]

    def _take(self, work: Work, outcome: Any) -> None:
        """Keep what a task has brought, and look at it."""
        self._compiled.add(work.stream)
        answers: list[Answer] = outcome.value if outcome.error is None else []
        pairs = list(zip(work.chunks, answers, strict=False))
        seen = [pair for pair in pairs if not pair[1].failure]
        lines = {chunk: answer.failure for chunk, answer in pairs if answer.failure}
        if outcome.error is not None:
            lines = self._blame(work, registry.one_line(outcome.error))
        self._shelf.put((work.stream.key(chunk), answer) for chunk, answer in seen)
        self._leases.release(map(work.stream.digest, work.chunks))
        for peer in self._peers_of(work.stream):
            peer.at_work.difference_update(work.chunks)
            if peer in self._active:
                self._give(peer, seen, lines)
                self._advance(peer)

    def _blame(self, work: Work, line: str) -> dict[range, str]:
        """The chunk by which a task was lost; of several, each is computed again by itself."""
        if len(work.chunks) == 1:
            return {work.chunks[0]: line}
        self._alone.update(map(work.stream.digest, work.chunks))
        return {}

    def _give(
        self, stream: Stream, seen: list[tuple[range, Answer]], lines: dict[range, str]
    ) -> None:
        for chunk in filter(stream.wants, lines):
            stream.fail(chunk, lines[chunk])
        wanted = [pair for pair in seen if stream.wants(pair[0])]
        for chunk, answer in wanted:
            stream.add(chunk, answer)
        if wanted:
            self._watch.rows(stream.name, stream.role, stream.done, stream.cap)


def _paper(stream: Stream) -> str:
    """Claims that are likely to share kernels: those of a paper, both roles of each."""
    return stream.claim.id.partition("-")[0]
