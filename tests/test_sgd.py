"""The Euler scheme has the law it must, and depends on addresses alone."""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chaos.network import LAYER, Network
from chaos.sgd import minibatch, minibatch_drift, trajectory
from stablenoise import Lane, NoiseField
from stablenoise.data.datasets import load_digits
from stablenoise.kernels.random_words import double, philox
from stablenoise.noises import common, isotropic


def last(states, steps):
    return next(islice(states, steps - 1, None))


def ornstein_uhlenbeck(steps, n, alpha, noise=common, eta=0.05):
    field = NoiseField(alpha, seed=1, noise=noise)
    return last(trajectory((np.zeros((n, 2)),), lambda w, k: w, field, eta), steps)[0]


def characteristic_gap(x, scale, alpha):
    """Of cos(t x), t = 0.7 / scale, from a stable law of that scale, in standard errors."""
    seen = np.cos(0.7 / scale * x)
    return (seen.mean() - np.exp(-(0.7**alpha))) / (seen.std() / np.sqrt(x.size))


@pytest.mark.parametrize("alpha", [1.2, 1.6, 2.0])
def test_stationary_scale_of_the_stable_ornstein_uhlenbeck_chain(alpha):
    """Its scale is (eta / (1 - (1 - eta)^alpha))^(1/alpha): |z| < 5."""
    eta = 0.05
    x = ornstein_uhlenbeck(400, n=20_000, alpha=alpha)[:, 0]
    scale = (eta / (1 - (1 - eta) ** alpha)) ** (1 / alpha)
    assert abs(characteristic_gap(x, scale, alpha)) < 5


def test_noise_scaled_by_the_square_root_of_eta_would_be_seen():
    """The negative control: eta^(1/2) is smaller than eta^(1/alpha) by this factor."""
    alpha, eta = 1.2, 0.05
    x = ornstein_uhlenbeck(400, n=20_000, alpha=alpha)[:, 0] * eta ** (1 / 2 - 1 / alpha)
    scale = (eta / (1 - (1 - eta) ** alpha)) ** (1 / alpha)
    assert abs(characteristic_gap(x, scale, alpha)) > 50


def test_particles_of_a_small_system_are_those_of_a_large_one():
    small, large = (ornstein_uhlenbeck(20, n, 1.5, isotropic) for n in (10, 30))
    np.testing.assert_array_equal(small, large[:10])


def digits_run(steps, start=None, first=0, **options):
    data = load_digits()
    network = Network()
    weights = start or network.initial((64, 30, 10), seed=1)
    drift = minibatch_drift(network, data.x_train, data.y_train, batch=20, seed=1, **options)
    field = NoiseField(1.5, seed=1, noise=isotropic)
    return last(trajectory(weights, drift, field, eta=0.05, sigma=0.1, start=first), steps)


def test_a_run_resumed_goes_on_as_before():
    whole = digits_run(12)
    resumed = digits_run(7, start=digits_run(5), first=5)
    for a, b in zip(whole, resumed, strict=True):
        np.testing.assert_array_equal(a, b)


def test_an_output_layer_that_is_not_trained_stays_as_it_is():
    before = Network().initial((64, 30, 10), seed=1)
    np.testing.assert_array_equal(digits_run(5, train_output=False)[1], before[1])
    assert not np.array_equal(digits_run(5)[1], before[1])


def test_the_output_layer_gets_no_noise():
    weights = Network().initial((4, 5, 3), seed=1)
    field = NoiseField(1.5, seed=1)
    moved = last(trajectory(weights, lambda w, k: (None, None), field, eta=0.1), 3)
    np.testing.assert_array_equal(moved[1], weights[1])
    total = sum(field.at(range(5), step, 4) for step in range(3))
    np.testing.assert_allclose(moved[0] - weights[0], 0.1 ** (1 / 1.5) * total, rtol=1e-10)


def test_hidden_layers_get_different_noise():
    field = NoiseField(1.5, seed=1)
    zero = (np.zeros((4, 4)), np.zeros((4, 4)), np.zeros((2, 4)))
    first, second, _ = last(trajectory(zero, lambda w, k: (None,) * 3, field, eta=1.0), 1)
    assert not np.isclose(first, second).any()


