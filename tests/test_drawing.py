"""Whatever a sampler is and does, it is called in its way, read, or refused in one line."""

import functools
import random
import sys
import warnings

import numpy as np
import pytest

from stablenoise.examine import calling
from stablenoise.examine.arrays_of_others import NotAnArrayError, as_numpy
from stablenoise.examine.calling import Caller, Style, ways
from stablenoise.examine.drawing import Refusal, Source
from stablenoise.multivariate import Isotropic

NORMAL = np.random.default_rng(5).normal(size=40)


def first(n):
    return NORMAL[:n].copy()


def draw(function, size=8, dim=None, seed=3):
    return Source(function, dim).draw(size, np.random.default_rng(seed))


def refused(function, size=8, dim=None):
    with pytest.raises(Refusal) as refusal:
        draw(function, size, dim)
    text = str(refusal.value)
    assert "\n" not in text and len(text) <= 160
    assert refusal.value.__cause__ is None
    return text


# ------------------------------------------------------------------ how it is called


class Bound:
    def draws(self, n, rng):
        return rng.normal(size=n)

    def __call__(self, n, seed):
        assert isinstance(seed, int)
        return np.random.default_rng(seed).normal(size=n)


def needs_seed(n, s):
    if not isinstance(s, int):
        raise TypeError("an integer is wanted")
    return np.random.RandomState(s % 2**32).normal(size=n)


def needs_small_seed(n, s):
    return np.random.RandomState(s).normal(size=n)


def needs_state(n, r):
    return r.rand(n) + r.randn(n)


def checked_seed(n, rng):
    """It has the name of a generator and takes seeds alone."""
    random.seed(rng)
    return np.array([random.random() for _ in range(n)])


@pytest.mark.parametrize(
    ("function", "style"),
    [
        (lambda n, rng: rng.normal(size=n), Style.GENERATOR),
        (lambda size, rng: rng.normal(size=size), Style.GENERATOR),
        (lambda n, r: r.normal(size=n), Style.GENERATOR),
        (lambda n, *, rng: rng.normal(size=n), Style.GENERATOR),
        (lambda *, size, random_state: random_state.normal(size=size), Style.GENERATOR),
        (lambda n, scale=1.0, *, generator: scale * generator.normal(size=n), Style.GENERATOR),
        (lambda *args: args[1].normal(size=args[0]), Style.GENERATOR),
        (lambda n, **options: first(n), Style.NOTHING),
        (Bound().draws, Style.GENERATOR),
        (Bound(), Style.SEED),
        (lambda n, seed: np.random.default_rng(seed).normal(size=n), Style.SEED),
        (lambda n, key=0: np.random.default_rng(int(key)).normal(size=n), Style.SEED),
        (lambda n, *, seed: np.random.default_rng(seed).normal(size=n), Style.SEED),
        (functools.partial(lambda a, n, seed: np.full(n, seed % 7 + a), 1.0), Style.SEED),
        (needs_seed, Style.SEED),
        (needs_small_seed, Style.SEED),
        (needs_state, Style.STATE),
        (first, Style.NOTHING),
        (lambda n, tail=1.0: tail * first(n), Style.NOTHING),
        (lambda n, loc=0.0, scale=1.0: np.full(n, loc) + scale * first(n), Style.NOTHING),
        (lambda size: first(size), Style.NOTHING),
    ],
)
def test_it_is_called_in_the_way_that_it_takes(function, style):
    source = Source(function)
    for _ in range(2):
        assert source.draw(8, np.random.default_rng(3)).shape == (8,)
        assert source.style is style
    again = Source(function)
    if style is not Style.NOTHING:
        np.testing.assert_array_equal(
            source.draw(8, np.random.default_rng(4)), again.draw(8, np.random.default_rng(4))
        )


def test_its_names_tell_its_style_before_it_is_called():
    assert Caller(lambda n, seed: 0).style is Style.SEED
    assert Caller(lambda n, rng: 0).style is Style.GENERATOR
    assert Caller(lambda n: 0).style is Style.NOTHING
    assert [way.style for way in ways(lambda n, r: 0)][:1] == [Style.GENERATOR]
    assert [way.style for way in ways(lambda n, beta=0.0: 0)] == [Style.GENERATOR, Style.NOTHING]
    assert {way.style for way in ways(len)} == {Style.NOTHING}
    assert {way.style for way in ways(print)} == set(Style)


