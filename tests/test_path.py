"""A path is one function of time, at every resolution, and its bridges have the right law."""

import math
import pickle
import re
import tracemalloc

import numba
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from numpy import float64, uint32, uint64
from scipy import stats

import stablenoise.bridges as bridges
from stablenoise import Lane, NoiseField, Stable, StablePath, law
from stablenoise.bridges import bridge, drift, keys, log_bound, log_mean
from stablenoise.kernels import cms, random_words
from stablenoise.kernels.addresses import address
from stablenoise.law.landmarks import has_convex_reciprocal, light_end
from stablenoise.law.polynomials import panels
from stablenoise.noises import common, independent, isotropic

EPS = np.finfo(float).eps
N = 100_000
LAWS = [(0.6, 0.0), (1.0, 0.0), (1.5, 0.0), (1.9, 0.0), (1.5, 0.5), (1.0, 1.0), (0.45, -1.0)]
BEYOND = [(0.8, 0.95), (1.999, 0.0), (0.25, 1.0), (0.3, 0.3)]  # where 1/f is not convex
each_law = pytest.mark.parametrize("alpha, beta", LAWS + BEYOND)
KINDS = {
    "common": (1.5, 0.0, common),
    "independent": (0.8, 0.0, independent),
    "skewed": (1.3, 0.5, independent),
    "skewed common": (1.0, -1.0, common),
    "isotropic": (1.4, 0.0, isotropic),
    "heavy": (0.5, 0.0, isotropic),
    "Brownian": (2.0, 0.0, isotropic),
    "Brownian common": (2.0, 0.0, common),
}
each_kind = pytest.mark.parametrize("alpha, beta, noise", KINDS.values(), ids=KINDS)
seeds = st.integers(0, 2**64 - 1)


def some_keys(n, seed=1):
    return keys(address(seed, 0, Lane.SPLIT), np.arange(n, dtype=uint32), np.zeros(n, uint32))


def node(k):
    return np.array([k], uint64)


def split(alpha, beta, n=N, seed=1):
    """Standardised sums, their halves, and the number of proposals."""
    found, where = bridge(alpha, beta), some_keys(n, seed)
    whole = found.draw(node(0), where)
    halves, proposals = found.halve(whole, node(1), where)
    return found.ratio * whole[0] + found.shift, *halves, proposals


def distance(x, cdf):
    """Kolmogorov's distance in units of its 1e-8 quantile: Massart (1990), tight constant."""
    bound = math.sqrt(math.log(2 / 1e-8) / (2 * x.size))
    return stats.ks_1samp(x, cdf, method="asymp").statistic / bound


def deviation(seen, expected):
    """Standard errors between a mean and its expectation."""
    return (seen.mean() - expected) / (seen.std() / math.sqrt(seen.size))


# The drift: a bridge of a wrong one may look for halves that do not exist, for ever.


@given(st.floats(0.2, 2.0), st.floats(-1, 1), st.floats(1e-3, 1e3), st.floats(0.01, 3.0))
@example(1.0, 0.8, 20.0, 0.7)
def test_the_drift_makes_the_exponent_grow_with_time(alpha, beta, t, u):
    """cf(u) at time t is cf(u)^t; the angles, up to 1e7, are rounded."""
    scale, v = t ** (1 / alpha), u * t ** (-1 / alpha)
    assume(1e-9 < scale)
    moved = Stable(alpha, beta, scale, drift(alpha, beta, t)).cf(v)
    assert moved == pytest.approx(np.exp(t * exponent(alpha, beta, v)), rel=1e-6, abs=1e-8)


def exponent(alpha, beta, u):
    """Logarithm of the characteristic function of Stable(alpha, beta) at u > 0."""
    d, log_u = 1 - alpha, math.log(u)
    skew = math.expm1(d * log_u) / math.tan(math.pi * d / 2) if d else log_u * 2 / math.pi
    return -(u**alpha) * (1 + 1j * beta * skew)


def test_the_drift_at_one_is_that_of_time_times_its_logarithm():
    assert drift(1.0, 1.0, math.e) == pytest.approx(2 / math.pi * math.e, rel=1e-15)
    for alpha in (1 - 1e-9, 1 + 1e-9):
        assert drift(alpha, 0.7, 5.0) == pytest.approx(drift(1.0, 0.7, 5.0), rel=1e-7)