def test_each_hidden_layer_has_the_lane_of_its_place():
    """The second one has neither the noise of minibatches nor of initial weights."""
    field = NoiseField(1.5, seed=1)
    zero = (np.zeros((4, 4)), np.zeros((3, 4)), np.zeros((2, 3)))
    moved = last(trajectory(zero, lambda w, k: (None,) * 3, field, eta=0.1, sigma=0.5), 1)
    for layer, n in enumerate((4, 3)):
        lane = replace(field, lane=Lane.GRADIENT + LAYER * layer)
        expected = 0.5 * 0.1 ** (1 / 1.5) * lane.at(range(n), 0, 4)
        np.testing.assert_allclose(moved[layer], expected, rtol=1e-14)


def test_initial_layers_have_the_lanes_of_their_places():
    weights = Network("tanh").initial((5, 4, 3), seed=2)
    for layer, (n, dim, scale) in enumerate(((4, 5, 0.1**0.5), (3, 4, 0.5**0.5))):
        lane = NoiseField(2.0, 2, lane=Lane.INITIAL + LAYER * layer)
        np.testing.assert_allclose(weights[layer], scale * lane.at(range(n), 0, dim), rtol=1e-14)


def test_training_learns_the_digits():
    data = load_digits()
    network = Network()
    accuracy = network.accuracy(digits_run(300), data.x_test, data.y_test)
    assert accuracy > 0.8  # one class of ten has a share of about 0.1


def test_without_noise_and_minibatches_it_is_gradient_descent():
    data = load_digits()
    network = Network("tanh", "standard")
    start = network.initial((64, 8, 10), seed=2)
    drift = minibatch_drift(network, data.x_train, data.y_train)
    (w,) = islice(trajectory(start, drift, NoiseField(1.5, 1), eta=0.1, sigma=0.0), 1)
    gradient = network.gradient(start, data.x_train, data.y_train)
    for a, b, g in zip(w, start, gradient, strict=True):
        np.testing.assert_allclose(a, b - 0.1 * g, rtol=1e-14, atol=1e-300)


@settings(deadline=None)
@given(st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1), st.integers(1, 1000))
def test_a_minibatch_depends_on_seed_and_step_alone(seed, step, n):
    rows = minibatch(seed, step, n, 40)
    assert rows.min() >= 0 and rows.max() < n
    np.testing.assert_array_equal(minibatch(seed, step, n, 10), rows[:10])


def test_minibatches_of_different_steps_and_seeds_differ():
    rows = [tuple(minibatch(s, k, 1_000, 20)) for s, k in [(0, 0), (0, 1), (1, 0), (2**32, 0)]]
    assert len(set(rows)) == 4


def test_every_row_is_drawn_as_often():
    """Chi-squared of 200,000 draws on 100 rows: mean 99, sd 14, |z| < 5.5."""
    drawn = np.concatenate([minibatch(3, k, 100, 2_000) for k in range(100)])
    counts = np.bincount(drawn, minlength=100)
    assert abs(((counts - 2_000) ** 2 / 2_000).sum() - 99) < 5.5 * 14


@pytest.mark.parametrize(
    "call, line",
    [
        (lambda w, d, f: trajectory(w, d, f, eta=0.0), "eta must be positive and finite, got 0.0"),
        (
            lambda w, d, f: trajectory(w, d, f, eta=np.nan),
            "eta must be positive and finite, got nan",
        ),
        (
            lambda w, d, f: trajectory(w, d, f, 0.1, -1.0),
            "sigma must be finite and not negative, got -1.0",
        ),
        (lambda w, d, f: trajectory(w, d, f, 0.1, 1.0, -1), r"start must be an integer in \[0, "),
        (lambda w, d, f: trajectory((np.array([[np.nan]]),), d, f, 0.1), "weights must be finite"),
    ],
)
def test_a_bad_argument_is_named_before_the_first_step(call, line):
    with pytest.raises(ValueError, match=f"^{line}"):
        call((np.zeros((2, 2)),), lambda w, k: w, NoiseField(1.5, 1))


