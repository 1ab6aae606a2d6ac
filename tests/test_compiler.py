"""Compiled code is never stale, is compiled once, and needs no folder to write to."""

import math
import os
import re
import shutil
import subprocess
import sys
from collections import namedtuple
from enum import IntEnum
from fractions import Fraction
from pathlib import Path

import numba
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from numpy import float32, float64, int32, int64

import stablenoise
from stablenoise import bridges
from stablenoise.kernels import compiler
from stablenoise.kernels.compiler import bits, fingerprint, fma, from_bits, jit, scalar

PACKAGE = Path(stablenoise.__file__).parent
VALUES = """
from numba.core import event
from stablenoise import NoiseField
from stablenoise.noises import common, independent
for noise in ({noises}):
    for dtype in ("float64", "float32"):
        with event.install_recorder("numba:compile") as events:
            print(float(NoiseField(1.5, 1, noise).at([0], 0, 1, dtype)[0, 0]).hex())
        print(sum(e.is_start for _, e in events.buffer))
"""
VALUE = VALUES.format(noises="independent,")
TWO_NOISES = VALUES.format(noises="common, independent")


def start(folder, program, **environment):
    """Run ``program`` on what lies in ``folder``; the lines that it prints."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("NUMBA_", "COV"))}
    ours = {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(folder)}
    ours |= {
        "XDG_CACHE_HOME": str(folder / "cache"),
        "STABLENOISE_INTERPRET": "never",
    } | environment
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
    return folder, start(folder, TWO_NOISES)


@pytest.fixture
def installed(warm, tmp_path):
    """A copy of the package with its cache filled."""
    shutil.copytree(warm[0] / "stablenoise", tmp_path / "stablenoise")
    return tmp_path


def test_the_first_start_compiles_and_the_second_compiles_nothing(warm):
    folder, printed = warm
    values, compiled = printed[::2], printed[1::2]
    assert len(set(values)) == 2  # types I and II share their first coordinate
    assert int(compiled[0]) > 0 and int(compiled[1]) > 0
    again = start(folder, TWO_NOISES)
    assert again[::2] == values
    assert set(again[1::2]) == {"0"}


EDITS = {
    "a constant": ("kernels/coefficients.py", "0.6931471803691238", "0.6931472803691238", "double"),
    "a coefficient": (
        "kernels/coefficients.py",
        "-0.2499999999999954",
        "-0.2599999999999954",
        "double",
    ),
    "one of single": ("kernels/coefficients.py", "-0.2499999,", "-0.2599999,", "single"),
    "a callee": (
        "kernels/variates/stable.py",
        "return s * math.copysign(",
        "return -s * math.copysign(",
        "both",
    ),
    "an intrinsic": (
        "kernels/compiler.py",
        "return builder.call(callee, args)",
        "return builder.fneg(builder.call(callee, args))",
        "both",
    ),
    "a mask": (
        "kernels/random_words.py",
        "LOW = uint64(2**32 - 1)",
        "LOW = uint64(2**31 - 1)",
        "both",
    ),
    "the order of a tuple's fields": (
        "kernels/addresses.py",
        "    k0: uint32\n    k1: uint32\n",
        "    k1: uint32\n    k0: uint32\n",
        "both",
    ),
}


@pytest.mark.parametrize("place, old, new, formats", EDITS.values(), ids=EDITS)
def test_an_edit_in_another_file_changes_the_value_at_the_next_start(
    installed, warm, place, old, new, formats
):
    """And only in the formats for which it counts: the other one is not compiled again."""
    before = warm[1][4:8]
    edit(installed / "stablenoise" / place, old, new)
    after = start(installed, VALUE)
    for i, name in enumerate(("double", "single")):
        counts = formats in (name, "both")
        assert (after[2 * i] != before[2 * i]) == counts
        assert (int(after[2 * i + 1]) > 0) == counts


DECORATORS = {
    "theirs": "from numba import njit\n@njit(cache=True)\n",
    "ours": "from stablenoise.kernels.compiler import jit\n@jit\n",
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


FIELDS = """
from typing import NamedTuple
from stablenoise.kernels.compiler import jit
class Pair(NamedTuple):
    {}: float
    {}: float
@jit
def low(pair):
    return pair.low
@jit
def nested(pairs):
    return pairs[0].low
@jit
def made(x):
    return Pair(x, 2.0 * x).low
