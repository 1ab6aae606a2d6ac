"""Particles on a device: the bits of the host, what is copied, what is refused.

The device is the stand-in, or CuPy's (``pytest --cupy``).
"""

from itertools import islice
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from array_libraries import host, is_stand_in
from hypothesis import given, settings
from hypothesis import strategies as st
from members import each_member
from numpy import float32, float64, int32, int64, uint32

from chaos import checks, coupling, steps
from chaos.coupling import step_sizes
from chaos.interactions import ATTRACTION, Interaction, attraction, drifts
from chaos.mean_field import recorded
from chaos.particles import trajectory
from stablenoise import NoiseField, noises
from stablenoise.kernels import addresses
from stablenoise.kernels.arrays import GRID
from stablenoise.kernels.compiler import jit
from stablenoise.noises import independent, isotropic

ETA, SIGMA = 0.1, 0.7
FIELD = NoiseField(1.5, seed=7)
each_noise = each_member(noises)
each_format = pytest.mark.parametrize("real", [float64, float32])
few = settings(deadline=None, max_examples=15)


@jit
def pulled(x, mean, parameters, out):
    for i in range(len(x)):
        for j in range(x.shape[1]):
            out[i, j] = np.sin(x[i, j]) * mean[0] + parameters[0] * mean[1]


@jit
def waves(x, parameters, sums):
    for i in range(len(x)):
        sums[0] += np.cos(x[i, 0])
        sums[1] += np.sin(x[i, 0])


TEXT = r"""
__device__ void drift(const real *x, const double *mean, const double *parameters, real *out)
{
    for (int j = 0; j < DIM; ++j)
        out[j] = (real)(sin(x[j]) * mean[0] + parameters[0] * mean[1]);
}
__device__ double feature(const real *x, long long count, int which, const double *parameters)
{
    double total = 0.0;
    for (long long i = 0; i < count; ++i) total += which ? sin(x[i * DIM]) : cos(x[i * DIM]);
    return total;
}
"""
PULL = Interaction(pulled, waves, 2, (0.3,), None, TEXT)


def same_bits(ours, theirs):
    for a, b in zip(ours, theirs, strict=True):
        assert a.dtype == b.dtype and a.shape == b.shape and not np.isnan(a).any()
        np.testing.assert_array_equal(a.view(np.uint8), host(b).view(np.uint8))


def path(states, count):
    """Particles and means of each of some states, one after the other."""
    return [a.copy() for s in islice(states, count) for a in (s.theta, s.mean)]


def start(*shape, real=float64, seed=5):
    return np.random.default_rng(seed).standard_cauchy(size=shape).astype(real)


SHAPES = [(5000, 1), (3, 4097, 1), (2, 9000, 3), (2, 3), (1, 2, 1), (7, 260, 3)]


@each_noise
@each_format
def test_particles_and_means_have_the_bits_of_the_host(member, real, cupy):
    """One chunk and several, of one system and several, with a rest of any size."""

    @few
    @given(
        st.sampled_from(SHAPES), st.floats(0.3, 2.0), st.integers(0, 2**64 - 1),
        st.integers(0, 2**32 - 4), st.integers(0, 9), st.sampled_from([0.0, 0.7]),
    )  # fmt: skip
    def agree(shape, alpha, seed, first, spare, sigma):
        theta, interaction = start(*shape, real=real, seed=seed), attraction(0.6, shape[-1])
        field = NoiseField(alpha, seed, member)
        how = {"eta": ETA, "sigma": sigma, "start": first, "stride": shape[-2] + spare}
        ours = path(trajectory(theta, interaction, field, **how), 3)
        if np.isfinite(np.concatenate([a.ravel() for a in ours])).all():
            same_bits(ours, path(trajectory(cupy.asarray(theta), interaction, field, **how), 3))

    agree()


@each_format
def test_a_drift_too_long_for_a_thread_has_the_bits_of_the_host(real, cupy, monkeypatch):
    """With one block of threads, which go round: each has its part of the room."""
    monkeypatch.setattr(steps, "ROOM_BYTES", 1)
    theta = start(2, 300, 70, real=real)
    run = attraction(0.6, 70), NoiseField(1.7, 3, isotropic), ETA, SIGMA
    same_bits(path(trajectory(theta, *run), 3), path(trajectory(cupy.asarray(theta), *run), 3))