# The bridge.


def test_each_part_of_an_address_counts():
    """Particles, nodes, attempts and uses: two pairs of words of 28 are equal with odds 2^-119."""
    held = np.zeros((6, 4), uint64)
    held[:5] = 2 * np.arange(5, 25, dtype=uint64).reshape(5, 4)
    seen = []
    for row in range(5):
        other = held.copy()
        other[row] += uint64(2 if row == 2 else 2**32 if row == 3 else 1)
        seen.append(other)
    words = [np.empty((2, 4), uint64) for _ in range(7)]
    for pair, columns, use in zip(words, [held, held, *seen], [0, 1, 0, 0, 0, 0, 0], strict=True):
        bridges.words_at(*pair, bridges.Attempts(*columns), uint64(use))
    assert len({tuple(column) for pair in words for column in pair.T.tolist()}) == 28


@each_law
def test_both_halves_and_their_difference_have_their_law(alpha, beta):
    """Kolmogorov's distance of x, y, x - y and x + y: false alarm 4e-8 a law, 5e-7 in all."""
    total, x, y, _ = split(alpha, beta)
    double = 2 ** (1 / alpha)
    assert distance(x, lambda t: law.cdf(t, alpha, beta)) < 1
    assert distance(y, lambda t: law.cdf(t, alpha, beta)) < 1
    assert distance(x - y, lambda t: law.cdf(t, alpha, 0.0, double)) < 1
    assert distance(total, lambda t: law.cdf(t, alpha, beta, double, drift(alpha, beta, 2.0))) < 1


@each_law
def test_halves_are_independent(alpha, beta):
    """Rank correlation, and E exp(iux + ivy), 12 numbers: |z| < 5.8, 9e-8 a law, 1e-6 in all."""
    _, x, y, _ = split(alpha, beta, seed=2)
    assert abs(stats.spearmanr(x, y).statistic) * math.sqrt(N) < 5.8
    cf = Stable(alpha, beta).cf
    for u, v in [(0.4, 0.4), (1.0, -0.7), (0.2, 1.5), (1.0, 1.0), (2.0, -2.0), (0.1, -0.2)]:
        expected, angle = cf(u) * cf(v), u * x + v * y
        assert abs(deviation(np.cos(angle), expected.real)) < 5.8
        assert abs(deviation(np.sin(angle), expected.imag)) < 5.8


@each_law
def test_a_half_given_the_sum_has_its_density(alpha, beta):
    """Where the sum is in one of 8 narrow bands: f(x) f(s - x) is integrated up to x.

    The probability that this leaves is uniform: Kolmogorov's distance, false alarm 1e-8 a law.
    """
    total, x, _, _ = split(alpha, beta, seed=3)
    bands = np.searchsorted(np.sort(total), total) * 8 // N  # of equal size
    chosen = np.concatenate([np.flatnonzero(bands == band)[:40] for band in range(8)])
    uniform = [below(alpha, beta, total[i], x[i]) for i in chosen]
    assert distance(np.array(uniform), lambda p: np.clip(p, 0, 1)) < 1


def below(alpha, beta, total, x):
    """P(half <= x | sum), by the trapezoidal rule: half the sum is its median, as x ~ total - x."""
    ends = sorted([x, total - x])
    middle, spread = 0.5 * total, 0.5 * (ends[1] - ends[0])
    edge = max(200.0 + abs(total), 2 * spread) ** min(3.0, 2.0 / alpha)
    far = np.geomspace(1e-7 * max(1.0, spread), edge, 3_000)
    close = 0.5 * abs(total) + np.concatenate([-far, far])  # the peaks, if the sum is large
    t = np.unique(np.concatenate([[0.0, spread], far, close[close > 0]]))
    t = t[is_near(alpha, beta, middle - t) & is_near(alpha, beta, middle + t)]
    found = panels(alpha, beta)
    logs = found.log(0, middle + t) + found.log(0, middle - t)
    density = np.exp(logs - logs.max())
    mass = np.concatenate([[0.0], np.cumsum(0.5 * (density[1:] + density[:-1]) * np.diff(t))])
    inside = 0.5 * mass[np.searchsorted(t, spread)] / mass[-1]
    return 0.5 + math.copysign(inside, x - middle)


