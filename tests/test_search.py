"""Certificates of networks from the bits they take, by themselves and by the command line."""

import json
import re
from math import log2
from zlib import crc32

import numpy as np
import pytest
from test_compress_command import PLAN, images, run, trained

from compress.certificates.certificate import occam
from compress.certificates.certifiers import pair
from compress.certificates.sample import ROWS, checked_arrays, distinct
from compress.certificates.search import Setting, certified, certify, prune_quantise_encode
from compress.coding.length import (
    MAGIC,
    code_length,
    decode,
    decode_payload,
    encode,
    encode_payload,
)
from compress.coding.quantisation import quantise
from compress.networks import archive
from compress.networks.model import Model, recognised
from stablenoise.data.datasets import load_digits
from stablenoise.layers.architecture import Architecture
from stablenoise.layers.kinds import Dense

GRID = {"keeps": (1.0, 0.4), "levels": (4,), "rounds": 1, "examples": 300}


@pytest.fixture(scope="module")
def data():
    digits = load_digits()
    return digits.x_train, digits.y_train


@pytest.fixture(scope="module")
def small():
    """The network of the digits in few values."""
    return quantise({k: w.astype(np.float32) for k, w in trained().items()}, levels=6).weights


@pytest.fixture(scope="module")
def found(data):
    return prune_quantise_encode(trained(), data, **GRID)


def errors_of(arrays, data):
    model = recognised(arrays, data[0].shape[1])
    return np.count_nonzero(model.logits(model.arrays, data[0]).argmax(axis=1) != data[1])


def test_a_certificate_is_that_of_the_bits_and_the_errors_of_what_was_decoded(small, data):
    found = certify(small, data, delta=0.03)
    bits = code_length(small).charged
    assert found.certificate.errors == errors_of(found.arrays, data)
    assert found.certificate.n == len(data[0])
    expected = occam(errors_of(small, data), len(data[0]), bits, 0.03, prefix=None)
    assert found.certificate.value == pytest.approx(expected.value, abs=1e-12)
    assert found.certificate.bits == pytest.approx(bits + log2(1 / 0.03))


def test_the_payload_decodes_to_the_network(small, data, found):
    for encoded in (certify(small, data), found):
        arrays = decode_payload(encoded.payload, encoded.code.decoded, encoded.code.codec)
        assert len(encoded.payload) == encoded.code.bytes
        for name, array in arrays.items():
            np.testing.assert_array_equal(array, encoded.arrays[name])


def test_a_choice_among_codecs_is_charged(small, data):
    two = certify(small, data, codecs=("zlib", "adaptive"))
    assert two.code.codec == "adaptive"
    one = certify(small, data)
    assert two.certificate.bits == pytest.approx(one.certificate.bits + 1)


def test_a_codec_without_an_end_pays_for_its_length(small):
    code = code_length(small, "counts")
    charges = {c.name: c.bits for c in certified(code, 5, 1000, 0.05).charges}
    assert charges["length"] == pytest.approx(code.charged - code.bits) and code.charged > code.bits


def test_charges_are_those_of_the_arrays(small):
    code = code_length(small)
    charges = {c.name: c.bits for c in certified(code, 5, 1000, 0.05).charges}
    for name, part in zip(small, code.parts, strict=True):
        assert charges[f"arrays['{name}']"] == pytest.approx(part.total)


@pytest.mark.parametrize("name", ["w", "length", "bytes and words", "codec", "delta", "arrays[0]"])
def test_no_name_of_an_array_hides_a_charge(name):
    rng = np.random.default_rng(1)
    code = code_length({name: quantise(rng.normal(size=(10, 64)), levels=6).weights})
    found = certified(code, 5, 1000, 0.05)
    assert found.bits == pytest.approx(code.charged + log2(20))


def test_the_search_finds_less_than_it_began_with(small, data, found):
    """Six values for each weight, unpruned, against pruned ones."""
    assert found.certificate.value < certify(small, data).certificate.value - 0.05
    assert found.certificate.errors == errors_of(found.arrays, data)
    assert found.tried > 4 and found.settings.keys() == trained().keys()


def test_the_search_is_never_worse_than_the_network_as_it_is(data):
    """Pruned and in two values already; the grid has only worse settings."""
    signs = {k: np.sign(w) * (abs(w) > np.quantile(abs(w), 0.9)) for k, w in trained().items()}
    poor = prune_quantise_encode(signs, data, keeps=(0.01,), levels=(1,), rounds=0)
    assert poor.certificate.value == certify(signs, data).certificate.value < 1
    assert poor.settings == {}


def test_weights_of_too_many_values_for_the_codec_can_be_searched():
    rng = np.random.default_rng(1)
    x, w = rng.normal(size=(500, 900)), rng.normal(size=(10, 900))
    data = x, (x @ w.T).argmax(axis=1)
    assert np.unique(w).size > 4096
    assert prune_quantise_encode({"w": w}, data, **GRID).settings


def test_arrays_are_as_their_settings_say(data):
    found = prune_quantise_encode(trained(), data, keeps=(0.3,), levels=(3,), rounds=0, examples=99)
    for name, array in found.arrays.items():
        assert found.settings[name] == Setting(0.3, 3)
        assert np.count_nonzero(array) <= 0.3 * array.size + 1
        assert np.unique(array[array != 0]).size <= 3


