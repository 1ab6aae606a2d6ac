"""Networks that learn random labels, their codes, and the rows that were kept of them."""

from dataclasses import replace
from functools import cache
from math import log

import numpy as np
import pytest

from benchmarks.heavy_tailed_training import kept
from benchmarks.random_labels import __main__ as command
from benchmarks.random_labels import networks, pictures
from compress.certificates.inequalities import chernoff, kl
from compress.coding.length import code_length
from paper_checks.claims import zhou_random_labels_need_bits_mnist as claim
from paper_checks.experiments import random_labels
from paper_checks.experiments.pruned_networks import in_single
from stablenoise.data.datasets import load_digits

ROOT = command.HERE.parents[1]
SIZES = random_labels.Sizes(
    examples=80,
    hidden=12,
    batch=40,
    eta=0.1,
    steps=1_000,
    again=60,
    fall=0.6,
    every=20,
    levels=(4, 16),
)


@cache
def digits():
    return in_single(load_digits())


@cache
def learned(share):
    data = random_labels.with_random_labels(digits(), share, SIZES.examples, 3)
    return data, random_labels.coded(data, share, SIZES, 3)


def test_only_labels_differ_between_shares_and_so_many_are_drawn_anew():
    """Of 1,000 labels a half is drawn anew, of which nine in ten differ: 6 sd are 0.1."""
    none, half, every = (
        random_labels.with_random_labels(digits(), share, 1_000, 5) for share in (0.0, 0.5, 1.0)
    )
    for data in half, every:
        np.testing.assert_array_equal(data.x_train, none.x_train)
        np.testing.assert_array_equal(data.y_test, digits().y_test)
    assert (half.y_train != none.y_train).mean() == pytest.approx(0.45, abs=0.1)
    assert (every.y_train != none.y_train).mean() == pytest.approx(0.9, abs=0.06)
    rows = {row.tobytes(): y for row, y in zip(digits().x_train, digits().y_train, strict=True)}
    assert all(rows[x.tobytes()] == y for x, y in zip(none.x_train, none.y_train, strict=True))


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_what_was_decoded_has_learned_the_labels_in_the_bits_that_are_told(share):
    data, found = learned(share)
    first, second = found.weights
    wrong = (np.maximum(data.x_train @ first.T, 0) @ second.T).argmax(axis=1) != data.y_train
    assert found.train_error == wrong.mean() <= 0.05
    assert found.bits == code_length(list(found.weights)).charged
    clean = np.maximum(data.x_test @ first.T, 0) @ second.T
    errors = (clean.argmax(axis=1) != data.y_test).mean()
    assert found.test_error == pytest.approx((1 - share) * errors + share * 0.9)
    assert all(np.unique(w).size <= 17 for w in found.weights)
    assert sum(map(np.count_nonzero, found.weights)) < 12 * 74 and np.all(found.trained[0])


def test_the_shortest_code_of_the_last_networks_that_have_learned_counts():
    data, found = learned(0.0)
    last = {}
    for weights in random_labels.pruned(data, SIZES, 3):
        last |= random_labels.learned_values(weights, data, SIZES.levels)
    bits = [code_length(list(values)).charged for values in last.values()]
    assert found.bits == min(bits) < max(bits)


def test_random_labels_take_more_bits_and_both_more_than_they_must():
    (none, every), n = (learned(share)[1] for share in (0.0, 1.0)), SIZES.examples
    assert every.bits > 1.2 * none.bits
    for found in none, every:
        least, weaker = found.least(n)
        known = n * kl(found.train_error, found.test_error) / log(2)
        assert least == pytest.approx(known, rel=1e-9) and weaker < least < found.bits


def test_pruned_weights_stay_away_while_the_others_are_trained():
    data = random_labels.with_random_labels(digits(), 0.0, SIZES.examples, 4)
    networks_found = list(random_labels.pruned(data, SIZES, 4))
    assert len(networks_found) > 2
    for before, after in zip(networks_found, networks_found[1:], strict=False):
        for old, new in zip(before, after, strict=True):
            assert not new[old == 0].any() and (new != old)[new != 0].any()
        assert np.count_nonzero(after[0]) <= 0.7 * np.count_nonzero(before[0])
        assert random_labels.error_rate(after, data.x_train, data.y_train) <= 0.02 + 1e-9


def test_labels_that_are_all_alike_are_learned_by_hardly_any_weight():
    data = random_labels.with_random_labels(digits(), 0.0, SIZES.examples, 4)
    alike = replace(data, y_train=np.zeros_like(data.y_train))
    assert np.count_nonzero(list(random_labels.pruned(alike, SIZES, 4))[-1][0]) <= 2


def test_a_network_that_learned_nothing_has_no_code():
    data = random_labels.with_random_labels(digits(), 1.0, SIZES.examples, 4)
    with pytest.raises(ValueError, match="training must reach an accuracy of 0.95, got less"):
        random_labels.coded(data, 1.0, SIZES._replace(steps=20), 4)