@each_format
def test_drifts_in_array_code_have_the_bits_of_the_host(real, cupy):
    for shape in SHAPES:
        theta, drift = start(*shape, real=real), drifts(attraction(0.6, shape[-1]))
        same_bits([drift(theta, 0)], [drift(cupy.asarray(theta), 0)])
        if theta.ndim == 3:  # not contiguous
            same_bits([drift(theta[:, ::2], 0)], [drift(cupy.asarray(theta)[:, ::2], 0)])


def test_drifts_see_the_means_of_a_trajectory(cupy):
    theta = start(9000, 3)
    for x in (theta, cupy.asarray(theta)):
        still = trajectory(x, attraction(1.0, 3), FIELD, ETA, sigma=0.0)
        before, after = path(still, 2)[::2]
        same_bits([host(before) - ETA * host(drifts(attraction(1.0, 3))(x, 0))], [after])


@each_format
def test_a_text_of_ones_own_agrees_as_its_math_library_does(real, cupy):
    """Drifts are below 2 and sines within 2 ulp: 3 steps of 0.1 add less than 4 roundings of 1.

    The rest is for particles that are far out, where a rounding is relative to them.
    """
    theta = np.random.default_rng(1).normal(size=(2, 5000, 3)).astype(real)
    ours = path(trajectory(theta, PULL, FIELD, ETA, SIGMA), 4)
    theirs = path(trajectory(cupy.asarray(theta), PULL, FIELD, ETA, SIGMA), 4)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(
            host(b), a, rtol=8 * np.finfo(real).eps, atol=8 * np.finfo(real).eps
        )


@each_noise
@each_format
def test_step_sizes_on_one_noise_have_the_bits_of_the_host(member, real, cupy):
    @few
    @given(
        st.sampled_from([(2, 600, 3), (5000, 1), (2, 1)]), st.floats(0.5, 2.0),
        st.integers(0, 2**64 - 1), st.integers(2, 4), st.sampled_from([0.0, 0.7]),
    )  # fmt: skip
    def agree(shape, alpha, seed, levels, sigma):
        theta, field = start(*shape, real=real, seed=seed), NoiseField(alpha, seed, member)
        run = attraction(0.6, shape[-1]), field, ETA, sigma
        ours, theirs = (
            [x.copy() for f in islice(step_sizes(x, *run, levels=levels), 9) for x in f.thetas]
            for x in (theta, cupy.asarray(theta))
        )
        assert all(isinstance(x, cupy.ndarray) for x in theirs)
        same_bits(ours, theirs)

    agree()


@each_format
@pytest.mark.parametrize("drift", ["kernel", "array"])
def test_long_particles_and_other_drifts_have_step_sizes_too(real, drift, cupy, monkeypatch):
    """Drifts that lie in a room, of one block of threads; array code; a noise of one's own."""
    monkeypatch.setattr(steps, "ROOM_BYTES", 1)
    own = ModuleType("own")
    own.fill = lambda out, *where, **how: independent.fill(out, *where, **how)
    theta, attracted = start(300, 70, real=real), attraction(0.6, 70)
    fields = NoiseField(1.4, 2), NoiseField(1.4, 2, own)
    for field in fields:
        move = attracted if drift == "kernel" else drifts(attracted)
        ours, theirs = (
            [*islice(step_sizes(x, move, field, ETA, SIGMA, levels=3), 8)][-1].thetas
            for x in (theta, cupy.asarray(theta))
        )
        same_bits(ours, theirs)


@jit
def growing(x, mean, parameters, out):
    for i in range(len(x)):
        for j in range(x.shape[1]):
            out[i, j] = parameters[0] / (1.0 - x[i, j])


GROWING = r"""
__device__ void drift(const real *x, const double *mean, const double *parameters, real *out)
{
    for (int j = 0; j < DIM; ++j) out[j] = (real)(parameters[0] / (1.0 - x[j]));
}
""" + TEXT[TEXT.index("__device__ double") :]


