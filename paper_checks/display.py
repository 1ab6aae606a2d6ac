"""What a run shows in the terminal: one line for all claims, a bar for each that runs, the end."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from textwrap import shorten
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from . import registry, terminal
from .claim import Verdict
from .evidence import Evidence
from .page import texts
from .page.deciding import decisive

STYLES = {Verdict.CONSISTENT: "green", Verdict.CONTRADICTED: "red", Verdict.UNDECIDED: "yellow"}
AGAINST = "magenta"  # of a consistent statement that is against a paper
REDRAWN = 4  # times a second
KEPT = "kept from an earlier run"
ROOM_FOR_BARS, ROOM_FOR_TITLES = 40, 60  # columns of a terminal
HEADINGS = {"claim": 0, "verdict": 0, "title": 60, "deciding estimate": 110, "of": 180}
ESTIMATE = 30  # characters of an estimate: what must hold in each row has more words
TITLES, GAP = 2, 2  # the column of titles; blanks between columns
WIDTH_OF_A_FILE = 200
LONG = 60  # columns of any cell
SHARE_BEFORE_A_GUESS = 0.02  # of the work: what is left is not told before


@dataclass(slots=True)
class Running:
    """Rows of a claim that is being checked: (done, at most) of each role."""

    roles: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def done(self) -> int:
        """Rows of both roles that are there."""
        return sum(done for done, _ in self.roles.values())

    @property
    def at_most(self) -> int:
        """Rows of both roles; one that has not begun may ask for as many as the other."""
        most = [at_most for _, at_most in self.roles.values()]
        return sum(most) + max(most, default=0) * (2 - len(most))

    @property
    def share(self) -> float:
        """How much of the work is done, in [0, 1]."""
        return min(self.done / self.at_most, 1.0) if self.at_most else 0.0


class Display:
    """Progress of a run of the ledger, which tells it what happens: ``began``, ``rows``, ``ended``.

    Used as a context.  Where there is no terminal each claim has one plain line, when it ends.

    Parameters
    ----------
    console : Console
        Where to print.
    names : iterable of str
        All claims of the run, by the names of their modules.
    costs : mapping of str to float, optional
        How long each claim may take, in any unit, for the guess of the time that is left; without
        it all are taken to be alike.

    """

    def __init__(
        self, console: Console, names: Iterable[str], costs: Mapping[str, float] | None = None
    ) -> None:
        self._console, self._names = console, list(names)
        costs = costs or {}
        usual = sum(costs.values()) / len(costs) if costs else 1.0
        self._costs = {name: costs.get(name, usual) for name in self._names}
        self._running: dict[str, Running] = {}
        self._ended: set[str] = set()
        self._new: set[str] = set()  # those of the ended that were not kept from an earlier run
        self._started = time.monotonic()
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if self._console.is_terminal and not self._console.is_dumb_terminal:
            self._live = Live(
                get_renderable=self.screen,
                console=self._console,
                refresh_per_second=REDRAWN,
                transient=True,
            )
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.stop()

    def began(self, name: str, role: str, done: int, at_most: int) -> None:
        """An experiment or a control is begun, with so many rows kept from before."""
        self.rows(name, role, done, at_most)

    def rows(self, name: str, role: str, done: int, at_most: int) -> None:
        """There are so many rows of it now."""
        self._running.setdefault(name, Running()).roles[role] = done, at_most

    def ended(self, name: str, outcome: Evidence | str) -> None:
        """A claim is checked, or has failed for a reason that is told in a line."""
        worked = self._running.pop(name, None) is not None
        self._ended.add(name)
        if worked:
            self._new.add(name)
        if isinstance(outcome, str):
            self._say(f"{registry.id_of(name):14} failed       {outcome}", "red")
        else:
            self._say(*ending(outcome, kept=not worked))

    def left_out(self, name: str, reason: str) -> None:
        """A claim is not run, as its data is not here, say."""
        self._ended.add(name)
        self._say(f"{registry.id_of(name)}: not run, {reason}", "dim")

    def screen(self) -> Group:
        """What the terminal shows below the lines of what has ended."""
        running = list(self._running.items())
        room = max(self._console.height - 3, 1)
        lines: list[Table | Text] = [self._line(self.overall())]
        lines += [self._bar(name, state) for name, state in running[:room]]
        if len(running) > room:
            lines.append(self._line(f"and {len(running) - room} more"))
        return Group(*lines)

    def overall(self) -> str:
        """How many claims are done, how many run, and about how long the others will take."""
        told = f"{len(self._ended)} of {len(self._names)} claims done"
        running = f", {len(self._running)} running" * bool(self._running)
        seconds = self._left()
        left = f", about {spell(seconds)} left" if seconds is not None else ""
        # Where there is no room for all, the time matters more than how many run.
        fits = len(told + running + left) <= self._console.width
        return told + (running if fits else "") + left

    def _left(self) -> float | None:
        """Seconds, if what is left goes as fast as what has been done; None if nobody can tell."""
        running = list(self._running.items())
        done = sum(self._costs.get(name, 1.0) for name in self._new)
        done += sum(self._costs.get(name, 1.0) * state.share for name, state in running)
        # What was kept took no time, and says nothing of the others.
        todo = sum(self._costs[name] for name in self._names if name not in self._ended)
        todo += sum(self._costs.get(name, 1.0) for name in self._new)
        if not todo or done / todo < SHARE_BEFORE_A_GUESS:
            return None
        return (time.monotonic() - self._started) * (todo - done) / done

    def _bar(self, name: str, state: Running) -> Table:
        width = self._console.width
        id, claim = registry.id_of(name), registry.all_claims().get(name)
        label = f"{id} {texts.title(claim)}" if claim and width >= ROOM_FOR_TITLES else id
        line = Table.grid(padding=(0, 1, 0, 0), expand=True)
        line.add_column(ratio=1, no_wrap=True, overflow="crop")
        cells: list[Text | ProgressBar] = [self._text(label)]
        if width >= ROOM_FOR_BARS:
            line.add_column(width=width // 4)
            cells.append(ProgressBar(max(state.at_most, 1), state.done, width=width // 4))
        line.add_column(justify="right", no_wrap=True)
        line.add_row(*cells, Text(f"{state.done:,}/{state.at_most:,}"))
        return line

    def _line(self, text: str) -> Text:
        return Text(text, no_wrap=True, overflow="crop", style="bold")

    def _text(self, text: str) -> Text:
        """In characters of this terminal, so that its width is that which is counted."""
        encoding = self._console.encoding
        return Text(text.encode(encoding, "spelled").decode(encoding))

    def _say(self, text: str, style: str) -> None:
        self._console.print(Text(text, style), soft_wrap=True)


def spell(seconds: float) -> str:
    """A time in its largest unit, such as "40 s", "3 min" or "1.5 h"."""
    if seconds < 59.5:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 90 * 60 else f"{seconds / 3600:.1f} h"


def ending(seen: Evidence, kept: bool = False) -> tuple[str, str]:
    """The line of a claim that is checked, and its colour."""
    caught = "control caught" if seen.control_caught else "CONTROL NOT CAUGHT"
    told = "".join(f", {mark}" for mark in texts.marks(seen))
    took = KEPT if kept else f"{seen.seconds:.1f} s of work"
    return f"{seen.id:14} {seen.verdict:12} {caught}, {took}{told}", style(seen)


def style(seen: Evidence) -> str:
    """Colour of a claim's line."""
    if not seen.control_caught:
        return "red"
    return AGAINST if texts.is_against(seen) else STYLES[seen.verdict]


