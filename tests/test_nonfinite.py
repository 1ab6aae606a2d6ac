"""Draws that are NaN, infinite or next to it: counted, with the law's own share of them."""

import numpy as np
import pytest
from scipy.stats import binom

from stablenoise import Stable, examine
from stablenoise.examine.nonfinite import NonFinite
from stablenoise.multivariate import Isotropic

FAR = Stable(0.1, 0.5, 1e300)  # a draw in five is infinite or next to it


def said(law, *parts):
    counts = NonFinite(law)
    finite = np.concatenate([counts.without(np.asarray(part)) for part in parts])
    assert np.isfinite(finite).all()
    return {outcome.test: outcome for outcome in counts.outcomes()}


def test_nan_and_infinities_are_counted_over_all_parts():
    outcomes = said(Stable(1.5), [1.0, np.nan, 2.0], [np.inf, -np.inf, 1.7e308, np.nan])
    assert outcomes.keys() == {"NaN", "infinite"}
    assert (outcomes["NaN"].statistic, outcomes["NaN"].p_value) == (2, 0)
    assert outcomes["infinite"].statistic == 2 and outcomes["infinite"].size == 7
    assert outcomes["infinite"].p_value < 1e-300
    assert said(Isotropic(1.5, 2), [[1.0, np.inf], [1.0, 2.0]])["infinite"].p_value == 0


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_draws_next_to_the_largest_number_have_a_binomial_law(dtype):
    law = FAR if dtype == np.float64 else Stable(0.1, 0.5, 1e30)
    with np.errstate(over="ignore"):
        x = law.rvs(20_000, rng=1).astype(dtype)
    outcome = said(law, x[:5_000], x[5_000:])["next to infinite"]
    reach = float(np.finfo(dtype).max) / 256
    share = float(law.sf(reach) + law.cdf(-reach))
    count = int(np.count_nonzero(abs(x.astype(float)) > reach))
    tails = binom.cdf(count, 20_000, share), binom.sf(count - 1, 20_000, share)
    assert outcome.statistic == count > 1_000 and outcome.size == 20_000
    assert (
        outcome.p_value == pytest.approx(2 * min(tails), rel=1e-9, abs=0) and outcome.p_value > 1e-6
    )


@pytest.mark.parametrize("count", [0, 1, 2, 7, 400])
def test_infinities_have_a_binomial_law(count):
    """Too few for what is beyond the largest number, or too many for what may be infinite."""
    law, largest = Stable(1.5, 0.5, 1e305), float(np.finfo(float).max)
    x = np.ones(1_000)
    x[:count] = np.inf
    most, least = (float(law.sf(end) + law.cdf(-end)) for end in (largest / 256, largest))
    tails = binom.sf(count - 1, 1_000, most), binom.cdf(count, 1_000, least)
    outcome = said(law, x)["infinite"]
    assert outcome.statistic == count
    assert outcome.p_value == pytest.approx(min(1, 2 * min(tails)), rel=1e-7, abs=0)
    assert "next to infinite" in said(law, x)


@pytest.mark.parametrize("value", [1.7e308, -1.7e308, 0.0])
def test_draws_that_other_tests_leave_out_are_no_hiding_place(value):
    """A tenth of them, or of those that are there, are changed."""
    x = FAR.rvs(20_000, rng=2)
    x[::10] = value
    assert said(FAR, x)["next to infinite"].p_value < (1e-12 if value else 1e-3)


def test_a_sampler_that_hides_there_fails():
    law = Stable(1.5, 0.0, 1e300)

    def draw(size, rng):
        return np.where(rng.random(size) < 0.3, 1.7e308, law.rvs(size, rng))

    report = examine.sampler(draw, law, 1 << 11, seed=1)
    assert report.grade == "fail" and report.findings[0].test == "next to infinite"
