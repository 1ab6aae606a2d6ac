"""Networks known by the shapes of their arrays, read from files."""

import os
import pickle
import zipfile

import numpy as np
import pytest
from scipy.signal import correlate

from compress.comparison import methods
from compress.coresets import Guarantee, ReluNetwork
from compress.networks import archive, loading
from compress.networks.model import recognised
from stablenoise.data.datasets import Dataset, load_digits
from stablenoise.layers.architecture import Architecture
from stablenoise.layers.kinds import Conv, Dense, Flatten, MaxPool, Relu, Tanh

DATA = os.environ.get("STABLENOISE_DATA")
LENET = "weights/lenet5_zhou2018_compressed.npz"


def convolutional(seed=1):
    """Arrays for images of 14 x 14 in two channels, units first."""
    rng = np.random.default_rng(seed)
    shapes = {"k": (3, 2, 3, 3), "l": (4, 3, 3, 3), "v": (5, 16), "w": (2, 5)}
    arrays = {}
    for name, shape in shapes.items():
        arrays |= {name: rng.normal(size=shape), f"{name}_bias": rng.normal(size=shape[0])}
    return arrays


def dense(seed=1):
    rng = np.random.default_rng(seed)
    return {"w": rng.normal(size=(7, 5)), "b": rng.normal(size=7), "v": rng.normal(size=(3, 7))}


def units_last(arrays):
    turns = {2: (1, 0), 4: (2, 3, 1, 0)}  # (inputs, units) and (height, width, channels, units)
    return {k: a.transpose(turns.get(a.ndim)) if a.ndim > 1 else a for k, a in arrays.items()}


