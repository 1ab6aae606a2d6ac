"""The table of ``benchmarks.data_priors``: its rows are whole, and its cells can be made."""

import numpy as np
import pytest

from benchmarks.certificates.records import RECORDS
from benchmarks.data_priors import __main__ as command
from benchmarks.data_priors import multilayer, pairs
from compress.certificates import MonteCarlo, pac_bayes
from compress.certificates.inequalities import binomial_tail
from compress.certificates.limits import printed_risk
from compress.certificates.nulls import chosen_null

KEPT = command.read(command.ROWS)


@pytest.mark.parametrize("row", KEPT, ids=lambda row: f"{row['kind']} {row['share']}")
def test_a_null_follows_from_the_errors_of_its_row(row):
    priors = pairs.PRIORS if row["kind"] == "ternary" else 1
    null = chosen_null(
        int(row["null_errors"]), int(row["n"]), command.DELTA, len(command.SHARES), priors
    )
    assert row["null"] == printed_risk(null.value)
    assert int(row["n"]) == command.N - round(float(row["share"]) * command.N)


@pytest.mark.parametrize("row", KEPT, ids=lambda row: f"{row['kind']} {row['share']}")
def test_a_row_says_whether_its_limit_is_below_its_null(row):
    assert (row["below_null"] == "yes") == (float(row["limit"]) < float(row["null"]))


def test_rows_are_cells_and_stand_in_order():
    seen = [(row["kind"], float(row["share"])) for row in KEPT]
    assert set(seen) <= set(command.CELLS) and len(set(seen)) == len(seen)
    assert KEPT == sorted(KEPT, key=command.place)
    assert {kind for kind, _ in seen} == set(command.KINDS)


def test_limits_of_gaussian_rows_follow_from_their_numbers():
    """One digit after the point of errors and nats is 5e-5 of a limit, its rounding up 1e-4."""
    for row in (row for row in KEPT if row["kind"] == "gaussian"):
        n, delta = int(row["n"]), command.DELTA
        nats = float(row["nats"]) - np.log(2 * n**0.5) + np.log(0.8 * delta)
        drawn = MonteCarlo(10 * n, 0.2 * delta / len(command.SHARES))
        how = {"kind": "stochastic", "monte_carlo": drawn}
        again = pac_bayes(float(row["errors"]), n, nats, delta, **how)
        assert again.value == pytest.approx(float(row["limit"]), abs=1.5e-4)


def test_limits_of_other_rows_follow_from_their_numbers():
    for row in (row for row in KEPT if row["kind"] != "gaussian"):
        nats = float(row["nats"]) + np.log(command.DELTA)
        again = binomial_tail(float(row["errors"]), int(row["n"]), nats, command.DELTA)
        assert again == pytest.approx(float(row["limit"]), abs=1.5e-4)


def test_a_prior_whose_configuration_saw_the_rest_is_one_of_all_that_headers_say():
    assert pairs.CHOSEN == RECORDS["mnist"].configuration and pairs.PRIORS == 2**45


def test_gradients_are_those_of_finite_differences(monkeypatch):
    rng = np.random.default_rng(1)
    arrays = [a.astype(float) for a in multilayer.begun(seed=3)]
    x, labels = rng.random((4, 784)), rng.integers(0, 10, 4)

    def loss(arrays):
        w, b, v, c = arrays
        scores = np.maximum(x @ w.T + b, 0) @ v.T + c
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return -logs[np.arange(4), labels].mean()

    slopes = multilayer.gradients(arrays, x, labels)
    for k, at in ((0, (3, 400)), (1, (5,)), (2, (4, 7)), (3, (2,))):
        sides = []
        for sign in (1, -1):
            moved = [a.copy() for a in arrays]
            moved[k][at] += sign * 1e-6
            sides.append(loss(moved))
        assert (sides[0] - sides[1]) / 2e-6 == pytest.approx(slopes[k][at], abs=1e-8)


def test_a_cell_that_is_there_is_not_done_again(tmp_path, monkeypatch):
    asked = []

    def cell(kind, share):
        asked.append((kind, share))
        return KEPT[0] | {"kind": kind, "share": str(share)}

    monkeypatch.setattr(command, "cell", cell)
    for _ in range(2):
        command.run([("coded", 0.5), ("gaussian", 0.1)], tmp_path / "rows.csv")
    assert asked == [("coded", 0.5), ("gaussian", 0.1)]
    assert len(command.read(tmp_path / "rows.csv")) == 2
