"""The command run: claims are checked, one line each, and the ledger is written as they end."""

import argparse
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from stablenoise import executors
from stablenoise.commands.outputs import path_named
from stablenoise.data import files

from .. import evidence, registry, report
from .. import run as runs
from ..display import Display, summarise
from ..evidence import Evidence, OutputError
from ..registry import one_line
from ..run import BUDGETS, Settings, Watch
from . import switches
from .saying import BadUsage, say

# Until the next page is written: so many times as long as one takes, but no longer than this.
PAGES, SECONDS_BETWEEN_PAGES = 20, 10.0
NAMED = 10  # so many ids, or more, are told by their number


@dataclass(slots=True)
class Ledger:
    """What has been seen so far of the claims that were asked for."""

    names: list[str]
    settings: Settings
    out: Path
    done: list[Evidence] = field(default_factory=list)
    not_run: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    next_page: float = 0.0  # of the clock
    written: int = -1  # claims that are on the page

    def outcome(self) -> report.Outcome:
        """What there is, and what is missing."""
        seen = {e.id for e in self.done} | self.not_run.keys() | self.failed.keys()
        pending = [id for name in self.names if (id := registry.id_of(name)) not in seen]
        done = sorted(self.done, key=lambda e: self.names.index(e.name))
        others = report.others(done, self.out)
        return report.Outcome(done, self.not_run, self.failed, pending, others)

    def write(self) -> None:
        """Write the page and the record."""
        began = time.monotonic()
        report.publish(self.outcome(), self.settings, self.out)
        ended = time.monotonic()
        self.next_page = ended + min(PAGES * (ended - began), SECONDS_BETWEEN_PAGES)
        self.written = self._size()

    def refresh(self) -> None:
        """Write the page and the record, unless nothing is new or that has just been done."""
        if self._size() != self.written and time.monotonic() >= self.next_page:
            self.write()

    def _size(self) -> int:
        return len(self.done) + len(self.not_run) + len(self.failed)


def add_to(subparsers: argparse._SubParsersAction) -> None:
    """Add the command to the parser of all."""
    parser = subparsers.add_parser("run", help="check claims and write the ledger")
    told = "names, ids or their beginnings up to a -, or files of your own; default: all"
    parser.add_argument("claims", metavar="CLAIM", nargs="*", help=told)
    told = f"most rows of a claim, {', '.join(BUDGETS)} or a number: it stops once decided"
    parser.add_argument(
        "--budget", type=switches.budget, default="full", help=f"{told} (default: full)"
    )
    told = "in [0, 2^64) (default: 1)"
    parser.add_argument("--seed", type=switches.integer(0, 2**64), default=1, help=told)
    told = "folder of the ledger (default: report)"
    parser.add_argument("--out", type=path_named, default=Path("report"), help=told)
    told = "what does the work: processes of this machine, Dask, MPI, or this process"
    told += " (default: local, serial for 1 worker and claims of ours)"
    parser.add_argument("--executor", choices=executors.NAMES, help=told)
    told = "address of a Dask scheduler, such as tcp://10.0.0.1:8786"
    parser.add_argument("--scheduler", metavar="ADDRESS", help=told)
    told = "processes of this machine (default: as many as cores)"
    count = switches.integer(1, 2**16)
    parser.add_argument("--workers", type=count, default=switches.cores(), metavar="N", help=told)
    parser.add_argument("--jobs", type=count, help=argparse.SUPPRESS)  # until version 0.3
    parser.set_defaults(act=run)


def run(options: argparse.Namespace, console: Console) -> int:
    """Check the claims that are meant, and write the ledger."""
    names = switches.names_of(options.claims)
    switches.check_scheduler(options)
    if options.out.exists() and not options.out.is_dir():
        raise BadUsage(f"--out must be a folder, got the file {options.out}")
    try:
        # Before the run: hours of work must not end at a folder that cannot be written to.
        files.check_writable(options.out)
    except OSError as error:
        raise BadUsage(f"--out: {error}") from None
    try:
        return run_claims(console, names, options)
    except KeyboardInterrupt:
        say(
            console,
            f"interrupted: finished claims and rows are kept in {options.out}; run this again",
        )
        return 130
    except Stopped as stopped:
        print(f"paper-checks: {stopped}", file=sys.stderr)
        return 1


