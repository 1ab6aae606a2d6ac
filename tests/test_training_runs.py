"""Runs that stop and go on: checkpoints, Ctrl-C, full disks, divergence, progress, folders."""

import csv
import errno
import json
import os
import re
import signal
import subprocess
import sys
import threading
import tracemalloc
from dataclasses import replace
from functools import partial
from zipfile import ZipFile

import numpy as np
import pytest

from chaos import checkpoint, train
from chaos.training import Moment, Settings, descent, passing
from chaos.training.folder import npz
from compress.networks import archive
from compress.networks.model import recognised
from stablenoise.data import files
from stablenoise.data.datasets import load_digits
from stablenoise.layers import (
    Architecture,
    Conv,
    Dense,
    Flatten,
    MaxPool,
    Relu,
    load_architecture,
    to_toml,
)

DIGITS = load_digits()
SAID = {"widths": (64, 30, 10), "eta": 0.1, "sigma": 0.01, "steps": 40, "evaluate_every": 10}
SAID |= {"checkpoint_every": 1000}
IMAGES = Architecture(
    (Conv(units=4, size=3), Relu(), MaxPool(2), Flatten(), Dense(units=8), Relu(), Dense())
)
KINDS = {
    "plain": {},
    "momentum": {"momentum": 0.9, "bias": True},
    "clipped": {"clip": 0.5, "weight_decay": 0.01, "schedule": "cosine"},
    "by units": {"memory": 60_000},
    "images": {"widths": None, "architecture": IMAGES, "noise": "isotropic"},
    "double": {"dtype": "float64", "momentum": 0.5},
}


