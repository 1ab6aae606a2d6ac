"""``compress prune`` on folders of trainings: the papers' table, by the command line."""

import csv
import json
import re
import shutil
from statistics import mean, stdev

import numpy as np
import pytest

from chaos import train
from chaos.training import Settings
from compress.__main__ import main
from compress.comparison import run_tables, trained_folders
from compress.comparison.trained_folders import PrunedRun, curve, folders, opened, pruned
from stablenoise.data import Dataset, load_digits
from stablenoise.data.by_name import LOADERS

pytest.importorskip("sklearn")


def made(folder, data="digits", inputs="unit", dataset=None, **settings):
    """A folder as ``chaos train`` leaves it."""
    usual = {"widths": (64, 30, 10), "eta": 0.1, "steps": 60, "sigma": 0.01, "alpha": 1.5}
    said = Settings(**usual | settings)
    train(said, load_digits(False) if dataset is None else dataset, folder)
    (folder / "data.json").write_text(json.dumps({"data": data, "inputs": inputs}))
    return folder


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    return made(tmp_path_factory.mktemp("runs") / "one", seed=5)


@pytest.fixture
def run(one, tmp_path):
    return shutil.copytree(one, tmp_path / "run")


def weights_of(folder):
    with np.load(folder / "weights.npz") as file:
        return file["weights_1"], file["weights_2"]


def accuracy(w, v, x, y):
    return np.mean((np.maximum(x.astype(np.float32) @ w.T, 0) @ v.T).argmax(axis=1) == y)


def shares(w, v):
    data = load_digits(False)
    return tuple(accuracy(w, v, *part) for part in (
        (data.x_train, data.y_train), (data.x_test, data.y_test)
    ))  # fmt: skip


def by_hand(w, v, error):
    """The smallest rows zeroed, one after the other, while their squares stay below the error."""
    squares = (w.astype(float) ** 2).sum(axis=1)
    order = np.argsort(squares)
    count = int((np.cumsum(squares[order]) <= error * squares.sum()).sum())
    left = w.copy()
    left[order[:count]] = 0
    return left, count / len(w), squares[order[:count]].sum() / squares.sum()


@pytest.mark.parametrize("error", [0.1, 0.3, 0.0, 1.0])
def test_the_row_is_what_pruning_by_hand_gives(one, error):
    w, v = weights_of(one)
    left, share, lost = by_hand(w, v, error)
    row = pruned(opened(one), error)
    assert (row.train_before, row.test_before) == pytest.approx(shares(w, v))
    assert (row.train_after, row.test_after) == pytest.approx(shares(left, v))
    assert row.pruned_share == pytest.approx(share)
    assert row.squared_error == pytest.approx(lost)
    assert row.settings["seed"] == 5 and row.told["widths"] == "64,30,10"


def test_a_row_with_some_zeros_is_not_pruned(run):
    w, v = weights_of(run)
    w[:, :5] = 0
    np.savez(run / "weights.npz", weights_1=w, weights_2=v)
    _, share, lost = by_hand(w, v, 0.2)
    row = pruned(opened(run), 0.2)
    assert (row.pruned_share, row.squared_error) == pytest.approx((share, lost))
    assert 0 < share < 1


def test_a_curve_prunes_the_shortest_rows_of_each_share(one):
    w, v = weights_of(one)
    order = np.argsort((w.astype(float) ** 2).sum(axis=1))
    wanted = {0.0: 0, 0.1: 3, 0.25: 7, 0.3: 9, 0.7: 21, 0.9: 27, 1.0: 30}  # of 30 rows
    for count, row in zip(wanted.values(), curve(opened(one), wanted), strict=True):
        left = w.copy()
        left[order[:count]] = 0
        assert row.pruned_share == pytest.approx(count / 30)
        assert (row.train_after, row.test_after) == pytest.approx(shares(left, v))
        assert row.train_before == pytest.approx(shares(w, v)[0])