def run_claims(console: Console, names: list[str], options: argparse.Namespace) -> int:
    names = _without_what_is_not_computable(console, names, options.claims)
    settings = Settings(options.budget, options.seed, options.jobs or options.workers)
    if options.jobs:
        print("paper-checks: --jobs is now --workers; it goes with version 0.3", file=sys.stderr)
    for line in evidence.left_by_others(options.out):
        say(console, line)
    ledger = Ledger(names, settings, options.out)
    ledger.write()
    try:
        with Display(console, names, _costs(names, options.out)) as display:
            watch = Recorder(display, ledger)
            todo = [name for name in names if _is_to_be_run(name, watch, ledger)]
            ledger.refresh()
            if todo:  # else no engine is needed
                _check(todo, options, settings, watch)
    finally:
        if not isinstance(sys.exception(), OutputError):
            ledger.write()
    _summarise(console, ledger.out, ledger.outcome())
    not_run = [name for name in names if registry.id_of(name) in ledger.not_run]
    pairs = [(word, name) for word in options.claims for name in not_run]
    refused = any(registry.is_full_name(*pair) for pair in pairs)
    caught = all(e.control_caught for e in ledger.done)
    return 0 if caught and not refused and not ledger.failed else 1


def _without_what_is_not_computable(
    console: Console, names: list[str], asked: list[str]
) -> list[str]:
    """Names of the claims that can be run; a line on each other one that was asked for by name."""
    others = [name for name in names if name in registry.not_computable()]
    by_name = [name for name in others if any(registry.is_full_name(a, name) for a in asked)]
    for name in by_name:
        told = registry.not_computable()[name]
        say(console, f"{told.id:14} not computable, {told.reason}", "dim")
    if rest := [registry.id_of(name) for name in others if name not in by_name]:
        statements = "1 statement" if len(rest) == 1 else f"{len(rest)} statements"
        named = f" ({', '.join(rest)})" if asked and len(rest) < NAMED else ""
        say(console, f"{statements} cannot be computed here{named}: paper-checks list", "dim")
    return [name for name in names if name not in others]


def _check(
    names: list[str], options: argparse.Namespace, settings: Settings, watch: "Recorder"
) -> None:
    """Run claims, or say in one line that there are no workers."""
    engine = {"executor": options.executor, "scheduler": options.scheduler}
    try:
        runs.check_all(names, settings, options.out, **engine, watch=watch)
    except OutputError:
        raise
    except (runs.NoWorkers, OSError) as error:  # a scheduler does not answer, say
        raise Stopped(str(error)) from error


def _costs(names: list[str], out: Path) -> dict[str, float]:
    """Seconds that claims took in earlier runs on a folder."""
    return {e.name: e.seconds for e in evidence.finished(out) if e.name in names}


def _is_to_be_run(name: str, watch: "Recorder", ledger: Ledger) -> bool:
    """Whether a claim has to be run; it is told if not, or if it cannot be."""
    try:
        if why := registry.broken_claims().get(name):
            watch.ended(name, why)
        elif why := registry.missing(name):
            watch.left_out(name, why)
        elif known := evidence.kept(name, runs.fingerprint_of(name, ledger.settings), ledger.out):
            watch.ended(name, known)
        else:
            return True
    except (KeyboardInterrupt, OutputError):
        raise
    except BaseException as error:  # whatever a claim does, the others are run
        watch.ended(name, one_line(error))
    return False


class Stopped(Exception):
    """The run cannot go on, for a reason that is told in a line."""


class Recorder(Watch):
    """Adds to the ledger what is seen of claims as they end, and shows how they go on."""

    def __init__(self, display: Display, ledger: Ledger) -> None:
        self._display, self._ledger = display, ledger

    def began(self, name: str, role: str, done: int, at_most: int) -> None:
        """A role of a claim has begun."""
        self._display.began(name, role, done, at_most)

    def rows(self, name: str, role: str, done: int, at_most: int) -> None:
        """Rows of a claim are there."""
        self._display.rows(name, role, done, at_most)
        self._ledger.refresh()

    def ended(self, name: str, seen: Evidence | str) -> None:
        """A claim has evidence, or has failed."""
        if isinstance(seen, str):
            self._ledger.failed[registry.id_of(name)] = seen
        else:
            self._ledger.done.append(seen)
        self._display.ended(name, seen)
        self._ledger.refresh()

    def left_out(self, name: str, why: str) -> None:
        """A claim cannot be run here."""
        self._ledger.not_run[registry.id_of(name)] = why
        self._display.left_out(name, why)


def _summarise(console: Console, out: Path, outcome: report.Outcome) -> None:
    summarise(console, outcome.evidence)
    if outcome.others:
        say(console, f"{len(outcome.others)} more from earlier runs are on the page, too")
    standing = outcome.standing([*report.stale_in(outcome), *report.not_looked_at(outcome)])
    say(console, report.sentence(report.together(standing)))
    say(console, f"ledger: {out / 'index.html'}, {out / 'results.json'}")
