"""``paper-checks new``: a claim that runs at once, and its test; both files or none."""

import ast
import os
import shutil
import subprocess
import sys
from importlib import import_module, invalidate_caches
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper_checks import command, outside, registry, skeleton
from paper_checks.claim import Claim, Verdict, judge, overall
from paper_checks.commands import drafting
from paper_checks.papers import PAPERS
from stablenoise.data import files

WORDS = "Wide networks can be pruned"
NAME = "wan_wide_networks_can_be_pruned"
OWN = "zz_wide_networks_can_be_pruned"
LONG = (
    "A statement that's so long that it has to stand on several lines, with "
    "a \\ and both \"kinds\" of quotes, of which one is more frequent: ''''''"
)
OF_LENGTHS = [f"{n} {'x' * (n // 2)} {'y' * (n - n // 2 - 4)}" for n in range(70, 100)]


def new(*arguments):
    return command.main(["new", *map(str, arguments)])


def refused(capsys, *arguments):
    """The line by which it is told."""
    with pytest.raises(SystemExit) as stopped:
        new(*arguments)
    assert stopped.value.code == 2
    return capsys.readouterr().err.splitlines()[-1]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.startswith(("wan_", "test_wan_", "zhou_", "test_zhou_", "zz_", "p1_01")):
            del sys.modules[name]


def claim_of(name):
    invalidate_caches()
    return import_module(name).CLAIM


@pytest.mark.parametrize(
    "statement", [WORDS, LONG, *OF_LENGTHS[::9], "x" * 200, "é, ü", 'so-called "noise"']
)
def test_what_is_written_runs_and_its_test_passes(folder, statement, capsys):
    assert new("P1", statement) == 0
    name = skeleton.name_of(PAPERS["P1"], statement)
    assert {path.name for path in folder.iterdir()} == {f"{name}.py", f"test_{name}.py"}
    claim = claim_of(name)
    assert isinstance(claim, Claim) and claim.statement == " ".join(statement.split())
    assert claim.id in capsys.readouterr().out and len(claim.title) <= 60
    assert claim.title == statement or len(statement) > 60
    tests = import_module(f"test_{name}")
    for each in [getattr(tests, word) for word in dir(tests) if word.startswith("test_")]:
        each()


def test_the_toy_can_be_contradicted_and_its_control_is_caught(folder):
    """Three seeds; each verdict is wrong with probability 1e-4 at most, and the seeds are fixed."""
    new("P1", WORDS)
    claim = claim_of(NAME)
    for seed in range(3):
        rows = [role(range(claim.smoke), seed) for role in (claim.experiment, claim.control)]
        verdicts = [overall(judge(claim.quantities, each, 1e-4)) for each in rows]
        assert verdicts == [Verdict.CONSISTENT, Verdict.CONTRADICTED]


def test_its_test_fails_where_the_control_is_not_caught(folder):
    new("P1", WORDS)
    path = folder / f"{NAME}.py"
    path.write_text(path.read_text().replace("scale=1.2", "scale=1.0"))
    tests = import_module(f"test_{NAME}")
    with pytest.raises(AssertionError):
        tests.test_the_control_is_caught()


def test_it_is_listed_and_run_at_once(folder, capsys):
    """By an entry point, as a distribution would have it."""
    assert new("B", WORDS) == 0
    name = f"zhou_{NAME[4:]}"
    info = folder / "mine-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: mine\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[paper_checks.claims]\n{name} = {name}\n")
    invalidate_caches()
    registry._members.cache_clear()
    try:
        claim = registry.all_claims()[name]
        assert registry.broken_claims() == {} and claim.title == WORDS
        out = ["--budget", "smoke", "--workers", "1", "--out", "out"]
        assert command.main(["run", claim.id, *out]) == 0
    finally:
        registry._members.cache_clear()
    assert "consistent   control caught" in capsys.readouterr().out


@pytest.fixture
def files_of_claims():
    """Those that the process is given are forgotten afterwards."""
    yield
    outside._files.clear()
    registry._members.cache_clear()