def test_alphabets_are_tried_for_all_arrays_and_for_each(data):
    """The best of more ways is no worse on the examples that are counted, here all."""
    limits, alphabets = [], ("kmeans", "uniform", "ternary", ("ternary", "channel"))
    for some in (alphabets[:1], alphabets[2:3], alphabets):
        grid = {"keeps": (0.4, 0.8), "levels": (4,), "rounds": 0, "alphabets": some}
        found = prune_quantise_encode(trained(), data, codecs=("grouped",), **grid)
        limits.append(found.certificate.value)
        assert all((s.method, s.groups) in map(pair, some) for s in found.settings.values())
        decoded = decode_payload(found.payload, found.code.decoded, "grouped")
        for name, array in decoded.items():
            np.testing.assert_array_equal(array, found.code.decoded[name])
    assert limits[2] <= min(limits[:2])
    mixed = prune_quantise_encode(
        trained(), data, keeps=(0.4,), levels=(4,), rounds=2, alphabets=("kmeans", "ternary")
    )
    assert {s.levels for s in mixed.settings.values() if s.method == "ternary"} <= {2}


def test_weights_are_kept_by_what_they_add_to_sums(data):
    """Inputs of tiny scale carry tiny terms, however large their weights are."""
    scales = np.where(np.arange(64) % 2, 1e-3, 1.0)
    arrays = trained() | {"hidden": trained()["hidden"] / scales}
    scaled = (data[0] * scales, data[1])
    one = prune_quantise_encode(trained(), data, keeps=(0.3,), levels=(9,), rounds=0)
    other = prune_quantise_encode(arrays, scaled, keeps=(0.3,), levels=(9,), rounds=0)
    np.testing.assert_array_equal(one.arrays["hidden"] != 0, other.arrays["hidden"] != 0)


def test_mean_squares_are_those_of_what_weights_are_multiplied_with():
    """A sum of one weight at a time, over all places of a kernel."""
    task = images()
    points, model = task.x[:20], task.model
    squares = model.mean_squares(points)
    patches = np.lib.stride_tricks.sliding_window_view(points.reshape(20, 8, 8), (3, 3), (1, 2))
    np.testing.assert_allclose(squares["k"][0], (patches**2).mean(axis=(0, 1, 2)), rtol=1e-12)
    kernels = {name: model.arrays[name] for name in ("k", "k_bias", "v", "v_bias")}
    short = recognised(kernels, 64, Architecture(model.architecture.layers[:4]))
    hidden = np.maximum(0, short.logits(kernels, points))
    np.testing.assert_allclose(squares["w"], (hidden**2).mean(axis=0), rtol=1e-12)


def test_units_that_do_nothing_are_not_encoded(data):
    idle = trained()["output"].copy()
    idle[:, :10] = 0
    arrays = quantise(trained() | {"output": idle}, levels=6).weights
    found = certify(arrays, data)
    assert not found.arrays["hidden"][:10].any() and arrays["hidden"][:10].any()
    assert found.certificate.errors == errors_of(arrays, data)


def test_a_prediction_of_ones_own_serves_any_network(data):
    """A network without its hidden layer's relu, which no shapes would tell."""

    def linear(arrays, x):
        return x @ arrays["w"].T

    weights = {"w": trained()["output"] @ trained()["hidden"]}
    found = prune_quantise_encode(weights, data, predict=linear, **GRID)
    wrong = np.count_nonzero(linear(found.arrays, data[0]).argmax(axis=1) != data[1])
    assert found.certificate.errors == wrong and found.certificate.value < 1


def test_both_layouts_have_one_certificate(small, data):
    turned = {name: w.T for name, w in small.items()}
    one, other = certify(small, data), certify(turned, data)
    assert one.certificate == other.certificate and one.payload == other.payload
    np.testing.assert_array_equal(other.arrays["hidden"], one.arrays["hidden"].T)


# ------------------------------------------------------------ what a certificate may not leave out


class Word(str):
    """A name that shows itself as another does."""

    __slots__ = ()

    def __repr__(self):
        return "'w'"

    __hash__ = object.__hash__

    def __eq__(self, other):
        return self is other


def shallow(arrays, x):
    """Learns by heart: the last array has a row of scores for each example, known by its place."""
    *_, table = arrays.values()
    return table[x[:, 0].astype(int)]


def by_heart(first, second):
    """Random labels in the second of two arrays, and a first one that does nothing."""
    labels = np.random.default_rng(1).integers(0, 2, 400)
    arrays = {first: np.zeros((2, 2)), second: np.eye(2)[labels]}
    return arrays, (np.arange(400.0)[:, None], labels)


@pytest.mark.parametrize(
    "names", [(float("nan"), float("nan")), (Word("w"), Word("w")), (Word("w"), "w"), (1, "w")]
)
@pytest.mark.parametrize("function", [certify, prune_quantise_encode])
def test_names_that_look_alike_are_refused(function, names):
    """With them as names 61 bits of 2,565 were charged, and the limit was 0.107 of 0.5."""
    arrays, data = by_heart(*names)
    with pytest.raises(ValueError, match="names of weights must be plain strings, got"):
        function(arrays, data, predict=shallow)


