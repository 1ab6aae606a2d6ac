"""Networks whose arrays come in any order and layout, by names or by what chains."""

from collections import OrderedDict
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_other_networks import sums

from compress.networks.model import recognised
from stablenoise.layers.architecture import Architecture
from stablenoise.layers.kinds import BatchNorm, Conv, Dense, Flatten, MaxPool, Relu

X = np.random.default_rng(0).normal(size=(5, 6))
WIDTHS = 6, 5, 4, 3


def layers(widths=WIDTHS, seed=1):
    """Weights, units first, and biases of each layer."""
    rng = np.random.default_rng(seed)
    pairs = zip(widths[1:], widths, strict=False)
    return [(rng.normal(size=shape), rng.normal(size=shape[0])) for shape in pairs]


def outputs(given, x=X):
    """Of dense layers with relu between them, by hand."""
    for number, (w, b) in enumerate(given):
        x = np.maximum(x, 0) if number else x
        x = x @ w.T if b is None else x @ w.T + b
    return x


def check(arrays, given, **said):
    """The arrays are recognised as these layers, and given back as they lie in the file."""
    model = recognised(arrays, X.shape[1], **said)
    np.testing.assert_allclose(model.logits(model.arrays, X), outputs(given), rtol=1e-12)
    back = model.as_in_file(model.arrays)
    assert list(back) == [name for name in arrays if name in back]
    for name, array in back.items():
        np.testing.assert_array_equal(array, arrays[name])
    again = recognised(back, X.shape[1], model.architecture)
    assert list(again.arrays) == list(model.arrays)
    return model


def in_names(given, weights, biases, turned=False, columns=False):
    """Arrays by names with the number of the layer in them, from 1."""
    arrays = {}
    for number, (w, b) in enumerate(given, 1):
        arrays[weights.format(number)] = w.T if turned else w
        arrays[biases.format(number)] = b[:, None] if columns else b
    return arrays


NAMES = [
    ("fc{}.weight", "fc{}.bias"),
    ("W{}", "b{}"),
    ("dense_{}/kernel:0", "dense_{}/bias:0"),
    ("features.{}.weight", "features.{}.bias"),
    ("coefs_{}", "intercepts_{}"),
    ("weights{}", "biases{}"),
    ("module.layer{}.0.weight", "module.layer{}.0.bias"),
    ("w_{}", "w_{}_bias"),
]


@pytest.mark.parametrize("names", NAMES, ids=[names[0] for names in NAMES])
@pytest.mark.parametrize("turned", [False, True])
def test_arrays_are_paired_by_stems_in_every_order(names, turned):
    arrays = in_names(layers(), *names, turned=turned)
    for seed in range(20):
        order = np.random.default_rng(seed).permutation(list(arrays))
        model = check({str(name): arrays[name] for name in order}, layers())
        assert list(model.arrays) == list(arrays)
        assert model.units_last == turned


def test_an_archive_that_begins_with_a_bias_is_read():
    """As one that other people published: b2, W1, b1, W2, W3, b3, units last, float32."""
    arrays = in_names(layers(), "W{}", "b{}", turned=True)
    arrays = {name: arrays[name] for name in ("b2", "W1", "b1", "W2", "W3", "b3")}
    assert check(arrays, layers()).units_last


def test_biases_may_be_columns_or_rows():
    for turn in (lambda a: a, np.transpose):
        arrays = in_names(layers(), "w{}", "b{}", columns=True)
        arrays = {n: turn(a) if n.startswith("b") else a for n, a in arrays.items()}
        model = check(arrays, layers())
        assert model.arrays["b2"].shape == (4,)


def test_columns_without_names_are_biases():
    """(units, 1) right after (units, inputs), as networks of plain lists have them."""
    arrays = in_names(layers(), "w{}", "b{}", columns=True)
    nameless = {f"arr_{i}": a for i, a in enumerate(arrays.values())}
    check(nameless, layers())


def test_a_matrix_of_one_row_is_no_bias():
    """Whatever it is called: the outputs are one number."""
    pairs = [(w, None) for w, _ in layers((6, 4, 1))]
    for names in (("a", "b"), ("w1", "w2"), ("arr_0", "arr_1")):
        check(dict(zip(names, (w for w, _ in pairs), strict=True)), pairs)


@given(st.lists(st.booleans(), min_size=3, max_size=3), st.permutations(range(6)))
def test_each_layer_has_biases_or_not(has, order):
    given = [(w, b if yes else None) for (w, b), yes in zip(layers(), has, strict=True)]
    arrays = in_names([(w, b) for w, b in layers()], "fc{}.weight", "fc{}.bias")
    names = [list(arrays)[i] for i in order]
    kept = {n: arrays[n] for n in names if "weight" in n or has[int(n[2]) - 1]}
    model = check(kept, given)
    assert sum(a.ndim == 1 for a in model.arrays.values()) == sum(has)