@each_format
@pytest.mark.parametrize("rate, seen", [(1.0, "-inf at step 2$"), (0.0, "NaN at step 2: eta")])
def test_step_sizes_that_are_not_finite_are_told_as_on_the_host(rate, seen, real, cupy):
    """A particle at 1 meets its pole when the coarse level has moved it there: after two steps."""
    interaction = Interaction(growing, waves, 2, (rate,), None, GROWING)
    theta = np.zeros((40, 2), real)
    for x in (theta, cupy.asarray(theta)):
        states = step_sizes(x, interaction, FIELD, ETA, 0.0, levels=3)
        found = next(states)
        next(states)
        found.thetas[1][17, 1] = 1.0
        next(states)
        with pytest.raises(ValueError, match=f"^theta must stay finite, got {seen}"):
            next(states)


def test_step_sizes_take_array_code_on_a_device(cupy):
    theta = start(50, 2)
    for x in (theta, cupy.asarray(theta)):
        *_, last = islice(step_sizes(x, lambda x, step: 0.5 * x, FIELD, ETA), 4)
        assert all(isinstance(y, type(x)) for y in last.thetas)
    mixed = step_sizes(cupy.asarray(theta), lambda x, step: theta, FIELD, ETA)
    with pytest.raises(ValueError, match=r"^drift must be an array of real numbers of shape"):
        next(mixed)


# Where arrays are.


def test_a_run_stays_on_the_device_and_leaves_what_it_was_given(cupy):
    theta = cupy.asarray(start(30, 2))
    before = theta.copy()
    state = next(islice(trajectory(theta, attraction(1.0, 2), FIELD, ETA), 2, None))
    assert all(isinstance(a, cupy.ndarray) for a in (state.theta, state.mean))
    assert (theta == before).all()
    assert repr(state) == (
        "State(theta=<float64 of shape (30, 2)>, mean=<float64 of shape (2,)>, step=2)"
    )
    same_bits([np.array(state.to_dict()["theta"])], [state.theta])


def test_of_a_step_only_sums_come_to_the_host(cupy, monkeypatch):
    """8 bytes for each chunk of 4,096 particles, and a mark of NaN."""
    if not is_stand_in(cupy):
        pytest.skip("methods of CuPy's arrays cannot be watched")
    theta, copied, get = cupy.asarray(start(2, 9000, 1)), [], cupy.ndarray.get
    states = trajectory(theta, attraction(1.0), FIELD, ETA)
    next(states)
    monkeypatch.setattr(
        cupy.ndarray, "get", lambda a, *how, **more: copied.append(a.nbytes) or get(a, *how, **more)
    )
    next(states)
    assert copied == [8 * (2 * 3 + 1)]


def test_a_run_that_is_resumed_goes_on_to_the_last_bit(cupy):
    theta, run = cupy.asarray(start(300, 2)), (attraction(0.6, 2), FIELD, ETA, SIGMA)
    whole, half = (path(trajectory(theta, *run), n)[-2] for n in (10, 5))
    same_bits([host(whole)], [path(trajectory(half, *run, start=4), 6)[-2]])


def test_means_are_recorded_and_shown_on_the_device(cupy):
    theta, run = start(300, 2), (attraction(0.6, 2), FIELD, ETA, SIGMA)
    there = cupy.asarray(theta)
    means = recorded(trajectory(there, *run), steps=6)
    assert isinstance(means, cupy.ndarray)
    same_bits([recorded(trajectory(theta, *run), steps=6)], [means])
    whole = host(path(trajectory(there, *run), 7)[-2])
    for shown in (means, host(means)):  # a path from a file is an array of NumPy
        *_, last = trajectory(there[:7], *run, means=shown)
        same_bits([whole[:7]], [last.theta])


def test_theta_may_be_moved_itself(cupy):
    """No copy of it is made then: a system as large as the device has room."""
    run = attraction(0.6, 2), FIELD, ETA, SIGMA
    for theta in (start(300, 2), cupy.asarray(start(300, 2))):
        *_, copied = islice(trajectory(theta, *run), 4)
        *_, moved = islice(trajectory(theta, *run, overwrite=True), 4)
        assert (moved.theta == copied.theta).all() and (theta == copied.theta).all()
        with pytest.raises(ValueError, match="^theta must be C-contiguous, got strides"):
            trajectory(theta[::2], *run, overwrite=True)
        with pytest.raises(ValueError, match="^overwrite must be True or False, got 1"):
            trajectory(theta, *run, overwrite=1)


