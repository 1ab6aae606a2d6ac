"""Three kinds of network that other people published, through every command of ``compress``.

Small ones of the same layouts, on the digits: a sigmoid MLP whose archive lists its arrays out of
order; one convolution with kernels units first and matrices units last; six padded convolutions,
one padded by 2, with a dropout that is scaled when the network is used.  Hidden layers are random,
the last is fitted by least squares.  Accuracies are those of a forward pass in plain NumPy.
"""

import re
from functools import cache
from math import erfc, sqrt

import numpy as np
import pytest

from compress.__main__ import main
from compress.comparison import methods
from compress.comparison.methods import Task
from compress.coresets import Budget, Guarantee, ReluNetwork, corenet, corenet_plus
from compress.networks import archive
from compress.networks.model import recognised
from stablenoise.data.datasets import load_digits
from stablenoise.layers.architecture import parsed
from stablenoise.layers.kinds import Gelu, MaxPool, Relu, Scale, Sigmoid, Tanh

HEAD = "version = 1\n"
MLP = """layers = [
    { kind = "dense", weights = "W1", bias = "b1" }, { kind = "ACT" },
    { kind = "dense", weights = "W2", bias = "b2" }, { kind = "ACT" },
    { kind = "dense", weights = "W3", bias = "b3" },
]"""
ONE = """layers = [
    { kind = "conv", padding = 1 }, { kind = "relu" }, { kind = "POOL", size = 2 },
    { kind = "flatten" }, { kind = "dense" }, { kind = "relu" }, { kind = "dense" },
]"""
CONV = '{ kind = "conv", padding = 1 }, { kind = "relu" },'
SIX = f"""layers = [
    {CONV} {CONV} {{ kind = "maxpool" }},
    {CONV} {CONV.replace("1", "2")} {{ kind = "maxpool" }},
    {CONV} {CONV} {{ kind = "maxpool" }},
    {{ kind = "flatten" }}, {{ kind = "dense" }}, {{ kind = "relu" }},
    {{ kind = "scale", factor = 0.5 }}, {{ kind = "dense" }}, {{ kind = "scale", factor = 0.5 }},
]"""


def sums(x, kernels, bias, padding):
    """Of patches times kernels, pixel by pixel of the kernel."""
    wide = np.pad(x, ((0, 0), (0, 0), (padding,) * 2, (padding,) * 2))
    high, across = kernels.shape[2:]
    rows, columns = wide.shape[2] - high + 1, wide.shape[3] - across + 1
    out = np.zeros((len(x), len(kernels), rows, columns)) + bias[:, None, None]
    for i, j in np.ndindex(high, across):
        pixels = wide[:, :, i : i + rows, j : j + columns]
        out += np.einsum("nchw,uc->nuhw", pixels, kernels[:, :, i, j])
    return out


