"""Laws of arrays on a device, or on the stand-in for it, are those of the host."""

import numpy as np
import pytest
from array_libraries import host
from hypothesis import given, settings
from hypothesis import strategies as st

from chaos import distances
from chaos.streaming import summary
from compress.coresets import cancellations, sensitivities, sensitivity
from stablenoise import Stable, law
from stablenoise.fit.streaming import Accumulator
from stablenoise.law import inversion, lookup, one_pass, table
from stablenoise.multivariate import Elliptical, Isotropic

pytestmark = pytest.mark.gpu
LAWS = [(1.5, 0.5), (0.7, 0.3), (1.0, 1.0), (2.0, 0.0), (0.5, -1.0), (1.98, -0.95)]
each_law = pytest.mark.parametrize("alpha, beta", LAWS)
few = settings(deadline=None, max_examples=10)


def points(alpha, beta, n=600):
    ends = 0.0, -0.0, np.inf, -np.inf, np.nan, 1e200, -1e30, 1e-300
    return np.append(Stable(alpha, beta).rvs(n, rng=1), ends)


def close(theirs, ours, cupy, rtol=1e-12):
    """On the device, of the same shape, and within ``rtol``; NaN and infinities are the same."""
    assert isinstance(theirs, cupy.ndarray) and theirs.shape == np.shape(ours)
    np.testing.assert_allclose(theirs.get(), ours, rtol=rtol, atol=0)


