"""The command ``examine``: what it prints, writes and ends with, whatever it is given."""

import json
import os
import signal
import subprocess
import sys
import time
from argparse import Namespace
from dataclasses import replace

import numpy as np
import pytest

from stablenoise import Stable, examine
from stablenoise.__main__ import main
from stablenoise.commands import (
    blackboard,
    children,
    confined,
    examinations,
    findings,
    memory,
    named,
    tasks,
)
from stablenoise.commands.arguments import parser
from stablenoise.multivariate import Independent, Isotropic
from stablenoise.tails import log_moment

MINE = """
import ctypes, time
import numpy as np
from stablenoise import Stable
from stablenoise.tails import log_moment

law = Stable.from_s1(1.5, 0.5, 2.0, 1.0)
calls = []

def skewed(size, rng):
    print("a word")
    return law.rvs(size, rng)

def crashes(size, rng):
    ctypes.string_at(0)

def crashes_later(size, rng):
    calls.append(size)
    return ctypes.string_at(0) if len(calls) == 3 else law.rvs(size, rng)

def slow(size, rng):
    calls.append(size)
    if len(calls) > 2:
        open("ready", "w").close()
        time.sleep(1)
    return law.rvs(size, rng)

def index_of(sample):
    return log_moment.estimate(sample).value

def normal(x):  # of variance 1, where alpha = 2 has 2
    return np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
"""
S1 = "--alpha", 1.5, "--beta", 0.5, "--scale", 2, "--loc", 1, "--parametrization", "S1"
LAW = Stable.from_s1(1.5, 0.5, 2.0, 1.0)
FILES = {"few": "1\n2\n", "nan": "x\n1\nnan\n", "text": "x,t\n1,a\n", "empty": ""}


def run(*words):
    return main(["examine", *map(str, words)])


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """A folder with a module of samplers and a file of draws, which is the current one."""
    (tmp_path / "mine.py").write_text(MINE)
    np.save(tmp_path / "draws.npy", LAW.rvs(2000, rng=1))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def at_once(monkeypatch):
    """Tasks are done in this process, which is quicker than another."""

    def watch(task, limits, tell):
        functions = {option: named.found(option, text) for option, text in task.names.items()}
        return children.Ending("done", "", task.run(functions, print), 0, "")

    monkeypatch.setattr(children, "watch", watch)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "modules", dict(sys.modules))


def refused(capsys, *words):
    """The line on standard error by which the command ends with status 2."""
    assert run(*words) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith("stablenoise: ") and said.err.count("\n") == 1
    return said.err.removeprefix("stablenoise: ").rstrip("\n")


def options(*words):
    return parser().parse_args(["examine", *map(str, words)])


# ------------------------------------------------------------------ what is examined


def test_a_sampler_is_examined_as_by_python_and_written(mine, capsys):
    files = [mine / name for name in ("a.json", "a.html", "a.png")]
    words = "--budget", 3000, "--seed", 7, "--level", 1e-5
    written = "--json", files[0], "--html", files[1], "--plot", files[2]
    assert run("mine:skewed", *S1, *words, *written) == 0
    right = examine.sampler(lambda size, rng: LAW.rvs(size, rng), LAW, 3000, 7, 1e-5)
    said = capsys.readouterr()
    sizes = "".join(f"{path}: {path.stat().st_size:,} bytes\n" for path in files)
    assert said.out == f"{right.summary()}\n{sizes}"
    assert said.err.splitlines()[:2] == ["stablenoise: it printed, at the end:", "  a word"]
    numbers = json.loads(files[0].read_text())
    assert numbers == {"examined": "mine:skewed"} | right.to_dict()
    assert files[1].read_text() == right.to_html()
    assert files[2].read_bytes().startswith(b"\x89PNG")


def test_another_parametrization_is_a_fault(mine, capsys):
    words = [word if word != "S1" else "S0" for word in S1]
    assert run("mine.py:skewed", *words, "--budget", 10**6, "--stop-at-fault") == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("fail: ") and "a fault is found" in lines[1]


def test_draws_of_a_file_are_examined_here(mine, capsys, monkeypatch):
    monkeypatch.setattr(children, "watch", pytest.fail)
    assert run("--csv", "draws.npy", *S1, "--level", 1e-3) == 0
    right = examine.sample(LAW.rvs(2000, rng=1), LAW, 1e-3)
    assert capsys.readouterr().out == f"{right.summary()}\n"
    assert run("--csv", "draws.npy", "--alpha", 0.7) == 1