def test_the_fixed_share_is_kept_whatever_was_learned():
    data, _ = learned(1.0)
    found = random_labels.at_fixed_share(data, 1.0, SIZES, 3)
    assert [np.count_nonzero(w) for w in found.weights] == [77, 12]  # ceil of a tenth
    assert all(np.unique(w).size <= 5 for w in found.weights)


def test_a_row_of_the_claim_is_of_its_two_networks(monkeypatch):
    monkeypatch.setattr(claim, "_data", digits)
    monkeypatch.setattr(claim, "SIZES", SIZES)
    growth, *ratios = claim._row(3)
    (none, every), n = (learned(share)[1] for share in (0.0, 1.0)), SIZES.examples
    assert growth == pytest.approx(log(every.bits / none.bits))
    least = [part.least(n)[0] for part in (none, every)]
    assert ratios[:2] == pytest.approx([least[0] / none.bits, least[1] / every.bits])
    assert ratios[2:6] == pytest.approx([none.bits, every.bits, *least])
    assert ratios[8:] == [none.test_error, every.train_error]


def test_thin_factors_have_learned_and_one_rank_less_has_not(monkeypatch):
    data, found = learned(0.0)
    numbers, error = networks.thin(found.trained, data)
    rank = (numbers - 120) // (12 + 64)
    u, s, v = np.linalg.svd(found.trained[0].astype(float), full_matrices=False)
    less = u[:, : rank - 1] * s[: rank - 1] @ v[: rank - 1], found.trained[1]
    assert error <= 0.05 < random_labels.error_rate(less, data.x_train, data.y_train)
    assert numbers == 120 + rank * 76
    tried = []
    monkeypatch.setattr(networks, "error_rate", lambda w, *data: tried.append(w) or 0.0)
    networks.thin(found.trained, data)
    single = s[0] * np.outer(u[:, 0], v[0])
    np.testing.assert_allclose(tried[0][0], single, atol=2e-3 * abs(single).max())  # half precision


@pytest.mark.parametrize("name", ["shares.csv", "sizes.csv"])
def test_kept_rows_are_those_of_all_runs_and_their_limits_follow(name):
    rows = kept.read(command.HERE / name)
    runs = networks.all_runs() if name == "shares.csv" else networks.larger_runs()
    fields = networks.Run._fields
    assert [tuple(row[f] for f in fields) for row in rows] == [tuple(map(str, r)) for r in runs]
    for row in rows:
        n, bits, seen = int(row["images"]), int(row["bits"]), float(row["train_error"])
        limit = chernoff(seen, n, bits * log(2), 0.05)
        assert float(row["limit_ours"]) == pytest.approx(limit, abs=2e-5)  # errors to 5 digits
        assert float(row["limit_ours"]) < float(row["limit_thin"]) + 1e-9
        assert float(row["limit_thin"]) <= float(row["limit_parameters"]) and seen <= 0.05
        assert float(row["theorem_6_1_bits"]) < float(row["least_bits"]) < bits


def test_kept_bits_grow_with_the_share_of_random_labels():
    rows = kept.read(command.HERE / "shares.csv")
    assert pictures.shares(rows) == list(networks.SHARES)
    assert (np.diff(pictures.medians(rows, "bits")) > 0).all()
    assert (np.diff(pictures.medians(rows, "least_bits")) > 0).all()


def test_the_page_is_that_of_the_kept_rows(tmp_path):
    command.draw(tmp_path)
    shares, sizes = (kept.read(command.HERE / name) for name in ("shares.csv", "sizes.csv"))
    text = (tmp_path / "index.rst").read_text()
    assert text == pictures.page(shares, sizes) == (ROOT / command.DOCS / "index.rst").read_text()
    bits = f"{pictures.medians(shares, 'bits')[0]:,.0f}"
    assert bits in text and f"{float(sizes[-1]['limit_ours']):.4f}" in text
    assert (tmp_path / "bits.svg").read_text().startswith("<?xml")


def test_runs_that_are_there_are_not_done_again(tmp_path, monkeypatch):
    done = []
    monkeypatch.setattr(networks, "row", lambda run: done.append(run) or run._asdict())
    runs = networks.all_runs()[:3]
    command.train(runs[:2], tmp_path / "rows.csv")
    command.train(runs, tmp_path / "rows.csv")
    assert done == runs and len(kept.read(tmp_path / "rows.csv")) == 3
    with pytest.raises(SystemExit, match="random labels"):
        command.main(["what"])


def test_a_row_is_of_its_run(monkeypatch):
    monkeypatch.setattr(networks, "_data", digits)
    monkeypatch.setattr(networks, "sizes_of", replace_examples)
    row = networks.row(networks.Run(0.0, 80, 3))
    _, found = learned(0.0)
    assert row["bits"] == found.bits and row["parameters"] == 12 * 74
    limit = chernoff(found.train_error, 80, found.bits * log(2), 0.05)
    assert row["limit_ours"] == f"{limit:.6f}"
    every = chernoff(0.0, 80, 32 * 12 * 74 * log(2), 0.05)
    assert float(row["limit_parameters"]) >= min(every, 0.999999)


def replace_examples(images):
    return SIZES._replace(examples=images)