def pooled(x, how=np.max):
    """Of squares of 2 x 2; a row and a column that are left over go."""
    rows, columns = (side // 2 for side in x.shape[2:])
    squares = x[:, :, : 2 * rows, : 2 * columns].reshape(*x.shape[:2], rows, 2, columns, 2)
    return how(squares, axis=(3, 5))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


ACTIVATIONS = {
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "gelu": lambda x: x * 0.5 * np.vectorize(erfc)(-x / sqrt(2)),
    "linear": lambda x: x,
}


def hidden_mlp(a, x, between):
    return between(between(x @ a["W1"] + a["b1"]) @ a["W2"] + a["b2"])


def hidden_one(a, x, how):
    image = np.maximum(sums(x.reshape(-1, 1, 8, 8), a["W1"], a["b1"], 1), 0)
    flat = pooled(image, how).reshape(len(x), -1)
    return np.maximum(flat @ a["W2"] + a["b2"], 0)


def hidden_six(a, x):
    image = x.reshape(-1, 1, 8, 8)
    for number, padding in enumerate((1, 1, 1, 2, 1, 1), 1):
        image = np.maximum(sums(image, a[f"W{number}"], a[f"b{number}"], padding), 0)
        image = pooled(image) if number % 2 == 0 else image
    flat = image.reshape(len(x), -1)
    return 0.5 * np.maximum(flat @ a["W7"] + a["b7"], 0)


def fitted(arrays, hidden, last):
    """The arrays with a last layer by least squares."""
    data = load_digits(standardise=False)
    features = np.column_stack([hidden(data.x_train), np.ones(len(data.x_train))])
    targets = np.eye(10)[data.y_train]
    found = np.linalg.lstsq(features, targets, rcond=None)[0]
    arrays |= {f"W{last}": found[:-1], f"b{last}": found[-1]}
    return {name: a.astype(np.float32) for name, a in arrays.items()}


def drawn(shapes, seed=1):
    rng = np.random.default_rng(seed)
    fans = {n: s[0] if len(s) == 2 else np.prod(s[1:]) for n, s in shapes.items()}
    arrays = {n: rng.normal(size=s) * np.sqrt(2 / fans[n]) for n, s in shapes.items()}
    units = {n: s[1] if len(s) == 2 else s[0] for n, s in shapes.items()}
    return arrays | {n.replace("W", "b"): rng.normal(size=units[n]) * 0.1 for n in shapes}


@cache
def network(kind):
    """Arrays as in the file, an architecture, and outputs by hand."""
    name, _, option = kind.partition(" ")
    if name == "mlp":
        between = ACTIVATIONS[option]
        arrays = drawn({"W1": (64, 60), "W2": (60, 40)})
        arrays = fitted(arrays, lambda x: hidden_mlp(arrays, x, between), 3)
        order = "b2", "W1", "b1", "W2", "W3", "b3"
        arrays = {n: arrays[n] for n in order}
        last = lambda x: hidden_mlp(arrays, x, between) @ arrays["W3"] + arrays["b3"]  # noqa: E731
        return arrays, HEAD + MLP.replace("ACT", option), last
    if name == "one":
        how = {"maxpool": np.max, "meanpool": np.mean}[option]
        arrays = drawn({"W1": (12, 1, 3, 3), "W2": (192, 60)})
        arrays = fitted(arrays, lambda x: hidden_one(arrays, x, how), 3)
        last = lambda x: hidden_one(arrays, x, how) @ arrays["W3"] + arrays["b3"]  # noqa: E731
        return arrays, HEAD + ONE.replace("POOL", option), last
    pairs = [(8, 1), (8, 8), (12, 8), (12, 12), (24, 12), (24, 24)]
    arrays = drawn({f"W{i}": (*p, 3, 3) for i, p in enumerate(pairs, 1)} | {"W7": (24, 60)})
    arrays = fitted(arrays, lambda x: hidden_six(arrays, x), 8)
    return arrays, HEAD + SIX, lambda x: 0.5 * (hidden_six(arrays, x) @ arrays["W8"] + arrays["b8"])


EVERY = ["mlp sigmoid", "mlp tanh", "mlp gelu", "mlp linear", "one maxpool", "one meanpool", "six"]


@pytest.fixture
def files(tmp_path):
    """Paths of the weights and of the architecture of a network."""

    def written(kind):
        arrays, plan, _ = network(kind)
        archive.save(tmp_path / "w.npz", arrays)
        (tmp_path / "plan.toml").write_text(plan)
        return tmp_path / "w.npz", tmp_path / "plan.toml"

    return written


def run(command, files, *options):
    weights, plan = files
    given = [command, weights, "--data", "digits", "--architecture", plan, *options]
    return main([str(part) for part in given])


def accuracy(kind, x=None):
    data = load_digits(standardise=False)
    return (network(kind)[2](data.x_test).argmax(axis=1) == data.y_test).mean()


@pytest.mark.parametrize("kind", EVERY)
def test_outputs_are_those_of_plain_numpy(kind):
    arrays, plan, outputs = network(kind)
    model = recognised(arrays, 64, parsed(plan.encode()))
    x = load_digits(standardise=False).x_test
    np.testing.assert_allclose(model.logits(model.arrays, x), outputs(x), rtol=2e-4, atol=2e-4)
    assert accuracy(kind) > 0.7
    for name, array in model.as_in_file(model.arrays).items():
        np.testing.assert_array_equal(array, arrays[name])


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        *((kind, method) for kind in EVERY for method in ("magnitude", "column")),
        *(("six", method) for method in ("random", "sap", "singular_value", "filter")),
    ],
)
def test_prune_begins_at_the_accuracy_of_plain_numpy(files, capsys, tmp_path, kind, method):
    given = ("--keep", 0.5, "--out", tmp_path / "p.npz", "--method", method)
    assert run("prune", files(kind), *given) == 0
    assert f"test accuracy {accuracy(kind):.4f} -> " in capsys.readouterr().out
    pruned, arrays = archive.load(tmp_path / "p.npz"), network(kind)[0]
    assert {n: a.shape for n, a in pruned.items()} == {n: a.shape for n, a in arrays.items()}
    assert run("prune", (tmp_path / "p.npz", tmp_path / "plan.toml"), *given) == 1  # it reads that
    capsys.readouterr()


