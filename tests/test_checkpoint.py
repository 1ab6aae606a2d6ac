"""States on disk: whole at every point where a process may be killed, and nobody else's files.

A process that is killed is one whose calls to the system fail from some call on: nothing is cleaned
up.  Every such call of a save is tried.
"""

import builtins
import json
import os
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from chaos import checkpoint
from chaos.particles import attraction, trajectory
from stablenoise import NoiseField

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
    names = sorted(p.name.split(".")[:2] for p in tmp_path.iterdir())
    assert names == [["a", "8"], ["b", "8"], ["checkpoint", "json"]]


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


def test_an_array_with_a_bit_changed_is_refused(tmp_path):
    checkpoint.save(tmp_path, 3, {"a": np.arange(4)}, **KEY)
    (array,) = tmp_path.glob("a.3.*npy")
    content = bytearray(array.read_bytes())
    content[-1] ^= 1
    array.write_bytes(content)
    with pytest.raises(ValueError, match="sha256 must be [0-9a-f]{64}, got [0-9a-f]{64}$"):
        checkpoint.load(tmp_path, **KEY)


def test_an_array_that_is_gone_is_named(tmp_path):
    checkpoint.save(tmp_path, 3, {"a": np.arange(4)}, **KEY)
    next(tmp_path.glob("a.3.*npy")).unlink()
    with pytest.raises(ValueError, match=r"a\.3\..*npy must be readable, got No such file"):
        checkpoint.load(tmp_path, **KEY)


@pytest.mark.parametrize("other", [{"alpha": 1.5}, KEY | {"seed": 2}, KEY | {"beta": 0.0}, {}])
def test_the_state_of_another_run_is_neither_loaded_nor_replaced(tmp_path, other):
    """A key is asked for whole: one that leaves a name out is another."""
    checkpoint.save(tmp_path, 3, {"a": np.arange(4)}, **KEY)
    before = contents(tmp_path)
    for call in (
        lambda: checkpoint.load(tmp_path, **other),
        lambda: checkpoint.save(tmp_path, 8, {"a": np.arange(5)}, **other),
    ):
        with pytest.raises(ValueError, match="must be of the run .*, got .*'seed': 1") as refused:
            call()
        assert "\n" not in str(refused.value)
    assert contents(tmp_path) == before


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_files_of_others_stay_as_they_are(tmp_path):
    """An index names our files alone, even a damaged one."""
    names = "results.npy", "a.npy", "a.3.npy", "b.3.0123456789abcdef.npy", ".a.3.npy.17"
    for name in names:
        (tmp_path / name).write_bytes(b"mine")
    for step in (3, 3, 8):
        checkpoint.save(tmp_path, step, {"a": np.full(4, step)}, **KEY)
        assert all((tmp_path / name).read_bytes() == b"mine" for name in names)
    index = tmp_path / checkpoint.INDEX
    record = json.loads(index.read_text())
    index.write_text(json.dumps(record | {"passing": ["results.npy"]}))
    with pytest.raises(ValueError, match="must be a checkpoint, got 'results.npy' for the name of"):
        checkpoint.save(tmp_path, 9, {"a": np.ones(4)}, **KEY)
    assert (tmp_path / "results.npy").exists()


def test_no_path_leads_out_of_the_folder(tmp_path):
    folder = tmp_path / "in"
    checkpoint.save(folder, 3, {"a": np.arange(4)}, **KEY)
    (array,) = folder.glob("a.3.*npy")
    (tmp_path / array.name).write_bytes(b"outside")
    index = folder / checkpoint.INDEX
    index.write_text(index.read_text().replace(array.name, f"../{array.name}"))
    _, kept = checkpoint.load(folder, **KEY)
    assert kept["a"].tolist() == [0, 1, 2, 3]
    checkpoint.save(folder, 8, {"a": np.arange(5)}, **KEY)
    assert (tmp_path / array.name).read_bytes() == b"outside"


def test_a_state_without_digests_in_its_names_is_read_and_replaced(tmp_path):
    """As they were written before digests were part of a name."""
    checkpoint.save(tmp_path, 3, {"a": np.arange(4)}, **KEY)
    index = tmp_path / checkpoint.INDEX
    record = json.loads(index.read_text())
    del record["passing"]
    (tmp_path / record["arrays"]["a"][0]).rename(tmp_path / "a.3.npy")
    record["arrays"]["a"][0] = "a.3.npy"
    index.write_text(json.dumps(record))
    assert checkpoint.load(tmp_path, **KEY)[1]["a"].tolist() == [0, 1, 2, 3]
    checkpoint.save(tmp_path, 8, {"a": np.arange(5)}, **KEY)
    assert sorted(p.name.split(".")[0] for p in tmp_path.iterdir()) == ["a", "checkpoint"]


