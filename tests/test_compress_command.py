"""Every method at equal shares, the curves, and the command line."""

import csv
import os
import re
import subprocess
import sys
from functools import cache
from io import BytesIO, TextIOWrapper
from itertools import islice
from math import ceil
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.axes import Axes

from chaos.network import Network
from chaos.sgd import minibatch_drift, trajectory
from compress.__main__ import main
from compress.coding import length
from compress.comparison import curves, methods
from compress.comparison.curves import Outcome
from compress.comparison.methods import Task
from compress.compressibility.norms import relative_error
from compress.coresets import Budget, corenet
from compress.networks import archive, loading
from compress.networks.model import recognised
from compress.pruning import magnitude
from stablenoise import NoiseField
from stablenoise.data.datasets import load_digits
from stablenoise.layers.architecture import Architecture
from stablenoise.layers.kinds import Conv, Dense, Flatten, MaxPool, Relu

KEEPS = (0.2, 0.5, 0.9)


@cache
def trained():
    """Matrices of a network that has learned the digits: 64 inputs, 40 hidden units."""
    digits, network = load_digits(), Network()
    drift = minibatch_drift(network, digits.x_train, digits.y_train, batch=64, seed=1)
    start = network.initial((64, 40, 10), seed=1)
    path = trajectory(start, drift, NoiseField(2.0, seed=1), eta=0.05, sigma=0.01)
    hidden, output = next(islice(path, 299, None))
    return {"hidden": hidden, "output": output / 40}  # the mean-field scaling divides by the width


@pytest.fixture
def file(tmp_path):
    archive.save(tmp_path / "weights.npz", trained())
    return tmp_path / "weights.npz"


@cache
def task(biases=False):
    rng = np.random.default_rng(1)
    arrays = trained()
    if biases:
        arrays = {
            "hidden": arrays["hidden"],
            "b": rng.normal(size=40) / 9,
            "output": arrays["output"],
            "c": rng.normal(size=10) / 9,
        }
    data = load_digits()
    points, held_out = loading.two_samples(data, 100, seed=1)
    return Task(recognised(arrays, 64), points, held_out, data.x_test, data.y_test)


@cache
def outcomes(biases=False):
    return {(o.method, o.keep): o for o in curves.outcomes(task(biases), KEEPS)}


PLAN = Architecture((Conv(), MaxPool(), Flatten(), Dense(), Relu(), Dense()))


def images(seed=1):
    """A task with a convolution, of which no weight has been learned."""
    rng = np.random.default_rng(seed)
    arrays = {
        "k": rng.normal(size=(10, 1, 3, 3)),
        "k_bias": rng.normal(size=10),
        "v": rng.normal(size=(30, 90)),
        "v_bias": rng.normal(size=30),
        "w": rng.normal(size=(4, 30)),
        "w_bias": rng.normal(size=4),
    }
    points, held_out, x = np.split(rng.normal(size=(90, 64)), 3)
    return Task(recognised(arrays, 64, PLAN), points, held_out, x, np.arange(30) % 4)


# --------------------------------------------------------------------------- methods and curves


@pytest.mark.parametrize("biases", [False, True])
@pytest.mark.parametrize("keep", KEEPS)
def test_every_method_keeps_about_the_share(keep, biases):
    """Draws have a standard deviation below 0.01 here; factors round their rank down."""
    for name in methods.available(task().model):
        kept = outcomes(biases)[name, keep].stored
        low, high = keep - 0.04, keep + 0.04
        if name in ("singular_value", "sap"):  # less, by rank or by its own rule
            low, high = 0, keep + 0.01
        elif name == "corenet_units":  # less, as 15 of 40 units feed nothing; one is 1/40
            low, high = min(keep, 25 / 40) - 0.2, keep + 0.2  # three standard deviations
        assert low < kept < high, name


def test_errors_fall_as_more_is_kept_and_magnitude_is_the_least_of_entrywise_methods():
    found = outcomes()
    for name in methods.available(task().model):
        assert found[name, 0.9].change < found[name, 0.2].change, name
    others = set(methods.available(task().model)) - {"magnitude", "sap", "column"}
    for keep in KEEPS:
        least = min(found[name, keep].change for name in others)
        assert found["magnitude", keep].change < least


def test_what_is_judged_is_the_network_of_the_arrays():
    found = outcomes(True)["magnitude", 0.5]
    arrays, _ = methods.available(task().model)["magnitude"](task(True), 0.5)
    hidden = np.maximum(task().x @ arrays["hidden"].T + arrays["b"], 0)
    logits = hidden @ arrays["output"].T + arrays["c"]
    exact = task(True).model.logits(task(True).model.arrays, task().x)
    assert found.change == pytest.approx(np.abs(logits - exact).sum() / np.abs(exact).sum())
    assert found.accuracy == np.mean(logits.argmax(axis=1) == task().labels)


def test_a_pruned_neuron_leaves_no_bias_and_feeds_nothing():
    arrays, stored = methods.available(task().model)["column"](task(True), 0.5)
    alive = arrays["hidden"].any(axis=1)
    assert alive.sum() == 20
    assert not arrays["b"][~alive].any() and not arrays["output"][:, ~alive].any()
    np.testing.assert_array_equal(arrays["c"], task(True).model.arrays["c"])
    longest = np.argsort(-np.linalg.norm(trained()["hidden"], axis=1))[:20]
    assert set(np.flatnonzero(alive)) == set(longest)
    assert stored == 20 * 64 + 20 * 10


def test_an_output_without_weights_is_its_bias():
    arrays = task(True).model.arrays | {
        "output": trained()["output"] * (np.arange(10) > 0)[:, None]
    }
    model = recognised(arrays, 64)
    found = methods.prune(model, 0.5, "column")
    np.testing.assert_array_equal(found["c"], arrays["c"])


@pytest.mark.parametrize("name", methods.CORESETS)
def test_coresets_keep_the_same_share_of_every_layer(name):
    """Standard deviations are below 0.01; with one number for the network layers differ by 0.1."""
    arrays, _ = methods.available(task().model)[name](task(), 0.3)
    for layer, w in trained().items():
        assert np.count_nonzero(arrays[layer]) / w.size == pytest.approx(0.3, abs=0.05)