def test_bad_data_is_refused():
    data = load_digits()
    bad = replace(data, x_train=np.where(data.x_train == data.x_train[0, 5], np.nan, data.x_train))
    with pytest.raises(ValueError, match="^x must be finite, got [0-9]+ values that are not$"):
        minibatch_drift(Network(), bad.x_train, bad.y_train)
    with pytest.raises(ValueError, match="^x and y must have equal lengths, got 1437 and 360$"):
        minibatch_drift(Network(), data.x_train, data.y_test)
    with pytest.raises(ValueError, match=r"^batch must be an integer in \[1, 1438\), got 0$"):
        minibatch_drift(Network(), data.x_train, data.y_train, batch=0)
    targets = np.full((1437, 2), np.inf)
    with pytest.raises(ValueError, match="^y must be finite, got 2874 values that are not$"):
        minibatch_drift(Network(loss="squared"), data.x_train, targets)


def one_step(field, sigma):
    zero = (np.zeros((5, 4)),)
    return last(trajectory(zero, lambda w, k: (None,), field, 0.1, sigma), 1)[0]


def test_the_noise_is_proportional_to_sigma():
    field = NoiseField(1.5, seed=1)
    np.testing.assert_array_equal(one_step(field, 0.25), 0.25 * one_step(field, 1.0))


@pytest.mark.parametrize("change", [{"seed": 2}, {"lane": Lane.SPLIT}, {"noise": common}])
def test_the_noise_is_that_of_the_field(change):
    field = NoiseField(1.5, seed=1)
    other = replace(field, **change)
    expected = 0.1 ** (1 / 1.5) * other.at(range(5), 0, 4)
    np.testing.assert_allclose(one_step(other, 1.0), expected, rtol=1e-14)
    assert not np.isclose(one_step(field, 1.0), expected).all()


@settings(deadline=None)
@given(st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1), st.integers(1, 1000))
def test_a_row_is_the_integer_part_of_the_uniform_at_its_address(seed, step, n):
    key, place = (seed % 2**32, seed // 2**32), (step, 0, Lane.MINIBATCH)
    words = [philox(*map(np.uint64, (*key, i, *place))) for i in range(5)]
    uniforms = [double.uniform(np.uint64((a << 32) | b), np.uint64(0))[0] for a, b, _, _ in words]
    expected = [int(u * n) for u in uniforms]
    np.testing.assert_array_equal(minibatch(seed, step, n, 5), expected)


@pytest.mark.parametrize("neurons", [3, 8])
@pytest.mark.parametrize("seed, step", [(1, 0), (1, 7), (2, 7)])
def test_a_network_of_any_width_sees_the_rows_of_seed_and_step(neurons, seed, step):
    data, network = load_digits(), Network()
    weights = network.initial((64, neurons, 10), seed=1)
    rows = minibatch(seed, step, len(data.x_train), 20)
    gradient = network.gradient(weights, data.x_train[rows], data.y_train[rows])
    drift = minibatch_drift(network, data.x_train, data.y_train, batch=20, seed=seed)
    for move, g in zip(drift(weights, step), gradient, strict=True):
        np.testing.assert_array_equal(move, neurons * g)


@pytest.mark.parametrize(
    "call, line",
    [
        (
            lambda w, d, f: trajectory(w, d, f, 0.1, np.nan),
            "sigma must be finite and not negative, got nan",
        ),
        (lambda w, d, f: trajectory((*w, np.nan * w[0]), d, f, 0.1), "weights must be finite"),
        (lambda w, d, f: minibatch(2**64, 0, 5, 2), r"seed must be an integer in \[0, 2\^64\)"),
        (lambda w, d, f: minibatch(0, 2**32, 5, 2), r"step must be an integer in \[0, 2\^32\)"),
    ],
)
def test_what_is_out_of_range_is_named(call, line):
    with pytest.raises(ValueError, match=f"^{line}"):
        call((np.zeros((2, 2)),), lambda w, k: w, NoiseField(1.5, 1))


def test_negative_labels_are_refused():
    data = load_digits()
    with pytest.raises(ValueError, match="^the smallest label must be an integer in .* got -1$"):
        minibatch_drift(Network(), data.x_train, data.y_train - 1)


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.int64])
def test_single_precision_stays_and_has_its_noise(kind):
    """Integers become floats of double precision."""
    weights = (np.arange(6).reshape(3, 2).astype(kind),)
    field = NoiseField(1.5, seed=1)
    (found,) = next(trajectory(weights, lambda w, k: (0 * w[0],), field, eta=1.0))
    dtype = np.float32 if kind == np.float32 else np.float64
    assert found.dtype == dtype
    noise = field.at(range(3), 0, 2, dtype)
    np.testing.assert_allclose(found, weights[0] + noise, rtol=2 * np.finfo(dtype).eps)