class Killed(BaseException):
    """The process is gone: nothing handles this."""


class Kill:
    """From its ``last``-th call to the system on a process makes no call any more."""

    def __init__(self, last):
        self.calls, self.last = 0, last

    def wrap(self, call):
        def wrapped(*args, **kwargs):
            self.calls += 1
            if self.calls >= self.last:
                raise Killed
            return call(*args, **kwargs)

        return wrapped


def killed(last, folder, step, value):
    """Whether a save was killed at its ``last``-th call to the system."""
    kill = Kill(last)
    with pytest.MonkeyPatch.context() as patched:
        for name in ("replace", "fsync", "unlink"):
            patched.setattr(os, name, kill.wrap(getattr(os, name)))
        patched.setattr(builtins, "open", kill.wrap(open))
        patched.setattr(Path, "unlink", kill.wrap(Path.unlink))
        try:
            checkpoint.save(folder, step, state(value), **KEY)
        except Killed:
            return True
    return False


def state(value):
    return {"a": np.full(4, value), "b": np.full((2, 2), -value)}


def held(folder):
    """Step and value of a state, which must be one state in both its arrays."""
    step, arrays = checkpoint.load(folder, **KEY)
    value = arrays["a"][0]
    np.testing.assert_equal(arrays, state(value))
    return step, value


@pytest.mark.parametrize(("step", "value"), [(8, 2.0), (3, 2.0), (3, 1.0), (8, 1.0)])
def test_a_save_that_is_killed_leaves_a_state_at_every_point(tmp_path, step, value):
    """The old or the new one; also where both are of one step, and where they are equal."""
    points = 0
    while True:
        folder = tmp_path / str(points)
        checkpoint.save(folder, 3, state(1.0), **KEY)
        if not killed(points + 1, folder, step, value):
            break
        assert held(folder) in [(3, 1.0), (step, value)]
        assert_clean_after_the_next_save(folder)
        points += 1
    assert points > 12 and held(folder) == (step, value)


def test_a_first_save_that_is_killed_leaves_no_state(tmp_path):
    points = 0
    while killed(points + 1, folder := tmp_path / str(points), 3, 1.0):
        assert checkpoint.load(folder, **KEY) is None or held(folder) == (3, 1.0)
        assert_clean_after_the_next_save(folder)
        points += 1
    assert points > 10


def test_a_state_that_was_left_behind_and_comes_back_is_whole(tmp_path):
    """Killed while 8 was written, then 3 is saved again: what is to be kept is not swept."""
    for points in range(40):
        folder = tmp_path / str(points)
        checkpoint.save(folder, 3, state(1.0), **KEY)
        if not killed(points + 1, folder, 8, 2.0):
            break
        for step, value in ((3, 1.0), (8, 2.0), (8, 2.0), (3, 1.0)):
            assert killed(4, folder, step, value)
            held(folder)
    assert points > 12


def test_the_state_before_the_first_step_is_a_state(tmp_path):
    checkpoint.save(tmp_path, 0, state(1.0), **KEY)
    assert held(tmp_path) == (0, 1.0)


def assert_clean_after_the_next_save(folder):
    """No array is left that is not of the state; temporary files are swept by ``files.write``."""
    checkpoint.save(folder, 11, state(5.0), **KEY)
    assert held(folder) == (11, 5.0)
    visible = [p.name.split(".")[:2] for p in folder.iterdir() if not p.name.startswith(".")]
    assert sorted(visible) == [["a", "11"], ["b", "11"], ["checkpoint", "json"]]


