"""Compiled code is never stale, is compiled once, and needs no folder to write to."""

import math
import os
import shutil
import subprocess
import sys
from enum import IntEnum
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from numpy import float32

import stablenoise
from stablenoise.jit import fingerprint, fma, jit

PACKAGE = Path(stablenoise.__file__).parent
VALUE = """
from numba.core import event
with event.install_recorder("numba:compile") as events:
    from stablenoise import NoiseField
    print(float(NoiseField(1.5, 1).at([0], 0, 1)[0, 0]).hex())
print(sum(e.is_start for _, e in events.buffer))
"""
EVERY_NOISE = """
from numba.core import event
with event.install_recorder("numba:compile") as events:
    from stablenoise import NoiseField
    from stablenoise.noises import common, independent, isotropic
    for noise in (common, independent, isotropic):
        print(float(NoiseField(1.5, 1, noise).at([0], 0, 1)[0, 0]).hex())
print(sum(e.is_start for _, e in events.buffer))
"""


def start(folder, program, **environment):
    """Run ``program`` on what lies in ``folder``; the lines that it prints."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("NUMBA_", "COV"))}
    ours = {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(folder)}
    ours |= {"XDG_CACHE_HOME": str(folder / "cache")} | environment
    return subprocess.run(
        [sys.executable, "-c", program],
        env=inherited | ours,
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()


def edit(path, old, new):
    """Replace text that occurs once; the file gets a new date, as an editor gives it."""
    text = path.read_text()
    assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new))


def copy_package(folder):
    shutil.copytree(PACKAGE, folder / "stablenoise", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(scope="module")
def warm(tmp_path_factory):
    """A copy of the package, started once, and what it printed."""
    folder = copy_package(tmp_path_factory.mktemp("warm"))
    return folder, start(folder, EVERY_NOISE)


@pytest.fixture
def installed(warm, tmp_path):
    """A copy of the package with its cache filled."""
    shutil.copytree(warm[0] / "stablenoise", tmp_path / "stablenoise")
    return tmp_path


def test_the_first_start_compiles_and_the_second_compiles_nothing(warm):
    folder, (*values, compiled) = warm
    assert int(compiled) > 0
    assert start(folder, EVERY_NOISE) == [*values, "0"]


EDITS = {
    "a constant": ("elementary.py", "0x1.62e42fee00000p-1", "0x1.62e42fef00000p-1"),
    "a coefficient": ("elementary.py", "LOG = tuple(2 / (", "LOG = tuple(2.02 / ("),
    "a callee": (
        "cms.py",
        "return (sine if h > 0.0 else -sine)",
        "return (sine if h > 0.0 else sine)",
    ),
}


@pytest.mark.parametrize("place, old, new", EDITS.values(), ids=EDITS)
def test_an_edit_in_another_file_changes_the_value_at_the_next_start(installed, place, old, new):
    before = start(installed, VALUE)
    edit(installed / "stablenoise" / place, old, new)
    after = start(installed, VALUE)
    assert before[1] == "0" and int(after[1]) > 0
    assert after[0] != before[0]


DECORATORS = {
    "theirs": "from numba import njit\n@njit(cache=True)\n",
    "ours": "from stablenoise.jit import jit\n@jit\n",
}


def test_the_cache_of_numba_itself_serves_such_an_edit_stale(installed):
    """The negative control of the test above, and the reason for this decorator."""
    program = "import theirs, ours; print(theirs.outer(), ours.outer())"
    printed = []
    for constant in (1, 2):
        for name, decorator in DECORATORS.items():
            inner = f"{decorator}def inner():\n    return {constant}\n"
            outer = f"from {name}_inner import inner\n{decorator}def outer():\n    return inner()\n"
            (installed / f"{name}_inner.py").write_text(inner)
            if constant == 1:
                (installed / f"{name}.py").write_text(outer)
        printed.append(start(installed, program))
    assert printed == [["1", "1"], ["1", "2"]]


def test_an_edit_on_which_no_kernel_depends_recompiles_nothing(installed, warm):
    package = installed / "stablenoise"
    for path in (package / "estimate.py", package / "parameters.py"):
        path.write_text(path.read_text() + "\nUNUSED = 1\n")
    for path in (package / "elementary.py", package / "addresses.py", package / "cms.py"):
        head, docstring, rest = path.read_text().split('"""', 2)
        path.write_text(f'{head}"""{docstring}"""\n# A comment, which moves all lines.\n{rest}')
    assert start(installed, EVERY_NOISE) == [*warm[1][:-1], "0"]


