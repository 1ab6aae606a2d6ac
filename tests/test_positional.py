"""Archives whose names tell nothing: what is where follows from shapes, where one way fits."""

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_describe import IMAGES, arrays_of
from test_recognised import WIDTHS, X, check, layers, outputs

from compress.__main__ import main
from compress.networks import archive
from compress.networks.descriptions import describe
from compress.networks.loading import model_of
from compress.networks.model import recognised
from compress.networks.pairing import by_length
from stablenoise.layers.architecture import Architecture, parsed
from stablenoise.layers.kinds import Conv, Dense, Flatten, MaxPool, Relu, Sigmoid

COLUMNS = {"rows": lambda b: b, "columns": lambda b: b[:, None], "across": lambda b: b[None]}


def positional(arrays):
    """As ``numpy.savez`` names arrays that are given to it without names."""
    return {f"arr_{i}": a for i, a in enumerate(arrays)}


def flat(given, lay="rows", turned=False):
    """Weights and biases of all layers one after the other."""
    turn = COLUMNS[lay]
    return [a for w, b in given for a in (w.T if turned else w, turn(b))]


@pytest.mark.parametrize("lay", COLUMNS)
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_two_layers_are_read_in_every_order(order, lay, turned):
    """W2, b1, W1, b2, as an archive that lists its arrays out of order, and all others."""
    pairs = layers((6, 5, 3))
    every = flat(pairs, lay, turned)
    arrays = positional([every[i] for i in order])
    model = check(arrays, pairs)
    names = [f"arr_{order.index(i)}" for i in range(4)]
    assert list(model.arrays) == names and model.units_last == turned
    told = [name for _, _, name in model.architecture.names]
    orderly = order.index(0) < order.index(2) and order.index(1) < order.index(3)
    assert told == ([] if orderly else names)
    plan = describe(arrays).proposals[0].architecture
    assert [name for _, _, name in plan.names] == names
    assert list(recognised(arrays, 6, plan).arrays) == names


@given(st.permutations(range(6)), st.sampled_from(list(COLUMNS)))
def test_layers_of_different_widths_are_read_in_every_order(order, lay):
    every = flat(layers(WIDTHS), lay)
    arrays = positional([every[i] for i in order])
    check(arrays, layers(WIDTHS))
    seems = {held.name: held.seems for held in describe(arrays, *data(6, 3)).arrays}
    for layer in range(3):
        weights, bias = (f"arr_{order.index(2 * layer + i)}" for i in (0, 1))
        assert seems[bias] == f"biases of {weights}"


def data(inputs, classes, n=20):
    rng = np.random.default_rng(9)
    return rng.normal(size=(n, inputs)), rng.integers(classes, size=n)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_columns_and_matrices_of_one_unit_are_told_apart(order, turned):
    """(1, 5) is a matrix and (5, 1) are biases where units come first, and the other way round."""
    pairs = layers((6, 5, 1))
    every = flat(pairs, "across" if turned else "columns", turned)
    check(positional([every[i] for i in order]), pairs)


@pytest.mark.parametrize("widths", [(1, 5, 3), (1, 5, 1), (5, 1, 5), (6, 1, 4, 1)])
def test_layers_of_one_unit_or_input_are_read_with_columns_in_the_order_of_the_file(widths):
    pairs = layers(widths)
    arrays = positional(flat(pairs, "columns"))
    x = np.random.default_rng(1).normal(size=(4, widths[0]))
    model = recognised(arrays, widths[0])
    np.testing.assert_allclose(model.logits(model.arrays, x), outputs(pairs, x), rtol=1e-12)


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("turned", [False, True])
def test_what_lies_as_biases_do_is_no_matrix_where_a_layer_has_none(order, turned):
    """(5, 1) might also be a third matrix, from one unit to five: it is one as the third array."""
    (w, b), (v, _) = layers((6, 5, 1))
    every = [a.T if turned else a for a in (w, b[:, None], v)]
    chains = [(w, None), (v, None), (b[:, None], None)]
    expected = chains if order == (0, 2, 1) else [(w, b), (v, None)]
    check(positional([every[i] for i in order]), expected)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_one_number_is_the_bias_of_one_unit(order):
    """And no matrix of one input, where it can be a bias."""
    (w, _), (v, c) = layers((6, 5, 1))
    check(positional([(w, v, c[:, None])[i] for i in order]), [(w, None), (v, c)])


