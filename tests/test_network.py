"""A network's gradient is that of its value, and its scalings are what they say."""

import tracemalloc

import numpy as np
import pytest
from array_libraries import doubled
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chaos.network import Network
from stablenoise import Lane, NoiseField

everywhere = doubled(*(f"Network.{name}" for name in ("forward", "value", "gradient", "accuracy")))

networks = st.builds(
    Network,
    st.sampled_from(["relu", "tanh"]),
    st.sampled_from(["mean_field", "standard"]),
    st.sampled_from(["cross_entropy", "squared"]),
    st.booleans(),
)
widths = st.lists(st.integers(1, 6), min_size=2, max_size=4).map(tuple)


def batch(widths, seed, rows=7):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(rows, widths[0])), rng.integers(0, widths[-1], rows)


@settings(deadline=None, max_examples=60)
@given(networks, widths, st.integers(0, 10**6))
def test_the_gradient_is_the_slope_of_the_value(network, widths, seed):
    """Along a random direction, by central differences.

    The error of h = 1e-5 is h^2 times a third derivative, plus 1e-16 / h of rounding.  A kink of
    relu within h would show in the second difference, of order h instead of h^2.
    """
    weights = network.initial(widths, seed)
    x, y = batch(widths, seed)
    rng = np.random.default_rng(seed)
    direction = [rng.normal(size=w.shape) for w in weights]
    h = 1e-5
    ahead, behind = (
        network.value(tuple(w + s * h * d for w, d in zip(weights, direction, strict=True)), x, y)
        for s in (1, -1)
    )
    assume(abs(ahead - 2 * network.value(weights, x, y) + behind) < 1e-8)
    gradient = network.gradient(weights, x, y)
    slope = sum(float((g * d).sum()) for g, d in zip(gradient, direction, strict=True))
    assert slope == pytest.approx((ahead - behind) / (2 * h), rel=1e-4, abs=1e-4)


def test_one_hidden_layer_is_the_average_of_its_neurons():
    network = Network("tanh")
    hidden, output = network.initial((3, 50, 2), seed=1)
    x, _ = batch((3, 50, 2), seed=1)
    expected = np.mean(np.tanh(x @ hidden.T)[:, None, :] * output, axis=2)
    np.testing.assert_allclose(network.forward((hidden, output), x), expected, rtol=1e-13)
    standard = Network("tanh", "standard")
    np.testing.assert_allclose(standard.forward((hidden, output), x), 50 * expected, rtol=1e-13)


def test_the_mean_field_step_of_a_neuron_does_not_depend_on_the_width():
    """Doubling every neuron leaves the output, and each neuron's step, as they were."""
    network = Network("tanh")
    weights = network.initial((3, 20, 2), seed=1)
    doubled = np.repeat(weights[0], 2, axis=0), np.repeat(weights[1], 2, axis=1)
    x, y = batch((3, 20, 2), seed=1)
    one, two = (
        [c * g for c, g in zip(network.step_factors(w), network.gradient(w, x, y), strict=True)]
        for w in (weights, doubled)
    )
    np.testing.assert_allclose(network.forward(doubled, x), network.forward(weights, x), rtol=1e-12)
    np.testing.assert_allclose(two[0][::2], one[0], rtol=1e-12)
    np.testing.assert_allclose(two[1][:, ::2], one[1], rtol=1e-12)
    assert network.step_factors(weights) == (20, 20)
    assert Network("tanh", "standard").step_factors(weights) == (1, 1)


def test_factors_of_a_deep_network_undo_both_of_its_averages():
    weights = Network().initial((3, 20, 30, 2), seed=1)
    assert Network().step_factors(weights) == (20, 600, 30)


def test_a_narrow_network_is_the_beginning_of_a_wide_one():
    narrow, wide = (Network().initial((5, n, 3), seed=2) for n in (10, 40))
    np.testing.assert_array_equal(wide[0][:10], narrow[0])
    np.testing.assert_array_equal(wide[1][:, :10], narrow[1])