def test_labels_learned_by_heart_certify_nothing():
    arrays, data = by_heart("w", "v")
    found = certify(arrays, data, predict=shallow)
    assert found.certificate.errors == 0 and found.certificate.value > 0.5


def test_every_array_of_any_container_is_charged():
    """Two names of one repr, two that are one name: parts are charged by place, not by name."""
    rng = np.random.default_rng(1)
    for names in (float("nan"), float("nan")), (Word("w"), Word("w")):
        code = code_length({name: rng.integers(0, 5, (30, 40)) for name in names})
        certificate = certified(code, 5, 1000, 0.05)
        assert certificate.bits == pytest.approx(code.charged + log2(20))
        assert len({part.name for part in code.parts}) == 1


def test_items_that_do_not_add_up_are_a_defect_that_is_seen(monkeypatch):
    """As they did not when items were kept by name."""
    code = code_length({name: np.arange(12.0) for name in (Word("w"), Word("w"))})

    def by_name(errors, n, bits, delta, **rest):
        return occam(errors, n, dict(bits), delta, **rest)

    monkeypatch.setattr("compress.certificates.terms.occam", by_name)
    with pytest.raises(RuntimeError, match=f"items must add up to {code.charged} bits, got "):
        certified(code, 5, 1000, 0.05)


def test_what_was_fixed_before_the_sample_is_said_of_a_code_by_itself():
    independent, fixed = certified(code_length({"w": np.ones(3)}), 5, 1000, 0.05).assumptions
    assert independent == "examples drawn independently, from the law that the risk is of"
    assert fixed.startswith("fixed before the sample was seen: names, shapes and types of arrays")


def test_a_sparse_unit_that_leads_nowhere_is_told_and_one_that_leads_on_is_not():
    arrays = {"w": np.array([[1.0, 0], [0, 2], [3, 4], [0, 0]]), "v": np.ones((2, 4))}
    arrays["v"][:, [0, 2]] = 0  # of a unit with a weight, and of one with all
    arrays["v"][0, 1] = 0
    data = np.random.default_rng(1).normal(size=(50, 2)), np.arange(50) % 2
    assert certify(arrays, data).taken_out == {"w": (0, 2, 3)}  # the last has weights out alone


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
def test_data_without_numbers_are_no_sample(shape):
    data = np.zeros(shape), np.zeros(shape[0], int)
    with pytest.raises(ValueError, match=r"data must be inputs of shape .*, got float64 of shape"):
        checked_arrays(data)


@pytest.mark.parametrize(
    ("x", "labels", "advice"),
    [
        (np.ones((9, 3)), np.eye(9), "(one-hot labels: labels.argmax(axis=1))"),
        (np.ones((9, 3)), np.ones(9), "(labels in floats: labels.astype(int))"),
        (np.ones((9, 3)), np.ones((9, 1), int), "(labels in a column: labels.ravel())"),
        (
            np.ones((9, 3)),
            ["a"] * 9,
            "(labels in words: np.unique(labels, return_inverse=True)[1])",
        ),
        (np.ones((3, 9)), np.ones(9, int), "(inputs in columns: x.T)"),
        (np.ones((9, 8, 8)), np.ones(9, int), "(images: x.reshape(len(x), -1))"),
        (np.ones((9, 3)), np.ones(8, int), ""),
        ("none", None, ""),
    ],
)
def test_data_that_are_nearly_a_sample_are_told_what_makes_them_one(x, labels, advice):
    with pytest.raises(ValueError, match="with n integer labels") as caught:
        checked_arrays((x, labels))
    said = str(caught.value).split(", got ")[0]
    assert (
        said == f"data must be inputs of shape (n, inputs) with n integer labels {advice}".strip()
    )


def test_a_prediction_of_other_arguments_or_of_too_few_classes_is_one_line(small, data):
    with pytest.raises(
        ValueError, match="predict must be a function of arrays and inputs, got"
    ) as e:
        certify(small, data, predict=lambda x, arrays: x @ arrays["hidden"].T)
    assert isinstance(e.value.__cause__, IndexError) and "\n" not in str(e.value)
    rule = "outputs of predict must have a column for each class, 0 to the largest label, got 3 col"
    with pytest.raises(ValueError, match=rule):
        certify(small, data, predict=lambda arrays, x: x[:, :3])


def test_weights_that_are_a_file_are_told_how_they_are_read(tmp_path, data):
    path = tmp_path / "w.npz"
    np.savez(path, w=np.ones((10, 64)))
    with np.load(path) as opened:
        for given in path, str(path), opened:
            with pytest.raises(ValueError, match=r"NumPy, as dict\(np.load\(path\)\) is, got"):
                certify(given, data)
        certify(dict(opened), data)
    with pytest.raises(ValueError, match="data must be .* got a dict of 1 with arrays$"):
        certify({"w": np.ones((10, 64))}, {"w": np.ones((10, 64))})


class Carrier(dict):
    """A container that carries something beside its arrays."""

    secret = None


def test_nothing_comes_along_with_the_arrays(small, data):
    carrier = Carrier(small)
    carrier.secret = data[1]

    def predict(arrays, x):
        assert type(arrays) is dict and not hasattr(arrays, "secret")
        return np.maximum(x @ arrays["hidden"].T, 0) @ arrays["output"].T

    assert certify(carrier, data, predict=predict).certificate.errors == errors_of(small, data)