"""


def test_fields_of_a_named_tuple_that_change_places_are_read_where_they_are(tmp_path):
    """As an argument, in an argument, and made by the code: all that a cache knows is its class."""
    copy_package(tmp_path)
    program = (
        "import named; p = named.Pair(1.0, 2.0); print(named.low(p), named.nested((p,)), end=' ')"
        "; print(named.made(1.0))"
    )
    printed = []
    for fields in (("low", "high"), ("high", "low")):
        (tmp_path / "named.py").write_text(FIELDS.format(*fields))
        printed.append(start(tmp_path, program))
    assert printed == [["1.0"] * 3, ["2.0"] * 3]


def test_two_signatures_never_share_a_file(tmp_path):
    """Numba numbers data files as it finds them: two processes at once would take one number."""
    text = "from stablenoise.kernels.compiler import jit\n@jit\ndef same(x):\n    return x\n"
    (tmp_path / "two.py").write_text(text)
    copy_package(tmp_path)
    start(tmp_path, "import two; print(two.same(1), two.same(1.0))")
    found = sorted(path.name.split("-")[-1] for path in tmp_path.glob("__pycache__/two.same*"))
    assert len({name.split(".")[0] for name in found}) == 2
    assert len(found) == 4  # an index and data for each


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
@pytest.mark.parametrize("content", [b"", b"damaged", b"\x80\x05\x95"])
def test_code_that_is_damaged_on_disk_is_compiled_anew(tmp_path, ending, content):
    """As after a full disk or a crash: nothing must be deleted by hand."""
    arguments = (numba.typeof(1),)
    files = compiler._Files(str(tmp_path), "kernel", "stamp")
    files.save(arguments, "code")
    assert files.load(arguments) == "code"
    (path,) = tmp_path.glob(f"*.{ending}")
    path.write_bytes(content)
    assert files.load(arguments) is None and not files.has(arguments)
    files.save(arguments, "new code")
    assert files.load(arguments) == "new code"


def test_an_edit_on_which_no_kernel_depends_recompiles_nothing(installed, warm):
    package = installed / "stablenoise"
    for path in (package / "estimate.py", package / "stable.py"):
        path.write_text(path.read_text() + "\nUNUSED = 1\n")
    for name in (
        "kernels/elementary.py",
        "kernels/random_words.py",
        "kernels/variates/stable.py",
        "kernels/addresses.py",
    ):
        head, docstring, rest = (package / name).read_text().split('"""', 2)
        moved = f'{head}"""{docstring}"""\n# A comment, which moves all lines.\n{rest}'
        (package / name).write_text(moved)
    after = start(installed, TWO_NOISES)
    assert after[::2] == warm[1][::2]
    assert set(after[1::2]) == {"0"}


def test_an_install_that_cannot_be_written_runs_and_gives_the_same_value(warm, tmp_path):
    """Ordinary files stand where folders are needed: root may write into any folder."""
    package = copy_package(tmp_path) / "stablenoise"
    for folder in (package, *filter(Path.is_dir, package.rglob("*"))):
        (folder / "__pycache__").write_text("not a folder")
    (tmp_path / "file").write_text("not a folder")
    nowhere = str(tmp_path / "file" / "home")
    printed = start(tmp_path, VALUE, HOME=nowhere, XDG_CACHE_HOME=nowhere)
    assert printed[::2] == warm[1][4:8:2]
    assert int(printed[1]) > 0 and int(printed[3]) > 0
    assert not list(tmp_path.rglob("*.nb[ic]"))


# The fused multiply-add, the bits of a number, the error model and the options.

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


def test_no_processor_may_round_twice():
    """LLVM's fmuladd would leave it to the machine.  Code from the cache has no text to read."""
    fresh = numba.njit(fused.py_func)
    assert fresh(1.0, 1.0, 1.0) == fresh(float32(1), float32(1), float32(1)) == 2.0
    texts = "".join(fresh.inspect_llvm().values())
    assert "@llvm.fma.f64(" in texts and "@llvm.fma.f32(" in texts
    assert "fmuladd" not in texts


def test_two_roundings_would_be_seen():
    """The negative control of the two tests above."""
    assert (1 + 2.0**-30) * (1 - 2.0**-30) - 1.0 != fused(1 + 2.0**-30, 1 - 2.0**-30, -1.0)
    one, small = float32(1), float32(2.0**-15)
    assert (one + small) * (one - small) - one != fused(one + small, one - small, -one)


@jit
def to_bits(x):
    return bits(x)


@jit
def to_number(i):
    return from_bits(i)


FORMATS = {float64: int64, float32: int32}
each_format = pytest.mark.parametrize("real, integer", FORMATS.items())
KNOWN = [  # IEEE 754-2019, table 3.5
    (float64, 0.0, 0),
    (float64, -0.0, -(2**63)),
    (float64, 1.0, 1023 << 52),
    (float64, -2.0, (1024 << 52) - 2**63),
    (float64, 1.5, (1023 << 52) + (1 << 51)),
    (float64, 2.0**-1074, 1),
    (float64, math.inf, 2047 << 52),
    (float32, 0.0, 0),
    (float32, -0.0, -(2**31)),
    (float32, 1.0, 127 << 23),
    (float32, -2.0, (128 << 23) - 2**31),
    (float32, 1.5, (127 << 23) + (1 << 22)),
    (float32, 2.0**-149, 1),
    (float32, math.inf, 255 << 23),
]