@pytest.mark.parametrize("alpha, beta", LAWS[:5])
def test_a_midpoint_takes_two_proposals_on_average(alpha, beta):
    """100 batches: Student's t, |t| < 6.5, false alarm 3e-9 a law."""
    counts = np.array([split(alpha, beta, 2_000, seed)[3] / 2_000 for seed in range(100)])
    assert abs(deviation(counts, 2.0)) < 6.5


@pytest.mark.parametrize("alpha, beta", [(0.8, 0.95), (0.3, 0.3)])
def test_where_the_bound_is_larger_so_is_the_number_of_proposals(alpha, beta):
    """It is the integral of the bound, 4 E[1 / (1 + f / F)]: Student's t, |t| < 6.5."""
    counts = np.array([split(alpha, beta, 2_000, seed)[3] / 2_000 for seed in range(100)])
    x = Stable(alpha, beta).rvs(1_000_000, rng=1)
    inverse = 4 / (1 + np.exp(panels(alpha, beta).log(0, x) - bridge(alpha, beta).density.log_top))
    error = math.hypot(counts.std() / 10, inverse.std() / 1_000)
    assert abs(counts.mean() - inverse.mean()) < 6.5 * error


@pytest.mark.parametrize("beta", [0.0, 0.2, 0.5, 0.7, 0.95, 0.999, 1.0])
def test_no_proposal_is_accepted_with_probability_above_one(beta):
    """The tolerance is that of the panels, 2e-12 in each of four logarithms."""
    mean, bound = np.vectorize(log_mean), np.vectorize(log_bound)
    for alpha in (0.21, 0.3, 0.41, 0.61, 0.8, 1.0, 1.3, 1.7, 1.94, 1.97, 1.999):
        x, found = points(alpha, beta, 0.25), panels(alpha, beta)
        x, y = (part.ravel() for part in np.meshgrid(x, x))
        at = [found.log(0, t) for t in (x, y, 0.5 * (x + y))]
        likely = (np.minimum(at[0], at[1]) > -600) & (x < y)
        at = [logs[likely] for logs in at]
        excess = mean(at[0], at[1]) - bound(at[2], bridge(alpha, beta).density.log_top)
        assert excess.max() < 1e-11


def points(alpha, beta, step):
    """Points that are dense where the density varies quickly."""
    u = np.arange(-22, 22, step)
    zeta = -beta * math.tan(math.pi * alpha / 2) if alpha <= 0.9 else 0.0
    if alpha < 0.97 and abs(beta) == 1:
        zeta = -beta * math.tan(math.pi * alpha / 2)
        x = np.sort(zeta + beta * np.exp(u))
    else:
        x = zeta + np.sinh(u)
    return x[is_near(alpha, beta, x)]


def is_near(alpha, beta, x):
    """Whether the density there is above e^-700: below, it takes long to find."""
    light, end = light_end(alpha, beta)
    return light * (x - end) <= 0


@pytest.mark.parametrize("beta", [1.0, -1.0])
def test_beyond_the_end_of_the_light_tail_the_density_is_taken_as_zero(beta):
    side, end = light_end(1.5, beta)
    assert side == -beta and law.logpdf(end, 1.5, beta) == pytest.approx(-700, abs=1e-6)
    y, out = np.array([0.9, 1.1, -1.1]) * end, np.empty(3)
    density = bridge(1.5, beta).density
    bridges.log_means(np.zeros(3), y, density, bridges.workspace(), np.empty(3), out)
    at_0, at_y = law.logpdf(0.0, 1.5, beta), law.logpdf(y, 1.5, beta)
    expected = [log_mean(at_0, at_y[0]), -np.inf, log_mean(at_0, at_y[2])]
    np.testing.assert_allclose(out, expected, rtol=1e-9)


def least_curvature(alpha, beta):
    """Of 1/f, relative to its slopes: where it is negative, 1/f is not convex."""
    x = points(alpha, beta, 0.02)
    logs = panels(alpha, beta).log(0, x)
    x, logs = x[logs > -300], logs[logs > -300]
    up = np.expm1(logs[1:-1] - logs[2:]) / np.diff(x)[1:]
    down = -np.expm1(logs[1:-1] - logs[:-2]) / np.diff(x)[:-1]
    return float(np.min((up - down) / (abs(up) + abs(down))))