def summarise(console: Console, evidence: Iterable[Evidence]) -> None:
    """Print a table of what was seen, as wide as the terminal, and what the numbers contradict.

    Parameters
    ----------
    console : Console
        Where to print.
    evidence : iterable of Evidence
        What was seen, in the order of the table.

    """
    shown = list(evidence)
    width = terminal.width_of(console)
    wide = console if width else Console(file=console.file, width=WIDTH_OF_A_FILE)
    wide.print(_table(shown, width or WIDTH_OF_A_FILE))
    for seen in shown:
        if text := texts.contradicted(seen):
            console.print(Text(f"{seen.id}: {text}", style(seen)), soft_wrap=True)


def _table(shown: list[Evidence], width: int) -> Table:
    """With the columns that the width has room for; ids and verdicts stand whole if they can."""
    headings = [heading for heading, needed in HEADINGS.items() if width >= needed]
    rows = [_cells(seen)[: len(headings)] for seen in shown]
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0))
    # In the narrowest terminals ids are broken rather than cut.
    widths = _widths(headings, rows, width) if len(headings) > 2 else [None] * len(headings)
    for heading, columns in zip(headings, widths, strict=True):
        table.add_column(heading, width=columns, no_wrap=columns is not None)
    for row in rows:
        table.add_row(*row)
    return table


def _widths(headings: list[str], rows: list[list[Text]], width: int) -> list[int | None]:
    """Columns of the terminal for each column of the table: titles have what the others leave."""
    columns = zip(headings, *rows, strict=True)
    widths = [min(max(map(len, column)), LONG) for column in columns]
    others = sum(widths) - widths[TITLES] + GAP * (len(widths) - 1)
    widths[TITLES] = min(widths[TITLES], width - others)
    return list(widths)


def _cells(seen: Evidence) -> list[Text]:
    finding = decisive(seen)
    word = "against the paper" if texts.is_against(seen) else str(seen.verdict)
    word = word if seen.control_caught else "CONTROL NOT CAUGHT"
    estimate = shorten(texts.interval(finding), ESTIMATE, placeholder="…")
    told = texts.title(seen), estimate, f"{finding.label}, {texts.count(seen)}"
    return [Text(seen.id), Text(word, style(seen)), *map(Text, told)]