def test_an_integer_is_a_seed_in_every_style():
    one = Source(lambda n, seed: np.full(n, float(seed))).draw(2, 77)
    np.testing.assert_array_equal(one, [77, 77])
    two = Source(lambda n, rng: rng.normal(size=n)).draw(3, 77)
    np.testing.assert_array_equal(two, np.random.default_rng(77).normal(size=3))
    three = Source(needs_state).draw(3, 77)
    state = np.random.RandomState(77)
    np.testing.assert_array_equal(three, state.rand(3) + state.randn(3))


def test_a_generator_never_gives_a_seed_twice(monkeypatch):
    """Of 31 bits, 8,000 would have one in common with a probability of 1 %: of 10 bits, surely."""
    monkeypatch.setattr(calling, "SEED_END", 1 << 10)
    caller = Caller(lambda n, seed: seed)
    rng = np.random.default_rng(1)
    seeds = [caller._fresh(rng) for _ in range(1024)]
    assert sorted(seeds) == list(range(1024))
    assert caller._fresh(np.random.default_rng(1)) == seeds[0]


def test_seeds_are_of_31_bits_which_all_libraries_take():
    seen = []

    def draw(n, seed):
        seen.append(seed)
        np.random.RandomState(seed)
        return np.zeros(n)

    source, rng = Source(draw), np.random.default_rng(2)
    for _ in range(20):
        source.draw(1, rng)
    assert 2**29 < max(seen) < 2**31


def test_the_error_of_the_likeliest_way_is_told():
    def wrong(n, rng):
        raise ValueError("alpha is 0")

    assert refused(wrong) == "called as draw(8, rng), it raised ValueError: alpha is 0"
    assert refused(lambda n: n.nothing) == (
        "called as draw(8), it raised AttributeError: 'int' object has no attribute 'nothing'"
    )


def test_what_fails_later_is_not_called_in_another_way():
    calls = []

    def tires(n, rng):
        calls.append(rng)
        if len(calls) > 1:
            raise ValueError("tired")
        return np.zeros(n)

    source, rng = Source(tires), np.random.default_rng(1)
    source.draw(3, rng)
    with pytest.raises(Refusal, match="tired"):
        source.draw(3, rng)
    assert len(calls) == 2


def test_vectors_are_asked_for_by_their_shape():
    asked = []

    def vectors(shape, rng):
        asked.append(shape)
        return rng.normal(size=shape)

    assert draw(vectors, 5, dim=3).shape == (5, 3) and asked == [(5, 3)]
    assert "(5, 3) and gave float64 of shape (3, 5)" in refused(
        lambda shape, rng: rng.normal(size=shape).T, 5, dim=3
    )


LAW3 = Isotropic(1.5, 3)


def by_hand(n, dim, rng):
    """It has a place for the dimension."""
    return rng.normal(size=(n, dim))


class Rows:
    """As our own laws: n vectors for n, and as many as it has places for a shape."""

    def draws(self, n, rng):
        return rng.normal(size=(*np.atleast_1d(n), 3))

    def seeded(self, n, seed):
        return self.draws(n, np.random.default_rng(seed))


WAYS = [
    (LAW3.rvs, Style.GENERATOR, "draw(8, rng)"),
    (Rows().draws, Style.GENERATOR, "draw(8, rng)"),
    (Rows().seeded, Style.SEED, "draw(8, seed)"),
    (lambda n, rng: rng.normal(size=(n, 3)), Style.GENERATOR, "draw(8, rng)"),
    (lambda n, random_state: np.random.default_rng(random_state + 0).normal(size=(n, 3)),
     Style.SEED, "draw(8, seed)"),
    (lambda n: NORMAL[: n * 3].reshape(n, 3), Style.NOTHING, "draw(8)"),
    (by_hand, Style.GENERATOR, "draw(8, 3, rng=rng)"),
    (lambda a, b, r: by_hand(a, b, r), Style.GENERATOR, "draw(8, 3, rng)"),
    (lambda n, d, seed: by_hand(n, d, np.random.default_rng(seed)), Style.SEED,
     "draw(8, 3, seed=seed)"),
    (lambda n, d=3: NORMAL[: n * d].reshape(n, d), Style.NOTHING, "draw(8, 3)"),
    (lambda *, n, rng: rng.normal(size=(n, 3)), Style.GENERATOR, "draw(n=8, rng=rng)"),
    (lambda size, rng: rng.normal(size=size), Style.GENERATOR, "draw((8, 3), rng)"),
    (lambda *args: args[-1].normal(size=args[0]), Style.GENERATOR, "draw((8, 3), rng)"),
]  # fmt: skip