@pytest.fixture(autouse=True)
def python_s_own_handler():
    """Of Ctrl-C, which a process that a script starts in the background would not have."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupt_at(step):
    def tell(moment):
        if moment.step == step:
            raise KeyboardInterrupt

    return tell


def same(one, other):
    return one.keys() == other.keys() and all(np.array_equal(one[n], other[n]) for n in one)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("step", [1, 10, 23])
def test_a_run_that_was_stopped_goes_on_to_the_same_bits(kind, step, tmp_path):
    """With one thread of BLAS, the same machine and chunks; noise has the same bits anyway."""
    settings = Settings(**(SAID | KINDS[kind]))
    whole = train(settings, DIGITS)
    with pytest.raises(KeyboardInterrupt):
        train(settings, DIGITS, tmp_path, progress=interrupt_at(step))
    assert not (tmp_path / "weights.npz").exists()
    told = []
    resumed = train(settings, DIGITS, tmp_path, progress=lambda moment: told.append(moment.step))
    assert told == list(range(step + 1, 41))
    assert same(resumed.weights, whole.weights)
    for name in resumed.history.keys() - {"seconds"}:
        np.testing.assert_array_equal(resumed.history[name], whole.history[name])
    assert (np.diff(resumed.history["seconds"]) > 0).all()


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-5), ("float64", 1e-12)])
@pytest.mark.parametrize("kind", ["plain", "momentum", "images"])
def test_a_run_that_goes_on_in_other_chunks_has_the_same_noise_and_nearly_the_same_sums(
    kind, dtype, tolerance, tmp_path
):
    """As with other threads of BLAS: relative to the largest weight of each array."""
    settings = Settings(**(SAID | KINDS[kind]), dtype=dtype)
    whole = train(settings, DIGITS)
    with pytest.raises(KeyboardInterrupt):
        train(settings, DIGITS, tmp_path, progress=interrupt_at(3))
    resumed = train(replace(settings, memory=30_000), DIGITS, tmp_path)
    assert not same(resumed.weights, whole.weights)  # it did go another way
    for name, w in whole.weights.items():
        assert abs(resumed.weights[name] - w).max() <= tolerance * abs(w).max(), name


def falling(step):
    return 0.1 / (1 + step / 10)


def falling_faster(step):
    return 0.1 / (1 + step / 5)


class Falling:
    def __call__(self, step):
        return falling(step)


@pytest.mark.parametrize("schedule", [falling, partial(falling), Falling(), lambda k: falling(k)])
def test_a_run_with_a_schedule_of_one_s_own_goes_on_with_the_same(schedule, tmp_path):
    settings = Settings(**SAID, schedule=schedule)
    whole = train(settings, DIGITS)
    with pytest.raises(KeyboardInterrupt):
        train(settings, DIGITS, tmp_path, progress=interrupt_at(23))
    assert same(train(settings, DIGITS, tmp_path).weights, whole.weights)
    assert same(train(settings, DIGITS, tmp_path).weights, whole.weights)
    longer = replace(settings, steps=50)
    assert same(train(longer, DIGITS, tmp_path).weights, train(longer, DIGITS).weights)


def test_a_schedule_of_another_name_or_of_other_step_sizes_is_told(tmp_path):
    """Also one whose name is that of a schedule that needs no function."""
    settings = Settings(**SAID, schedule=falling)
    train(settings, DIGITS, tmp_path)
    for other, seen in ((falling_faster, "'function falling_faster'"), ("constant", "'constant'")):
        with pytest.raises(
            ValueError, match=rf"^schedule must be 'function falling', as in .*, got {seen}$"
        ):
            train(replace(settings, schedule=other), DIGITS, tmp_path)
    falling_faster.__qualname__ = "falling"
    try:
        line = r"^schedule must give 0\.05263\d* at step 9, as in .*, got 0\.0357\d*$"
        with pytest.raises(ValueError, match=line):
            train(replace(settings, schedule=falling_faster), DIGITS, tmp_path)
        falling_faster.__qualname__ = "constant"
        train(replace(settings, schedule=falling_faster), DIGITS, tmp_path / "b")
        with pytest.raises(ValueError, match="^schedule must be 'function constant', as in "):
            train(replace(settings, schedule="constant"), DIGITS, tmp_path / "b")
    finally:
        falling_faster.__qualname__ = "falling_faster"
    with pytest.raises(ValueError, match="^alpha must be 1.75, as in .*, got 1.5$"):
        train(replace(settings, alpha=1.5), DIGITS, tmp_path)


def test_a_finished_run_comes_back_without_a_step(tmp_path, monkeypatch):
    settings = Settings(**SAID, stop_accuracy=0.8)
    first = train(settings, DIGITS, tmp_path)
    monkeypatch.setattr(descent._Descent, "descend", None)
    again = train(settings, DIGITS, tmp_path)
    assert first.reason == again.reason == "accuracy" and first.step == again.step
    assert same(first.weights, again.weights) and same(first.history, again.history)


def test_more_steps_go_on_from_a_finished_run(tmp_path):
    """Also where accuracy ended it, and the accuracy that is asked for has risen."""
    train(Settings(**SAID), DIGITS, tmp_path)
    longer = replace(Settings(**SAID), steps=60, evaluate_every=7, memory=2**29)
    resumed, whole = train(longer, DIGITS, tmp_path), train(longer, DIGITS)
    assert same(resumed.weights, whole.weights) and resumed.step == 60
    folder = tmp_path / "by accuracy"
    train(Settings(**SAID, stop_accuracy=0.5), DIGITS, folder)
    assert train(Settings(**SAID), DIGITS, folder).step == 40


def test_settings_beside_weights_are_those_they_were_trained_with(tmp_path):
    """Also while a longer run is on its way, or was stopped there."""
    train(Settings(**SAID), DIGITS, tmp_path)
    longer = replace(Settings(**SAID), steps=60)
    with pytest.raises(KeyboardInterrupt):
        train(longer, DIGITS, tmp_path, progress=interrupt_at(50))
    assert json.loads((tmp_path / "settings.json").read_text())["steps"] == 40
    train(longer, DIGITS, tmp_path)
    assert json.loads((tmp_path / "settings.json").read_text())["steps"] == 60


def test_checkpoints_are_written_on_the_way(tmp_path, monkeypatch):
    saved = []
    save = checkpoint.save
    monkeypatch.setattr(
        checkpoint,
        "save",
        lambda folder, step, *a, **k: (saved.append(step), save(folder, step, *a, **k)),
    )
    train(replace(Settings(**SAID), checkpoint_every=15), DIGITS, tmp_path)
    assert saved == [15, 30, 40]


def test_a_run_of_other_settings_or_data_is_told(tmp_path):
    train(Settings(**SAID), DIGITS, tmp_path)
    for name, other, kept in (
        ("alpha", 1.5, "1.75"),
        ("seed", 4, "0"),
        ("widths", (64, 9, 10), ""),
    ):
        with pytest.raises(ValueError, match=rf"^{name} must be .*{kept}.*, as in .*, got "):
            train(replace(Settings(**SAID), **{name: other}), DIGITS, tmp_path)
    with pytest.raises(ValueError, match="^steps must be at least 40, which .* has taken, got 30$"):
        train(replace(Settings(**SAID), steps=30), DIGITS, tmp_path)
    labels = np.roll(DIGITS.y_train, 1)
    with pytest.raises(ValueError, match=r"checkpoint\.json must be of the run "):
        train(Settings(**SAID), replace(DIGITS, y_train=labels), tmp_path)
    (tmp_path / "settings.json").write_text("[]")
    with pytest.raises(ValueError, match="must be the settings of a run, got: settings must be"):
        train(Settings(**SAID), DIGITS, tmp_path)


def test_another_architecture_is_another_run(tmp_path):
    """Also of a file of the same name."""
    file = tmp_path / "net.toml"
    said = SAID | {"widths": None, "architecture": str(file)}
    other = replace(IMAGES, layers=(Conv(units=5, size=3), *IMAGES.layers[1:]))
    file.write_text(to_toml(IMAGES))
    train(Settings(**said), DIGITS, tmp_path / "a")
    file.write_text(to_toml(other))
    line = r"^architecture must be that of .*, which says .*units = 4.*, got .*units = 5.*$"
    with pytest.raises(ValueError, match=line):
        train(Settings(**said), DIGITS, tmp_path / "a")
    train(Settings(**(said | {"architecture": IMAGES})), DIGITS, tmp_path / "b")
    with pytest.raises(ValueError, match="^architecture must be "):
        train(Settings(**(said | {"architecture": other})), DIGITS, tmp_path / "b")


@pytest.mark.parametrize("lacking", ["history", "weights_1", "velocity_bias_2"])
def test_a_checkpoint_without_what_the_run_needs_is_told(lacking, tmp_path):
    settings = Settings(**SAID, momentum=0.5, bias=True)
    train(settings, DIGITS, tmp_path)
    path = tmp_path / "checkpoint" / "checkpoint.json"
    index = json.loads(path.read_text())
    file = index["arrays"].pop(lacking)
    line = "checkpoint must hold the arrays of this network and a history, got "
    for other in ({}, {lacking: index["arrays"]["weights_2"]}, {"more": file, lacking: file}):
        path.write_text(json.dumps(index | {"arrays": index["arrays"] | other}))
        with pytest.raises(ValueError, match=line):
            train(settings, DIGITS, tmp_path)
    path.write_text(json.dumps(index | {"arrays": index["arrays"] | {lacking: file}}))
    assert train(settings, DIGITS, tmp_path).step == 40


def test_settings_come_back_from_what_json_has():
    for network in ({"widths": (64, 10)}, {"architecture": IMAGES}, {"architecture": "lenet5"}):
        settings = Settings(**network, clip=0.5, schedule="step", decay_steps=3)
        again = Settings.from_dict(json.loads(json.dumps(settings.to_dict())))
        assert again.to_dict() == settings.to_dict()
        assert (again.widths, again.clip, again.decay_steps) == (settings.widths, 0.5, 3)
        layers = (getattr(said.architecture, "layers", None) for said in (again, settings))
        assert next(layers) == next(layers)
    named = Settings(architecture=load_architecture("lenet5"))
    assert named.to_dict()["architecture"] == "lenet5"


def test_a_cosine_over_other_steps_is_another_run(tmp_path):
    said = SAID | {"schedule": "cosine"}
    train(Settings(**said), DIGITS, tmp_path)
    with pytest.raises(ValueError, match="^decay_steps must be 40, as in .*, got 50$"):
        train(Settings(**(said | {"steps": 50})), DIGITS, tmp_path)


def press(times=1):
    """Ctrl-C as the terminal sends it, at step 12."""

    def tell(moment):
        if moment.step == 12:
            for _ in range(times):
                signal.raise_signal(signal.SIGINT)

    return tell


def test_ctrl_c_waits_for_the_step_and_writes_a_checkpoint(tmp_path):
    whole = train(Settings(**SAID), DIGITS)
    with pytest.raises(KeyboardInterrupt):
        train(Settings(**SAID), DIGITS, tmp_path, progress=press())
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert json.loads((tmp_path / "checkpoint" / "checkpoint.json").read_text())["step"] == 12
    assert same(train(Settings(**SAID), DIGITS, tmp_path).weights, whole.weights)


def test_ctrl_c_within_a_step_leaves_a_state_that_is_whole(tmp_path, monkeypatch):
    """It arrives between two layers: the step is finished all the same."""
    whole, add, count = train(Settings(**SAID), DIGITS), descent.add_noise, iter(range(99))

    def pressed(*arguments):
        if next(count) == 5:
            signal.raise_signal(signal.SIGINT)
        add(*arguments)

    monkeypatch.setattr(descent, "add_noise", pressed)
    with pytest.raises(KeyboardInterrupt):
        train(Settings(**SAID), DIGITS, tmp_path)
    assert json.loads((tmp_path / "checkpoint" / "checkpoint.json").read_text())["step"] == 6
    assert same(train(Settings(**SAID), DIGITS, tmp_path).weights, whole.weights)


def test_ctrl_c_within_an_evaluation_does_not_wait_for_its_end(tmp_path, monkeypatch):
    """It is made up for when the run goes on."""
    settings = Settings(**SAID, memory=60_000)
    whole, forward, count = train(settings, DIGITS), passing.forward, iter(range(10**6))

    def pressed(parts, arrays, x, room, keep=True):
        if not keep and next(count) == 20:
            signal.raise_signal(signal.SIGINT)
        return forward(parts, arrays, x, room, keep)

    monkeypatch.setattr(passing, "forward", pressed)
    with pytest.raises(KeyboardInterrupt):
        train(settings, DIGITS, tmp_path)
    assert next(count) == 22  # one more: whether the checkpoint is a good one
    (step, kept), *_ = [checkpoint_state(tmp_path)]
    assert step % 10 == 0 and [row[0] for row in kept] == list(range(10, step, 10))
    resumed = train(settings, DIGITS, tmp_path)
    assert same(resumed.weights, whole.weights)
    np.testing.assert_array_equal(resumed.history["train_loss"], whole.history["train_loss"])


def checkpoint_state(folder):
    step = json.loads((folder / "checkpoint" / "checkpoint.json").read_text())["step"]
    return step, np.load(next((folder / "checkpoint").glob("history.*.npy")))


def test_a_second_ctrl_c_does_not_wait(tmp_path, monkeypatch):
    def pressed(*arguments):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(descent, "add_noise", pressed)
    with pytest.raises(KeyboardInterrupt):
        train(Settings(**SAID), DIGITS, tmp_path)
    assert not (tmp_path / "checkpoint").exists()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_handler_of_the_caller_and_other_threads_are_left_alone(tmp_path):
    pressed = []
    before = signal.signal(signal.SIGINT, lambda *_: pressed.append(1))
    try:
        train(Settings(**SAID), DIGITS, tmp_path / "a", progress=press())
    finally:
        signal.signal(signal.SIGINT, before)
    assert pressed == [1]
    done = []
    work = threading.Thread(
        target=lambda: done.append(train(Settings(**SAID), DIGITS, tmp_path / "b"))
    )
    work.start()
    work.join()
    assert done[0].step == 40


def test_a_process_that_is_killed_goes_on_from_its_last_checkpoint(tmp_path):
    code = f"""
