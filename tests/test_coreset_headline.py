"""CoreNet's headline: networks, methods at equal shares, rows of claims, a run that goes on."""

from dataclasses import replace
from functools import partial
from math import log

import numpy as np
import pytest

from benchmarks.coreset_headline import __main__ as command
from benchmarks.coreset_headline import cells, figures, tables
from benchmarks.heavy_tailed_training import kept
from compress.coresets import baselines
from paper_checks.claims import (
    baykal_fresh_shares_mnist,
    baykal_largest_weights_mnist,
    baykal_order_of_samplers_mnist,
    baykal_share_that_is_enough_mnist,
)
from paper_checks.experiments import compressed_networks, coreset_headline
from paper_checks.experiments.compressed_networks import METHODS, SEEN, Course, trained
from paper_checks.experiments.trained_coresets import shares
from paper_checks.replicates import replicate_seed
from stablenoise.data.datasets import load_digits

digits = partial(load_digits, standardise=False)
COURSE = Course((40, 30), 150, eta=0.3, batch=32)


@pytest.fixture(scope="module")
def case():
    return trained(digits, COURSE, 3, 200)


def test_a_network_has_learned_and_is_tested_on_the_first_images(case):
    data = compressed_networks.images(digits)
    assert case.accuracy > 0.75 and len(case.test) == 200
    np.testing.assert_array_equal(case.test, data.x_test[:200])
    np.testing.assert_array_equal(case.exact, case.network(case.test))
    assert case.network.weights[0].dtype == np.float32


def test_images_of_s_and_those_held_out_are_not_trained_on(monkeypatch):
    asked = []

    def steps(settings, data, start):
        asked.append(data)
        yield start

    monkeypatch.setattr(compressed_networks, "steps", steps)
    untrained = trained(digits, COURSE._replace(steps=1), 3, 50)
    data = compressed_networks.images(digits)
    np.testing.assert_array_equal(asked[0].x_train, data.x_train[2 * SEEN :])
    np.testing.assert_array_equal(asked[0].y_train, data.y_train[2 * SEEN :])
    np.testing.assert_array_equal(untrained.seen, data.x_train[:SEEN])
    np.testing.assert_array_equal(untrained.held_out, data.x_train[SEEN : 2 * SEEN])


def test_initial_weights_have_the_variance_of_uniform_ones(monkeypatch):
    """64 x 40 normal variates: 6 standard errors of their variance are 17%."""
    monkeypatch.setattr(compressed_networks, "steps", lambda s, d, start: iter([start]))
    weights = trained(digits, COURSE._replace(steps=1), 3, 50).network.weights[0]
    assert 3 * 64 * weights.var() == pytest.approx(1, rel=0.17)


@pytest.mark.parametrize("method", METHODS)
def test_methods_keep_the_share_that_is_asked_for_and_differ(case, method):
    """Edges that are drawn: 6 standard deviations of a binomial law; CoreNet+ may have fewer."""
    outcome = compressed_networks.compressed(case, 0.4, 5, [method])[method]
    edges = sum(w.size for w in case.network.weights)
    assert outcome.stored < 0.4 + 3 / np.sqrt(edges)
    assert outcome.stored > (
        0.3 if method in ("corenet_plus", "corenet_plus_plus", "svd") else 0.36
    )
    assert 0.01 < outcome.change < 3 and outcome.accuracy <= 1


def test_methods_have_the_weights_that_they_name(case):
    coreset = case.coreset(0.4, 5)
    layers = list(zip(case.network.weights, shares(coreset), strict=True))
    by_hand = {
        "magnitude": [baselines.top_magnitude(w, k) for w, k in layers],
        "l2": [baselines.l2(w, k, 5, i).toarray() for i, (w, k) in enumerate(layers)],
        "svd": [f.left @ f.right for f in (baselines.svd(w, k) for w, k in layers)],
    }
    assert max(share for _, share in layers) < compressed_networks.WHOLE
    for method, weights in by_hand.items():
        a = case.test
        for w, b in zip(weights, case.network.biases, strict=True):
            a = np.maximum(a @ w.T + b, 0) if w is not weights[-1] else a @ w.T + b
        change = abs(a - case.exact).sum() / abs(case.exact).sum()
        found = METHODS[method](case, coreset, 5)
        assert found.change == pytest.approx(change, rel=1e-5)
        assert found.accuracy == (a.argmax(axis=1) == case.labels).mean()
    stored = sum(k.left.size + k.right.size for k in (baselines.svd(w, s) for w, s in layers))
    assert METHODS["svd"](case, coreset, 5).stored * sum(w.size for w, _ in layers) == stored