SMOKE = ["--budget", "smoke", "--out", "out"]


def test_its_file_is_run_by_a_path_as_it_is(folder, files_of_claims, capsys):
    """Two processes import it from its folder, which is none of theirs."""
    assert new("ZZ", WORDS, "--into", "deep") == 0
    path = f"deep/zz_{NAME[4:]}.py"
    assert f"paper-checks run {path} runs it as it is" in capsys.readouterr().out
    assert command.main(["run", path, *SMOKE, "--workers", "2"]) == 0
    told = capsys.readouterr().out
    assert "ZZ-1           consistent   control caught" in told
    assert f"Of {Path(path).name}, the verdict is right" in " ".join(told.split())
    assert command.main(["show", path]) == 0 and WORDS in capsys.readouterr().out


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("none.py", "file of a claim must be there, got none.py"),
        ("a-b.py", "file of a claim must be of letters, digits and _, got a-b.py"),
    ],
)
def test_files_that_cannot_be_claims_are_refused(folder, capsys, files_of_claims, path, line):
    (folder / "a-b.py").touch()
    with pytest.raises(SystemExit) as stopped:
        command.main(["run", path, *SMOKE])
    assert stopped.value.code == 2 and line in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("zz_empty", "", "TypeError: CLAIM of zz_empty must be a Claim, got NoneType"),
        ("zz_wrong", "1 / 0", "ZeroDivisionError: division by zero"),
        ("shutil", "CLAIM = 1", "ValueError: file of a claim must have a name of its own, got"),
    ],
)
def test_a_file_without_a_claim_is_one_line(folder, capsys, files_of_claims, name, text, line):
    (folder / f"{name}.py").write_text(text)
    assert command.main(["run", f"{name}.py", *SMOKE]) == 1
    assert line in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("words", [["run", *SMOKE], ["show"]], ids=["run", "show"])
def test_a_file_with_the_name_of_a_claim_of_ours_is_not_taken_for_it(
    folder, capsys, files_of_claims, words
):
    assert new("ZZ", WORDS) == 0
    (folder / f"{OWN}.py").rename(folder / "amini_terms_needed.py")
    with pytest.raises(SystemExit) as stopped:
        command.main([words[0], "amini_terms_needed.py", *words[1:]])
    told = capsys.readouterr()
    assert stopped.value.code == 2 and "Pareto" not in told.out
    assert "must have a name of its own, got amini_terms_needed.py, whose name" in told.err
    assert f"is that of {registry.id_of('amini_terms_needed')}" in told.err


def test_the_file_of_a_claim_of_ours_is_that_claim(folder, capsys, files_of_claims):
    path = Path(import_module("paper_checks.claims.amini_terms_needed").__file__)
    assert command.main(["show", str(path)]) == 0
    assert "amini_terms_needed" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["run", *SMOKE], ["show"]], ids=["run", "show"])
def test_a_file_means_its_own_claim_though_its_name_begins_ids(
    folder, capsys, files_of_claims, words
):
    assert new("ZZ", WORDS) == 0
    (folder / f"{OWN}.py").rename(folder / "p1_01.py")
    assert command.main([words[0], "p1_01.py", *words[1:]]) == 0
    told = capsys.readouterr().out
    assert WORDS in told and "P1-1 " not in told


def test_two_files_of_one_name_are_refused(folder, capsys, files_of_claims):
    assert new("ZZ", WORDS) == 0
    (folder / "sub").mkdir()
    shutil.copy(folder / f"{OWN}.py", folder / "sub")
    with pytest.raises(SystemExit):
        command.main(["run", f"{OWN}.py", f"sub/{OWN}.py", *SMOKE])
    assert f"must have a name of its own, got sub/{OWN}.py and " in capsys.readouterr().err


