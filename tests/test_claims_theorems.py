"""What the claims on newer papers, and on statements that had none, compute is what they say."""

from math import exp, gamma, inf, log, pi, sin

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.linalg import expm
from scipy.stats import chi2, norm, wasserstein_distance

from chaos.kesten import FiniteLeastSquares, GaussianLeastSquares
from chaos.solvable import LinearMeanField
from paper_checks import papers, registry, run
from paper_checks.claim import judge, overall
from paper_checks.claims import (
    armacki_rates_are_apart,
    cavallazzi_law_rate,
    dang_euler_error_stays,
    dang_momentum_widens,
    jiao_bounds_from_two_moments,
    jiao_diffusion_misses_small_steps,
    loecherbach_common_noise,
    loecherbach_kicks_add_to_stable,
    pavasovic_index_nears_online,
    pavasovic_no_tail_on_few_rows,
    song_chaos_for_each_noise,
)
from paper_checks.experiments.computations import computing
from stablenoise import Stable
from stablenoise.field import NoiseField
from stablenoise.noises import common


def verdict(claim, rows):
    return overall(judge(claim.quantities, rows, run.DELTA))


# Multi-pass SGD (MP)


def test_indices_of_many_data_sets_are_those_of_each():
    rng = np.random.default_rng(1)
    sets = pavasovic_index_nears_online._rows(rng, 200, False, False)
    each = [FiniteLeastSquares(rows[:, None], np.zeros(200), 0.75, 1).tail_index() for rows in sets]
    np.testing.assert_allclose(pavasovic_index_nears_online.tail_indices(sets), each, rtol=1e-11)


def test_the_distance_of_data_from_the_normal_law_is_scipys_of_a_fine_grid():
    """Of 10^6 quantiles: their own distance is below 1e-5."""
    rng = np.random.default_rng(2)
    sets = pavasovic_index_nears_online._rows(rng, 200, False, False)[:2]
    grid = norm.ppf((np.arange(10**6) + 0.5) / 10**6)
    expected = [wasserstein_distance(rows, grid) for rows in sets]
    found = pavasovic_index_nears_online.wasserstein(sets)
    np.testing.assert_allclose(found, expected, atol=2e-5)


def test_kinds_of_data_sets():
    """Stratified: one in each cell; repeated: the same 200 rows, 8 times."""
    module, rng = pavasovic_index_nears_online, np.random.default_rng(3)
    cells = np.floor(norm.cdf(module._rows(rng, 1_600, True, False)) * 1_600)
    assert (np.sort(cells, axis=1) == np.arange(1_600)).all()
    repeated = module._rows(rng, 1_600, False, True)
    assert (repeated[:, :200] == repeated[:, 1_400:]).all()
    assert np.unique(repeated[0]).size == 200


def test_a_data_set_has_no_tail_as_often_as_it_says():
    """By 10^5 sets of 100 rows: 5 standard errors, 0.006; and what bounded means."""
    rows = np.random.default_rng(4).normal(size=(100_000, 100))
    bounded = (0.2 * rows**2 <= 2).all(axis=1)
    assert abs(bounded.mean() - pavasovic_no_tail_on_few_rows.chance(100)) < 0.006
    few = [FiniteLeastSquares(r[:, None], np.zeros(100), 0.2, 1) for r in rows[bounded][:5]]
    assert all(sgd.tail_index() == inf for sgd in few)
    online = GaussianLeastSquares(0.2, 1, 1).tail_index()
    assert f"{online:.2f}" in pavasovic_no_tail_on_few_rows.CLAIM.statement
    assert online < pavasovic_no_tail_on_few_rows.ORDER


# Bounds of the index (HS)


@pytest.mark.parametrize("law", [(0.5, 1, 2), (0.3, 1, 5), (0.75, 5, 5), (1.0, 10, 10)])
def test_the_line_of_two_moments_bounds_indices_that_were_published(law):
    """2, 1.51456, 4.20059 and 1.01303: section 3 of the theory."""
    sgd = GaussianLeastSquares(*law)
    line, index = jiao_bounds_from_two_moments.explicit(sgd), sgd.tail_index()
    if 2 + 1e-9 < index < 4:
        assert 2 < line < index
    else:
        assert line > index - 1e-9
    moments = [log(sgd.closed_moment(s)) for s in (2, 4)]
    at_line = np.interp(0.0, [0, 1], moments) + (line - 2) / 2 * (moments[1] - moments[0])
    assert at_line == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("law", [(0.1, 1, 1), (0.2, 1, 2), (0.3, 1, 1)])
