"""The command line of stablenoise: what it prints and writes, and how it refuses."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from stablenoise import Stable, tails, warm
from stablenoise import fit as stable_fits
from stablenoise.__main__ import main
from stablenoise.commands import draws, outputs
from stablenoise.commands.arguments import joined
from stablenoise.tails import hill, log_moment

COMMAND = [sys.executable, "-m", "stablenoise"]


def run(*arguments):
    return main([str(word) for word in arguments])


@pytest.fixture
def file(tmp_path):
    """A table with two columns of numbers, one of them of prices."""
    x = Stable(1.5).rvs(500, rng=1)
    price = np.exp(np.cumsum(x / 100))
    values = np.stack([x, price], axis=1).tolist()
    rows = (f"day{i},{a!r},{b!r}\n" for i, (a, b) in enumerate(values))
    path = tmp_path / "data.csv"
    path.write_text("day,x,price\n" + "".join(rows))
    return path


def column_of(file, place):
    return np.genfromtxt(file, delimiter=",", skip_header=1, usecols=place)


def refused(capsys, *arguments):
    """The line on standard error by which a command ends with status 1."""
    assert run(*arguments) == 1
    said = capsys.readouterr()
    assert said.err.startswith("stablenoise: ") and said.err.count("\n") == 1
    return said.err.removeprefix("stablenoise: ").rstrip("\n")


def misunderstood(capsys, *arguments):
    """The last line of what is said of arguments that are not understood."""
    with pytest.raises(SystemExit) as ended:
        run(*arguments)
    assert ended.value.code == 2
    return capsys.readouterr().err.splitlines()[-1]


# ------------------------------------------------------------------ tail


def test_tail_prints_the_estimate_and_its_interval(file, capsys):
    assert run("tail", file, "--column", "x", "--k", 50, "--level", 0.9) == 0
    said = capsys.readouterr().out
    right = hill.estimate(column_of(file, 1), 50)
    low, high = right.conf_int(0.9)
    assert said.splitlines() == [
        f"{file}, column x: 500 values",
        f"hill: tail index {right.value:.6g}, standard error {right.stderr:.3g}",
        f"0.9 interval: {low:.6g} to {high:.6g}",
        "rests on 50 observations",
    ]


def test_tail_takes_returns_and_any_estimator_that_has_one(file, capsys):
    assert run("tail", file, "--column", "price", "--returns", "--estimator", "log_moment") == 0
    said = capsys.readouterr().out
    right = log_moment.estimate(np.diff(np.log(column_of(file, 2))))
    assert "499 log returns" in said and f"log_moment: tail index {right.value:.6g}," in said


def test_tail_writes_numbers_and_a_picture(file, tmp_path, capsys):
    out = tmp_path / "new" / "a.json"
    assert run("tail", file, "--column", 2, "--json", out, "--plot", tmp_path / "a.png") == 0
    numbers = json.loads(out.read_text())
    right = hill.estimate(column_of(file, 1))
    assert numbers["value"] == right.value and numbers["conf_int"] == list(right.conf_int())
    assert numbers["file"] == str(file) and numbers["estimator"] == "hill"
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    said = capsys.readouterr().out.splitlines()
    assert said[-2:] == [f"{p}: {p.stat().st_size:,} bytes" for p in (out, tmp_path / "a.png")]


def test_what_cannot_be_drawn_leaves_no_file(file, tmp_path, capsys, monkeypatch):
    def fails(*arguments):
        raise ValueError("a picture must be drawn, got none")

    monkeypatch.setattr("stablenoise.commands.pictures.of_tail", fails)
    words = "--json", tmp_path / "a.json", "--plot", tmp_path / "a.png"
    assert "a picture must" in refused(capsys, "tail", file, "--column", "x", *words)
    assert list(tmp_path.iterdir()) == [file]


def test_infinite_ends_are_null(tmp_path):
    """JSON has no infinities: an interval in 1 / alpha whose upper end holds 0."""
    path = tmp_path / "a.txt"
    np.savetxt(path, Stable(1.9).rvs(10, rng=2))
    assert run("tail", path, "--estimator", "log_moment", "--json", tmp_path / "a.json") == 0
    assert json.loads((tmp_path / "a.json").read_text())["conf_int"][1] is None


@pytest.mark.parametrize(
    ("suffix", "estimator"),
    [(".png", "hill"), (".pdf", "log_moment"), (".svg", "pickands"), (".SVG", "block")],
)
def test_pictures_of_each_kind_are_the_same_again(file, tmp_path, suffix, estimator, monkeypatch):
    monkeypatch.setitem(__import__("matplotlib").rcParams, "svg.hashsalt", "a")
    pictures = [tmp_path / f"{i}{suffix}" for i in range(2)]
    for path in pictures:
        words = "--column", "x", "--estimator", estimator, "--plot", path
        assert run("tail", file, *words) == 0
    content = [path.read_bytes() for path in pictures]
    begins = {".png": b"\x89PNG", ".pdf": b"%PDF", ".svg": b"<?xml"}[suffix.lower()]
    assert content[0] == content[1] and content[0].startswith(begins)
    assert b"CreationDate" not in content[0] and b"dc:date" not in content[0]


def test_short_samples_are_drawn_too(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("1\n-2\n5\n")
    assert run("tail", path, "--plot", tmp_path / "a.svg") == 0


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--estimator", "median"], "--estimator must be one of"),
        (["--estimator", "../hill"], "--estimator must be one of"),
        (["--estimator", "log_moment", "--k", 5], "--k must be for an estimator that takes it"),
        (["--k", 500], "k must be an integer in [1, 500), got 500"),
    ],
)
def test_what_no_estimator_takes_is_refused(file, capsys, words, line):
    assert refused(capsys, "tail", file, "--column", "x", *words).startswith(line)


def test_every_estimator_is_named_by_the_refusal(file, capsys):
    line = refused(capsys, "tail", file, "--column", "x", "--estimator", "none")
    named = re.search("one of (.*), got", line)[1].split(", ")
    folder = Path(tails.__path__[0])
    have = {p.stem for p in folder.glob("*.py") if "\ndef estimate(" in p.read_text()}
    assert set(named) == have >= {"hill", "block"}


# ------------------------------------------------------------------ fit and diagnose


def test_fit_prints_the_summary_at_the_level(file, capsys):
    assert run("fit", file, "--column", "x", "--level", 0.9, "--beta", 0) == 0
    said = capsys.readouterr().out
    right = stable_fits.stable(column_of(file, 1), beta=0.0)
    assert said == f"{file}, column x: 500 values\n{right.summary(0.9).as_text()}\n"


def test_fit_writes_numbers_and_a_picture(file, tmp_path):
    out, picture = tmp_path / "a.json", tmp_path / "a.svg"
    words = "--method", "mcculloch", "--level", 0.5, "--json", out, "--plot", picture
    assert run("fit", file, "--column", "price", "--returns", *words) == 0
    numbers = json.loads(out.read_text())
    right = stable_fits.stable(np.diff(np.log(column_of(file, 2))), "mcculloch")
    assert {name: numbers[name] for name in ("alpha", "beta", "scale", "loc")} == {
        name: getattr(right, name) for name in ("alpha", "beta", "scale", "loc")
    }
    ends = {name: list(pair) for name, pair in right.conf_int(0.5).items()}
    assert numbers["conf_int"] == ends and numbers["level"] == 0.5 and numbers["returns"] is True
    assert picture.read_bytes().startswith(b"<?xml")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--method", "moments"], "method must be one of mle,"),
        (["--alpha", 3], "alpha must lie in (0, 2], got 3.0"),
        (["--scale", "-1"], "scale must be positive"),
    ],
)
def test_what_no_fit_takes_is_refused(file, capsys, words, line):
    assert refused(capsys, "fit", file, "--column", "x", *words).startswith(line)


def test_diagnose_says_whether_data_is_stable(file, tmp_path, capsys):
    out, picture = tmp_path / "a.json", tmp_path / "a.png"
    words = "--column", "x", "--level", 0.9, "--seed", 5, "--json", out, "--plot", picture
    assert run("diagnose", file, *words) == 0
    right = stable_fits.diagnose(column_of(file, 1), 0.9, seed=5)
    assert right.summary().as_text() in capsys.readouterr().out
    numbers = json.loads(out.read_text())
    assert numbers["sentence"] == right.sentence and numbers["seed"] == 5
    assert picture.read_bytes().startswith(b"\x89PNG")


# ------------------------------------------------------------------ sample


@pytest.mark.parametrize("suffix", [".npy", ".csv", ".txt"])
def test_a_sample_is_that_of_python(tmp_path, suffix, capsys):
    path = tmp_path / f"a{suffix}"
    law = Stable(1.3, -0.4, 2.0, -0.001)
    words = "--alpha", 1.3, "--beta", "-0.4", "--scale", 2, "--loc", "-1e-3"
    assert run("sample", *words, "--size", 1000, "--seed", 9, "--out", path) == 0
    skip = int(suffix == ".csv")
    values = np.load(path) if suffix == ".npy" else np.loadtxt(path, skiprows=skip)
    np.testing.assert_array_equal(values, law.rvs(1000, rng=9))
    assert capsys.readouterr().out == f"{path}: {path.stat().st_size:,} bytes\n"
    assert run("tail", path) == 0  # its own files are read


def test_a_sample_is_printed_without_a_file(capsys):
    assert run("sample", "--alpha", 0.2, "--size", 50, "--seed", 3) == 0
    printed = capsys.readouterr().out.splitlines()
    np.testing.assert_array_equal([float(x) for x in printed], Stable(0.2).rvs(50, rng=3))


def test_a_long_sample_is_drawn_in_pieces_of_which_one_is_held(tmp_path, monkeypatch):
    """And is what is promised: one generator, called again and again."""
    monkeypatch.setattr(draws, "PIECE", 100)
    path = tmp_path / "a.npy"
    assert run("sample", "--alpha", 1.5, "--size", 250, "--out", path) == 0
    rng = np.random.default_rng(1)
    right = np.concatenate([Stable(1.5).rvs(n, rng) for n in (100, 100, 50)])
    np.testing.assert_array_equal(np.load(path), right)
    assert run("sample", "--alpha", 1.5, "--size", 120, "--out", tmp_path / "b.npy") == 0
    np.testing.assert_array_equal(np.load(tmp_path / "b.npy"), right[:120])


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks the kernel for a peak")
def test_memory_does_not_grow_with_the_sample(tmp_path):
    """16 times the draws: 240 MB more if they were held, of which a fifth is let pass."""
    program = (
        "import resource, sys; from stablenoise.__main__ import main; main(sys.argv[1:]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )
    peaks = []
    for size in (2**21, 2**25):
        words = ["sample", "--alpha", "1.5", "--size", str(size), "--out", "a.npy"]
        done = subprocess.run(
            [sys.executable, "-c", program, *words], cwd=tmp_path, capture_output=True, text=True
        )
        peaks.append(int(done.stderr.split()[-1]))
        assert (tmp_path / "a.npy").stat().st_size == 128 + 8 * size
    assert peaks[1] - peaks[0] < 50_000


def test_an_interrupted_sample_leaves_the_file_as_it_was(tmp_path, monkeypatch, capsys):
    path = tmp_path / "a.npy"
    path.write_bytes(b"old")
    calls = []

    def rvs(self, size, rng):
        calls.append(size)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return np.zeros(size)

    monkeypatch.setattr(Stable, "rvs", rvs)
    monkeypatch.setattr(draws, "PIECE", 10)
    assert run("sample", "--alpha", 1.5, "--size", 100, "--out", path) == 130
    assert capsys.readouterr().err == "stablenoise: interrupted\n"
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_a_killed_process_leaves_the_file_as_it_was(tmp_path):
    """Killed once it writes: an interrupt while LLVM makes code may be lost."""
    path = tmp_path / "a.npy"
    path.write_bytes(b"old")
    words = ["sample", "--alpha", "1.5", "--size", str(2**29), "--out", str(path)]

    def written():
        return sum(other.stat().st_size for other in tmp_path.iterdir() if other != path)

    with subprocess.Popen([*COMMAND, *words]) as started:
        until = time.monotonic() + 60
        while written() < 8 * draws.PIECE and time.monotonic() < until:
            time.sleep(0.02)
        started.send_signal(signal.SIGINT)
        assert started.wait(60) == 130
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_who_reads_no_further_is_not_told_so():
    """A pipe that is closed, as by ``head``."""
    words = ["sample", "--alpha", "1.5", "--size", str(2**40)]
    with subprocess.Popen(
        [*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as started:
        first = float(started.stdout.readline())
        started.stdout.close()
        assert started.wait(60) == 1 and started.stderr.read() == ""
    assert first == Stable(1.5).rvs(1, rng=1)[0]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--alpha", 2.5], "alpha must lie in (0, 2], got 2.5"),
        (["--alpha", "nan"], "alpha must lie in (0, 2], got nan"),
        (["--alpha", 1.5, "--beta", "-1.5"], "beta must lie in [-1, 1], got -1.5"),
        (["--alpha", 1.5, "--scale", 0], "scale must be positive and finite, got 0.0"),
        (["--alpha", 1.5, "--loc", "inf"], "loc must be finite, got inf"),
        (["--alpha", 1.5, "--out", "a.xlsx"], "--out must end in .npy, .csv, .txt, got a.xlsx"),
    ],
)
def test_a_law_or_a_file_that_is_none_is_refused(words, line, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert refused(capsys, "sample", *words, "--size", 3) == line
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------ what is read and written


@pytest.mark.parametrize("command", ["fit", "tail", "diagnose"])
def test_a_file_that_is_none_is_refused(command, tmp_path, capsys):
    assert "No such file" in refused(capsys, command, tmp_path / "none.csv")
    assert "got the folder" in refused(capsys, command, tmp_path)
    for content, told in ((b"", "empty file"), (b"a\nb\n", "column of numbers")):
        path = tmp_path / "a.csv"
        path.write_bytes(content)
        assert told in refused(capsys, command, path)


@pytest.mark.parametrize("command", ["fit", "tail", "diagnose"])
def test_a_column_must_be_meant(command, file, capsys):
    assert refused(capsys, command, file) == "column must be one of x, price, got none named"
    assert "got 'volume'" in refused(capsys, command, file, "--column", "volume")
    line = refused(capsys, command, file, "--column", "x", "--returns")
    assert "must be of positive prices, got" in line and "in row" in line


def test_outputs_are_looked_at_before_the_work(file, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("stablenoise.commands.estimates.column", pytest.fail)
    where = "tail", file, "--column", "x"
    assert "another file than" in refused(capsys, *where, "--json", file)
    same = tmp_path / "a.png"
    assert "another file than" in refused(capsys, *where, "--json", same, "--plot", same)
    assert "must be a file, got the folder" in refused(capsys, *where, "--json", tmp_path)
    assert "must end in .png, .pdf, .svg, got" in refused(capsys, *where, "--plot", "a.jpg")
    link = tmp_path / "link.json"
    link.symlink_to(file)
    assert "another file than" in refused(capsys, *where, "--json", link)
    beside_a_file = file / "a.json"
    assert "must be a folder" in refused(capsys, *where, "--json", beside_a_file)


def test_a_picture_without_matplotlib_is_refused_before_the_work(file, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setattr("stablenoise.commands.estimates.column", pytest.fail)
    line = refused(capsys, "tail", file, "--plot", "a.png")
    assert line.startswith("--plot needs matplotlib")


def test_what_standard_output_cannot_encode_is_escaped(tmp_path, monkeypatch):
    path = tmp_path / "größe.txt"
    path.write_text("1\n2\n5\n")
    stream = io.TextIOWrapper(io.BytesIO(), "ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    assert run("tail", path) == 0
    assert b"gr\\xf6\\xdfe.txt: 3 values" in stream.buffer.getvalue()
    with outputs.any_encoding():
        assert sys.stdout.errors == "backslashreplace"
    assert sys.stdout.errors == "strict"


def test_a_long_refusal_stays_one_line(tmp_path, capsys):
    path = tmp_path / "a.csv"
    names = ",".join(f"a column with a long name {i}" for i in range(300))
    path.write_text(f"{names}\n{'1,' * 299}1\n")
    assert len(refused(capsys, "tail", path)) < 400


# ------------------------------------------------------------------ arguments


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "required: COMMAND"),
        (["draw"], "invalid choice: 'draw'"),
        (["sample"], "required: --alpha, --size"),
        (["sample", "--alpha", "x", "--size", 3], "invalid float value: 'x'"),
        (["sample", "--alpha", 1.5, "--size", "-3"], "must be an integer in [1, 281474976710656)"),
        (["sample", "--alpha", 1.5, "--size", "1e3"], "must be an integer in [1,"),
        (["sample", "--alpha", 1.5, "--size", 3, "--seed", "-1"], "must be an integer in [0,"),
        (["tail"], "required: FILE"),
        (["tail", "a.csv", "--level", "1"], "must lie in (0, 1), got '1'"),
        (["tail", "a.csv", "--level", "0.95x"], "must lie in (0, 1), got '0.95x'"),
        (["tail", "a.csv", "--k", "0"], "must be an integer in [1,"),
        (["tail", "a.csv", "--tail", "up"], "invalid choice: 'up'"),
        (["diagnose", "a.csv", "--k", "5"], "unrecognized arguments: --k"),
        (["warm", "--jobs", "0"], "must be an integer in [1, 1025), got '0'"),
    ],
)
def test_usage_is_told(words, told, capsys):
    assert told in misunderstood(capsys, *words)


@pytest.mark.parametrize("command", ["fit", "tail", "diagnose", "sample", "warm"])
def test_help_says_what_a_command_does(command, capsys):
    with pytest.raises(SystemExit) as ended:
        run(command, "--help")
    assert ended.value.code == 0 and command in capsys.readouterr().out


def test_negative_numbers_are_values_of_their_switches():
    words = ["sample", "--loc", "-1e-3", "--beta", "-.5", "--scale=-2", "-3", "--k", "-inf"]
    joined_ones = ["sample", "--loc=-1e-3", "--beta=-.5", "--scale=-2", "-3", "--k=-inf"]
    assert joined(words) == joined_ones


# ------------------------------------------------------------------ warm, and the program


def test_warm_is_the_module_of_that_name(monkeypatch):
    calls = []
    monkeypatch.setattr(warm, "main", lambda words: calls.append(words) or 0)
    assert run("warm", "--jobs", 3) == 0 and run("warm") == 0
    assert calls == [["3"], [str(os.cpu_count())]]


def test_the_program_ends_with_its_status(tmp_path):
    done = subprocess.run([*COMMAND, "tail", "none.csv"], cwd=tmp_path, capture_output=True)
    assert done.returncode == 1 and done.stdout == b""
    assert done.stderr.count(b"\n") == 1 and b"none.csv" in done.stderr