def test_its_test_is_found_by_pytest(folder):
    new("P1", WORDS)
    paths = [os.getcwd(), *filter(None, sys.path)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"test_{NAME}.py"],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
    )
    assert done.returncode == 0 and "3 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.skipif(not shutil.which("ruff"), reason="ruff is not installed")
@pytest.mark.parametrize("length", ["88", "100"])
def test_what_is_written_is_in_style(folder, length):
    for i, statement in enumerate([WORDS, LONG, *OF_LENGTHS]):
        new("P1" if i % 2 else "CN", statement)
    rules = "E4,E7,E9,F,I,B,UP,NPY,D" + (",E501" if length == "100" else "")
    style = ["--config", 'lint.pydocstyle.convention="numpy"', "--ignore", "D1,D400,D401"]
    for asked in (["check", "--select", rules, *style], ["format", "--check"]):
        words = ["ruff", *asked, "--isolated", "--no-cache", "--line-length", length, str(folder)]
        if asked[0] == "format":
            words = [word for word in words if word != "--select"]
        done = subprocess.run(words, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_ids_go_on_from_those_that_are_there(folder):
    """Those of the list, and those of files that lie in the folder and are listed nowhere."""
    numbers = [
        int(claim.id.split("-")[1].rstrip("abcdefgh"))
        for claim in (registry.all_claims() | registry.not_computable()).values()
        if claim.id.startswith("P1-")
    ]
    for i, word in enumerate(["one", "two"], start=1):
        new("p1", f"statement {word}")
        assert claim_of(f"wan_statement_{word}").id == f"P1-{max(numbers) + i}"
    new("wan", "three", "--id", "P1-7000-mnist")
    new("P1", "four")
    assert claim_of("wan_four").id == "P1-7001"


def test_the_paper_is_known_by_its_prefix_or_the_names_of_its_files(folder):
    for asked in ("CN", "cn", "baykal", "Baykal"):
        assert drafting._paper(asked) is PAPERS["CN"]


@pytest.mark.parametrize(
    "arguments, line",
    [
        (["Z", WORDS], "argument PAPER: must be one of P1, P2, P3, P4, CN, B,"),
        (["1Z", WORDS], "or a prefix of your own (two or more letters and digits, a letter first)"),
        (["Z-Z", WORDS], "a letter first), got 'Z-Z'"),
        (["", WORDS], "argument PAPER: must be one of P1, "),
        (["P1", "?!"], "STATEMENT must have letters or digits to call a file by, got '?!'"),
        (["P1", ""], "STATEMENT must have letters or digits to call a file by, got ''"),
        (["P1", "日本"], "STATEMENT must have letters or digits to call a file by, got '日本'"),
        (["P1", "a\nb"], r"STATEMENT must be one line of text, got 'a\nb'"),
        (["P1", "see P1-900 there", "--id", "P1-900"], "STATEMENT must not have the id in it"),
        (["P1", WORDS, "--id", "P1-2"], "id must be new, got P1-2, which is that of wan_type_"),
        (["P1", WORDS, "--id", "B-900"], "id must begin with P1-, got 'B-900'"),
        (["P1", WORDS, "--id", "P1"], "id must be like P1-2, B-4 or P1-11a-mnist, got 'P1'"),
        (["P1", "linear chaos"], "STATEMENT must give a new claim, got wan_linear_chaos"),
        (["P1", WORDS, "--into", __file__], "--into must be a folder, got the file "),
    ],
)
def test_bad_input_is_a_line_and_nothing_is_written(folder, arguments, line, capsys):
    assert line in refused(capsys, *arguments)
    assert list(folder.iterdir()) == []


def test_an_id_is_not_given_twice(folder, capsys):
    new("P1", WORDS, "--id", "P1-900")
    told = refused(capsys, "P1", "another", "--id", "P1-900")
    assert told.endswith(f"id must be new, got P1-900, which is that of {NAME}")


@pytest.mark.parametrize("name", [f"{NAME}.py", f"test_{NAME}.py"])
def test_no_file_is_written_over(folder, name, capsys):
    (folder / name).write_text("mine")
    assert f"STATEMENT must give a new file, got {name}" in refused(capsys, "P1", WORDS)
    assert [path.read_text() for path in folder.iterdir()] == ["mine"]


def test_a_link_is_not_followed(folder, capsys):
    (folder / f"{NAME}.py").symlink_to(folder / "nowhere")
    assert "STATEMENT must give a new file" in refused(capsys, "P1", WORDS)


def test_a_folder_that_cannot_be_written_to_is_told(folder, monkeypatch, capsys):
    def full(path):
        raise PermissionError(f"{path} must be a folder that can be written to, got {path}: no")

    monkeypatch.setattr(files, "check_writable", full)
    assert "--into: . must be a folder that can be written to" in refused(capsys, "P1", WORDS)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_where_the_second_file_fails_the_first_is_taken_back(folder, monkeypatch, capsys, error):
    write = files.write

    def once(path, text):
        if path.name.startswith("test_"):
            if isinstance(error, OSError):
                error.filename = str(path)
            raise error
        write(path, text)

    monkeypatch.setattr(files, "write", once)
    if isinstance(error, KeyboardInterrupt):
        with pytest.raises(KeyboardInterrupt):
            new("P1", WORDS)
    else:
        assert new("P1", WORDS) == 1
        err = capsys.readouterr().err
        assert err == f"paper-checks: test_{NAME}.py could not be written: {error.strerror}\n"
    assert list(folder.iterdir()) == []


def test_a_prefix_of_ones_own_is_taken_and_its_claim_numbered(folder, capsys):
    new("zz", WORDS)
    claim = claim_of("zz_wide_networks_can_be_pruned")
    assert (claim.id, claim.source) == ("ZZ-1", "ZZ, where it says so (to be read)")
    assert "ZZ is a prefix of your own: `source` says of what paper" in capsys.readouterr().out
    new("ZZ", "another")
    assert "ZZ-2: zz_another.py" in capsys.readouterr().out


def test_it_is_told_that_ids_must_differ_where_claims_are_shipped_together(folder, capsys):
    """Neither folder is known of in the other: both begin with the same number."""
    for place in ("one", "other"):
        new("P1", WORDS, "--into", place)
    said = capsys.readouterr().out.splitlines()
    first, *_, last = said
    assert first.partition(":")[0] in said[len(said) // 2]
    assert last.startswith("an id is known here if its claim is installed or lies in this folder")
    assert "shipped together differ" in last


def test_a_folder_that_is_not_there_is_made_and_that_is_told(folder, capsys):
    assert new("P1", WORDS, "--into", "new/place") == 0
    assert "new/place was not there: it has been made" in capsys.readouterr().out
    assert new("P1", "another", "--into", "new/place") == 0
    assert "has been made" not in capsys.readouterr().out
    for path in (folder / "new" / "place").glob("*another.py"):
        path.unlink()
    assert len(list((folder / "new" / "place").iterdir())) == 2


def test_a_claim_in_a_package_is_imported_by_its_whole_name(folder):
    inner = folder / "mine" / "claims"
    inner.mkdir(parents=True)
    for package in (inner, inner.parent):
        (package / "__init__.py").write_text("")
    new("P1", WORDS, "--into", inner)
    assert f'MODULE = "mine.claims.{NAME}"' in (inner / f"test_{NAME}.py").read_text()


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=200))
def test_a_literal_is_the_text(text):
    assert ast.literal_eval(skeleton.literal(text)) == text
    assert ast.literal_eval(skeleton._statement(" ".join(text.split()))) == " ".join(text.split())


@given(st.text(min_size=1, max_size=300))
def test_names_are_names_of_modules(text):
    try:
        name = skeleton.name_of(PAPERS["P1"], text)
    except ValueError as error:
        assert "\n" not in str(error) and str(error).startswith("STATEMENT must ")
    else:
        assert name.isidentifier() and name.isascii() and name == name.lower() and len(name) <= 52
