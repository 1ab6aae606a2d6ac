"""Run claims: budgets that double until all is decided, side by side, rows kept on disk."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from stablenoise import executors
from stablenoise.checks import check_integer, check_kind, told

from . import evidence, registry, stamps, tasks
from .budgets import BUDGETS, Settings
from .claim import Verdict, overall
from .decisions import DELTA, MIN_REPLICATES, looks
from .evidence import Evidence, OutputError
from .family import smallest_delta
from .leases import Leases, NoLeases
from .papers import paper_of
from .schedule import Schedule, Watch
from .shards import DiskShelf, MemoryShelf
from .streams import Stream

__all__ = ["BUDGETS", "DELTA", "MIN_REPLICATES", "Settings", "Watch", "check", "check_all", "looks"]

ROLES = "experiment", "control"
# Modules by which rows become evidence: the claims' own are beside them.
JUDGES = "paper_checks.decisions", "paper_checks.family"
Progress = Callable[[int, int], None]
"""Told (replicates done, replicates at most)."""


def fingerprint_of(name: str, settings: Settings) -> str:
    """Hash of all that the evidence on a claim depends on under these settings."""
    return _fingerprint(name, settings.seed, settings.cap(registry.all_claims()[name]))


def _fingerprint(name: str, seed: int, cap: int) -> str:
    keys = [tasks.recipe(name, role, seed).key(range(0)) for role in ROLES]
    module, _ = tasks.home_of(name)
    source = stamps.source_stamp((module, *JUDGES)) if module else stamps.code_stamp()
    parts = [evidence.SCHEMA, name, keys, source, cap]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def is_current(seen: Evidence) -> bool:
    """Whether the code, its libraries and the data are those that this evidence was seen with."""
    try:
        return _fingerprint(seen.name, seen.seed, seen.cap) == seen.fingerprint
    except Exception:  # the claim is gone, or its data: nobody can tell
        return False


def check(
    name: str,
    settings: Settings,
    progress: Progress = lambda done, at_most: None,
    out: Path | None = None,
    executor: str | Executor | None = None,
) -> Evidence:
    """Run the experiment of a claim and its control.

    Parameters
    ----------
    name : str
        Id of the claim in any spelling, such as "B-5" or "b05", or the name of its module.  A
        whole id means its claim alone: "B-4" is not "B-4-mnist".
    settings : Settings
        Budget, seed and processes.
    progress : callable, optional
        Told (replicates done, replicates at most) after each task.
    out : Path, optional
        Folder of a ledger, where rows are kept: the run goes on after those that are there.
    executor : str or Executor, optional
        As for ``check_all``; by default this process alone for one worker, else processes.

    Returns
    -------
    Evidence

    Raises
    ------
    ValueError
        If there is no such claim, several are meant, it fails, or its rows are not finite numbers
        of the right shape.

    Examples
    --------
    >>> check("B-5", Settings("smoke"))
    Evidence(B-5: consistent, control caught, 1 of 1 computations)

    """
    check_kind("name", name, str)
    name = registry.name_meant(name)
    check_kind("settings", settings, Settings)
    if not callable(progress):
        raise ValueError(f"progress must be a function, got {told(progress)}")
    watch = _Sum(progress, 2 * settings.cap(registry.all_claims()[name]))
    seen = check_all([name], settings, out, executor=executor, watch=watch)[name]
    if isinstance(seen, str):
        raise ValueError(f"{name} failed: {seen}")
    progress(seen.budget + seen.control_budget, seen.budget + seen.control_budget)
    return seen


class _Sum(Watch):
    """Tells one function how many rows of both roles there are."""

    def __init__(self, progress: Progress, at_most: int) -> None:
        self._progress, self._at_most = progress, at_most
        self._done: dict[str, int] = {}

    def rows(self, name: str, role: str, done: int, at_most: int) -> None:
        """So many rows of a role are there."""
        self._done[role] = done
        self._progress(sum(self._done.values()), self._at_most)


def check_all(
    names: Sequence[str],
    settings: Settings,
    out: Path | None = None,
    *,
    executor: str | Executor | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    watch: Watch | None = None,
    keep: bool = True,
) -> dict[str, Evidence | str]:
    """Run the experiments and controls of claims, side by side.

    Parameters
    ----------
    names : sequence of str
        Ids of the claims in any spelling, or names of their modules, each of one claim, as for
        ``check``; ``registry.chosen`` gives the names of all that begin as "P3" does.
    settings : Settings
        Budget, seed and processes.
    out : Path, optional
        Folder of a ledger, where rows and evidence are kept: the run goes on after the rows that
        are there, and several runs on one folder help each other.
    executor : str or Executor, optional
        "serial", "local", "dask" or "mpi", or any ``concurrent.futures.Executor``, as for
        ``stablenoise.executors.workers``; by default "local", but for one worker and claims of this
        package this process.
    workers : int, optional
        Their number; by default that of the settings.
    scheduler : str, optional
        Address of a Dask scheduler.
    watch : Watch, optional
        Told how the run goes on, in this process.
    keep : bool, optional
        Whether evidence is kept in the folder: if not, rows alone are.

    Returns
    -------
    dict of Evidence or str
        By the name of the claim's module, or what was asked for if it means no claim or several:
        evidence, or the line that says why there is none.

    Raises
    ------
    ValueError
        If an argument is none of these, or workers cannot be had.
    OutputError
        If the folder cannot be written to.

    Notes
    -----
    Verdicts do not depend on engine, number of workers or order: looks are decided in the order
    of the rows.

    Examples
    --------
    >>> check_all(["B05"], Settings("smoke"), executor="serial")
    {'zhou_mnist_row': Evidence(B-5: consistent, control caught, 1 of 1 computations)}

    """
    check_kind("settings", settings, Settings)
    if out is not None:
        check_kind("out", out, Path)
    check_kind("names", names, list, tuple)
    for name in names:
        check_kind("name", name, str)
    names = registry.names_meant(list(names))
    check_kind("watch", watch, Watch, type(None))
    check_kind("keep", keep, bool)
    check_engine(executor, scheduler)
    if workers is None:
        workers = settings.workers
    check_integer("workers", workers, 1, 2**16)
    watch = watch or Watch()
    run = _Run(settings, out if keep else None, watch)
    streams = run.streams_of(names)
    shelf = DiskShelf(out) if out else MemoryShelf()
    choice = executor or ("local" if workers > 1 or _has_guests(names) else "serial")
    with (
        Leases(out) if out else NoLeases() as leases,
        _pool(choice, workers, scheduler) as pool,
    ):
        schedule = Schedule(streams, pool, shelf, leases, watch)
        schedule.run(lambda name: run.ended(name, schedule.failures.get(name, "")))
    return {name: run.seen[name] for name in names}


def _has_guests(names: Sequence[str]) -> bool:
    """Whether a claim is from outside: one that ends its process must not end the run."""
    places = [registry.place_of(name) for name in names if name in registry.all_claims()]
    return any(place.distribution for place in places)


class NoWorkers(ValueError):
    """Workers that were asked for cannot be had: the run does not begin."""


@contextmanager
def _pool(executor: str | Executor, workers: int, scheduler: str | None) -> Iterator[Any]:
    """A pool of workers, or NoWorkers in one line."""
    with ExitStack() as stack:
        try:
            pool = stack.enter_context(executors.workers(executor, workers, scheduler))
        except (ValueError, OSError) as error:
            raise NoWorkers(str(error)) from error
        yield pool


def check_engine(executor: Any, scheduler: Any) -> None:
    """Raise ValueError unless there is such an engine, and a scheduler only for Dask."""
    named = isinstance(executor, str) and executor in executors.NAMES
    if not (executor is None or named or isinstance(executor, Executor)):
        rule = f"executor must be one of {', '.join(executors.NAMES)} or an Executor"
        raise ValueError(f"{rule}, got {told(executor)}")
    if scheduler is not None and not (executor == "dask" and isinstance(scheduler, str)):
        rule = "scheduler must be an address, and the executor dask"
        raise ValueError(f"{rule}, got {told(scheduler)} and {told(executor)}")


def decided(name: str, role: str, settings: Settings, out: Path | None = None) -> Stream:
    """The rows of one role and the looks at them, in this process; ValueError if it fails."""
    stream = _streams(name, settings, out)[role]
    shelf = DiskShelf(out) if out else MemoryShelf()
    with executors.workers("serial") as pool:
        schedule = Schedule([stream], pool, shelf, NoLeases(), Watch())
        schedule.run(lambda name: None)
    if name in schedule.failures:
        raise ValueError(f"{name} failed: {schedule.failures[name]}")
    return stream


def rows_of(name: str, role: str, seed: int, replicates: range) -> np.ndarray:
    """Rows of a role, computed here and kept nowhere."""
    claim = registry.all_claims()[name]
    return tasks.rows_of_claim(claim, name, role, replicates, seed)


class _Run:
    """Claims that are under way, and what has been seen of those that are not."""

    def __init__(self, settings: Settings, out: Path | None, watch: Watch) -> None:
        self._settings, self._out, self._watch = settings, out, watch
        self._streams: dict[str, dict[str, Stream]] = {}
        self.seen: dict[str, Evidence | str] = {}

    def streams_of(self, names: Sequence[str]) -> list[Stream]:
        """Both roles of the claims that can be run."""
        for name in dict.fromkeys(names):
            try:
                registry.name_meant(name)  # or it says why there is none
                self._streams[name] = _streams(name, self._settings, self._out)
            except (KeyboardInterrupt, OutputError):
                raise
            except BaseException as error:  # its data cannot be read, say
                self._end(name, registry.one_line(error))
        return [stream for pair in self._streams.values() for stream in pair.values()]

    def ended(self, name: str, failure: str) -> None:
        """Keep the evidence on a claim that is decided, or the line by which it failed."""
        if not failure:
            try:
                seen = _evidence(name, self._streams[name], self._settings)
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # what it depends on has changed meanwhile, say
                failure = registry.one_line(error)
        self._end(name, failure or seen)

    def _end(self, name: str, seen: Evidence | str) -> None:
        if self._out and isinstance(seen, Evidence):
            evidence.keep(seen, self._out)
        self.seen[name] = seen
        self._watch.ended(name, seen)


def _streams(name: str, settings: Settings, out: Path | None) -> dict[str, Stream]:
    """Both roles of a claim, with what an earlier run says of its length."""
    claim = registry.all_claims()[name]
    cap = settings.cap(claim)
    earlier = evidence.evidence_at(evidence.evidence_path(name, out)) if out else None
    streams = {}
    for role in ROLES:
        recipe = tasks.recipe(name, role, settings.seed)
        streams[role] = stream = Stream(name, role, recipe, cap)
        likely = claim.smoke
        if earlier is not None:
            likely = earlier.budget if role == "experiment" else earlier.control_budget
            stream.guess = earlier.seconds / max(earlier.budget + earlier.control_budget, 1)
        stream.expected = min(likely, cap)
    return streams


def _evidence(name: str, streams: dict[str, Stream], settings: Settings) -> Evidence:
    """What the looks at both roles say."""
    experiment, control = (streams[role] for role in ROLES)
    claim = experiment.claim
    answers = [*experiment.answers, *control.answers]
    return Evidence(
        name=name,
        id=claim.id,
        statement=claim.statement,
        source=claim.source,
        broken=claim.broken,
        unit=claim.unit,
        kind=claim.kind,
        against=claim.against,
        verdict=overall(experiment.course.findings),
        findings=experiment.course.findings,
        budget=experiment.course.budget,
        cap=experiment.cap,
        control_caught=overall(control.course.findings) is Verdict.CONTRADICTED,
        control=control.course.findings,
        control_budget=control.course.budget,
        delta=smallest_delta(claim.quantities, experiment.rows, DELTA),
        seed=settings.seed,
        seconds=round(sum(answer.seconds for answer in answers), 2),
        fingerprint=fingerprint_of(name, settings),
        title=claim.title,
        paper=paper_of(claim.id).name,
        looks=tuple(experiment.course.looks),
        peak_memory=max(answer.peak for answer in answers),
        device=", ".join(sorted({answer.device for answer in answers})),
    )