def test_the_best_coreset_is_chosen_on_the_examples_held_out():
    t = task()
    swapped = Task(t.model, t.points, t.held_out[:9] / 2, t.x, t.labels)
    best = methods.available(t.model)["corenet_plus_plus"]
    first, other = (best(given, 0.3)[0]["hidden"] for given in (t, swapped))
    assert not np.array_equal(first, other)


def test_shares_are_of_the_weights_that_are_not_zero():
    sparse = {k: magnitude.prune(w, 0.5) for k, w in trained().items()}
    half = Task(recognised(sparse, 64), task().points, task().held_out, task().x, task().labels)
    for name, method in methods.available(half.model).items():
        if name not in ("singular_value", "sap", "column"):
            stored = method(half, 0.5)[1]
            assert stored / methods.nonzeros(sparse) == pytest.approx(0.5, abs=0.05), name


def test_convolutions_are_pruned_by_filters():
    found = methods.available(images().model)
    assert {"filter", "uniform", "poisson", "top_sensitivity"} <= found.keys()
    arrays, stored = found["filter"](images(), 0.5)
    assert arrays["k"].any(axis=(1, 2, 3)).sum() == 5 and stored == 45 + 2700 + 120
    arrays, stored = found["column"](images(), 0.5)
    assert arrays["v"].any(axis=1).sum() == 15 and stored == 90 + 15 * 90 + 15 * 4
    np.testing.assert_array_equal(arrays["k"], images().model.arrays["k"])
    arrays, stored = found["singular_value"](images(), 0.5)
    assert np.linalg.matrix_rank(arrays["v"]) == 11 and stored == 90 + 11 * 120 + 1 * 34


def test_random_choices_follow_the_seed():
    for name in ("random", "corenet", "corenet_plus_plus", "uniform"):
        method = methods.available(task().model)[name]
        first, again = (method(task(), 0.3)[0]["hidden"] for _ in range(2))
        np.testing.assert_array_equal(first, again)
        other = Task(task().model, task().points, task().held_out, task().x, task().labels, seed=2)
        assert not np.array_equal(first, method(other, 0.3)[0]["hidden"]), name


@pytest.mark.parametrize(
    ("places", "line"),
    [
        ((0, 0, 1), "held_out must share no row with points, got 3"),
        ((0, 1, 0), "evaluation must share no row with points, got 3"),
        ((0, 1, 1), "evaluation must share no row with held_out, got 3"),
    ],
)
def test_examples_must_not_serve_twice(places, line):
    parts = np.random.default_rng(1).normal(size=(2, 3, 64))
    with pytest.raises(ValueError, match=line):
        Task(task().model, *(parts[place] for place in places), np.arange(3))


def test_a_share_that_a_method_cannot_meet_is_noted_and_the_others_go_on():
    found = {o.method: o for o in curves.outcomes(task(), [0.005])}
    assert re.match(r".* must .*, got ", found["corenet"].note) and np.isnan(
        found["corenet"].change
    )
    assert found["magnitude"].change > 0 and not found["magnitude"].note


@pytest.mark.parametrize("keep", [0.0, 1.0 + 2**-52, -0.5, np.nan])
def test_shares_outside_are_refused(keep):
    with pytest.raises(ValueError, match=r"keep must lie in \(0, 1\], got"):
        next(curves.outcomes(task(), [0.5, keep]))


def test_tables_and_curves_hold_every_outcome():
    found = [Outcome("a", 0.1, 0.1, 0.5, 0.8), Outcome("a", 0.2, 0.2, 0.25, 0.9)]
    found += [Outcome("b", 0.1, note="no"), Outcome("b", 0.2, 0.2, 1.0, 0.5)]
    assert curves.table(found, "change").splitlines() == [
        r"change \ keep    0.1    0.2",
        "a              0.500  0.250",
        "b                nan  1.000",
    ]
    rows = list(csv.DictReader(curves.to_csv(found).splitlines()))
    assert [row["method"] for row in rows] == ["a", "a", "b", "b"]
    assert float(rows[1]["change"]) == 0.25 and rows[2]["note"] == "no"
    page = ElementTree.fromstring(curves.to_svg(found, accuracy=0.9))
    assert page.tag.endswith("svg")
    assert curves.to_svg(found, accuracy=0.9) == curves.to_svg(found, accuracy=0.9)


def half_dead():
    """A task on digits of which half of the inputs are 0, and so have no sensitivity."""
    t = task()
    alive = np.arange(64) % 2
    parts = (x * alive for x in (t.points, t.held_out, t.x))
    return Task(t.model, *parts, t.labels)


def test_a_share_is_one_of_the_nonzero_weights_or_it_is_said():
    """Of the 2,960 weights 1,280 are fed by dead inputs: no chance keeps more than the others."""
    found = {(o.method, o.keep): o for o in curves.outcomes(half_dead(), [0.2, 0.8])}
    for keep in (0.2, 0.8):
        top = found["top_sensitivity", keep]
        assert top.stored == pytest.approx(keep, abs=1e-3) and not top.note
    low, high = found["poisson", 0.2], found["poisson", 0.8]
    assert low.stored == pytest.approx(0.2, abs=0.04) and not low.note
    assert high.stored <= 1680 / 2960
    assert high.note == f"keeps {high.stored:.3g} of the nonzero weights"
    for (name, keep), outcome in found.items():
        room = 0.05 * keep + 4 * np.sqrt(keep * (1 - keep) / 2960)
        assert bool(outcome.note) == (not abs(outcome.stored - keep) <= room), name


@pytest.mark.parametrize("name", ["corenet_plus_plus", "top_sensitivity"])
def test_shares_are_kept_to_a_few_percent(name):
    """``corenet_plus_plus`` chooses within its budget: 5% more without."""
    for keep in KEEPS:
        kept = outcomes()[name, keep].stored
        assert 0.97 * keep < kept <= keep + 2 / 2960, keep