def test_what_is_suspicious_is_no_fault_found(mine, monkeypatch):
    report = replace(examine.sample(LAW.rvs(1000, rng=1), LAW), grade="suspicious")
    monkeypatch.setattr(examinations, "sample", lambda *given, in_order: report)
    assert run("--csv", "draws.npy", *S1) == 0


def test_an_estimator_is_examined_as_by_python(mine, at_once, capsys):
    words = "--alpha", 1.5, "--n", 100, "--replicates", 24, "--seed", 3, "--level", 0.9
    assert run("--estimator", "mine:index_of", *words, "--html", "a.html") == 0
    right = examine.estimator(
        lambda sample: log_moment.estimate(sample).value, Stable(1.5), 100, 24, 3, 0.9
    )
    assert f"{right.summary()}\n" in capsys.readouterr().out
    page = (mine / "a.html").read_text()
    assert page.count("<tr>") == 1 + len(right.findings) and "n = 100, 24 replicates" in page


def test_a_density_is_examined_as_by_python(mine, at_once, capsys):
    files = "--json", "a.json", "--html", "a.html", "--plot", "a.svg"
    assert run("--density", "mine:normal", "--alpha", 2, *files) == 1
    right = examine.density(Stable(2.0), pdf=lambda x: np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi))
    assert capsys.readouterr().out.startswith(f"{right.summary()}\n")
    numbers = json.loads((mine / "a.json").read_text())
    assert numbers["diagnosis"] == right.diagnosis and numbers["functions"] == ["pdf"]
    assert (mine / "a.html").read_text() == right.to_html()


@pytest.mark.parametrize("option", tasks.DENSITIES)
def test_each_function_of_a_law_is_given_under_its_name(option, monkeypatch):
    given = []
    monkeypatch.setattr(examine, "density", lambda *words, **named: given.append((words, named)))
    tasks.DensityTask({}, LAW, 7.0).run({option: len}, print)
    name = {"--density": "pdf"}.get(option, option[2:])
    functions = {n: len if n == name else None for n in ("pdf", "cdf", "ppf", "sf")}
    (law, pdf, cdf, ppf), named = given[0]
    assert {"pdf": pdf, "cdf": cdf, "ppf": ppf, "sf": named["sf"]} == functions
    assert law == LAW and named["seconds"] == 7.0


def test_a_density_is_stopped_and_not_blamed(tmp_path):
    """It is called in a thread, where an interrupt would be told as what it raised."""
    board = blackboard.new(tmp_path / "board")

    def pdf(x):
        board[blackboard.STOP] = max(board[blackboard.STOP], float(np.size(x) > 16))
        return Stable(2.0).pdf(x)

    watched = confined.Watched(pdf, board, os.getppid())
    report = tasks.DensityTask({}, Stable(2.0), 60.0).run({"--density": watched}, print)
    assert report.ended == "interrupted" and "Interrupt" not in report.summary()


def test_replicates_are_run_in_pieces_that_are_merged():
    for asked in (2, 25, 26, 27, 50, 51, 400):
        pieces = tasks.pieces(asked)
        assert [r for piece in pieces for r in piece] == list(range(asked))
        assert min(map(len, pieces)) >= 2 or asked == 26, pieces
    seen = []
    names = {"--estimator": "mine:index_of"}
    task = tasks.EstimatorTask(names, Stable(1.5), 100, 60, 3, 0.9, "alpha")
    report = task.run({"--estimator": np.median}, seen.append)
    assert report == examine.estimator(np.median, Stable(1.5), 100, 60, 3, 0.9)
    assert [len(r.values) for r in seen] == [25, 50]


# ------------------------------------------------------------------ what goes wrong


def test_a_crash_is_a_fault_even_before_the_first_report(mine, capsys):
    written = "--json", "a.json", "--html", "a.html", "--plot", "a.svg"
    assert run("mine:crashes", "--alpha", 1.5, *written) == 1
    said = capsys.readouterr()
    sentence = "process: it ended the process by SIGSEGV"
    assert said.out.splitlines()[:3] == [
        *("fail: nothing could be asked", ""), f"fail        {sentence}",
    ]  # fmt: skip
    assert "--plot: a report must hold numbers to be drawn, got none" in said.err
    assert "Fatal Python error: Segmentation fault" in said.err and 'mine.py", line' in said.err
    numbers = json.loads((mine / "a.json").read_text())
    assert numbers["grade"] == "fail" and numbers["findings"][0]["test"] == "process"
    assert "SIGSEGV" in (mine / "a.html").read_text() and not (mine / "a.svg").exists()