def test_examples_that_repeat_are_refused_with_their_count():
    """20 coin flips 3,000 times each were certified at 0.0175."""
    rng = np.random.default_rng(1)
    x, labels = (
        np.repeat(rng.normal(size=(20, 3)), 3000, 0),
        np.repeat(rng.integers(0, 2, 20), 3000),
    )
    weights = {"w": rng.normal(size=(2, 3))}
    for function in certify, prune_quantise_encode:
        with pytest.raises(ValueError, match=r"must not repeat, .*, got 20 distinct among 60000"):
            function(weights, (x, labels))
    found = certify(weights, (x, labels), repeats="drawn").certificate
    assert found.n == 60_000 and "20 distinct inputs among 60,000" in found.assumptions[0]
    assert "repeats" in found.table()


@pytest.mark.parametrize("kind", [np.float64, np.float32, np.float16, np.int8, bool, np.longdouble])
def test_one_repeat_among_many_is_seen(kind):
    """Zeros of both signs are one number; so are the NaN that a prediction of one's own takes."""
    x = np.eye(50).astype(kind)
    assert distinct(x) == 50
    x[-1] = x[0]
    assert distinct(x) == 49
    if np.dtype(kind).kind == "f":
        x[-1] *= -1
        x[-1, 0] = 1
        assert np.signbit(x[-1]).any() and distinct(x) == 49
        x[3, 2], x[5] = np.nan, x[3]
        x[5, 2] = -np.float64(np.nan)
        assert distinct(x) == 48


def test_rows_of_all_blocks_are_counted():
    rows = np.arange(2.0 * ROWS + 3)[:, None]
    assert distinct(rows) == len(rows)
    assert distinct(np.concatenate([rows, rows[[0, ROWS - 1, ROWS, -1]]])) == len(rows)


def test_errors_on_some_examples_stand_for_as_many_among_all(monkeypatch):
    """Of a prediction that is always wrong, with a tenth of the examples in the search."""
    counted = []

    def occam_counted(errors, n, *rest, **more):
        counted.append((errors, n))
        return occam(errors, n, *rest, **more)

    monkeypatch.setattr("compress.certificates.terms.occam", occam_counted)
    x = np.random.default_rng(1).normal(size=(100, 3))
    data = x, np.ones(100, int)
    prune_quantise_encode(
        {"w": np.eye(3)},
        data,
        predict=lambda arrays, x: np.eye(2)[:1].repeat(len(x), 0),
        examples=10,
    )
    assert len(counted) > 2 and set(counted) == {(100, 100)}


def test_labels_that_differ_do_not_make_an_input_new(small, data):
    twice = np.concatenate([data[0], data[0][:1]]), np.append(data[1], (data[1][0] + 1) % 10)
    with pytest.raises(ValueError, match="got 1437 distinct among 1438"):
        certify(small, twice)


@pytest.mark.parametrize("function", [certify, prune_quantise_encode])
@pytest.mark.parametrize(("options", "bits"), [(20, log2(20)), ({"width": 8, "seed": 5}, log2(40))])
def test_what_was_tried_is_charged(small, data, function, options, bits):
    given = GRID if function is prune_quantise_encode else {}
    one, tried = (function(small, data, options=n, **given).certificate for n in (1, options))
    assert tried.bits == pytest.approx(one.bits + bits, rel=1e-12) and tried.value > one.value


def test_every_certificate_says_what_it_assumes(small, data):
    found = certify(small, data).certificate
    text = " ".join(found.assumptions)
    for word in ("independently", "before the sample", "shapes", "types", "codecs", "scaling"):
        assert word in text and word in str(found)
    assert "`predict`" in text and "delta" in text
    told = json.loads(json.dumps(found.to_dict()))
    assert told["assumptions"] == list(found.assumptions) and told["kind"] == "deterministic"
    assert (told["value"], told["n"], told["errors"]) == (found.value, found.n, found.errors)
    assert sum(c["bits"] for c in told["charges"]) == pytest.approx(told["bits"])
    assert (told["delta"], told["form"]) == (0.05, "binomial_tail")


def test_a_prediction_that_looks_at_the_company_of_a_row_is_refused(small, data):
    """Means of the batch, as batch normalisation in training has them, or the place in the list."""

    def centred(arrays, x):
        return np.maximum((x - x.mean(axis=0)) @ arrays["hidden"].T, 0) @ arrays["output"].T

    def placed(arrays, x):
        return np.eye(10)[data[1][: len(x)]]

    for predict in centred, placed:
        with pytest.raises(ValueError, match="predict must treat each row of x by itself"):
            certify(small, data, predict=predict)


def test_a_row_without_a_number_is_an_error(small, data):
    def blind(arrays, x):
        scores = np.eye(10)[np.where(x[:, 10] > 0, 3, 4)]
        return np.where(x[:, 10:11] > 0, np.nan, scores)

    found = certify(small, data, predict=blind).certificate
    seen = data[0][:, 10] <= 0
    assert found.errors == np.count_nonzero(~seen) + np.count_nonzero(data[1][seen] != 4)


def test_a_model_is_taken_as_it_is(small, data):
    model = recognised(small, 64)
    assert certify(model, data).certificate == certify(small, data).certificate
    with pytest.raises(ValueError, match="must have the 64 inputs of the model, got 60"):
        certify(model, (data[0][:, :60], data[1]))
    with pytest.raises(ValueError, match="architecture must be None with predict"):
        certify(small, data, architecture="lenet5", predict=shallow)


