"""Pictures of tails: what is drawn is what is computed elsewhere, for odd samples too."""

import matplotlib

matplotlib.use("Agg")

import numpy as np
import pytest
from matplotlib.figure import Figure
from scipy import stats

from stablenoise.tails import hill, plots, power_law

PLOTS = [getattr(plots, name) for name in plots.__all__]
each_plot = pytest.mark.parametrize("plot", PLOTS, ids=plots.__all__)


def student(seed=1, n=500):
    return np.random.default_rng(seed).standard_t(2, n)


def line(axes, place=0):
    """Points of a line that was drawn."""
    return axes.lines[place].get_xdata(), axes.lines[place].get_ydata()


def band(axes):
    """Lower and upper ends of the shade, by the place along the first axis."""
    corners = axes.collections[0].get_paths()[0].vertices
    ends = {}
    for x, y in corners[:-1]:
        low, high = ends.get(x, (y, y))
        ends[x] = min(low, y), max(high, y)
    return ends


@each_plot
def test_axes_come_back_drawn_on_and_labelled(plot):
    axes = Figure().subplots()
    assert plot(student(), ax=axes) is axes
    assert axes.lines and axes.collections and axes.get_xlabel() and axes.get_ylabel()
    axes.figure.canvas.draw()
    assert plot(student()).figure is not axes.figure


@each_plot
@pytest.mark.parametrize("tail", ["both", "right", "left"])
def test_odd_samples_are_drawn(plot, tail):
    rng = np.random.default_rng(1)
    for x in (
        np.append(student(), np.zeros(5)),
        np.floor(5 * student()).astype(int),
        1e300 * np.clip(student(), -1e6, 1e6) / 1e6,
        1e-300 * student(),
        np.exp(rng.uniform(-600, 600, 200)) * rng.choice([-1, 1], 200),
    ):
        plot(x, tail=tail).figure.canvas.draw()


def test_hill_plots_are_the_path_with_its_intervals():
    x = student()
    path, axes = hill.path(x), plots.hill(x, level=0.9)
    np.testing.assert_array_equal(line(axes)[1], path.values)
    np.testing.assert_array_equal(line(axes)[0], path.ks)
    ends = band(axes)
    for k in (1, 20, 300):
        assert ends[k] == pytest.approx(hill.estimate(x, k).conf_int(0.9), rel=1e-9)
    other = plots.alternative_hill(x, ks=[10, 100])
    np.testing.assert_allclose(line(other)[0], np.log([10, 100]) / np.log(500))
    np.testing.assert_array_equal(line(other)[1], hill.path(x, [10, 100]).values)


def test_zipf_plots_are_shares_with_exact_intervals():
    """Of a probability between ranks, by Clopper and Pearson's beta laws, and a fit as a line."""
    x = np.random.default_rng(1).pareto(1.5, 300) + 1
    law = power_law.fit(x)
    axes = plots.zipf(x, law, level=0.9)
    sizes, shares = line(axes)
    np.testing.assert_array_equal(sizes, np.sort(x)[::-1])
    np.testing.assert_allclose(shares, np.arange(1, 301) / 300)
    place = 9
    ends = stats.beta(place + 1, 300 - place).ppf([0.05, 0.95])
    assert band(axes)[sizes[place]] == pytest.approx(tuple(ends), rel=1e-9)
    ends, fall = line(axes, 1)
    assert (ends[0], ends[1]) == (law.xmin, x.max())
    slope = np.log(fall[1] / fall[0]) / np.log(ends[1] / ends[0])
    assert slope == pytest.approx(-law.alpha, rel=1e-9) and fall[0] == law.n_tail / law.n


def test_mean_excesses_are_means_with_normal_intervals():
    x = np.abs(student())
    axes = plots.mean_excess(x)
    thresholds, means = line(axes)
    ends = band(axes)
    for place in (0, 17, 400):
        excess = x[x > thresholds[place]] - thresholds[place]
        assert means[place] == pytest.approx(excess.mean(), rel=1e-9)
        half = stats.norm.ppf(0.975) * excess.std() / np.sqrt(excess.size)
        assert ends[thresholds[place]] == pytest.approx(
            (means[place] - half, means[place] + half), rel=1e-6, abs=1e-9
        )


def test_quantile_plots_have_hills_slope_and_exact_intervals():
    """Order statistics of k exponential variates, -log of beta ones."""
    x = student()
    axes = plots.quantile_quantile(x, k=50, level=0.9)
    expected, excesses = line(axes)
    top = np.sort(np.abs(x))[::-1]
    np.testing.assert_allclose(excesses, np.log(top[:50] / top[50]))
    np.testing.assert_allclose(expected, np.log(51 / np.arange(1, 51)))
    xi = 1 / hill.estimate(x, 50).value
    np.testing.assert_allclose(line(axes, 1)[1], xi * expected)
    ends = -xi * np.log(stats.beta(3, 48).ppf([0.95, 0.05]))
    assert band(axes)[expected[2]] == pytest.approx(tuple(ends), rel=1e-9)


def test_long_samples_are_thinned():
    axes = plots.zipf(np.random.default_rng(1).pareto(1.5, 100_000) + 1)
    assert 500 < line(axes)[0].size <= plots.SHOWN


@pytest.mark.parametrize(
    "call, said",
    [
        (lambda: plots.hill([1.0, np.inf]), "sample must be finite, got inf in row 1"),
        (lambda: plots.zipf([0.0, 0.0]), "sample must have 2 values in the tail, got 0"),
        (lambda: plots.mean_excess([1.0, 2.0]), "sample must have 3 values in the tail, got 2"),
        (lambda: plots.zipf(student(), level=1.0), "level must lie in (0, 1), got 1.0"),
        (lambda: plots.zipf(student(), law=1.5), "law must be a PowerLaw, got 1.5"),
        (lambda: plots.hill(student(), ax=1), "ax must be an Axes, got 1"),
        (
            lambda: plots.quantile_quantile(student(), k=0),
            "k must be an integer in [1, 500)",
        ),
    ],
)
def test_what_is_no_argument_is_refused_in_a_line(call, said):
    with pytest.raises(ValueError) as refused:
        call()
    assert said in str(refused.value) and "\n" not in str(refused.value)