@pytest.mark.parametrize(("function", "style", "call"), WAYS)
def test_vectors_are_asked_for_in_the_way_that_is_taken(function, style, call):
    source, rng = Source(function, 3), np.random.default_rng(3)
    for _ in range(2):
        drawn = source.draw(8, rng)
        assert drawn.shape == (8, 3) and source.style is style
    assert source._caller.told((8, 3)) == call
    if style is Style.GENERATOR:  # what failed has drawn nothing
        again = np.random.default_rng(3)
        first, second = Source(function, 3).draw(8, again), source.draw(8, np.random.default_rng(3))
        np.testing.assert_array_equal(first, second)


def test_a_seed_is_not_taken_for_a_dimension():
    seen = []

    def draw(a, b):
        seen.append((a, b))
        raise TypeError("an integer is wanted")

    assert "called as draw((8, 3), rng), it raised TypeError: an integer" in refused(draw, 8, 3)
    assert all(not isinstance(b, int) or a == (8, 3) or b == 3 for a, b in seen)
    assert (8, 3) in seen


@pytest.mark.parametrize(
    ("function", "call"),
    [
        (lambda shape, rng: rng.normal(size=(2, 2)), "draw((8, 3), rng)"),
        (lambda n, d, rng: rng.normal(size=(d, n)), "draw(8, 3, rng=rng)"),
        (lambda *, size, seed: np.zeros(3), "draw(size=(8, 3), seed=seed)"),
        (lambda shape: None, "draw((8, 3))"),
    ],
)
def test_a_refusal_tells_the_call(function, call):
    text = refused(function, 8, 3)
    assert text.startswith(f"called as {call}, it was asked for numbers of shape (8, 3) and gave")


def test_the_size_that_is_refused_is_told():
    def few(n, rng):
        if n > 5000:
            raise RuntimeError("boom")
        return rng.normal(size=n)

    source = Source(few)
    source.draw(10, np.random.default_rng(1))
    with pytest.raises(Refusal) as refusal:
        source.draw(8192, np.random.default_rng(1))
    assert str(refusal.value) == "called as draw(8192, rng), it raised RuntimeError: boom"


# ------------------------------------------------------------------ what it gives


class OnGpu:
    """As CuPy's: NumPy may not read it, but it gives itself."""

    __cuda_array_interface__ = {}

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        raise TypeError("implicit conversion is not allowed")

    def get(self):
        return self.values


class Tensor:
    """As torch's: with a gradient and on a GPU, to be detached and moved."""

    def __init__(self, values, steps=()):
        self.values, self.steps = values, steps

    def detach(self):
        return Tensor(self.values, (*self.steps, "detach"))

    def cpu(self):
        return Tensor(self.values, (*self.steps, "cpu"))

    def __array__(self, dtype=None, copy=None):
        assert self.steps == ("detach", "cpu")
        return self.values


class Exported:
    """With DLPack and nothing else."""

    def __init__(self, values):
        self.values = values

    def __dlpack__(self, **options):
        return self.values.__dlpack__(**options)

    def __dlpack_device__(self):
        return self.values.__dlpack_device__()


class Readable:
    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return self.values


@pytest.mark.parametrize("kind", [OnGpu, Tensor, Exported, Readable, np.asarray])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_arrays_of_other_libraries_are_read(kind, dtype):
    source = Source(lambda n, rng: kind(first(n).astype(dtype)))
    drawn = source.draw(8, np.random.default_rng(1))
    assert type(drawn) is np.ndarray and drawn.dtype == dtype and not source.remarks
    np.testing.assert_array_equal(drawn, NORMAL[:8].astype(dtype))


def mapped(n, folder):
    array = np.memmap(folder / "draws", dtype=float, mode="w+", shape=(n,))
    array[:] = NORMAL[:n]
    return array


