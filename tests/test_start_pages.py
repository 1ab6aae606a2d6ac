"""The blocks of the first pages run, in their order, and print what the pages show."""

import os
import re
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
START = ROOT / "docs" / "start"
PROGRAMS = {"paper-checks": "paper_checks"} | {n: n for n in ("stablenoise", "chaos", "compress")}
SLOW = "claim", "sampler", "walk"  # more than 5 s each, once all is compiled
DIRECTIVE = re.compile(
    r"^\.\. (code-block|literalinclude):: (\S+)\n((?:   :.*\n)*)\n?((?:(?:   .*)?\n)*)",
    re.MULTILINE,
)
NUMBER = re.compile(r"\d+(?:[.,]\d+)*(?:e-?\d+)?")


class Block(NamedTuple):
    """A block of a page: ``kind`` is bash, python, text, or file, which ``name`` says.

    ``marks`` are "not-run", or "about" of an output whose numbers differ from machine to machine.
    """

    kind: str
    text: str
    name: str = ""
    marks: str = ""


def blocks(page):
    """Those of a page, in their order."""
    for directive, argument, options, body in DIRECTIVE.findall(page):
        given = dict(re.findall(r":(\w+): (.*)", options))
        if directive == "literalinclude":
            yield Block("file", (START / argument).read_text(encoding="utf-8"), given["caption"])
        elif "caption" in given:
            yield Block("file", dedent(body), given["caption"])
        else:
            yield Block(argument, dedent(body), marks=given.get("class", ""))


PAGES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(START.glob("*.rst"))}
BLOCKS = {name: list(blocks(page)) for name, page in PAGES.items()}


def lines(text):
    """Without what no eye sees: blanks at ends, several in a row, and empty lines."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def is_as_shown(shown, seen, marks=""):
    """Whether an output is the one of a page, in which ``...`` stands for anything."""
    if marks == "about":
        shown, seen = (NUMBER.sub("0", text) for text in (shown.replace("...", "\0"), seen))
        shown = shown.replace("\0", "...")
    parts = map(re.escape, "\n".join(lines(shown)).split("..."))
    return re.fullmatch(".*".join(parts), "\n".join(lines(seen)), re.DOTALL) is not None


def python(text, names):
    """What a block prints, after those before it."""
    printed = StringIO()
    with redirect_stdout(printed):
        exec(compile(text, "a page", "exec"), names)
    return printed.getvalue()


def bash(text, folder):
    """What commands print; every one but the first of a pipe must end well."""
    path = os.pathsep.join([str(folder / ".programs"), os.environ["PATH"]])
    modules = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    settings = {"PATH": path, "PYTHONPATH": modules, "COLUMNS": "100", "PYTEST_ADDOPTS": ""}
    done = subprocess.run(
        ["bash", "-e", "-c", text],
        capture_output=True,
        text=True,
        cwd=folder,
        env=os.environ | settings,
        timeout=600,
    )
    assert done.returncode == 0, f"{text}{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty one, in which the programs are those of this checkout."""
    programs = tmp_path / ".programs"
    programs.mkdir()
    lines_of = {name: f"-m {module}" for name, module in PROGRAMS.items()} | {"python": ""}
    for name, words in lines_of.items():
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {words} "$@"\n')
        (programs / name).chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if (tmp_path / f"{name}.py").exists():
            del sys.modules[name]


def outputs(page, folder):
    """Each output that a page shows, with the one that is seen."""
    seen, names = None, {"__name__": "a_page"}
    for block in BLOCKS[page]:
        if block.kind == "file":
            (folder / block.name).write_text(block.text, encoding="utf-8")
        elif block.kind == "text":
            yield block, seen
        elif block.marks != "not-run":
            run = {"python": lambda text: python(text, names), "bash": lambda t: bash(t, folder)}
            seen = run[block.kind](block.text)


@pytest.mark.parametrize(
    "page", [pytest.param(page, marks=pytest.mark.slow if page in SLOW else ()) for page in PAGES]
)
def test_a_page_prints_what_it_shows(page, folder):
    for shown, seen in outputs(page, folder):
        told = f"the page has\n{shown.text}\nbut it prints\n{seen}"
        assert is_as_shown(shown.text, seen, shown.marks), told


def test_the_sampler_of_the_pages_is_standard_normal_at_index_2(folder):
    """As its last line says; 2e5 squares have a mean within 5 standard errors but for 6e-7."""
    (folder / "mysampler.py").write_bytes((START / "mysampler.py").read_bytes())
    names = {}
    exec("from mysampler import draw", names)
    draws = names["draw"](200_000, np.random.default_rng(1), 2.0)
    assert abs(np.mean(draws**2) - 1) < 5 * (2 / 200_000) ** 0.5


def test_the_pages_are_those_of_the_contents():
    contents = PAGES["index"].split(".. toctree::")[1].split()
    assert {"index", *contents[1:]} == set(PAGES)


def test_only_installation_is_not_run():
    every = [block for page in BLOCKS.values() for block in page]
    assert {block.marks for block in every} == {"", "not-run", "about"}
    lines_of = [b.text.splitlines() for b in every if b.marks == "not-run"]
    for line in (line for text in lines_of for line in text if line):
        assert re.match(r"python -m (pip install|venv) ", line), line


def test_blocks_are_all_read():
    """A directive that the pattern does not match would be neither run nor compared."""
    for name, page in PAGES.items():
        assert len(BLOCKS[name]) == len(re.findall(r"code-block|literalinclude", page)), name
        assert {block.kind for block in BLOCKS[name]} <= {"bash", "python", "text", "file"}


def test_the_comparison_can_fail():
    assert is_as_shown("a ... c\nd", "a b c\n\n d ")
    assert not is_as_shown("a b", "a c") and not is_as_shown("a", "a b")
    assert is_as_shown("a 1.5 s ...", "a 2e-05 s b 3", "about")
    assert not is_as_shown("a 1.5 s", "b 1.5 s", "about")