def test_layers_of_which_nearly_all_is_kept_are_left_whole(case, monkeypatch):
    all_kept, some = case.coreset(1.0, 5), case.coreset(0.4, 5)
    for method in ("l2", "uniform", "svd", "magnitude", "corenet"):
        outcome = METHODS[method](case, all_kept, 5)
        assert (outcome.stored, outcome.change) == (1.0, pytest.approx(0, abs=1e-6))
    monkeypatch.setattr(compressed_networks, "WHOLE", min(shares(some)) - 0.01)
    for method in ("l2", "uniform", "svd"):
        outcome = METHODS[method](case, some, 5)
        assert (outcome.stored, outcome.change) == (1.0, pytest.approx(0, abs=1e-6))


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(coreset_headline, "COURSE", COURSE)
    monkeypatch.setitem(coreset_headline.LOADS, "mnist", digits)
    coreset_headline.network.cache_clear()
    yield
    coreset_headline.network.cache_clear()


@pytest.fixture
def raw(small):
    """One raw row at 20% and 40%, its case, and the outcomes that are in it."""
    rows = coreset_headline.outcomes(range(1), 9, "mnist", 0.2, 0.4)
    seed = replicate_seed(9, 0)
    case = coreset_headline.network(digits, seed)
    low, high = (compressed_networks.compressed(case, keep, seed) for keep in (0.2, 0.4))
    return rows, case, low, high


def test_losses_are_those_of_both_coresets_at_each_share(raw):
    rows, case, *both = raw
    row = coreset_headline.losses(rows)[0]
    found = [share[name] for share in both for name in ("corenet", "corenet_plus_plus")]
    assert row[:4].tolist() == [case.accuracy - outcome.accuracy for outcome in found]
    assert row[4] == case.accuracy and row[5:].tolist() == [outcome.change for outcome in found]


def test_orders_are_of_errors_at_the_high_share(raw):
    rows, _, _, high = raw
    row = coreset_headline.orders(rows)[0]
    assert row[5:].tolist() == [high[name].change for name in METHODS]
    pairs = [("corenet", "corenet_plus_plus")]
    pairs += [(name, "corenet") for name in ("uniform", "l1", "l2", "hybrid")]
    assert row[:5] == pytest.approx([log(high[a].change / high[b].change) for a, b in pairs])


def test_gains_are_of_accuracies_at_the_low_share(raw):
    rows, case, low, _ = raw
    gap, *lost = coreset_headline.gains(rows, "magnitude", "corenet")[0]
    assert lost == [case.accuracy - low[name].accuracy for name in ("magnitude", "corenet")]
    assert gap == pytest.approx(low["magnitude"].accuracy - low["corenet"].accuracy)


def test_claims_on_one_data_set_share_their_rows():
    runs = [
        (claim.experiment.function, claim.experiment.options, claim.chunk)
        for claim in (
            baykal_share_that_is_enough_mnist.CLAIM,
            baykal_order_of_samplers_mnist.CLAIM,
            baykal_largest_weights_mnist.CLAIM,
        )
    ]
    assert runs[0] == runs[1] == runs[2]
    assert runs[0][1] == {"data": "mnist", "low": 0.15, "high": 0.4}
    controls = [
        baykal_share_that_is_enough_mnist.CLAIM.control,
        baykal_order_of_samplers_mnist.CLAIM.control,
    ]
    assert all(control.options == runs[0][1] | {"dark": True} for control in controls)


def test_most_of_the_pixels_are_dark_in_s_alone(small):
    whole, dark = (coreset_headline._case(digits, 4, asked) for asked in (False, True))
    lit = dark.seen.any(axis=0)
    assert 0.03 < lit.mean() < 0.4
    np.testing.assert_array_equal(dark.seen[:, lit], whole.seen[:, lit])
    assert not dark.held_out[:, ~lit & whole.seen.any(axis=0)].any()
    np.testing.assert_array_equal(dark.test, whole.test)


def test_claims_on_the_headline_say_which_data_are_missing(monkeypatch):
    def absent():
        raise FileNotFoundError("no images here")

    assert coreset_headline.missing(absent) == "no images here"
    assert coreset_headline.missing(digits) == ""


def test_shares_beyond_the_assumed_constant_are_counted(monkeypatch, small):
    claim = baykal_fresh_shares_mnist
    monkeypatch.setattr(claim, "mnist", digits)
    row, control = claim._shares(4), claim._shares(4, fresh=False)
    constants = claim.Guarantee(0.5, 0.1).constants(coreset_headline.network(digits, 4).network)
    assert row[3] == 0.1 / (8 * 80) and constants.k == pytest.approx(log(80 * 64))
    assert control[0] == control[2] == 0 and control[6] == pytest.approx(1, abs=1e-5)
    assert row[6] > 1 and row[1] < 0