def test_small_steps_have_no_upper_bound_by_two_moments(law):
    """h(4) < h(2), or equal to it in the last: the line is 0 before 2, or nowhere."""
    sgd = GaussianLeastSquares(*law)
    assert sgd.closed_moment(4) < sgd.closed_moment(2) + 1e-12 and sgd.tail_index() > 4
    assert jiao_bounds_from_two_moments.explicit(sgd) == inf or law[0] == 0.3


def test_moments_of_another_kurtosis_are_those_of_its_rows():
    """Entries of two values have the fourth moment 1: E(1 - c b)^2 for one dimension, exactly."""
    sgd = GaussianLeastSquares(0.7, 2, 1)
    line = jiao_bounds_from_two_moments.explicit(sgd, kurtosis=1.0)
    second, fourth = log((1 - 0.7) ** 2), log(sgd.closed_moment(4))
    assert line == pytest.approx(2 - 2 * second / (fourth - second), rel=1e-12)


def test_the_diffusions_index_is_where_its_moments_stand_still():
    """Steps of the diffusion: E|x + h drift + sqrt(h) noise|^p of a unit vector, h small."""
    eta, b, d = 0.4, 2, 3
    p = jiao_diffusion_misses_small_steps.diffusion_index(eta, b, d)
    rng, h = np.random.default_rng(5), 1e-3
    covariance = (eta / b) * (np.eye(d) + np.outer([1, 0, 0], [1, 0, 0]))
    kicks = rng.multivariate_normal(np.zeros(d), covariance * h, size=1_000_000)
    moved = np.array([1 - h, 0, 0]) + np.concatenate([kicks, -kicks])
    change = (np.linalg.norm(moved, axis=1) ** p).mean() - 1
    assert abs(change) < 0.05 * p * h  # the drift alone changes it by p h


def test_covariance_of_a_step_is_that_of_gaussian_rows():
    """Of a (a . x), from 10^6 rows: 6 standard errors, sqrt(15) at most each."""
    module = jiao_diffusion_misses_small_steps
    np.testing.assert_allclose(module.covariance(np.array([1.0, 0])), [[2, 0], [0, 1]], atol=1e-12)
    for d in (1, 2, 3):
        index = module.diffusion_index(0.1, 3, d)
        assert index == pytest.approx(30 - (d - 3) / 2, abs=1e-4)
    rng, x = np.random.default_rng(6), np.array([1.0, 0.0])
    a = rng.normal(size=(1_000_000, 2))
    found = np.cov(a * (a @ x)[:, None], rowvar=False)
    np.testing.assert_allclose(found, np.eye(2) + np.outer(x, x), atol=0.06)


# Chaos: bounded drift (DC), common noise (CC), linear interaction (LC), matrices (P1-20)


def test_scales_along_a_direction_are_those_of_the_noises():
    module = song_chaos_for_each_noise
    for noise in module.KINDS.values():
        cf = noise.characteristic_function(module.ALONG[None], 1.3)
        expected = exp(-(module.scale(noise, 1.3) ** 1.3))
        assert float(np.squeeze(cf).real) == pytest.approx(expected, rel=1e-12)
    assert module.scale(common, 1.3) == 0.5


def test_particles_in_the_plane_move_as_written_out():
    """One system of two sizes in full coordinates, a loop over particles."""
    module = song_chaos_for_each_noise
    field, n, unit = NoiseField(1.5, 3), 128, module.ALONG / 1.25
    moved = module._moved(field, bounded=True)
    for size, row in zip(module.SIZES, moved, strict=True):
        x, drift = np.zeros((size, 2)), 0.0
        for step in range(3):
            mean = np.mean([np.cos(module.ALONG @ one) for one in x])
            noise = field.at(range(n), step, 2)[:size]
            x = x + (1 / 3) * mean * unit + (1 / 3) ** (1 / 1.5) * noise
            drift += mean / 3
        assert row[0] == pytest.approx(drift, rel=1e-12)