def test_values_that_are_not_finite_are_counted_in_pieces(cupy, monkeypatch):
    monkeypatch.setattr(checks, "CHECKED_VALUES", 7)
    theta = np.ones((10, 3))
    theta[[0, 4, 9], [0, 1, 2]] = np.inf, np.nan, -np.inf
    for x in (theta, cupy.asarray(theta), theta[::-1], theta[:0]):
        if len(x):
            with pytest.raises(ValueError, match="^theta must be finite, got 3 values that are no"):
                checks.check_all_finite("theta", x)
        else:
            checks.check_all_finite("theta", x)


def test_a_noise_of_ones_own_is_added_by_its_fill(cupy):
    """It may not be made of laws that a kernel can call."""
    own = ModuleType("own")
    own.fill = lambda out, *where, **how: independent.fill(out, *where, **how)
    theta = start(2, 300, 2)
    ours, theirs = (
        path(trajectory(x, attraction(0.6, 2), NoiseField(1.5, 7, noise), ETA, stride=301), 3)
        for x, noise in ((theta, independent), (cupy.asarray(theta), own))
    )
    same_bits(ours, theirs)


# What is refused.

BROKEN_TEXT = r"""
__device__ void drift(const real *x, const double *mean, const double *parameters, real *out)
{
    for (int j = 0; j < DIM; ++j) out[j] = x[j] >= 0 ? (real)0 : sqrt((real)-1);
}
""" + TEXT[TEXT.index("__device__ double") :]


@jit
def broken(x, mean, parameters, out):
    for i in range(len(x)):
        for j in range(x.shape[1]):
            out[i, j] = 0.0 if x[i, j] >= 0 else np.nan


@each_format
@pytest.mark.parametrize("n", [2_000, 30_000])
@pytest.mark.parametrize("share", [0, 0.3, 1])
def test_one_particle_without_a_drift_is_seen_wherever_it_is(n, share, real, cupy):
    theta = np.ones((n, 2), real)
    theta[int(share * (n - 1)), 1] = -1.0
    interaction = Interaction(broken, waves, 2, (0.0,), None, BROKEN_TEXT)
    for x in (theta, cupy.asarray(theta)):
        states = trajectory(x, interaction, FIELD, ETA, start=4)
        next(states)
        with pytest.raises(ValueError, match=r"^theta must stay finite, got NaN at step 4: eta"):
            next(states)


HOST_ALONE = Interaction(pulled, waves, 2, (0.3,))


@pytest.mark.parametrize(
    "call, line",
    [
        (lambda x: trajectory(x, HOST_ALONE, FIELD, ETA), "interaction must have a cuda text for"),
        (lambda x: drifts(HOST_ALONE)(x, 0), "interaction must have a cuda text for particles on"),
        (lambda x: next(step_sizes(x, HOST_ALONE, FIELD, ETA)), "interaction must have a cuda tex"),
        (
            lambda x: trajectory(host(x), attraction(1.0), FIELD, ETA, means=x[:, None]),
            "means must be of NumPy, as theta is, got an array on a device",
        ),
        (
            lambda x: trajectory(x, attraction(1.0), FIELD, ETA, means=x * 1j),
            "means must be real numbers, got ",
        ),
        (
            lambda x: trajectory(x, attraction(1.0), FIELD, ETA, means=x / 0 * 0),
            r"means must be finite, of shape \(steps, 1, 1\), got \(5, 1, 1\)",
        ),
        (
            lambda x: trajectory(x.astype(float32), attraction(1.0), FIELD, 1.0, sigma=1e39),
            r"sigma eta\^\(1/alpha\) must ",
        ),
        (lambda x: trajectory(x / 0, attraction(1.0), FIELD, ETA), "theta must be finite, got 5 v"),
        (lambda x: trajectory(x > 0, attraction(1.0), FIELD, ETA), "theta must be an array of flo"),
        (lambda x: trajectory(x[:1], attraction(1.0), FIELD, ETA), "an interacting system must ha"),
        (lambda x: Interaction(pulled, waves, cuda=7), "cuda must be a text with drift and featur"),
        (lambda x: Interaction(pulled, waves, cuda="drift"), "cuda must be a text with drift and "),
    ],
)
def test_bad_input_on_a_device_is_told_in_one_line(call, line, cupy):
    with pytest.raises(ValueError, match=f"^{line}") as told:
        next(call(cupy.ones((5, 1))))
    assert "\n" not in str(told.value)