def test_shares_are_sorted_and_taken_once():
    one = {"magnitude": methods.PRUNING["magnitude"]}
    found = [o.keep for o in curves.outcomes(task(), [0.5, 0.1, 0.5, 0.3], one)]
    assert found == [0.1, 0.3, 0.5]


def test_lines_of_the_picture_go_one_way(monkeypatch):
    drawn = []
    plot = Axes.plot

    def spied(self, x, y, **style):
        drawn.append((style["label"], list(x), list(y)))
        return plot(self, x, y, **style)

    monkeypatch.setattr(Axes, "plot", spied)
    found = [Outcome("a", 0.3, 0.3, 0.5, 0.8), Outcome("a", 0.1, note="no")]
    found += [Outcome("a", 0.2, 0.1, 0.25, 0.9, note="keeps 0.1 of the nonzero weights")]
    curves.to_svg(found, accuracy=0.9)
    assert drawn == [("a", [0.1, 0.3], [0.25, 0.5]), ("a", [0.1, 0.3], [0.9, 0.8])]


def test_masked_values_are_refused():
    t, masked = task(), np.ma.array(np.ones((30, 64)), mask=np.eye(30, 64))
    for place, name in enumerate(("points", "held_out", "x")):
        parts = [t.points, t.held_out, t.x]
        parts[place] = masked
        with pytest.raises(ValueError, match=f"^{name} must have no masked values, got 30$"):
            Task(t.model, *parts, t.labels)
    with pytest.raises(ValueError, match="^labels must have no masked values, got 30$"):
        Task(t.model, t.points, t.held_out, t.x, masked.ravel())
    for call in (curves.accuracy, curves.relative_change):
        with pytest.raises(ValueError, match="must have no masked values, got 30$"):
            call(masked, np.ones((30, 64)))


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (
            lambda m: methods.prune(m, 0.5, "nope"),
            "method must be one of column, dead_unit, filter, magnitude, random, sap, "
            "singular_value, got 'nope'",
        ),
        (lambda m: methods.prune_to(m, 0.5, None), "method must be one of .*, got None"),
        (lambda m: methods.keep_for_error(m, 0.5, "."), "method must be one of .*, got '.'"),
        (
            lambda m: methods.prune(m, 0.5, "magnitude", 3),
            "scope must be 'layer' or 'global', got 3",
        ),
        (
            lambda m: curves.accuracy(np.ones((3, 2)), np.ones(2)),
            r"logits must have a row for each label, got shapes \(3, 2\) and \(2,\)",
        ),
        (
            lambda m: curves.relative_change(np.ones((3, 2)), np.ones((2, 2))),
            r"logits must have shape \(3, 2\), got \(2, 2\)",
        ),
    ],
)
def test_what_no_method_takes_is_refused_in_one_line(call, line):
    with pytest.raises(ValueError, match=f"^{line}$"):
        call(task().model)


def test_the_change_of_outputs_has_no_unit():
    exact, logits = np.array([[1.0, -3.0], [2.0, 2.0]]), np.array([[1.0, -1.0], [2.0, 4.0]])
    for unit in (1.0, 2.0**-1070, 2.0**1020):
        assert curves.relative_change(exact * unit, logits * unit) == 0.5
    assert curves.relative_change(exact, exact) == 0 == curves.relative_change(exact * 0, exact * 0)
    assert curves.relative_change(exact * 0, logits) == np.inf


# --------------------------------------------------------------------------- the command line


def run(*arguments):
    return main([str(word) for word in arguments])


def test_prune_writes_what_the_method_makes_and_says_what_it_costs(file, tmp_path, capsys):
    out = tmp_path / "pruned.npz"
    given = ("--data", "digits", "--inputs", "standardised")  # as in training
    assert run("prune", file, *given, "--keep", 0.25, "--out", out) == 0
    found = archive.load(out)
    for name, w in trained().items():
        np.testing.assert_array_equal(found[name], magnitude.prune(w, 0.25))
    text = capsys.readouterr().out
    assert "weights['hidden']" in text and "640" in text
    before, after = map(float, re.search(r"accuracy (\S+) -> (\S+),", text).groups())
    assert before > 0.85 and abs(after - before) < 0.1


def test_prune_to_an_error(file, tmp_path):
    out = tmp_path / "pruned.npz"
    given = ("prune", file, "--data", "digits", "--error", 0.1, "--scope", "global", "--out", out)
    assert run(*given) == 0
    found, whole = (
        np.concatenate([w.ravel() for w in arrays.values()])
        for arrays in (archive.load(out), trained())
    )
    share = np.count_nonzero(found) / found.size
    assert (
        relative_error(whole, share) ** 2
        <= 0.1
        < relative_error(whole, share - 1 / found.size) ** 2
    )


def test_a_network_of_zeros_is_pruned_in_silence(tmp_path, capsys):
    archive.save(tmp_path / "zero.npz", {"w": np.zeros((10, 64))})
    given = ("--data", "digits", "--keep", 0.5)
    assert run("prune", tmp_path / "zero.npz", *given, "--out", tmp_path / "out.npz") == 0
    assert "relative change of the outputs 0.0000" in capsys.readouterr().out


def test_a_report_into_a_file_is_refused_before_the_work(file, capsys):
    assert run("report", file, "--data", "digits", "--out", file) == 1
    assert "--out must be a folder, got the file" in capsys.readouterr().err


def test_a_coreset_of_convolutions_is_of_kernels_and_matrices():
    """Half of the edges of each layer, a kernel's counted once; its outputs are the model's."""
    task = images()
    network = methods.relu_network(task.model)
    assert [w.shape for w in network.weights] == [(10, 1, 3, 3), (30, 90), (4, 30)]
    expected = corenet(network, task.points, Budget(0.5, "layer"), task.seed)
    arrays, stored = methods.available(task.model)["corenet"](task, 0.5)
    for name, kept in zip(task.model.weights, expected.dense(), strict=True):
        np.testing.assert_array_equal(arrays[name], kept)
    assert stored == expected.edges
    logits = task.model.logits(arrays, task.x)
    np.testing.assert_allclose(logits, expected(task.x), rtol=1e-12)