def read_only(n):
    x = first(n)
    x.flags.writeable = False
    return x


@pytest.mark.parametrize(
    "function",
    [
        lambda n: NORMAL[:n][::-1],
        lambda n: np.repeat(NORMAL[:n], 2)[::2],
        read_only,
        lambda n: first(n).astype(">f8"),
        lambda n: first(n).astype(np.longdouble),
        lambda n: first(n).astype(np.float32),
        lambda n: np.ma.array(first(n)),
    ],
)
def test_arrays_of_any_memory_are_read(function):
    drawn = draw(function)
    assert drawn.dtype.isnative and drawn.flags.c_contiguous and drawn.flags.writeable
    expected = np.asarray(function(8)).astype(float)
    np.testing.assert_array_equal(drawn.astype(float), expected)


def test_files_in_memory_are_read(tmp_path):
    np.testing.assert_array_equal(draw(lambda n: mapped(n, tmp_path)), NORMAL[:8])


def test_what_is_given_is_a_copy():
    shared = np.zeros(4)
    source = Source(lambda n: shared)
    drawn = source.draw(4, np.random.default_rng(1))
    shared[:] = 1
    assert drawn.sum() == 0
    assert np.shares_memory(source.shown(4, np.random.default_rng(1)), shared)


class Unreadable:
    def __init__(self, error=None):
        self.error = error or RuntimeError("no memory")

    def __array__(self, dtype=None, copy=None):
        raise self.error


class Mute(Exception):
    """It cannot say what is wrong."""

    def __str__(self):
        raise RuntimeError


def mute(n):
    raise Mute


class BadName:
    def __repr__(self):
        raise RuntimeError


def endless(n):
    return endless(n)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda n: None, "gave None"),
        (lambda n: "draws", "gave 'draws'"),
        (lambda n: b"draws", "gave b'draws'"),
        (lambda n: {"x": 1}, "gave {'x': 1}"),
        (lambda n: 1.5, "gave array(1.5)"),
        (lambda n: (x for x in range(n)), "gave an iterator (generator), not an array"),
        (lambda n: iter([1.0] * n), "gave an iterator (list_iterator), not an array"),
        (lambda n: object(), "gave <object object"),
        (lambda n: BadName(), "gave BadName"),
        (lambda n: [1.0] * (n - 1), "gave float64 of shape (7,)"),
        (lambda n: [[1.0], [1.0, 2.0]], "gave a list that NumPy cannot read"),
        (lambda n: ["a"] * n, "gave <U1 of shape (8,)"),
        (lambda n: np.array([None] * n), "gave object of shape (8,)"),
        (lambda n: first(n) + 0j, "gave complex128 of shape (8,)"),
        (lambda n: first(n) > 0, "gave bool of shape (8,)"),
        (lambda n: first(n)[:, None], "gave float64 of shape (8, 1)"),
        (lambda n: first(n)[None], "gave float64 of shape (1, 8)"),
        (lambda n: first(n + 1), "gave float64 of shape (9,)"),
        (lambda n: np.zeros(0), "gave float64 of shape (0,)"),
        (lambda n: np.zeros(n, "M8[s]"), "gave datetime64[s] of shape (8,)"),
        (lambda n: np.ma.array(first(n), mask=[1, 1] + [0] * (n - 2)), "gave 2 masked values"),
        (lambda n: Unreadable(), "gave a Unreadable that NumPy cannot read (no memory)"),
        (lambda n: 1 / 0, "it raised ZeroDivisionError: division by zero"),
        (lambda n: sys.exit(3), "it raised SystemExit: 3"),
        (endless, "it raised RecursionError: maximum recursion depth"),
        (lambda n: exec("raise MemoryError"), "it raised MemoryError"),
        (lambda n: exec("raise StopIteration"), "it raised StopIteration"),
        (lambda n: exec("raise ValueError('a\\nb')"), "it raised ValueError: a b"),
        (lambda n: exec("raise ValueError('x' * 999)"), "it raised ValueError: xxx"),
        (mute, "it raised Mute:"),
        (lambda n: Unreadable(Mute()), "gave a Unreadable that NumPy cannot read ()"),
    ],
)
def test_what_is_no_array_of_numbers_is_refused(function, reason):
    text = refused(function)
    assert reason in text
    begins = "it was asked for numbers of shape (8,) and gave", "it raised"
    assert text.startswith(tuple(f"called as draw(8), {begin}" for begin in begins))