def test_a_share_of_four_digits_is_that_of_a_wide_layer_to_the_unit(tmp_path):
    """1 - 0.9991 is more than 0.0009 by 1e-14 of it."""
    wide = made(tmp_path / "wide", widths=(64, 10_000, 10), steps=1, noise="none")
    (row,) = curve(opened(wide), [0.9991])
    assert row.pruned_share == 9991 / 10_000


def test_each_hidden_layer_is_pruned_and_the_output_layer_kept(tmp_path):
    folder = made(tmp_path / "deep", widths=(64, 30, 20, 10), steps=5)
    with np.load(folder / "weights.npz") as file:
        arrays = [file[f"weights_{i}"] for i in (1, 2, 3)]
    row = pruned(opened(folder), 0.2)
    counts, lost, total = 0, 0.0, 0.0
    for w in arrays[:2]:
        _, share, error = by_hand(w, None, 0.2)
        counts += round(share * len(w))
        lost, total = (
            lost + error * (w.astype(float) ** 2).sum(),
            total + (w.astype(float) ** 2).sum(),
        )
    assert row.pruned_share == pytest.approx(counts / 50)
    assert row.squared_error == pytest.approx(lost / total)
    assert curve(opened(folder), [1.0])[0].pruned_share == 1


def test_filters_are_pruned_where_there_are_convolutions(tmp_path, monkeypatch):
    rng = np.random.default_rng(1)
    x, y = rng.random((40, 784)), np.arange(40) % 10
    data = Dataset("noise", x[:30], y[:30], x[30:], y[30:])
    monkeypatch.setitem(LOADERS, "mnist", lambda home, standardise: data)
    settings = {"widths": None, "architecture": "lenet5", "steps": 2, "batch": 5}
    folder = made(tmp_path / "conv", "mnist", dataset=data, **settings)
    row = pruned(opened(folder), 0.5)
    with np.load(folder / "weights.npz") as file:
        kernels = [file[name] for name in file if file[name].ndim == 4]
    flat = [k.reshape(len(k), -1) for k in kernels]
    counts = sum(round(by_hand(w, None, 0.5)[1] * len(w)) for w in flat)
    assert row.pruned_share == pytest.approx(counts / sum(map(len, flat))) and counts > 0
    assert row.told["architecture"] == "lenet5"
    columns = pruned(opened(folder), 0.5, "column")
    assert columns.pruned_share != row.pruned_share


def test_the_command_prints_and_saves_the_table(run, capsys):
    assert main(["prune", str(run)]) == 0
    lines = capsys.readouterr().out.splitlines()
    head = "alpha  seed  train before  train after  test before  test after  pruned share"
    assert lines[0].startswith(head)
    row = pruned(opened(run))
    told = [f"{getattr(row, name):.4g}" for name in trained_folders.NUMBERS]
    assert lines[1].split() == ["1.5", "5", *told]
    with open(run / "prune.csv") as file:
        (saved,) = csv.DictReader(file)
    assert {name: float(saved[name]) for name in trained_folders.NUMBERS} == {
        name: getattr(row, name) for name in trained_folders.NUMBERS
    }
    assert saved["folder"] == str(run) and saved["alpha"] == "1.5" and saved["seed"] == "5"
    assert lines[-1] == f"{run / 'prune.csv'}: {(run / 'prune.csv').stat().st_size:,} bytes"
    assert not (run / "prune_curve.csv").exists()


def test_switches_say_how_much_and_where(run, tmp_path, capsys):
    out = tmp_path / "t" / "table.csv"
    assert main(["prune", str(run), "--squared-error", "0.3", "--out", str(out)]) == 0
    with open(out) as file:
        (saved,) = csv.DictReader(file)
    assert float(saved["pruned_share"]) == pruned(opened(run), 0.3).pruned_share
    assert main(["prune", str(run), "--keep", "0.2", "--out", str(out), "--curve"]) == 0
    with open(out) as file:
        (saved,) = csv.DictReader(file)
    assert float(saved["pruned_share"]) == 0.8
    with open(tmp_path / "t" / "table_curve.csv") as file:
        points = list(csv.DictReader(file))
    assert [float(p["test_after"]) for p in points] == [r.test_after for r in curve(opened(run))]
    assert "accuracy against the pruned share" in capsys.readouterr().out
    assert not (run / "prune.csv").exists()


