"""Interpreted code has the bits of compiled code, and small work is not compiled."""

import math
import os
import pickle
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import public_results
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from numpy import float32, float64, int32, int64, uint32, uint64

from stablenoise.kernels import arithmetic, dispatchers, operations, twins
from stablenoise.kernels.arithmetic import ARRAY, PLAIN, TYPED
from stablenoise.kernels.compiler import fma, jit, scalar

TESTS = Path(__file__).parent
SEED = 5
numbers = st.floats(allow_nan=True, allow_infinity=True)


@pytest.fixture
def compiled(monkeypatch):
    monkeypatch.setattr(dispatchers, "INTERPRET", "never")


@pytest.fixture
def interpreted(monkeypatch):
    monkeypatch.setattr(dispatchers, "INTERPRET", "always")


def run(program, *arguments, **environment):
    """Run Python in a process of its own; what it prints."""
    path = os.pathsep.join([str(TESTS.parent), str(TESTS)])
    environment = os.environ | {"PYTHONPATH": path} | environment
    command = [sys.executable, *program, *arguments]
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE).stdout


def test_all_public_functions_have_the_same_bits_interpreted_and_compiled(compiled):
    program = [str(TESTS / "public_results.py"), str(SEED)]
    seen = pickle.loads(run(program, STABLENOISE_INTERPRET="always"))
    expected = public_results.results(SEED)
    assert seen.keys() == expected.keys()
    assert [name for name in seen if seen[name] != expected[name]] == []


# Work that is small, and work that is not.

FIRST = """
import sys, time
from numba.core import event
start = time.process_time()
from stablenoise import NoiseField, Stable, StablePath
with event.install_recorder("numba:compile") as events:
    print(float({call}).hex())
print(len(events.buffer), time.process_time() - start)
"""
CALLS = [
    ("Stable(1.5).pdf(0.3)", 3.0),
    ("Stable(1.5).rvs(1, 1)[0]", 3.0),
    ("NoiseField(1.5, 1).at([0], 0, 1)[0, 0]", 3.0),
    ("StablePath(1.5, 1)(0.25, 0.5, [0], 1)[0, 0]", 10.0),
]


@pytest.mark.parametrize("call, seconds", CALLS)
def test_a_first_number_comes_soon_and_is_that_of_compiled_code(tmp_path, call, seconds):
    """The times are those of the issue, on any processor; measured were 0.4 to 0.6 and 2.3."""
    program = ["-c", FIRST.format(call=call)]
    value, events, took = run(program, NUMBA_CACHE_DIR=str(tmp_path)).split()
    assert events == b"0" and float(took) < seconds
    assert run(program, STABLENOISE_INTERPRET="never").split()[0] == value


def kernel(text, alone=False, **names):
    """A kernel of this text, interpretable, with its source where Python looks for it."""
    import linecache

    file = f"<kernel {hash(text)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    names |= {"np": np, "math": math, "fma": fma, "jit": jit, "scalar": scalar}
    names["__name__"] = "stablenoise.text"
    exec(compile(text, file, "exec"), names)
    return names


SQUARES = """
@jit
def squares(out, low, high):
    for i in range(low, high):
        out[i] = 0.0
        while out[i] < 1.0:
            out[i] += 0.25
"""


def test_work_that_is_worth_it_is_compiled_midway(monkeypatch):
    made = kernel(SQUARES)["squares"]
    made.price = 0.02
    out = np.full(200_000, -1.0)
    assert made(out, 0, out.size) is None
    assert (out == 1.0).all() and made.overloads and 0 < made.spent


def test_work_below_the_price_is_not_compiled_and_is_added_up():
    made = kernel(SQUARES)["squares"]
    made.price = 1e3
    out = np.full(1_000, -1.0)
    made(out, 0, 500)
    once = made.spent
    made(out, 500, 1_000)
    assert (out == 1.0).all() and not made.overloads and made.spent > once > 0
    made.spent = made.price
    made(out, 0, 1)
    assert made.overloads


INNER = """
@jit(alone=True)
def inner(x):
    return x + 1.0

@jit
def outer(x, n):
    for _ in range(n):
        x = inner(x)
    return x
"""


def test_a_callee_that_is_called_for_long_is_compiled_alone():
    made = kernel(INNER)
    made["inner"].price, made["outer"].price = 1e-4, 1e3
    assert made["outer"](0.0, 1_000) == 1_000.0
    assert made["inner"].overloads and not made["outer"].overloads


INTERPRETED = """
import gc
kernels = [k for k in gc.get_objects() if type(k).__name__ == "Kernel"]
print(any(k.spent for k in kernels))
"""


def test_code_that_is_on_disk_is_loaded_and_not_interpreted(tmp_path):
    program = ["-c", FIRST.format(call=CALLS[1][0]) + INTERPRETED]
    cache = {"NUMBA_CACHE_DIR": str(tmp_path)}
    assert run(program, **cache).split()[-1] == b"True"
    assert run(program, STABLENOISE_INTERPRET="never", **cache).split()[-1] == b"False"
    last = run(program, **cache).split()
    assert last[1] == b"0" and last[-1] == b"False"