def test_given_the_common_noise_the_difference_is_that_without_it():
    """To rounding: ``LinearMeanField.difference`` of the particles' own noise alone."""
    module = loecherbach_common_noise
    own, shared = module._noises(7)
    gaps = module._gap(own[:, :, :8], shared, conditional=True)
    expected = module.SYSTEM.difference(own[:, :, :8].mean(axis=2), module.EULER.eta)
    np.testing.assert_allclose(gaps, expected, rtol=1e-9, atol=1e-12 * abs(shared).max())


def test_particles_without_noise_of_their_own_are_their_conditional_copies():
    module = loecherbach_common_noise
    own, shared = module._noises(8)
    gaps = module._gap(0 * own[:, :, :8], shared, conditional=True)
    np.testing.assert_allclose(gaps, 0, atol=1e-12 * abs(shared).max())
    assert abs(module._gap(0 * own[:, :, :8], shared, conditional=False)).min() > 1e-6


@pytest.mark.parametrize("alpha", [0.8, 1.2])
def test_kicks_have_the_tail_of_the_limit(alpha):
    """Of n kicks n P(|kick| > x n^(1/a)) = x^-a is the tail of the stable law, far out, to 1%."""
    scale = (-log(loecherbach_kicks_add_to_stable.limit(alpha, 1.0))) ** (1 / alpha)
    law = Stable(alpha, scale=scale)
    x = 1e6 ** (1 / alpha)
    assert 2 * law.sf(x) * x**alpha == pytest.approx(1, rel=0.01)
    kicks = loecherbach_kicks_add_to_stable._kicks(np.random.default_rng(9), alpha)
    assert abs(kicks).min() >= 1 and 800 < kicks.size < 1_200  # 6 s.d. of Poisson's law


def test_laws_of_two_of_four_particles_are_sums_of_independent_noise():
    """The powers of X_1 + X_2 and X_1 - X_2, noise by noise, from the chain's matrix."""
    module, n, eta = cavallazzi_law_rate, 4, 0.25
    step = (1 - eta) * np.eye(n) + eta / n
    powers = [np.linalg.matrix_power(step, k) for k in range(4)]
    for form, found in (
        ([1, 0, 0, 0], module.ONE),
        ([1, 1, 0, 0], module.SUM),
        ([1, -1, 0, 0], module.DIFFERENCE),
    ):
        total = sum((abs(np.array(form) @ power) ** 1.5).sum() for power in powers)
        assert found == pytest.approx(exp(-eta * total), rel=1e-12)


def test_particles_of_a_system_are_drawn_to_its_mean():
    """By the matrix of a step on the four, system by system."""
    step, field, cosines = 0.75 * np.eye(4) + 1 / 16, NoiseField(1.5, 5), []
    for r in range(cavallazzi_law_rate.SYSTEMS):
        x = np.zeros(4)
        for k in range(4):
            noise = field.at(range(4 * r, 4 * r + 4), k, 1)[:, 0]
            x = step @ x + 0.25 ** (1 / 1.5) * noise
        sums, gaps = (x[0] + x[1], x[2] + x[3]), (x[1] - x[0], x[3] - x[2])
        cosines.append([np.cos(x).mean(), np.cos(sums).mean(), np.cos(gaps).mean()])
    found = cavallazzi_law_rate._means(5)[:3]
    np.testing.assert_allclose(found, np.mean(cosines, axis=0), atol=1e-9)


def test_copies_have_the_law_of_the_limit_on_the_noise_of_the_particles():
    """Without a pull of the mean particles are their copies; with one, as written out."""
    module = cavallazzi_law_rate
    x, copies = module._moved(NoiseField(1.5, 5), (60, 64), 4, meet=False)
    np.testing.assert_allclose(x, copies, atol=1e-9 * abs(x).max())
    scale = 0.25 * sum(0.75 ** (1.5 * k) for k in range(4))
    near = module._distance(10**9)
    assert abs(near) < 1e-3 and module.SYSTEM.law(inf, module.EULER).scale ** 1.5 == pytest.approx(
        scale, rel=1e-12
    )
    step = 0.75 * np.eye(4) + 1 / 16
    powers = [np.linalg.matrix_power(step, k)[0] for k in range(4)]
    of_four = exp(-0.25 * sum((abs(p) ** 1.5).sum() for p in powers))
    assert module._distance(4) == pytest.approx(of_four - exp(-scale), rel=1e-12)


