"""Claims under many seeds: missed controls and false alarms are named, and rows are kept."""

import csv
import json
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from scipy import stats
from toy_claim import TOY, asked, uniform

from paper_checks import calibration, registry
from paper_checks.__main__ import main
from paper_checks.calibration import Calibration, calibrate, is_too_many, share_interval
from paper_checks.claim import Quantity, Verdict, equals
from paper_checks.run import Settings
from paper_checks.summaries import bounded

COARSE = replace(TOY, quantities=(Quantity("mean", equals(0.5, 0.2), bounded(-1, 2)),))
SERIAL = ["--workers", "1", "--budget", "400"]


def sometimes_shifted(replicates, seed):
    """A control that breaks nothing under every third seed."""
    return uniform(replicates, seed, shift=0.4 * bool(seed % 3))


def raises_under_two(replicates, seed):
    if seed == 2:
        raise RuntimeError("no luck\nwith two")
    return uniform(replicates, seed)


CLAIMS = {
    "right": COARSE,
    "violated": replace(COARSE, id="T-2", experiment=partial(uniform, shift=0.4)),
    "missed": replace(COARSE, id="T-3", control=sometimes_shifted),
    "raises": replace(COARSE, id="T-4", experiment=raises_under_two),
    "absent": replace(COARSE, id="T-5", needs=lambda: "data must be there"),
    "computed": replace(COARSE, id="T-6", kind="arithmetic", smoke=400, full=400),
}


@pytest.fixture
def toys(monkeypatch):
    monkeypatch.setattr(registry, "all_claims", lambda: CLAIMS)


def of(name, **changes):
    """Calibration of a claim that is right under four seeds, but for changes."""
    four = (Verdict.CONSISTENT,) * 4
    usual = Calibration(name, "T-1", "", four, (True,) * 4, (200,) * 4, (100,) * 4, 400)
    return replace(usual, **changes)


def test_a_violated_null_and_a_missed_control_are_found_and_others_are_not(toys):
    names = ["right", "violated", "missed", "raises"]
    right, violated, missed, raises = calibrate(names, Settings(400, seed=1), seeds=4)
    assert not right.faults and right.decided == 4 and all(right.caught)
    assert violated.faults == ("contradicted under 4 of 4 seeds, level 0.0001",)
    assert missed.faults == ("control missed under 1 of 4 seeds",)
    assert missed.caught == (True, True, False, True)
    assert raises.faults[-1].startswith("failed under 1 seeds: RuntimeError: no luck with two")
    assert len(raises.verdicts) == 3 and len(raises.rows) == 3


def test_what_is_computed_is_run_once(toys):
    (seen,) = calibrate(["computed"], Settings(400), seeds=3)
    assert len(seen.verdicts) == 1


def test_an_identity_is_run_under_each_seed(toys, monkeypatch):
    """What is drawn for it is another under each: rounding may break it under one alone."""
    identity = replace(CLAIMS["computed"], id="T-7", kind="identity")
    monkeypatch.setitem(CLAIMS, "identity", identity)
    (seen,) = calibrate(["identity"], Settings(400), seeds=3)
    assert len(seen.verdicts) == 3


def test_rows_of_an_earlier_calibration_are_not_computed_again(toys, tmp_path):
    first = calibrate(["right"], Settings(400), 2, tmp_path)
    asked.clear()
    assert calibrate(["right"], Settings(400), 2, tmp_path) == first
    assert not asked
    calibrate(["right"], Settings(400), 3, tmp_path)
    assert asked  # those of the third seed


