"""How the scoreboard counts: rows that are right to a tolerance, or as right as rounding lets."""

import numpy as np
import pytest

from benchmarks.scoreboard import pages, scores
from benchmarks.scoreboard.asking import Answers, Library, _one
from stablenoise import law

COUNT = 6


def rows():
    """Rows as the reference has them, with values of ours: what is tested is the counting."""
    alpha, beta = np.full(COUNT, 1.5), np.full(COUNT, 0.5)
    x = np.linspace(-3, 4, COUNT)
    below, above = law.cdf(x, alpha, beta), law.sf(x, alpha, beta)
    slopes = law.score(x, 1.5, 0.5)
    tail = np.minimum(below, above)
    return {
        "region": np.array(["centre"] * 3 + ["tails"] * 3),
        "side": np.where(below < above, "lower", "upper"),
        **{"alpha": alpha, "beta": beta, "x": x, "pdf": law.pdf(x, alpha, beta), "tail": tail},
        **{"cdf": below, "sf": above, "p": tail, "quantile": x, "dx": -slopes[..., 3]},
        **{"dalpha": slopes[..., 0], "dbeta": slopes[..., 1], "dscale": slopes[..., 2]},
        **{"cdf_dalpha": np.full(COUNT, 0.1), "cdf_dbeta": np.full(COUNT, 0.1)},
    }


def scored(function, factors, reasons=None):
    kept = rows()
    true = scores.points_of(kept, function)[1]
    values = true * np.array(factors)
    answers = Answers(np.arange(COUNT), values, np.full(COUNT, 2e-6), reasons or {})
    return scores.score("peer", function, kept, answers)


@pytest.mark.parametrize("function", ["pdf", "cdf", "sf", "ppf"])
def test_rows_are_counted_by_tolerance(function):
    seen = scored(function, [1, 1 + 0.9e-12, 1 + 1.5e-12, 1 + 0.9e-8, 1 + 0.9e-4, 1 + 1.1e-4])
    assert seen.within == pytest.approx((5 / 6, 4 / 6, 2 / 6))
    assert seen.rows == COUNT and seen.failed == 0 and seen.microseconds == pytest.approx(2)
    assert seen.by_region == {"centre": 1.0, "tails": pytest.approx(1 / 3)}


def test_what_is_no_number_has_failed():
    seen = scored("pdf", [1, 1, 1, np.nan, np.inf, 1], {"NaN": 1, "infinity": 1})
    assert seen.failed == 2 and seen.within == pytest.approx((4 / 6,) * 3)


def test_a_rounding_of_a_parameter_is_let_pass():
    """Where f moves by 1e-9 for an ulp of alpha, an error of 3e-9 is right to 1e-12 too."""
    kept = rows()
    kept["dalpha"][:] = 1e-9 / np.spacing(1.5)
    true = scores.points_of(kept, "pdf")[1]
    at = np.arange(COUNT), true * (1 + 3e-9), np.zeros(COUNT), {}
    assert scores.score("peer", "pdf", kept, Answers(*at)).within == (1.0, 1.0, 1.0)
    at = np.arange(COUNT), true * (1 + 1.2e-8), np.zeros(COUNT), {}
    assert scores.score("peer", "pdf", kept, Answers(*at)).within == (1.0, 0.0, 0.0)


def test_quantiles_above_the_median_are_asked_from_the_other_side():
    kept = rows()
    points, true, allowed = scores.points_of(kept, "ppf")
    upper = kept["side"] == "upper"
    np.testing.assert_array_equal(points["x"], np.where(upper, 1 - kept["p"], kept["p"]))
    np.testing.assert_array_equal(true, kept["x"])
    kept["p"][upper] = 1e-9  # too near 1 for a float
    assert len(scores.points_of(kept, "ppf")[1]) == np.sum(~upper)


def test_rows_are_chosen_by_a_seed():
    first, again = (scores.chosen(rows(), 4, 1)["x"] for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert len(set(first)) == 4 and set(first) < set(rows()["x"])


def test_whatever_a_library_does_is_told():
    assert _one(lambda x, a, b: x + a, 1.0, 2.0, 0.0) == (3.0, None)
    assert _one(lambda x, a, b: 1 / 0, 1.0, 2.0, 0.0)[1] == "ZeroDivisionError"
    assert _one(lambda x, a, b: x * np.nan, 1.0, 2.0, 0.0)[1] == "NaN"
    assert _one(lambda x, a, b: x + np.inf, 1.0, 2.0, 0.0)[1] == "infinity"


@pytest.mark.slow
def test_a_library_is_asked_in_a_process_of_its_own_that_may_die():
    kept, ours = rows(), Library("stablenoise")
    answers = ours.answers("pdf", scores.points_of(kept, "pdf")[0], 60.0)
    np.testing.assert_array_equal(answers.values, kept["pdf"])
    assert scores.score("stablenoise", "pdf", kept, answers).within == (1.0, 1.0, 1.0)
    ours._child._process.kill()
    value, _, why = ours._ask("pdf", 0.0, 1.5, 0.5)
    assert np.isnan(value) and why == "its process ended"
    assert ours._ask("pdf", 0.0, 1.5, 0.5)[0] == law.pdf(0.0, 1.5, 0.5)
    ours.end()


def test_the_page_has_a_row_for_each_library(tmp_path):
    seen = [scored("pdf", np.ones(COUNT)), scored("ppf", [1, 1, 1, 1, 1, np.nan], {"NaN": 1})]
    about = {"rows": 6, "seconds": 1.5, "day": "2026-11-29", "processor": "a processor"}
    text = pages.page(seen, {"peer": about | {"version": "peer (Peer 1.0)"}})
    assert "against 6 rows of" in text and "1.5 seconds" in text and "on a processor." in text
    assert "* - peer (Peer 1.0)\n     - 100.00%\n     - 100.00%\n     - 100.00%\n     - 0\n" in text
    assert "     - 83.33%\n     - 83.33%\n     - 83.33%\n     - 1\n     - 6\n     - 2\n" in text
    assert "* - peer\n     - ppf\n     - NaN: 1" in text
    pages.draw(seen, tmp_path / "scoreboard.png")
    assert (tmp_path / "scoreboard.png").read_bytes()[1:4] == b"PNG"
