"""The command line ``chaos``: runs, sweeps and what is refused, each in one line."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from chaos.__main__ import main
from chaos.commands import arguments, cells, sweeps, training
from chaos.commands.arguments import parser
from chaos.commands.cells import planned
from chaos.training import Settings
from compress.networks import load_model_and_data
from stablenoise.data import load_digits
from stablenoise.executors import stopping

pytest.importorskip("sklearn")
RUN = ["train", "--data", "digits", "--widths", "64,20,10", "--eta", "0.1", "--steps", "40"]
RUN += ["--evaluate-every", "20", "--checkpoint-every", "10"]


def plan(*given):
    return planned(parser().parse_args(["train", *given]))


def settings_of(*given):
    (cell,) = plan("--data", "digits", "--out", "runs", *given).cells
    return cell.settings


def refused(capsys, *given):
    """The one line on standard error by which input is refused."""
    assert main(list(given)) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and said.startswith("chaos: ")
    return said[len("chaos: ") : -1]


# --- switches and the file


def test_each_setting_has_a_switch_and_a_word():
    names = {field.name for field in fields(Settings)}
    assert arguments.HELP.keys() == names == set(cells.SETTINGS)
    given = vars(parser().parse_args(["train"]))
    assert names <= given.keys()
    assert {name for name, value in given.items() if value is not None} == {"command"}


def test_what_is_not_said_has_the_defaults_of_the_settings():
    assert settings_of("--widths", "64,20,10") == Settings(widths=(64, 20, 10))


def test_every_switch_says_its_setting():
    said = {
        "widths": (64, 20, 10), "activation": "tanh", "scaling": "mean_field", "loss": "squared",
        "bias": True, "train_output": False, "noise": "common", "noise_unit": "kernel",
        "alpha": 1.5, "sigma": 0.25, "eta": 0.5, "batch": 7, "steps": 11, "seed": 2**63,
        "momentum": 0.75, "weight_decay": 0.125, "clip": 3.5, "schedule": "step",
        "decay_steps": 13, "decay": 0.25, "stop_accuracy": 0.875, "evaluate_every": 17,
        "evaluate_rows": 19, "checkpoint_every": 23, "dtype": "float64", "memory": 2**20,
    }  # fmt: skip
    words = []
    for name, value in said.items():
        switch = f"--{name.replace('_', '-')}"
        if isinstance(value, bool):
            words.append(switch if value else f"--no-{switch[2:]}")
        else:
            text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
            words += [switch, text]
    assert settings_of(*words) == Settings(**said)
    conv = settings_of("--architecture", "lenet5", "--no-noise-first")
    assert conv == Settings(architecture="lenet5", noise_first=False)


@pytest.mark.parametrize(
    ("switch", "word", "name"),
    [
        ("--batch", "all", "batch"),
        ("--evaluate-rows", "all", "evaluate_rows"),
        ("--clip", "none", "clip"),
        ("--stop-accuracy", "none", "stop_accuracy"),
    ],
)
def test_a_word_takes_back_what_a_file_says(tmp_path, switch, word, name):
    file = tmp_path / "c.toml"
    file.write_text(f"widths = [64, 20, 10]\n{name} = {1 if name != 'clip' else 2.0}\n")
    assert getattr(settings_of("--config", str(file)), name) is not None
    assert getattr(settings_of("--config", str(file), switch, word), name) is None


def test_switches_go_before_the_file(tmp_path):
    file = tmp_path / "c.toml"
    file.write_text(
        'data = "mnist"\nout = "there"\ninputs = "centred"\njobs = 3\nalpha = 1.5\neta = 0.5\n'
        'widths = [64, 20, 10]\nbatch = "all"\n[sweep]\nseed = [1, 2]\nalpha = [1.5, 2]\n'
    )
    made = plan("--config", str(file), "--data", "digits", "--eta", "0.25", "--data-home", "h")
    assert made.jobs == 3 and made.is_sweep and made.out == Path("there")
    for cell in made.cells:
        assert (cell.data, cell.inputs, cell.data_home) == ("digits", "centred", Path("h"))
        assert cell.settings.eta == 0.25 and cell.settings.batch is None
    assert [cell.name for cell in made.cells] == [
        "alpha=1.5_seed=1", "alpha=1.5_seed=2", "alpha=2.0_seed=1", "alpha=2.0_seed=2",
    ]  # fmt: skip
    assert [(c.settings.alpha, c.settings.seed) for c in made.cells] == [
        (1.5, 1), (1.5, 2), (2.0, 1), (2.0, 2),
    ]  # fmt: skip
    assert [cell.out for cell in made.cells] == [Path("there") / c.name for c in made.cells]
    conv = settings_of("--config", str(file), "--architecture", "lenet5", "--sweep", "seed=5")
    assert conv.architecture == "lenet5" and conv.widths is None and conv.seed == 5


def test_a_width_is_that_of_all_hidden_layers():
    given = "--data", "digits", "--out", "o", "--widths", "64,20,30,10", "--jobs", "2"
    made = plan(
        *given, "--sweep", "width=5,7", "sigma=0.5", "eta=0.25", "batch=3,all", "noise=none"
    )
    assert {cell.settings.widths for cell in made.cells} == {(64, 5, 5, 10), (64, 7, 7, 10)}
    assert {cell.settings.batch for cell in made.cells} == {3, None}
    assert made.cells[0].name == "sigma=0.5_eta=0.25_batch=3_noise=none_width=5"


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (["--sweep", "alpha"], "sweep must be of words such as alpha=1.5,1.75, got 'alpha'"),
        (["--sweep", "beta=1"], "each name of sweep must be one of alpha, sigma, .*, got 'beta'"),
        (["--sweep", "seed=1,x"], "seed of sweep must be numbers between commas, got 'x'"),
        (["--sweep", "seed=1_0"], "seed of sweep must be numbers between commas, got '1_0'"),
        (["--sweep", "seed= 1"], "seed of sweep must be numbers between commas, got ' 1'"),
        (["--sweep", "eta=1_0.5"], "eta of sweep must be numbers between commas, got '1_0.5'"),
        (["--sweep", "seed=1,1"], r"sweep must have values of seed, each once, got \[1, 1\]"),
        (["--sweep", "seed=1", "seed=2"], "sweep must have values of seed, each once, got"),
        (["--sweep", "alpha=3"], r"alpha must lie in \(0, 2\], got 3.0"),
        (["--sweep", "width=0"], "each of widths must be an integer in .*, got 0"),
        (["--widths", "64,10", "--sweep", "width=5"], "widths must have a hidden layer where"),
        (["--jobs", "0"], "jobs must be an integer in .*, got 0"),
        (["--alpha", "2.5"], r"alpha must lie in \(0, 2\], got 2.5"),
        (["--eta", "nan"], "eta must be positive and finite, got nan"),
        (["--eta", "-1"], "eta must be positive and finite, got -1.0"),
        (["--eta", "none"], "eta must be a real number, got 'none'"),
        (["--sigma", "inf"], "sigma must be finite and not negative, got inf"),
        (["--seed", "-1"], "seed must be an integer in .*, got -1"),
        (["--dtype", "int8"], "dtype must be float64 or float32, got int8"),
        (["--inputs", "raw"], "inputs must be one of unit, centred, standardised, got 'raw'"),
        (["--data", "minst"], "data must be one of digits, mnist, .*, got 'minst'"),
        (["--widths", "63,20,10"], "63|64"),
        (["--widths", "64,20,9"], "9|10"),
        (["--widths", "64"], "widths must be two or more integers"),
        (["--architecture", "lenet6"], "lenet6"),
        (["--batch", "2000"], "batch"),
        (["--config", "no.toml"], "no.toml"),
    ],
)
def test_what_is_refused_is_told_in_one_line(tmp_path, monkeypatch, capsys, given, line):
    monkeypatch.chdir(tmp_path)
    told = refused(capsys, *RUN, "--out", "o", *given)
    assert re.search(line, told) and not told.endswith(".")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("alpha = ", "must be TOML, got: "),
        ("alphas = 1", "names in .*c.toml must be of data, .*, got 'alphas'"),
        ('alpha = "1.5"', "alpha"),
        ("out = 3", "out must be a string or a path, got 3"),
        ("data = 3", "data must be one of digits, .*, got 3"),
        ("sweep = 3", "sweep must be a table of lists, got 3"),
        ("widths = 3", "widths must be two or more integers, got 3"),
        (
            "[sweep]\nalpha = [2, 2.0]",
            r"sweep must have values of alpha, each once, got \[2.0, 2.0\]",
        ),
        ("[sweep]\nseed = []", r"sweep must have values of seed, each once, got \[\]"),
        ("[sweep]\nseed = [true]", "seed must be an integer in .*, got True"),
        ('batch = ["x"]', r"batch must be an integer in .*, got \['x'\]"),
        ("batch = {a = 1}", "batch must be an integer in .*, got {'a': 1}"),
        ("[sweep]\nbatch = [[100]]", r"batch must be an integer in .*, got \[100\]"),
        ('out = ""', "out must be a string or a path, got ''"),
        ('data_home = ""', "data_home must be a string or a path, got ''"),
        ('[sweep]\nnoise = ["pink"]', "noise must be one of .*, got 'pink'"),
    ],
)
def test_a_file_that_is_wrong_is_told_in_one_line(tmp_path, capsys, text, line):
    (tmp_path / "c.toml").write_text(text)
    given = {"data": "digits", "out": str(tmp_path), "widths": "64,20,10"}
    words = [f"--{k}={v}" for k, v in given.items() if not text.startswith(f"{k} =")]
    told = refused(capsys, "train", "--config", str(tmp_path / "c.toml"), *words)
    assert re.search(line, told)


@pytest.mark.parametrize("switch", ["--out", "--data-home"])
def test_an_empty_folder_is_told(switch, capsys, monkeypatch, tmp_path):
    """As of a variable that is not set: the current folder would be meant."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main([*RUN, "--out", "o", switch, ""])
    assert ended.value.code == 2 and not list(tmp_path.iterdir())
    line = f"chaos train: error: argument {switch}: must name a file or a folder, got ''"
    assert capsys.readouterr().err.splitlines()[-1] == line


