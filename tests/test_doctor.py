"""``stablenoise doctor`` answers whatever is missing or broken, and ends with 0."""

import getpass
import json
import os
import pickle
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from golden_bits import EXACT, ROUNDED

import stablenoise
from stablenoise.checkup import child, golden, inside, lines, machine, report
from stablenoise.checkup.lines import AMISS, NOTE, OK, Line, answers, private
from stablenoise.commands import doctor

ROOT = Path(__file__).parents[1]
NAMES = {
    *("stablenoise", "python", "processor", "threads", "libraries", "optional", "blas", "cache"),
    *("compiled", "data", "golden bits", "gpu"),
}
HIDING = """
import os, sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in os.environ.get("HIDDEN", "").split():
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Hidden())
"""
BITS_OK = "all 123 are as published"


def started(folder, words=(), *, hidden="", shell=None, **variables):
    """The command in a process; libraries named in ``hidden`` are not there, for its child too."""
    (folder / "sitecustomize.py").write_text(HIDING)
    path = os.pathsep.join([str(folder), str(ROOT)])
    env = os.environ | {"PYTHONPATH": path, "HIDDEN": hidden, **variables}
    command = [sys.executable, "-m", "stablenoise", "doctor", *words]
    if shell:
        command = ["bash", "-c", shell, "bash", *command]
    return subprocess.run(command, env=env, capture_output=True, timeout=300, cwd=folder)


def answered(ended):
    """States and texts by name, of an answer in JSON; the command ended with 0, without a word."""
    assert (ended.returncode, ended.stderr) == (0, b"")
    told = json.loads(ended.stdout)
    assert {line["name"] for line in told["lines"]} == NAMES
    assert told["amiss"] == [line["name"] for line in told["lines"] if line["state"] == "amiss"]
    return {line["name"]: (line["state"], line["text"]) for line in told["lines"]}


def test_a_sound_machine_is_told_in_a_block_to_paste(tmp_path):
    ended = started(tmp_path, NUMBA_CACHE_DIR=str(tmp_path / "cache"))
    assert (ended.returncode, ended.stderr) == (0, b"")
    first, asked, *block = ended.stdout.decode("ascii").splitlines()
    assert first.startswith("stablenoise doctor: nothing is amiss (")
    assert "paste all of this" in asked and block[0] == block[-1] == "```"
    assert {line[2:].split("  ")[0] for line in block[1:-1]} == NAMES
    text = "\n".join(block)
    for known in (stablenoise.__version__, np.__version__, BITS_OK, "can be written"):
        assert known in text


def test_without_numba_the_command_answers_and_says_so(tmp_path):
    told = answered(started(tmp_path, ["--json"], hidden="numba"))
    assert told["libraries"][0] == AMISS and "numba is not there" in told["libraries"][1]
    for name in ("golden bits", "compiled", "cache"):
        assert told[name] == (
            AMISS,
            "could not be found out: ModuleNotFoundError: No module named 'numba'",
        )
    assert told["processor"][0] == told["blas"][0] == OK


def test_without_numpy_scipy_and_all_else_the_command_answers(tmp_path):
    hidden = "numpy scipy numba llvmlite statsmodels threadpoolctl matplotlib sklearn"
    told = answered(started(tmp_path, ["--json"], hidden=hidden))
    assert "numpy is not there; scipy is not there" in told["libraries"][1]
    assert "No module named 'numpy'" in told["blas"][1]
    assert told["python"][0] == told["threads"][0] == OK


@pytest.mark.parametrize("folder", ["/dev/null/cache", "\x01 no folder / at all"])
def test_a_cache_that_cannot_be_written_is_a_line(tmp_path, folder):
    told = answered(started(tmp_path, ["--json"], NUMBA_CACHE_DIR=folder, HOME="/dev/null/home"))
    if folder.startswith("/dev/null"):
        assert told["cache"][0] == NOTE
        assert told["cache"][1].startswith(f"NUMBA_CACHE_DIR={folder} cannot be used; ")
    assert BITS_OK in told["golden bits"][1]