def test_outputs_of_a_model_of_ones_own_are_not_certified(small, data):
    """A subclass that knows the labels had a limit of 0.0085, where its risk was a half."""

    class Knowing(Model):
        def logits(self, arrays, points):
            return np.eye(10)[data[1][: len(points)]]

    model = recognised(small, 64)
    knowing = Knowing(small, tuple(small), False, model.architecture, 64)
    for function in certify, prune_quantise_encode:
        with pytest.raises(ValueError, match="^weights must be a Model and no subclass, got Kn"):
            function(knowing, data)


def test_a_model_by_hand_is_what_its_arrays_are(small, data):
    model = recognised(small, 64)
    parts = model.arrays, model.names, False, model.architecture, 64
    assert certify(Model(*parts), data).certificate == certify(small, data).certificate
    with pytest.raises(ValueError, match="^architecture must be None with a Model, got 'lenet5'$"):
        certify(model, data, architecture="lenet5")
    square = {"w": np.eye(64), "v": np.eye(64)}
    for changed, line in (
        ((model.arrays, model.names[:1], *parts[2:]), "names of a Model must be those of its arr"),
        ((square, ("w", "v"), True, *parts[3:]), "weights must be a Model as recognised makes it"),
        ((square, ("v", "w"), *parts[2:]), "weights must be a Model as recognised makes it"),
        ((square | {"w": np.full((64, 64), np.nan)}, ("w", "v"), *parts[2:]), "must be finite"),
        ((*parts[:3], Architecture((Dense(),)), 64), "must be 1 arrays, one for each conv and den"),
    ):
        with pytest.raises(ValueError, match=line):
            certify(Model(*changed), data)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("function", [certify, prune_quantise_encode])
def test_inputs_beyond_the_type_of_the_weights_are_errors_without_noise(small, data, function):
    """A row of 1e300 is infinite in float32, and its outputs are no numbers."""
    grid = GRID if function is prune_quantise_encode else {}
    mixed = small | {"hidden": small["hidden"] - small["hidden"].mean()}
    x, labels = data[0].copy(), data[1]
    x[labels == 3] = 1e300 * (1 + np.arange(np.sum(labels == 3))[:, None] / 1000)
    found = function(mixed, (x, labels), codecs=["lzma"], **grid)
    others = np.flatnonzero(labels != 3)
    wrong = errors_of(found.arrays, (x[others], labels[others]))
    assert found.certificate.errors == wrong + np.count_nonzero(labels == 3)


def test_units_without_relu_are_not_taken_for_dead():
    """A unit of no inputs is its bias, also a negative one; with relu it is nothing."""
    rng = np.random.default_rng(1)
    w = rng.integers(-3, 4, (6, 5)) * 1.0
    w[2] = 0
    arrays = {
        "w": w,
        "b": np.full(6, -1.0),
        "v": rng.normal(size=(3, 6)).round(1),
        "c": np.zeros(3),
    }
    data = rng.normal(size=(300, 5)), rng.integers(0, 3, 300)
    linear = Architecture((Dense(), Dense()))
    found = certify(arrays, data, architecture=linear)
    np.testing.assert_array_equal(found.arrays["v"], arrays["v"])
    assert found.taken_out == {}
    outputs = (data[0] @ w.T - 1) @ arrays["v"].T
    assert found.certificate.errors == np.count_nonzero(outputs.argmax(axis=1) != data[1])
    assert certify(arrays, data).taken_out == {"w": (2,)}


def test_units_taken_out_are_named(small, data):
    idle = small["output"].copy()
    idle[:, [4, 7]] = 0
    found = certify(small | {"output": idle}, data)
    dead = set(np.flatnonzero(~(found.arrays["hidden"].any(axis=1))))
    assert {4, 7} <= set(found.taken_out["hidden"]) <= dead
    again = certify(found.arrays, data)  # what is not there cannot be taken out
    assert again.taken_out == {} and again.payload == found.payload


