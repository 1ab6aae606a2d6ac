"""What is deprecated says since when and until when, in one place, and goes when it is over."""

import ast
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from test_layers import MAY_IMPORT, ROOT, trees

import stablenoise
from stablenoise.moved import NAMES_OF_0_1, NOTICE_DAYS, TERMS, Term

WARNINGS = {"DeprecationWarning", "PendingDeprecationWarning", "FutureWarning", "deprecated"}
HOME = "stablenoise/moved.py"
EXPIRED = "the term of these old names is over: delete what it kept (stablenoise/moved.py)"


def raised(tree):
    """Kinds of such warnings that a file names, but for those that it catches."""
    caught = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and node.type
        for inner in ast.walk(node.type)
    }
    named = [node for node in ast.walk(tree) if id(node) not in caught]
    return {
        word
        for node in named
        for word in (getattr(node, "id", ""), getattr(node, "attr", ""), getattr(node, "name", ""))
        if word in WARNINGS
    }


def test_only_one_file_warns_of_what_is_deprecated():
    found = {
        path.relative_to(ROOT).as_posix()
        for package in MAY_IMPORT
        for path, tree in trees(package)
        if raised(tree)
    }
    assert found == {HOME}


@pytest.mark.parametrize(
    "text",
    [
        "import warnings\nwarnings.warn('old', FutureWarning)",
        "import warnings as w\nw.warn('old', category=w.DeprecationWarning)",
        "from typing_extensions import deprecated\n@deprecated('old')\ndef f(): ...",
    ],
)
def test_another_file_that_warns_would_be_seen(text):
    assert raised(ast.parse(text))
    assert not raised(ast.parse("try: pass\nexcept (ValueError, DeprecationWarning): pass"))


def numbers(version):
    return [int(part) for part in version.split(".")[:2]]


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.since)
def test_a_term_is_as_long_as_the_policy_says(term):
    """At least one minor version later, and so many days after the release that first warns."""
    released, ends = date.fromisoformat(term.released), date.fromisoformat(term.not_before)
    assert ends - released >= timedelta(days=NOTICE_DAYS)
    assert numbers(term.goes_with) > numbers(term.since)
    assert f"## {term.since} ({term.released})" in (ROOT / "CHANGELOG.md").read_text()


def test_a_term_that_is_over_fails_until_what_it_kept_is_deleted():
    today, version = date.today().isoformat(), stablenoise.__version__
    assert [str(term) for term in TERMS if term.is_over(version, today)] == [], EXPIRED


def test_a_term_is_over_at_its_version_and_its_date_and_not_before():
    term = NAMES_OF_0_1
    assert term.is_over("0.3.0", "2027-05-30") and term.is_over("0.10.1", "2030-01-01")
    assert not term.is_over("0.3.0", "2027-05-29")  # the version is out early: it still goes on
    assert not term.is_over("0.2.9", "2030-01-01")  # no new version: nothing is taken away
    assert Term("1.2", "2030-01-01", "1.10", "2031-01-01").is_over("1.11", "2031-01-01")


def test_all_old_names_are_of_a_term_that_is_listed():
    """So a new deprecation cannot leave its term out of the list that is asked above."""
    used = set()
    for package in MAY_IMPORT:
        for _, tree in trees(package):
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Term":
                    used.add(tuple(ast.literal_eval(word) for word in node.args))
    assert used == set(map(tuple, TERMS))


def test_the_warning_points_at_the_line_that_uses_the_old_name(tmp_path):
    program = Path(tmp_path, "use.py")
    program.write_text(
        "from compress.compressibility import norms\nnorms.least_kept(9, 0.5, eta=0.1)"
    )
    told = subprocess.run([sys.executable, "-W", "always", program], capture_output=True, text=True)
    assert f"{program}:2: DeprecationWarning: eta= of least_kept is now slack=" in told.stderr