# --- what diverges, and what is asked at the border

FIELD = NoiseField(1.5, 1)
WEIGHTS = (np.ones((2, 2)),)
X, Y = np.ones((4, 3)), np.array([0, 1, 1, 0])


def told(states, most=2_000):
    """The line by which a run ends; all its states before are finite."""
    with pytest.raises(ValueError, match="at step") as ended:
        for _ in range(most):
            assert all(np.isfinite(w).all() for w in next(states))
    assert "\n" not in str(ended.value)
    return str(ended.value)


@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize("activation", ["relu", "linear", "tanh"])
def test_training_that_diverges_ends_with_its_step(activation, kind):
    """A step of 50 on half the squared error; tanh stays in bounds but for its output layer."""
    network = Network(activation, loss="squared")
    rng = np.random.default_rng(1)
    x = rng.normal(size=(20, 5)).astype(kind)
    weights = tuple(w.astype(kind) for w in network.initial((5, 8, 2), seed=1))
    drift = minibatch_drift(network, x, rng.integers(0, 2, 20))
    line = told(trajectory(weights, drift, FIELD, eta=50.0))
    assert line.startswith("weights must stay finite, got ")


def test_a_drift_that_diverges_ends_where_it_leaves_the_floats():
    """|w| = 49^k < 1.8e308 up to k = 182, so that step 182 makes it infinite."""
    states = trajectory(WEIGHTS, lambda w, k: w, FIELD, eta=50.0, sigma=0.0)
    assert told(states) == "weights must stay finite, got -inf at step 182"
    states = trajectory(WEIGHTS, lambda w, k: w, FIELD, eta=50.0, sigma=0.0, start=7)
    assert told(states) == "weights must stay finite, got -inf at step 189"


@pytest.mark.parametrize("place", [(0, 0), (1, 1), (1_999, 3), (700, 2)])
@pytest.mark.parametrize("layer", [0, 1])
def test_a_drift_of_nan_ends_with_its_step(layer, place):
    weights = np.zeros((2_000, 4)), np.zeros((2_000, 4))

    def drift(w, step):
        moves = [np.zeros((2_000, 4)), np.zeros((2_000, 4))]
        moves[layer][place] = np.nan if step == 3 else 0.0
        return tuple(moves)

    line = "weights must stay finite, got NaN at step 3"
    why = "eta or sigma is too large, or drift is at fault"
    assert told(trajectory(weights, drift, FIELD, 0.1)) == f"{line}: {why}"


NETWORK = Network(scaling="standard")