def test_an_install_that_cannot_be_written_runs_and_gives_the_same_value(warm, tmp_path):
    """Ordinary files stand where folders are needed: root may write into any folder."""
    package = copy_package(tmp_path) / "stablenoise"
    for folder in (package, package / "noises", package / "tails"):
        if folder.is_dir():
            (folder / "__pycache__").write_text("not a folder")
    (tmp_path / "file").write_text("not a folder")
    nowhere = str(tmp_path / "file" / "home")
    value, compiled = start(tmp_path, VALUE, HOME=nowhere, XDG_CACHE_HOME=nowhere)
    assert value == warm[1][1]
    assert int(compiled) > 0
    assert not list(tmp_path.rglob("*.nb[ic]"))


# The fused multiply-add, the error model and the options.

doubles = st.floats(-1e100, 1e100)
singles = st.floats(-1e10, 1e10, width=32)


@jit
def fused(a, b, c):
    return fma(a, b, c)


@jit
def ratio(a, b):
    return a / b


@settings(deadline=None)  # the first example compiles
@given(doubles, doubles, doubles)
@example(1 + 2.0**-30, 1 - 2.0**-30, -1.0)
def test_a_double_multiply_add_is_rounded_once(a, b, c):
    exact = Fraction(a) * Fraction(b) + Fraction(c)
    assume(exact == 0 or abs(exact) > Fraction(2) ** -1000)
    assert fused(a, b, c) == float(exact)


@settings(deadline=None)
@given(singles, singles, singles)
@example(1 + 2.0**-15, 1 - 2.0**-15, -1.0)
def test_a_single_multiply_add_is_rounded_once(a, b, c):
    result = fused(float32(a), float32(b), float32(c))
    exact = Fraction(a) * Fraction(b) + Fraction(c)
    assume(exact == 0 or abs(exact) > Fraction(2) ** -120)
    ulp = Fraction(float(np.spacing(abs(float32(float(exact))))))
    assert type(result) is float or result.dtype == float32
    assert float(float32(result)) == float(result)
    assert abs(Fraction(float(result)) - exact) <= ulp / 2


def test_two_roundings_would_be_seen():
    """The negative control of the two tests above."""
    assert (1 + 2.0**-30) * (1 - 2.0**-30) - 1.0 != fused(1 + 2.0**-30, 1 - 2.0**-30, -1.0)
    one, small = float32(1), float32(2.0**-15)
    assert (one + small) * (one - small) - one != fused(one + small, one - small, -one)


def test_division_by_zero_is_infinite():
    assert ratio(1.0, 0.0) == math.inf
    assert ratio(-1.0, 0.0) == -math.inf
    assert math.isnan(ratio(0.0, 0.0))


@pytest.mark.parametrize("option", ["fastmath", "cache"])
def test_an_option_that_would_change_bits_or_go_stale_is_refused(option):
    with pytest.raises(ValueError, match=rf"not for the caller, got \['{option}'\]$"):
        jit(**{option: True})


# The fingerprint.


class Kind(IntEnum):
    FIRST = 1


BASE = """
@jit
def first(x):
    return K * x

@jit
def second(x):
    return K * x * x

third = first

@jit({options})
def outer(x, y=1.0):
    return first(x) + second(x) + third(x) + y + Kind.FIRST + TABLE[0]

@jit
def caller(x):
    return outer(x)
"""


def mark(text=BASE, options="", kind=Kind, K=2.0, TABLE=(1.0, 2.0)):
    """Fingerprint of ``caller`` in a module of this text and these globals."""
    names = {"jit": jit, "Kind": kind, "K": K, "TABLE": TABLE, "__name__": "stablenoise.text"}
    exec(text.format(options=options), names)
    return fingerprint(names["caller"])


def test_equal_text_has_an_equal_fingerprint():
    assert mark() == mark()
    assert mark("# comment\n\n" + BASE) == mark()


CHANGES = {
    "a global": {"K": 3.0},
    "the type of a global": {"K": 2},
    "an element of a tuple": {"TABLE": (1.0, 3.0)},
    "an array": {"TABLE": np.array([1.0, 2.0])},
    "an option": {"options": "nogil=True"},
    "a callee": {"text": BASE.replace("K * x * x", "x * K * x")},
    "a constant": {"text": BASE.replace("K * x\n", "K * x + 1.0\n")},
    "what an alias means": {"text": BASE.replace("third = first", "third = second")},
    "a default of a callee": {"text": BASE.replace("y=1.0", "y=2.0")},
    "a member of an enum": {"kind": IntEnum("Kind", {"FIRST": 2})},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_of_what_is_compiled_changes_the_fingerprint(change):
    assert mark(**change) != mark()


def test_an_array_is_marked_by_its_values():
    first, second = np.zeros(10_000), np.zeros(10_000)
    second[5000] = 1.0
    assert mark(TABLE=first) == mark(TABLE=first.copy())
    assert mark(TABLE=first) != mark(TABLE=second)
    assert mark(TABLE=first) != mark(TABLE=first.astype(float32))