@pytest.mark.parametrize("kind", ["mlp sigmoid", "one maxpool", "six"])
def test_report_compares_all_methods(files, capsys, kind):
    assert run("report", files(kind), "--keep", 0.5) == 0
    text = capsys.readouterr().out
    assert f"accuracy of the whole network: {accuracy(kind):.4f}" in text
    rows = dict(re.findall(r"^(\w+) +([\d.]+|nan)$", text.split("accuracy \\ keep")[1], re.M))
    assert {"magnitude", "column", "corenet", "corenet_plus", "corenet_plus_plus"} <= rows.keys()
    assert "nan" not in rows.values()


@pytest.mark.parametrize("kind", EVERY)
def test_coresets_of_a_budget_are_of_any_activation(files, capsys, tmp_path, kind):
    given = ("--keep", 0.6, "--out", tmp_path / "c.npz")
    assert run("coreset", files(kind), *given) == 0
    text = capsys.readouterr().out
    assert f"test accuracy {accuracy(kind):.4f} -> " in text
    rows = re.findall(r"^\d+ +([\d,]+) +([\d,]+) ", text, re.M)
    counts = [[int(n.replace(",", "")) for n in row] for row in rows]
    weights = [a for name, a in sorted(network(kind)[0].items()) if name[0] == "W"]
    assert [edges for edges, _ in counts] == [np.count_nonzero(w) for w in weights]
    edges, kept = map(sum, zip(*counts, strict=True))
    assert abs(kept - 0.6 * edges) < 0.05 * edges


@pytest.mark.parametrize("kind", ["mlp sigmoid", "mlp tanh", "mlp gelu"])
def test_guarantees_name_the_theorem_that_needs_relu(files, capsys, tmp_path, kind):
    given = ("--epsilon", 0.5, "--delta", 0.1, "--out", tmp_path / "c.npz")
    assert run("coreset", files(kind), *given) == 1
    line = capsys.readouterr().err
    assert "must be of a network with relu between its layers, as the theorem of CoreNet" in line
    assert line.count("\n") == 1 and not (tmp_path / "c.npz").exists()


@pytest.mark.parametrize("kind", ["mlp linear", "one maxpool", "one meanpool", "six"])
def test_guarantees_are_of_layers_that_keep_relative_errors(files, capsys, tmp_path, kind):
    given = ("--epsilon", 0.5, "--delta", 0.1, "--out", tmp_path / "c.npz")
    assert run("coreset", files(kind), *given) == 0
    assert "the theorem's size is vacuous" in capsys.readouterr().out


@pytest.mark.parametrize("kind", EVERY)
def test_certify_counts_the_errors_of_plain_numpy(files, capsys, kind):
    assert run("certify", files(kind), "--codec", "lzma") == 0
    text = capsys.readouterr().out
    data = load_digits(standardise=False)
    errors = 1 - (network(kind)[2](data.x_train).argmax(axis=1) == data.y_train).mean()
    assert float(re.search(r"training error +([\d.]+)", text)[1]) == pytest.approx(errors, abs=2e-3)
    assert f"test error {1 - accuracy(kind):.4f}" in text
    assert "must have been fixed before the data were seen" in text and "--options N" in text


def test_certify_searches_a_sigmoid_network(files, capsys, tmp_path):
    out = tmp_path / "c.snc"
    assert run("certify", files("mlp sigmoid"), "--search", "--out", out) == 0
    assert "of the nonzero weights" in capsys.readouterr().out
    assert main(["decode", str(out), "--out", str(tmp_path / "d.npz")]) == 0
    decoded = archive.load(tmp_path / "d.npz")
    assert list(decoded) == ["b2", "W1", "b1", "W2", "W3", "b3"]


@pytest.mark.parametrize("kind", EVERY)
def test_describe_proposes_what_the_other_commands_read(files, capsys, tmp_path, kind):
    weights, _ = files(kind)
    given = ["describe", str(weights), "--data", "digits", "--out", str(tmp_path / "o.toml")]
    assert main(given) == 0
    options = ("--keep", 0.5, "--out", tmp_path / "p.npz")
    assert run("prune", (weights, tmp_path / "o.toml"), *options) == 0
    before = float(re.search(r"test accuracy ([\d.]+) -> ", capsys.readouterr().out)[1])
    assert before >= accuracy(kind) - 0.05