def test_a_sweep_gives_one_table_with_means_and_spreads_over_seeds(tmp_path, capsys):
    for alpha in (1.5, 2.0):
        for seed in (1, 2, 3):
            made(tmp_path / "s" / f"alpha={alpha}_seed={seed}", alpha=alpha, seed=seed, steps=20)
    (tmp_path / "s" / "unfinished").mkdir()
    assert main(["prune", str(tmp_path / "s"), "--curve"]) == 0
    told = capsys.readouterr().out
    runs = [pruned(opened(path)) for path in folders(tmp_path / "s")]
    assert [(run.told["alpha"], run.settings["seed"]) for run in runs] == [
        (alpha, seed) for alpha in (1.5, 2.0) for seed in (1, 2, 3)
    ]
    with open(tmp_path / "s" / "prune.csv") as file:
        assert len(list(csv.DictReader(file))) == 6
    with open(tmp_path / "s" / "prune_seeds.csv") as file:
        groups = list(csv.DictReader(file))
    assert [(float(g["alpha"]), int(g["seeds"])) for g in groups] == [(1.5, 3), (2.0, 3)]
    for group, same in zip(groups, (runs[:3], runs[3:]), strict=True):
        for name in trained_folders.NUMBERS:
            numbers = [getattr(run, name) for run in same]
            assert float(group[name]) == pytest.approx(mean(numbers))
            assert float(group[f"{name}_sd"]) == pytest.approx(stdev(numbers))
    shares = [run.pruned_share for run in runs[:3]]
    assert f"{mean(shares):.4f} +- {stdev(shares):.4f}" in told
    with open(tmp_path / "s" / "prune_curve.csv") as file:
        assert len(list(csv.DictReader(file))) == 6 * len(trained_folders.SHARES)


def run_of(seed, **settings):
    return PrunedRun(f"f{seed}", {"seed": seed} | settings, *np.linspace(0, 1, 6).tolist())


def test_runs_are_repetitions_only_if_they_differ_in_the_seed_alone():
    runs = [
        run_of(1, alpha=2.0, widths=[4, 10, 2]), run_of(2, alpha=2.0, widths=[4, 9, 2]),
        run_of(3, alpha=10.0, widths=[4, 9, 2]), run_of(4, alpha=2.0, widths=[4, 10, 2]),
    ]  # fmt: skip
    groups = run_tables.over_seeds(runs)
    assert [(g["alpha"], g["widths"], g["seeds"]) for g in groups] == [
        (2.0, "4,10,2", 2), (2.0, "4,9,2", 1), (10.0, "4,9,2", 1),
    ]  # fmt: skip
    assert groups[1]["pruned_share_sd"] is None and groups[0]["pruned_share_sd"] == 0
    quiet = run_of(5, alpha=2.0, noise="none")
    assert quiet.told["alpha"] is None  # there is no index where there is no noise
    assert run_tables.table([quiet]).splitlines()[1].split()[:2] == ["-", "5"]
    head = run_tables.table(runs).splitlines()[0].split()
    assert head[:3] == ["alpha", "widths", "seed"]
    assert run_tables.table_over_seeds(runs).splitlines()[2].split()[-1] == "1.0000"