def test_a_coreset_of_convolutions_is_written(tmp_path, capsys):
    archive.save(tmp_path / "k.npz", images().model.arrays)
    plan = tmp_path / "plan.toml"
    kinds = ("conv", "maxpool", "flatten", "dense", "relu", "dense")
    layers = ", ".join(f'{{kind = "{kind}"}}' for kind in kinds)
    plan.write_text(f"version = 1\nlayers = [{layers}]\n")
    given = ("--data", "digits", "--keep", 0.5, "--shares", "layer", "--out", tmp_path / "out.npz")
    assert run("coreset", tmp_path / "k.npz", *given) == 1
    assert "architecture must be said for kernels" in capsys.readouterr().err
    assert run("coreset", tmp_path / "k.npz", *given, "--architecture", plan) == 0
    assert "a kernel's once" in capsys.readouterr().out
    kernels = archive.load(tmp_path / "out.npz")["k"]
    assert kernels.shape == images().model.arrays["k"].shape
    assert np.count_nonzero(kernels) < np.count_nonzero(images().model.arrays["k"])


@pytest.mark.parametrize("kind", [np.float16, np.int32])
def test_a_report_of_any_type_of_weights(tmp_path, kind):
    scaled = {k: (w * 50).astype(kind) for k, w in trained().items()}
    archive.save(tmp_path / "w.npz", scaled)
    out = tmp_path / "report"
    assert run("report", tmp_path / "w.npz", "--data", "digits", "--keep", 0.5, "--out", out) == 0
    rows = list(csv.DictReader((out / "curves.csv").read_text().splitlines()))
    # whole units are drawn: of few units the share of the weights is another
    assert not [row["note"] for row in rows if row["note"] and row["method"] != "corenet_units"]


@pytest.mark.parametrize("method", ["column", "singular_value", "random", "sap", "dead_unit"])
def test_prune_knows_every_method(file, tmp_path, method):
    out = tmp_path / "pruned.npz"
    given = ("prune", file, "--data", "digits", "--keep", 0.5, "--out", out, "--method", method)
    assert run(*given) == 0
    assert archive.load(out).keys() == trained().keys()


def test_a_coreset_is_written_and_its_layers_told(file, tmp_path, capsys):
    out = tmp_path / "coreset.npz"
    assert run("coreset", file, "--data", "digits", "--keep", 0.4, "--out", out) == 0
    kept = methods.nonzeros(archive.load(out)) / methods.nonzeros(trained())
    assert kept == pytest.approx(0.4, abs=0.03)
    assert "rms expected" in capsys.readouterr().out


def test_a_guarantee_is_told_to_be_vacuous_and_void(file, tmp_path, capsys):
    out = tmp_path / "coreset.npz"
    given = ("coreset", file, "--data", "digits", "--epsilon", 0.5, "--delta", 0.1, "--points", 20)
    assert run(*given, "--out", out) == 0
    text = capsys.readouterr().out
    assert "vacuous" in text and "S has 20 points" in text and "void" in text