@pytest.mark.parametrize(
    "call, line",
    [
        (lambda: trajectory(WEIGHTS, max, FIELD, "a"), "eta must be a real number, got 'a'"),
        (lambda: trajectory(WEIGHTS, max, FIELD, np.ones(2)), "eta must be a real number, got "),
        (lambda: trajectory(WEIGHTS, max, FIELD, None), "eta must be a real number, got None"),
        (lambda: trajectory(WEIGHTS, max, FIELD, 0.1, "a"), "sigma must be a real number, got 'a'"),
        (lambda: trajectory(WEIGHTS, max, FIELD, 0.1, start=True), "start must be an integer in"),
        (lambda: trajectory(WEIGHTS, max, 1.5, 0.1), "field must be a NoiseField, got 1.5"),
        (
            lambda: trajectory(WEIGHTS, 3, FIELD, 0.1),
            "drift must be a function of weights and step",
        ),
        (lambda: trajectory([[1.0]], max, FIELD, 0.1), "weights must be a tuple of matrices, got"),
        (lambda: trajectory((), max, FIELD, 0.1), r"weights must be a tuple of matrices, got \(\)"),
        (lambda: trajectory(WEIGHTS[0], max, FIELD, 0.1), "weights must be a tuple of matrices, g"),
        (
            lambda: trajectory((X[0],), max, FIELD, 0.1),
            r"weights must be a tuple of matrices, got ",
        ),
        (
            lambda: trajectory((X * 1j,), max, FIELD, 0.1),
            "weights must be a tuple of matrices, got",
        ),
        (lambda: trajectory((np.ma.ones((2, 2)),), max, FIELD, 0.1), "weights must be a tuple of "),
        (
            lambda: trajectory(WEIGHTS, max, NoiseField(0.5, 1), 1e200),
            r"sigma eta\^\(1/alpha\) must",
        ),
        (lambda: one(lambda w, k: ()), "drift must be a tuple of 1 arrays, got 0"),
        (lambda: one(lambda w, k: (*w, *w)), "drift must be a tuple of 1 arrays, got 2"),
        (lambda: one(lambda w, k: w[0]), "drift must be a tuple of 1 arrays, got float64 of shape"),
        (lambda: one(lambda w, k: None), "drift must be a tuple of 1 arrays, got None"),
        (
            lambda: one(lambda w, k: (w[0][:1],)),
            r"drift must be an array of real numbers of shape ",
        ),
        (lambda: one(lambda w, k: (0.0,)), r"drift must be an array of real numbers of shape "),
        (lambda: one(lambda w, k: (w[0] * 1j,)), "drift must be an array of real numbers of shape"),
        (lambda: minibatch_drift(3, X, Y), "network must be a Network, got 3"),
        (lambda: minibatch_drift(NETWORK, X.tolist(), Y), "x must be a non-empty array of numbers"),
        (lambda: minibatch_drift(NETWORK, X[:0], Y[:0]), "x must be a non-empty array of numbers"),
        (lambda: minibatch_drift(NETWORK, X.astype(str), Y), "x must be a non-empty array of numb"),
        (
            lambda: minibatch_drift(NETWORK, np.ma.array(X), Y),
            "x must be a non-empty array of numb",
        ),
        (lambda: minibatch_drift(NETWORK, X[0], Y), r"x must be of shape \(n, inputs\), got"),
        (lambda: minibatch_drift(NETWORK, X, Y.astype(str)), "y must be a non-empty array of numb"),
        (lambda: minibatch_drift(NETWORK, X, Y, seen=3), "seen must be a function of outputs and"),
        (lambda: minibatch_drift(NETWORK, X, Y, batch="a"), "batch must be an integer in"),
        (lambda: minibatch_drift(NETWORK, X, Y, seed=2**64), "seed must be an integer in"),
    ],
)
def test_what_is_of_another_kind_is_named_in_one_line(call, line):
    with pytest.raises(ValueError, match=f"^{line}") as refused:
        call()
    assert "\n" not in str(refused.value)


def one(drift):
    next(trajectory(WEIGHTS, drift, FIELD, 0.1))


def test_a_minibatch_depends_on_the_upper_words_of_its_seed():
    assert minibatch(2**32, 0, 1000, 5).tolist() != minibatch(0, 0, 1000, 5).tolist()


def test_weights_that_the_noise_takes_beyond_the_floats_are_named():
    """Where the drift is None, and where it is not; alpha = 0.01 has such draws at once."""
    field = NoiseField(0.01, 1)
    for drift in (lambda w, k: (None,), lambda w, k: (0 * w[0],)):
        with pytest.raises(
            ValueError, match=r"^weights must stay finite, got (-?inf|nan) by the noise of step 0$"
        ):
            next(trajectory((np.ones((2000, 2)),), drift, field, 1.0))
    field = NoiseField(0.05, 1)
    steps = trajectory((np.ones((2000, 2), np.float32),), lambda w, k: (None,), field, 1.0)
    with pytest.raises(ValueError, match=r"^weights must stay finite, got .* step \d+$"):
        last(steps, 1000)


@pytest.mark.parametrize("rows", [4, 6])
def test_inputs_and_targets_of_two_lengths_are_refused(rows):
    network = Network(loss="cross_entropy")
    with pytest.raises(ValueError, match=f"^x and y must have equal lengths, got 5 and {rows}$"):
        minibatch_drift(network, np.ones((5, 2)), np.ones(rows, int))