def test_a_text_that_does_not_compile_is_told_in_one_line(cupy):
    wrong = Interaction(pulled, waves, 2, (0.3,), None, TEXT.replace("mean[0]", "means[0]"))
    line = "^cuda must be a text that compiles, got .*error.*means"
    with pytest.raises(ValueError, match=line) as told:
        trajectory(cupy.ones((5, 1)), wrong, FIELD, ETA)
    assert "\n" not in str(told.value)


# Where an index needs 64 bits: one block of threads over a sparse file, on the host alone.


def sparse(folder, name, real, shape):
    array = np.memmap(folder / name, real, "w+", shape=shape)
    (folder / name).unlink()
    return array


def kernel(name, real, dim, member):
    from cupy_stand_in.host_compiler import HostKernel

    kernels = steps.KERNELS | {"couple": coupling.COUPLE}
    text = steps.cuda(ATTRACTION, dim, real, dim, member.fill.laws, kernels[name])
    return HostKernel(text, name)


SYSTEMS, PARTICLES, DIM = 2, 2**30 + 841, 3  # 6.4e9 coordinates


@each_format
@pytest.mark.parametrize("strided", [False, True])
def test_particles_beyond_32_bits_of_coordinates_move(real, strided, tmp_path):
    """All of the last block, or a thread of a small grid that goes round to the last particle."""
    x, n = sparse(tmp_path, "x", real, (SYSTEMS * PARTICLES, DIM)), SYSTEMS * PARTICLES
    means, parameters, mark = np.arange(6.0) - 2, np.array([0.5]), np.zeros(1)
    laws = isotropic.fill.laws
    structs = [steps.cms.as_struct(real, k) for k in laws.constants(real, 1.5, 0.0)]
    place = *addresses.address(2**40 + 7, 5, 1), uint32(laws.shared_block)
    factors = real(0.25), real(0.125), int32(1)
    sizes = int64(PARTICLES), int64(SYSTEMS), int64(PARTICLES)
    arguments = x, *sizes, means, parameters, *factors, *structs, *place, np.zeros(1, real), mark
    grid, block = (addresses.GRID if strided else -(-n // 256), 1)[0], 256
    stride = grid * block
    thread = (n - 1) % stride if strided else n - 1
    which = {"first_block": thread // block, "end_block": thread // block + 1}
    if strided:  # the first thread of its block, whose last particle is near the end
        thread = thread // block * block
        which["threads"] = 1
    kernel("move", real, DIM, isotropic).run((grid,), (block,), arguments, **which)
    moved = range(thread, n, stride) if strided else range(n - 1 - thread % block, n)
    moved = list(moved)
    noise = NoiseField(1.5, 2**40 + 7, isotropic).at(moved, 5, DIM, real)
    system = np.array(moved) // PARTICLES
    seen = means.reshape(2, 3)[system].astype(real)
    expected = np.empty_like(noise)
    for i, row in enumerate(seen):
        shifted = (-(real(0.25) * (real(0.5) * -row)))[None]
        NoiseField(1.5, 2**40 + 7, isotropic).add_to(shifted, 5, 0.125, [moved[i]])
        expected[i] = shifted
    assert len(moved) > 20 and moved[-1] * DIM > 2**32
    np.testing.assert_array_equal(np.array(x[moved]), expected)
    assert np.count_nonzero(x[moved[-1] - 3000 :]) == DIM * (1 if strided else len(moved))
    assert not mark.any()


@each_format
def test_features_beyond_32_bits_of_coordinates_are_summed(real, tmp_path):
    x = sparse(tmp_path, "x", real, (SYSTEMS * PARTICLES, DIM))
    chunks = -(-PARTICLES // steps.CHUNK_PARTICLES)
    sums = np.full(SYSTEMS * chunks * DIM + 1, np.nan)
    last = PARTICLES % steps.CHUNK_PARTICLES
    x[-last:] = np.arange(3 * last).reshape(last, 3)
    x[-last - 1] = 1e9  # of another chunk
    blocks = -(-(sums.size - 1) // 256)
    arguments = x, int64(PARTICLES), int64(SYSTEMS), np.zeros(1), sums
    kernel("tally", real, DIM, independent).run(
        (blocks,), (256,), arguments, first_block=blocks - 1, end_block=blocks
    )
    np.testing.assert_array_equal(sums[-4:-1], np.array(x[-last:], float).sum(axis=0))
    assert sums[-7:-4].tolist() == [1e9] * 3 and np.isnan(sums[-1])


@each_format
@pytest.mark.parametrize("name", ["move", "couple"])
def test_each_thread_has_its_own_part_of_the_room(name, real):
    """Threads of the stand-in follow each other, so that a part shared by two would not show."""
    dim, n = 70, 600
    means, parameters, marks = np.arange(70.0), np.array([0.5]), np.zeros(2)
    theta = np.ones((n, dim), real) * np.arange(n, dtype=real)[:, None]
    room, laws = np.full((512, dim), np.nan, real), independent.fill.laws
    structs = [steps.cms.as_struct(real, k) for k in laws.constants(real, 1.5, 0.0)]
    place = *addresses.address(1, 5, 1), uint32(0)
    sizes, factors = (int64(n), int64(1)), (real(0.25), real(0.0))
    if name == "move":
        given = *sizes, int64(n), means, parameters, *factors, int32(0), *structs, *place, room
    else:
        sums = np.zeros((2, n, dim), real)
        given = *sums, int32(0), *sizes, means, parameters, *factors, *structs, *place, room
    kernel(name, real, dim, independent).run((2,), (256,), (theta.copy(), *given, marks))
    last = np.append(np.arange(512, 600), np.arange(88, 512))  # particle that a thread had last
    np.testing.assert_array_equal(room, (0.5 * (theta[last] - means)).astype(real))


@each_format
@pytest.mark.parametrize("level", [0, 1])
def test_levels_beyond_32_bits_of_coordinates_move(real, level, tmp_path):
    """The last block: the finest level makes its noise, a coarser one has it from the one below."""
    n, count = SYSTEMS * PARTICLES, SYSTEMS * PARTICLES % 256
    x, pushed, added = (sparse(tmp_path, name, real, (n, DIM)) for name in ("x", "p", "a"))
    given = np.arange(3.0 * count).reshape(-1, 3).astype(real)
    means, marks = np.arange(6.0), np.zeros(2)
    pushed[-count:] = given
    laws, field = independent.fill.laws, NoiseField(1.5, 2**40 + 7)
    structs = [steps.cms.as_struct(real, k) for k in laws.constants(real, 1.5, 0.0)]
    place = *addresses.address(2**40 + 7, 5, 1), uint32(laws.shared_block)
    arrays = x, pushed, added, int32(level == 0), int64(PARTICLES), int64(SYSTEMS)
    factors = np.array([0.5]), real(0.25), real(0.125), *structs
    blocks = -(-n // 256)
    arguments = *arrays, means, *factors, *place, np.zeros(1, real), marks
    kernel("couple", real, DIM, independent).run((blocks,), (256,), arguments, blocks - 1, blocks)
    noise = field.at(range(n - count, n), 5, DIM, real) * real(0.125) if level == 0 else given
    drift = real(0.5) * -means[3:].astype(real)
    np.testing.assert_array_equal(np.array(x[-count:]), noise - real(0.25) * drift)
    np.testing.assert_array_equal(np.array(added[-count:]), noise)
    assert (pushed[-count:] == (given if level == 0 else 0)).all()
    assert not x[-3000:-count].any() and not added[-3000:-count].any() and not marks.any()


@pytest.mark.parametrize(
    ("real", "dim"), [(np.float64, 1000), (np.float32, 65), (np.float64, 10**6)]
)
def test_what_threads_hold_of_drifts_stays_within_its_bytes(real, dim):
    """One block more would not fit; a single one is allowed, whatever it takes."""
    library = SimpleNamespace(empty=lambda size, real: np.broadcast_to(real(0), size))
    blocks, room = steps.room_of(library, 10**9, dim, real)
    a_block = 256 * dim * np.dtype(real).itemsize
    assert room.size == blocks * 256 * dim
    assert blocks == 1 or blocks * a_block <= steps.ROOM_BYTES
    assert (blocks + 1) * a_block > steps.ROOM_BYTES or blocks == GRID
