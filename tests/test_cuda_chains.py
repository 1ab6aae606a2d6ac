"""Chains of least squares on a device: the bits of the host, what is placed there, what is refused.

The device is the stand-in, or CuPy's (``pytest --cupy``).
"""

from itertools import islice

import numpy as np
import pytest
from array_libraries import host
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy import float64, int32, int64, uint32

from chaos.kesten import (
    FiniteLeastSquares,
    GaussianLeastSquares,
    addresses,
    gaussian_rows,
    given_rows,
    trajectory,
)

RANDOM = np.random.default_rng(1)
DIMS = 1, 3, 40  # the last does not fit into a thread
ROWS = {dim: RANDOM.normal(size=(50, dim)) for dim in DIMS}
KINDS = {
    "new rows": lambda dim, batch: GaussianLeastSquares(0.1, batch, dim, noise=0.7, variance=1.3),
    "without replacement": lambda dim, batch: FiniteLeastSquares(
        ROWS[dim], RANDOM.normal(size=50), 0.02, batch + 8
    ),
    "with replacement": lambda dim, batch: FiniteLeastSquares(
        ROWS[dim], RANDOM.normal(size=50), 0.02, batch, replacement=True
    ),
}
each_kind = pytest.mark.parametrize("kind", KINDS)
each_dim = pytest.mark.parametrize("dim", DIMS)


def same_bits(ours, theirs):
    for a, b in zip(ours, theirs, strict=True):
        there = host(b)
        assert a.dtype == there.dtype and a.shape == there.shape and np.isfinite(a).all()
        np.testing.assert_array_equal(a.view(np.uint64), there.view(np.uint64))


@each_kind
@each_dim
@pytest.mark.parametrize("bytes_of_room", [1, addresses.ROOM_BYTES])
def test_chains_have_the_bits_of_the_host(kind, dim, bytes_of_room, cupy, monkeypatch):
    """Also with one block of threads, which go round and share their places in the room."""
    monkeypatch.setattr(addresses, "ROOM_BYTES", bytes_of_room)

    @settings(deadline=None, max_examples=15)
    @given(
        st.integers(1, 150), st.integers(1, 5), st.integers(0, 2**64 - 1), st.integers(1, 4),
        st.sampled_from([0, 7, 2**32 - 9]), st.sampled_from([0, 5, 2**32 - 150]),
    )  # fmt: skip
    def agree(chains, batch, seed, every, start, first):
        sgd, x = KINDS[kind](dim, batch), RANDOM.normal(size=(chains, dim))
        how = {"seed": seed, "every": every, "start": start, "first": first}
        ours, theirs = (
            [*islice(trajectory(sgd, states, **how), 2)] for states in (x, cupy.asarray(x))
        )
        assert all(isinstance(y, cupy.ndarray) for y in theirs)
        same_bits(ours, theirs)

    agree()


@each_kind
def test_what_comes_back_and_what_was_given_are_the_callers(kind, cupy):
    x = cupy.asarray(RANDOM.normal(size=(70, 3)))
    kept, sgd = x.copy(), KINDS[kind](3, 2)
    whole = [*islice(trajectory(sgd, x, 1), 3)]
    assert (x == kept).all()
    spoilt = []
    for states in islice(trajectory(sgd, x, 1), 3):
        spoilt.append(states.copy())
        states[...] = 0
    same_bits(map(host, whole), spoilt)


def test_integers_and_float32_are_widened_as_on_the_host(cupy):
    sgd = KINDS["new rows"](3, 2)
    for x in (np.ones((9, 3), int), np.ones((9, 3), np.float32)):
        ours, theirs = (next(trajectory(sgd, y, 1)) for y in (x, cupy.asarray(x)))
        same_bits([ours], [theirs])


def test_given_rows_go_to_the_device_once(cupy, monkeypatch):
    x, asarray, placed = cupy.ones((9, 3)), cupy.asarray, []
    monkeypatch.setattr(cupy, "asarray", lambda a, *how: placed.append(a.shape) or asarray(a, *how))
    assert len([*islice(trajectory(KINDS["with replacement"](3, 2), x, 1), 4)]) == 4
    assert placed == [(50, 3), (50,)]