WHOLE = {"key": KEY, "step": 3, "arrays": {}}
DIGEST = "0" * 64


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "",
        "[]",
        "3",
        "null",
        "[" * 100_000,
        json.dumps({"key": KEY, "step": 3}),
        json.dumps({"key": KEY, "arrays": {}}),
        json.dumps({"step": 3, "arrays": {}}),
        json.dumps(WHOLE | {"key": [1]}),
        json.dumps(WHOLE | {"step": "3"}),
        json.dumps(WHOLE | {"step": 3.0}),
        json.dumps(WHOLE | {"step": True}),
        json.dumps(WHOLE | {"step": -2}),
        json.dumps(WHOLE | {"step": 4, "arrays": {"a": ["a.3.0123456789abcdef.npy", "0"]}}),
        json.dumps(WHOLE | {"arrays": [1]}),
        json.dumps(WHOLE | {"arrays": {"a": 1}}),
        json.dumps(WHOLE | {"arrays": {"a": ["a.3.npy"]}}),
        json.dumps(WHOLE | {"arrays": {"a": ["a.3.npy", 7]}}),
        json.dumps(WHOLE | {"arrays": {"a": [7, DIGEST]}}),
        json.dumps(WHOLE | {"arrays": {"a": ["", DIGEST]}}),
        json.dumps(WHOLE | {"arrays": {"a": ["..", DIGEST]}}),
        json.dumps(WHOLE | {"arrays": {"a": ["a.3.npy\0", DIGEST]}}),
        json.dumps(WHOLE | {"passing": [7]}),
    ],
)
def test_a_damaged_index_is_told_in_one_line_and_left_alone(tmp_path, text):
    index = tmp_path / checkpoint.INDEX
    for content in (text.encode(), b"\xff" + text.encode()):
        index.write_bytes(content)
        for call in (
            lambda: checkpoint.load(tmp_path, **KEY),
            lambda: checkpoint.save(tmp_path, 8, {"a": np.ones(2)}, **KEY),
        ):
            with pytest.raises(ValueError, match="checkpoint.json must be a checkpoint, got") as no:
                call()
            assert "\n" not in str(no.value) and len(str(no.value)) < 300 + len(str(tmp_path))
        assert index.read_bytes() == content and len(list(tmp_path.iterdir())) == 1


def test_an_array_that_is_none_is_told(tmp_path):
    """Its digest agrees, as the index was made for it."""
    checkpoint.save(tmp_path, 3, {"a": np.arange(4)}, **KEY)
    index = tmp_path / checkpoint.INDEX
    record = json.loads(index.read_text())
    file, digest = record["arrays"]["a"]
    for content in (b"", b"text"):
        (tmp_path / file).write_bytes(content)
        other = checkpoint.hashlib.sha256(content).hexdigest()
        index.write_text(json.dumps(record).replace(digest, other))
        with pytest.raises(ValueError, match="npy must be an array, got"):
            checkpoint.load(tmp_path, **KEY)


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ({"a": np.nan}, "run must be of finite numbers, strings and lists, got {'a': nan}"),
        ({"a": {1}}, "run must be of finite numbers, strings and lists, got {'a': .1}}"),
        ({"a": np.arange(2)}, "run must be of finite numbers, strings and lists, got"),
    ],
)
def test_what_is_no_key_is_refused(tmp_path, key, line):
    """NaN differs from itself: a run with it would never be resumed."""
    for call in (
        lambda: checkpoint.save(tmp_path, 3, {"a": np.ones(2)}, **key),
        lambda: checkpoint.load(tmp_path, **key),
    ):
        with pytest.raises(ValueError, match=f"^{line}"):
            call()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "given",
    [
        {"a b": np.ones(2)},
        {"a": [1.0]},
        {"a": np.array([{}])},
        {"a": np.array(["x"])},
        {"a": np.array(["2026-01-01"], "datetime64[D]")},
    ],
)
def test_what_is_no_array_is_refused(tmp_path, given):
    with pytest.raises(ValueError, match="arrays must be of numbers, by plain names, got 'a"):
        checkpoint.save(tmp_path, 3, given)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ([np.ones(2)], "arrays must be a mapping of names to arrays, got"),
        ({"a·b": np.ones(2)}, "arrays must be of numbers, by plain names, got 'a·b'"),
        ({"a\n": np.ones(2)}, r"arrays must be of numbers, by plain names, got 'a\\n'"),
        ({"a" * 201: np.ones(2)}, "arrays must be of numbers, by plain names, got 'aaa"),
        ({"é" * 101: np.ones(2)}, "arrays must be of numbers, by plain names, got 'ééé"),
        ({1: np.ones(2)}, "arrays must be of numbers, by plain names, got 1"),
        ({"a": np.ma.array([1.0, 2.0], mask=[0, 1])}, "a must have no masked values, got 1"),
    ],
)
def test_what_would_come_back_as_something_else_is_refused(tmp_path, given, line):
    with pytest.raises(ValueError, match=f"^{line}"):
        checkpoint.save(tmp_path, 3, given)
    with pytest.raises(ValueError, match=r"^step must be an integer in \[0, "):
        checkpoint.save(tmp_path, -1, {"a": np.ones(2)})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["1", "é", "a" * 200, "é" * 100, "_"])
def test_what_can_be_saved_can_be_loaded(tmp_path, name):
    checkpoint.save(tmp_path, 2**63 - 1, {name: np.arange(3.0)}, seed=1)
    step, arrays = checkpoint.load(tmp_path, seed=1)
    assert step == 2**63 - 1
    np.testing.assert_array_equal(arrays[name], np.arange(3.0))