def test_a_report_compares_all_methods(file, tmp_path, capsys):
    folder = tmp_path / "report"
    given = ("report", file, "--data", "digits", "--keep", 0.3, 0.6, "--out", folder)
    assert run(*given) == 0
    text = capsys.readouterr().out
    rows = list(csv.DictReader((folder / "curves.csv").read_text().splitlines()))
    assert len(rows) == 2 * len(methods.available(task().model))
    for row in rows:
        assert row["method"] in text
    assert (folder / "curves.svg").read_bytes().startswith(b"<?xml")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["prune", "none.npz", "--keep", "0.5"], "No such file"),
        (["coreset", "FILE"], "needs --keep, or --epsilon and --delta"),
        (["coreset", "FILE", "--keep", "0.5", "--delta", "0.1"], "got --keep, --delta"),
        (
            ["prune", "FILE", "--error", "0.1", "--method", "sap"],
            "a method that has a rank, got sap",
        ),
        (["coreset", "FILE", "--epsilon", "0.5", "--delta", "1.5"], r"delta must lie in \(0, 1\)"),
        (["coreset", "FILE", "--epsilon", "0", "--delta", "0.5"], r"epsilon must lie in \(0, 1\)"),
        (["coreset", "FILE", "--keep", "0.5", "--points", "0"], "points must be an integer in"),
        (["prune", "FILE", "--keep", "0.5", "--data", "cifar"], "data must be digits"),
        (["prune", "NARROW", "--keep", "0.5"], "chain from 64 inputs, got shapes \\(2, 5\\)"),
        (["prune", "PICKLED", "--keep", "0.5"], "pickled objects in hidden"),
        (["prune", "FILE", "--keep", "0.5", "--method", "filter"], "must hold a 4-d array"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_writes_nothing(
    file, tmp_path, capsys, arguments, line
):
    np.savez(tmp_path / "pickled.npz", hidden=np.array([{}], dtype=object))
    archive.save(tmp_path / "narrow.npz", {"w": np.ones((2, 5))})
    names = {"FILE": file} | {n.upper(): tmp_path / f"{n}.npz" for n in ("pickled", "narrow")}
    words = [names.get(word, word) for word in arguments]
    data = [] if "--data" in words else ["--data", "digits"]
    out = tmp_path / "out.npz"
    assert run(*words, *data, "--out", out) == 1
    told = capsys.readouterr().err
    assert re.search(line, told) and told.count("\n") == 1
    assert not out.exists()


@pytest.mark.parametrize(
    "words", [["prune", "w.npz"], ["report"], [], ["prune", "w", "--keep", "2"]]
)
def test_usage_is_told(words, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(words)
    assert "usage: compress" in capsys.readouterr().err


# One name, one meaning; what is read is not overwritten; what cannot be written is said before


def sparse_file(tmp_path):
    """Half of the weights of one layer are 0, three quarters of the other."""
    pairs = zip(trained().items(), (0.5, 0.25), strict=True)
    arrays = {k: magnitude.prune(w, share) for (k, w), share in pairs}
    archive.save(tmp_path / "sparse.npz", arrays)
    return tmp_path / "sparse.npz", arrays


@pytest.mark.parametrize("method", ["magnitude", "random", "sap", "column", "singular_value"])
def test_a_share_means_the_same_to_prune_and_to_report(tmp_path, method, capsys):
    path, arrays = sparse_file(tmp_path)
    out, folder = tmp_path / "pruned.npz", tmp_path / "report"
    given = "--data", "digits", "--keep", 0.4
    assert run("prune", path, *given, "--method", method, "--out", out) == 0
    change = float(re.search(r"change of the outputs (\S+)", capsys.readouterr().out)[1])
    assert run("report", path, *given, "--points", 20, "--out", folder) == 0
    rows = list(csv.DictReader((folder / "curves.csv").read_text().splitlines()))
    row = next(row for row in rows if row["method"] == method)
    assert float(row["change"]) == pytest.approx(change, abs=6e-5)  # which has four places
    found = archive.load(out)
    stored = methods.nonzeros(found)
    if method == "singular_value":
        ranks = {k: np.linalg.matrix_rank(w) for k, w in found.items()}
        stored = sum(r * sum(arrays[k].shape) for k, r in ranks.items())
        for r, w in zip(ranks.values(), arrays.values(), strict=True):
            assert r * sum(w.shape) <= 0.4 * np.count_nonzero(w) < (r + 1) * sum(w.shape)
    assert float(row["stored"]) == pytest.approx(stored / methods.nonzeros(arrays), rel=1e-12)
    if method == "magnitude":
        counts = [np.count_nonzero(w) for w in found.values()]
        assert counts == [ceil(0.4 * np.count_nonzero(w)) for w in arrays.values()]


def test_a_share_of_all_layers_together(tmp_path):
    _, arrays = sparse_file(tmp_path)
    model, edges = recognised(arrays, 64), methods.nonzeros(arrays)
    found = methods.prune_to(model, 0.4, "magnitude", "global")
    assert methods.nonzeros(found) == ceil(0.4 * edges)
    sizes = np.sort(np.concatenate([abs(w).ravel() for w in arrays.values()]))[::-1]
    left = np.concatenate([abs(w[w != 0]) for w in found.values()])
    assert left.min() == sizes[ceil(0.4 * edges) - 1]
    low = methods.prune_to(model, 0.3, "singular_value", "global")
    values = {k: np.linalg.svd(w, compute_uv=False) for k, w in arrays.items()}
    ranks = {k: np.linalg.matrix_rank(w) for k, w in low.items()}
    spent = sum(r * sum(arrays[k].shape) for k, r in ranks.items())
    kept = min(values[k][r - 1] for k, r in ranks.items() if r)
    assert all((values[k][r:] <= kept).all() for k, r in ranks.items())
    assert spent <= 0.3 * edges < spent + 104  # 104 is the price of a rank of the larger layer
    for method in ("magnitude", "singular_value", "sap"):
        for scope in ("layer", "global"):
            nothing = methods.prune_to(model, 0.0, method, scope)
            assert not any(w.any() for w in nothing.values())
    np.testing.assert_equal(methods.prune_to(model, 1.0, "singular_value"), model.arrays)
    with pytest.raises(ValueError, match=r"^keep must lie in \[0, 1\], got 1.5$"):
        methods.prune_to(model, 1.5, "magnitude")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["report", "--keep", "0"], r"must lie in \(0, 1\], got '0'"),
        (["report", "--keep", "0.5", "2"], r"must lie in \(0, 1\], got '2'"),
        (["coreset", "--keep", "0"], r"must lie in \(0, 1\], got '0'"),
        (["prune", "--keep", "1.1"], r"must lie in \[0, 1\], got '1.1'"),
        (["prune", "--error", "nan"], r"must lie in \[0, 1\], got 'nan'"),
        (["prune", "--keep", "a"], r"must lie in \[0, 1\], got 'a'"),
    ],
)
def test_shares_are_refused_by_the_rule_of_the_command(file, tmp_path, capsys, words, line):
    with pytest.raises(SystemExit, match="2"):
        run(words[0], file, "--data", "digits", *words[1:], "--out", tmp_path / "out")
    assert re.search(line, capsys.readouterr().err)


def test_shares_of_a_report_come_in_any_order(file, tmp_path, capsys):
    given = ("--data", "digits", "--points", 20, "--keep", 0.6, 0.3, 0.6)
    assert run("report", file, *given, "--out", tmp_path / "r") == 0
    assert re.search(r"^change \\ keep +0.3 +0.6$", capsys.readouterr().out, re.M)
    rows = list(csv.DictReader((tmp_path / "r" / "curves.csv").read_text().splitlines()))
    assert len(rows) == 2 * len(methods.available(task().model))


COMMANDS = ["prune", "coreset", "certify", "quantise", "encode", "decode"]


def asked(command, file, tmp_path):
    """The file that a command reads, and what else it is given."""
    share = ("--data", "digits", "--keep", 0.5)
    if command == "decode":
        encoded = tmp_path / "pruned.snc"
        encoded.write_bytes(length.encode({k: np.round(w) for k, w in trained().items()}))
        return encoded, ()
    return file, {
        "prune": share,
        "coreset": (*share, "--points", 20),
        "certify": ("--data", "digits", "--codec", "lzma"),
        "quantise": ("--levels", 4),
        "encode": ("--codec", "lzma"),
    }[command]


@pytest.mark.parametrize("way", ["itself", "relative", "symbolic", "hard"])
@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_read_is_not_overwritten(file, tmp_path, capsys, monkeypatch, command, way):
    read, given = asked(command, file, tmp_path)
    before, out = read.read_bytes(), read
    monkeypatch.chdir(tmp_path)
    if way == "relative":
        (tmp_path / "below").mkdir()
        out = Path("below") / ".." / read.name
    if way in ("symbolic", "hard"):
        out = tmp_path / "link"
        (out.symlink_to if way == "symbolic" else out.hardlink_to)(read)
    assert run(command, read, *given, "--out", out) == 1
    told = capsys.readouterr()
    assert told.err == f"compress: --out must be another file than {read}, got {out}\n"
    assert read.read_bytes() == before and not told.out