def test_without_names_a_bias_follows_its_weights():
    (w, b), (v, _), (u, c) = layers()
    check({"a": w, "c": b, "d": v, "e": u, "f": c}, [(w, b), (v, None), (u, c)])


def test_state_dicts_of_other_classes_are_dicts():
    arrays = OrderedDict(in_names(layers(), "fc{}.weight", "fc{}.bias"))
    check(arrays, layers())


def test_counters_of_batches_are_left_out():
    arrays = in_names(layers(), "fc{}.weight", "fc{}.bias")
    model = recognised(arrays | {"bn.num_batches_tracked": np.array(7)}, 6)
    assert list(model.arrays) == list(arrays)


EQUAL = (6, 6, 6, 6, 3)


def test_layers_of_equal_shapes_come_in_the_order_of_their_numbers():
    """W1, W10, W2 as an archive sorts them, and any other order: the numbers say the right one."""
    given = layers((6, *[6] * 10, 3))
    arrays = in_names(given, "W{}", "b{}")
    model = check(dict(sorted(arrays.items())), given)
    assert list(model.arrays) == list(arrays)


@pytest.mark.parametrize("names", [("W{}", "b{}"), ("net.{}.weight", "net.{}.bias")])
def test_numbers_go_before_the_order_of_the_file_where_both_chain(names):
    given = layers((6, 6, 6, 3))
    arrays = in_names(given, *names)
    for order in ((1, 0, 2), (2, 1, 0), (0, 2, 1)):
        weights = [list(arrays)[2 * i] for i in order]
        biases = [list(arrays)[2 * i + 1] for i in order]
        model = check({n: arrays[n] for n in (*weights, *biases)}, given)
        assert list(model.arrays) == list(arrays)


@pytest.mark.parametrize("widths", [(6, 5, 5, 3), (6, 6, 6, 3)])
def test_numbers_that_do_not_chain_are_no_order(widths):
    """A decoder that counts downwards: the order of the file is taken."""
    given = layers(widths)
    names = ("fc3", "fc2", "fc1")
    arrays = {f"{n}.weight": w for n, (w, _) in zip(names, given, strict=True)}
    check(arrays, [(w, None) for w, _ in given])


def test_layers_of_equal_shapes_without_numbers_are_taken_as_they_come():
    given = layers(EQUAL)
    names = "in.weight", "left.weight", "right.weight", "out.weight"
    check({n: w for n, (w, _) in zip(names, given, strict=True)}, [(w, None) for w, _ in given])


def test_layers_that_chain_in_two_ways_are_refused_in_one_line():
    given = layers(EQUAL)
    names = "out.weight", "left.weight", "right.weight", "in.weight"
    arrays = {n: w for n, (w, _) in zip(names, given[::-1], strict=True)}
    with pytest.raises(ValueError, match="must chain in one way, .*compress describe") as told:
        recognised(arrays, 6)
    assert "\n" not in str(told.value)


def test_too_many_orders_are_not_searched():
    rng = np.random.default_rng(1)
    arrays = {f"{chr(97 + i)}.weight": rng.normal(size=(6, 6)) for i in range(12)}
    arrays = {"z.weight": np.ones((3, 7)), **arrays}
    with pytest.raises(ValueError, match=r"got (too many ways|shapes)") as told:
        recognised(arrays, 6)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_only_order_that_chains_is_taken_whatever_the_names(order):
    pairs = [(w, None) for w, _ in layers()]
    arrays = {f"{'xyz'[i]}": pairs[i][0] for i in order}
    check(arrays, pairs)


def test_an_architecture_names_the_arrays():
    """Also where shapes and numbers say another order."""
    given = layers((6, 6, 6, 3))
    arrays = in_names(given, "W{}", "b{}")
    said = Architecture((Dense("W2", "b1"), Relu(), Dense("W1", False), Relu(), Dense("W3", "b3")))
    arrays.pop("b2")
    (w, b), (v, _), (u, c) = given
    check(arrays, [(v, b), (w, None), (u, c)], architecture=said)
    partly = Architecture((Dense("W2"), Relu(), Dense(), Relu(), Dense()))
    check(in_names(given, "W{}", "b{}"), [given[1], given[0], given[2]], architecture=partly)


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ((Dense("W9"), Dense(), Dense()), "must be there, got no W9 in 'W1, b1"),
        ((Dense(bias="b9"), Dense(), Dense()), "must be there, got no b9"),
        ((Dense(bias=False), Dense(), Dense()), "the architecture says no bias for b1"),
        ((Dense(), Dense()), "must be 2 arrays"),
        ((Relu(),), "architecture must have a conv or dense layer, got relu"),
        ((Dense(bias="b2"), Dense(), Dense()), r"biases of shape \(4,\) for 5 units"),
    ],
)
def test_an_architecture_that_does_not_fit_its_names_is_refused_in_one_line(said, line):
    with pytest.raises(ValueError, match=line) as told:
        recognised(in_names(layers(), "W{}", "b{}"), 6, Architecture(said))
    assert "\n" not in str(told.value)