def test_after_a_crash_there_is_the_report_so_far(mine, capsys):
    assert run("mine:crashes_later", *S1, "--budget", 10_000, "--json", "a.json") == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("fail: sampler of Stable(")
    assert lines[1].startswith("2,048 of 10,000 draws")
    assert lines[2] == "diagnosis: it ended the process by SIGSEGV"
    assert "fail        process: it ended the process by SIGSEGV" in lines
    assert any(" tests pass: " in line for line in lines)
    numbers = json.loads((mine / "a.json").read_text())
    assert numbers["ended"] == "refusal" and numbers["draws"] == 2048


def test_after_an_interrupt_there_is_the_report_so_far(mine):
    command = [sys.executable, "-m", "stablenoise", "examine", "mine:slow", *map(str, S1)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(
        [*command, "--budget", "16000", "--json", "a.json"], cwd=mine, **pipes
    ) as started:
        until = time.monotonic() + 100
        while not (mine / "ready").exists() and time.monotonic() < until:
            time.sleep(0.02)
        started.send_signal(signal.SIGINT)
        said, errors = started.communicate(timeout=60)
    assert started.returncode == 130, errors
    assert said.startswith("pass: sampler of Stable(") and "it was interrupted" in said
    assert json.loads((mine / "a.json").read_text())["ended"] == "interrupted"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([], "what is examined must be one of a sampler, --csv, --estimator, --density, got none"),
        (["mine:f", "--csv", "draws.npy"], "got a sampler and --csv"),
        (["--cdf", "a:b", "--estimator", "a:b"], "got --estimator and --density"),
        (["mine"], "sampler must be module:function or file.py:function, got 'mine'"),
        (["no.py:f"], "sampler must be of a file that is there, got no.py"),
        (["mine:skewed", "--n", 5], "--n must be for --estimator, got a sampler"),
        (["--csv", "draws.npy", "--stop-at-fault"], "--stop-at-fault must be for a sampler, got"),
        (["--ppf", "mine:f", "--seed", 5], "--seed must be for a sampler or --estimator, got"),
        (["--csv", "draws.npy", "--limit", 5], "--limit must be for a sampler or --estimator or"),
        (["mine:skewed", "--scale", 0], "scale must be positive and finite, got 0.0"),
        (["mine:skewed", "--noise", "isotropic"], "--noise must be with --dim, got isotropic"),
        (["mine:skewed", "--dim", 3, "--beta", 1], "--beta must be 0 where noise is isotropic"),
        (["mine.py:skewed", "--json", "mine.py"], "--json must be another file than mine.py"),
        (["mine:skewed", "--html", "a", "--json", "a"], "--html must be another file than a"),
        (["mine:skewed", "--plot", "a.gif"], "--plot must end in .png, .pdf, .svg, got a.gif"),
        (["--csv", "draws.npy", "--json", "draws.npy"], "--json must be another file than draws"),
        (["--csv", "none.csv"], "No such file"),
        (["--csv", "few.csv"], "values must be 32 or more, got 2"),
        (["--csv", "nan.csv"], "must be of finite numbers, got 'nan' in row 2"),
        (["--csv", "text.csv", "--column", "t"], "must be of finite numbers, got 'a' in row 1"),
        (["--csv", "empty.csv"], "empty.csv must hold numbers, got an empty file"),
        (["--csv", "few.csv", "--column", "y"], "got 'y'"),
    ],
)
def test_what_cannot_be_examined_is_refused(mine, capsys, words, line):
    for name, text in (
        ("few", "1\n2\n"),
        ("nan", "x\n1\nnan\n"),
        ("text", "x,t\n1,a\n"),
        ("empty", ""),
    ):
        (mine / f"{name}.csv").write_text(text)
    before = sorted(mine.iterdir())
    assert line in refused(capsys, *words, "--alpha", 1.5)
    assert [path for path in sorted(mine.iterdir()) if path.suffix] == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["a:f"], "required: --alpha"),
        (["a:f", "--alpha", 1, "--budget", "1.5"], "or one of smoke, standard, deep, got '1.5'"),
        (["a:f", "--alpha", 1, "--budget", "1e99"], "must be an integer in [1, 281474976710656)"),
        (["a:f", "--alpha", 1, "--budget", "nan"], "or one of smoke, standard, deep, got 'nan'"),
        (["a:f", "--alpha", 1, "--budget", "-1e5"], "or one of smoke, standard, deep, got '-1e5'"),
        (["a:f", "--alpha", 1, "--budget", 0], "must be an integer in [1, 281474976710656)"),
        (["a:f", "--alpha", 1, "--level", 1], "must lie in (0, 1), got '1'"),
        (["a:f", "--alpha", 1, "--limit", 0.5], "must be 1 or more, got '0.5'"),
        (["a:f", "--alpha", 1, "--seconds", "nan"], "must be positive and finite, got 'nan'"),
        (["a:f", "--alpha", 1, "--memory", 0], "must be positive and finite, got '0'"),
        (["a:f", "--alpha", 1, "--parametrization", "S2"], "invalid choice: 'S2'"),
        (["a:f", "--alpha", 1, "--dim", 0], "must be an integer in [1, 1048576), got '0'"),
    ],
)
def test_usage_is_told(words, told, capsys):
    with pytest.raises(SystemExit) as ended:
        run(*words)
    assert ended.value.code == 2 and told in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(
    ("text", "draws"),
    [("1e5", 10**5), ("2.5E6", 2_500_000), ("100000", 10**5), ("1e0", 1), ("deep", "deep")],
)
def test_a_number_of_draws_may_be_written_as_a_power_of_ten(text, draws):
    budget = options("a:f", "--alpha", 1, "--budget", text).budget
    assert budget == draws and type(budget) is type(draws)