def test_the_rates_of_laws_and_of_particles_are_not_one():
    laws, pairs, paths = cavallazzi_law_rate.SLOPES
    assert laws == pytest.approx(1.5 * paths, abs=0.01) and pairs == pytest.approx(laws, abs=0.01)
    system = LinearMeanField(1.5, 1.0, 1.0)
    assert cavallazzi_law_rate.SYSTEM == system


# Momentum (SM)


def test_momentum_widens_as_the_matrix_exponential_says():
    """Stationary scale by quadrature of expm, friction 0.5, and of the plain process."""
    matrix = np.array([[0.0, 1.0], [-1.0, -0.5]])
    u = (np.arange(40_000) + 0.5) * 1e-3
    small = expm(matrix * 1e-3)
    kernel, state = [], expm(matrix * 5e-4) @ [0.0, 1.0]
    for _ in u:
        kernel.append(state[0])
        state = small @ state
    power = (np.abs(kernel) ** 1.2).sum() * 1e-3
    plain = quad(lambda t: (2 * exp(-2 * t)) ** 1.2, 0, inf)[0]
    expected = (power / plain) ** (1 / 1.2)
    assert dang_momentum_widens.widening(1.2) == pytest.approx(expected, rel=1e-4)
    assert f"{expected:.2f} times at a = 1.2" in dang_momentum_widens.CLAIM.statement
    assert all(dang_momentum_widens.widening(a, 1, g) > 1 for a in (1.2, 1.9) for g in (0.5, 1.5))


def test_sensitivities_are_ratios_of_derivatives():
    def scale(curvature, friction):
        plain = (friction**-1.2 / (1.2 * curvature / friction)) ** (1 / 1.2)
        return dang_momentum_widens.widening(1.2, curvature, friction) * plain, plain

    for friction, found in zip((0.5, 1.0), dang_momentum_widens.COMPUTED[1:], strict=True):
        ends = np.array([scale(c, friction) for c in (1 - 1e-4, 1 + 1e-4)])
        with_momentum, without = np.diff(ends, axis=0)[0]
        assert found == pytest.approx(with_momentum / without, rel=1e-5)


def kicked():
    """What one unit kick has become, age by age: with momentum and without."""
    x, v, with_momentum = 0.1, 1.0, []
    for _ in range(dang_momentum_widens.STEPS):
        with_momentum.append(x)
        v = v - 0.1 * (0.5 * v + x)
        x = x + 0.1 * v
    return np.array(with_momentum), 2 * 0.8 ** np.arange(dang_momentum_widens.STEPS)


@pytest.mark.parametrize("alpha, bias", [(1.2, 0.025), (1.6, 0.042)])
def test_chains_are_off_the_flow_by_less_than_the_region(alpha, bias):
    """Exactly: the scale of a sum of independent noise."""
    moving, plain = (log((abs(f) ** alpha).sum()) / alpha for f in kicked())
    off = moving - plain - log(dang_momentum_widens.widening(alpha))
    assert off == pytest.approx(-bias, abs=1e-3)


def test_chains_with_and_without_momentum_are_sums_of_their_noise():
    """Noise of each age times the state that one unit kick of that age has become."""
    module = dang_momentum_widens
    noises = NoiseField(1.6, 6).at(range(module.CHAINS), 0, module.STEPS)
    for end, factors in zip(module._ends(NoiseField(1.6, 6)), kicked(), strict=True):
        expected = 0.1 ** (1 / 1.6) * noises[:, ::-1] @ factors
        np.testing.assert_allclose(end, expected, rtol=1e-9, atol=1e-9 * abs(noises).max())


def test_eulers_error_is_of_the_matrix_and_of_its_exponential():
    module = dang_euler_error_stays
    matrix, state, factors = np.array([[1.0, 0.02], [-0.02, 0.99]]), np.array([0.0, 1.0]), []
    for _ in range(1_000):
        factors.append(state[0])
        state = matrix @ state
    np.testing.assert_allclose(module.factors(0.02, 20.0, 0.5), factors, atol=1e-11)
    flow = expm(np.array([[0.0, 1.0], [-1.0, -0.5]]) * 3.3)[0, 1]
    assert module.kernel(np.array([3.3]), 0.5)[0] == pytest.approx(flow, rel=1e-10)