def test_what_lacks_is_told(capsys, tmp_path):
    assert "out must be the folder" in refused(capsys, *RUN)
    assert "data must be one of" in refused(capsys, "train", "--widths", "4,2", "--out", "o")
    told = refused(capsys, "train", "--data", "digits", "--out", str(tmp_path))
    assert told.startswith("one of widths and architecture must be given")


def test_mistakes_are_told_before_the_folder_that_lacks_and_leave_none(capsys, tmp_path):
    assert refused(capsys, *RUN, "--alpha", "2.5").startswith("alpha must lie in (0, 2]")
    assert "(--out DIR)" in refused(capsys, *RUN)
    out = tmp_path / "o"
    for wrong in (["--widths", "63,10"], ["--batch", "5000"]):
        refused(capsys, *RUN, *wrong, "--out", str(out))
        assert not out.exists()
    with pytest.raises(SystemExit):
        main([*RUN, "--widths", "64x20x10"])
    line = "must be whole numbers between commas, as 64,20,10, got '64x20x10'"
    assert line in capsys.readouterr().err


def test_help_says_what_must_be_given_and_what_data_and_types_are(capsys):
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert told.count("required, here or in the file of --config") == 2
    assert "ecg5000 have two classes" in told and "common (type I)" in told


@pytest.mark.parametrize(
    "words", [["--widths", "a"], ["--steps", "1.5"], ["--noise", "pink"], ["x"]]
)
def test_switches_that_are_not_understood_end_with_2(words, capsys):
    with pytest.raises(SystemExit) as end:
        main(["train", *words])
    assert end.value.code == 2