def test_a_kernel_needs_an_architecture():
    task = images()
    data = np.random.default_rng(3).normal(size=(40, 64)), np.arange(40) % 4
    arrays = quantise(task.model.arrays, levels=6).weights
    with pytest.raises(ValueError, match="architecture must be said for kernels"):
        certify(arrays, data)
    found = certify(arrays, data, architecture=PLAN)
    model = recognised(arrays, 64, PLAN)
    wrong = model.logits(model.arrays, data[0]).argmax(axis=1) != data[1]
    assert found.certificate.errors == np.count_nonzero(wrong)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"options": 0}, r"options must be an integer in \[1, 2\^1000\), got 0$"),
        ({"options": 10**5000}, r"options must be an integer in \[1, 2\^1000\), got int$"),
        ({"options": True}, "options must be an integer in .*, got True"),
        ({"options": 2.5}, "options must be an integer in .*, got 2.5"),
        ({"options": {"w": "a"}}, "options must be an integer in .*, got 'a'"),
        ({"options": {3: 2}}, "names of options must be strings, got 3"),
        ({"repeats": "yes"}, "repeats must be None or \"drawn\", got 'yes'"),
        ({"repeats": True}, 'repeats must be None or "drawn", got True'),
        ({"delta": "a"}, "delta must be a real number, got 'a'"),
        ({"data": None}, "data must be inputs of shape .*, got None"),
        ({"data": ([[1.0], [2.0, 3.0]], [0, 1])}, "data must be inputs of shape"),
        ({"data": (np.ones((3, 64)).astype(str), np.arange(3))}, "got <U32 of shape"),
        (
            {"data": (np.ones((3, 64)), ["a", "b", "c"])},
            "with n integer labels .labels in words: np.uni",
        ),
        (
            {"data": (np.ones((3, 64)), np.array([0, np.nan, 1]))},
            "labels .labels in floats: labels.",
        ),
        ({"data": (np.ones((3, 64)), np.ones(3, "M8[D]"))}, "with n integer labels, got"),
        (
            {"data": (np.ones((3, 64)), np.array([-1, 0, 1]))},
            r"labels must lie in \[0, 10\), got -1",
        ),
        (
            {"data": (np.ones((3, 64)), np.ma.array([0, 1, 2], mask=[0, 1, 0]))},
            "data must have no masked values, got 1",
        ),
        (
            {"data": (np.ma.masked_less(np.eye(3, 64), 1), np.arange(3))},
            "data must have no masked values, got 189",
        ),
        ({"data": (np.full((3, 64), np.inf), np.arange(3))}, "inputs must be finite, got inf"),
        (
            {"architecture": "lenet"},
            "architecture must be lenet5, lenet5-zhou, vgg-small or a .toml file",
        ),
        ({"architecture": "lenet5"}, "must be 4 arrays, one for each conv and dense layer, got 2"),
    ],
)
@pytest.mark.parametrize("function", [certify, prune_quantise_encode])
def test_what_no_certificate_can_be_of_is_one_line(small, data, function, change, line):
    given = {"weights": small, "data": data} | change
    with pytest.raises(ValueError, match=line) as refused:
        function(given.pop("weights"), given.pop("data"), **given)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"delta": 0.0}, r"delta must lie in \(0, 1\), got 0.0"),
        ({"delta": 1.0}, r"delta must lie in \(0, 1\), got 1.0"),
        ({"data": (np.ones((4, 64)), np.arange(3))}, "data must be inputs of shape"),
        ({"data": (np.ones((4, 64)), np.ones(4))}, "with n integer labels"),
        ({"weights": {"w": np.ones((10, 60))}}, "weights must be layers that chain from 64"),
        ({"codecs": ()}, "codecs must be a sequence of one or more"),
        ({"codecs": "adaptive"}, "codecs must be a sequence of one or more, got 'adaptive'"),
        ({"codecs": None}, "codecs must be a sequence of one or more, got None"),
        ({"codecs": {"adaptive"}}, "codecs must be a sequence of one or more, got {'adaptive'}"),
        ({"codecs": {"adaptive": 1}}, "codecs must be a sequence of one or more, got {'adaptive'"),
        ({"codecs": np.array("lzma")}, "codecs must be a sequence of one or more, got array"),
        (
            {"codecs": (None,)},
            "codec must be one of adaptive, counts, grouped, lzma, zlib, got None",
        ),
        ({"codecs": (np.ones(2),)}, "codec must be one of .*, got float64 of shape"),
        ({"codecs": ("lzma", ["zlib"])}, r"codec must be one of .*, got \['zlib'\]"),
        ({"weights": [np.ones((10, 64))]}, "weights must be a dict of arrays of NumPy, got list"),
        ({"data": (np.ones((4, 64)), np.full(4, 10))}, r"labels must lie in \[0, 10\), got 10"),
        (
            {"weights": {"w": np.ones((1, 64))}, "data": (np.ones((4, 64)), np.arange(4) % 2)},
            r"labels must be 0 where a network has 1 output \(two classes need two, .*, got 1",
        ),
        ({"data": (np.full((4, 64), 1j), np.arange(4))}, "data must be inputs of shape"),
        (
            {"codecs": ("gzip",)},
            "codec must be one of adaptive, counts, grouped, lzma, zlib, got 'gzip'",
        ),
        ({"weights": {"w": np.full((10, 64), np.nan)}}, "must be finite, got nan"),
    ],
)
@pytest.mark.parametrize("function", [certify, prune_quantise_encode])
def test_bad_input_is_refused_in_one_line(small, data, function, change, line):
    given = {"weights": small, "data": data} | change
    with pytest.raises(ValueError, match=line) as refused:
        function(given.pop("weights"), given.pop("data"), **given)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"rounds": -1}, "rounds must be an integer in"),
        ({"examples": 0}, "examples must be an integer in"),
        ({"keeps": (1.5,)}, r"keeps must lie in \(0, 1\], got 1.5"),
        ({"keeps": ("a",)}, "keeps must be a real number, got 'a'"),
        ({"keeps": 0.5}, "keeps must be a sequence of one or more, got 0.5"),
        ({"keeps": (0,)}, r"keeps must lie in \(0, 1\], got 0"),
        ({"keeps": ()}, "keeps must be a sequence of one or more"),
        ({"levels": (0,)}, "levels must be an integer in"),
        ({"alphabets": ()}, "alphabets must be a sequence of one or more"),
        ({"alphabets": "ternary"}, "alphabets must be a sequence of one or more"),
        ({"alphabets": ("binary",)}, "method must be one of kmeans, uniform, ternary"),
        ({"alphabets": (("ternary", 7),)}, "groups must be None, 'channel' or a power of 2"),
        ({"alphabets": (7,)}, "alphabets must be methods, or pairs of a method and groups, got 7"),
        (
            {"alphabets": ("kmeans", ("ternary", "channel"))},
            "codecs must be of grouped, lzma and zlib for alphabets of groups, got adaptive",
        ),
    ],
)
def test_a_search_out_of_range_is_refused(small, data, change, line):
    with pytest.raises(ValueError, match=line):
        prune_quantise_encode(small, data, **change)