OTHERS = {
    "momentum": 0.9, "activation": "tanh", "steps": 10, "schedule": "cosine", "dtype": "float64",
    "stop_accuracy": 0.5, "data": "mnist", "inputs": "centred", "loss": "squared",
    "scaling": "mean_field", "bias": True, "weight_decay": 0.1, "noise_unit": "kernel",
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_runs_that_differ_in_anything_but_the_seed_are_no_repetitions(name):
    """The table says what differs; what changes no weight does not count, nor an equal run."""
    same = {"alpha": 1.5, "noise": "common", "data": "digits"}
    runs = [
        run_of(1, **same), run_of(2, **same, memory=7), run_of(2, **same, checkpoint_every=9),
        run_of(1, **same | {name: OTHERS[name]}),
    ]  # fmt: skip
    groups = run_tables.over_seeds(runs)
    assert sorted((g[name] is OTHERS[name], g["seeds"]) for g in groups) == [(False, 2), (True, 1)]
    for text in (run_tables.table(runs), run_tables.table_over_seeds(runs)):
        assert name.replace("_", " ") in text.splitlines()[0]
    assert run_tables.as_rows(runs)[3][name] == OTHERS[name]
    run_tables.to_csv(run_tables.as_rows(runs))
    run_tables.to_csv(groups)
    quiet = [run_of(s, noise="none", alpha=s, noise_unit=f"{s}") for s in (1, 2)]
    assert [g["seeds"] for g in run_tables.over_seeds(quiet)] == [2]


def test_data_sets_are_no_repetitions_of_each_other(run, tmp_path, capsys):
    for seed, inputs in ((1, "unit"), (2, "unit"), (3, "centred")):
        made(tmp_path / "s" / f"{seed}", inputs=inputs, seed=seed, steps=2)
    assert main(["prune", str(tmp_path / "s")]) == 0
    with open(tmp_path / "s" / "prune_seeds.csv") as file:
        rows = [(row["data"], row["inputs"], row["seeds"]) for row in csv.DictReader(file)]
    assert sorted(rows) == [("digits", "centred", "1"), ("digits", "unit", "2")]


def test_odd_settings_of_a_folder_are_text(run, tmp_path, capsys):
    """Settings may have been written by hand; an architecture may be a text of many lines."""
    said = json.loads((run / "settings.json").read_text())
    said |= {"noise": {"a": 1}, "momentum": [[1], 2], "architecture": "x = 1\ny = 2"}
    (run / "settings.json").write_text(json.dumps(said))
    shutil.copytree(run, tmp_path / "s" / "a")
    made(tmp_path / "s" / "b", steps=2)
    assert main(["prune", str(tmp_path / "s")]) == 0
    assert "{'a': 1}" in capsys.readouterr().out


@pytest.mark.parametrize("sweep", [False, True])
def test_no_table_takes_the_place_of_what_a_training_wrote(sweep, run, tmp_path, capsys):
    top = shutil.copytree(run, tmp_path / "s" / "a").parent if sweep else run
    folder = top / "a" if sweep else run
    (folder / "result.json").write_text("{}")
    (top / "summary.csv").touch()
    states = list((folder / "checkpoint").iterdir())
    names = "settings.json", "architecture.toml", "data.json", "result.json", "history.csv"
    for path in (*(folder / name for name in names), top / "summary.csv", *states):
        before = path.read_bytes()
        assert main(["prune", str(top), "--out", str(path)]) == 1
        line = f"compress: --out must be another file than {path}, got {path}\n"
        assert capsys.readouterr().err == line
        assert path.read_bytes() == before


def test_trainings_that_left_no_network_are_told(run, tmp_path, capsys):
    top = shutil.copytree(run, tmp_path / "s" / "a").parent
    shutil.copytree(run, top / "b")
    (top / "b" / "weights.npz").unlink()
    assert main(["prune", str(top)]) == 0
    assert capsys.readouterr().err == "left out, without weights.npz: 1 of 2 folders: b\n"
    assert main(["prune", str(top / "a")]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("file", "content", "line"),
    [
        ("settings.json", None, "settings.json must be a file that chaos train writes, got none"),
        ("settings.json", "{", "settings.json must be JSON, got: "),
        ("settings.json", "[1]", "settings.json must have names and values, got "),
        ("data.json", None, "data.json must be a file that chaos train writes, got none"),
        ("data.json", "{}", "data of .*data.json must be a name, got None"),
        ("data.json", '{"data": "minst"}', "data must be .*, got 'minst'"),
        ("data.json", '{"data": "digits", "inputs": "raw"}', "inputs must be one of "),
        ("weights.npz", None, "must be a folder of a training, or of folders of trainings, got"),
        ("weights.npz", "x", "weights.npz"),
        ("architecture.toml", None, "architecture"),
    ],
)
def test_a_folder_that_lacks_something_is_told_in_one_line(run, capsys, file, content, line):
    if content is None:
        (run / file).unlink()
    else:
        (run / file).write_text(content)
    assert main(["prune", str(run)]) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and told.startswith("compress: ")
    assert re.search(line, told)
    assert not (run / "prune.csv").exists()


def test_a_folder_with_a_network_is_one_run_whatever_lies_in_it(run):
    shutil.copytree(run, run / "copy")
    assert folders(run) == [run] and folders(run.parent) == [run]


def test_data_that_is_said_goes_before_what_the_folder_says(run, capsys):
    (run / "data.json").unlink()
    assert main(["prune", str(run), "--data", "digits"]) == 0
    first = (run / "prune.csv").read_text()
    assert main(["prune", str(run), "--data", "digits", "--inputs", "standardised"]) == 0
    assert (run / "prune.csv").read_text() != first


def test_a_network_without_hidden_layer_has_nothing_to_prune(tmp_path, capsys):
    folder = made(tmp_path / "flat", widths=(64, 10), steps=2)
    assert main(["prune", str(folder)]) == 1
    rule = f"{folder} must have a layer to prune by column, but for the output layer, got 1 layer"
    assert capsys.readouterr().err.startswith(f"compress: {rule}")


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (["--method", "magnitude"], "method must be one of column, filter, got 'magnitude'"),
        (["--scope", "global"], "--scope must be left out for a folder, got global"),
        (["--architecture", "lenet5"], "--architecture must be left out for a folder, got lenet5"),
        (["--method", "filter"], "must have a layer to prune by filter"),
    ],
)
def test_switches_that_a_folder_does_not_take_are_told(run, capsys, given, line):
    assert main(["prune", str(run), *given]) == 1
    assert line in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ([], "the following arguments are required: --data, --out"),
        (["--data", "digits", "--out", "o.npz"], "one of the arguments --keep"),
        (
            ["--data", "digits", "--out", "o.npz", "--keep", "1", "--curve"],
            "--curve is of a folder",
        ),
    ],
)
def test_a_file_of_weights_needs_the_switches_that_it_needed_before(run, capsys, given, line):
    with pytest.raises(SystemExit) as end:
        main(["prune", str(run / "weights.npz"), *given])
    assert end.value.code == 2 and line in capsys.readouterr().err