def test_a_cache_that_refuses_is_amiss(monkeypatch, tmp_path):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setattr(inside, "_cache_folders", lambda: [Path("/proc/nothing/here"), tmp_path])
    (line,) = inside.cache()
    assert line.state == AMISS and line.text.startswith("cannot be written: /proc/nothing/here: ")
    monkeypatch.setattr(inside, "_cache_folders", lambda: [])
    (line,) = inside.cache()
    assert line.state == AMISS and line.text.startswith("no folder can be written; each process")


@pytest.mark.parametrize(
    ("folder", "said", "is_used"),
    [
        ("c/source", "./c", True),
        ("c/source", "{top}//c/", True),
        ("cache/source", "{top}/c", False),
    ],
)
def test_a_cache_is_that_of_the_variable_however_it_is_spelled(
    monkeypatch, tmp_path, folder, said, is_used
):
    (tmp_path / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    said = said.format(top=tmp_path)
    monkeypatch.setenv("NUMBA_CACHE_DIR", said)
    monkeypatch.setattr(inside, "_cache_folders", lambda: [tmp_path / folder])
    (line,) = inside.cache()
    used = f"{tmp_path / folder} can be written (NUMBA_CACHE_DIR={said})"
    other = f"NUMBA_CACHE_DIR={said} cannot be used; code is in {tmp_path / folder}"
    assert (line.state, line.text) == ((OK, used) if is_used else (NOTE, other))


def test_a_cache_elsewhere_that_refuses_is_amiss(monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/nowhere")
    monkeypatch.setattr(inside, "_cache_folders", lambda: [Path("/proc/nothing/here")])
    (line,) = inside.cache()
    assert line.state == AMISS and line.text.endswith("(NUMBA_CACHE_DIR=/nowhere)")


FAKE = 'print(\'{"name": "golden bits", "text": "all are as published (FAKE)"}\')'


def test_another_package_in_the_current_folder_is_not_asked(tmp_path):
    """As the command of an installed package is run, which does not look into that folder."""
    within = tmp_path / "here" / "stablenoise" / "checkup"
    within.mkdir(parents=True)
    for path in (within.parent, within):
        (path / "__init__.py").touch()
    (within / "inside.py").write_text(FAKE)
    (tmp_path / "here" / "numpy.py").write_text("1 / 0")
    launcher = tmp_path / "launcher.py"
    launcher.write_text("from stablenoise.__main__ import main; main(['doctor', '--json'])")
    ended = subprocess.run(
        [sys.executable, launcher], cwd=tmp_path / "here", capture_output=True, timeout=300,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    told = answered(ended)
    assert BITS_OK in told["golden bits"][1] and told["blas"][0] == OK


COMPILE = "from stablenoise import NoiseField; NoiseField(1.5, 7).at([0, 1], 0, 3)"


def test_code_that_is_damaged_on_disk_is_a_line_and_bits_are_interpreted(tmp_path):
    cache = tmp_path / "cache"
    env = os.environ | {"NUMBA_CACHE_DIR": str(cache), "PYTHONPATH": str(ROOT)}
    env |= {"STABLENOISE_INTERPRET": "never", "STABLENOISE_QUIET": "1"}
    subprocess.run([sys.executable, "-c", COMPILE], env=env, check=True)
    ours = [*cache.rglob("*.nbi")]
    for name in "of_another_version.nbi", "of_another_processor.nbi":
        (ours[0].parent / name).write_bytes(b"")
    sound = answered(started(tmp_path, ["--json"], NUMBA_CACHE_DIR=str(cache)))
    kept = int(sound["compiled"][1].split()[0])
    assert 0 < kept <= len(ours) + 1 and ", and 2 other files" in sound["compiled"][1]
    assert BITS_OK in sound["golden bits"][1]
    for path in cache.rglob("*.nbc"):
        path.write_bytes(pickle.dumps(0))  # of bytes that cannot be unpickled nothing is used
    told = answered(started(tmp_path, ["--json"], NUMBA_CACHE_DIR=str(cache)))
    state, text = told["golden bits"]
    assert state == AMISS and text.startswith("with code of the cache, TypeError")
    assert text.endswith(
        f": delete it; without, {BITS_OK} (noise, draws, paths and laws, interpreted)"
    )


def test_an_ascii_terminal_and_a_folder_of_another_script_are_no_failure(tmp_path):
    home = tmp_path / "αβ"
    data = home / "données"
    data.mkdir(parents=True)
    variables = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    ended = started(tmp_path, HOME=str(home), STABLENOISE_DATA=str(data), **variables)
    assert (ended.returncode, ended.stderr) == (0, b"")
    text = ended.stdout.decode("ascii")
    assert "STABLENOISE_DATA=~/donn\\" in text and str(tmp_path) not in text


@pytest.mark.parametrize("shell", ['"$@" >&-', 'set -o pipefail; "$@" | true', '"$@" >/dev/full'])
def test_that_nobody_reads_is_no_failure(tmp_path, shell):
    ended = started(tmp_path, shell=shell)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")


# ------------------------------------------------------------------ parts


def test_a_probe_that_fails_is_answered_by_its_error():
    def broken():
        yield Line("one", "seen")
        raise OSError(28, "No space left on device")

    (line,) = answers("one", broken)
    assert line.state == AMISS
    assert line.text == "could not be found out: OSError: [Errno 28] No space left on device"
    (line,) = answers("two", lambda: sys.exit())
    assert line.text == "could not be found out: SystemExit"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/home/ann/work and /home/ann", "~/work and ~"),
        ("/home/anna/work", "/home/anna/work"),
        ("/data/ann/x, /data/ann", "/data/USER/x, /data/USER"),
        ("ann has a plan", "ann has a plan"),
        ("C:\\Users\\ann\\x", "C:\\Users\\USER\\x"),
        ("not in /home/ann.", "not in ~."),
        ("/home/ann-runs and /home/ann.old", "/home/USER-runs and /home/USER.old"),
        ("/scratch/ann-runs, /scratch/ann.", "/scratch/USER-runs, /scratch/USER."),
    ],
)
def test_neither_home_nor_user_is_told(monkeypatch, text, shown):
    monkeypatch.setenv("HOME", "/home/ann")
    monkeypatch.delenv("USERPROFILE", raising=False)
    monkeypatch.setattr(getpass, "getuser", lambda: "ann")
    assert private(text) == shown


def test_a_home_that_is_a_root_is_not_taken_out_of_every_path(monkeypatch):
    monkeypatch.setenv("HOME", "/")
    assert private("/usr/lib") == "/usr/lib"


def rows(**ulps):
    return {name: (ulps_, most) for name, (ulps_, most) in ulps.items()}


def test_bits_that_differ_where_they_may_are_a_note_and_elsewhere_amiss():
    right = {"noise": (0.0, EXACT), "draws": (0.0, ROUNDED)}
    assert inside.verdict(right, "noise").state == OK
    note = inside.verdict(right | {"path": (3.0, ROUNDED)}, "noise")
    assert note.state == NOTE and "1 of 3 values differ by up to 3 ulps: the arctan" in note.text
    wrong = inside.verdict(right | {"path": (3.0, ROUNDED), "noise": (1.0, EXACT)}, "noise")
    assert wrong.state == AMISS and "1 of 3 values differ beyond" in wrong.text
    assert "noise by 1 ulps; please report it" in wrong.text
    assert inside.verdict({"noise": (np.nan, EXACT)}, "noise").state == AMISS


def test_another_bit_of_noise_is_seen(monkeypatch):
    name, ulps, values = next(golden.noise())
    for seen, state in ((np.nextafter(values, 0), AMISS), (values, OK)):
        monkeypatch.setattr(golden, "soon_made", partial(iter, [(name, ulps, seen)]))
        (line,) = inside.golden_bits()
        assert line.state == state


def test_a_process_that_crashes_is_told_and_bits_are_asked_without_kept_code(monkeypatch):
    asked = []

    def command(names, mode, limit, **variables):
        asked.append((tuple(names), mode))
        if mode == "kept":
            return [Line("blas", "fine")], "the process was ended by SIGILL"
        return [Line("golden bits", "all are as published")], ""

    monkeypatch.setattr(child, "_asked", command)
    told = {line.name: line for line in child.lines()}
    assert asked == [((), "kept"), (("golden bits",), "always")]
    assert told["blas"] == Line("blas", "fine")
    assert told["cache"] == Line("cache", "the process was ended by SIGILL", AMISS)
    assert told["golden bits"].state == AMISS
    assert told["golden bits"].text == (
        "with code of the cache, the process was ended by SIGILL: delete it; "
        "without, all are as published"
    )


def test_the_end_of_a_process_is_told():
    assert child._end(0, b"warning") == ""
    assert child._end(3, b"a\nlast word\n") == "the process ended with status 3: last word"
    assert child._end(-11, b"") == "the process was ended by SIGSEGV"


def test_a_process_that_hangs_is_ended():
    found = {line.name: line for line in child.lines(limit=0.01)}
    assert found.keys() == set(child.NAMES)
    assert {line.state for line in found.values()} == {AMISS}
    assert all("the process was ended after 0.01 s" in line.text for line in found.values())


def test_no_process_at_all_is_told(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    found = child.lines()
    assert len(found) == len(child.NAMES)
    assert all("no process can be started, FileNotFoundError" in line.text for line in found)


@pytest.mark.parametrize("executable", [None, ""])
def test_python_within_another_program_is_told(monkeypatch, executable):
    monkeypatch.setattr(sys, "executable", executable)
    found = child.lines()
    assert [line.name for line in found] == list(child.NAMES)
    assert all("sys.executable does not name Python" in line.text for line in found)


def test_where_no_temporary_folder_can_be_made_every_line_is_there(monkeypatch):
    def full(**_):
        raise FileNotFoundError(2, "No usable temporary directory found")

    seen = [Line("blas", "fine"), Line("golden bits", "could not be found out: TypeError", AMISS)]
    monkeypatch.setattr(child, "_asked", lambda *_, **__: (seen, ""))
    monkeypatch.setattr(tempfile, "TemporaryDirectory", full)
    told = {line.name: line for line in child.lines()}
    assert list(told) == list(child.NAMES) and told["blas"] == seen[0]
    assert told["golden bits"].state == AMISS
    assert told["golden bits"].text.endswith("No usable temporary directory found")


def test_whatever_is_raised_every_line_is_there(monkeypatch):
    monkeypatch.setattr(child, "_asked", lambda *_, **__: 1 / 0)
    found = child.lines()
    assert [line.name for line in found] == list(child.NAMES)
    assert {line.text for line in found} == {
        "could not be found out: ZeroDivisionError: division by zero"
    }


@pytest.mark.parametrize(("state", "status"), [(OK, 0), (NOTE, 0), (AMISS, 1)])
def test_strict_ends_with_1_if_a_line_is_amiss(monkeypatch, capsys, state, status):
    monkeypatch.setattr(report, "PROBES", {"one": lambda: [Line("one", "seen", state)]})
    assert doctor.command(["--strict"]) == status
    assert doctor.command([]) == 0 and "seen" in capsys.readouterr().out


def test_every_variable_of_threads_is_told(monkeypatch):
    for name in machine.THREADS:
        monkeypatch.setenv(name, "3")
    (line,) = machine.threads()
    libraries = "NUMBA", "OMP", "OPENBLAS", "MKL", "BLIS"
    assert all(f"{library}_NUM_THREADS=3" in line.text for library in libraries)
    assert "VECLIB_MAXIMUM_THREADS=3" in line.text


def test_a_folder_of_data_that_is_none_is_a_note(monkeypatch, tmp_path):
    monkeypatch.setenv("STABLENOISE_DATA", str(tmp_path / "none"))
    (line,) = inside.data()
    assert line.state == NOTE and "none, which is no folder; there: " in line.text
    monkeypatch.setenv("STABLENOISE_DATA", str(tmp_path))
    (line,) = inside.data()
    assert line.state == OK and "no folder" not in line.text


def test_the_driver_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(machine, "DRIVER", tmp_path / "version")
    for path, told in ((None, "no NVIDIA driver is seen"), ("/bin/x", "nvidia-smi is there")):
        monkeypatch.setattr(machine.shutil, "which", lambda _, path=path: path)
        assert machine._driver() == told
    (tmp_path / "version").write_text("NVRM version: 580\nGCC\n")
    assert machine._driver() == "driver: NVRM version: 580"


CUPY = """
class cuda:
    class runtime:
        getDeviceCount = lambda: 1
        getDeviceProperties = lambda i: {"name": b"A card"}
arange = lambda x: __import__("numpy").arange(x)
"""


@pytest.mark.parametrize(
    ("text", "state", "told"),
    [
        (CUPY, OK, "seen by cupy 14.0: 1 ['A card']; "),
        (
            f"{CUPY}\nraise RuntimeError('no driver')",
            NOTE,
            "not seen by cupy 14.0: RuntimeError: no",
        ),
    ],
)
def test_a_device_is_seen_by_the_cupy_that_would_be_imported(
    monkeypatch, tmp_path, text, state, told
):
    info = tmp_path / "site" / "cupy-14.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: cupy\nVersion: 14.0\n")
    (tmp_path / "site" / "cupy.py").write_text(text)
    (tmp_path / "cupy.py").write_text("1 / 0")
    monkeypatch.setattr(machine, "CUPY", ("cupy",))
    monkeypatch.delitem(sys.modules, "cupy", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.chdir(tmp_path)
    (line,) = machine.gpu()
    assert line.state == state and line.text.startswith(told)


def test_every_probe_of_the_process_is_asked_for():
    assert set(child.NAMES) == inside.PROBES.keys()
    assert set(child.NAMES) | report.PROBES.keys() - {"inside"} == NAMES


def test_libraries_that_are_too_old_are_amiss(monkeypatch):
    monkeypatch.setattr(machine, "_least_versions", lambda: {"numpy": "99.0", "scipy": "1.0"})
    (line,) = machine.libraries()
    assert line.state == AMISS and line.text.endswith("; numpy must be 99.0 or newer")


@pytest.mark.parametrize(
    ("old", "new"), [("1.9.3", "1.13"), ("2.0.0rc1", "2.0.1"), ("0.61.0.post1", "0.100")]
)
def test_versions_are_compared_as_numbers(old, new):
    assert machine._numbers(old) < machine._numbers(new)


def test_the_python_door_is_the_same_answer(monkeypatch):
    few = {"python": machine.python, "threads": machine.threads}
    monkeypatch.setattr(report, "PROBES", few)
    found = stablenoise.doctor()
    assert [line.name for line in found.lines] == list(few) and found.amiss == ()
    assert repr(found) == str(found) and "```" in str(found)
    assert json.loads(json.dumps(found.to_dict()))["lines"][0]["name"] == "python"


def test_what_is_long_is_cut():
    (line,) = answers("one", lambda: [Line("one", "word\n" * 1000)])
    assert len(line.text) == lines.LONGEST + len(" ...") and "\n" not in line.text


def test_a_home_where_a_line_is_cut_or_with_two_spaces_is_not_told(monkeypatch):
    home = "/homes/ann  of two spaces"
    monkeypatch.setenv("HOME", home)
    text = "x" * (lines.LONGEST - 8) + f" {home}/work"
    (line,) = answers("one", lambda: [Line("one", text)])
    assert "ann" not in line.text and "homes" not in line.text
    end = child._end(1, f"{'x' * (child.LAST_WORDS - 8)} {home}/work".encode())
    assert "homes" not in end