@each_law
@pytest.mark.parametrize("name", ["ppf", "isf"])
def test_quantiles_on_a_device_are_those_of_the_host(alpha, beta, name, cupy):
    """To the functions of the device (sinh, exp, log), a few units in the last place."""
    ends = [0.0, 1.0, 0.5, 1e-10, 1 - 1e-10, 1e-300, np.nan, -0.1, 1.1]
    q = np.append(np.random.default_rng(1).random(2000), ends)
    unit = Stable(alpha, beta, 2.0, 1.0)
    ours, theirs = getattr(unit, name)(q), getattr(unit, name)(cupy.asarray(q))
    assert isinstance(theirs, cupy.ndarray)
    np.testing.assert_allclose(theirs.get(), ours, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("grid", [1, inversion.GRID])
def test_the_polynomials_are_solved_to_the_same_bits(grid, cupy, monkeypatch):
    """Of laws whose u is a logarithm, too, with so few blocks that threads must stride."""
    monkeypatch.setattr(inversion, "GRID", grid)
    for of in (law.polynomials.panels(1.5, 0.3), law.polynomials.panels(0.6, -0.3)):
        powers = of.powers[1][np.isfinite(of.powers[1, :, 0])]
        which = np.random.default_rng(1).integers(len(powers), size=1500)
        share = np.random.default_rng(2).random(1500)
        low, high = powers @ (-1.0) ** np.arange(lookup.TERMS), powers.sum(axis=1)
        target = low[which] + share * (high - low)[which]
        ours = inversion._solved(powers, which, target)
        theirs = inversion._solved(powers, cupy.asarray(which), cupy.asarray(target))
        np.testing.assert_array_equal(theirs.get(), ours)


def test_intervals_and_medians_of_quantiles_stay_on_the_device(cupy):
    level = np.array([0.1, 0.5, 0.99])
    for ours, theirs in zip(
        *(law.interval(to(level), 1.5) for to in (host, cupy.asarray)), strict=True
    ):
        close(theirs, ours, cupy)


def test_a_quantile_on_a_device_is_of_one_law(cupy):
    with pytest.raises(ValueError, match="alpha and beta must be numbers for an array on a device"):
        law.ppf(cupy.asarray([0.1, 0.5]), [1.5, 1.6])


@each_law
@pytest.mark.parametrize("grid", [1, one_pass.GRID])
def test_scores_of_the_table_have_the_bits_of_the_host(alpha, beta, grid, cupy, monkeypatch):
    monkeypatch.setattr(one_pass, "GRID", grid)
    x = points(alpha, beta)
    ours, theirs = (table.score(to(x), alpha, beta, 2.0, 0.3) for to in (host, cupy.asarray))
    close(theirs, ours, cupy, rtol=0)


@each_law
def test_log_densities_of_the_table_are_those_of_the_host(alpha, beta, cupy):
    """The bits but for points left to the panels of the law, which agree to 1e-12."""
    x = points(alpha, beta)
    ours, theirs = (table.logpdf(to(x), alpha, beta, 2.0) for to in (host, cupy.asarray))
    assert isinstance(theirs, cupy.ndarray)
    np.testing.assert_allclose(theirs.get(), ours, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("alpha, beta", [(1.5, 0.5), (0.7, -0.3), (1.98, 0.95), (0.1, 0.0)])
@pytest.mark.parametrize("weighted", [False, True])
def test_sums_of_scores_are_those_of_the_host(alpha, beta, weighted, cupy):
    """To 1e-11 of the sum of sizes, in another order."""
    x = Stable(alpha, beta).rvs(2000, rng=1)
    weights = np.random.default_rng(1).random(2000) if weighted else None
    theirs = weights if weights is None else cupy.asarray(weights)
    ours = table.log_and_score_sums(x, alpha, beta, weights, True)
    theirs = table.log_and_score_sums(cupy.asarray(x), alpha, beta, theirs, True)
    rows = np.abs(table.score(x, alpha, beta))
    assert theirs.log == pytest.approx(ours.log, rel=1e-11)
    assert (abs(theirs.score - ours.score) <= 1e-11 * rows.sum(axis=0)).all()
    assert (abs(theirs.products - ours.products) <= 1e-11 * (rows.T @ rows)).all()


def test_exact_scores_come_back_to_the_device(cupy):
    x = np.array([[0.3, -2.0], [np.inf, 1e200]])
    close(law.score(cupy.asarray(x), 1.4, 0.2, 2.0, 0.5), law.score(x, 1.4, 0.2, 2.0, 0.5), cupy, 0)


@pytest.mark.parametrize("of", [
    Isotropic(1.5, 2, 2.0, [1.0, 2.0]), Isotropic(2.0, 2), Isotropic(1.0, 2, loc=3.0),
    Elliptical(1.5, [[4.0, 1.0], [1.0, 2.0]], [0.0, 1.0]),
], ids=["stable", "gauss", "cauchy", "elliptical"])  # fmt: skip
def test_radial_laws_are_those_of_the_host(of, cupy):
    """The device's own part is the length of a vector: a few units in the last place."""
    x = np.random.default_rng(1).standard_cauchy((50, 2))
    x[:3] = [[0.0, 0.0], [np.inf, 1.0], [1e300, 1e300]]
    radius = np.append(abs(x[:, 0]), [-1.0, np.nan])
    for name in ("pdf", "logpdf", "radius_pdf", "radius_cdf", "radius_sf"):
        if hasattr(of, name):
            given = radius if "radius" in name else x
            close(getattr(of, name)(cupy.asarray(given)), getattr(of, name)(given), cupy)


DISTANCES = {
    "ecf": (1, ()), "wasserstein": (1, (1.5,)), "arcsinh_wasserstein": (1, ()),
    "sliced_ecf": (2, ()), "mmd": (2, ()), "energy": (2, (0.7,)),
}  # fmt: skip


@pytest.mark.parametrize("name", DISTANCES)
def test_distances_are_those_of_the_host(name, cupy):
    """Sums of 3,000 terms of order 1, or a root of a difference of means of order 1e-3."""
    dim, more = DISTANCES[name]
    x = Stable(1.3).rvs((60, dim), rng=1).squeeze()
    y = Stable(1.7).rvs((47, dim), rng=2).squeeze()
    ours, theirs = (getattr(distances, name)(to(x), to(y), *more) for to in (host, cupy.asarray))
    assert isinstance(theirs, float) and theirs == pytest.approx(ours, rel=1e-9)
    for mixed in ((cupy.asarray(x), y), (x, cupy.asarray(y))):
        if name != "ecf":  # that asks each sample for itself
            with pytest.raises(ValueError, match="x and y must be on one device, got arrays of"):
                getattr(distances, name)(*mixed, *more)


@few
@given(st.integers(1, 400), st.integers(1, 50), st.floats(0.3, 2.0))
def test_summaries_are_those_of_the_host(cupy, n, kept, alpha):
    x = Stable(alpha).rvs((n, 2), rng=n)
    ours, theirs = summary(kept).add(x), summary(kept).add(cupy.asarray(x)[: n // 2])
    theirs = theirs.add(cupy.asarray(x)[n // 2 :])
    np.testing.assert_array_equal(theirs.histogram, ours.histogram)
    np.testing.assert_array_equal(theirs.largest, ours.largest)
    np.testing.assert_allclose(theirs.log_sums, ours.log_sums, rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(theirs.turns, ours.turns, rtol=0, atol=1e-11 * n)
    assert type(theirs.turns) is type(theirs.histogram) is np.ndarray


@few
@given(st.integers(1, 9), st.integers(1, 40), st.integers(1, 11), st.booleans())
def test_sensitivities_are_those_of_the_host(cupy, neurons, inputs, n, single):
    """32 roundings: sums of at most 40 terms in another order, a reciprocal and two products."""
    random, real = np.random.default_rng(n), np.float32 if single else float
    w, a = random.normal(size=(neurons, inputs)).astype(real), random.normal(size=(n, inputs))
    there = cupy.asarray(w), cupy.asarray(a)
    close(sensitivities(*there), sensitivities(w, a), cupy, 64 * np.finfo(real).eps)
    close(cancellations(*there), cancellations(w, a), cupy, 1e-9)


def test_threads_that_stride_over_edges_miss_none(cupy, monkeypatch):
    """More edges than the threads of one block, and not a multiple of them."""
    monkeypatch.setattr(sensitivity, "GRID", 1)
    random = np.random.default_rng(1)
    w, a = random.normal(size=(23, 31)), random.normal(size=(5, 31))
    close(sensitivities(cupy.asarray(w), cupy.asarray(a)), sensitivities(w, a), cupy)


def test_weights_and_inputs_are_on_one_device(cupy):
    with pytest.raises(ValueError, match="weights and inputs must be on one device, got arrays of"):
        sensitivities(cupy.ones((2, 3)), np.ones((4, 3)))


@pytest.mark.parametrize("bad, says", [
    (np.nan, "x must be finite, got nan"), (np.inf, "x must be finite, got inf"),
])  # fmt: skip
def test_what_is_not_finite_is_told_as_on_the_host(bad, says, cupy):
    x = np.array([1.0, bad, 2.0])
    for call in (summary().add, lambda x: distances.ecf(x, x)):
        with pytest.raises(ValueError, match=says):
            call(cupy.asarray(x))


def test_an_array_of_a_device_is_told_by_its_shape(cupy):
    with pytest.raises(ValueError, match="level must be a real number"):
        law.interval(cupy.ones(3, complex), 1.5)


def test_a_stable_law_is_fitted_to_a_stream_on_a_device(cupy):
    x = Stable(1.5, 0.3).rvs(4000, rng=1)
    ours, theirs = Accumulator(), Accumulator()
    for part in np.split(x, 4):
        ours.update(part)
        theirs.update(cupy.asarray(part))
    assert theirs == ours and theirs.fit().params == ours.fit().params
    with pytest.raises(ValueError, match="chunk must be finite, got nan in row 1"):
        theirs.update(cupy.asarray([1.0, np.nan]))