@pytest.mark.parametrize(
    "change, line",
    [
        (lambda x: x / 0, "states must be finite, got 27 values that are not"),
        (lambda x: x * 1j, "states must be real numbers, got "),
        (lambda x: x[:, :2], r"states must have shape \(chains, 3\), got \(9, 2\)"),
        (lambda x: x[0], r"states must have shape \(chains, 3\), got \(3,\)"),
    ],
)
def test_bad_states_on_a_device_are_told_in_one_line(change, line, cupy):
    with pytest.raises(ValueError, match=f"^{line}") as told:
        trajectory(KINDS["new rows"](3, 2), change(cupy.ones((9, 3))), 1)
    assert "\n" not in str(told.value)


# Where an index needs 64 bits: one block of threads over a sparse file, on the host alone.

DIM, CHAINS = 40, 2**27 + 9  # 5.4e9 coordinates


def numbers_of(loop, sgd):
    """What a loop is given of a recursion."""
    if loop is gaussian_rows:
        recursion = sgd._recursion(np)
        return int64(recursion.batch), float64(recursion.c), float64(recursion.noise_ratio)
    rows, residuals, batch, replacement, c = sgd._recursion(np)
    return rows, residuals, int64(50), int64(batch), int32(replacement), float64(c)


def kernel(loop, dim):
    from cupy_stand_in.host_compiler import HostKernel

    return HostKernel(loop.cuda(dim), loop.__name__.rpartition(".")[2])


PLACE = tuple(map(uint32, (5, 3, 11, addresses.ROWS)))  # key, step and lane
LOOPS = {"new rows": gaussian_rows, "without replacement": given_rows}
each_loop = pytest.mark.parametrize("kind, loop", LOOPS.items())


@each_loop
def test_chains_beyond_32_bits_of_coordinates_move(kind, loop, tmp_path):
    def sparse(name, *shape):
        array = np.memmap(tmp_path / name, float64, "w+", shape=shape)
        (tmp_path / name).unlink()
        return array

    states, x, sgd = (
        sparse("states", CHAINS, DIM),
        RANDOM.normal(size=(9, DIM)),
        KINDS[kind](DIM, 2),
    )
    states[-9:] = x
    blocks, each = -(-CHAINS // addresses.CHAINS_PER_BLOCK), addresses.CHAINS_PER_BLOCK
    room = sparse("room", blocks * each * 3 * DIM)
    where = int64(CHAINS), int64(2**32 - CHAINS), int64(2)
    arguments = (
        states,
        *where,
        *numbers_of(loop, sgd),
        *map(uint32, (5, 3, 11, addresses.ROWS)),
        room,
    )
    kernel(loop, DIM).run((blocks,), (each,), arguments, blocks - 1, blocks)
    how = {"seed": 3 * 2**32 + 5, "every": 2, "start": 11, "first": 2**32 - 9}
    same_bits([next(trajectory(sgd, x, **how))], [np.array(states[-9:])])
    assert not states[-3000:-9].any()


@each_loop
def test_each_thread_has_its_own_part_of_the_room(kind, loop):
    """Threads of the stand-in follow each other, so that a part shared by two would not show."""
    sgd, x = KINDS[kind](DIM, 2), RANDOM.normal(size=(128, DIM))
    held = 3 * DIM if loop is gaussian_rows else 2 * DIM + sgd.batch
    room, where = np.full((held, 128), np.nan), (int64(128), int64(0), int64(2))
    arguments = (
        x.copy(),
        *where,
        *numbers_of(loop, sgd),
        *map(uint32, (5, 3, 11, addresses.ROWS)),
        room,
    )
    kernel(loop, DIM).run((2,), (64,), arguments)
    same_bits([room[:DIM].T.copy()], [arguments[0]])
    assert np.isfinite(room).all() and not (arguments[0] == x).any()
    assert all(len(set(row)) > 10 for row in room)
    if loop is given_rows:  # the rows of the last batch, none of them twice
        assert all(len(set(chain)) == sgd.batch for chain in room[2 * DIM :].T)
