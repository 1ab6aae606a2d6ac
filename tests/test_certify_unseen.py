"""``compress certify --unseen ROWS [--prior FILE]``: the hold-out limit that is told beside."""

import numpy as np
import pytest

from compress.__main__ import main
from compress.certificates import holdout
from compress.certificates.limits import printed_risk
from compress.certificates.priors.declared import declared_rows
from compress.certificates.risks import NOTHING_SAID
from compress.coding import length
from compress.networks import archive

RNG = np.random.default_rng(1)
X, TEST = RNG.normal(size=(600, 6)), RNG.normal(size=(100, 6))
LABELS = (X[:, 0] > 0).astype(int) ^ (RNG.random(600) < 0.1)
PRIOR = {"w": np.array([[0, 1, 0, 0, 0, 0], [0, -1, 0, 0, 0, 0]], np.float32)}
GOOD = {"w": np.array([[-1, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0]], np.float32)}


@pytest.fixture
def folder(tmp_path):
    parts = {
        "x_train": X,
        "y_train": LABELS,
        "x_test": TEST,
        "y_test": (TEST[:, 0] > 0).astype(int),
    }
    archive.save(tmp_path / "data.npz", parts)
    for name, arrays in ("prior", PRIOR), ("good", GOOD):
        archive.save(tmp_path / f"{name}.npz", arrays)
    return tmp_path


@pytest.fixture
def run(folder, capsys):
    def ask(network, *switches):
        given = map(str, (folder / network, "--data", folder / "data.npz", *switches))
        code = main(["certify", *given])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return ask


def wrong(arrays, rows):
    return int(((X[rows] @ arrays["w"].T).argmax(axis=1) != LABELS[rows]).sum())


def test_the_hold_out_limit_of_the_network_as_it_is_stands_beside_that_by_its_code(run):
    code, out, _ = run("good.npz", "--unseen", "500:600")
    limit = holdout(wrong(GOOD, np.arange(500, 600)), 100, 0.05).value
    line = next(line for line in out.splitlines() if line.startswith("risk at most  "))
    assert code == 0 and line.split()[-1] == printed_risk(limit)
    assert "assumed of the hold-out: the network, n and delta were fixed before these 100" in out
    assert "both limits hold together at confidence 1 - 0.1" in out


def test_a_network_from_elsewhere_has_the_hold_out_limit_of_all_rows(run):
    code, out, _ = run("good.npz", "--unseen", "0:600")
    limit = printed_risk(holdout(wrong(GOOD, np.arange(600)), 600, 0.05).value)
    line = next(line for line in out.splitlines() if line.startswith("risk at most  "))
    assert code == 0 and line.split()[-1] == limit


@pytest.mark.parametrize("suffix", ["npy", "txt", "csv"])
def test_rows_may_be_in_a_file(run, folder, suffix):
    path, rows = folder / f"rows.{suffix}", np.arange(450, 600)
    np.save(path, rows) if suffix == "npy" else np.savetxt(path, rows, fmt="%d")
    told = [run("good.npz", "--unseen", said)[1] for said in (path, "450:500,500,501:600")]
    assert told[0] == told[1]


def test_a_network_is_coded_relative_to_a_prior_and_its_null_is_beside_it(run, folder):
    code, out, _ = run(
        "good.npz",
        "--unseen",
        "100:600",
        "--prior",
        folder / "prior.npz",
        "--out",
        folder / "d.snc",
    )
    null = printed_risk(holdout(wrong(PRIOR, np.arange(100, 600)), 500, 0.05).value)
    assert code == 0 and f"(hold-out limit {null})" in out
    assert "assumed: the prior saw 100 examples of the sample and no other" in out
    changes = length.decode((folder / "d.snc").read_bytes())
    rows = np.arange(100, 600)
    both = ("prior", PRIOR["w"]), ("coded network", PRIOR["w"] + changes["w"])
    for name, w in both:
        missed = np.mean((TEST @ w.T).argmax(axis=1) != (TEST[:, 0] > 0))
        assert f"\ntest error of the {name} {missed:.4f}\n" in out
    assert wrong({"w": PRIOR["w"] + changes["w"]}, rows) < wrong(PRIOR, rows)


def test_a_limit_that_does_not_beat_its_null_is_not_printed(run, folder):
    _, out, _ = run("prior.npz", "--unseen", "100:600", "--prior", folder / "good.npz")
    null = printed_risk(holdout(wrong(GOOD, np.arange(100, 600)), 500, 0.05).value)
    assert NOTHING_SAID in out and f"risk at most {null}" in out
    assert out.count("risk at most") == 1


def test_sets_of_rows_that_were_tried_are_charged_to_the_null_too(run, folder):
    several = ("--unseen", "100:600", "--shares", 8, "--prior", folder / "good.npz")
    _, out, _ = run("prior.npz", *several)
    errors = wrong(GOOD, np.arange(100, 600))
    assert f"risk at most {printed_risk(holdout(errors, 500, 0.05 / 8).value)}" in out