@pytest.mark.parametrize("kind", ["mlp sigmoid", "six"])
def test_files_are_encoded_and_decoded_by_an_architecture(files, capsys, tmp_path, kind):
    weights, plan = files(kind)
    image = "version = 1\nimage = [1, 8, 8]" if kind == "six" else "version = 1"
    plan.write_text(plan.read_text().replace("version = 1", image))
    extra = archive.load(weights) | {"bn.num_batches_tracked": np.array([3])}
    archive.save(weights, extra)
    out, back = tmp_path / "w.snc", tmp_path / "back.npz"
    given = ["--architecture", str(plan)]
    assert main(["encode", str(weights), "--codec", "lzma", "--out", str(out), *given]) == 0
    assert main(["decode", str(out), "--out", str(back), *given]) == 0
    decoded = archive.load(back)
    assert list(decoded) == [name for name in extra if name != "bn.num_batches_tracked"]
    for name, array in decoded.items():
        np.testing.assert_array_equal(array, extra[name])
    other = tmp_path / "other.toml"
    other.write_text('version = 1\nlayers = [{kind = "dense"}]')
    (tmp_path / "back.npz").unlink()
    given = ["--architecture", str(other)]
    assert main(["decode", str(out), "--out", str(back), *given]) == 1
    assert "must be" in capsys.readouterr().err and not back.exists()


def test_batch_norms_that_are_folded_have_their_architecture_beside_them(tmp_path, capsys):
    rng = np.random.default_rng(1)
    arrays = {"fc1.weight": rng.normal(size=(30, 64)), "bn1.weight": np.full(30, 2.0)}
    arrays |= {"bn1.bias": rng.normal(size=30), "bn1.running_mean": rng.normal(size=30)}
    arrays |= {"bn1.running_var": np.full(30, 0.5), "bn1.num_batches_tracked": np.array(3)}
    arrays |= {"fc2.weight": rng.normal(size=(10, 30)), "fc2.bias": rng.normal(size=10)}
    np.savez(tmp_path / "w.npz", **arrays)
    norm = 'scale = "bn1.weight", shift = "bn1.bias", mean = "bn1.running_mean"'
    (tmp_path / "plan.toml").write_text(
        'version = 1\nlayers = [{kind = "dense"}, '
        f'{{kind = "batchnorm", {norm}, variance = "bn1.running_var"}}, '
        '{kind = "tanh"}, {kind = "dense"}]'
    )
    paths = tmp_path / "w.npz", tmp_path / "plan.toml"
    given = ("--keep", 1, "--out", tmp_path / "p.npz")
    assert run("prune", paths, *given) == 0
    before = re.search(r"test accuracy ([\d.]+) -> \1", capsys.readouterr().out)[1]
    again = tmp_path / "p.npz", tmp_path / "p.folded.toml"
    assert run("prune", again, "--keep", 1, "--out", tmp_path / "q.npz") == 0
    assert f"test accuracy {before} -> {before}" in capsys.readouterr().out


RNG = np.random.default_rng(5)
MATRICES = [RNG.normal(size=(8, 5)), RNG.normal(size=(6, 8)), RNG.normal(size=(3, 6))]
POINTS = RNG.normal(size=(40, 5))


@pytest.mark.parametrize("kind", [Tanh, Sigmoid, Gelu, Relu])
def test_a_coreset_is_fed_what_the_network_makes(kind):
    """Its sums are unbiased at what the original network feeds each layer, of whatever sign."""
    between = ((kind(),), (Scale(0.5), kind()), ())
    net = ReluNetwork(MATRICES, between=between)
    signal = POINTS @ MATRICES[0].T
    act = {Tanh: np.tanh, Sigmoid: sigmoid, Relu: lambda x: np.maximum(x, 0)}
    act[Gelu] = ACTIVATIONS["gelu"]
    first = act[kind](signal)
    second = act[kind](0.5 * (first @ MATRICES[1].T))
    for found, expected in zip(net.inputs(POINTS), (POINTS, first, second), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-12)
    np.testing.assert_allclose(net(POINTS), second @ MATRICES[2].T, rtol=1e-12)
    whole = corenet(net, POINTS, Budget(1.0), seed=1)
    np.testing.assert_allclose(whole(POINTS), net(POINTS), rtol=1e-9)
    draws = [corenet(net, POINTS, Budget(0.7, "layer"), seed=s).dense()[1] for s in range(60)]
    error = np.std(draws, axis=0) / np.sqrt(60) + 1e-12
    covered = np.abs(np.mean(draws, axis=0) - MATRICES[1]) / error
    assert covered.max() < 8  # 48 means of 60 draws: 48 P(|t_59| > 8) = 3e-9 of false alarms