def pooled(image):
    """Largest of each 2 x 2 square, one by one."""
    rows, columns = (side // 2 for side in image.shape)
    squares = [
        image[2 * i : 2 * i + 2, 2 * j : 2 * j + 2] for i in range(rows) for j in range(columns)
    ]
    return np.array([s.max() for s in squares]).reshape(rows, columns)


def by_hand(arrays, pixels):
    """The network of ``convolutional`` with SciPy's correlation, one image."""
    image = pixels.reshape(2, 14, 14)
    for name in "kl":
        sums = [
            sum(correlate(c, k, "valid") for c, k in zip(image, kernel, strict=True))
            for kernel in arrays[name]
        ]
        image = np.array([pooled(z + b) for z, b in zip(sums, arrays[f"{name}_bias"], strict=True)])
    hidden = np.maximum(arrays["v"] @ image.ravel() + arrays["v_bias"], 0)
    return arrays["w"] @ hidden + arrays["w_bias"]


def test_a_convolutional_network_is_its_sums():
    arrays, points = convolutional(), np.random.default_rng(2).normal(size=(3, 2 * 14 * 14))
    model = recognised(arrays, 2 * 14 * 14, "lenet5-zhou")
    expected = [by_hand(arrays, x) for x in points]
    np.testing.assert_allclose(model.logits(model.arrays, points), expected, rtol=1e-12)


def test_blocks_of_images_do_not_show(monkeypatch):
    model = recognised(convolutional(), 2 * 14 * 14, "lenet5-zhou")
    points = np.random.default_rng(2).normal(size=(7, 2 * 14 * 14))
    whole = model.logits(model.arrays, points)
    monkeypatch.setattr("compress.networks.model.BLOCK", 3)
    np.testing.assert_allclose(model.logits(model.arrays, points), whole, rtol=1e-12)


def test_a_dense_network_is_that_of_coresets():
    arrays = dense() | {"c": np.ones(3)}
    points = np.random.default_rng(2).normal(size=(4, 5))
    model = recognised(arrays, inputs=5)
    network = ReluNetwork([arrays["w"], arrays["v"]], [arrays["b"], arrays["c"]])
    np.testing.assert_allclose(model.logits(model.arrays, points), network(points), rtol=1e-12)


@pytest.mark.parametrize(
    ("arrays", "inputs", "said"),
    [(convolutional(), 392, "lenet5-zhou"), (dense() | {"c": np.ones(3)}, 5, None)],
)
def test_both_layouts_are_one_network_and_the_file_gets_its_own_back(arrays, inputs, said):
    points = np.random.default_rng(2).normal(size=(3, inputs))
    model, other = (recognised(a, inputs, said) for a in (arrays, units_last(arrays)))
    assert not model.units_last and other.units_last
    np.testing.assert_array_equal(
        model.logits(model.arrays, points), other.logits(other.arrays, points)
    )
    for name, array in other.as_in_file(other.arrays).items():
        np.testing.assert_array_equal(array, units_last(arrays)[name])


def test_biases_may_come_first_as_in_alphabetical_order():
    arrays = convolutional()
    model = recognised(dict(sorted(arrays.items())), 392, "lenet5-zhou")
    assert list(model.arrays) == list(arrays)
    assert list(model.as_in_file(model.arrays)) == sorted(arrays)


def test_weights_alone_are_a_network():
    arrays = {"w": dense()["w"], "v": dense()["v"]}
    found = recognised(arrays, inputs=5).logits(arrays, np.ones((1, 5)))
    np.testing.assert_allclose(found, [arrays["v"] @ np.maximum(arrays["w"].sum(axis=1), 0)])


@pytest.mark.parametrize("kind", [np.int32, np.bool_, np.float16])
def test_weights_of_any_type_meet_inputs_as_they_are(kind):
    """Integers do not truncate what they are multiplied with, and halves do not overflow."""
    arrays = {"w": np.eye(4).astype(kind), "v": np.ones((2, 4)).astype(kind)}
    points = np.array([[0.5, 0.25, -1.0, 300_000.0]])
    found = recognised(arrays, 4).logits(arrays, points)
    np.testing.assert_array_equal(found, [[300_000.75] * 2])


def test_arithmetic_is_in_the_type_of_the_weights():
    arrays = {name: a.astype(np.float32) for name, a in convolutional().items()}
    model = recognised(arrays, 392, "lenet5-zhou")
    assert model.logits(model.arrays, np.ones((1, 392))).dtype == np.float32


@pytest.mark.parametrize(
    ("arrays", "inputs"),
    [
        ({"w": np.ones((7, 5)), "v": np.ones((3, 6))}, 5),
        ({"w": np.ones((7, 4))}, 5),
        ({"x": np.ones((7, 5)), "y": np.ones((3, 7)), "z": np.ones(5)}, 5),
        (dense() | {"c.bias": np.ones(4)}, 5),
        ({"b": np.ones(5)}, 5),
        ({"b": np.ones(())}, 5),
        ({"w": np.ones((7, 5, 1))}, 5),
    ],
)
def test_what_does_not_chain_is_refused(arrays, inputs):
    with pytest.raises(ValueError, match=f"must be layers that chain from {inputs} inputs, got"):
        recognised(arrays, inputs)


ONE = Architecture((Conv(), MaxPool(), Flatten(), Dense()))


@pytest.mark.parametrize(
    ("arrays", "inputs", "layers", "line"),
    [
        ({"k": (4, 1, 3, 3), "w": (2, 4)}, 16, (Conv(), MaxPool(), Dense()), "after a flatten"),
        ({"k": (2, 1, 3, 3)}, 16, (Conv(), MaxPool()), "must end in a row of outputs"),
        ({"k": (2, 1, 3, 3), "w": (3, 2)}, 17, ONE.layers, "must have the 17 numbers of an input"),
        ({"k": (2, 1, 3, 3), "w": (3, 3)}, 16, ONE.layers, r"layer 4: dense must have a matrix"),
        ({"k": (2, 1, 9, 9), "w": (3, 8)}, 16, ONE.layers, r"layer 1: conv .* got 9 x 9 in 4 x 4"),
        ({"w": (3, 16)}, 16, ONE.layers, "must be 2 arrays, one for each conv and dense layer"),
        ({"b": (5,), "k": (2, 1, 3, 3), "x": (3, 2)}, 16, ONE.layers, "shape .5,. for 2, 3 units"),
        ({"k": (2, 1, 3, 3), "w": (3, 2), "b": (4,)}, 16, ONE.layers, "shape .4,. for 3 units"),
    ],
)
def test_what_the_architecture_does_not_say_is_refused(arrays, inputs, layers, line):
    given = {name: np.ones(shape) for name, shape in arrays.items()}
    with pytest.raises(ValueError, match=f"chain from {inputs} inputs, got.*{line}") as refused:
        recognised(given, inputs, Architecture(layers))
    told = str(refused.value)
    assert "\n" not in told and "compress describe shows what fits" in told


def test_kernels_need_an_architecture_that_is_said():
    with pytest.raises(ValueError, match=r"must be said for kernels \(--architecture .* for k, l"):
        recognised(convolutional(), 392)


def naive(arrays, pixels, plan):
    """One image through the layers, number by number."""
    left, signal = iter(arrays.items()), pixels
    for layer in plan.layers:
        if isinstance(layer, Conv):
            kernels, biases = next(left)[1], next(left)[1]
            signal = convolved(
                np.pad(signal, [(0, 0)] + [(layer.padding,) * 2] * 2), kernels, layer
            )
            signal = signal + biases[:, None, None]
        elif isinstance(layer, MaxPool):
            side, step = layer.size, layer.step
            rows, columns = ((n - side) // step + 1 for n in signal.shape[1:])
            signal = np.array(
                [
                    [
                        [c[i * step :][:side, j * step :][:, :side].max() for j in range(columns)]
                        for i in range(rows)
                    ]
                    for c in signal
                ]
            )
        elif isinstance(layer, Relu):
            signal = np.where(signal > 0, signal, 0)
        elif isinstance(layer, Flatten):
            first = layer.order == "channels_first"
            signal = np.array([*(signal if first else np.moveaxis(signal, 0, -1)).flat])
        else:
            w, b = next(left)[1], next(left)[1]
            signal = (
                np.array([sum(a * x for a, x in zip(row, signal, strict=True)) for row in w]) + b
            )
    return signal


def convolved(image, kernels, layer):
    high, wide = kernels.shape[2:]
    rows = (image.shape[1] - high) // layer.stride + 1
    columns = (image.shape[2] - wide) // layer.stride + 1
    out = np.zeros((len(kernels), rows, columns))
    for u, i, j in np.ndindex(out.shape):
        top, side = i * layer.stride, j * layer.stride
        out[u, i, j] = (image[:, top : top + high, side : side + wide] * kernels[u]).sum()
    return out


@pytest.mark.parametrize(
    ("said", "image", "fed"),
    [
        ("lenet5-zhou", (2, 14, 14), 16),
        ("lenet5", (2, 14, 14), 16),
        (
            Architecture(
                (
                    *(Conv(2, 1), Relu(), MaxPool(3, 1), Conv(1, 2), Relu(), MaxPool(2, 2)),
                    *(Flatten("channels_last"), Dense(), Relu(), Dense()),
                ),
                image=(2, 14, 11),
            ),
            (2, 14, 11),
            36,
        ),
    ],
)
def test_an_architecture_is_evaluated_as_it_says(said, image, fed):
    arrays = convolutional()
    arrays["v"] = np.random.default_rng(3).normal(size=(5, fed))
    points = np.random.default_rng(2).normal(size=(4, np.prod(image)))
    model = recognised(arrays, np.prod(image), said)
    expected = [naive(arrays, x.reshape(image), model.architecture) for x in points]
    np.testing.assert_allclose(model.logits(model.arrays, points), expected, rtol=1e-12, atol=1e-12)


def test_mean_squares_know_strides_and_padding():
    """The mean square of what a unit's sums lose with one weight, over w^2."""
    plan = Architecture((Conv(2, 1), Flatten(), Dense()))
    points = np.random.default_rng(2).normal(size=(6, 50))
    arrays = {"k": np.ones((1, 2, 3, 3)), "w": np.ones((1, 9))}
    found = recognised(arrays, 50, plan).mean_squares(points)["k"]
    for place in np.ndindex(2, 3, 3):
        one = np.zeros((1, 2, 3, 3))
        one[(0, *place)] = 1
        losses = [
            convolved(np.pad(x.reshape(2, 5, 5), [(0, 0), (1, 1), (1, 1)]), one, Conv(2, 1))
            for x in points
        ]
        assert found[place] == pytest.approx(np.mean(np.square(losses)), rel=1e-12)


def test_an_ordinary_lenet_is_not_that_of_zhou():
    arrays, points = convolutional(), np.random.default_rng(2).normal(size=(4, 392))
    one, other = (recognised(arrays, 392, said) for said in ("lenet5", "lenet5-zhou"))
    assert abs(one.logits(arrays, points) - other.logits(arrays, points)).max() > 0.1
    assert "conv 3 of 3 x 3, relu, maxpool 2" in one.line and "lenet5: 2 x 14 x 14" in one.line


def test_dead_units_and_guarantees_are_of_networks_with_relu_between_layers():
    arrays = {"w": dense()["w"], "v": dense()["v"]}
    model = recognised(arrays, 5, Architecture((Dense(), Dense())))
    with pytest.raises(ValueError, match="relu between them and nothing after the last, got"):
        methods.prune(model, 0.5, "dead_unit")
    curved = recognised(arrays, 5, Architecture((Dense(), Tanh(), Dense())))
    with pytest.raises(ValueError, match="guarantee must be of a network with relu .* got tanh"):
        Guarantee(0.5, 0.1).constants(methods.relu_network(curved))
    assert Guarantee(0.5, 0.1).constants(methods.relu_network(recognised(arrays, 5)))


def test_inputs_are_scaled_as_the_architecture_says(tmp_path):
    plan = tmp_path / "plan.toml"
    plan.write_text('version = 1\nscale = "centred"\nlayers = [{kind = "dense"}]')
    archive.save(tmp_path / "w.npz", {"w": np.ones((10, 64))})
    unit = load_digits(standardise=False).x_test
    for inputs, expected in (None, 2 * unit - 1), ("unit", unit):
        _, found = loading.load_model_and_data(tmp_path / "w.npz", "digits", None, inputs, plan)
        np.testing.assert_array_equal(found.x_test, expected)


def test_names_of_arrays_are_plain_strings():
    for name in (float("nan"), 1, type("S", (str,), {})("w")):
        with pytest.raises(ValueError, match="names of weights must be plain strings, got"):
            recognised({name: np.ones((2, 3))}, 3)


def test_weights_that_are_not_finite_are_refused():
    with pytest.raises(ValueError, match=r"weights\['v'\] must be finite, got nan"):
        recognised(dense() | {"v": np.full((3, 7), np.nan)}, inputs=5)


@pytest.mark.skipif(not DATA, reason="needs STABLENOISE_DATA")
def test_the_published_network_has_its_known_accuracy():
    """0.9769 on the test part, as measured with another implementation (its SOURCES.md)."""
    model, data = loading.load_model_and_data(
        f"{DATA}/{LENET}", "mnist", DATA, architecture="lenet5-zhou"
    )
    logits = model.logits(model.arrays, data.x_test)
    assert (logits.argmax(axis=1) == data.y_test).sum() == 9769


def test_arrays_come_back_from_a_file_in_their_order(tmp_path):
    arrays = {"z": np.arange(6.0).reshape(2, 3), "a": np.float32([1.5]), "n": np.arange(3)}
    arrays |= {"file": np.ones((2, 2), order="F"), "allow_pickle": np.float16([2.0])}
    archive.save(tmp_path / "w.npz", arrays)
    found = archive.load(tmp_path / "w.npz")
    assert list(found) == list(arrays) == list(np.load(tmp_path / "w.npz"))
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)
    assert [p.name for p in tmp_path.iterdir()] == ["w.npz"]


def write(path, what):
    """A file that is not one of arrays of finite numbers."""
    if what == "pickled objects":
        np.savez(path, a=np.array([{"no": 1}], dtype=object))
    elif what == "a pickle":
        path.write_bytes(pickle.dumps([1.0]))
    elif what == "one array":
        with open(path, "wb") as file:
            np.save(file, np.ones(3))
    elif what == "not finite":
        np.savez(path, a=np.array([1.0, np.inf]))
    elif what == "too large":
        header = {"descr": "<f8", "fortran_order": False, "shape": (10**13,)}
        with zipfile.ZipFile(path, "w") as archive, archive.open("a.npy", "w") as member:
            np.lib.format.write_array_header_1_0(member, header)
    elif what == "twice":
        with zipfile.ZipFile(path, "w") as archive:
            for name in ("a.npy", "a"):
                archive.writestr(name, b"")
    elif what == "no header":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.npy", b"\x93NUMPY\x01\x00\x05\x00(((((")
    elif what == "text":
        np.savez(path, a=np.array(["no"]))
    else:
        np.savez(path, a=np.ones(100))
        content = path.read_bytes()
        half = len(content) // 2
        path.write_bytes(
            content[:half] if what == "cut" else content[:half] + b"\7" + content[half + 1 :]
        )


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("pickled objects", "must be an .npz file of arrays, got: pickled objects in a"),
        ("a pickle", r"must be an \.npz or \.safetensors file, .* got a pickle"),
        ("one array", "must be an .npz file of arrays, got: another kind"),
        ("not finite", "must be finite, got inf"),
        ("text", "must be of integers or float64"),
        ("too large", r"got: a of shape \(10000000000000,\) in 128 bytes"),
        ("no header", "must be an .npz file of arrays, got: "),
        ("cut", "must be an .npz file of arrays, got: "),
        ("changed", "must be an .npz file of arrays, got: Bad CRC"),
    ],
)
def test_a_file_that_is_something_else_is_refused_in_one_line(tmp_path, what, line):
    write(tmp_path / "w.npz", what)
    with pytest.raises(ValueError, match=line) as refused:
        archive.load(tmp_path / "w.npz")
    assert "\n" not in str(refused.value) and "w.npz" in str(refused.value)


def test_masked_arrays_are_not_written(tmp_path):
    with pytest.raises(ValueError, match="w must have no masked values, got 1"):
        archive.save(tmp_path / "w.npz", {"w": np.ma.array([1.0, 2.0], mask=[0, 1])})
    assert not list(tmp_path.iterdir())


LONGEST = 65_535 - len(".npy")  # bytes of a name in a zip file, by the two of its length


@pytest.mark.parametrize(
    "names",
    [
        ("a\0b", "a\0c"),
        ("a", "a\0"),
        ("a" * (LONGEST + 1),),
        ("é" * (LONGEST // 2) + "aa",),
        ("a\ud800",),
        (1, "1"),
    ],
)
def test_names_that_a_file_does_not_hold_are_refused(tmp_path, names):
    """A zip file ends a name at a zero: of two such arrays one was lost without a word."""
    with pytest.raises(ValueError, match="^names of arrays must [^\n]*$"):
        archive.save(tmp_path / "w.npz", dict.fromkeys(names, np.ones(2)))
    assert not list(tmp_path.iterdir())


def test_names_as_long_as_they_may_be_come_back(tmp_path):
    names = ["a" * LONGEST, "é" * (LONGEST // 2) + "a", "a", "a.npy", "", "b/", "\n"]
    archive.save(tmp_path / "w.npz", dict.fromkeys(names, np.ones(2)))
    assert list(archive.load(tmp_path / "w.npz")) == names


def test_a_file_that_is_not_there_says_so(tmp_path):
    with pytest.raises(FileNotFoundError, match="none.npz"):
        archive.load(tmp_path / "none.npz")


def test_two_samples_share_nothing_with_each_other_or_the_test_data():
    data = load_digits()
    samples = loading.two_samples(data, 300, seed=1)
    rows = [{x.tobytes() for x in part} for part in (*samples, data.x_test)]
    assert not rows[0] & rows[1] and not (rows[0] | rows[1]) & rows[2]
    assert [len(part) for part in samples] == [300, 300]
    other = loading.two_samples(data, 300, seed=2)
    assert not np.array_equal(samples[0], other[0])


def test_examples_that_occur_again_are_left_out():
    """Of 40 training examples 20 are different and 10 of these are in the test data."""
    x = np.arange(40.0)[:, None] % 20
    data = Dataset("again", x, np.zeros(40, int), x[:10], np.zeros(10, int))
    first, second = loading.two_samples(data, 20, seed=1)
    assert sorted([*first[:, 0], *second[:, 0]]) == list(range(10, 20))
    assert len(first) == len(second)


@pytest.mark.parametrize("scale", loading.SCALES)
def test_inputs_are_scaled_as_asked(tmp_path, scale):
    archive.save(tmp_path / "w.npz", {"w": np.ones((10, 64))})
    _, found = loading.load_model_and_data(tmp_path / "w.npz", "digits", inputs=scale)
    unit = load_digits(standardise=False).x_test
    scaled = {"unit": unit, "centred": 2 * (unit - 0.5), "standardised": load_digits().x_test}
    np.testing.assert_allclose(found.x_test, scaled[scale], atol=1e-15)


def own_data(path, **changed):
    rng = np.random.default_rng(1)
    arrays = {
        "x_train": rng.normal(3, 2, (20, 4)),
        "y_train": np.arange(20) % 2,
        "x_test": rng.normal(3, 2, (10, 4)),
        "y_test": np.arange(10) % 2,
    }
    np.savez(path, **{k: a for k, a in (arrays | changed).items() if a is not None})
    return arrays


def test_data_of_ones_own_serves_too(tmp_path):
    arrays = own_data(tmp_path / "d.npz")
    archive.save(tmp_path / "w.npz", {"w": np.ones((2, 4))})
    place = tmp_path / "w.npz", str(tmp_path / "d.npz")
    _, found = loading.load_model_and_data(*place)
    np.testing.assert_array_equal(found.x_test, arrays["x_test"])
    _, found = loading.load_model_and_data(*place, inputs="standardised")
    np.testing.assert_allclose(found.x_train.mean(axis=0), 0, atol=1e-14)


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"y_test": None}, "must hold x_train, y_train, x_test, y_test, got x_train"),
        ({"y_test": np.arange(9)}, "must hold inputs of shape"),
        ({"y_test": np.ones(10)}, "n integer labels"),
        ({"x_test": np.ones((10, 3))}, "must hold inputs of one d"),
    ],
)
def test_data_that_does_not_fit_is_refused(tmp_path, changed, line):
    own_data(tmp_path / "d.npz", **changed)
    archive.save(tmp_path / "w.npz", {"w": np.ones((2, 4))})
    with pytest.raises(ValueError, match=line):
        loading.load_model_and_data(tmp_path / "w.npz", str(tmp_path / "d.npz"))


def test_an_unknown_data_set_is_refused(tmp_path):
    archive.save(tmp_path / "w.npz", {"w": np.ones((2, 4))})
    with pytest.raises(ValueError, match="data must be digits, .*, got 'imagenet'"):
        loading.load_model_and_data(tmp_path / "w.npz", "imagenet")