@pytest.mark.parametrize("eta, time, scale", [(0.02, 20.0, 0.0454), (0.01, 200.0, 0.0225)])
def test_eulers_error_by_a_fine_rule(eta, time, scale):
    """Four parts of a step are as good as a hundred, to half a percent."""
    module = dang_euler_error_stays
    chain = np.repeat(module.factors(eta, time, 0.5), 100)
    u = (np.arange(chain.size) + 0.5) * eta / 100
    fine = ((abs(chain - module.kernel(u, 0.5)) ** 1.5).sum() * eta / 100) ** (1 / 1.5)
    assert module.error(eta, time) == pytest.approx(fine, rel=5e-3)
    assert fine == pytest.approx(scale, rel=5e-3)
    errors = [module.error(each, 200.0) for each in module.ETAS]
    assert module._orders()[0] == pytest.approx(np.log2(errors[0] / errors[1]), rel=1e-9)


# An abstract (FA)


def test_exponents_of_the_abstract():
    exponents = [armacki_rates_are_apart.exponent(p) for p in (1.0, 1.5, 2.0)]
    assert exponents == [0.0, 0.8, 1.0]
    _, power, of_log = armacki_rates_are_apart._gaps()
    assert power == pytest.approx(0.2 + log(2) / log(1e6), rel=1e-12)
    assert of_log == pytest.approx(1 + 0.2 * log(1e6) / log(2), rel=1e-12)
    assert armacki_rates_are_apart._gaps(p=2.0)[2] == pytest.approx(2, rel=1e-12)


# All of them


def test_what_is_computed_is_one_row_for_all_replicates():
    rows = computing(lambda number: [number, -number], number=2)(range(3), 1)
    assert rows.tolist() == [[2.0, -2.0]] * 3


@pytest.mark.parametrize(
    "module, column, wrong, rows",
    [
        (song_chaos_for_each_noise, 0, lambda x: 1.5 * x, 128),  # a constant V of its own
        (loecherbach_common_noise, 0, lambda x: x + log(2) / 3, 128),  # n / 2 in the scale
        (loecherbach_kicks_add_to_stable, 0, lambda x: x + 0.1, 256),  # 2 c in place of c
        (cavallazzi_law_rate, 1, lambda x: x + 0.06, 128),  # halves of the way to independence
        (cavallazzi_law_rate, 4, lambda x: 2 * x, 128),  # at the rate of paths
        (pavasovic_index_nears_online, 1, lambda x: 2 * x, 192),  # n^-1
        (dang_momentum_widens, 0, lambda x: x - log(2 / 1.2), 256),  # a factor 2 / a
        (dang_momentum_widens, 1, lambda x: x - log(1.264), 256),  # no widening
    ],
)
def test_a_plausible_error_is_contradicted(module, column, wrong, rows):
    claim = module.CLAIM
    rows = claim.experiment(range(rows), 2)
    other = rows.copy()
    other[:, column] = wrong(other[:, column])
    assert verdict(claim, rows) != "contradicted"
    assert verdict(claim, other) == "contradicted"


def test_each_paper_of_these_claims_has_a_heading():
    ids = [c.id for c in (*registry.all_claims().values(), *registry.not_computable().values())]
    named = [paper.name for paper in papers.in_order(ids)]
    assert "Jiao & Keller-Ressel (2024)" in named and "KP" not in named
    assert not {"HS-1", "MP-3", "SM-3", "FP-1", "P2-7"} - set(ids)


def test_the_tail_of_stable_laws_has_its_constant():
    """Of CC-2: P(S > x) x^a -> c / 2, by the law itself."""
    for alpha in loecherbach_kicks_add_to_stable.INDICES:
        c = 2 * gamma(alpha) * sin(pi * alpha / 2) / pi
        power = -log(loecherbach_kicks_add_to_stable.limit(alpha, 1.0))
        assert power == pytest.approx(1 / c, rel=1e-12)


def test_chances_are_those_of_the_chi_squared_law():
    assert pavasovic_no_tail_on_few_rows.chance(1) == pytest.approx(chi2(1).cdf(10.0), rel=1e-12)