def test_a_bias_belongs_to_the_only_layer_of_its_length():
    """Whether the others have some or not, and before their weights as well as after them."""
    (w, b), (v, c), (u, d) = layers(WIDTHS)
    check({"x": w, "y": v, "t": u, "z": b}, [(w, b), (v, None), (u, None)])
    check({"z": d, "x": w, "y": v, "t": u}, [(w, None), (v, None), (u, d)])
    check({"z": c, "x": w, "q": d, "y": v, "t": u}, [(w, None), (v, c), (u, d)])


def test_names_pair_some_biases_and_lengths_the_others():
    (w, b), (v, c), (u, d) = layers((6, 5, 5, 3))
    arrays = {"fc2.weight": v, "hidden": b, "fc2.bias": c, "fc1.weight": w, "fc3.weight": u}
    check(arrays | {"last": d}, [(w, b), (v, c), (u, d)])


def test_kernels_out_of_order_are_read_by_an_architecture_without_names():
    rng = np.random.default_rng(1)
    shapes = [(3, 2), (3, 2, 3, 3), (3, 12), (5, 3), (3,), (5,)]
    w, k, v, u, b, c = (rng.normal(size=shape) for shape in shapes)
    plan = Architecture((Conv(bias=False), Relu(), MaxPool(), Flatten(), Dense(), Relu(), Dense()))
    model = recognised(positional([u, c, k, b, v]), 72, plan)
    ordered = recognised({"k": k, "v": v, "vb": b, "u": u, "ub": c}, 72, plan)
    assert list(model.arrays) == ["arr_2", "arr_4", "arr_3", "arr_0", "arr_1"]
    x = rng.normal(size=(3, 72))
    np.testing.assert_array_equal(model.logits(model.arrays, x), ordered.logits(ordered.arrays, x))


# In the last, each bias stands right after weights of its length, and after the wrong ones.
@pytest.mark.parametrize("order", [(4, 1, 2, 3, 0, 5), (5, 3, 1, 0, 2, 4), (2, 1, 0, 3, 4, 5)])
def test_biases_that_several_layers_might_have_are_refused_in_one_line(order):
    """Two layers of 5 units: which of two biases is whose cannot be seen."""
    every = flat(layers((6, 5, 5, 3)))
    arrays = positional([every[i] for i in order])
    line = r"must chain in one way, .* got arr_\d as biases of arr_\d, .* and arr_\d as biases"
    with pytest.raises(ValueError, match=line) as told:
        recognised(arrays, 6)
    assert "\n" not in str(told.value)
    described = describe(arrays)
    assert len(described.proposals) == described.fitting == 2
    assert "as biases of" in described.proposals[1].line
    pairs = {plan_names(proposal) for proposal in described.proposals}
    assert tuple(f"arr_{order.index(i)}" for i in range(6)) in pairs


def plan_names(proposal):
    return tuple(name for _, _, name in proposal.architecture.names)


def test_the_order_of_the_file_tells_biases_where_it_fits():
    every = flat(layers((6, 5, 5, 3)))
    check(positional(every), layers((6, 5, 5, 3)))
    check(positional([*every[::2], *every[1::2]]), layers((6, 5, 5, 3)))