@pytest.mark.parametrize("activation, gain", [("relu", 2.0), ("tanh", 1.0)])
def test_initial_weights_have_their_variance(activation, gain):
    """A mean of n squares of N(0, s) has relative sd sqrt(2 / n): |z| < 5."""
    first, second = Network(activation).initial((50, 2_000, 20), seed=3)
    for w, variance in [(first, gain / 50), (second, 1.0)]:
        assert abs(np.mean(w**2) / variance - 1) < 5 * np.sqrt(2 / w.size)
    _, standard = Network(activation, "standard").initial((50, 2_000, 20), seed=3)
    assert abs(np.mean(standard**2) / (gain / 2_000) - 1) < 5 * np.sqrt(2 / standard.size)


def test_layers_begin_from_different_noise():
    first, second = Network("tanh", "standard").initial((6, 6, 6), seed=1)
    assert not np.allclose(first, second)


def test_cross_entropy_is_exact_where_it_can_be_written_down():
    network = Network(scaling="standard")
    weights = (np.eye(2), np.array([[1000.0, 0.0], [0.0, 1000.0]]))
    x, y = np.array([[1.0, 0.0]]), np.array([1])
    assert network.value(weights, x, y) == 1000.0  # log(1 + e^1000) - 0, without overflow
    zero = (np.eye(2), np.zeros((2, 2)))
    assert network.value(zero, x, y) == pytest.approx(np.log(2), rel=1e-15)


def test_accuracy_counts_the_largest_output():
    weights = (np.eye(2), np.eye(2))
    x = np.array([[2.0, 1.0], [1.0, 2.0], [3.0, 1.0], [1.0, 3.0]])
    assert Network().accuracy(weights, x, np.array([0, 1, 1, 1])) == 0.75


@pytest.mark.parametrize(
    "make, line",
    [
        (lambda: Network("sigmoid"), "activation must be one of relu, tanh, linear, got 'sigmoid'"),
        (lambda: Network(scaling="ntk"), "scaling must be one of mean_field, standard, got 'ntk'"),
        (lambda: Network(loss="hinge"), "loss must be one of cross_entropy, squared, got 'hinge'"),
        (lambda: Network().initial((3,), 1), "widths must be at least two positive integers"),
        (
            lambda: Network().initial((3, 0), 1),
            r"each of widths must be an integer in \[1, 2\^32 - 1\)",
        ),
        (lambda: Network().initial((3.0, 2), 1), "each of widths must be an integer in"),
    ],
)
def test_an_option_that_is_none_is_named(make, line):
    with pytest.raises(ValueError, match=f"^{line}"):
        make()