@pytest.mark.parametrize("command", ["report", "certify", "describe", "coreset"])
def test_other_commands_take_the_network_of_a_folder(command, run, tmp_path, capsys):
    """Weights, architecture and the scale of inputs are those that lie in it."""
    (run / "data.json").write_text('{"data": "digits", "inputs": "centred"}')
    given = ["--data", "digits"]
    files = [str(run / "weights.npz"), *given]
    if command != "describe":
        files += ["--architecture", str(run / "architecture.toml"), "--inputs", "centred"]
    more = {"report": ["--keep", "0.5"], "coreset": ["--keep", "0.5", "--out", f"{tmp_path}/c.npz"]}
    words = more.get(command, [])
    assert main([command, str(run), *given, *words]) == 0
    told = capsys.readouterr().out
    assert main([command, *files, *words]) == 0
    assert capsys.readouterr().out == told


@pytest.mark.parametrize("command", ["report", "certify", "coreset"])
def test_other_commands_know_the_data_of_a_folder_that_says_it(command, run, tmp_path, capsys):
    more = {"report": ["--keep", "0.5"], "coreset": ["--keep", "0.5", "--out", f"{tmp_path}/c.npz"]}
    words = [command, str(run), *more.get(command, [])]
    (run / "data.json").write_text('{"data": "digits", "inputs": "unit"}')
    assert main([*words, "--data", "digits"]) == 0
    told = capsys.readouterr().out
    assert main(words) == 0
    assert capsys.readouterr().out == told
    (run / "data.json").unlink()
    assert main(words) == 1
    line = "must be a file that chaos train writes, got none, and no --data and --inputs"
    assert capsys.readouterr().err == f"compress: {run / 'data.json'} {line}\n"