def test_pixels_are_pooled_in_their_own_unit():
    data = coreset_headline.pooled(replace(digits()), (1, 8, 8), 2)
    assert data.x_train.shape[1] == 16 and data.x_train.max() <= 1
    image = digits().x_train[0].reshape(8, 8)
    assert data.x_train[0, 1] == pytest.approx(image[:2, 2:4].mean())


@pytest.fixture
def bench(monkeypatch, tmp_path):
    problem = cells.Problem("digits", digits, 60, 0.3)
    for table in (cells.PROBLEMS, tables.PROBLEMS, figures.PROBLEMS):
        for name in list(table):
            monkeypatch.delitem(table, name, raising=False)
        monkeypatch.setitem(table, "mnist", problem)
        monkeypatch.setitem(table, "cifar10", problem)
    monkeypatch.setattr(cells, "SEEDS", (1, 2))
    for module in (cells, figures, tables):
        monkeypatch.setattr(module, "SHAPES", {"20-10": (20, 10)})
        monkeypatch.setattr(module, "KEEPS", (0.3, 0.6))
    monkeypatch.setattr(command, "HERE", tmp_path)
    return tmp_path


def test_a_run_goes_on_where_it_was_and_draws_what_is_there(bench, monkeypatch):
    asked, rows = [], cells.rows

    def interrupted(cell):
        asked.append(cell)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return rows(cell)

    monkeypatch.setattr(cells, "rows", interrupted)
    path = bench / "cells.csv"
    with pytest.raises(KeyboardInterrupt):
        command.run("mnist", path)
    assert len(kept.read(path)) == 1 + 2 * len(METHODS)
    command.run("mnist", path)
    command.run("mnist", path)
    first, second = (cells.Cell("mnist", "20-10", seed) for seed in (1, 2))
    assert asked == [first, second, second]
    command.main(["draw", str(bench / "docs")])
    assert {p.name for p in (bench / "docs").iterdir()} == {"mnist.svg", "index.md"}
    page, picture = ((bench / "docs" / name).read_text() for name in ("index.md", "mnist.svg"))
    assert "Hidden layers 20-10, networks: 2" in page and page.count("| 30% |") == 1
    command.main(["draw", str(bench / "docs")])
    assert (bench / "docs" / "mnist.svg").read_text() == picture


def row_of(method, keep, change, accuracy, seed="1"):
    numbers = {"keep": keep, "stored": keep, "change": change, "accuracy": accuracy}
    named = {"data": "mnist", "shape": "20-10", "seed": seed, "method": method}
    return named | {name: str(value) for name, value in numbers.items()}


def test_what_is_seen_is_told_of_medians_over_seeds(bench, monkeypatch):
    monkeypatch.setattr(tables, "KEEPS", (0.2, 0.3, 0.6))  # of the first nothing is lost, by luck
    rows = [row_of("whole", 1.0, 0, 0.9 + s / 10, str(s)) for s in (0, 1, 2)]
    worse = dict(zip(METHODS, (0.0, 0, 0, 1, -0.05, 1, 1, 1, 1), strict=True))
    for seed, before, lost in (("0", 0.9, 0.05), ("1", 1.0, 0.03), ("2", 1.1, 0.5)):
        for keep, loss in ((0.2, 0.0), (0.3, lost), (0.6, 0.01)):
            rows += [row_of(m, keep, 0.1 + w, before - loss, seed) for m, w in worse.items()]
    assert figures.medians(rows, "20-10", "corenet", 0.3) == pytest.approx((0.3, 0.1, 0.05))
    lines = list(tables._seen(rows, "20-10", 0.3))
    assert lines[0] == "- CoreNet loses 0.050 at 30%, and 0.02 or less from 60% on."
    assert lines[-1].endswith("at every share, but for l1 at 20%, l1 at 30%, l1 at 60%.")


def test_the_page_says_what_is_ours_and_what_others_saw():
    for words in ("no\nnumber here is the paper's", "eta = 0.1", "variance 1 / (3 inputs)"):
        assert words in tables.INTRODUCTION
    assert ".752 at 17.6%" in tables.ENDING and ".042 by CoreNet++" in tables.ENDING


def test_cells_are_of_every_shape_and_seed_once():
    found = [cell for name in cells.PROBLEMS for cell in cells.all_cells(name)]
    assert len(set(found)) == len(found) == 3 * 2 * len(cells.SEEDS)
