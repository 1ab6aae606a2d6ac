"""What a run shows in the terminal: told by the calls of a run, read as lines."""

import io
import re
from dataclasses import replace

import pytest
from rich.console import Console
from toy_claim import TOY

from paper_checks import display, registry, run
from paper_checks.claim import Verdict
from paper_checks.display import Display, Running
from paper_checks.run import Settings

NAMES = ["toy", "other", "third"]
TITLE = "Half of the unit is its mean"


@pytest.fixture
def toys(monkeypatch):
    claims = {"toy": replace(TOY, title=TITLE), "other": replace(TOY, id="T-2")}
    claims["third"] = replace(TOY, id="T-3")
    monkeypatch.setattr(registry, "all_claims", lambda: claims)
    monkeypatch.setattr(registry, "broken_claims", dict)
    return claims


@pytest.fixture
def seen(toys):
    return run.check("toy", Settings(4_000))


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is moved."""
    now = [0.0]
    monkeypatch.setattr(display.time, "monotonic", lambda: now[0])
    return now


def terminal(width=100, height=25, encoding="utf-8"):
    file = io.TextIOWrapper(io.BytesIO(), encoding, errors="spelled", write_through=True)
    return Console(file=file, force_terminal=True, width=width, height=height, legacy_windows=False)


def drawn(shown, console):
    """Lines of the screen as they stand now, without colours."""
    with console.capture() as captured:
        console.print(shown.screen())
    return re.sub(r"\x1b\[[0-9;]*m", "", captured.get()).splitlines()


def printed(console):
    return console.file.buffer.getvalue().decode(console.encoding)


def test_counts_are_there_from_the_start_and_follow_the_rows_of_both_roles(toys):
    console = terminal()
    shown = Display(console, NAMES)
    assert drawn(shown, console) == ["0 of 3 claims done"]
    shown.began("toy", "experiment", 0, 4_000)
    line = drawn(shown, console)[1].split()
    assert line[0] == "T-1" and line[-1] == "0/8,000"  # the control has not begun: at most as many
    shown.began("toy", "control", 50, 1_000)
    shown.rows("toy", "experiment", 150, 4_000)
    first, line = drawn(shown, console)
    assert first.startswith("0 of 3 claims done, 1 running")
    assert TITLE in line and line.rstrip().endswith("200/5,000")


def test_a_bar_is_as_full_as_the_work(toys):
    console = terminal(width=80)
    shown = Display(console, NAMES)
    for done, at_most in [(0, 0), (0, 30), (15, 30), (30, 30)]:
        state = Running({"experiment": (done, at_most), "control": (0, 0)})
        assert state.share == (done / at_most if at_most else 0)
    shown.rows("toy", "experiment", 15, 30)
    shown.rows("toy", "control", 0, 0)
    bar = re.findall("[━╸╺]+", drawn(shown, console)[1])
    assert len("".join(bar)) == 20  # a quarter of the width


def test_the_time_that_is_left_is_that_of_work_as_fast_as_before(toys, clock):
    shown = Display(terminal(), NAMES)
    shown.rows("toy", "experiment", 0, 100)
    assert shown.overall() == "0 of 3 claims done, 1 running"  # nobody can tell
    clock[0] = 60.0
    shown.rows("toy", "experiment", 50, 100)
    shown.rows("toy", "control", 50, 100)
    # Half of a claim of three took a minute: five halves are left.
    assert shown.overall() == "0 of 3 claims done, 1 running, about 5 min left"
    shown._console.width = 40
    assert shown.overall() == "0 of 3 claims done, about 5 min left"
    shown._console.width = 100
    shown.ended("toy", "failed")
    assert shown.overall() == "1 of 3 claims done, about 2 min left"
    shown.left_out("third", "no data")
    assert shown.overall() == "2 of 3 claims done, about 60 s left".replace("60 s", "1 min")
    shown.began("other", "experiment", 0, 10)
    shown.ended("other", "failed")
    assert shown.overall() == "3 of 3 claims done, about 0 s left"


def test_a_guess_weighs_claims_by_their_costs_and_ignores_what_was_kept(toys, seen, clock):
    shown = Display(terminal(), NAMES, {"toy": 1.0, "other": 3.0, "third": 2.0})
    shown.ended("toy", seen)  # kept: it never began
    assert shown.overall() == "1 of 3 claims done"
    clock[0] = 30.0
    shown.rows("other", "experiment", 10, 10)
    shown.rows("other", "control", 10, 10)
    shown.ended("other", seen)
    # Three of five units took 30 s.
    assert shown.overall() == "2 of 3 claims done, about 20 s left"


@pytest.mark.parametrize(
    "seconds, text",
    [
        (0.2, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (61, "1 min"),
        (5_399, "90 min"),
        (5_400, "1.5 h"),
    ],
)
def test_a_time_is_told_in_its_largest_unit(seconds, text):
    assert display.spell(seconds) == text


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize("width", [12, 20, 39, 40, 59, 60, 80, 200])
def test_every_line_fits_the_terminal(toys, width, encoding):
    toys["toy"] = replace(TOY, id="P1-11a-fashion-mnist", title="≤" * 60)
    console = terminal(width, encoding=encoding)
    shown = Display(console, NAMES)
    for name in NAMES:
        shown.began(name, "experiment", 123, 4_000)
    lines = drawn(shown, console)
    assert len(lines) == 4 and max(map(len, lines)) <= width
    assert all(line.rstrip().endswith("123/8,000") for line in lines[1:])


def test_no_more_bars_than_the_terminal_has_lines(toys):
    console = terminal(height=5)
    shown = Display(console, NAMES)
    for name in NAMES:
        shown.began(name, "experiment", 0, 100)
    lines = drawn(shown, console)
    assert len(lines) == 4 and lines[-1].rstrip() == "and 1 more"


def test_without_a_terminal_each_claim_has_one_plain_line(toys, seen):
    file = io.StringIO()
    console = Console(file=file, width=40)
    with Display(console, [*NAMES, "fourth"]) as shown:
        shown.began("toy", "experiment", 0, 100)
        shown.rows("toy", "experiment", 100, 100)
        shown.ended("toy", replace(seen, against="theorem 2", seconds=3.14))
        shown.ended("other", replace(seen, id="T-2"))
        shown.ended("third", "ValueError: no")
        shown.left_out("fourth", "a file must be there")
    assert file.getvalue().splitlines() == [
        "T-1            consistent   control caught, 3.1 s of work, against the paper",
        "T-2            consistent   control caught, kept from an earlier run",
        "T-3            failed       ValueError: no",
        "fourth: not run, a file must be there",
    ]


def test_in_a_terminal_lines_stay_and_bars_go(toys, seen):
    console = terminal()
    with Display(console, NAMES) as shown:
        shown.began("toy", "experiment", 0, 100)
        shown.ended("toy", replace(seen, against="theorem 2"))
    out = printed(console)
    assert "\x1b[35mT-1            consistent" in out and "against the paper" in out
    assert "\x1b[?25l" in out and out.rstrip().endswith("\x1b[2K") or "\x1b[?25h" in out


@pytest.mark.parametrize(
    "change, colour",
    [
        ({}, "green"),
        ({"against": "theorem 2"}, "magenta"),
        ({"verdict": Verdict.CONTRADICTED}, "red"),
        ({"verdict": Verdict.UNDECIDED, "against": "theorem 2"}, "yellow"),
        ({"control_caught": False, "against": "theorem 2"}, "red"),
    ],
)
def test_colours_say_what_words_say(seen, change, colour):
    text, style = display.ending(replace(seen, **change))
    assert style == colour
    assert ("against the paper" in text) == (colour == "magenta" or "control_caught" in change)
    assert ("CONTROL NOT CAUGHT" in text) == ("control_caught" in change)


@pytest.mark.parametrize("width", [30, 60, 109, 110, None])
def test_the_table_at_the_end_fits_and_says_what_is_contradicted(seen, width, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    file = io.StringIO()
    console = Console(file=file, width=width or 80, force_terminal=width is not None, no_color=True)
    far = replace(seen.findings[0], verdict=Verdict.CONTRADICTED)
    wrong = replace(seen, id="T-2", verdict=Verdict.CONTRADICTED, findings=(far,))
    wrong = replace(wrong, title="w" * 60)
    display.summarise(console, [replace(seen, against="theorem 2"), wrong])
    lines = re.sub(r"\x1b\[[0-9;]*m", "", file.getvalue()).splitlines()
    assert lines[-2:] == ["T-1: against the paper: theorem 2", "T-2: the claim: mean 0.5 ± 0.05"]
    table = lines[:-2]
    assert max(map(len, table)) <= (width or display.WIDTH_OF_A_FILE)
    assert table[1].startswith("T-1  ") and table[2].startswith("T-2  ")
    assert "against the paper" in table[1] and "contradicted" in table[2]
    assert (TITLE in table[1]) == (width is None or width >= 60)
    assert ("deciding estimate" in table[0]) == (width is None or width >= 110)
