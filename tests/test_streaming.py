"""Statistics of fixed size, and states on disk."""

from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from chaos import checkpoint, distances
from chaos.particles import attraction, trajectory
from chaos.streaming import summary
from stablenoise import NoiseField, Stable
from stablenoise.tails import hill

values = arrays(float, st.integers(1, 60), elements=st.floats(-1e300, 1e300))


def same(one, other):
    np.testing.assert_array_equal(one.histogram, other.histogram)
    np.testing.assert_array_equal(one.largest, other.largest)
    np.testing.assert_allclose(one.log_sums, other.log_sums, rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(one.turns, other.turns, rtol=0, atol=1e-12 * max(1, one.count))


@given(values, st.integers(0, 60), st.integers(1, 10))
def test_blocks_and_their_order_do_not_matter(x, cut, most):
    whole = summary(most).add(x)
    same(summary(most).add(x[cut:]).add(x[:cut]), whole)
    same(summary(most).add(x[:cut]).merge(summary(most).add(x[cut:])), whole)


def test_blocks_inside_one_call_do_not_show(monkeypatch):
    x = Stable(1.2).rvs(1_000, rng=1)
    whole = summary().add(x)
    monkeypatch.setattr("chaos.streaming.BLOCK", 77)
    same(summary().add(x.reshape(10, 100)), whole)


@given(values, st.floats(0.001, 1.0))
def test_a_quantile_lies_in_its_bin(x, level):
    low, high = summary().add(x).quantile(level)
    ordered = np.sort(abs(x))
    assert low <= ordered[int(np.ceil(level * x.size)) - 1] < high
    assert high <= 1.126 * low or low < 1e-300


def test_largest_values_are_kept_in_order():
    x = Stable(1.2).rvs(5_000, rng=1)
    found = summary(most=100).add(x)
    np.testing.assert_array_equal(found.largest, np.sort(abs(x))[::-1][:100])
    expected = hill.estimate(x, 60)
    assert found.tail_index(60) == expected


def test_the_mean_of_logs_is_that_of_values_that_are_not_zero():
    x = np.concatenate([Stable(1.5).rvs(1_000, rng=1), np.zeros(50)])
    logs = np.log(abs(x[x != 0]))
    found = summary().add(x).mean_log()
    assert found.value == pytest.approx(logs.mean()) and found.n == 1_000
    assert found.stderr == pytest.approx(logs.std(ddof=1) / np.sqrt(1_000))


def test_distances_are_those_of_all_values_at_once():
    x, y = Stable(1.5).rvs(2_000, rng=1), Stable(1.8).rvs(3_000, rng=2)
    ours, theirs = summary(unit=0.7).add(x), summary(unit=0.7).add(y)
    assert ours.distance(theirs) == pytest.approx(distances.ecf(x, y, unit=0.7))
    law = Stable(1.5)
    assert ours.distance(law) == pytest.approx(distances.ecf(x, law, unit=0.7))


def test_single_precision_is_counted_as_it_is():
    x = Stable(1.5).rvs(1_000, rng=1, dtype=np.float32)
    same(summary().add(x), summary().add(x.astype(float)))


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (lambda: summary(0), "most must be an integer in"),
        (lambda: summary(unit=0.0), "unit must be positive"),
        (lambda: summary().add([1.0, np.nan]), "x must be finite, got nan"),
        (lambda: summary().add([np.inf]), "x must be finite, got inf"),
        (lambda: summary(5).merge(summary(6)), "other must keep 5, unit 1, got 6 largest"),
        (lambda: summary().quantile(0.5), "a value must have been seen, got none"),
        (lambda: summary().add([1.0]).quantile(0.0), r"level must lie in \(0, 1\], got 0"),
        (lambda: summary().add([1.0, 0.0]).mean_log(), "2 values that are not zero"),
        (lambda: summary().distance(Stable(1.5)), "a value must have been seen"),
        (lambda: summary().add([1.0]).distance(summary(unit=2.0).add([1.0])), "have unit 1, got 2"),
        (lambda: summary().add([1.0, 2.0]).tail_index(2), "k must be an integer in"),
    ],
)
def test_bad_input_is_refused_in_one_line(call, line):
    with pytest.raises(ValueError, match=line):
        call()


