"""Where the search of a fit begins: no maximum is missed for another, no held law is impossible."""

import numpy as np
import pytest
from scipy import stats

from stablenoise import Stable, fit, law
from stablenoise.fit.maximum import maximise

FREE = np.full(4, np.nan)
SEEDS = 56, 86, 99
HEAVY = Stable(0.45, 1.0, 2.0, 5.0).rvs(400, rng=1)


def likeliest(x, starts):
    """The largest likelihood that searches from these laws lead to, by the exact density."""
    unit = fit.stable(x).unit
    points, weights = unit.standardised(x), np.ones(x.size)
    tops = [maximise(points, weights, np.array(start), FREE).theta for start in starts]
    return max(law.logpdf(x, *unit.outward(theta)).sum() for theta in tops)


@pytest.mark.parametrize("seed", SEEDS)
def test_alpha_2_is_left_where_it_is_a_maximum_for_one_beta_alone(seed):
    """Samples next to Gauss, of more values than those for which many starts are tried anyway."""
    x = Stable(1.98).rvs(400, rng=seed)
    others = [(1.9, sign * 0.8, 0.5, 0.0) for sign in (-1, 1)]
    assert fit.stable(x).llf > likeliest(x, others) - 1e-6


def test_two_lumps_are_not_one_wide_law():
    """Half of the values about 0, a little more about 13: the fit is of one and a long tail."""
    x = np.random.default_rng(1).normal(size=1100) + 13.0 * (np.arange(1100) < 600)
    others = [(alpha, beta, 0.5, 0.0) for alpha in (0.5, 0.8, 1.1) for beta in (-0.9, 0.9)]
    assert fit.stable(x).llf > likeliest(x, others) - 1e-4


def test_gauss_is_fitted_to_any_sample_by_its_moments():
    """As the law itself says, though the largest value is 1e4 times the quartiles away."""
    result = fit.stable(HEAVY, alpha=2.0)
    assert result.converged
    assert result.loc == pytest.approx(HEAVY.mean(), rel=1e-9)
    assert result.scale == pytest.approx(HEAVY.std() / np.sqrt(2), rel=1e-9)
    held = fit.stable(HEAVY, alpha=2.0, beta=0.0, loc=5.0)
    assert held.scale == pytest.approx(np.sqrt(((HEAVY - 5) ** 2).mean() / 2), rel=1e-9)


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("x", [Stable(1.2, 0.5).rvs(150, rng=1), HEAVY, -HEAVY[:50]])
def test_a_law_on_a_half_line_is_fitted_to_any_sample(x, sign):
    """Levy's: SciPy finds a location and a scale too, to its own precision."""
    result = fit.stable(sign * x, alpha=0.5, beta=sign)
    assert result.converged and np.isfinite(result.llf)
    loc, scale = stats.levy.fit(x)
    assert result.llf > stats.levy.logpdf(x, loc, scale).sum() - 1e-4


@pytest.mark.parametrize(("name", "value"), [("loc", 0.0), ("scale", 0.1)])
def test_one_more_parameter_of_a_half_line_may_be_held(name, value):
    x = Stable(1.2, 0.5).rvs(150, rng=1)
    result = fit.stable(x, alpha=0.6, beta=1.0, **{name: value})
    assert result.converged and np.isfinite(result.llf)
    assert getattr(result, name) == value


@pytest.mark.parametrize("seed", range(3))
def test_a_light_tail_that_ends_before_the_sample_is_left(seed):
    """A law of beta = 1 and alpha above 1 has hardly a density where others have their left tail.

    That of alpha = 2 is one of them, so none may be below it.
    """
    x = Stable(1.22, 0.0).rvs(300, rng=seed)
    assert fit.stable(x, beta=1.0).llf >= fit.stable(x, alpha=2.0).llf