def test_an_array_of_too_many_values_says_what_to_do(data):
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match="quantise"):
        certify({"w": rng.normal(size=(100, 64)), "v": rng.normal(size=(10, 100))}, data)


# ------------------------------------------------------------------------------- the command line


@pytest.fixture
def file(tmp_path, small):
    archive.save(tmp_path / "weights.npz", small)
    return tmp_path / "weights.npz"


@pytest.fixture
def examples(tmp_path):
    """Standardised digits as a file of one's own: certify takes inputs as they are."""
    digits = load_digits()
    parts = {k: getattr(digits, k) for k in ("x_train", "y_train", "x_test", "y_test")}
    np.savez(tmp_path / "digits.npz", **parts)
    return tmp_path / "digits.npz"


def test_certify_prints_every_charge_and_writes_the_network(
    file, examples, tmp_path, capsys, small, data
):
    out, plot = tmp_path / "network.snc", tmp_path / "plot.svg"
    given = ("certify", file, "--data", examples, "--delta", 0.1, "--out", out, "--plot", plot)
    assert run(*given) == 0
    text = capsys.readouterr().out
    found = certify(small, data, delta=0.1)
    assert str(found.certificate) in text and f"{len(found.payload):,} bytes charged" in text
    assert f"{out}: {out.stat().st_size:,} bytes, with names" in text
    assert "compress encode takes more bytes than that" in text
    assert "architecture: dense layers with relu between them: 64, dense 40, relu, dense 10" in text
    assert "units first in the file; inputs unit\n" in text
    for name, array in decode(out.read_bytes()).items():
        np.testing.assert_array_equal(array, found.arrays[name])
    assert plot.read_bytes().startswith(b"<?xml")


def test_why_encode_gives_more_is_told_only_where_it_does(file, tmp_path, capsys, small, examples):
    given = ("certify", file, "--data", examples, "--codec", "lzma")
    assert run(*given) == 0
    assert "encode, which" not in capsys.readouterr().out
    archive.save(tmp_path / "turned.npz", {name: w.T for name, w in small.items()})
    assert run("certify", tmp_path / "turned.npz", *given[2:]) == 0
    assert "compress encode takes more bytes than that" in capsys.readouterr().out


def test_a_map_learned_from_the_sample_is_not_certified(file, capsys):
    """Standardising depends on the training inputs, and nothing charges for it."""
    with pytest.raises(SystemExit, match="2"):
        run("certify", file, "--data", "digits", "--inputs", "standardised")
    assert "invalid choice: 'standardised'" in capsys.readouterr().err


def test_certify_says_which_units_it_took_out(tmp_path, examples, capsys, small):
    idle = small["output"].copy()
    idle[:, 5:17] = 0
    archive.save(tmp_path / "idle.npz", small | {"output": idle})
    assert run("certify", tmp_path / "idle.npz", "--data", examples) == 0
    line = next(t for t in capsys.readouterr().out.splitlines() if "taken out" in t)
    assert re.match(r"hidden: 1\d of 40 units \(.*, \.\.\.\) do nothing and were taken out", line)


def test_the_command_charges_what_was_tried_and_sees_repeats(tmp_path, file, capsys):
    digits = load_digits()
    parts = {k: getattr(digits, k) for k in ("x_train", "y_train", "x_test", "y_test")}
    for k in ("x_train", "y_train"):
        parts[k] = np.concatenate([parts[k], parts[k]])
    np.savez(tmp_path / "twice.npz", **parts)
    given = ("certify", file, "--data", tmp_path / "twice.npz")
    assert run(*given) == 1
    assert "got 1437 distinct among 2874" in capsys.readouterr().err
    assert run(*given, "--repeats", "drawn", "--options", 64) == 0
    text = capsys.readouterr().out
    assert re.search(r"options +6\.00", text) and "1,437 distinct inputs among 2,874" in text
    assert run(*given, "--repeats", "drawn", "--options", 0) == 1
    assert "options must be an integer in [1, " in capsys.readouterr().err