def test_a_neuron_that_is_zero_at_all_points_is_dropped_whatever_its_sign():
    """With tanh a neuron below zero is not silent; one that is 0 everywhere is."""
    weights = [np.array([[-1.0], [0.0], [1.0]]), np.ones((1, 3))]
    net = ReluNetwork(weights, between=((Tanh(),), ()))
    assert corenet_plus(net, [[1.0]], Budget(1.0), 1).silent[0].tolist() == [False, True, False]
    relu = corenet_plus(ReluNetwork(weights), [[1.0]], Budget(1.0), 1)
    assert relu.silent[0].tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("between", "line"),
    [
        (((Relu(),),), "between must be a tuple of layers for each of 3 matrices"),
        ((Relu(), Relu(), ()), "between must be a tuple of layers for each of 3 matrices"),
        (((MaxPool(),), (), ()), "between must be activations and scales, got MaxPool"),
    ],
)
def test_what_is_between_matrices_is_checked(between, line):
    with pytest.raises(ValueError, match=line):
        ReluNetwork(MATRICES, between=between)


def test_scales_leave_the_theorem_as_it_is():
    """A factor of all that a layer is fed changes no relative error."""
    scaled = ReluNetwork(MATRICES, between=((Relu(), Scale(0.5)), (Relu(),), (Scale(2.0),)))
    plain, rule = ReluNetwork(MATRICES), Guarantee(0.5, 0.1)
    assert rule.constants(scaled) == rule.constants(plain)
    mine, theirs = (rule.plans(n, POINTS)[1] for n in (scaled, plain))
    np.testing.assert_allclose(mine.growth, theirs.growth, rtol=1e-12)
    for other in ((Sigmoid(),), (), ()), ((Relu(),), (), (Gelu(),)), ((Tanh(),), (Relu(),), ()):
        with pytest.raises(ValueError, match="as the theorem of CoreNet is of relu"):
            rule.constants(ReluNetwork(MATRICES, between=other))


def test_compact_is_of_relu():
    coreset = corenet(
        ReluNetwork(MATRICES, between=((Tanh(),), (Tanh(),), ())), POINTS, Budget(1.0), 1
    )
    with pytest.raises(ValueError, match="compact must be of a network with relu"):
        coreset.compact()


def test_biases_of_some_layers_alone_make_a_coreset():
    arrays = {"w": MATRICES[0], "b": np.ones(8), "v": MATRICES[1], "u": MATRICES[2]}
    model = recognised(arrays, 5)
    coreset = corenet(methods.relu_network(model), POINTS, Budget(1.0), seed=1)
    back = methods.of_coreset(model, coreset)
    assert list(back) == list(arrays)
    np.testing.assert_allclose(coreset(POINTS), model.logits(back, POINTS), rtol=1e-9)


def test_a_column_that_is_pruned_feeds_nothing_whatever_the_activation():
    """The neuron is gone: with sigmoid it would else be 1/2."""
    arrays, plan, _ = network("mlp sigmoid")
    model = recognised(arrays, 64, parsed(plan.encode()))
    pruned = methods.prune_to(model, 0.5, "column")
    dead = ~pruned["W1"].any(axis=1)
    assert dead.sum() == 30 and not pruned["b1"][dead].any() and not pruned["W2"][:, dead].any()
    np.testing.assert_array_equal(pruned["b3"], model.arrays["b3"])
    alive = {"W1": pruned["W1"][~dead], "b1": pruned["b1"][~dead], "W2": pruned["W2"][:, ~dead]}
    small = recognised(pruned | alive, 64, parsed(plan.encode()))
    x = load_digits(standardise=False).x_test
    np.testing.assert_allclose(
        model.logits(pruned, x), small.logits(small.arrays, x), rtol=1e-4, atol=1e-5
    )


def test_tasks_of_convolutions_have_coresets_of_kernels_too():
    arrays, plan, _ = network("one maxpool")
    model = recognised(arrays, 64, parsed(plan.encode()))
    rng = np.random.default_rng(3)
    points, held_out, x = (rng.uniform(size=(30, 64)) for _ in range(3))
    task = Task(model, points, held_out, x, np.zeros(30, int))
    for name in methods.CORESETS:
        pruned, stored = methods.available(model)[name](task, 0.5)
        assert stored == methods.nonzeros(pruned)
        assert 0 < np.count_nonzero(pruned["W1"]) < np.count_nonzero(model.arrays["W1"])
    flat = pooled(np.maximum(sums(x.reshape(-1, 1, 8, 8), arrays["W1"], arrays["b1"], 1), 0))
    np.testing.assert_allclose(model.features(x), flat.reshape(30, -1), rtol=1e-4, atol=1e-5)