def test_examples_tell_which_of_several_readings_is_right():
    """Two hidden layers of equal width, their order and biases in doubt: 4 readings."""
    rng = np.random.default_rng(2)
    pairs = [
        (rng.normal(size=(n, m)) * 3 / np.sqrt(m), rng.normal(size=n))
        for m, n in ((64, 20), (20, 20), (20, 20), (20, 4))
    ]
    x, labels = IMAGES, outputs(pairs, IMAGES).argmax(axis=1)
    order = (6, 4, 3, 2, 1, 0, 5, 7)
    arrays = positional([flat(pairs)[i] for i in order])
    described = describe(arrays, x, labels, examples=400)
    best = described.proposals[0]
    assert best.accuracy == 1.0
    assert plan_names(best) == tuple(f"arr_{order.index(i)}" for i in range(8))
    assert described.fitting == 12  # 2 orders, and 3! ways to give the biases
    assert "which of 12 orders is right" in described.toml()
    check_plan = recognised(arrays, 64, parsed(described.toml().encode()))
    assert (check_plan.logits(check_plan.arrays, x).argmax(axis=1) == labels).all()


def test_a_sigmoid_network_is_told_with_its_order():
    rng = np.random.default_rng(3)
    pairs = [(rng.normal(size=(20, 64)) / 2, rng.normal(size=20)), (rng.normal(size=(4, 20)), None)]
    pairs[1] = pairs[1][0], rng.normal(size=4)
    hidden = 1 / (1 + np.exp(-IMAGES @ pairs[0][0].T - pairs[0][1]))
    labels = (hidden @ pairs[1][0].T + pairs[1][1]).argmax(axis=1)
    (w, b), (v, c) = pairs
    arrays = positional([v, b[:, None], w, c[:, None]])
    best = describe(arrays, IMAGES, labels, examples=400).proposals[0]
    assert best.accuracy == 1.0 and Sigmoid() in best.architecture.layers
    assert plan_names(best) == ("arr_2", "arr_1", "arr_0", "arr_3")


@pytest.mark.parametrize("seed", [2, 4])
def test_activations_are_tried_with_every_reading(seed):
    """With relu the wrong reading is the better one."""
    rng = np.random.default_rng(seed)
    pairs = [
        (rng.normal(size=(n, m)) * 6 / np.sqrt(m), rng.normal(size=n))
        for m, n in ((64, 20), (20, 20), (20, 4))
    ]
    x = IMAGES @ pairs[0][0].T + pairs[0][1]
    for w, b in pairs[1:]:
        x = 1 / (1 + np.exp(-x)) @ w.T + b
    order = (3, 4, 1, 2, 0, 5)
    arrays = positional([flat(pairs)[i] for i in order])
    best = describe(arrays, IMAGES, x.argmax(axis=1), examples=400).proposals[0]
    assert best.accuracy == 1.0 and Sigmoid() in best.architecture.layers
    assert plan_names(best) == tuple(f"arr_{order.index(i)}" for i in range(6))


@given(st.lists(st.integers(1, 3), max_size=4), st.lists(st.integers(1, 3), max_size=4))
def test_ways_by_length_are_all_there_are(biases, units):
    sizes = {f"b{i}": n for i, n in enumerate(biases)}
    layers_ = {f"w{i}": n for i, n in enumerate(units)}
    expected = {
        frozenset(zip(chosen, sizes, strict=True))
        for chosen in product(layers_, repeat=len(sizes))
        if len(set(chosen)) == len(chosen)
        and all(layers_[w] == n for w, n in zip(chosen, biases, strict=True))
    }
    ways = list(by_length(sizes, layers_))
    assert {frozenset(way.items()) for way in ways} == expected and len(ways) == len(expected)


def test_arrays_that_fit_nothing_are_not_said_to_belong_together():
    arrays = positional([np.ones((10, 30)), np.ones(30), np.ones((31, 784)), np.ones(10)])
    seems = [held.seems for held in describe(arrays).arrays]
    assert seems == ["not known"] * 4


def test_an_image_of_other_channels_than_the_kernels_fits_nothing():
    arrays = arrays_of({"k": (8, 1, 3, 3), "w": (1352, 10)})
    assert describe(arrays, image=(1, 28, 28)).proposals
    assert describe(arrays, image=(3, 28, 28)).proposals == ()