def test_kernels_may_have_units_first_where_matrices_have_them_last():
    """As in archives of a book's networks: (30, 1, 5, 5) and (4320, 100)."""
    rng = np.random.default_rng(1)
    k, w, v = rng.normal(size=(3, 2, 3, 3)), rng.normal(size=(5, 12)), rng.normal(size=(4, 5))
    x = rng.normal(size=(6, 2 * 6 * 6))
    said = Architecture((Conv(), Relu(), MaxPool(), Flatten(), Dense(), Relu(), Dense()))
    files = {
        (False, False): (k, w, v),
        (False, True): (k.transpose(2, 3, 1, 0), w, v),
        (True, False): (k, w.T, v.T),
        (True, True): (k.transpose(2, 3, 1, 0), w.T, v.T),
    }
    first = recognised(dict(zip("kwv", files[False, False], strict=True)), 72, said)
    for (matrices, kernels), three in files.items():
        arrays = dict(zip("kwv", three, strict=True))
        model = recognised(arrays, 72, said)
        np.testing.assert_array_equal(model.logits(model.arrays, x), first.logits(first.arrays, x))
        assert (model.units_last, model.kernels_last) == (
            (matrices, None if kernels == matrices else kernels)
        )
        for name, array in model.as_in_file(model.arrays).items():
            np.testing.assert_array_equal(array, arrays[name])
    assert (
        "units last, of kernels first, in the file"
        in recognised(dict(zip("kwv", files[True, False], strict=True)), 72, said).line
    )


def normed(z, scale, shift, mean, variance, epsilon=1e-5):
    """Batch norm of channels, second axis, as its paper has it."""
    turn = (slice(None), *[None] * (z.ndim - 2))
    return (z - mean[turn]) / np.sqrt(variance[turn] + epsilon) * scale[turn] + shift[turn]


def with_norms(rng, sizes, names):
    """Four arrays for each batch norm, and the same as functions of sums."""
    every, each = {}, []
    for size, name in zip(sizes, names, strict=True):
        parts = rng.normal(size=size), rng.normal(size=size), rng.normal(size=size)
        parts = *parts, rng.uniform(0.5, 2, size)
        each.append(parts)
        every |= dict(zip(name, parts, strict=True))
    return every, each


def of_torch(stem):
    return [f"{stem}.{part}" for part in ("weight", "bias", "running_mean", "running_var")]


@pytest.mark.parametrize("biased", [True, False])
@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("stems", [("fc{}", "bn{}"), ("net.{}", "net.{}")])
def test_batch_norms_are_folded_into_the_layers_before_them(biased, ordered, stems):
    given = layers((6, 5, 5, 3))
    rng = np.random.default_rng(5)
    step = 3 if stems[0] == stems[1] else 1  # a Sequential counts relu too
    weights = [stems[0].format(step * i) for i in range(3)]
    norms = [stems[1].format(step * i + (step > 1)) for i in range(2)]
    arrays = {f"{stem}.weight": w for stem, (w, _) in zip(weights, given, strict=True)}
    if biased:
        arrays |= {f"{stem}.bias": b for stem, (_, b) in zip(weights, given, strict=True)}
    extra, parts = with_norms(rng, (5, 5), map(of_torch, norms))
    arrays |= extra | {f"{norms[0]}.num_batches_tracked": np.array(3)}
    arrays = arrays if ordered else dict(sorted(arrays.items()))
    model = recognised(arrays, 6)
    x = X
    for number, (w, b) in enumerate(given):
        z = x @ w.T + (b if biased else 0)
        x = np.maximum(normed(z, *parts[number]), 0) if number < 2 else z
    np.testing.assert_allclose(model.logits(model.arrays, X), x, rtol=1e-10)
    assert "batch norm folded: " in model.line
    assert not [name for name in model.arrays if "running" in name or "batches" in name]
    again = recognised(model.as_in_file(model.arrays), 6, model.architecture)
    np.testing.assert_array_equal(again.logits(again.arrays, X), model.logits(model.arrays, X))


