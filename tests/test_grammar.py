"""Files of architectures: what they say comes back, and arrays go to the layers that name them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stablenoise.layers import (
    Architecture,
    BatchNorm,
    Conv,
    Dense,
    Flatten,
    Gelu,
    Linear,
    MaxPool,
    MeanPool,
    Relu,
    Scale,
    Sigmoid,
    Tanh,
    bound,
    check_arrays,
    folded,
    load_architecture,
    of_dense_layers,
    parsed,
    parts,
    passes,
    to_toml,
    weight_shapes,
)
from stablenoise.layers.scales import in_words, scaled

names = st.text(min_size=1).filter(lambda text: "\ud800" > max(text) or "\udfff" < max(text))
sizes = st.integers(1, 9)
pads = st.integers(0, 9)
numbers = st.floats(1e-300, 1e300)
biases = st.one_of(st.none(), st.just(False), names)


def maybe(strategy):
    return st.one_of(st.none(), strategy)


KINDS = st.one_of(
    st.builds(
        Conv,
        *(sizes, st.one_of(st.just("same"), pads, st.tuples(pads, pads)), maybe(names), biases),
        *(maybe(sizes), maybe(st.one_of(sizes, st.tuples(sizes, sizes)))),
    ),
    st.builds(Dense, maybe(names), biases, maybe(sizes)),
    st.sampled_from([Relu(), Tanh(), Sigmoid(), Gelu(), Gelu("tanh"), Linear()]),
    st.builds(MaxPool, sizes, maybe(sizes)),
    st.builds(MeanPool, sizes, maybe(sizes)),
    st.builds(Flatten, st.sampled_from(["channels_first", "channels_last"])),
    st.builds(Scale, numbers),
    st.builds(BatchNorm, maybe(names), maybe(names), names, names, numbers),
)
scales = st.one_of(
    st.sampled_from([None, "unit", "centred"]),
    st.tuples(st.floats(-9, 9), numbers),
    st.tuples(st.tuples(st.floats(-9, 9)), st.tuples(numbers)),
)


def differ(layers):
    """Whether no array is named twice."""
    keys = "weights", "bias", "scale", "shift", "mean", "variance"
    said = [getattr(layer, key, None) for layer in layers for key in keys]
    said = [name for name in said if isinstance(name, str)]
    return len(said) == len(set(said))


@settings(max_examples=300)
@given(
    st.lists(KINDS, min_size=1, max_size=6).filter(differ),
    maybe(st.tuples(st.just(1), sizes, sizes)),
    scales,
    st.sampled_from([None, "units_first", "units_last"]),
)
def test_what_is_written_is_read_as_it_was(layers, image, scale, layout):
    said = Architecture(tuple(layers), image, scale, "plan", layout)
    assert parsed(to_toml(said).encode(), "plan") == said


@pytest.mark.parametrize("name", ["lenet5", "lenet5-zhou", "vgg-small"])
def test_named_architectures_come_back_from_their_files(name, tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text(to_toml(load_architecture(name)))
    found, said = load_architecture(path), load_architecture(name)
    assert (found.layers, found.scale) == (said.layers, said.scale)


ONE = 'version = 1\nlayers = [{kind = "%s"}]'


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            'conv", padding = "valid',
            "padding of a conv must be an integer, two of them, or same, got 'v",
        ),
        (
            'conv", padding = [1, 2, 3], units = "',
            "padding of a conv must be a side, or h",
        ),
        ('conv", padding = [-1, 2], units = "', r"padding of a conv must be an integer in \[0, 2"),
        ('conv", groups = 2, units = "', r"keys of layer 1 \(conv\) must be .*, got 'groups'"),
        ('conv", dilation = 2, units = "', r"keys of layer 1 \(conv\) must be .*, got 'dilation'"),
        ('conv", weights = "', "weights of a conv must be the name of an array, got ''"),
        ('conv", weights = false, bias = "b', "weights of a conv must be the name .*, got False"),
        ('dense", bias = true, weights = "w', "name of an array or false, got True"),
        ('dense", units = 0, weights = "w', "units of a dense must be an integer in .*, got 0"),
        ('conv", size = [3], weights = "w', r"must be a side, or height and width, got \[3\]"),
        ('conv", size = [3, 0], weights = "w', "size of a conv must be an integer .*, got 0"),
        ('conv", size = 2.0, weights = "w', "size of a conv must be an integer .*, got 2.0"),
        ('gelu", approximate = "erf', "approximate of a gelu must be one of none, tanh, got 'erf'"),
        ('scale", factor = 0, x = "', r"keys of layer 1 \(scale\) must be kind, factor, got 'x'"),
        ('scale", factor = "1', "factor of a scale must be a real number, got '1'"),
        ('meanpool", size = "2', "size of a meanpool must be an integer .*, got '2'"),
        ("batchnorm", "mean of a batchnorm must be the name of an array, got ''"),
        ('batchnorm", mean = "m', "variance of a batchnorm must be the name of an array, got ''"),
        ('batchnorm", epsilon = 0, mean = "m", variance = "v', "epsilon .* positive.*, got 0"),
        ('batchnorm", scale = 2, mean = "m", variance = "v', "scale of a batchnorm must .*, got 2"),
        ('batchnorm", mean = "m", variance = "m', "of one layer each, got 'm' in layers 1 and 1"),
        ('dense", weights = "w"}, {kind = "dense", bias = "w', "got 'w' in layers 1 and 2"),
        ("softmax", "layer 1 must be of kind conv, relu, .*, got 'softmax'"),
        ('relu"}]\nscale = {minus = 1}\nx = [{k = "', "keys of file must be .*, got 'x'"),
        ('relu"}]\nscale = {minus = "1"}#', "keys of scale must be subtract, divide, got 'minus'"),
        ('relu"}]\nscale = {divide = 0}#', "divide of scale must be .*positive.*, got 0"),
        ('relu"}]\nscale = {divide = [1, "2"]}#', "each of divide of scale must be .*, got '2'"),
        ('relu"}]\nscale = {subtract = [1, 2], divide = [1, 2, 3]}#', "of as many channels, got"),
        ('relu"}]\nscale = {subtract = inf}#', "subtract of scale must be finite, got inf"),
        ('relu"}]\nimage = [3, 2, 2]\nscale = {subtract = [1, 2]}#', "the 3 channels .*, got 2"),
        (
            'relu"}]\nlayout = "units"#',
            "layout must be one of units_first, units_last, got 'un",
        ),
        ('relu"}]\nlayout = 1#', "layout must be one of units_first, units_last, got 1"),
    ],
)
def test_what_a_file_must_not_say_is_one_line(text, line):
    with pytest.raises(ValueError, match=line) as refused:
        parsed((ONE % text).encode(), "plan")
    assert "\n" not in str(refused.value) and str(refused.value).startswith("plan: ")


def test_names_that_no_file_can_hold_are_refused():
    with pytest.raises(ValueError, match="weights of a dense must be text, got "):
        Dense("\ud800")


def test_a_scale_of_a_file_may_say_one_of_its_numbers():
    for text, numbers in ("divide = 2.0", (0.0, 2.0)), ("subtract = [1, 2]", ((1.0, 2.0), 1.0)):
        said = parsed(f'version = 1\nscale = {{{text}}}\nlayers = [{{kind = "relu"}}]'.encode())
        assert said.scale == numbers


@pytest.mark.parametrize(
    ("x", "scale", "kind"),
    [
        ([[0.0, 1.0]], (1e308, 1e-308), float),
        ([[0.0, 1.0]], (0.0, 1e-308), np.float32),  # 0 in float32
        ([[0.0, 1e308]], "centred", float),
        ([[0.0, 1.0]], ((0.0, 0.5), (1.0, 1e-320)), float),
    ],
)
@pytest.mark.parametrize("overwrite", [False, True])
def test_inputs_that_a_scale_takes_beyond_the_floats_are_told_in_one_line(
    x, scale, kind, overwrite
):
    with pytest.raises(ValueError, match=r"^inputs must be finite as .*, got some that are not$"):
        scaled(np.array(x, kind), scale, overwrite)
    assert scaled(np.zeros((0, 2)), scale).shape == (0, 2)


def test_a_scale_is_what_is_made_of_inputs():
    x = np.array([[0.0, 1.0, 0.5, 0.25]])
    np.testing.assert_array_equal(scaled(x, "centred"), [[-1, 1, 0, -0.5]])
    np.testing.assert_array_equal(scaled(x, (0.5, 0.25)), [[-2, 2, 0, -1]])
    found = scaled(x, ((0.0, 0.25), (1.0, 0.5)))  # two channels of two pixels
    np.testing.assert_array_equal(found, [[0, 1, 0.5, 0]])
    assert scaled(x, None) is x and scaled(x, "unit") is x
    assert scaled(x.astype(np.float32), (0.5, 0.25)).dtype == np.float32
    assert in_words((0.5, 0.25)) == "(x - 0.5) / 0.25"


@pytest.mark.parametrize("activation", [Relu, Tanh, Sigmoid, Gelu, Linear])
def test_dense_layers_have_the_activation_between_them(activation):
    found = of_dense_layers(3, activation.__name__.lower()).layers
    assert found == (Dense(), activation(), Dense(), activation(), Dense())


def normal(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape)


SIGMOIDS = """
version = 1
layers = [
    { kind = "dense", weights = "W1", bias = "b1" },
    { kind = "sigmoid" },
    { kind = "dense", weights = "W2", bias = "b2" },
]
"""


def test_arrays_out_of_order_go_to_the_layers_that_name_them():
    """As in a published archive of a sigmoid network."""
    arrays = {"b2": normal(1, 3), "W2": normal(2, 3, 4), "b1": normal(3, 4), "W1": normal(4, 4, 5)}
    plan, x = parsed(SIGMOIDS.encode()), normal(5, 6, 5)
    check_arrays(plan, 5, arrays)
    hidden = 1 / (1 + np.exp(-(x @ arrays["W1"].T + arrays["b1"])))
    found = passes.outputs(plan.layers, parts(plan, arrays), x)
    np.testing.assert_allclose(found, hidden @ arrays["W2"].T + arrays["b2"], rtol=1e-12)


def test_a_deep_network_with_padding_and_scaled_dropout_is_said_in_a_file():
    pair = '{kind="conv",padding=1},{kind="relu"},' * 2 + '{kind="maxpool"},'
    text = f"""version = 1
    image = [1, 28, 28]
    layers = [{pair * 3} {{kind="flatten"}}, {{kind="dense"}}, {{kind="relu"}},
              {{kind="scale",factor=0.5}}, {{kind="dense"}}]"""
    plan = parsed(text.encode())
    channels = [1, 2, 3, 4, 5, 6, 7]
    shapes = [(u, c, 3, 3) for c, u in zip(channels[:-1], channels[1:], strict=True)]
    shapes += [(8, 7 * 3 * 3), (10, 8)]
    arrays = {}
    for i, shape in enumerate(shapes):
        arrays |= {f"w{i}": normal(i, *shape), f"b{i}": normal(9 + i, shape[0])}
    check_arrays(plan, 784, arrays)
    x = normal(1, 2, 1, 28, 28)
    assert passes.outputs(plan.layers, parts(plan, arrays), x).shape == (2, 10)
    assert "conv 6 of 3 x 3 padding 1, relu, conv 7" in plan.line(784, shapes)
    assert "scale 0.5, dense 10" in plan.line(784, shapes)


def test_what_is_not_named_is_taken_in_order_and_biases_by_those_that_want_one():
    plan = Architecture((Dense(), Relu(), Dense("mine", False), Dense(bias="c"), Dense()))
    arrays = {"b": normal(1, 2), "count": np.array(3), "mine": normal(2, 2, 2)}
    arrays |= {"w": normal(3, 2, 2), "v": normal(4, 2, 2), "c": normal(5, 2), "u": normal(6, 2, 2)}
    arrays |= {"d": normal(7, 2)}
    found = [(n.weights, n.bias) for n in bound(plan, arrays)]
    assert found == [("w", "b"), (None, None), ("mine", None), ("v", "c"), ("u", "d")]
    bare = {name: a for name, a in arrays.items() if name not in "bd"}
    assert [n.bias for n in bound(plan, bare)] == [None, None, None, "c", None]


@pytest.mark.parametrize(
    ("layers", "arrays", "line"),
    [
        ((Dense("a"),), {"b": (2, 3)}, "layer 1: weights must be one of the arrays b, got 'a'"),
        (
            (Relu(), Dense(bias="a")),
            {"b": (2, 3)},
            "layer 2: bias must be one of the arrays b,",
        ),
        ((Dense(),), {}, "weights that no layer names must be 1 arrays, .*, got none"),
        ((Dense(),), {"a": (2, 3), "b": (2, 2)}, "must be 1 arrays, .*, got a, b"),
        ((Dense("a"),), {"a": (2, 3), "b": (2, 2)}, "must be 0 arrays, .*, got b"),
        ((Dense(bias=False),), {"a": (2, 3), "b": (2,)}, "biases .* must be 0 arrays, .*, got b"),
        ((Dense(), Dense()), {"a": (3, 3), "b": (3, 3), "c": (3,)}, "biases .* 2 arrays.* got c"),
        ((Dense(),), {"a": (2, 3), "b": (3,)}, r"layer 1: b must have 2 numbers, got shape \(3,\)"),
        ((Dense("a", "b"),), {"a": (2, 3), "b": (2, 1)}, r"layer 1: b must have 2 numbers, got"),
        ((Dense("a"),), {"a": (2, 4)}, r"layer 1: dense must have a matrix of shape \(units, 3\)"),
        ((Dense(units=3),), {"a": (2, 3)}, "layer 1: dense must have 3 units, got a matrix of"),
        (
            (BatchNorm(mean="m", variance="v"), Dense()),
            {"m": (3,), "v": (2,), "w": (2, 3)},
            r"layer 1: v must have 3 numbers, got shape \(2,\)",
        ),
    ],
)
def test_arrays_that_do_not_fit_are_told_with_the_layer(layers, arrays, line):
    with pytest.raises(ValueError, match=line):
        check_arrays(Architecture(layers), 3, {k: np.ones(s) for k, s in arrays.items()})


def test_kernels_are_those_that_a_layer_says():
    for layer, line in (
        (Conv(units=5), r"conv must have 5 units, got kernels of shape \(4, 1, 3, 2\)"),
        (Conv(size=3), r"conv must have kernels of 3 x 3, got shape \(4, 1, 3, 2\)"),
        (Conv(size=(2, 3)), r"conv must have kernels of 2 x 3, got shape \(4, 1, 3, 2\)"),
    ):
        with pytest.raises(ValueError, match=line):
            layer.outputs((1, 9, 9), (4, 1, 3, 2))
    assert Conv(units=4, size=(3, 2)).outputs((1, 9, 9), (4, 1, 3, 2)) == (4, 7, 8)


def norm(seed, channels, *, scale=True, shift=True):
    """Batch norm with names of its own, and its arrays."""
    kinds = ("scale", "shift", "mean", "variance")
    wanted = {"scale": scale, "shift": shift, "mean": True, "variance": True}
    named = {k: f"{k} of {seed}" if wanted[k] else None for k in kinds}
    arrays = {name: normal(seed + i, channels) for i, name in enumerate(named.values()) if name}
    arrays[named["variance"]] **= 2
    return BatchNorm(**named, epsilon=1e-3), arrays


@pytest.mark.parametrize("order", ["channels_first", "channels_last"])
@pytest.mark.parametrize("padding", [0, 1, "same"])
def test_a_network_without_its_batch_norms_has_the_same_outputs(order, padding):
    """After a convolution with padding, before one without, before and after dense layers."""
    first, a = norm(1, 2)
    after, b = norm(11, 3, scale=False)
    before, c = norm(21, 3)
    flat, d = norm(31, 4, shift=False)
    hidden, e = norm(41, 6)
    layers = (
        *(first, Conv(weights="k0"), Relu(), Conv(1, padding, "k", False), after, Relu(), before),
        *(Conv(), Tanh(), flat, Flatten(order), Dense("w", "bias of w"), hidden, Relu(), Dense()),
    )
    plan = Architecture(layers, image=(2, 8, 8))
    side = {0: 2, 1: 4, "same": 4}[padding]
    shapes = {"k0": (2, 2, 3, 3), "k": (3, 2, 3, 3), "l": (4, 3, 3, 3), "w": (6, 4 * side**2)}
    arrays = {n: normal(60 + i, *s) for i, (n, s) in enumerate(shapes.items())} | {
        "u": normal(70, 5, 6),
        "bias of w": normal(71, 6),
    }
    arrays |= a | b | c | d | e
    x = normal(3, 4, 2, 8, 8)
    expected = passes.outputs(plan.layers, parts(plan, arrays), x)
    small, left = folded(plan, 128, arrays)
    assert not any(isinstance(layer, BatchNorm) for layer in small.layers)
    assert len(small.layers) == len(layers) - 5 and small.image == plan.image
    assert set(left) == {"k0", "k", "l", "w", "u", "bias of w", "k0_bias", "k_bias", "l_bias"}
    assert list(left)[:2] == ["k0", "k0_bias"]
    found = passes.outputs(small.layers, parts(small, left), x)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)
    check_arrays(small, 128, left)
    assert [layer.bias for layer in small.layers if isinstance(layer, Dense)] == [
        "bias of w",
        False,
    ]


def test_folded_weights_keep_their_type_and_the_arrays_given_are_left_alone():
    layer, arrays = norm(1, 2)
    arrays = {k: a.astype(np.float32) for k, a in arrays.items()}
    arrays["w"] = np.ones((2, 3), np.float32)
    arrays["w_bias"] = np.zeros((2, 2))  # another's, with the name that biases would have
    plan = Architecture((Dense("w", False), layer, Relu(), Dense("w_bias")))
    before = {k: a.copy() for k, a in arrays.items()}
    small, left = folded(plan, 3, arrays)
    assert small.layers[0] == Dense("w", "w_bias_")
    assert left["w"].dtype == left["w_bias_"].dtype == np.float32
    for name, a in before.items():
        np.testing.assert_array_equal(arrays[name], a)


@pytest.mark.parametrize(
    ("layers", "line"),
    [
        ((Conv(), Relu(), "norm", MaxPool()), "layer 3: .* to be folded, got relu, batchnorm, max"),
        ((Conv(), Relu(), "norm", Conv(1, 1)), "layer 3: .* without padding, .*, got relu, batchn"),
        ((Conv(), Relu(), "norm", Relu()), "layer 3: batchnorm must come right after a conv or"),
        (("norm", Conv(padding="same")), "layer 1: batchnorm must .*, got batchnorm, conv"),
    ],
)
def test_a_batch_norm_that_cannot_be_folded_is_told_in_one_line(layers, line):
    layer, arrays = norm(1, 1)
    convs = sum(isinstance(x, Conv) for x in layers)
    arrays |= {f"k{i}": normal(i, 1, 1, 3, 3) for i in range(convs)} | {"w": None}
    plan = Architecture(
        (*(layer if x == "norm" else x for x in layers), Flatten(), Dense()), image=(1, 9, 9)
    )
    shape = (1, 9, 9)
    for each in plan.layers[:-1]:
        shape = each.outputs(shape, (1, 1, 3, 3)) if isinstance(each, Conv) else each.outputs(shape)
    arrays["w"] = normal(9, 2, *shape)
    with pytest.raises(ValueError, match=line) as refused:
        folded(plan, 81, arrays)
    assert "\n" not in str(refused.value)


def test_a_variance_below_zero_is_told():
    arrays = {"w": np.eye(2), "m": np.zeros(2), "v": np.array([1.0, -2.0])}
    plan = Architecture((Dense("w"), BatchNorm(mean="m", variance="v")))
    with pytest.raises(ValueError, match="layer 2: v must be above -epsilon = -1e-05, got -2.0"):
        folded(plan, 2, arrays)


def test_a_variance_of_zero_is_folded_and_lists_are_arrays():
    """A unit that is always the same has variance 0, and epsilon is added to it."""
    arrays = {"w": [[1.0, 0.0], [0.0, 1.0]], "m": [0.0, 1.0], "v": [0.0, 3.0]}
    plan = Architecture((Dense("w", False), BatchNorm(mean="m", variance="v", epsilon=1.0)))
    _, left = folded(plan, 2, arrays)
    assert left["w"].tolist() == [[1.0, 0.0], [0.0, 0.5]]
    assert left["w_bias"].tolist() == [0.0, -0.5]


@pytest.mark.parametrize(
    ("kind", "gain", "term"), [(np.float32, 1e39, 0.0), (float, 9e307, 0.0), (np.float32, 1, 1e39)]
)
@pytest.mark.parametrize("first", [True, False])
def test_what_is_beyond_the_type_with_a_batch_norm_folded_in_is_told(kind, gain, term, first):
    """Inputs and arrays are finite: it is the product that is not."""
    layers = BatchNorm("s", "t", "m", "v"), Dense("w", False)
    arrays = {"w": np.full((2, 2), kind(3)), "m": np.zeros(2), "v": np.ones(2)}
    arrays |= {"s": np.full(2, gain, float), "t": np.full(2, term)}
    plan = Architecture(layers if first else layers[::-1])
    place = 2 if first else 1
    rule = f"layer {place}: w must be finite in {np.dtype(kind)} with a batchnorm folded in, got "
    with pytest.raises(ValueError, match=rule):
        folded(plan, 2, arrays)


@pytest.mark.parametrize(
    ("kind", "expected"), [(np.float16, np.float32), (np.int8, np.float32), (float, float)]
)
def test_folded_weights_are_not_rounded_to_a_shorter_type(kind, expected):
    arrays = {"w": np.eye(2).astype(kind), "m": np.ones(2), "v": np.full(2, 2.0)}
    plan = Architecture((Dense("w", False), BatchNorm(mean="m", variance="v")))
    _, left = folded(plan, 2, arrays)
    assert left["w"].dtype == left["w_bias"].dtype == expected
    gain = 1 / np.sqrt(2 + 1e-5)
    np.testing.assert_array_equal(left["w"], (np.eye(2) * gain).astype(expected))


def test_the_image_of_a_file_counts_if_inputs_have_as_many_numbers():
    plan = Architecture((Conv(units=2, size=3), Flatten(), Dense(units=3)), image=(1, 4, 9))
    assert weight_shapes(plan, (1, 6, 6), None) == [(2, 1, 3, 3), (3, 2 * 2 * 7)]
    assert weight_shapes(plan, (1, 5, 5), None) == [(2, 1, 3, 3), (3, 2 * 3 * 3)]


def test_padding_does_no_harm_where_nothing_is_added():
    """A scale alone, before a convolution with zeros around its images."""
    arrays = {
        "s": normal(1, 2),
        "m": np.zeros(2),
        "v": normal(2, 2) ** 2,
        "k": normal(3, 2, 2, 3, 3),
    }
    arrays["w"] = normal(4, 3, 32)
    plan = Architecture((BatchNorm("s", None, "m", "v"), Conv(padding=1), Flatten(), Dense()))
    small, left = folded(plan, 32, arrays)
    x = normal(5, 2, 2, 4, 4)
    one, other = (
        passes.outputs(p.layers, parts(p, a), x) for p, a in ((plan, arrays), (small, left))
    )
    np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


def test_shapes_to_train_from_nothing_are_those_that_layers_say_or_usual_ones():
    lenet = [(20, 1, 5, 5), (50, 20, 5, 5), (500, 800), (10, 500)]
    for name in "lenet5", "lenet5-zhou":
        assert weight_shapes(load_architecture(name), (1, 28, 28), 10) == lenet
    found = weight_shapes(load_architecture("vgg-small"), (3, 32, 32), 7)
    assert found[:2] == [(32, 3, 3, 3), (32, 32, 3, 3)] and found[-2:] == [(128, 4096), (7, 128)]
    plan = Architecture((Conv(units=3, size=(2, 1)), Flatten(), Dense(units=4), Tanh(), Dense()))
    assert weight_shapes(plan, (2, 3, 3), 5) == [(3, 2, 2, 1), (4, 18), (5, 4)]
    dense = Architecture((Dense(units=4), Relu(), Dense(units=2)))
    assert weight_shapes(dense, (3, 2, 2)) == weight_shapes(dense, (12,)) == [(4, 12), (2, 4)]
    image = Architecture((Conv(units=1, size=1), Flatten(), Dense()), image=(1, 2, 3))
    assert weight_shapes(image, (6,), 2) == [(1, 1, 1, 1), (2, 6)]


@pytest.mark.parametrize(
    ("layers", "image", "outputs", "line"),
    [
        ((Dense(), Dense()), (3,), 2, "layer 1: units of a dense must be said, to train from"),
        ((Conv(units=2), Flatten(), Dense()), (1, 4, 4), 2, "layer 1: size of a conv must be said"),
        ((Dense(units=3),), (4,), 2, "outputs must be the 3 units, got 2"),
        ((Conv(units=2, size=5), Flatten(), Dense()), (1, 4, 4), 2, "layer 1: conv must be of sq"),
        ((Conv(units=2, size=5), Flatten(), Dense()), (16,), 2, "layer 1: conv must come before"),
        ((Dense(),), (4, 4), 2, "image must be channels, height and width, or inputs, got"),
        ((Dense(),), (4, 0, 4), 2, "image must be channels, height and width, or inputs, got"),
    ],
)
def test_what_cannot_be_trained_from_nothing_is_told(layers, image, outputs, line):
    with pytest.raises(ValueError, match=line):
        weight_shapes(Architecture(layers), image, outputs)