def test_sorted_draws_of_a_file_are_not_asked_about_their_order(mine, capsys):
    np.save(mine / "sorted.npy", np.sort(LAW.rvs(2000, rng=1)))
    assert run("--csv", "sorted.npy", *S1) == 1
    assert run("--csv", "sorted.npy", "--unordered", *S1) == 0
    assert "pass" in capsys.readouterr().out.splitlines()[-1]
    line = "--unordered must be for --csv, got a sampler"
    assert refused(capsys, "mine:skewed", "--unordered", *S1) == line


def test_vectors_of_a_file_are_refused_with_what_to_do_instead(mine, capsys):
    line = "--dim must be for a sampler, got --csv: vectors of a file are examined in Python, by"
    assert refused(capsys, "--csv", "draws.npy", "--alpha", 1.5, "--dim", 2).startswith(line)


def test_help_says_how_a_sampler_is_called_and_what_grades_mean(capsys):
    with pytest.raises(SystemExit):
        run("--help")
    said = " ".join(capsys.readouterr().out.split())
    vectors = "of vectors (n, D), or n where that fails"
    for part in (vectors, "random_state", "suspicious, as it does", "first run", "1e6"):
        assert part in said


def test_help_says_what_the_exit_status_is(capsys):
    with pytest.raises(SystemExit) as ended:
        run("--help")
    assert ended.value.code == 0 and "exit status: 0 if no fault" in capsys.readouterr().out