def test_pairs_of_rows_and_a_network_that_were_tried_are_charged_to_the_hold_out(run):
    _, out, _ = run("good.npz", "--unseen", "500:600", "--shares", 20)
    limit = holdout(wrong(GOOD, np.arange(500, 600)), 100, 0.05 / 20).value
    line = next(line for line in out.splitlines() if line.startswith("risk at most  "))
    assert line.split()[-1] == printed_risk(limit)


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ("590:601", "ranges of rows must be first:last + 1 within 0:600, got 590:601"),
        ("7:7", "ranges of rows must be first:last + 1 within 0:600, got 7:7"),
        ("600", "ranges of rows must be first:last + 1 within 0:600, got 600"),
        ("5,9,3:7", "rows must have each row once, got row 5 more than once"),
        ("rows", "--unseen must be ranges, as 48000:60000, or a .npy, .txt, .csv file, got 'rows'"),
        ("-3:5", "--unseen must be ranges, as 48000:60000, or a .npy"),
        ("", "--unseen must be ranges, as 48000:60000, or a .npy"),
    ],
)
def test_rows_that_are_none_are_one_line(run, rows, line):
    code, _, err = run("good.npz", f"--unseen={rows}")
    assert code == 1 and line in err and err.count("\n") == 1


@pytest.mark.parametrize(
    ("numbers", "line"),
    [
        ([1.5, 2], "must be whole numbers, got 1.5"),
        ([2.0, 600], r"must lie in [0, 600), got 600"),
        ([-1, 2], r"must lie in [0, 600), got -1"),
    ],
)
def test_numbers_of_a_file_that_are_no_rows_are_one_line(run, folder, numbers, line):
    np.save(folder / "rows.npy", np.array(numbers, float))
    code, _, err = run("good.npz", "--unseen", folder / "rows.npy")
    assert code == 1 and f"rows.npy {line}" in err and err.count("\n") == 1


def test_a_file_of_rows_that_is_not_there_is_one_line(run, folder):
    code, _, err = run("good.npz", "--unseen", folder / "none.npy")
    assert code == 1 and "none.npy" in err and err.count("\n") == 1


def test_a_prior_needs_rows_and_arrays_like_those_of_the_network(run, folder, capsys):
    with pytest.raises(SystemExit):
        run("good.npz", "--prior", folder / "prior.npz")
    assert "--prior needs --unseen" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        run("good.npz", "--shares", 50)
    assert "--shares needs --unseen" in capsys.readouterr().err
    for prior in (), ("--prior", folder / "prior.npz"):
        with pytest.raises(SystemExit):
            run("good.npz", "--search", "--unseen", "5:9", *prior)
        assert "--search is not for --unseen: the network that" in capsys.readouterr().err
    code, _, err = run("good.npz", "--prior", folder / "data.npz", "--unseen", "5:9")
    assert code == 1 and "data.npz (--prior): " in err and err.count("\n") == 1
    other = {"w": np.ones((3, 6))}
    archive.save(folder / "other.npz", other)
    code, _, err = run("good.npz", "--prior", folder / "other.npz", "--unseen", "5:9")
    assert code == 1 and "prior['w'] must have the shape of weights['w'], (2, 6), got (3, 6)" in err


def test_outputs_that_are_no_numbers_are_one_line(run, folder):
    arrays = {"w": np.full((2, 6), 1.7e308), "v": np.array([[1.0, -1], [-1, 1]])}  # inf - inf
    archive.save(folder / "nan.npz", arrays)
    code, _, err = run("nan.npz", "--unseen", "5:300", "--codec", "lzma")
    assert code == 1 and "NaN" in err and "outputs of" in err and err.count("\n") == 1


def test_nothing_that_is_read_is_written_over(run, folder):
    np.save(folder / "rows.npy", np.arange(5))
    for name in ("rows.npy", "prior.npz"):
        given = "--unseen", folder / "rows.npy", "--prior", folder / "prior.npz"
        code, _, err = run("good.npz", *given, "--out", folder / name)
        assert code == 1 and "--out" in err


def test_ranges_are_read_as_they_are_said():
    assert declared_rows("3:5,9,0:2", 10).tolist() == [3, 4, 9, 0, 1]


def test_a_network_of_floats_is_vacuous_by_its_code_and_not_by_the_rows(run, folder):
    rng = np.random.default_rng(1)
    wide = {"w": rng.normal(size=(90, 6)), "v": rng.normal(size=(2, 90))}  # all values differ
    archive.save(folder / "floats.npz", wide)
    code, out, _ = run("floats.npz", "--unseen", "500:600", "--codec", "zlib")
    line = next(line for line in out.splitlines() if line.startswith("risk at most  "))
    assert code == 0 and line.split()[-2] == "vacuous" and float(line.split()[-1]) < 1