def test_data_and_pictures_are_not_overwritten_either(file, tmp_path, capsys):
    data, digits = tmp_path / "data.npz", load_digits()
    archive.save(data, {name: getattr(digits, name) for name in loading.PARTS})
    before = data.read_bytes()
    assert run("prune", file, "--data", data, "--keep", 0.5, "--out", data) == 1
    assert f"--out must be another file than {data}, got {data}" in capsys.readouterr().err
    plot = tmp_path / "a.svg"
    (tmp_path / "below").mkdir()
    for other in (plot, tmp_path / "below" / ".." / "a.svg"):
        given = ("certify", file, "--data", data, "--codec", "lzma", "--out", other)
        assert run(*given, "--plot", plot) == 1
        assert f"--plot must be another file than {other}, got" in capsys.readouterr().err
    weights = tmp_path / "below" / "curves.csv"
    weights.write_bytes(file.read_bytes())
    assert run("report", weights, "--data", data, "--out", tmp_path / "below") == 1
    assert "--out must be another file than" in capsys.readouterr().err
    assert data.read_bytes() == before and weights.read_bytes() == file.read_bytes()
    assert not plot.exists()


@pytest.mark.parametrize("command", ["prune", "coreset", "certify"])
def test_an_architecture_and_files_of_a_data_set_are_read_too(file, tmp_path, capsys, command):
    """What a command reads by name, or by another switch, is not overwritten."""
    plan, home = tmp_path / "plan.toml", tmp_path / "home"
    plan.write_text('version = 1\nlayers = [{kind = "dense"}, {kind = "relu"}, {kind = "dense"}]')
    (home / "mnist").mkdir(parents=True)
    (home / "ECG5000_TEST.txt.gz").write_bytes(b"test")
    images = home / "mnist" / "train-images-idx3-ubyte"
    images.write_bytes(b"images")
    keep = () if command == "certify" else ("--keep", 0.5)
    for data, read in (
        (("digits", "--architecture", plan), plan),
        (("mnist", "--data-home", home), images),
        (("ecg5000", "--data-home", home), home / "ECG5000_TEST.txt.gz"),
    ):
        before = read.read_bytes()
        (tmp_path / "link").unlink(missing_ok=True)
        (tmp_path / "link").symlink_to(read)
        for out in read, tmp_path / "link":
            assert run(command, file, "--data", *data, *keep, "--out", out) == 1
            told = capsys.readouterr()
            assert told.err == f"compress: --out must be another file than {read}, got {out}\n"
            assert read.read_bytes() == before and not told.out


def test_files_of_a_report_and_a_picture_are_none_that_are_read(file, tmp_path, capsys):
    plan = tmp_path / "plan.toml"
    plan.write_text('version = 1\nlayers = [{kind = "dense"}, {kind = "relu"}, {kind = "dense"}]')
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "curves.svg").symlink_to(plan)
    given = "--data", "digits", "--architecture", plan
    for words in (
        ("report", "--out", tmp_path / "r"),
        (
            "certify",
            "--plot",
            tmp_path / "r" / "curves.svg",
        ),
    ):
        assert run(words[0], file, *given, *words[1:]) == 1
        assert f"must be another file than {plan}, got" in capsys.readouterr().err
    assert plan.read_text().startswith("version")