def test_a_page_without_matplotlib_is_refused_before_the_work(mine, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setattr(children, "watch", pytest.fail)
    assert refused(capsys, "mine:skewed", *S1, "--html", "a").startswith("--html needs matplotlib")


# ------------------------------------------------------------------ parts


@pytest.mark.parametrize(
    ("words", "law"),
    [
        (S1, LAW),
        (("--alpha", 1.5), Stable(1.5)),
        (("--alpha", 1.5, "--dim", 2, "--scale", 3), Isotropic(1.5, 2, 3.0)),
        ((*S1, "--dim", 2, "--noise", "independent"), Independent(1.5, 2, 2.0, LAW.loc, 0.5)),
    ],
)
def test_the_law_is_the_one_that_is_claimed(words, law):
    assert examinations.law_of(options(*words)) == law


@pytest.mark.parametrize(
    ("words", "limit", "seconds"),
    [
        (["--budget", "smoke"], 120.131072, 84.0917504),
        ([], 120 + 2**29 / 1e6, 0.7 * (120 + 2**29 / 1e6)),
        (["--budget", 10**6, "--dim", 30], 150.0, 105.0),
        (["--seconds", 7], 130.0, 7.0),
        (["--limit", 5], 5.0, 3.5),
        (["--limit", 5, "--seconds", 9], 5.0, 9.0),
    ],
)
def test_the_limits_follow_from_the_budget(words, limit, seconds):
    """Two minutes and a microsecond for each number; no call is begun after 0.7 of it."""
    given = options("a:f", "--alpha", 1.5, *words)
    assert examinations._limit(given, "a sampler") == pytest.approx(limit)
    task = examinations._sampler(given, {}, Stable(1.5))
    assert task.seconds == pytest.approx(seconds)


def test_memory_is_what_the_switch_says(monkeypatch):
    monkeypatch.setattr(memory, "allowed", lambda: 123.0)
    assert examinations._memory(options("a:f", "--alpha", 1)) == 123.0
    assert examinations._memory(options("a:f", "--alpha", 1, "--memory", 0.5)) == 2**29


def ending(kind, report, sentence="it is so"):
    return children.Ending(kind, sentence, report, 77, "")


def test_how_it_ended_is_a_finding():
    report = examine.sample(LAW.rvs(1000, rng=1), LAW)
    assert findings.report_of(ending("done", report)) is report
    assert findings.report_of(ending("interrupted", report)) is report
    stopped = findings.report_of(ending("stopped", report))
    assert (stopped.grade, stopped.diagnosis) == ("pass", None)
    assert stopped.findings[0].sentence == "it is so" and stopped.findings[1:] == report.findings
    faulty = findings.report_of(ending("fault", report))
    assert (faulty.grade, faulty.diagnosis) == ("fail", "it is so")
    assert findings.report_of(ending("fault", None)).findings == faulty.findings[:1]
    empty = replace(report, findings=())
    for kind, told in (("refused", ValueError), ("stopped", ValueError)):
        with pytest.raises(told, match="it is so"):
            findings.report_of(ending(kind, empty))
    with pytest.raises(KeyboardInterrupt):
        findings.report_of(ending("interrupted", empty))
    with pytest.raises(
        ValueError, match="^--limit must be longer .*, got none after 77 values: it"
    ):
        findings.report_of(ending("stopped", empty))


def test_a_fault_that_was_found_before_the_limit_stays_one():
    report = examine.sample(3 * LAW.rvs(3000, rng=1), LAW)
    stopped = findings.report_of(ending("stopped", report))
    assert report.grade == stopped.grade == "fail" and stopped.diagnosis == report.diagnosis


class Terminal(list):
    """A standard error that is a terminal, and what was written on it."""

    isatty = staticmethod(lambda: True)
    flush = staticmethod(lambda: None)
    write = list.append


def test_a_terminal_has_a_bar_that_goes(monkeypatch):
    written = Terminal()
    monkeypatch.setattr(sys, "stderr", written)
    with findings.bar(3000) as tell:
        tell(1000, None)
        tell(5000, Namespace(grade="fail"))
    assert written == [
        f"\r[{'#' * 10}{'.' * 20}] 1,000 of 3,000",
        f"\r[{'#' * 30}] 5,000 of 3,000, fail so far",
        f"\r{' ' * 60}\r",
    ]
    with findings.bar(None) as tell:
        assert tell is None


def test_no_bar_is_written_into_a_file(capsys):
    with findings.bar(3000) as tell:
        assert tell is None
    assert capsys.readouterr().err == ""


def test_the_end_of_what_was_printed_is_told(capsys):
    findings.tell_printed("".join(f"line {i}\n\n" for i in range(100)) + "x" * 1000)
    lines = capsys.readouterr().err.splitlines()
    assert lines[1] == "  line 89" and len(lines) == 13 and len(lines[-1]) < 165
    crash = ["a", "Fatal Python error: Aborted", *"bcdefghijklmnop", "Extension modules: a, b"]
    findings.tell_printed("\n".join(crash))
    lines = capsys.readouterr().err.splitlines()
    assert lines[1:4] == ["  Fatal Python error: Aborted", "  b", "  c"] and len(lines) == 13
    findings.tell_printed("")
    assert capsys.readouterr().err == ""


# ------------------------------------------------------------------ a test of one's own


def test_a_right_sampler_is_asserted():
    report = examine.assert_stable_sampler(lambda size, rng: LAW.rvs(size, rng), LAW, 2000)
    assert report == examine.sampler(lambda size, rng: LAW.rvs(size, rng), LAW, 2000, 1)


def test_a_wrong_sampler_fails_its_test_with_the_report():
    with pytest.raises(AssertionError, match=r"^fail: sampler of Stable\(") as failed:
        examine.assert_stable_sampler(lambda size, rng: [0.5] * size, LAW, 2000)
    assert "Kolmogorov-Smirnov: " in str(failed.value)
    assert failed.traceback[-1].ishidden(failed)  # pytest shows the line that calls it


def test_an_interrupted_assertion_holds_nothing():
    def draw(size, rng):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        examine.assert_stable_sampler(draw, LAW)