def test_missing_files_name_each_path_tried(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("STABLENOISE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    given = ["--data", "mnist", "--widths", "784,10", "--out", str(tmp_path / "o")]
    told = refused(capsys, "train", *given, "--data-home", str(tmp_path / "home"))
    for folder in ("home/mnist", "home/MNIST/raw", "data/mnist", "cache/stablenoise/mnist"):
        assert f"{tmp_path}/{folder}/train-images-idx3-ubyte{{,.gz,.xz}}" in told


def test_a_folder_that_cannot_be_written_to_is_told_before_the_work(tmp_path, capsys):
    (tmp_path / "file").write_text("x")
    told = refused(capsys, *RUN, "--out", str(tmp_path / "file" / "o"))
    assert "must be a folder that can be written to" in told


def test_a_full_disk_is_told_in_one_line(tmp_path, capsys, monkeypatch):
    def full(path, content):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(training.files, "write", full)
    told = refused(capsys, *RUN, "--out", str(tmp_path / "o"))
    assert told.startswith("[Errno 28] No space left on device: ")


# --- one run


def test_a_run_leaves_its_folder_and_says_what_came_of_it(tmp_path, capsys):
    out = tmp_path / "o"
    assert main([*RUN, "--seed", "3", "--out", str(out)]) == 0
    seen = capsys.readouterr()
    assert seen.err == ""
    lines = seen.out.splitlines()
    assert lines[0].split()[:5] == ["alpha", "noise", "sigma", "widths", "seed"]
    assert lines[1].split()[:7] == ["1.75", "independent", "0.003", "64,20,10", "3", "40", "steps"]
    kept = json.loads((out / "result.json").read_text())
    assert lines[1].split()[7] == f"{kept['train_accuracy']:.4g}"
    assert (kept["data"], kept["inputs"], kept["step"]) == ("digits", "unit", 40)
    assert Settings.from_dict(kept["settings"]).seed == 3
    for name in ("weights.npz", "architecture.toml", "settings.json", "history.csv"):
        assert f"{out / name}: {(out / name).stat().st_size:,} bytes" in lines
    with np.load(out / "weights.npz") as file:
        weights = file["weights_1"], file["weights_2"]
    x, y = load_digits(False).x_train.astype(np.float32), load_digits(False).y_train
    logits = np.maximum(x @ weights[0].T, 0) @ weights[1].T
    assert np.mean(logits.argmax(axis=1) == y) == pytest.approx(kept["train_accuracy"])


def test_a_run_that_is_done_is_not_done_again(tmp_path, capsys, monkeypatch):
    out = tmp_path / "o"
    given = [*RUN, "--out", str(out)]
    assert main(given) == 0
    first = capsys.readouterr().out
    with monkeypatch.context() as patch:
        patch.setattr(training, "train_network", None)  # it would fail
        assert main(given) == 0
    assert capsys.readouterr().out == first
    told = refused(capsys, *given, "--alpha", "1.5")
    assert told == f"alpha must be 1.75, as in {out}, got 1.5"
    told = refused(capsys, *given, "--inputs", "centred")
    assert told == f"inputs must be 'unit', as in {out}, got 'centred'"
    assert main([*given[:-2], "--steps", "50", "--out", str(out)]) == 0
    assert json.loads((out / "result.json").read_text())["step"] == 50


def test_a_run_that_never_began_binds_a_folder_to_nothing(tmp_path, capsys):
    given = ["--eta", "0.1", "--steps", "2", "--out", str(tmp_path / "o")]
    refused(capsys, "train", "--data", "digits", "--inputs", "centred", "--widths", "9,10", *given)
    assert main(["train", "--data", "digits", "--widths", "64,10", *given]) == 0
    assert json.loads((tmp_path / "o" / "data.json").read_text())["inputs"] == "unit"


@pytest.mark.parametrize("damage", ["", "{", "[]", "{}", '{"settings": 1, "step": 2}'])
def test_a_damaged_result_is_told_or_made_again(tmp_path, capsys, damage):
    out = tmp_path / "o"
    given = [*RUN, "--out", str(out)]
    assert main(given) == 0
    (out / "result.json").write_text(damage)
    capsys.readouterr()
    if damage.startswith('{"') or damage == "{}":
        assert main(given) == 0
        assert json.loads((out / "result.json").read_text())["reason"] == "steps"
    else:
        assert "result.json must " in refused(capsys, *given)


@pytest.mark.parametrize(
    ("inputs", "change"),
    [("unit", lambda d: d.x_train), ("centred", lambda d: 2 * d.x_train - 1)],
)
def test_inputs_are_scaled_as_is_said(inputs, change, monkeypatch, tmp_path):
    seen = []

    def look(settings, data, out, *, progress):
        seen.append(data.x_train)
        raise ValueError("seen")

    monkeypatch.setattr(training, "train_network", look)
    assert main([*RUN, "--inputs", inputs, "--out", str(tmp_path / "o")]) == 1
    np.testing.assert_allclose(seen[0], change(load_digits(False)))
    assert main([*RUN, "--inputs", "standardised", "--out", str(tmp_path / "p")]) == 1
    np.testing.assert_allclose(seen[1], load_digits(True).x_train)


@pytest.mark.parametrize("inputs", ["unit", "centred", "standardised"])
def test_other_commands_read_the_network_with_the_scale_that_the_folder_says(tmp_path, inputs):
    out = tmp_path / "o"
    assert main([*RUN, "--inputs", inputs, "--out", str(out)]) == 0
    kept = json.loads((out / "result.json").read_text())
    said = json.loads((out / "data.json").read_text())
    given = out / "weights.npz", said["data"], None, said["inputs"], out / "architecture.toml"
    model, data = load_model_and_data(*given)
    right = model.logits(model.arrays, data.x_test).argmax(axis=1) == data.y_test
    assert right.mean() == pytest.approx(kept["test_accuracy"])


def test_progress_is_shown_on_a_terminal_alone(monkeypatch, tmp_path):
    seen = []

    def look(settings, data, out, *, progress):
        seen.append(progress)
        raise ValueError("seen")

    monkeypatch.setattr(training, "train_network", look)
    for is_terminal in (False, True):
        monkeypatch.setattr(sys.stderr, "isatty", [is_terminal].pop)
        assert main([*RUN, "--out", str(tmp_path / "o")]) == 1
    assert seen == [False, True]


@pytest.fixture
def started():
    """What starts the command in a process, which is ended if the test does not end it."""
    processes = []

    def start(*given):
        processes.append(_started(*given))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def _started(*given):
    command = [sys.executable, "-m", "chaos", "train", *given]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"}, **pipes)


def wait_for(path, seconds=120):
    for _ in range(seconds * 20):
        if path.exists():
            return
        time.sleep(0.05)
    raise AssertionError(f"{path} did not come")


def test_ctrl_c_leaves_a_checkpoint_and_130_and_the_run_goes_on(tmp_path, started):
    out = tmp_path / "o"
    given = [*RUN[1:5], "--eta", "0.01", "--steps", "1000000", "--checkpoint-every", "20"]
    given += ["--evaluate-every", "1000000", "--out", str(out)]
    process = started(*given)
    wait_for(out / "checkpoint" / "checkpoint.json")
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1].splitlines()
    assert process.returncode == 130
    assert said == [
        f"the same command goes on from the checkpoint in {out}",
        "chaos: interrupted",
    ]
    step = json.loads((out / "checkpoint" / "checkpoint.json").read_text())["step"]
    assert step >= 20 and not (out / "result.json").exists()
    given[given.index("1000000")] = str(step + 5)
    assert main(["train", *given]) == 0
    assert json.loads((out / "result.json").read_text())["step"] == step + 5


# --- sweeps


def test_a_sweep_has_a_folder_for_each_cell_and_a_summary(tmp_path, capsys):
    out = tmp_path / "s"
    given = [*RUN, "--sweep", "alpha=1.5,2", "--jobs", "2", "--out", str(out)]
    before = dict(os.environ)
    assert main(given) == 0
    assert dict(os.environ) == before
    names = ["alpha=1.5", "alpha=2.0"]
    assert sorted(path.name for path in out.iterdir()) == [*names, "summary.csv"]
    with open(out / "summary.csv") as file:
        rows = list(csv.DictReader(file))
    assert [row["folder"] for row in rows] == [str(out / name) for name in names]
    assert [float(row["alpha"]) for row in rows] == [1.5, 2.0]
    told = capsys.readouterr().out
    for row, name in zip(rows, names, strict=True):
        kept = json.loads((out / name / "result.json").read_text())
        assert float(row["test_accuracy"]) == kept["test_accuracy"]
        assert row["error"] == "" and row["reason"] == "steps" and row["widths"] == "64,20,10"
        assert f"{name}: 40 steps, ended by steps: train {kept['train_accuracy']:.4f}" in told
    # The same again finds all done; one more cell is one more run, beside what is there.
    assert main(given) == 0
    assert "2 of 2 cells are done already" in capsys.readouterr().out
    alone = [*RUN, "--alpha", "1.5", "--out", str(tmp_path / "alone")]
    assert main(alone) == 0  # a process of the sweep computes what a run alone does
    one, other = (
        (folder / "weights.npz").read_bytes() for folder in (out / "alpha=1.5", tmp_path / "alone")
    )
    assert one == other


def test_a_cell_that_fails_is_told_and_the_others_are_run(tmp_path, capsys):
    out = tmp_path / "s"
    given = [*RUN, "--sweep", "eta=0.1,1e30", "--noise", "none", "--out", str(out)]
    assert main(given) == 1
    seen = capsys.readouterr()
    assert seen.err == "chaos: 1 of 2 cells failed\n"
    with open(out / "summary.csv") as file:
        good, bad = csv.DictReader(file)
    assert good["error"] == "" and good["reason"] == "steps"
    assert good["noise"] == "none" and good["alpha"] == ""  # there is no index without noise
    assert bad["reason"] == "" and "step" in bad["error"] and "\n" not in bad["error"]
    assert f"eta=1e+30: failed: {bad['error']}" in seen.out


@pytest.mark.parametrize(
    ("axis", "columns"),
    [
        ("eta=0.1,0.2", [("eta", "0.1"), ("eta", "0.2")]),
        ("batch=50,all", [("batch", "50"), ("batch", "-")]),
        ("alpha=1.5,2", [("alpha", "1.5"), ("alpha", "2")]),
        ("sigma=0.1,0.2", [("sigma", "0.1"), ("sigma", "0.2")]),
        ("noise=common,isotropic", [("noise", "common"), ("noise", "isotropic")]),
        ("width=5,6", [("widths", "64,5,10"), ("widths", "64,6,10")]),
        ("seed=1,2", [("seed", "1"), ("seed", "2")]),
    ],
)
def test_the_table_of_a_sweep_has_a_column_for_what_varies(axis, columns, tmp_path):
    swept = plan(*RUN[1:], "--sweep", axis, "--out", str(tmp_path)).cells
    head, *lines = training.table([(cell, training.Outcome()) for cell in swept]).splitlines()
    names = re.split(r"\s\s+", head.strip())
    for (name, value), line in zip(columns, lines[-2:], strict=True):
        assert line.split()[names.index(name)] == value
    assert (set(names) & {"eta", "batch"}) == ({columns[0][0]} & {"eta", "batch"})


def test_what_no_cell_could_do_is_told_in_one_line_before_any_begins(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("STABLENOISE_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    out = tmp_path / "s"
    given = ["--steps", "2", "--sweep", "seed=1,2", "--out", str(out)]
    told = refused(capsys, "train", "--data", "mnist", "--widths", "784,5,10", *given)
    assert f"{tmp_path}/mnist/train-images-idx3-ubyte" in told
    told = refused(capsys, "train", "--data", "digits", "--widths", "63,5,10", *given)
    assert "63" in told and not out.exists()


def test_a_cell_stops_when_it_is_asked_to_and_hands_ctrl_c_on_where_it_is_not(monkeypatch):
    monkeypatch.setattr(sweeps, "asked_to_stop", lambda: True)
    with pytest.raises(KeyboardInterrupt):
        sweeps._watch()
    assert sweeps._one(None).error == "interrupted"
    monkeypatch.setattr(sweeps, "asked_to_stop", lambda: False)
    sweeps._watch()

    def press(cell, watch):
        raise KeyboardInterrupt

    monkeypatch.setattr(sweeps, "run_cell", press)
    with pytest.raises(KeyboardInterrupt):
        sweeps._one(None)


KILLED = """if True:
    import os, signal, sys, time
    from chaos.__main__ import main
    from stablenoise.executors import pool

    def die(self):
        time.sleep(0.1)  # the first cells are on their way; no process of the pool is up
        os.kill(os.getpid(), signal.SIGKILL)

    pool.Pool.finished = die
    main(sys.argv[1:])
"""


def test_a_sweep_that_is_killed_before_its_first_cell_leaves_no_process_and_no_run(tmp_path):
    """What reads its output comes to the end: nobody holds it open."""
    given = [*RUN, "--sweep", "seed=1,2", "--jobs", "1", "--out", str(tmp_path / "s")]
    command = [sys.executable, "-c", KILLED, *given]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    done = subprocess.run(command, **pipes, timeout=120, check=False)
    assert done.returncode == -signal.SIGKILL
    assert not list(tmp_path.rglob("result.json"))


def test_a_cell_is_trained_where_it_is_not_ended_in_the_middle(monkeypatch):
    monkeypatch.setattr(sweeps, "run_cell", lambda cell, watch: stopping._AT_WORK[0])
    assert sweeps._one(None) == 1 and stopping._AT_WORK == [0]


def test_ctrl_c_before_any_cell_promises_no_checkpoints(tmp_path, capsys, monkeypatch):
    def press(*given):
        raise KeyboardInterrupt

    monkeypatch.setattr(sweeps, "_train", press)
    given = [*RUN, "--sweep", "seed=1,2", "--out", str(tmp_path / "s")]
    for said in ("", "the same command goes on from the checkpoints\n"):
        assert main(given) == 130
        assert capsys.readouterr().err == f"{said}chaos: interrupted\n"
        (tmp_path / "s" / "seed=2" / "checkpoint").mkdir(parents=True, exist_ok=True)


def test_ctrl_c_ends_a_sweep_with_checkpoints_of_what_ran(tmp_path, started):
    out = tmp_path / "s"
    given = [*RUN[1:5], "--eta", "0.01", "--steps", "1000000", "--checkpoint-every", "20"]
    given += ["--evaluate-every", "1000000", "--sweep", "seed=1,2,3", "--jobs", "2"]
    process = started(*given, "--out", str(out))
    for seed in (1, 2):
        wait_for(out / f"seed={seed}" / "checkpoint" / "checkpoint.json")
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1].splitlines()
    assert process.returncode == 130
    assert said == ["the same command goes on from the checkpoints", "chaos: interrupted"]
    assert not (out / "seed=3").exists()
    for seed in (1, 2):
        kept = json.loads((out / f"seed={seed}" / "checkpoint" / "checkpoint.json").read_text())
        assert kept["step"] >= 20