def test_the_name_of_a_data_set_or_an_architecture_is_no_file(file, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run("prune", file, "--data", "digits", "--keep", 0.5, "--out", "digits") == 0
    images = task_file(tmp_path)
    assert run(*images, "--out", "lenet5") == 1  # the arrays are no LeNet-5
    assert "weights must be layers that chain" in capsys.readouterr().err
    assert run(*images[:-1], "plan.toml", "--out", "lenet5") == 0


def task_file(tmp_path):
    """Words of a command that prunes a network of kernels, of which the last is its name."""
    rng = np.random.default_rng(1)
    arrays = {"k": rng.normal(size=(2, 1, 3, 3)), "w": rng.normal(size=(10, 72))}
    archive.save(tmp_path / "k.npz", arrays)
    kinds = "conv", "flatten", "dense"
    layers = ", ".join(f'{{kind = "{kind}"}}' for kind in kinds)
    (tmp_path / "plan.toml").write_text(f"version = 1\nlayers = [{layers}]")
    words = "prune", tmp_path / "k.npz", "--data", "digits", "--keep", 0.5
    return *words, "--architecture", "lenet5"


def test_by_default_methods_see_half_of_few_examples(file, tmp_path, capsys):
    """With 300 the default of 200 was out of range, though nothing had been given."""
    digits = load_digits()
    parts = {name: getattr(digits, name) for name in loading.PARTS}
    for count, code in (300, 0), (1, 1):
        few = {name: a[:count] if name.endswith("train") else a for name, a in parts.items()}
        archive.save(tmp_path / "few.npz", few)
        words = "coreset", file, "--data", tmp_path / "few.npz", "--inputs", "unit", "--keep", 0.5
        assert run(*words, "--out", tmp_path / "c.npz") == code
    assert capsys.readouterr().err == "compress: 2 training examples are needed, got 1\n"
    samples = loading.two_samples(digits, 1437 // 2, 1)
    assert sum(map(len, samples)) <= 1436


@pytest.mark.parametrize("folder", [".", "", "/", ".."])
@pytest.mark.parametrize("command", ["quantise", "encode", "decode"])
def test_a_folder_is_no_file_to_read(command, folder, capsys):
    given = ("--levels", 4, "--out", "few.npz") if command == "quantise" else ()
    assert run(command, folder, *given) == 1
    told = capsys.readouterr().err
    assert told == f"compress: what is read must be a file, got the folder {folder or '.'}\n"


@pytest.mark.parametrize("command, there", [("encode", "w.snc"), ("decode", "w.npz")])
def test_a_missing_file_is_named_before_what_would_be_written(command, there, tmp_path, capsys):
    (tmp_path / there).touch()
    missing = tmp_path / ("w.npz" if there == "w.snc" else "w.snc")
    assert run(command, missing) == 1
    line = f"compress: [Errno 2] No such file or directory: '{missing}'\n"
    assert capsys.readouterr().err == line


@pytest.mark.parametrize(
    "switches",
    [
        ("certify", "--data", "none.npz"),
        ("prune", "--keep", 0.5, "--out", "o.npz", "--data", "none.npz"),
        ("certify", "--data", "digits", "--architecture", "none.toml"),
        ("encode", "--out", "o.snc", "--architecture", "none.toml"),
        ("certify", "--data", "digits", "--unseen", "none.npy"),
        ("certify", "--data", "digits", "--unseen", "0:9", "--prior", "none.npz"),
        ("describe", "--data", "none.npz"),
    ],
)
def test_a_missing_file_is_named_with_its_switch(file, tmp_path, capsys, monkeypatch, switches):
    """The last one; the network itself has none."""
    monkeypatch.chdir(tmp_path)
    command, *given, switch, missing = switches
    assert run(command, file, *given, switch, missing) == 1
    line = f"compress: {switch}: [Errno 2] No such file or directory: '{missing}'\n"
    assert capsys.readouterr().err == line
    assert sorted(path.name for path in tmp_path.iterdir()) == ["weights.npz"]


@pytest.mark.parametrize("command", COMMANDS)
def test_where_nothing_can_be_written_is_said_before_the_work(file, tmp_path, capsys, command):
    read, given = asked(command, file, tmp_path)
    line = f"{file} must be a folder that can be written to, got {file}: Not a directory"
    cases = {
        ".": "--out must be a file, got the folder .",
        tmp_path: f"--out must be a file, got the folder {tmp_path}",
        "/dev/null": "--out must be a file, got /dev/null, which is none",
        file / "x.npz": line,
    }
    for out, told in cases.items():
        assert run(command, read, *given, "--out", out) == 1
        seen = capsys.readouterr()
        assert seen.err == f"compress: {told}\n" and not seen.out


def test_a_report_is_not_begun_where_it_cannot_be_written(file, capsys):
    assert run("report", file, "--data", "digits", "--out", file / "folder") == 1
    told = capsys.readouterr()
    assert "must be a folder that can be written to" in told.err and not told.out


def test_a_picture_is_one_that_can_be_drawn(file, tmp_path, capsys, monkeypatch):
    certify = ("certify", file, "--data", "digits", "--codec", "lzma")
    assert run(*certify, "--plot", tmp_path / "s.png") == 1
    told = capsys.readouterr()
    assert told.err == f"compress: --plot must end in .svg, got {tmp_path / 's.png'}\n"
    assert not told.out
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    for name, words in (
        ("--plot", (*certify, "--plot", tmp_path / "s.svg")),
        ("--out", ("report", file, "--data", "digits", "--out", tmp_path / "s.r")),
    ):
        assert run(*words) == 1
        told = capsys.readouterr()
        assert told.err.startswith(f"compress: {name} needs matplotlib, which pip") and not told.out
    assert not list(tmp_path.glob("s.*"))


def test_what_gets_longer_is_said(file, tmp_path, capsys):
    assert run("encode", file, "--out", tmp_path / "a.snc") == 0
    assert "longer than before" in capsys.readouterr().out
    assert (tmp_path / "a.snc").stat().st_size > file.stat().st_size
    archive.save(tmp_path / "few.npz", {k: np.round(w * 4) for k, w in trained().items()})
    assert run("encode", tmp_path / "few.npz") == 0
    assert "longer than before" not in capsys.readouterr().out


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_names_in_any_script_are_decoded_in_any_encoding(tmp_path, encoding):
    names = ["вес", "重み", "w"]
    (tmp_path / "a.snc").write_bytes(length.encode({name: np.eye(2) for name in names}))
    command = [sys.executable, "-m", "compress", "decode", str(tmp_path / "a.snc")]
    place = os.environ | {"PYTHONIOENCODING": encoding, "LC_ALL": "C"}
    done = subprocess.run(command, env=place, capture_output=True, check=False)
    assert done.returncode == 0 and not done.stderr
    assert list(archive.load(tmp_path / "a.npz")) == names
    expected = ", ".join(f"{name} (2, 2)" for name in names)
    assert expected.encode(encoding, "backslashreplace") in done.stdout


def test_standard_output_is_left_as_it_was(file, tmp_path, monkeypatch):
    stream = TextIOWrapper(BytesIO(), "ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    assert run("encode", file, "--codec", "lzma", "--out", tmp_path / "é.snc") == 0
    assert stream.errors == "strict"
    stream.flush()
    assert b"\\xe9.snc: " in stream.buffer.getvalue()


# What a newcomer asks: which inputs, what was written, what a column is, what may be overwritten


@pytest.mark.parametrize("command", ["prune", "coreset", "report", "certify"])
@pytest.mark.parametrize("scale", [None, "centred"])
def test_every_command_takes_the_same_inputs_and_says_which(file, tmp_path, capsys, command, scale):
    """The whole network's accuracy at the test data is printed by each, or its test error."""
    asked_for = () if scale is None else ("--inputs", scale)
    share = () if command == "certify" else ("--keep", 0.5)
    given = (*share, *asked_for, "--out", tmp_path / "out", "--data", "digits")
    fast = ("--codec", "lzma") if command == "certify" else ()
    assert run(command, file, *given, *fast) == 0
    text = capsys.readouterr().out
    ink = load_digits(standardise=False)
    x = ink.x_test if scale is None else 2 * ink.x_test - 1
    whole = curves.accuracy(task().model.logits(trained(), x), ink.y_test)
    told = {"certify": f"test error {1 - whole:.4f}", "report": f"network: {whole:.4f}"}
    assert told.get(command, f"test accuracy {whole:.4f} ->") in text
    line = next(line for line in text.splitlines() if line.startswith("inputs: "))
    others = "centred" if scale is None else "unit"
    others += "" if command == "certify" else " or standardised"
    means = "as they are in the data (images in [0, 1])" if scale is None else "2 (x - 1/2)"
    why = "by default" if scale is None else "as asked"
    assert line == f"inputs: {means}, {why}; --inputs {others} changes that"


def test_the_scale_of_an_architecture_is_told_as_its_own(file, tmp_path, capsys):
    plan = tmp_path / "plan.toml"
    plan.write_text('version = 1\nscale = "centred"\nlayers = [{kind = "dense"}, {kind = "dense"}]')
    given = ("--data", "digits", "--keep", 0.5, "--architecture", plan)
    assert run("prune", file, *given, "--out", tmp_path / "out.npz") == 0
    assert "inputs: 2 (x - 1/2), as the architecture says; --inputs" in capsys.readouterr().out
    before = plan.read_bytes()
    assert run("prune", file, *given, "--out", plan) == 1
    assert f"--out must be another file than {plan}, got" in capsys.readouterr().err
    assert plan.read_bytes() == before


@pytest.mark.parametrize("inputs", ["raw", 3, np.ones(2)])
def test_inputs_of_no_known_scale_are_refused_in_one_line(file, inputs):
    with pytest.raises(ValueError, match="^inputs must be one of unit, centred, standardised, got"):
        loading.load_model_and_data(file, "digits", inputs=inputs)


@pytest.mark.parametrize("command", ["prune", "coreset", "certify", "report"])
def test_what_is_written_is_named_with_its_size_and_may_be_there_already(
    file, tmp_path, capsys, command
):
    read, given = asked("certify" if command == "certify" else "coreset", file, tmp_path)
    given = [word for word in given if command != "prune" or word not in ("--points", 20)]
    out = tmp_path / "out"
    written = (
        [out / name for name in ("curves.csv", "curves.svg")] if command == "report" else [out]
    )
    for path in written:
        path.parent.mkdir(exist_ok=True)
        path.write_text("old")
    assert run(command, read, *given, "--out", out) == 0
    text = capsys.readouterr().out
    for path in written:
        assert f"{path}: {path.stat().st_size:,} bytes" in text and path.read_bytes() != b"old"


@pytest.mark.parametrize("command", ["encode", "decode"])
def test_a_default_name_must_be_new_and_one_that_is_given_need_not(file, tmp_path, capsys, command):
    read, given = asked(command, file, tmp_path)
    out = read.with_suffix(".snc" if command == "encode" else ".npz")
    out.write_bytes(b"old")
    assert run(command, read, *given) == 1
    assert f"{out} must be new, or named by --out" in capsys.readouterr().err
    assert out.read_bytes() == b"old"
    assert run(command, read, *given, "--out", out) == 0 and out.read_bytes() != b"old"


@pytest.mark.parametrize("command", [*COMMANDS, "report"])
def test_help_gives_defaults_and_the_rule_of_what_is_overwritten(command, capsys):
    with pytest.raises(SystemExit, match="0"):
        run(command, "--help")
    text = " ".join(capsys.readouterr().out.split())
    assert "a file that is there is overwritten, but none that is read" in text
    told = {
        "prune": ["(default: magnitude)", "in [0, 1]; as for report", "or else unit"],
        "coreset": ["(default: corenet)", "(default: 200, or half", "in (0, 1]", "or else unit"],
        "report": [
            "0.05 0.1 0.15 0.2 0.3 0.4 0.6 0.8)",
            "(default: 200, or half",
            "in (0, 1]; as for",
        ],
        "certify": ["(default: 0.05)", "(default: adaptive)", "or else unit"],
        "quantise": ["(default: kmeans)", "in [1, 4,096]", "by default an array", "--out FEW"],
        "encode": ["(default: adaptive)", "which must be new"],
        "decode": [f"in any case, at most {length.LIMIT:,})", "which must be new"],
    }
    for words in told[command]:
        assert words in text


def test_notes_are_one_line_a_method_after_the_tables(file, capsys):
    keeps = (0.01, 0.02, 1.0)
    assert run("report", file, "--data", "digits", "--points", 20, "--keep", *keeps) == 0
    lines = capsys.readouterr().out.splitlines()
    last = max(i for i, line in enumerate(lines) if line.startswith("top_sensitivity "))
    notes = [line for line in lines if ": another share" in line or ": no outcome" in line]
    assert notes == lines[-len(notes) :] and len(lines) - len(notes) > last
    names = [line.partition(":")[0] for line in notes]
    assert len(set(names)) == len(names)
    refused = next(line for line in notes if line.startswith("corenet:"))
    assert refused.startswith("corenet: no outcome at 0.01, 0.02: keep must leave an edge")
    assert "sap: another share kept than asked at 1" in notes


def test_all_is_kept_where_all_is_asked_for():
    """But by the method that goes by a rule of its own."""
    for outcome in curves.outcomes(task(), [1.0]):
        if outcome.method != "sap":
            assert outcome.stored == 1 and outcome.change < 1e-14, (
                outcome.method
            )  # a sum's rounding


@pytest.mark.parametrize(
    ("command", "columns"),
    [
        ("prune", ["dense B", "CSR B", "dropped B", "mult-adds", "kept"]),
        ("coreset", ["kept", "zero sensitivity", "rms", "S"]),
        ("report", ["PQ index", "kept for squared error 0.1", "change", "accuracy", "stored"]),
    ],
)
def test_columns_of_tables_are_explained_under_them(file, tmp_path, capsys, command, columns):
    given = ("--data", "digits", "--keep", 0.5, "--out", tmp_path / "out")
    assert run(command, file, *given, *(("--points", 20) if command != "prune" else ())) == 0
    text = capsys.readouterr().out
    for column in columns:
        assert re.search(rf"(^|; |, ){re.escape(column)}(, [^:]*)?: ", text, re.M), column
    assert all(len(line) <= 120 for line in text.splitlines()[2:])


def test_known_architectures_are_told_where_one_is_wanted():
    with pytest.raises(ValueError, match=r"^architecture must be said .*lenet5, lenet5-zhou"):
        recognised(images().model.arrays, 64)


def test_a_name_of_data_or_of_an_architecture_is_no_file_that_is_read(file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    given = ("--data", "digits", "--keep", 0.5)
    assert run("prune", file, *given, "--out", "digits") == 0
    assert archive.load("digits").keys() == trained().keys()
