"""Pictures of fits and of diagnoses: they show the numbers, for samples of any size and unit."""

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure
from scipy.stats import beta

from stablenoise import Stable, fit
from stablenoise.fit.diagnosis import diagnose
from stablenoise.fit.pictures import band, drawn_of

matplotlib.use("Agg")
CASES = {
    "ten values": Stable(1.7).rvs(10, rng=1),
    "skewed": Stable(1.3, 0.8).rvs(500, rng=2),
    "one-sided": Stable(0.5, 1.0).rvs(500, rng=3),
    "small alpha": Stable(0.3).rvs(500, rng=4),
    "Gauss": Stable(2.0).rvs(500, rng=5),
    "far from 0": 1e9 + Stable(1.5).rvs(500, rng=6),
    "small unit": 1e-300 * Stable(1.5).rvs(500, rng=7),
    "large unit": 1e300 * Stable(1.5).rvs(500, rng=8),
    "rounded": np.round(Stable(1.5).rvs(500, rng=9)),
    "many zeros": np.where(np.arange(500) % 3, Stable(1.5).rvs(500, rng=10), 0.0),
}


def drawn_on(axes):
    """Draw all that is drawn, which finds what Matplotlib cannot, and return all finite points."""
    figure = np.ravel(axes)[0].figure
    figure.canvas.draw()
    return [line.get_xydata() for ax in np.ravel(axes) for line in ax.lines]


@pytest.mark.parametrize("name", CASES)
def test_any_sample_is_drawn(name):
    axes = fit.stable(CASES[name]).plot()
    assert axes.shape == (2, 2)
    lines = drawn_on(axes)
    assert all(np.isfinite(line).any() for line in lines if line.size)
    for ax in axes.ravel():
        low, high = ax.get_xlim()
        assert np.isfinite([low, high]).all() and low < high
        assert ax.get_title() and ax.get_xlabel() and ax.get_ylabel()


def test_the_density_is_that_of_the_law_and_the_histogram_has_its_mass():
    x = Stable(1.5, 0.5, 2.0, 3.0).rvs(20_000, rng=11)
    result = fit.stable(x)
    density = result.plot()[0, 0]
    at, height = density.lines[0].get_xydata().T
    np.testing.assert_allclose(height, result.params.pdf(at), rtol=1e-9)
    heights, edges, _ = density.patches[0].get_data()
    inside = np.count_nonzero((x >= edges[0]) & (x <= edges[-1])) / x.size
    assert heights @ np.diff(edges) == pytest.approx(inside, abs=1e-9)


def test_tails_and_quantiles_are_those_of_the_sample():
    x = Stable(1.5, 0.5, 2.0, 3.0).rvs(1000, rng=12)
    result = fit.stable(x)
    _, tails, quantiles, probabilities = result.plot().ravel()
    t, beyond = tails.lines[0].get_xydata().T
    right = [np.count_nonzero(x - result.loc > d * (1 - 1e-12)) for d in t]
    np.testing.assert_allclose(beyond * 1000 + 0.5, right, rtol=0, atol=1e-6)
    t, law = tails.lines[2].get_xydata().T
    np.testing.assert_allclose(law, result.params.sf(result.loc + t), rtol=1e-4)
    assert x.max() - result.loc == pytest.approx(quantiles.lines[1].get_ydata().max())
    below, more = probabilities.lines[1].get_xydata().T
    order = np.argsort(below)
    at = np.sort(x)[np.unique(np.linspace(0, 999, 400).astype(int))]
    np.testing.assert_allclose(below[order], result.params.cdf(at), atol=1e-5)


def test_weights_are_repetition():
    values, counts = np.unique(np.round(Stable(1.5).rvs(500, rng=13)), return_counts=True)
    one = drawn_of(fit.stable(values, weights=counts))
    other = drawn_of(fit.stable(np.repeat(values, counts)))
    assert one.nobs == other.nobs
    np.testing.assert_allclose(np.repeat(one.z, counts), other.z, atol=1e-4)
    drawn_on(fit.stable(values, weights=counts).plot())


def test_many_values_are_few_points():
    result = fit.stable(Stable(1.5).rvs(200_000, rng=14))
    drawn = drawn_of(result)
    at = drawn.chosen()
    assert at.size < 500 and at[0] == 0 and at[-1] == 199_999
    assert all(line.size < 2000 for line in drawn_on(result.plot()))


def test_bands_hold_order_statistics():
    """The third smallest of 20 uniform draws is Beta(3, 18): 2,000 samples, 4.9 errors."""
    low, high = band(np.array([2.5 / 20]), 20)
    np.testing.assert_allclose([low[0], high[0]], beta(3, 18).ppf([0.025, 0.975]), rtol=1e-9)
    third = np.sort(np.random.default_rng(15).random((2000, 20)), axis=1)[:, 2]
    inside = np.mean((third > low) & (third < high))
    assert abs(inside - 0.95) < 4.9 * np.sqrt(0.05 * 0.95 / 2000)


def test_axes_that_are_given_are_drawn_on():
    mine = Figure().subplots(1, 4)
    result = fit.stable(CASES["skewed"])
    assert result.plot(mine) is mine or (result.plot(mine) == mine).all()
    assert mine[1].get_title() == "Tails"
    with pytest.raises(ValueError, match=r"^axes must be four Axes of Matplotlib, got "):
        result.plot(mine[:3])


@pytest.mark.parametrize("name", CASES)
def test_any_diagnosis_is_drawn(name):
    found = diagnose(CASES[name])
    axes = found.plot()
    drawn_on(axes)
    assert [ax.get_title() for ax in axes.ravel()] == ["Tail", "Hill's index", "Order", "Values"]


def test_the_verdict_stands_above_a_diagnosis():
    stable = diagnose(Stable(1.5).rvs(1000, rng=16), false_alarms=1e-4)
    other = diagnose(np.random.default_rng(17).laplace(size=5000))
    titles = [each.plot()[0, 0].figure.get_suptitle() for each in (stable, other)]
    assert titles == ["x may be stable", "x is not stable"]
