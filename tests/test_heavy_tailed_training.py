"""The experiment of the paper: rows are what they say, nulls are paired, runs go on."""

import numpy as np
import pytest

from benchmarks.heavy_tailed_training import __main__ as command
from benchmarks.heavy_tailed_training import cells, kept, tables, width
from benchmarks.heavy_tailed_training.problems import PROBLEMS, Problem
from compress.compressibility.pruned_columns import gaussian_pruned_share
from compress.pruning import column
from stablenoise import NoiseField
from stablenoise.data.datasets import load_digits

CELL = cells.Cell("digits", "III", 1.75, 3)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setitem(PROBLEMS, "digits", Problem("digits", load_digits, 0.05))
    monkeypatch.setattr(cells, "WIDTH", 40)
    monkeypatch.setattr(cells, "STEPS", 12)
    cells.start.cache_clear()
    cells.data_of.cache_clear()
    cells.base_norm.cache_clear()
    return cells.data_of("digits")


def test_a_cell_has_the_network_its_noise_and_a_gaussian_of_equal_median_norm(small):
    rows = {which: (sigma, curve) for which, sigma, curve in cells.rows(CELL, small)}
    assert list(rows) == ["trained", "noise alone", "gaussian"]
    assert rows["trained"][0] == rows["noise alone"][0] == 0.05 < rows["gaussian"][0]
    norms = [rows[which][1].median_norm for which in ("gaussian", "trained")]
    assert norms[0] == pytest.approx(norms[1], rel=cells.MATCHED)
    assert rows["trained"][1].train_accuracy > rows["noise alone"][1].train_accuracy


def test_cells_without_noise_or_of_gaussian_noise_have_no_gaussian_control(small):
    for cell in CELL._replace(alpha=2.0), CELL._replace(noise="none", alpha=0.0):
        assert [which for which, *_ in cells.rows(cell, small)] == ["trained", "noise alone"]


@pytest.mark.parametrize("noise", ["I", "II", "III"])
def test_the_noise_alone_is_that_of_the_cell_on_its_initial_weights(small, noise):
    cell = CELL._replace(noise=noise)
    alone, start = (f(*a) for f, a in _alone_and_start(cell, small))
    field = NoiseField(1.75, 3, cells.NOISES[noise])
    steps = sum(field.at(range(40), k, 64, dtype=np.float32) for k in range(12))
    expected = start[0] + 0.05 * cells.ETA ** (1 / 1.75) * steps
    np.testing.assert_allclose(alone[0], expected, rtol=1e-4, atol=1e-5)
    assert alone[0].dtype == np.float32 and alone[1] is start[1]


def _alone_and_start(cell, data):
    yield cells.after, (cell, data, 1.75, 0.05, 0)
    yield cells.start, (3, data.widths)


def test_a_curve_is_that_of_pruning_by_columns(small):
    weights = cells.after(CELL, small, 1.75, 0.05)
    curve = cells.curve(weights, small)
    keep = column.keep_for_error(weights[0].T, cells.SQUARED_ERROR)
    assert curve.share == pytest.approx(1 - keep)
    shares = {0.0: curve.test_accuracy, curve.share: curve.pruned_accuracy, 0.5: None}
    for share, seen in shares.items():
        pruned = column.prune(weights[0].T, 1 - share).T
        right = cells.NETWORK.accuracy((pruned, weights[1]), small.x_test, small.y_test)
        place = int(np.argmin(abs(cells.SHARES - share)))
        assert right == (curve.accuracies[place] if seen is None else seen)
    lost = np.sum((weights[0] - pruned) ** 2) / np.sum(weights[0] ** 2)
    assert curve.errors[place] == pytest.approx(lost, rel=1e-5)


def test_a_run_goes_on_where_it_was_and_does_no_cell_twice(small, tmp_path, monkeypatch):
    two = [CELL, CELL._replace(alpha=2.0)]
    monkeypatch.setattr(cells, "all_cells", lambda data: iter(two))
    path = tmp_path / "cells.csv"
    asked, rows = [], cells.rows

    def interrupted(cell, data):
        asked.append(cell)
        if asked.count(cell) == 1 and cell.alpha == 2.0:
            raise KeyboardInterrupt
        return rows(cell, data)

    monkeypatch.setattr(cells, "rows", interrupted)
    with pytest.raises(KeyboardInterrupt):
        command.train("digits", path)
    assert [row["network"] for row in kept.read(path)] == ["trained", "noise alone", "gaussian"]
    command.train("digits", path)
    command.train("digits", path)
    assert asked == [*two, two[1]] and len(kept.read(path)) == 5
    assert len(kept.listed(kept.read(path)[0]["squared_errors"])) == len(cells.SHARES)