@pytest.mark.parametrize("real, number, pattern", KNOWN)
def test_bits_are_those_of_the_standard(real, number, pattern):
    assert to_bits(real(number)) == pattern
    back = to_number(FORMATS[real](pattern))
    assert back == number and math.copysign(1, back) == math.copysign(1, number)


@each_format
def test_bits_come_back(real, integer):
    """As NumPy views them, without a conversion of the type: 1.0 becomes no 1."""

    @settings(deadline=None)
    @given(st.integers(np.iinfo(integer).min, np.iinfo(integer).max))
    def come_back(pattern):
        number = integer(pattern).view(real)
        assume(not np.isnan(number))  # a NaN may lose its payload on the way
        assert to_bits(number) == pattern
        assert real(to_number(integer(pattern))) == number

    come_back()


@each_format
def test_bits_have_the_size_of_their_format(real, integer):
    numbers = np.array([0.0, 1.0, -2.5], real)
    kept = over(numbers)
    assert kept.dtype == integer
    np.testing.assert_array_equal(kept, numbers.view(integer))


@jit
def over(numbers):
    return np.array([bits(x) for x in numbers])


LONG = """
@decorator
def fraction(x):
{lines}
    return x

@jit
def caller(x):
    return fraction(x) + fraction(2.0 * x) + fraction(3.0 * x)
"""


def calls_left(decorator):
    """Calls of a long function that are left in the optimised code of its caller."""
    names = {"jit": jit, "decorator": decorator, "__name__": "long"}
    exec(LONG.format(lines="    x = x / (x + 1.0)\n" * 300), names)
    assert names["caller"](1.0) == pytest.approx(1 / 301 + 2 / 601 + 3 / 901)
    (text,) = names["caller"].inspect_llvm().values()
    return len(re.findall(r"call .*8fraction", text))


def test_a_scalar_function_is_inlined_always():
    """And another one is not, which is the control."""
    assert calls_left(scalar) == 0
    assert calls_left(jit) == 3


def test_division_by_zero_is_infinite():
    assert ratio(1.0, 0.0) == math.inf
    assert ratio(-1.0, 0.0) == -math.inf
    assert math.isnan(ratio(0.0, 0.0))


@pytest.mark.parametrize("option", ["fastmath", "cache"])
def test_an_option_that_would_change_bits_or_go_stale_is_refused(option):
    with pytest.raises(ValueError, match=rf"not for the caller, got \['{option}'\]$"):
        jit(**{option: True})
    with pytest.raises(ValueError, match=rf"not for the caller, got .*'{option}'"):
        scalar(**{option: True})


# The fingerprint.


class Kind(IntEnum):
    FIRST = 1


Pair = namedtuple("Pair", "x y")

BASE = """
@jit
def first(x):
    return K * x

@jit
def second(x):
    return K * x * x

third = first

def closed(power):
    @jit
    def inner(x):
        return x * power
    return inner

def closed_again(called):
    @jit
    def inner(x):
        return called(x)
    return inner

@jit
def sixth(x):
    return Pair(x, 1.0).y

fourth, fifth = closed(3.0), closed_again(first)

@jit({options})
def outer(x, y=1.0):
    z = first(x) + second(x) + third(x) + fourth(x) + fifth(x) + sixth(x)
    return z + y + Kind.FIRST + TABLE[0]

@jit
def caller(x):
    return outer(x)
"""


def mark(text=BASE, options="", kind=Kind, module="stablenoise.text", **constants):
    """Fingerprint of ``caller`` in a module of this text and these globals."""
    constants = {"K": 2.0, "TABLE": (1.0, 2.0)} | constants
    names = {"jit": jit, "Kind": kind, "Pair": Pair, "__name__": module, **constants}
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
    "a closure variable": {"text": BASE.replace("closed(3.0)", "closed(4.0)")},
    "the type of a closure variable": {"text": BASE.replace("closed(3.0)", "closed(3)")},
    "the module, which a start that finds the code imports": {"module": "stablenoise.other"},
    "the order of a tuple's fields": {"Pair": namedtuple("Pair", "y x")},
    "a callee in a closure": {"text": BASE.replace("closed_again(first)", "closed_again(second)")},
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


@pytest.mark.parametrize("kernels", [bridges.DRAWS, bridges.HALVES], ids=["draws", "halves"])
def test_a_fingerprint_has_nothing_of_a_run(kernels):
    # A field that bore the name of an imported function led into Numba's own code, and to locks:
    # paths were compiled anew, 10 s long, at each start.
    for kernel in kernels.values():
        parts = " ".join(compiler._parts(kernel, []))
        assert " at 0x" not in parts
        assert "frozenset" not in parts