@pytest.mark.parametrize("quiet, lines", [("", 1), ("1", 0)])
def test_a_long_compilation_is_told_once_on_stderr_or_not_at_all(tmp_path, quiet, lines):
    program = "from stablenoise.law import direct as d; import numpy as np; a = np.ones(1)\n"
    program += "d._laws.price = 4.0; d._laws(a, a, a, np.ones((3, 1)), 0, 0)\n"
    program += "d._far_laws.price = 4.0; d._far_laws(a, a, a, a, np.ones((3, 1)), 0, 0)"
    environment = {"STABLENOISE_INTERPRET": "never", "STABLENOISE_QUIET": quiet}
    environment |= {"NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(TESTS.parent)}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    told = done.stderr.splitlines()
    assert len(told) == lines and done.stdout == ""
    assert all(str(tmp_path) in line and "warm" in line for line in told)


# Operations.


@given(numbers, numbers)
@example(0.0, 0.0)
@example(1.0, -0.0)
@example(math.nan, 0.0)
def test_quotients_are_those_of_ieee(a, b):
    with np.errstate(all="ignore"):
        expected = float64(a) / float64(b)
    seen = arithmetic.quotient(a, b)
    assert np.isnan(seen) if np.isnan(expected) else same(seen, expected)


def same(a, b):
    return a == b and math.copysign(1, a) == math.copysign(1, b)


@given(st.lists(st.tuples(*[st.floats(-1e100, 1e100)] * 3), min_size=1, max_size=5))
@example([(1 + 2.0**-30, 1 - 2.0**-30, -1.0)])
def test_a_multiply_add_is_rounded_once(rows):
    a, b, c = np.array(rows).T
    seen = operations.fma_of_arrays(a, b, c)
    for i, row in enumerate(rows):
        exact = Fraction(row[0]) * Fraction(row[1]) + Fraction(row[2])
        assume(exact == 0 or abs(exact) > Fraction(2) ** -1000)
        assert seen[i] == arithmetic.fma(*row) == float(exact)
    assert operations.fma_of_arrays(a, 2.0, c).tolist() == [
        arithmetic.fma(x, 2.0, z) for x, _, z in rows
    ]


def test_a_multiply_add_of_float32_is_one():
    a, b, c = float32(1 + 2.0**-15), float32(1 - 2.0**-15), float32(-1)
    assert arithmetic.fma(a, b, c) == float32(-(2.0**-30)) and a * b + c != -(2.0**-30)
    several = operations.fma_of_arrays(np.full(3, a), b, np.full(3, c))
    assert several.dtype == float32 and (several == float32(-(2.0**-30))).all()


@pytest.mark.parametrize("kind", [int64, uint64, int32, uint32])
@given(i=st.integers(-(2**70), 2**70))
def test_integers_lose_what_does_not_fit(kind, i):
    expected = np.array([i & (2**64 - 1)], uint64).astype(kind)[0]
    assert arithmetic.conversion(kind, PLAIN)(i) == expected
    typed = arithmetic.conversion(kind, TYPED)(i)
    assert typed == expected and typed.dtype == kind


@given(numbers)
def test_bits_come_back_and_are_those_of_numpy(x):
    i = arithmetic.bits(x)
    assert i == float64(x).view(int64)
    assert np.isnan(x) or same(arithmetic.from_bits(i), x)
    assert arithmetic.from_bits(i + 2**64) == x or np.isnan(x)


FUNCTION = """
@jit
def loop(out, x, y):
    for i in range(x.size):
        out[i] = math.{call}
"""
GRID = np.concatenate([
    [0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 5e-324, 1e308, 171.7, -171.5, 710.0],
    np.random.default_rng(1).standard_cauchy(20_000),
    np.exp(np.random.default_rng(2).uniform(-700, 700, 20_000)),
])  # fmt: skip


@pytest.mark.parametrize("name", sorted(operations.CALLED.keys() - set(operations.TWO)))
def test_a_function_of_math_is_that_of_compiled_code(compiled, name):
    expected = np.empty(GRID.size)
    kernel(FUNCTION.format(call=f"{name}(x[i])"))["loop"](expected, GRID, GRID)
    function = arithmetic.function_of_math(name, PLAIN)
    np.testing.assert_array_equal([function(x) for x in GRID.tolist()], expected)
    with np.errstate(all="ignore"):
        of_all = arithmetic.function_of_math(name, ARRAY)(GRID)
    np.testing.assert_array_equal(of_all, expected)


@pytest.mark.parametrize("name", operations.TWO)
def test_a_function_of_two_is_that_of_compiled_code(compiled, name):
    expected, other = np.empty(GRID.size), np.roll(GRID, 11)
    kernel(FUNCTION.format(call=f"{name}(x[i], y[i])"))["loop"](expected, GRID, other)
    function = arithmetic.function_of_math(name, PLAIN)
    seen = list(map(function, GRID.tolist(), other.tolist()))
    np.testing.assert_array_equal(seen, expected)


PRODUCT = "@jit\ndef product(a, b):\n    return a @ b\n"
SUM = "@jit\ndef total(x):\n    return x.sum()\n"


def test_sums_and_products_are_in_the_order_of_compiled_code(compiled):
    rng = np.random.default_rng(3)
    product, total = kernel(PRODUCT)["product"], kernel(SUM)["total"]
    for n in (1, 3, 14, 40):
        a, b = rng.standard_normal((3, n)), rng.standard_normal((n, n))
        for left in (a, np.asfortranarray(a)):
            for right in (b, b.T):
                seen = arithmetic.product_of_matrices(left, right)
                np.testing.assert_array_equal(seen, product(left, right))
        assert arithmetic.sum_in_order(b.ravel()) == total(b.ravel())


# Loops as steps over arrays.

LOOPS = {
    "independent": ("out[i] = x[i] / y[i]", True),
    "a choice": ("out[i] = x[i] if x[i] < y[i] else min(y[i], 1.0)", True),
    "a number for each": ("t = x[i] * 2.0\n        out[i] = fma(t, t, y[i])", True),
    "in place": ("out[i] = x[i]\n        out[i] *= out[i] + 1.0", True),
    "at a product": ("out[1 * i] = x[i]", True),
    "pairs": ("out[i], s = (x[i], y[i]) if x[i] > 0.0 else (y[i], x[i])", True),
    "the element before": ("out[i] = out[i - 1] + x[i]", False),
    "another of an array": ("out[i] = x[i]\n        y[i] = out[0]", False),
    "a sum": ("r += x[i]\n        out[i] = r", False),
    "what is left": ("out[i] = r\n        r = x[i]", False),
    "one place": ("out[0] = x[i]", False),
    "a condition": ("if x[i] > 0.0:\n            out[i] = 1.0", False),
    "two conditions": ("out[i] = 1.0 if x[i] > 0.0 and y[i] > 0.0 else 2.0", False),
    "a chain": ("out[i] = 1.0 if 0.0 < x[i] < 1.0 else 2.0", False),
    "a branch in a callee": ("out[i] = branch(x[i])", False),
    "a callee": ("out[i] = straight(x[i])", True),
}
LOOP = """
@scalar
def branch(x):
    if x > 0.0:
        return x
    return 2.0 * x

@scalar
def straight(x):
    return abs(x) if x < 0.3 else math.exp(x)

@jit
def loop(x, y, out, s):
    r = 2.0 * s
    for i in range(x.size):
        {body}
    return s
"""


@pytest.mark.parametrize("body, at_once", LOOPS.values(), ids=LOOPS)
def test_a_loop_is_one_step_where_no_element_depends_on_another(compiled, body, at_once):
    if "s" in body.split() and at_once:
        body = body.replace(", s =", ", u =")
    made = kernel(LOOP.format(body=body))["loop"]
    definition = twins._definition(made)
    assert twins._is_elementwise(made, definition.body[1]) == at_once
    rng = np.random.default_rng(4)
    for n in (3, 50):
        x, y = rng.standard_normal((2, n))
        seen, expected, other = np.zeros(n), np.zeros(n), y.copy()
        last = twins.twin(made)(x, y, seen, 0.5)
        assert last == made(x, other, expected, 0.5)
        np.testing.assert_array_equal(seen, expected)
        np.testing.assert_array_equal(y, other)


def test_a_number_of_the_last_round_is_kept():
    made = kernel(LOOP.format(body="s = x[i]\n        out[i] = s"))["loop"]
    assert twins.twin(made)(np.arange(9.0), np.zeros(9), np.zeros(9), 0.5) == 8.0


REFUSED = {
    "a power": "return x ** 1.5",
    "a function that is not known": "return math.cbrt(x)",
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_a_text_with_other_operations_has_no_twin(body):
    made = kernel(f"@jit\ndef function(x):\n    {body}\n")["function"]
    with pytest.raises(dispatchers.NoTwinError):
        twins.twin(made)


def test_a_text_that_cannot_be_read_is_compiled():
    names = {"jit": jit, "__name__": "stablenoise.text"}
    exec("@jit\ndef one(x):\n    return x + 1.0\n", names)
    assert names["one"](1.0) == 2.0 and names["one"].overloads


def test_numbers_come_back_as_those_of_python(interpreted):
    for real in (float32, float64):
        made = kernel("@jit\ndef pair(x):\n    return x, (x + x, 1)\n", one=real(1))["pair"]
        assert repr(made(real(0.5))) == "(0.5, (1.0, 1))" and not made.overloads


def test_code_of_others_is_compiled_at_once():
    """It may mean another thing in Python: a sine of NumPy, say."""

    @jit
    def theirs(x):
        return x + 1.0

    assert theirs(1.0) == 2.0 and theirs.overloads