def test_the_architecture_is_a_switch_and_the_line_is_printed(tmp_path, capsys):
    rng = np.random.default_rng(1)
    shapes = {"k": (3, 1, 3, 3), "w": (9, 27), "v": (10, 9)}
    arrays = {name: rng.integers(-2, 3, shape) * 1.0 for name, shape in shapes.items()}
    archive.save(tmp_path / "k.npz", arrays)
    (tmp_path / "plan.toml").write_text(
        'version = 1\nlayers = [{kind = "conv"}, {kind = "relu"}, {kind = "maxpool"}, '
        '{kind = "flatten"}, {kind = "dense"}, {kind = "relu"}, {kind = "dense"}]'
    )
    given = ("certify", tmp_path / "k.npz", "--data", "digits")
    assert run(*given) == 1
    assert "(--architecture NAME or FILE.toml" in capsys.readouterr().err
    assert run(*given, "--architecture", tmp_path / "plan.toml") == 0
    text = capsys.readouterr().out
    assert "1 x 8 x 8, conv 3 of 3 x 3, relu, maxpool 2, flatten, dense 9, relu, dense 10" in text
    assert "; inputs unit\n" in text
    plan = (tmp_path / "plan.toml").read_text()
    (tmp_path / "centred.toml").write_text('scale = "centred"\n' + plan)
    assert run(*given, "--architecture", tmp_path / "centred.toml") == 0
    assert "; inputs centred\n" in capsys.readouterr().out
    assert run(*given, "--architecture", "lenet6") == 1
    assert (
        "architecture must be lenet5, lenet5-zhou, vgg-small or a .toml file"
        in capsys.readouterr().err
    )


def test_certify_searches(file, examples, capsys):
    assert run("certify", file, "--data", examples, "--search") == 0
    assert re.search(r"hidden: 0\.\d+ of the nonzero weights, \d values", capsys.readouterr().out)


@pytest.mark.parametrize("codec", ["adaptive", "lzma"])
def test_a_file_is_encoded_and_decoded(file, tmp_path, capsys, codec, small):
    assert run("encode", file, "--codec", codec) == 0
    short = tmp_path / "weights.snc"
    assert short.stat().st_size < file.stat().st_size
    assert run("decode", short, "--out", tmp_path / "again.npz") == 0
    for name, array in archive.load(tmp_path / "again.npz").items():
        np.testing.assert_array_equal(array, small[name])
        assert array.dtype == small[name].dtype


def test_nothing_is_overwritten_unasked(file, tmp_path, capsys):
    assert run("encode", file) == 0
    kept = file.read_bytes()
    assert run("decode", tmp_path / "weights.snc") == 1
    assert "must be new, or named by --out" in capsys.readouterr().err
    assert file.read_bytes() == kept


@pytest.mark.parametrize(
    "change", [lambda b: b[:-3], lambda b: b[:40] + b"\xff" + b[41:], bytes.upper]
)
def test_a_damaged_file_is_refused_in_one_line(file, tmp_path, capsys, change):
    assert run("encode", file) == 0
    short = tmp_path / "weights.snc"
    short.write_bytes(change(short.read_bytes()))
    capsys.readouterr()
    assert run("decode", short, "--out", tmp_path / "again.npz") == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "again.npz").exists()


@pytest.mark.parametrize(
    "names", [("a\0b", "a\0c"), ("a" * 70_000,), ("a\ud800",)], ids=["zeros", "long", "half"]
)
def test_names_that_a_file_of_numpy_cannot_have_are_one_line(tmp_path, capsys, names):
    (tmp_path / "a.snc").write_bytes(encode(dict.fromkeys(names, np.eye(2))))
    assert run("decode", tmp_path / "a.snc") == 1
    told = capsys.readouterr().err
    assert told.startswith("compress: names of arrays must be") and told.count("\n") == 1
    assert not (tmp_path / "a.npz").exists()


def test_a_file_that_promises_more_than_memory_holds_is_one_line(tmp_path, capsys):
    """2^50 numbers are 9 PB, more than the 47 bits of an address reach."""
    manifest = json.dumps(["adaptive", ["d", ["w", ["a", "float64", 2**50]]]]).encode()
    payload = encode_payload({"w": np.zeros(3)})
    lengths = b"".join(len(part).to_bytes(8, "little") for part in (manifest, payload))
    body = MAGIC + b"\1" + lengths + manifest + payload
    (tmp_path / "a.snc").write_bytes(body + crc32(body).to_bytes(4, "little"))
    assert run("decode", tmp_path / "a.snc", "--limit", 2**60) == 1
    told = capsys.readouterr().err
    assert told.startswith("compress: Unable to allocate") and told.count("\n") == 1


def test_what_cannot_show_itself_is_refused_by_its_type():
    class Mute:
        def __repr__(self):
            raise RuntimeError("no words")

    for arrays, line in (
        (Mute(), "arrays must be an array of NumPy or CuPy, got Mute"),
        ({Mute(): np.eye(2)}, "keys must be strings or integers, got Mute"),
        ({"w": [Mute()]}, r"arrays\['w'\]\[0\] must be an array of NumPy or CuPy, got Mute"),
    ):
        with pytest.raises(ValueError, match=f"^{line}$"):
            encode(arrays)


def test_a_file_of_arrays_without_names_is_refused(tmp_path, capsys):
    (tmp_path / "list.snc").write_bytes(encode([np.ones(3)]))
    assert run("decode", tmp_path / "list.snc") == 1
    assert "must hold arrays by name, got list" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["certify", "FILE", "--data", "digits", "--delta", "2"], r"delta must lie in \(0, 1\)"),
        (["encode", "none.npz"], "No such file"),
        (["decode", "none.snc"], "No such file"),
    ],
)
def test_what_cannot_be_done_is_one_line(file, capsys, words, line):
    assert run(*[file if word == "FILE" else word for word in words]) == 1
    told = capsys.readouterr().err
    assert re.search(line, told) and told.count("\n") == 1