@pytest.mark.parametrize("alpha, keep, known", [(1.5, 0.1, 1.023), (1.75, 0.5, 0.08429)])
def test_the_constant_of_the_error_is_the_known_one_where_noise_is_all(
    alpha, keep, known, monkeypatch
):
    """In one dimension, of stable variates: the figures of the theory; 1% of a million draws."""
    monkeypatch.setattr(width, "SIGMA", 1e3)
    assert width.constant(alpha, keep, dim=1) == pytest.approx(known, rel=0.01)


def test_the_limit_of_gaussian_columns_is_that_of_their_pruned_share():
    share = gaussian_pruned_share(64, 0.1)
    assert width.gaussian_limit(1 - share, 64) == pytest.approx(0.1)


def test_the_condition_asks_for_so_many_steps():
    steps = width.steps_of_condition(1.75, 10_000)
    assert width.TIME / steps == pytest.approx(3.162e-8, rel=1e-3)
    assert width.Run(1.5, 100, "paper", 1).steps == round(width.TIME * 100**1.75)
    runs = list(width.all_runs())
    assert len(set(runs)) == len(runs)


def test_a_slope_is_told_with_its_interval_over_seeds():
    sizes, rng = np.array([10, 100, 1_000]), np.random.default_rng(1)
    each = rng.normal(-0.25, 0.1, size=8)
    logs = each[:, None] * np.log(sizes) + rng.normal(size=(8, 1))
    from scipy import stats

    low, high = stats.t.interval(0.95, 7, each.mean(), stats.sem(each))
    assert tables.slope(sizes, logs) == f"{each.mean():.3f} ± {(high - low) / 2:.3f}"


def test_figures_and_page_are_drawn_of_what_is_there(small, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "HERE", tmp_path)
    monkeypatch.setattr(cells, "all_cells", lambda data: iter([CELL]))
    command.train("digits", tmp_path / "cells.csv")
    seeds = [width.Run(a, n, "fixed", s) for a in width.INDICES for n in (20, 40) for s in (1, 2)]
    narrow = [*seeds, *(width.Run(a, 20, "paper", 1) for a in width.INDICES)]
    monkeypatch.setattr(width, "CONDITION", {20: 1})
    monkeypatch.setattr(width, "all_runs", lambda: iter(narrow))
    monkeypatch.setattr(tables, "FROM", 20)
    command.widths(tmp_path / "width.csv")
    command.main(["draw", str(tmp_path / "docs")])
    files = {path.name for path in (tmp_path / "docs").iterdir()}
    assert files == {"digits.svg", "width.svg", "index.rst"}
    page = (tmp_path / "docs" / "index.rst").read_text()
    assert "III    1.75       1" in page and "no number here is the paper's" in page
    again = (tmp_path / "docs" / "digits.svg").read_bytes()
    command.main(["draw", str(tmp_path / "docs")])
    assert (tmp_path / "docs" / "digits.svg").read_bytes() == again


def row_of(noise, alpha, network, share, accuracy, pruned, seed="1"):
    numbers = {"share": share, "test_accuracy": accuracy, "pruned_accuracy": pruned}
    named = {"data": "digits", "noise": noise, "alpha": alpha, "seed": seed, "network": network}
    return named | {name: str(value) for name, value in numbers.items()}


def test_what_is_seen_is_told_of_the_medians_of_a_table():
    rows = [
        row_of("none", "0.0", "trained", 0.1, 0.95, 0.95),
        *(row_of("III", "1.75", "trained", s, 0.9, 0.8, s) for s in ("0.3", "0.31", "0.9")),
        row_of("III", "1.75", "noise alone", 0.3, 0.5, 0.5),
        row_of("III", "1.75", "gaussian", 0.11, 0.88, 0.87),
        row_of("I", "2.0", "trained", 0.4, 0.75, 0.7),
        row_of("I", "2.0", "noise alone", 0.6, 0.5, 0.5),
    ]
    assert list(tables._seen(rows)) == [
        "- With noise the test accuracy is lower by 0.050 to 0.200 before any pruning.",
        "- Of types II and III the share is that of the noise alone within 0.010.",
        "- At an index below 2 pruning takes 0.200 to 0.200 more of the columns than of the",
        "  Gaussian control, and 0.090 to 0.090 more test accuracy.",
    ]
    assert not list(tables._seen(rows[:1]))


def test_seeds_of_which_a_cell_lacks_are_left_out(small, monkeypatch):
    every = [
        CELL,
        CELL._replace(alpha=2.0),
        CELL._replace(seed=4),
        CELL._replace(alpha=2.0, seed=4),
    ]
    monkeypatch.setattr(cells, "all_cells", lambda data: iter(every if data == "digits" else []))
    rows = [{name: str(v) for name, v in cell._asdict().items()} for cell in every[:3]]
    assert command.whole(rows) == rows[:2]


def test_the_page_names_types_settings_and_rules(small):
    for word in ("I, ``common``", "II, ``independent``", "III, ``isotropic``", "our reading"):
        assert word in tables.INTRODUCTION
    for word in ("sigma = 0.35", "20 steps of size eta =\n0.1 take the time 2"):
        assert word in tables.WIDTHS