@pytest.mark.parametrize("beta", [0.0, 0.05, 0.25, 0.5, 1.0])
def test_the_reciprocal_density_is_convex_where_it_is_said_to_be(beta):
    """By differences over 0.02 in asinh(x); the least seen is 0.002, its error some 1e-8."""
    region = [a for a in np.arange(0.4, 1.96, 0.05) if has_convex_reciprocal(float(a), beta)]
    assert len(region) > 20
    for alpha in region:
        assert least_curvature(float(alpha), beta) > 0.001


@pytest.mark.parametrize("alpha, beta", BEYOND)
def test_beyond_it_is_not(alpha, beta):
    assert not has_convex_reciprocal(alpha, beta)
    assert least_curvature(alpha, beta) < -1e-4


def test_a_small_half_beside_a_large_one_has_all_its_digits():
    """It is what was proposed: a subtraction from the sum would leave multiples of its last bit."""
    total, x, y, _ = split(0.6, 0.0)
    small = np.minimum(abs(x), abs(y))
    here = (abs(total) > 1e5) & (small < 10)
    assert here.sum() > 50
    grid = np.spacing(abs(total[here])) / 2
    assert np.mean(small[here] % grid == 0) < 0.1


def value(alpha, beta, seed, particle, coordinate, number):
    """Half of the whole, by the scalar functions and the definition; symmetric laws."""

    def words(key, counter):
        a, b, c, d = map(int, random_words.philox(*map(uint64, (*key, *counter))))
        return uint64(a << 32 | b), uint64(c << 32 | d)

    def variate(pair):
        constants = cms.double.stable_constants(alpha, beta)
        return cms.double.stable(
            constants, *random_words.double.angle(*pair), cms.double.exponential(pair[1], pair[0])
        )

    place = (particle, 2**32 - 1, coordinate, int(Lane.SPLIT))
    first, second = words((seed % 2**32, seed // 2**32), place)
    key, salt = divmod(int(first), 2**32)[::-1], int(second) >> 33 << 1
    total = 2 ** (1 / alpha) * variate(words(key, (0, 0, 0, salt)))
    for attempt in range(1_000):
        x = variate(words(key, (1, 0, attempt, salt)))
        a, b, middle = np.exp(panels(alpha, beta).log(0, np.array([x, total - x, total / 2])))
        u_word, coin = words(key, (1, 0, attempt, salt | 1))
        u = random_words.double.uniform(u_word, coin)[0]
        if u * (a + b) * middle <= 2 * a * b:
            left = total - x if int(coin) >> 63 else x
            return left if number == 0 else total - left


@pytest.mark.parametrize("alpha", [0.7, 1.6])
def test_a_value_is_what_the_definition_says(alpha):
    """Up to rounding; an accident, u within rounding of the bound, has odds of 1e-13."""
    found = StablePath(alpha, 2**40 + 3).increments(1, range(50, 90), 2)
    for i in range(40):
        for half in (0, 1):
            expected = 0.5 ** (1 / alpha) * value(alpha, 0.0, 2**40 + 3, 50 + i, 1, half)
            size = abs(found[:, i, 1]).sum()
            assert found[half, i, 1] == pytest.approx(expected, rel=1e-13, abs=4 * EPS * size)


# The path.


@each_kind
def test_increments_are_the_sums_of_finer_ones(alpha, beta, noise):
    """To a few roundings of the largest term at each level; drifts are terms too."""
    path = StablePath(alpha, 5, beta, noise, horizon=3.0)
    levels = [path.increments(level, range(30), 3) for level in range(8)]
    for level in range(7):
        left, right = levels[level + 1][::2], levels[level + 1][1::2]
        moved = abs(drift(alpha, beta, 3.0 / 2**level)) if beta else 0.0
        size = np.abs([left, right, levels[level]]).max(axis=0) + moved
        assert np.all(abs(left + right - levels[level]) <= 12 * EPS * size)


@each_kind
@pytest.mark.parametrize("level", [0, 1, 5])
def test_increments_are_the_calls(alpha, beta, noise, level):
    path = StablePath(alpha, 5, beta, noise, horizon=0.7)
    found = path.increments(level, range(3, 7), 3)
    assert found.shape == (2**level, 4, 3)
    for k in range(2**level):
        times = 0.7 * k / 2**level, 0.7 * (k + 1) / 2**level
        np.testing.assert_array_equal(path(*times, range(3, 7), 3), found[k])


@each_kind
@settings(deadline=None, max_examples=25)
@given(seed=seeds, ends=st.lists(st.integers(0, 64), min_size=2, max_size=2))
def test_an_increment_is_the_sum_over_its_interval(alpha, beta, noise, seed, ends):
    path, (low, high) = StablePath(alpha, seed, beta, noise), sorted(ends)
    fine = path.increments(6, range(4), 2)
    found = path(low / 64, high / 64, range(4), 2)
    size = 2 * np.abs(fine).max(axis=0) * 64  # of what is added up on the way down
    assert np.all(abs(found - fine[low:high].sum(axis=0)) <= 64 * EPS * size)


@each_kind
@settings(deadline=None, max_examples=10)
@given(seed=seeds, random=st.randoms())
def test_a_value_depends_on_its_address_alone(alpha, beta, noise, seed, random):
    path = StablePath(alpha, seed, beta, noise)
    rows = [random.randrange(2**32) for _ in range(6)]
    order = random.sample(range(6), 4)
    few = [rows[i] for i in order]
    for dim in (1, 2, 4):
        expected = path(0.25, 0.78125, rows, 5)[order, :dim]
        np.testing.assert_array_equal(path(0.25, 0.78125, few, dim), expected)
        expected = path.increments(4, rows, 5)[:, order, :dim]
        np.testing.assert_array_equal(path.increments(4, few, dim), expected)


@each_kind
def test_each_value_is_another(alpha, beta, noise):
    """Of seeds, lanes, particles, intervals, and coordinates where they differ."""
    kinds = [{"seed": 1}, {"seed": 2}, {"seed": 1 + 2**63}, {"seed": 1, "lane": Lane.GRADIENT}]
    own = 1 if noise is common else 3
    found = [
        StablePath(alpha, beta=beta, noise=noise, **kind).increments(6, range(20), 3)[..., :own]
        for kind in kinds
    ]
    assert np.unique(found).size == 4 * 64 * 20 * own


def test_a_path_is_no_noise_of_its_lane():
    path = StablePath(1.5, 1).increments(0, range(1_000), 2)
    for step in (0, 2**32 - 1):
        noise = NoiseField(1.5, 1, lane=Lane.SPLIT).at(range(1_000), step, 2)
        assert not np.isin(noise, path).any()
        assert abs(stats.spearmanr(noise[:, 0], path[0, :, 0]).statistic) < 0.2  # 6 sd


@each_kind
def test_any_number_of_threads_gives_the_same_bits(alpha, beta, noise, monkeypatch):
    path = StablePath(alpha, 3, beta, noise)
    whole = path.increments(5, range(100), 3)
    monkeypatch.setattr(bridges, "VARIATES_PER_THREAD", 1)
    for threads in (1, 2, 5):
        monkeypatch.setattr(numba, "get_num_threads", lambda threads=threads: threads)
        np.testing.assert_array_equal(path.increments(5, range(100), 3), whole)


def expected_law(alpha, beta, t):
    """Law of an increment over time t, by the formula of the docstring."""
    if alpha == 1:
        return alpha, beta, t, 2 / math.pi * beta * t * math.log(t)
    scale = t ** (1 / alpha)
    return alpha, beta, scale, -beta * math.tan(math.pi * alpha / 2) * (t - scale)


INTERVALS = [(0, 1), (0.25, 0.75), (0.15625, 0.890625), (1 - 2**-12, 1), (0.5, 0.5 + 2**-40)]


@pytest.mark.parametrize("alpha, beta, noise", list(KINDS.values())[:6], ids=list(KINDS)[:6])
def test_increments_over_any_interval_have_their_law(alpha, beta, noise):
    """Kolmogorov's distance at 5 intervals: false alarm 5e-8 a kind, 3e-7 in all."""
    path = StablePath(alpha, 11, beta, noise, horizon=2.0)
    for low, high in INTERVALS:
        x = path(2 * low, 2 * high, range(10_000), 1)[:, 0]
        parameters = expected_law(alpha, beta, 2 * (high - low))
        assert distance(x, lambda t, p=parameters: law.cdf(t, *p)) < 1


@pytest.mark.parametrize("low, high", INTERVALS)
@pytest.mark.parametrize("noise", [common, independent, isotropic])
def test_at_alpha_two_increments_are_gaussian_of_variance_two_a_time(noise, low, high):
    """Kolmogorov's distance: false alarm 1e-8 a case."""
    x = StablePath(2.0, 1, noise=noise)(low, high, range(10_000), 2)[:, 1]
    assert distance(x, stats.norm(scale=math.sqrt(2 * (high - low))).cdf) < 1


FREQUENCIES = np.array([[0.3, 0], [1.0, 0], [0.5, -0.4], [0.6, 0.6], [1.5, 1.0]])


@pytest.mark.parametrize("alpha", [0.6, 1.5, 1.99, 2.0])
@pytest.mark.parametrize("noise", [common, independent, isotropic])
def test_vectors_have_the_law_of_their_noise_and_are_independent_over_time(noise, alpha):
    """Joint cf of 2 of 8 increments, siblings and not: |z| < 5.8 at 15, 1e-7 a case, 1e-6 in all.

    The frequencies of the second are those of the first in reverse.
    """
    found = StablePath(alpha, 4, noise=noise).increments(3, range(20_000), 2) * 8 ** (1 / alpha)
    expected = noise.characteristic_function(FREQUENCIES, alpha)
    expected = expected * expected[::-1]
    for one, other in ((0, 1), (3, 4), (2, 7)):
        angle = found[one] @ FREQUENCIES.T + found[other] @ FREQUENCIES[::-1].T
        for k in range(len(FREQUENCIES)):
            assert abs(deviation(np.cos(angle[:, k]), expected[k])) < 5.8


def test_coordinates_share_what_they_should():
    """Sizes of an isotropic vector share its time, also within a level; sd of 1/sqrt(20 000)."""
    same = StablePath(1.2, 5, noise=common).increments(2, range(100), 3)
    np.testing.assert_array_equal(same[..., 0], same[..., 2])
    x = StablePath(1.2, 5, noise=isotropic).increments(2, range(20_000), 3)[3]
    assert np.corrcoef(np.log(abs(x)).T)[0, 2] > 0.3
    signs = np.sign(x)
    for i, j in ((0, 1), (1, 2), (0, 2)):
        assert abs(np.mean(signs[:, i] * signs[:, j])) * math.sqrt(20_000) < 5.8


@pytest.mark.parametrize("alpha, noise", [(0.2, independent), (0.4, isotropic), (2.0, common)])
def test_the_last_level_is_finite_and_can_be_reached(alpha, noise):
    path = StablePath(alpha, 1, noise=noise)
    for k in (0, 1, 2**40 + 1):
        x = path(k * 2.0**-48, (k + 1) * 2.0**-48, range(50), 3)
        assert np.isfinite(x).all() and x.any()


@pytest.mark.parametrize("alpha", [1 - 1e-12, 1 + 1e-9, 1.9999999, 2 - 4e-16, 0.9999])
@pytest.mark.parametrize("noise", [common, isotropic])
def test_alphas_next_to_special_ones_are_no_trouble(alpha, noise):
    """The median of |x| of 4000 coordinates has an error below 4 percent, 2.5 to a sd."""
    beta = 0.5 if noise is common else 0.0
    x = StablePath(alpha, 3, beta, noise)(0.25, 0.5, range(4_000), 1)
    whole = StablePath(round(alpha, 2), 3, beta, noise)(0.25, 0.5, range(4_000), 1)
    assert np.median(abs(x)) == pytest.approx(np.median(abs(whole)), rel=0.15)


def test_nothing_happens_in_no_time_or_to_no_particle():
    path = StablePath(1.5, 1, noise=isotropic)
    assert not path(0.25, 0.25, range(4), 2).any()
    assert path(0.0, 0.375, [], 2).shape == (0, 2)
    assert path.increments(3, [], 2).shape == (8, 0, 2)


def test_times_are_divided_by_the_horizon():
    path, rows = StablePath(1.5, 1, horizon=0.3), range(9)
    scaled = StablePath(1.5, 1)(0, 0.5, rows, 2) * 0.3 ** (1 / 1.5)
    np.testing.assert_allclose(path(0.0, 0.15, rows, 2), scaled, rtol=1e-14)
    fine = path.increments(6, rows, 2)
    for k, t in enumerate(np.linspace(0, 0.3, 65)[:-1]):
        np.testing.assert_array_equal(path(t, 0.3 * (k + 1) / 64, rows, 2), fine[k])


@each_kind
def test_a_path_travels_to_another_process(alpha, beta, noise):
    path = StablePath(alpha, 2**63, beta, noise, 2.5, Lane.INITIAL)
    back = pickle.loads(pickle.dumps(path))
    assert back == path
    np.testing.assert_array_equal(back(0, 1.25, [3], 2), path(0, 1.25, [3], 2))


@pytest.mark.parametrize(
    "noise, times", [(independent, 2.1), (common, 1.6), (isotropic, 4.1)], ids=str
)
def test_memory_is_what_the_docstring_says(noise, times):
    path = StablePath(1.5, 1, noise=noise)
    path.increments(1, range(2), 4)
    tracemalloc.start()
    found = path.increments(8, range(500), 4)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < times * found.nbytes + 1e6


NOISE = "noise must be common, independent or isotropic, got "


@pytest.mark.parametrize(
    "change, line",
    [
        ({"alpha": 2.5}, "alpha must lie in (0, 2], got 2.5"),
        ({"alpha": 0.1}, "alpha must be at least 0.2 for a path, got 0.1"),
        ({"alpha": math.nan}, "alpha must lie in (0, 2], got nan"),
        ({"alpha": "1"}, "alpha must be a real number, got '1'"),
        ({"alpha": 0.3, "noise": isotropic}, "alpha must be at least 0.4 for a path, got 0.3"),
        ({"seed": -1}, "seed must be an integer in [0, 2^64), got -1"),
        ({"lane": 0.5}, "lane must be an integer in [0, 2^32), got 0.5"),
        ({"beta": 1.5}, "beta must lie in [-1, 1], got 1.5"),
        ({"beta": math.nan}, "beta must lie in [-1, 1], got nan"),
        ({"beta": None}, "beta must be a real number, got None"),
        ({"beta": 0.5, "noise": isotropic}, "beta must be 0 for isotropic noise, got 0.5"),
        ({"noise": "common"}, NOISE + "'common'"),
        ({"noise": NotImplemented}, NOISE + "NotImplemented"),
        ({"horizon": 0.0}, "horizon must be positive and finite, got 0.0"),
        ({"horizon": math.inf}, "horizon must be positive and finite, got inf"),
        ({"horizon": math.nan}, "horizon must be positive and finite, got nan"),
        ({"horizon": [1.0]}, "horizon must be a real number, got [1.0]"),
        (
            {"horizon": 1e200, "alpha": 0.5},
            "horizon^(1/alpha) must lie in (2^-1000, 2^1000), got 1e+200",
        ),
    ],
)
def test_a_parameter_out_of_range_is_named(change, line):
    with pytest.raises(ValueError, match=f"^{re.escape(line)}$"):
        StablePath(**{"alpha": 1.5, "seed": 1} | change)


PARTICLES = "particles must be a 1-d array of integers in [0, 2^32), got "


@pytest.mark.parametrize(
    "place, line",
    [
        ((0, 3.0, [0], 1), "t1 must lie in [0, horizon] = [0, 2.0], got 3.0"),
        ((-0.5, 1, [0], 1), "t0 must lie in [0, horizon] = [0, 2.0], got -0.5"),
        ((0, math.nan, [0], 1), "t1 must lie in [0, horizon] = [0, 2.0], got nan"),
        ((0, 0.1, [0], 1), "t1 must be a multiple of horizon / 2^48, got 0.1"),
        (
            (2.0**-49, 1, [0], 1),
            "t0 must be a multiple of horizon / 2^48, got 1.7763568394002505e-15",
        ),
        (("0", 1, [0], 1), "t0 must be a real number, got '0'"),
        ((1.0, 0.5, [0], 1), "t0 must be at most t1, got 1.0 and 0.5"),
        ((0, 1, [0], 0), "dim must be an integer in [1, 2^32 - 1), got 0"),
        ((0, 1, [-1], 1), PARTICLES + "-1 to -1"),
        ((0, 1, [0.5], 1), PARTICLES + "float64 of shape (1,)"),
        ((0, 1, 3, 1), PARTICLES + "int64 of shape ()"),
    ],
)
def test_a_place_of_the_wrong_kind_is_named(place, line):
    with pytest.raises(ValueError, match=f"^{re.escape(line)}$"):
        StablePath(1.5, 1, horizon=2.0)(*place)


@pytest.mark.parametrize(
    "place, line",
    [
        ((-1, [0], 1), "level must be an integer in [0, 49), got -1"),
        ((49, [0], 1), "level must be an integer in [0, 49), got 49"),
        ((1.0, [0], 1), "level must be an integer in [0, 49), got 1.0"),
        ((1, [0], 0), "dim must be an integer in [1, 2^32 - 1), got 0"),
        ((1, [2**32], 1), PARTICLES + "4294967296 to 4294967296"),
        (
            (48, [0], 2**12),
            f"an array must have fewer than 2^60 elements, got shape ({2**48}, 1, {2**12})",
        ),
    ],
)
def test_a_level_of_the_wrong_kind_is_named(place, line):
    with pytest.raises(ValueError, match=f"^{re.escape(line)}$"):
        StablePath(1.5, 1).increments(*place)


def test_the_format_is_double():
    assert StablePath(1.5, 1)(0, 1, [0], 1).dtype == float64


# Paths without their drift.

each_strict = pytest.mark.parametrize(
    "alpha, beta", [(0.5, 1.0), (0.3, -0.4), (0.2, 1.0), (1.5, 0.5)]
)


@each_strict
@pytest.mark.parametrize("level", [0, 18, 48])
def test_short_increments_of_a_strict_path_have_their_law_and_all_their_digits(alpha, beta, level):
    """Kolmogorov-Smirnov at level 1e-4 in each of 12 cases."""
    path, t = StablePath(alpha, 3, beta=beta, strict=True), 2.0**-level
    x = path(0.0, t, range(2000), 1)[:, 0] * t ** (-1 / alpha)
    assert np.unique(x).size == 2000
    assert stats.kstest(x, Stable.from_s1(alpha, beta).cdf).pvalue > 1e-4


@each_strict
def test_a_strict_path_is_the_other_less_its_drift(alpha, beta):
    strict, other = (StablePath(alpha, 3, beta=beta, horizon=2.0, strict=s) for s in (True, False))
    drift = -beta * math.tan(math.pi * alpha / 2)
    for t0, t1 in ((0.0, 2.0), (0.25, 0.5), (0.125, 1.75)):
        found, whole = (path(t0, t1, range(50), 3) for path in (strict, other))
        error = 1e-12 * (1 + abs(found) + abs(whole))
        assert np.all(abs(whole - found - drift * (t1 - t0)) < error)
    sums = strict.increments(6, range(50), 3).sum(axis=0)
    np.testing.assert_allclose(sums, strict(0.0, 2.0, range(50), 3), rtol=1e-9, atol=1e-9)


def test_without_skewness_every_path_is_strict():
    for alpha, noise in ((0.7, independent), (1.0, common), (1.5, isotropic), (2.0, independent)):
        found = StablePath(alpha, 3, noise=noise, strict=True).increments(4, range(5), 2)
        np.testing.assert_array_equal(
            found, StablePath(alpha, 3, noise=noise).increments(4, range(5), 2)
        )


def test_a_strict_path_travels_and_is_refused_where_there_is_none():
    path = StablePath(0.5, 3, beta=1.0, strict=True)
    assert pickle.loads(pickle.dumps(path)) == path != StablePath(0.5, 3, beta=1.0)
    with pytest.raises(ValueError, match="^beta must be 0 for a strict path at alpha = 1, got 0.5"):
        StablePath(1.0, 3, beta=0.5, strict=True)
    with pytest.raises(ValueError, match="^strict must be True or False, got 1$"):
        StablePath(0.5, 3, strict=1)