@pytest.mark.parametrize("command", ["report", "certify", "coreset"])
def test_other_commands_need_the_data_of_a_file(command, run, capsys):
    more = ["--out", "o.npz"] if command == "coreset" else []
    with pytest.raises(SystemExit) as end:
        main([command, str(run / "weights.npz"), *more])
    assert end.value.code == 2
    assert "the following arguments are required: --data" in capsys.readouterr().err


def test_a_folder_without_a_network_is_told_by_other_commands(run, capsys):
    assert main(["report", str(run.parent), "--data", "digits"]) == 1
    line = f"weights must be a file, or a folder with weights.npz, got the folder {run.parent}"
    assert capsys.readouterr().err == f"compress: {line}\n"
    (run / "data.json").write_text('{"data": "digits", "inputs": "standardised"}')
    assert main(["certify", str(run), "--data", "digits"]) == 1
    line = f"compress: inputs of {run} must be unit or centred for certify, "
    assert capsys.readouterr().err.startswith(line)
    (run / "data.json").write_text('{"data": "digits", "inputs": "raw"}')
    assert main(["certify", str(run), "--data", "digits"]) == 1
    assert "inputs must be one of unit, centred, standardised, got 'raw'" in capsys.readouterr().err


def test_an_accuracy_that_is_not_that_of_training_is_told(run, capsys):
    assert main(["prune", str(run)]) == 0
    assert capsys.readouterr().err == ""
    with open(run / "history.csv") as file:
        *_, last = csv.DictReader(file)
    assert main(["prune", str(run), "--inputs", "standardised"]) == 0
    row = pruned(opened(run, inputs="standardised"))
    seen = f"test accuracy {row.test_before:.4f}, but {float(last['test_accuracy']):.4f} as"
    assert f"{run}: {seen}" in (line := capsys.readouterr().err)
    assert "--data and --inputs (digits, standardised)" in line and line.count("\n") == 1
    words = ["--inputs", "standardised", "--keep", "0.5"]
    assert main(["report", str(run), "--data", "digits", *words]) == 0
    assert capsys.readouterr().err == line
    for content in ("", "step\n1\n", "step,test_accuracy\n1,x\n", "test_accuracy\n\n", "\xff"):
        (run / "history.csv").write_bytes(content.encode("latin-1"))
        assert trained_folders.other_accuracy(opened(run, inputs="standardised")) == ""


def test_sweeps_beside_runs_are_told_and_curves_of_many_are_in_a_file(run, tmp_path, capsys):
    top = shutil.copytree(run, tmp_path / "s" / "a").parent
    shutil.copytree(run, top / "b")
    shutil.copytree(run, top / "sweep" / "alpha=1.5")
    assert main(["prune", str(top), "--curve"]) == 0
    seen = capsys.readouterr()
    assert seen.err == "left out, of sweeps: 1 of 3 folders: sweep\n"
    line = f"accuracy against the pruned share of 2 runs: in {top / 'prune_curve.csv'}"
    assert line in seen.out.splitlines()


def test_folders_that_lack_words_of_the_command_line_say_so(run, tmp_path, capsys):
    (run / "data.json").unlink()
    assert main(["prune", str(run)]) == 1
    line = f"{run / 'data.json'} must be a file that chaos train writes, got none, and no --data"
    assert line in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["prune", str(tmp_path / "mistyped")])
    assert f"{tmp_path / 'mistyped'} is not there; of a file" in capsys.readouterr().err