import os
from chaos import train
from chaos.training import Settings
said = {SAID | {"checkpoint_every": 10}}
from stablenoise.data.datasets import load_digits
def tell(moment):
    if moment.step == 27:
        os._exit(9)
train(Settings(**said), load_digits(), {str(tmp_path)!r}, progress=tell)
"""
    assert subprocess.run([sys.executable, "-c", code]).returncode == 9
    told = []
    settings = replace(Settings(**SAID), checkpoint_every=10)
    trained = train(settings, DIGITS, tmp_path, progress=lambda m: told.append(m.step))
    assert told[0] == 21
    assert same(trained.weights, train(settings, DIGITS).weights)


@pytest.mark.parametrize("name", ["weights_1", "checkpoint.json", "history.csv", "weights.npz"])
def test_a_full_disk_is_told_and_nothing_is_half_written(name, tmp_path, monkeypatch):
    """Whichever file meets it: what was there before is whole, and the run goes on from it."""
    settings = replace(Settings(**SAID), checkpoint_every=10)
    with pytest.raises(KeyboardInterrupt):
        train(settings, DIGITS, tmp_path, progress=interrupt_at(10))
    replaced = os.replace

    def full(source, target):
        if os.path.basename(target).startswith(name):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        replaced(source, target)

    with monkeypatch.context() as disk:
        disk.setattr(files.os, "replace", full)
        with pytest.raises(OSError, match=rf"^\[Errno 28\] .*{name}[^\n]*$"):
            train(settings, DIGITS, tmp_path)
    assert not list(tmp_path.rglob("*.tmp"))
    assert same(train(settings, DIGITS, tmp_path).weights, train(settings, DIGITS).weights)


def test_divergence_tells_the_step_and_the_last_good_checkpoint(tmp_path):
    def grow(step):
        return 0.1 if step < 25 else 1e30

    settings = replace(Settings(**SAID), schedule=grow, checkpoint_every=10)
    line = r"(weights_1|weights_2|outputs) must stay finite, got (nan|-?inf) at step 2[56]: "
    line += "eta or sigma is too large"
    with pytest.raises(ValueError, match=f"^{line}$"):
        train(settings, DIGITS)
    end = rf"; the last good checkpoint is of step 20, in {tmp_path}"
    with pytest.raises(ValueError, match=f"^{line}{end}$"):
        train(settings, DIGITS, tmp_path)
    step, arrays = 20, checkpoint_arrays(tmp_path)
    assert json.loads((tmp_path / "checkpoint" / "checkpoint.json").read_text())["step"] == step
    assert all(np.isfinite(array).all() for array in arrays)
    with pytest.raises(ValueError, match=r"a has no checkpoint yet$"):
        train(replace(settings, schedule=lambda step: 1e30), DIGITS, tmp_path / "a")


def test_divergence_after_a_run_has_gone_on_tells_the_checkpoint_that_it_began_at(tmp_path):
    def grow(step):
        return 0.1 if step < 25 else 1e30

    settings = replace(Settings(**SAID), schedule=grow, checkpoint_every=100)
    with pytest.raises(KeyboardInterrupt):
        train(settings, DIGITS, tmp_path, progress=interrupt_at(22))
    with pytest.raises(ValueError, match=rf"the last good checkpoint is of step 22, in {tmp_path}"):
        train(settings, DIGITS, tmp_path)


@pytest.mark.parametrize(("batch", "eta"), [(100, 1e4), (None, 30.0)])
def test_the_last_good_checkpoint_has_finite_outputs(batch, eta, tmp_path):
    """Weights may be finite whose outputs are not: then the checkpoint before stays."""
    said = SAID | {"loss": "squared", "noise": "none", "checkpoint_every": 1}
    settings = Settings(**(said | {"eta": eta}), batch=batch)
    line = r"^outputs must stay finite, got (nan|-?inf) at step (\d+): .* is of step (\d+), in .*$"
    with pytest.raises(ValueError, match=line) as error:
        train(settings, DIGITS, tmp_path)
    step, last = map(int, re.match(line, str(error.value)).groups()[1:])
    assert step == last + 1 and checkpoint_state(tmp_path)[0] == last


def test_a_folder_in_which_nothing_was_trained_takes_other_settings(tmp_path):
    with pytest.raises(ValueError, match="has no checkpoint yet$"):
        train(Settings(**(SAID | {"eta": 1e30})), DIGITS, tmp_path)
    first = train(Settings(**SAID), DIGITS, tmp_path)
    for path in (tmp_path / "checkpoint").iterdir():
        path.unlink()
    with pytest.raises(ValueError, match="^eta must be 0.1, as in .*, got 0.2$"):
        train(Settings(**(SAID | {"eta": 0.2})), DIGITS, tmp_path)
    assert same(train(Settings(**SAID), DIGITS, tmp_path).weights, first.weights)


def checkpoint_arrays(folder):
    return [np.load(path) for path in (folder / "checkpoint").glob("*.npy")]


def test_weights_that_noise_has_made_infinite_are_told_at_once():
    """Such draws are beyond the floats of single precision at this index, at step 0 or soon."""
    settings = Settings(**SAID, alpha=0.05)
    with pytest.raises(
        ValueError, match=r"^weights_1 must stay finite, got (nan|-?inf) at step 0:"
    ):
        train(settings, DIGITS)


def test_large_weights_whose_squares_overflow_are_finite():
    x = np.zeros((4, 3), "float32")
    data = replace(DIGITS, x_train=x, y_train=np.arange(4), x_test=x, y_test=np.arange(4))
    trained = train(
        Settings(widths=(3, 2, 4), sigma=1e30, batch=1, steps=3, alpha=2.0, eta=1.0), data
    )
    assert abs(trained.weights["weights_1"]).max() > 1e29


def test_progress_is_told_step_by_step():
    told = []
    trained = train(Settings(**SAID), DIGITS, progress=told.append)
    assert [moment.step for moment in told] == list(range(1, 41))
    assert {moment.steps for moment in told} == {40} and all(m.rate > 0 for m in told)
    assert np.isnan(told[8].train_accuracy) and told[-1].train_accuracy == trained.train_accuracy
    assert told[-1].left == 0 and 0 < told[-1].loss < told[0].loss
    assert abs(told[19].left * told[19].rate - 20) < 1e-9


def test_a_bar_tells_loss_accuracy_rate_and_time(capsys):
    settings = Settings(**(SAID | {"steps": 1000}), stop_accuracy=0.5)
    trained = train(settings, DIGITS, progress=True)
    line = capsys.readouterr().err.split("\r")[-1]
    accuracy = f"train {trained.train_accuracy:.4g}, test {trained.test_accuracy:.4g}"
    assert line.startswith(f"trained [{'#' * 30}] {trained.step} of {trained.step} steps, loss ")
    assert f", {accuracy}, " in line and line.rstrip().endswith(" steps/s, 0:00:00 left")


def test_a_moment_says_hours_minutes_and_seconds():
    note = Moment(1, 2, 0.5, 0.25, 0.125, 2.0, 3_725.6).note()
    assert note == "loss 0.5, train 0.25, test 0.125, 2 steps/s, 1:02:06 left"


@pytest.mark.parametrize("network", [{"bias": True}, {"widths": None, "architecture": IMAGES}])
def test_other_commands_read_the_folder(network, tmp_path):
    """The network that ``compress`` makes of it has the accuracy that training found."""
    settings = Settings(**(SAID | network))
    trained = train(settings, DIGITS, tmp_path)
    with np.load(tmp_path / "weights.npz") as stored:
        assert same(dict(stored), trained.weights)
    said = load_architecture(tmp_path / "architecture.toml")
    assert said.layers == trained.architecture.layers
    model = recognised(archive.load(tmp_path / "weights.npz"), 64, said)
    outputs = model.logits(model.arrays, DIGITS.x_test)
    assert (outputs.argmax(axis=1) == DIGITS.y_test).mean() == trained.test_accuracy
    assert Settings.from_dict(SAID) == Settings(**SAID)
    with open(tmp_path / "history.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    for name, column in trained.history.items():
        np.testing.assert_array_equal([float(row[name]) for row in rows], column)


def test_states_and_weights_are_written_without_a_copy(tmp_path):
    """Of 8 MB: a few pieces of 1 MB are made on the way."""
    arrays = {"a": np.ones((1000, 1000)), "b": np.asfortranarray(np.eye(20)), "c": np.ones(0)}
    tracemalloc.start()
    try:
        checkpoint.save(tmp_path, 1, arrays)
        files.write_chunks(tmp_path / "weights.npz", npz(arrays))
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 4.5e6
    with np.load(tmp_path / "weights.npz") as stored:
        assert same(dict(stored), arrays)
    assert same(checkpoint.load(tmp_path)[1], arrays)


def test_equal_runs_write_equal_files(tmp_path):
    for name in "ab":
        train(Settings(**SAID), DIGITS, tmp_path / name)
    for file in ("weights.npz", "architecture.toml", "settings.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    entries = ZipFile(tmp_path / "a" / "weights.npz").infolist()
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_result_is_a_line_and_a_dict():
    trained = train(Settings(**SAID), DIGITS)
    shares = f"train {trained.train_accuracy:.4f}, test {trained.test_accuracy:.4f}"
    assert repr(trained) == f"Trained(40 steps, ended by steps: {shares})"
    assert json.loads(json.dumps(trained.to_dict()))["settings"]["alpha"] == 1.75