def test_ctrl_c_is_not_refused():
    def interrupted(n):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        draw(interrupted)


@pytest.mark.parametrize(
    ("function", "remark"),
    [
        (lambda n: list(first(n)), "it gives a list, not an array"),
        (lambda n: tuple(first(n)), "it gives a tuple, not an array"),
        (lambda n: np.arange(n), "it gives integers (int64), and the law has none"),
        (lambda n: np.arange(n, dtype=np.uint8), "it gives integers (uint8), and the law has none"),
        (lambda n: first(n).astype(np.float16), "it gives float16, which ends at 65,504"),
    ],
)
def test_what_is_odd_is_noted_once_and_goes_on(function, remark):
    source = Source(function)
    for _ in range(3):
        assert source.draw(8, np.random.default_rng(1)).shape == (8,)
    assert list(source.remarks) == [remark]


def test_warnings_are_noted_and_shown_once_and_are_no_errors(monkeypatch):
    shown = []
    monkeypatch.setattr(warnings, "showwarning", lambda *warning: shown.append(warning[:2]))

    def warns(n):
        warnings.warn("no digits left", RuntimeWarning, stacklevel=1)
        return first(n) / np.where(np.arange(n) == 3, 0.0, 1.0)

    source = Source(warns)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(3):
            assert np.isinf(source.draw(8, np.random.default_rng(1))[3])
    assert list(source.remarks) == [
        "it warned: RuntimeWarning: no digits left",
        "it warned: RuntimeWarning: divide by zero encountered in divide",
    ]
    assert [(str(text), kind) for text, kind in shown] == [
        ("no digits left", RuntimeWarning),
        ("divide by zero encountered in divide", RuntimeWarning),
    ]


def test_numpys_errors_are_the_samplers_own():
    """What it does of them lasts until it returns, here and in threads."""

    def strict(n, seed):
        np.seterr(all="raise")
        return first(n)

    before, source = np.geterr(), Source(strict)
    source.draw(8, np.random.default_rng(1))
    source.in_threads(3, [1, 2])
    assert np.geterr() == before
    with pytest.raises(Refusal):
        Source(lambda n: strict(n, 0) / 0).draw(8, np.random.default_rng(1))
    assert np.geterr() == before


def test_wide_floats_are_examined_as_64_bits():
    """The bytes that fill them up are any bytes."""

    def wide(n, seed):
        x = first(n).astype(np.longdouble)
        if x.itemsize == 16:
            x.view(np.uint8).reshape(n, 16)[:, 10:] = np.random.default_rng().integers(256)
        x[0] = np.longdouble("1e400")
        return x

    source = Source(wide)
    one, two = source.draw(8, 1), source.in_threads(8, [1, 1])[1]
    assert one.dtype == two.dtype == np.float64 and one[0] == np.inf
    assert one.tobytes() == two.tobytes() and one[1] == NORMAL[1]
    assert not source.remarks and source.shown(8, 1).dtype == np.longdouble


def test_what_it_prints_is_printed(capsys):
    draw(lambda n: print("here") or first(n))
    assert capsys.readouterr().out == "here\n"


def test_threads_draw_at_the_same_time_and_are_read():
    from threading import Barrier

    together = Barrier(2, timeout=20)

    def waits(n, seed):
        together.wait()
        return np.full(n, float(seed))

    one, two = Source(waits).in_threads(3, [5, 9])
    assert one.tolist() == [5] * 3 and two.tolist() == [9] * 3
    with pytest.raises(Refusal, match="it raised KeyError"):
        Source(lambda n, seed: {}[seed]).in_threads(3, [5, 9])
    with pytest.raises(Refusal, match="gave None"):
        Source(lambda n, seed: None).in_threads(3, [5, 9])


def test_no_array_is_what_a_reader_is_told():
    with pytest.raises(NotAnArrayError, match="None"):
        as_numpy(None)
    with pytest.raises(NotAnArrayError, match="1"):
        as_numpy({1})


def test_remarks_are_short():
    source = Source(first)
    source.remark("x " * 200)
    source.remark("x " * 200)
    assert [len(text) <= 160 for text in source.remarks] == [True]