# ------------------------------------------------------------------------------------- checkpoints

KEY = {"alpha": 1.5, "seed": 1, "shape": [50, 2]}


def run(theta, start=0):
    field = NoiseField(1.5, seed=1)
    return trajectory(theta, attraction(1.0, 2), field, eta=0.1, start=start)


def test_a_run_resumed_from_disk_has_the_same_bits(tmp_path):
    theta = np.random.default_rng(1).normal(size=(50, 2))
    whole = next(islice(run(theta), 9, None)).theta.copy()
    half = next(islice(run(theta), 4, None))
    checkpoint.save(tmp_path, half.step, {"theta": half.theta}, **KEY)
    step, kept = checkpoint.load(tmp_path, **KEY)
    assert step == 4
    resumed = next(islice(run(kept["theta"], start=step), 5, None)).theta
    np.testing.assert_array_equal(resumed, whole)


def test_a_new_state_takes_the_place_of_the_old(tmp_path):
    for step in (3, 8):
        checkpoint.save(tmp_path, step, {"a": np.full(4, step), "b": np.float32([step])}, **KEY)
    step, kept = checkpoint.load(tmp_path, **KEY)
    assert step == 8 and kept["a"].tolist() == [8] * 4 and kept["b"].dtype == np.float32
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.8.npy", "b.8.npy", "checkpoint.json"]


def test_a_state_half_written_leaves_the_old_one(tmp_path, monkeypatch):
    checkpoint.save(tmp_path, 3, {"a": np.arange(4)}, **KEY)

    def stop(path, content):
        if path.name == checkpoint.INDEX:
            raise KeyboardInterrupt
        path.write_bytes(content)

    monkeypatch.setattr(checkpoint.files, "write", stop)
    with pytest.raises(KeyboardInterrupt):
        checkpoint.save(tmp_path, 8, {"a": np.arange(5)}, **KEY)
    step, kept = checkpoint.load(tmp_path, **KEY)
    assert step == 3 and kept["a"].tolist() == [0, 1, 2, 3]


def test_an_empty_folder_has_no_state(tmp_path):
    assert checkpoint.load(tmp_path / "none", **KEY) is None


def damaged(folder, how):
    """Change one of the files."""
    array, index = folder / "a.3.npy", folder / checkpoint.INDEX
    if how == "bit":
        content = bytearray(array.read_bytes())
        content[-1] ^= 1
        array.write_bytes(content)
    elif how == "index":
        index.write_text("{")
    else:
        index.write_text(index.read_text().replace("a.3.npy", "../a.3.npy"))


@pytest.mark.parametrize(
    ("how", "key", "error", "line"),
    [
        ("bit", KEY, ValueError, "sha256 must be"),
        ("index", KEY, ValueError, "must be a checkpoint, got"),
        ("", KEY | {"seed": 2}, ValueError, "must be of the run .*'seed': 2.*, got .*'seed': 1"),
    ],
)
def test_another_state_is_refused(tmp_path, how, key, error, line):
    checkpoint.save(tmp_path, 3, {"a": np.arange(4)}, **KEY)
    if how:
        damaged(tmp_path, how)
    with pytest.raises(error, match=line):
        checkpoint.load(tmp_path, **key)


def test_no_path_leads_out_of_the_folder(tmp_path):
    checkpoint.save(tmp_path / "in", 3, {"a": np.arange(4)}, **KEY)
    (tmp_path / "a.3.npy").write_bytes(b"outside")
    damaged(tmp_path / "in", "path")
    _, kept = checkpoint.load(tmp_path / "in", **KEY)
    assert kept["a"].tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("given", [{"a b": np.ones(2)}, {"a": [1.0]}, {"a": np.array([{}])}])
def test_what_is_no_array_is_refused(tmp_path, given):
    with pytest.raises(ValueError, match="arrays must be of numbers, by plain names, got 'a"):
        checkpoint.save(tmp_path, 3, given)