def test_batch_norms_of_keras_have_its_epsilon():
    given = layers((6, 5, 3))
    names = [f"batch_normalization/{p}:0" for p in ("gamma", "beta", "moving_mean")]
    names.append("batch_normalization/moving_variance:0")
    extra, (parts,) = with_norms(np.random.default_rng(2), (5,), [names])
    arrays = {"dense/kernel:0": given[0][0].T, "dense/bias:0": given[0][1], **extra}
    arrays |= {"dense_1/kernel:0": given[1][0].T, "dense_1/bias:0": given[1][1]}
    model = recognised(arrays, 6)
    hidden = np.maximum(normed(X @ given[0][0].T + given[0][1], *parts, epsilon=1e-3), 0)
    expected = hidden @ given[1][0].T + given[1][1]
    np.testing.assert_allclose(model.logits(model.arrays, X), expected, rtol=1e-10)


@pytest.mark.parametrize("whole", [True, False])
def test_batch_norms_that_an_architecture_names_are_folded_into_kernels(whole):
    rng = np.random.default_rng(3)
    k, w = rng.normal(size=(4, 2, 3, 3)), rng.normal(size=(3, 64))
    extra, (parts,) = with_norms(rng, (4,), ["abcd"])
    if not whole:
        extra = {name: extra[name] for name in "cd"}
        parts = np.ones(4), np.zeros(4), *parts[2:]
    names = ("a", "b") if whole else (None, None)
    norm = BatchNorm(*names, "c", "d", epsilon=0.25)
    said = Architecture((Conv(), norm, Relu(), Flatten(), Dense()))
    model = recognised({"k": k, "w": w, **extra}, 72, said)
    x = rng.normal(size=(3, 72))
    patches = sums(x.reshape(3, 2, 6, 6), k, np.zeros(4), 0)
    hidden = np.maximum(normed(patches, *parts, epsilon=0.25), 0).reshape(3, -1)
    np.testing.assert_allclose(model.logits(model.arrays, x), hidden @ w.T, rtol=1e-10)
    assert not any(isinstance(layer, BatchNorm) for layer in model.architecture.layers)


BN = of_torch("bn")
NORM, MORE = BatchNorm(*BN), of_torch("more")


@pytest.mark.parametrize(
    ("changed", "said", "line"),
    [
        ({"bn.running_var": -np.ones(5)}, None, r"must be above -epsilon = -1e-05, got -1.0"),
        ({"bn.weight": np.ones(4)}, None, r"bn.weight must have 5 numbers, got shape \(4,\)"),
        (
            {n: np.ones(9) for n in BN},
            None,
            "must follow on one layer of 9 units, got 0",
        ),
        ({}, (Dense(), NORM, Relu(), Dense(), Dense(), Relu(), BatchNorm(*MORE)), "to be folded"),
        ({}, (NORM, Dense(), Relu(), Dense(), Dense()), r"bn.weight must have 6 numbers"),
        ({}, (Dense(), BatchNorm("x", None, *BN[2:]), Dense(), Dense()), "got no x in"),
    ],
)
def test_batch_norms_that_cannot_be_folded_are_refused_in_one_line(changed, said, line):
    arrays = in_names(layers(), "fc{}.weight", "fc{}.bias")
    arrays |= dict.fromkeys(BN, np.ones(5)) | changed
    if said and BatchNorm(*MORE) in said:
        arrays |= dict.fromkeys(MORE, np.ones(3))
    with pytest.raises(ValueError, match=line) as told:
        recognised(arrays, 6, said and Architecture(said))
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("where", ["after relu", "before all"])
def test_batch_norms_elsewhere_are_folded_into_the_dense_layer_after_them(where):
    given = layers((6, 5, 3))
    first = where == "before all"
    extra, (parts,) = with_norms(np.random.default_rng(4), (6 if first else 5,), [BN])
    arrays = in_names(given, "fc{}.weight", "fc{}.bias") | extra
    plan = [NORM, Dense(), Relu(), Dense()] if first else [Dense(), Relu(), NORM, Dense()]
    model = recognised(arrays, 6, Architecture(tuple(plan)))
    (w, b), (v, c) = given
    hidden = np.maximum((normed(X, *parts) if first else X) @ w.T + b, 0)
    expected = (hidden if first else normed(hidden, *parts)) @ v.T + c
    np.testing.assert_allclose(model.logits(model.arrays, X), expected, rtol=1e-10)
    assert model.folded == ("bn.running_mean",)