def test_the_evidence_of_a_ledger_stays_as_it_is(toys, tmp_path, capsys):
    assert main(["run", "T-1", *SERIAL, "--seed", "7", "--out", str(tmp_path)]) == 0
    kept = (tmp_path / "claims" / "right.json").read_bytes()
    assert main(["calibrate", "T-1", *SERIAL, "--seeds", "2", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "claims" / "right.json").read_bytes() == kept


def test_a_calibration_uses_the_rows_of_a_run(toys, tmp_path, capsys):
    out = ["--out", str(tmp_path)]
    main(["run", "T-1", *SERIAL, "--seed", "2", *out])
    asked.clear()
    assert main(["calibrate", "T-1", *SERIAL, "--seed", "2", "--seeds", "1", *out]) == 0
    assert not asked


def test_the_command_names_faults_and_writes_both_files(toys, tmp_path, capsys):
    words = ["T-1", "T-2", "T-3", *SERIAL, "--seeds", "3", "--out", str(tmp_path)]
    assert main(["calibrate", *words]) == 1
    told = capsys.readouterr().out
    assert "T-2: contradicted under 3 of 3 seeds, level 0.0001" in told
    assert "T-3: control missed under 1 of 3 seeds" in told
    assert "T-1:" not in told
    record = json.loads((tmp_path / "calibration.json").read_text())
    assert [len(each["faults"]) for each in record["claims"]] == [0, 1, 1]
    assert record["together"]["controls_caught"] == 8 and record["together"]["runs"] == 9
    assert record["together"]["contradicted"] == 3 and record["seeds"] == 3
    lines = list(csv.DictReader((tmp_path / "calibration.csv").read_text().splitlines()))
    assert [line["control_caught"] for line in lines] == ["3", "3", "2"]
    assert [line["contradicted"] for line in lines] == ["0", "3", "0"]
    assert lines[1]["fault"] == "contradicted under 3 of 3 seeds, level 0.0001"


def test_a_claim_that_cannot_be_run_counts_only_if_it_was_asked_for(toys, tmp_path, capsys):
    usual = [*SERIAL, "--seeds", "1", "--out", str(tmp_path)]
    assert main(["calibrate", "T-5", *usual]) == 1
    assert "T-5: not run, data must be there" in capsys.readouterr().out
    assert main(["calibrate", "T-1", "T", *usual, "--budget", "20"]) == 1  # T-2 and T-3
    assert json.loads((tmp_path / "calibration.json").read_text())["not_run"] == {
        "T-5": "data must be there"
    }


@pytest.mark.parametrize(
    "words, line",
    [
        (["T-1", "--seeds", "0"], "must be an integer in [1, 1000000), got '0'"),
        (["T-9"], "claim must be one that `paper-checks list` names, got 'T-9'"),
        (["T-1", "--seed", str(2**64 - 1), "--seeds", "2"], "the last seed must be below 2^64"),
    ],
)
def test_bad_usage_ends_with_a_line_and_2(toys, capsys, words, line):
    with pytest.raises(SystemExit) as ended:
        main(["calibrate", *words])
    assert ended.value.code == 2
    assert line in capsys.readouterr().err


def test_one_contradiction_in_ten_seeds_is_too_many_at_the_level_and_in_twenty_it_is_not():
    """P(one or more) is 1 - (1 - 1e-4)^n: 0.0009996 for ten seeds, 0.002 for twenty."""
    assert is_too_many(1, 10, 1e-4) and not is_too_many(1, 11, 1e-4)
    assert is_too_many(2, 20, 1e-4) and not is_too_many(1, 20, 1e-4)
    alarms = (Verdict.CONTRADICTED, *(Verdict.CONSISTENT,) * 19)
    assert not of("a", verdicts=alarms, caught=(True,) * 20).faults
    assert of("a", verdicts=alarms[:5], caught=(True,) * 5).faults


def test_intervals_of_shares_are_those_of_clopper_and_pearson():
    assert share_interval(0, 0) == (0, 1)
    for hits, trials in (0, 10), (3, 10), (10, 10):
        low = stats.beta.ppf(0.025, hits, trials - hits + 1) if hits else 0
        high = stats.beta.ppf(0.975, hits + 1, trials - hits) if hits < trials else 1
        np.testing.assert_allclose(share_interval(hits, trials), (low, high), atol=1e-10)


def test_columns_are_counts_and_medians_of_their_own():
    verdicts = Verdict.CONSISTENT, Verdict.UNDECIDED, Verdict.CONTRADICTED, Verdict.CONSISTENT
    columns = of("a", verdicts=verdicts, rows=(20, 40, 80, 400), control_rows=(20, 20, 30, 50))
    columns = columns.columns()
    assert tuple(columns) == calibration.COLUMNS
    assert (columns["consistent"], columns["contradicted"], columns["decided"]) == (2, 1, 3)
    assert (columns["rows_median"], columns["rows_most"]) == (60, 400)
    assert (columns["control_rows_median"], columns["control_rows_most"]) == (25, 50)
    assert repr(of("a")) == "Calibration(T-1: control caught 4 of 4, 0 contradicted)"


def test_a_claim_without_any_evidence_has_columns_too():
    nothing = of("a", verdicts=(), caught=(), rows=(), control_rows=(), failed=("no", "no"))
    columns = nothing.columns()
    assert columns["seeds"] == columns["rows_most"] == 0 and columns["failed"] == 2
    assert nothing.faults == ("failed under 2 seeds: no",)
