"""Interacting particles: against plain array code, their noise, copies, and step sizes."""

from itertools import islice

import numba as nb
import numpy as np
import pytest

from chaos import sgd
from chaos.coupling import step_sizes
from chaos.mean_field import record, recorded, replay
from chaos.network import Network
from chaos.particles import Interaction, attraction, drifts, trajectory
from stablenoise import NoiseField
from stablenoise.kernels.compiler import jit
from stablenoise.noises import common, independent, isotropic

NOISES = common, independent, isotropic
ETA, SIGMA = 0.1, 0.7


@jit
def pulled(x, mean, parameters, out):
    """Pull to the origin by a bounded force that depends on two means."""
    for i in range(len(x)):
        for j in range(x.shape[1]):
            out[i, j] = np.sin(x[i, j]) * mean[0] + parameters[0] * mean[1]


@jit
def sines(x, parameters, sums):
    """Cosine and sine of the first coordinate."""
    for i in range(len(x)):
        sums[0] += np.cos(x[i, 0])
        sums[1] += np.sin(x[i, 0])


PULL = Interaction(pulled, sines, 2, (0.3,))


def pull(x):
    """The same in array code, for one system."""
    return np.sin(x) * np.cos(x[:, 0]).mean() + 0.3 * np.sin(x[:, 0]).mean()


def plain(theta, drift, field, steps, rows=None, start=0):
    """Euler's scheme in array code."""
    x, rows = theta.copy(), range(len(theta)) if rows is None else rows
    for k in range(start, start + steps):
        noise = field.at(rows, k, x.shape[1], x.dtype)
        x = x - ETA * drift(x) + SIGMA * ETA ** (1 / field.alpha) * noise
    return x


def after(states, steps):
    """Particles after some steps."""
    return next(islice(states, steps, None)).theta.copy()


def start(n, d, seed=5):
    return np.random.default_rng(seed).normal(size=(n, d))


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("d", [1, 3, 10])
def test_steps_are_those_of_array_code(noise, d):
    field, theta = NoiseField(1.5, seed=1, noise=noise), start(50, d)
    found = after(trajectory(theta, PULL, field, ETA, SIGMA), 7)
    np.testing.assert_allclose(found, plain(theta, pull, field, 7), rtol=1e-12, atol=1e-12)


def test_steps_in_single_precision():
    """Rounding of 20 steps: some 20 x 6e-8 of the largest particle."""
    field, theta = NoiseField(1.8, seed=1), start(5_000, 1).astype(np.float32)
    found = after(trajectory(theta, attraction(1.0), field, ETA, SIGMA), 20)
    assert found.dtype == np.float32
    expected = plain(theta, lambda x: x - x.mean(axis=0, dtype=float).astype(x.dtype), field, 20)
    np.testing.assert_allclose(found, expected, atol=3e-6 * abs(expected).max())