def test_initial_weights_are_those_of_their_seed():
    first, again, other = (Network().initial((3, 4, 2), seed)[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.isclose(first, other).any()


def test_initial_weights_are_no_noise_that_training_adds():
    """No layer begins from a lane that means something else: N(0, 1/4) is the half of one."""
    layers = Network("tanh", "standard").initial((4,) * 5, seed=1)
    for lane in set(Lane) - {Lane.INITIAL}:
        used = NoiseField(2.0, seed=1, lane=lane).at(range(4), 0, 4) / np.sqrt(8)
        assert not any(np.isclose(w, used).any() for w in layers)


def test_the_gradient_of_cross_entropy_does_not_overflow():
    """Where softmax is (1, 0) to the last digit, the residual of label 1 is (1, -1)."""
    weights = (np.eye(2), 1000 * np.eye(2))
    gradient = Network(scaling="standard").gradient(weights, np.array([[1.0, 0.0]]), np.array([1]))
    np.testing.assert_array_equal(gradient[1], [[1.0, 0.0], [-1.0, 0.0]])


@pytest.mark.parametrize("kind", [np.int64, np.uint8])
def test_a_label_is_the_target_that_is_one_at_its_place(kind):
    network = Network("tanh", loss="squared")
    weights = network.initial((3, 4, 2), seed=1)
    x, y = batch((3, 4, 2), seed=1)
    labels, targets = y.astype(kind), np.eye(2)[y]
    assert network.value(weights, x, labels) == network.value(weights, x, targets)
    for a, b in zip(*(network.gradient(weights, x, t) for t in (labels, targets)), strict=True):
        np.testing.assert_array_equal(a, b)


def test_targets_of_one_output_may_be_flat():
    """A flat y is not broadcast against a column: half the mean of n squares, not of n^2."""
    network = Network("tanh", loss="squared")
    weights = network.initial((3, 4, 1), seed=1)
    x, _ = batch((3, 4, 1), seed=1)
    targets = np.linspace(-1.0, 1.0, len(x))
    expected = np.mean((network.forward(weights, x)[:, 0] - targets) ** 2) / 2
    assert network.value(weights, x, targets) == pytest.approx(expected, rel=1e-14)
    flat, column = (network.gradient(weights, x, t) for t in (targets, targets[:, None]))
    np.testing.assert_array_equal(flat[0], column[0])


@pytest.mark.parametrize("scaling, count", [("mean_field", 50), ("standard", 1)])
def test_a_bias_is_one_more_neuron_that_is_always_one(scaling, count):
    network = Network("tanh", scaling, bias=True)
    hidden, output = network.initial((3, 50, 2), seed=1)
    x, _ = batch((3, 50, 2), seed=1)
    neurons = np.tanh(x @ hidden[:, :3].T + hidden[:, 3])
    expected = (neurons @ output[:, :50].T + output[:, 50]) / count
    np.testing.assert_allclose(network.forward((hidden, output), x), expected, rtol=1e-12)


@pytest.mark.parametrize("loss", ["cross_entropy", "squared"])
@pytest.mark.parametrize("shape", [(7, 1), (6,), (1, 7)])
def test_labels_of_another_shape_are_refused_and_not_broadcast(loss, shape):
    network = Network(loss=loss)
    weights = network.initial((3, 4, 2), seed=1)
    x, _ = batch((3, 4, 2), seed=1)
    for call in (network.value, network.gradient, network.accuracy):
        with pytest.raises(ValueError, match="^y must hold 7 integer labels, one a row, got int64"):
            call(weights, x, np.zeros(shape, dtype=np.int64))


WEIGHTS = np.ones((4, 3)), np.ones((2, 4))
X, LABELS = np.ones((5, 3)), np.array([0, 1, 1, 0, 1])


@pytest.mark.parametrize(
    "weights, x, line",
    [
        (
            WEIGHTS,
            X[:, :2],
            r"weights\[0\] must have 2 columns, one for each input, got shape \(4, 3",
        ),
        (
            (WEIGHTS[0], X),
            X,
            r"weights\[1\] must have 4 columns, one for each input, got shape \(5, ",
        ),
        ((), X, r"weights must be a tuple of matrices, got \(\)"),
        (WEIGHTS[0], X, "weights must be a tuple of matrices, got float64 of shape"),
        ((X[0],), X, r"weights must be a tuple of matrices, got float64 of shape \(3,\) among"),
        (([[1.0]],), X, r"weights must be a tuple of matrices, got \[\[1.0\]\] among them"),
        (
            WEIGHTS,
            X[0],
            r"x must be an array of numbers, shape \(batch, inputs\), got float64 of sha",
        ),
        (
            WEIGHTS,
            X[:0],
            r"x must be an array of numbers, shape \(batch, inputs\), got float64 of sh",
        ),
        (WEIGHTS, X.tolist(), r"x must be an array of numbers, shape \(batch, inputs\), got \[\["),
        (
            WEIGHTS,
            np.ma.array(X),
            r"x must be an array of numbers, shape \(batch, inputs\), got Mask",
        ),
        (WEIGHTS, X.astype(str), r"x must be an array of numbers, shape \(batch, inputs\), got <U"),
    ],
)
def test_widths_that_do_not_meet_are_named(weights, x, line):
    network = Network()
    for call in (
        lambda: network.forward(weights, x),
        lambda: network.value(weights, x, LABELS),
        lambda: network.gradient(weights, x, LABELS),
        lambda: network.accuracy(weights, x, LABELS),
    ):
        with pytest.raises(ValueError, match=f"^{line}") as refused:
            call()
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize("loss", ["cross_entropy", "squared"])
@pytest.mark.parametrize("label", [2, 200, -1])
def test_a_label_beyond_the_outputs_is_named(loss, label):
    """-1 would count from the end."""
    network, y = Network(loss=loss), LABELS.copy()
    y[3] = label
    for call in (network.value, network.gradient, network.accuracy):
        with pytest.raises(ValueError, match=rf"^labels must lie in \[0, 2\), got {label}$"):
            call(WEIGHTS, X, y)
        with pytest.raises(ValueError, match=r"^y must hold 5 integer labels, one a row, got \["):
            call(WEIGHTS, X, y.tolist())


@pytest.mark.parametrize("other", [np.ones((5, 3)), np.ones(2), None, [[1.0, 1.0]] * 5])
def test_outputs_of_another_shape_are_not_seen(other):
    with pytest.raises(ValueError, match=r"^seen must give outputs of shape \(5, 2\), got "):
        Network().gradient(WEIGHTS, X, LABELS, lambda outputs: other)


@pytest.mark.parametrize(
    "make, line",
    [
        (lambda: Network(np.array(["relu"])), "activation must be one of relu, tanh, linear, got"),
        (lambda: Network(loss=["squared"]), r"loss must be one of cross_entropy, squared, got \["),
        (lambda: Network(bias=2), "bias must be True or False, got 2"),
        (lambda: Network().initial(3, 1), "widths must be at least two positive integers, got 3"),
        (lambda: Network().initial((3, 2), "a"), "seed must be an integer in"),
    ],
)
def test_an_option_of_another_kind_is_named(make, line):
    with pytest.raises(ValueError, match=f"^{line}"):
        make()


@pytest.mark.parametrize("activation", ["relu", "tanh", "linear"])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("scaling", ["mean_field", "standard"])
def test_a_deep_network_is_its_formula(activation, bias, scaling):
    """Inputs averaged before they are weighted, as the mean-field formula is written."""
    network, act = (
        Network(activation, scaling, bias=bias),
        {
            "relu": lambda z: np.maximum(z, 0),
            "tanh": np.tanh,
            "linear": lambda z: z,
        }[activation],
    )
    weights = network.initial((3, 6, 5, 2), seed=1)
    x, _ = batch((3, 6, 5, 2), seed=1)
    signal = x
    for layer, w in enumerate(weights):
        fan = signal.shape[1] if layer and scaling == "mean_field" else 1
        if bias:
            signal = np.hstack([signal, np.ones((len(signal), 1))])
        z = (signal / fan) @ w.T
        signal = act(z)
    np.testing.assert_allclose(network.forward(weights, x), z, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("rows", [1, 3, 7])
def test_blocks_of_a_signal_do_not_show(monkeypatch, rows):
    for activation in ("relu", "tanh"):
        network = Network(activation)
        weights = network.initial((3, 6, 2), seed=1)
        x, y = batch((3, 6, 2), seed=1, rows=20)
        whole = network.gradient(weights, x, y)
        monkeypatch.setattr("stablenoise.layers.activations.BLOCK_VALUES", 6 * rows)
        for a, b in zip(network.gradient(weights, x, y), whole, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.on_host  # what outputs are seen as is an array of the test's own
def test_what_is_given_to_a_gradient_stays_as_it_is():
    """Signals are changed in place: none of them is the caller's."""
    for activation in ("relu", "tanh", "linear"):
        network = Network(activation, loss="squared")
        weights = network.initial((3, 6, 2), seed=1)
        x, y = batch((3, 6, 2), seed=1)
        targets, path = np.eye(2)[y], np.full((7, 2), 0.5)
        given = [*weights, x, targets, path]
        kept = [a.copy() for a in given]
        network.gradient(weights, x, targets, lambda outputs, path=path: path)
        network.value(weights, x, targets)
        for a, b in zip(given, kept, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.on_host  # memory of the host is traced
def test_a_gradient_takes_the_memory_of_two_activations():
    """Of a hidden layer and of the way back; parts of a megabyte and small arrays are the rest."""
    n, rows = 1_000, 2_000
    for network in (Network(), Network("tanh"), Network(bias=True)):
        weights = network.initial((20, n, 3), seed=1)
        x, y = batch((20, n, 3), seed=1, rows=rows)
        network.gradient(weights, x, y)
        tracemalloc.start()
        network.gradient(weights, x, y)
        most = tracemalloc.get_traced_memory()[1] / (n * rows * 8)
        tracemalloc.stop()
        assert 1.9 < most < 2.25


@pytest.mark.parametrize("kind", [np.int64, np.uint8, np.float32])
def test_weights_and_inputs_of_other_kinds_are_numbers_too(kind):
    weights = np.array([[1, 2], [3, 1]], kind), np.array([[2, 1]], kind)
    x = np.array([[1, 0], [2, 1]], kind)
    assert Network("relu").forward(weights, x).tolist() == [[2.5], [7.5]]