def test_commands_read_an_archive_out_of_order(tmp_path, capsys):
    from test_model import own_data

    own_data(tmp_path / "d.npz")
    w, v = np.ones((3, 4)), np.eye(2, 3)
    archive.save(tmp_path / "w.npz", positional([v, np.ones((3, 1)), w, np.ones((2, 1))]))
    given = [str(tmp_path / "w.npz"), "--data", str(tmp_path / "d.npz")]
    assert main(["describe", *given, "--examples", "15", "--out", str(tmp_path / "p.toml")]) == 0
    assert "biases of arr_2" in capsys.readouterr().out
    kept = ["--keep", "0.5", "--out", str(tmp_path / "o.npz")]
    assert main(["prune", *given, *kept]) == 0
    assert main(["prune", *given, *kept, "--architecture", str(tmp_path / "p.toml")]) == 0
    shapes = [a.shape for a in archive.load(tmp_path / "o.npz").values()]
    assert shapes == [(2, 3), (3, 1), (3, 4), (2, 1)]


NAMES = [
    ("Theta2", "Theta1", "beta1", "beta2"),
    ("w_12", "w_01", "b_1", "b_2"),
    ("2", "0", "1", "3"),
    ("second", "first", "of first", "of second"),
]


@pytest.mark.parametrize("lay", COLUMNS)
@pytest.mark.parametrize("names", NAMES)
@pytest.mark.parametrize("order", [(0, 1, 2, 3), (2, 3, 0, 1), (3, 2, 1, 0)])
def test_names_of_which_no_rule_knows_are_read_by_lengths(names, lay, order):
    (w, b), (v, c) = layers((6, 5, 3))
    turn = COLUMNS[lay]
    given = list(zip(names, (v, w, turn(b), turn(c)), strict=True))
    arrays = dict(given[i] for i in order)
    assert list(check(arrays, layers((6, 5, 3))).arrays) == [names[i] for i in (1, 2, 0, 3)]
    assert describe(arrays).proposals


OTHERS = {
    "sizes": np.array([6, 5, 3]),
    "epoch": np.array(7),
    "rate": np.array(0.01),
    "accuracy": np.array([0.9, 0.95]),
}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("first", [True, False])
def test_arrays_of_no_layer_are_left_out_and_told(name, first):
    pairs = layers((6, 5, 3))
    (w, b), (v, c) = pairs
    other, given = {name: OTHERS[name]}, {"w2": v, "b1": b[:, None], "w1": w, "b2": c[:, None]}
    arrays = other | given if first else given | other
    model = check(arrays, pairs)
    assert model.left_out == (name,) and f"left out: {name}" in model.line
    described = describe(arrays)
    assert {h.name: h.seems for h in described.arrays}[name] == "of no layer, left out"
    again = model_of(arrays, described.proposals[0].architecture)
    np.testing.assert_array_equal(again.logits(again.arrays, X), model.logits(model.arrays, X))


def test_an_architecture_that_names_all_leaves_the_rest_out():
    """Moments of an optimiser too, which look like weights; but no batch norm."""
    pairs = layers((6, 5, 3))
    (w, b), (v, c) = pairs
    plan = Architecture((Dense("w1", "b1"), Relu(), Dense("w2", "b2")))
    moments = {"m1": w**2, "m2": v**2, "mb": b**2, "step": np.array(9)}
    arrays = {"w2": v, **moments, "b1": b, "w1": w, "b2": c}
    model = check(arrays, pairs, architecture=plan)
    assert set(model.left_out) == set(moments)
    assert model_of(arrays, plan).inputs == 6
    normed = arrays | {"n.running_mean": np.ones(5), "n.running_var": np.ones(5)}
    assert recognised(normed, 6, plan).folded == ("n",)


def test_integers_are_weights_where_all_are():
    w, b = np.arange(18).reshape(3, 6), np.array([1, -2, 3])
    check({"x": w, "y": b}, [(w, b)])