def test_blocks_and_chunks_do_not_show():
    """Two chunks and a rest, three blocks: means within rounding of a plain sum."""
    field, theta = NoiseField(1.5, seed=1), start(10_000, 5)
    states = trajectory(theta, attraction(0.5, 5), field, ETA, SIGMA)
    state = next(islice(states, 3, None))
    expected = plain(theta, lambda x: 0.5 * (x - x.mean(axis=0)), field, 3)
    np.testing.assert_allclose(state.theta, expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(state.mean, expected.mean(axis=0), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("n", [3, 5_000])
def test_systems_are_independent_and_have_noise_of_their_own(n):
    field, theta = NoiseField(1.5, seed=1), np.stack([start(n, 2, seed) for seed in range(4)])
    found = after(trajectory(theta, PULL, field, ETA, SIGMA), 5)
    for r, system in enumerate(theta):
        expected = plain(system, pull, field, 5, rows=range(r * n, (r + 1) * n))
        np.testing.assert_allclose(found[r], expected, rtol=1e-12, atol=1e-12)


def test_systems_of_two_sizes_are_on_one_noise_by_a_stride():
    field, theta = NoiseField(1.5, seed=1), np.zeros((3, 8, 1))
    free = attraction(0.0)  # noise alone
    large = after(trajectory(theta, free, field, ETA, stride=8), 4)
    small = after(trajectory(theta[:, :5], free, field, ETA, stride=8), 4)
    np.testing.assert_array_equal(small, large[:, :5])


def test_the_number_of_threads_changes_no_bit():
    field, theta = NoiseField(1.5, seed=1), start(200_000, 2)
    nb.set_num_threads(1)
    one = after(trajectory(theta, PULL, field, ETA, SIGMA), 3)
    nb.set_num_threads(nb.config.NUMBA_NUM_THREADS)
    np.testing.assert_array_equal(after(trajectory(theta, PULL, field, ETA, SIGMA), 3), one)


def test_a_run_that_is_resumed_goes_on_to_the_last_bit():
    field, theta = NoiseField(1.5, seed=1), start(300, 2)
    whole = after(trajectory(theta, PULL, field, ETA, SIGMA), 9)
    half = after(trajectory(theta, PULL, field, ETA, SIGMA), 4)
    np.testing.assert_array_equal(
        after(trajectory(half, PULL, field, ETA, SIGMA, start=4), 5), whole
    )


def test_what_is_given_stays_as_it_is():
    theta = start(30, 2)
    kept = theta.copy()
    after(trajectory(theta, PULL, NoiseField(1.5, seed=1), ETA), 2)
    np.testing.assert_array_equal(theta, kept)


def test_without_noise_particles_follow_their_drift():
    theta = start(4, 1)
    found = after(trajectory(theta, attraction(1.0), NoiseField(1.5, seed=1), ETA, 0.0), 10)
    np.testing.assert_allclose(found, theta.mean() + (theta - theta.mean()) * 0.9**10, rtol=1e-12)


def test_the_drift_in_array_code_is_the_same():
    theta = np.stack([start(6, 3, seed) for seed in range(2)])
    found = drifts(PULL)(theta, 0)
    np.testing.assert_allclose(found, [pull(x) for x in theta], rtol=1e-13)


# ------------------------------------------------------------------------------------- copies


def test_copies_on_the_path_of_their_own_system_are_that_system():
    field, theta = NoiseField(1.5, seed=1), start(300, 2)
    means = recorded(trajectory(theta, PULL, field, ETA, SIGMA), steps=6)
    whole = after(trajectory(theta, PULL, field, ETA, SIGMA), 6)
    copies = trajectory(theta[:7], PULL, field, ETA, SIGMA, means=means)
    *_, last = copies
    assert last.step == 6
    np.testing.assert_array_equal(last.theta, whole[:7])


def test_copies_do_not_see_each_other():
    field, theta = NoiseField(1.5, seed=1), start(10, 2)
    means = np.random.default_rng(1).normal(size=(5, 2))
    *_, both = trajectory(theta, PULL, field, ETA, means=means)
    *_, few = trajectory(theta[:3], PULL, field, ETA, means=means)
    np.testing.assert_array_equal(both.theta[:3], few.theta)


def test_each_system_of_copies_has_a_path_of_its_own():
    field, theta = NoiseField(1.5, seed=1), np.zeros((2, 4, 1))
    means = np.zeros((3, 2, 1))
    means[:, 1] = 1.0
    *_, found = trajectory(theta, attraction(1.0), field, ETA, sigma=0.0, means=means)
    np.testing.assert_allclose(found.theta[:, :, 0], [[0.0] * 4, [1 - 0.9**3] * 4], atol=1e-15)


@pytest.mark.parametrize("scaling", ["mean_field", "standard"])
@pytest.mark.parametrize("activation", ["relu", "tanh", "linear"])
def test_a_network_on_the_path_of_its_own_outputs_is_itself(scaling, activation):
    network = Network(activation, scaling)
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(40, 5)), rng.integers(0, 3, 40)
    weights, field = network.initial((5, 12, 3), seed=2), NoiseField(1.7, seed=3)
    path = np.empty((6, 8, 3))

    def run(**seen):
        drift = sgd.minibatch_drift(network, x, y, batch=8, seed=4, **seen)
        return next(islice(sgd.trajectory(weights, drift, field, eta=0.05), 5, None))

    whole = run(seen=record(path))
    for found, expected in zip(run(seen=replay(path)), whole, strict=True):
        np.testing.assert_array_equal(found, expected)
    for found, expected in zip(run(), whole, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_network_copies_depend_on_the_outputs_alone():
    """Hidden neurons of a network of 12 that sees the path of one of 60 are the first 4 of it."""
    network, rng = Network("tanh"), np.random.default_rng(1)
    x, y = rng.normal(size=(20, 5)), rng.integers(0, 3, 20)
    field, large = NoiseField(1.7, seed=3), network.initial((5, 60, 3), seed=2)
    path = np.empty((4, 20, 3))

    def run(weights, hook):
        drift = sgd.minibatch_drift(network, x, y, seen=hook)
        return next(islice(sgd.trajectory(weights, drift, field, eta=0.05), 3, None))

    whole = run(large, record(path))
    few = run((large[0][:4], large[1][:, :4]), replay(path))
    np.testing.assert_allclose(few[0], whole[0][:4], rtol=1e-12)
    np.testing.assert_allclose(few[1], whole[1][:, :4], rtol=1e-12)


# --------------------------------------------------------------------------------- step sizes


@pytest.mark.parametrize("noise", NOISES)
def test_the_finest_level_is_the_system_and_coarse_noise_is_the_sum(noise):
    field, theta = NoiseField(1.5, seed=1, noise=noise), start(20, 2)
    *_, found = islice(step_sizes(theta, PULL, field, ETA, SIGMA, levels=3), 8)
    np.testing.assert_allclose(found.thetas[0], plain(theta, pull, field, 8), rtol=1e-12)
    scale = SIGMA * ETA ** (1 / 1.5)
    for level in (1, 2):
        x, length = theta, 2**level
        for k in range(0, 8, length):
            noises = sum(field.at(range(20), j, 2) for j in range(k, k + length))
            x = x - length * ETA * pull(x) + scale * noises
        np.testing.assert_allclose(found.thetas[level], x, rtol=1e-12)


def test_between_its_grid_times_a_coarse_system_stays_where_it_is():
    field, theta = NoiseField(1.5, seed=1), start(5, 1)
    runs = [
        [x.copy() for x in found.thetas]
        for found in islice(step_sizes(theta, PULL, field, ETA, levels=3), 8)
    ]
    for step, (_, middle, coarse) in enumerate(runs, 1):
        before = runs[step - 2] if step > 1 else [theta] * 3
        assert np.array_equal(middle, before[1]) == bool(step % 2)
        assert np.array_equal(coarse, before[2]) == bool(step % 4)


@pytest.mark.parametrize("alpha", [1.3, 1.75])
def test_the_order_is_one_at_grid_times_and_one_over_alpha_between_them(alpha):
    """Slopes of the mean log error of 4,000 independent particles over three octaves.

    The error of log |D| has a standard deviation below 1.1 / sqrt(4000) = 0.02 at each level; that
    of the slopes, over 3 log 2, is below 0.02.  Four of them and 0.06 for what is left of lower
    orders at these steps.
    """
    steps, levels = 256, 7
    field, theta = NoiseField(alpha, seed=2), np.zeros((4_000, 2, 1))
    at_grid, off_grid = np.empty(levels), np.empty(levels)
    for found in islice(step_sizes(theta, PULL, field, 1 / steps, levels=levels), steps):
        if found.step == steps - 1:  # just before the end
            off_grid[1:] = [log_error(found, level) for level in range(1, levels)]
    at_grid[1:] = [log_error(found, level) for level in range(1, levels)]
    octaves = 3 * np.log(2)
    assert abs((at_grid[6] - at_grid[3]) / octaves - 1) < 0.14
    assert abs((off_grid[6] - off_grid[3]) / octaves - 1 / alpha) < 0.14


def log_error(found, level):
    return np.log(abs(found.thetas[level] - found.thetas[0])[:, 0]).mean()


def test_any_array_code_is_a_drift():
    theta, field = start(6, 2), NoiseField(1.5, seed=1)
    by_kernel, by_hand = (
        next(islice(step_sizes(theta, drift, field, ETA, levels=2), 3, None)).thetas
        for drift in (PULL, lambda x, step: pull(x))
    )
    for a, b in zip(by_kernel, by_hand, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13)


# ------------------------------------------------------------------------------------ bad input


@jit
def broken(x, mean, parameters, out):
    for i in range(len(x)):
        for j in range(x.shape[1]):
            out[i, j] = np.sqrt(x[i, j] - 1e3)


FIELD = NoiseField(1.5, seed=1)
THETA = np.ones((5, 1))
NOT_A_NUMBER = (
    "theta must stay finite, got NaN at step 0: eta or sigma is too large, or drift is at fault"
)


@jit
def broken_at(x, mean, parameters, out):
    """NaN for the one particle that is below 0."""
    for i in range(len(x)):
        for j in range(x.shape[1]):
            out[i, j] = 0.0 if x[i, j] >= 0 else np.nan


@pytest.mark.parametrize("n", [2_000, 100_000])
@pytest.mark.parametrize("share", [0, 0.3, 0.6, 1])
def test_one_particle_without_a_drift_is_seen_wherever_it_is(n, share):
    """In the first, a middle and the last tile of the first, a middle and the last block."""
    theta = np.ones((n, 1))
    theta[int(share * (n - 1))] = -1.0
    states = trajectory(theta, Interaction(broken_at, sines, 2), FIELD, ETA)
    with pytest.raises(ValueError, match=f"^{NOT_A_NUMBER}$"):
        after(states, 1)


def test_a_drift_sees_the_step_that_it_is_asked_at():
    """By hand: -0.1 (0 + 1 + 2 + 3) and -0.2 (0 + 2)."""
    states = step_sizes(
        np.zeros((1, 1)), lambda x, step: np.full_like(x, step), FIELD, ETA, sigma=0.0
    )
    *_, found = islice(states, 4)
    np.testing.assert_allclose([x[0, 0] for x in found.thetas], [-0.6, -0.4], rtol=1e-14)


def test_a_path_that_starts_later_is_looked_up_by_its_step():
    path = np.arange(8.0).reshape(4, 1, 2)
    outputs = np.full((1, 2), 9.0)
    assert replay(path, start=1)(outputs, 2).tolist() == [[2, 3]]
    assert replay(path)(outputs, 2).tolist() == [[4, 5]]
    seen = record(path, start=1)(outputs, 3)
    assert seen is outputs and path.reshape(4, 2).tolist() == [[0, 1], [2, 3], [9, 9], [6, 7]]


def test_copies_that_start_later_have_the_means_of_their_steps():
    theta, means = start(4, 1), np.array([[1.0], [-2.0], [0.5]])
    *_, whole = trajectory(theta, attraction(1.0), FIELD, ETA, means=means)
    *_, first = trajectory(theta, attraction(1.0), FIELD, ETA, means=means[:1])
    *_, rest = trajectory(first.theta, attraction(1.0), FIELD, ETA, means=means[1:], start=1)
    np.testing.assert_array_equal(rest.theta, whole.theta)
    assert rest.step == 3


@pytest.mark.parametrize("levels", [2, 3])
def test_step_sizes_stop_where_a_system_leaves_the_floats(levels):
    """By a factor of 49 or more a step: 1e308 is left after 182 steps, and told once."""
    theta = np.array([[1.0], [-1.0]])
    for drift in (attraction(50.0), lambda x, step: 50.0 * (x - x.mean(axis=0))):
        states = step_sizes(theta, drift, NoiseField(1.5, 1), 1.0, sigma=0.0, levels=levels)
        with pytest.raises(ValueError, match=r"^theta must stay finite, got -?inf at step \d+$"):
            for _ in range(200):
                assert all(np.isfinite(x).all() for x in next(states).thetas)


TWO_AXES = r"theta must be of shape \(n, d\) or \(systems, n, d\), got shape "
NO_FLOATS = "theta must be an array of float64 or float32, got "


@pytest.mark.parametrize("drift", [PULL, lambda x, step: 0 * x], ids=["kernel", "array"])
@pytest.mark.parametrize(
    ("theta", "line"),
    [
        (np.zeros(4), TWO_AXES + r"\(4,\)"),
        (np.zeros((4, 0)), TWO_AXES + r"\(4, 0\)"),
        (np.zeros((0, 1)), TWO_AXES + r"\(0, 1\)"),
        (np.zeros((1, 2, 3, 4)), TWO_AXES + r"\(1, 2, 3, 4\)"),
        (np.zeros((4, 1), int), NO_FLOATS + r"int64 of shape \(4, 1\)"),
        (np.zeros((4, 1), "float16"), NO_FLOATS + r"float16 of shape \(4, 1\)"),
        ([[0.0], [1.0]], NO_FLOATS + r"\[\[0.0\], \[1.0\]\]"),
        (np.array([["a"], ["b"]]), NO_FLOATS + r"<U1 of shape \(2, 1\)"),
        (np.ma.array([[1.0], [2.0]], mask=[[0], [1]]), NO_FLOATS + "MaskedArray"),
        (None, NO_FLOATS + "None"),
        (np.array([[1.0], [np.nan]]), "theta must be finite, got 1 values that are not"),
    ],
)
def test_step_sizes_and_trajectories_ask_the_same_of_particles(drift, theta, line):
    calls = [lambda: step_sizes(theta, drift, FIELD, ETA)]
    if drift is PULL:
        calls.append(lambda: trajectory(theta, PULL, FIELD, ETA))
    for call in calls:
        with pytest.raises(ValueError, match=f"^{line}") as refused:
            call()
        assert "\n" not in str(refused.value)


def test_one_particle_has_step_sizes_by_array_code_alone():
    next(step_sizes(np.zeros((1, 1)), lambda x, step: x, FIELD, ETA))
    with pytest.raises(ValueError, match="^an interacting system must have 2 particles, got"):
        step_sizes(np.zeros((1, 1)), PULL, FIELD, ETA)


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (lambda: trajectory(np.zeros((1, 2)), PULL, FIELD, ETA), "must have 2 particles, got"),
        (lambda: trajectory(np.zeros(5), PULL, FIELD, ETA), "shape .n, d. or .systems, n, d."),
        (lambda: trajectory(np.zeros((5, 1), int), PULL, FIELD, ETA), "float64 or float32"),
        (lambda: trajectory(np.full((5, 1), np.inf), PULL, FIELD, ETA), "must be finite, got 5"),
        (lambda: trajectory(np.zeros((5, 1)), PULL, FIELD, 0.0), "eta must be positive"),
        (lambda: trajectory(np.zeros((5, 1)), PULL, FIELD, ETA, -1.0), "sigma must be finite"),
        (lambda: trajectory(np.zeros((5, 1)), PULL, FIELD, ETA, stride=4), "stride must be"),
        (lambda: trajectory(np.zeros((5, 1)), PULL, FIELD, ETA, stride=2**33), "stride must be"),
        (lambda: trajectory(np.zeros((5, 1)), PULL, FIELD, ETA, means=np.zeros((3, 1))), "means"),
        (lambda: Interaction(pull, sines), "drift must be compiled by jit"),
        (lambda: Interaction(pulled, sines, 0), "features must be an integer in"),
        (lambda: step_sizes(np.zeros((5, 1)), PULL, FIELD, ETA, levels=1), "levels must be"),
        (lambda: next(step_sizes(np.ones((5, 1)), BROKEN, FIELD, ETA)), NOT_A_NUMBER),
        (lambda: after(trajectory(np.ones((5, 1)), BROKEN, FIELD, ETA), 1), "got NaN at step 0"),
        (lambda: recorded(trajectory(np.ones((5, 1)), PULL, FIELD, ETA), 0), "steps must be"),
        (lambda: recorded([], 3), "states must be at least 3, got 0"),
        (lambda: record(np.zeros((3, 4))), "path must be an array of floats of shape"),
        (lambda: replay(np.zeros((3, 4, 2)), 5)(np.zeros((4, 2)), 8), r"lie in \[5, 8\), got 8"),
        (lambda: replay(np.zeros((3, 4, 2)))(np.zeros((4, 3)), 0), r"outputs must have shape"),
        (lambda: replay(np.zeros((3, 4, 2)))([[0.0]], 0), r"outputs must have shape"),
        (lambda: replay(np.zeros((3, 4, 2)))(np.zeros((4, 2)), 0.5), "step must be an integer in"),
        (lambda: replay([[[1.0]]]), "path must be an array of floats of shape"),
        (lambda: replay(np.ma.zeros((3, 4, 2))), "path must be an array of floats of shape"),
        (lambda: replay(np.zeros((3, 4, 2)), "a"), "start must be an integer in .*, got 'a'"),
        (lambda: record(np.zeros((3, 4, 2)), -1), "start must be an integer in .*, got -1"),
        (lambda: record(np.broadcast_to(0.0, (3, 4, 2))), "path must be writeable, got a read-on"),
        (lambda: recorded(3, 3), "states must be those of a trajectory, got 3"),
        (lambda: recorded([3], 1), "states must be those of a trajectory, got 3"),
        (lambda: trajectory(THETA, PULL, FIELD, "a"), "eta must be a real number, got 'a'"),
        (lambda: trajectory(THETA, PULL, FIELD, np.ones(2)), "eta must be a real number, got"),
        (lambda: trajectory(THETA, PULL, FIELD, ETA, "a"), "sigma must be a real number, got 'a'"),
        (lambda: trajectory(THETA, PULL, FIELD, ETA, True), "sigma must be a real number, got Tr"),
        (lambda: trajectory(THETA, PULL, 1.5, ETA), "field must be a NoiseField, got 1.5"),
        (lambda: trajectory(THETA, pull, FIELD, ETA), "interaction must be an Interaction, got"),
        (lambda: trajectory(THETA, PULL, NoiseField(0.5, 1), 1e200), r"sigma eta\^\(1/alpha\) mu"),
        (lambda: trajectory(THETA, PULL, FIELD, ETA, means="a"), "means must be a real number or"),
        (
            lambda: trajectory(THETA, PULL, FIELD, ETA, means=np.ma.ones((2, 2)) / 0),
            "means must have no masked values, got 4",
        ),
        (lambda: trajectory(THETA, PULL, FIELD, ETA, start=0.5), "start must be an integer in"),
        (lambda: drifts(pull), "interaction must be an Interaction, got"),
        (lambda: attraction("a"), "rate must be a real number, got 'a'"),
        (lambda: attraction(np.nan), "rate must be finite, got nan"),
        (lambda: Interaction(pulled, sines, 2, [0.3]), r"parameters must be a tuple of numbers, g"),
        (lambda: Interaction(pulled, sines, 2, ("a",)), "each of parameters must be a real number"),
        (lambda: step_sizes(THETA, 3.0, FIELD, ETA), "drift must be an Interaction or a function"),
        (lambda: step_sizes(THETA, PULL, None, ETA), "field must be a NoiseField, got None"),
        (
            lambda: next(step_sizes(THETA, lambda x, step: x[:2], FIELD, ETA)),
            r"drift must be an array of real numbers of shape \(5, 1\), got float64 of shape",
        ),
        (
            lambda: next(step_sizes(THETA, lambda x, step: None, FIELD, ETA)),
            r"drift must be an array of real numbers of shape \(5, 1\), got None at step 0",
        ),
    ],
)
def test_bad_input_is_refused_in_one_line(call, line):
    with pytest.raises(ValueError, match=line) as refused:
        call()
    assert "\n" not in str(refused.value)


BROKEN = Interaction(broken, sines, 2)


@pytest.mark.parametrize("dim, found", [(1, 2), (2, 1), (3, 2)])
def test_particles_of_another_dimension_are_refused(dim, found):
    """Compiled code would read and write beyond the features, silently or to a crash."""
    theta, pull = np.ones((4, found)), attraction(1.0, dim)
    rule = f"^theta must have particles of dimension {dim}, as the interaction has, got shape"
    for call in (
        lambda: trajectory(theta, pull, NoiseField(1.5, 1), eta=0.1),
        lambda: drifts(pull)(theta, 0),
        lambda: next(step_sizes(theta, pull, NoiseField(1.5, 1), eta=0.1, levels=2)),
    ):
        with pytest.raises(ValueError, match=rule):
            call()
    right = np.arange(4.0 * dim).reshape(4, dim)
    np.testing.assert_array_equal(drifts(pull)(right, 0), right - right.mean(axis=0))
