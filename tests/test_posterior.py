"""Divergences from a mixture of codewords by quadrature, by draws and in their limits; symmetry.

Codes such as B11 are those of the checks listed in the theory.
"""

from itertools import permutations, product
from math import e, lgamma, log, log2, pi, sqrt

import mpmath
import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad
from scipy.optimize import minimize_scalar
from scipy.special import gammaln, logsumexp

from compress.certificates.mixtures import divergences
from compress.certificates.posterior import (
    Noise,
    noise_gain,
    permutation_bits,
    uniform_divergence,
    weighted_divergence,
    word_divergences,
)

BOOK = np.array([-0.4, 0.1, 0.25])
ROUGH = Noise(posterior=0.2, prior=0.15)


def by_quad(mean, book, noise, masses):
    """SciPy's adaptive quadrature over the density."""

    def integrand(x):
        own = stats.norm.logpdf(x, mean, noise.posterior)
        mixture = logsumexp(stats.norm.logpdf(x, book, noise.prior), b=masses)
        return np.exp(own) * (own - mixture)

    reach = 12 * noise.posterior
    return quad(integrand, mean - reach, mean + reach, limit=500, points=[mean], epsabs=1e-12)[0]


@pytest.mark.parametrize("noise", [ROUGH, Noise(0.05, 0.3), Noise(0.3, 0.05)])
@pytest.mark.parametrize("masses", [None, [0.7, 0.2, 0.1], [0.0, 3.0, 1.0]])
def test_divergences_are_those_of_adaptive_quadrature(noise, masses):
    found = word_divergences(BOOK, noise, masses)
    p = np.ones(3) if masses is None else np.array(masses)
    exact = [by_quad(c, BOOK, noise, p) for c in BOOK]
    np.testing.assert_allclose(found, exact, rtol=0, atol=1e-9)


def test_the_theorem_is_the_mixture_over_all_codes_of_all_weights():
    """B11: k = 2, r = 3, the mixture over all 9 codes by draws; 4.5 standard errors, 7e-6."""
    codes, draws = np.array([0, 2]), 400_000
    x = BOOK[codes] + ROUGH.posterior * np.random.default_rng(1).normal(size=(draws, 2))
    own = stats.norm.logpdf(x, BOOK[codes], ROUGH.posterior).sum(axis=1)
    each = [
        stats.norm.logpdf(x, BOOK[list(q)], ROUGH.prior).sum(axis=1)
        for q in product(range(3), repeat=2)
    ]
    samples = own - logsumexp(each, axis=0)
    found = uniform_divergence(codes, BOOK, ROUGH) - 2 * 2 * log(2)  # 2 bits for one of 3
    assert abs(samples.mean() - found) < 4.5 * samples.std() / sqrt(draws)


def test_words_that_coincide_save_all_their_bits_and_lonely_ones_none():
    """B12: -log r, and KL(N(., 0.1) || N(., 0.2))."""
    same = word_divergences(np.full(8, 0.3), Noise(0.1, 0.1))
    np.testing.assert_allclose(same, -log(8), rtol=0, atol=1e-10)
    lonely = word_divergences([0.0, 50.0, 120.0], Noise(0.1, 0.2))
    np.testing.assert_allclose(lonely, log(2) + 1 / 8 - 1 / 2, rtol=0, atol=1e-10)
    assert -log(8) == pytest.approx(-2.079442, abs=5e-7)
    assert lonely[0] == pytest.approx(0.318147, abs=5e-7)


def test_no_divergence_is_below_what_the_masses_allow():
    """Gibbs: at least -log of the sum of the masses."""
    rng = np.random.default_rng(2)
    for _ in range(30):
        book, masses = rng.normal(size=6), rng.exponential(size=6)
        noise = Noise(*10 ** rng.uniform(-1.5, 0.5, 2))
        assert (word_divergences(book, noise, masses) >= -log(masses.sum()) - 1e-9).all()


@pytest.mark.parametrize(
    "spacing, bits", [(1, 2.0471), (2, 1.0472), (3, 0.4802), (4, 0.1744), (6, 0.011), (8, 3e-4)]
)
def test_the_gain_of_noise_on_a_grid(spacing, bits):
    """B13, to the digits given; the law of log2(sqrt(2 pi e) sigma / D) where D <= 2 sigma."""
    found = noise_gain(spacing * 0.3, 0.3)
    assert found == pytest.approx(bits, abs=5.1e-4 if spacing > 4 else 5.1e-5)
    law = log2(sqrt(2 * pi * e) / spacing)
    assert (found == pytest.approx(law, abs=1e-3)) == (spacing <= 2)


def test_the_gain_on_a_fine_grid_is_the_law_on_both_sides_of_its_shortcut():
    for spacing in (0.4999, 0.5001, 0.51):
        assert noise_gain(spacing, 1.0) == pytest.approx(log2(sqrt(2 * pi * e) / spacing), abs=1e-9)
    assert noise_gain(1.0, 0.7, 2.5) == pytest.approx(log2(sqrt(2 * pi * e) * 0.7), abs=1e-12)


def test_the_gain_of_a_grid_is_that_of_a_long_codebook():
    book = 0.25 * np.arange(-40, 41)
    divergence = word_divergences(book, Noise(0.1, 0.12))[40]
    assert noise_gain(0.25, 0.1, 0.12) == pytest.approx(-divergence / log(2), abs=1e-9)


def mean_log_of_a_grid(tau):
    """Mean over one cell of spacing 1, without and with its largest term; by mpmath in 30 digits.

    The largest term gives -1 / (24 tau^2), which is exact; the others only matter near the edge.
    """
    with mpmath.workdps(30):
        others = [n for j in range(1, 25) for n in (j, -j)]

        def rest(x):
            return mpmath.log1p(sum(mpmath.exp(n * (2 * x - n) / (2 * tau**2)) for n in others))

        width = mpmath.mpf(tau) ** 2
        steps = [mpmath.mpf("0.5") - width * 2**k for k in range(12) if width * 2**k < 0.5]
        return float(
            2 * mpmath.quad(rest, [0, *steps[::-1], 0.5]) - 1 / (24 * mpmath.mpf(tau) ** 2)
        )


@pytest.mark.parametrize(
    "spacing, posterior, prior, bits",
    [
        (0.1875, 1.0, 0.05, 4.37),
        (0.1875, 1.0, 0.01, -13.8),
        (0.1875, 1.0, 0.001, -2102.6),
        (3.0, 16.0, 0.1, -46.1),
        (3 / 16, 1.0, 0.15, None),
        (0.01, 1.0, 0.015, None),
    ],
)
def test_the_gain_is_right_where_points_of_a_uniform_rule_would_fall_on_the_words(
    spacing, posterior, prior, bits
):
    """With sigma > 5 D the mean over the noise is that over a cell to 1e-200."""
    found = noise_gain(spacing, posterior, prior)
    exact = (mean_log_of_a_grid(prior / spacing) + 0.5 - log(prior / posterior)) / log(2)
    assert found == pytest.approx(exact, rel=1e-10, abs=1e-10)
    assert found <= exact + 1e-13 * max(1, abs(exact))  # rounded downwards, but for its arithmetic
    assert bits is None or found == pytest.approx(bits, abs=0.05)


def test_a_divergence_is_not_too_small_where_points_of_a_uniform_rule_would_fall_on_the_words():
    """A long fine book about its central word is a grid; steps of 24 / 4096 sigma."""
    book, tau = 24 / 4096 * np.arange(-2400, 2401), 1e-3
    found = divergences(np.zeros(1), book, Noise(1.0, tau), np.ones(book.size))[0]
    exact = log(tau) - 0.5 - mean_log_of_a_grid(tau * 4096 / 24)
    assert found == pytest.approx(exact, abs=1e-9) == pytest.approx(-6.03, abs=0.005)


@pytest.mark.parametrize(
    "book, masses, tau",
    [([-0.7, -0.2, 0.05, 0.06, 0.9], np.ones(5), tau) for tau in (3e-3, 0.03, 0.3)]
    + [([-0.7, -0.2, 0.05, 0.06, 0.9], [1e-9, 0.3, 1e-4, 0.6, 0.1], 3e-3)]
    + [([0.1, 0.1004], np.ones(2), 1e-3), ([0.0, 0.011, 0.02], [1, 1e-20, 0.1], 2e-3)],
)
def test_a_narrow_mixture_is_integrated_where_its_largest_term_changes(book, masses, tau):
    """By the trapezoidal rule, whose step is below 0.4 of the narrowest change, tau^2 / D.

    The last two: a change wider than tau in wide noise; a word that is nowhere the largest.
    """
    x = np.linspace(-12, 12, 2_000_001)
    terms = [np.log(p) - ((x * 0.3 - c) / tau) ** 2 / 2 for p, c in zip(masses, book, strict=True)]
    density = np.exp(-x * x / 2)
    exact = log(tau / 0.3) - 0.5 - np.logaddexp.reduce(terms) @ density / density.sum()
    found = divergences(np.zeros(1), np.array(book), Noise(0.3, tau), np.array(masses))[0]
    assert found == pytest.approx(exact, rel=1e-11, abs=1e-10)


def test_the_gain_of_any_scales_is_quick():
    """A wide noise has the gain of a narrower one and its own entropy; far words give none."""
    for spacing, posterior, prior in ((1.0, 1e6, 1.0), (1e-9, 1.0, 1e-9)):
        exact = noise_gain(1.0, 8.0, prior / spacing) + log2(posterior / spacing / 8)
        assert noise_gain(spacing, posterior, prior) == pytest.approx(exact, abs=1e-10)
    assert noise_gain(1e50, 1.0, 1.0) == pytest.approx(0, abs=1e-10)
    far = noise_gain(1.0, 1e-30, 1e-60) * log(2)
    assert far == pytest.approx(-0.5e60, rel=1e-10)


def test_the_gain_with_the_scales_exchanged_is_not_the_theorems():
    """B14: sampling noise of 5 % of the range; exchanged, it is optimised instead of the prior."""
    book, codes = np.linspace(-0.5, 0.5, 6), np.arange(6).repeat(100)

    def divergence(posterior, prior):
        return uniform_divergence(codes, book, Noise(posterior, prior))

    fixed = codes.size * 3 * log(2)
    bounds = {"bounds": (-4, 0.0), "method": "bounded"}
    right = fixed - minimize_scalar(lambda t: divergence(0.05, np.exp(t)), **bounds).fun
    exchanged = fixed - minimize_scalar(lambda s: divergence(np.exp(s), 0.05), **bounds).fun
    assert right > 0 and exchanged > 4 * right


def test_the_weighted_mixture_is_never_worse_than_entropy_coding():
    """At sigma = tau: one codeword's part of the mixture alone gives -log p."""
    rng = np.random.default_rng(3)
    for r in (2, 5, 9):
        codes = rng.choice(r, p=rng.dirichlet(np.full(r, 0.4)), size=400)
        counts = np.bincount(codes, minlength=r)
        entropy = 400 * stats.entropy(counts)
        composition = gammaln(400 + r) - gammaln(r) - gammaln(401)
        for spacing in (0.05, 0.3, 40.0):
            found = weighted_divergence(codes, spacing * np.arange(r), Noise(0.1, 0.1))
            assert found <= entropy + composition + 1e-8
        assert found == pytest.approx(entropy + composition, rel=1e-9)  # of words far apart


def test_a_weighted_prior_sums_to_one():
    """So that its divergence is one: not negative whatever the scales."""
    rng = np.random.default_rng(4)
    for _ in range(20):
        book, counts = rng.normal(size=5), rng.integers(0, 50, size=5)
        noise, codes = Noise(*10 ** rng.uniform(-2, 0.5, 2)), np.arange(5).repeat(counts)
        composition = gammaln(counts.sum() + 5) - gammaln(5) - gammaln(counts.sum() + 1)
        assert weighted_divergence(codes, book, noise) >= composition - 1e-7
    assert weighted_divergence(np.array([], dtype=int), book, noise) == 0


def test_the_cost_of_counts_is_the_log_of_their_number():
    """C(k + r - 1, r - 1) ways to make k of r words, by enumeration."""
    ways = sum(sum(q) == 5 for q in product(range(6), repeat=3))
    found = weighted_divergence([0, 0, 1, 2, 2], 1e3 * np.arange(3), Noise(0.1, 0.1))
    assert found - 5 * stats.entropy([2, 1, 2]) == pytest.approx(log(ways), abs=1e-9)


def test_a_codebook_of_one_word_costs_nothing_to_code():
    assert uniform_divergence([0] * 7, [0.3], Noise(0.1, 0.1)) == pytest.approx(0, abs=1e-9)


# Symmetry


def orders(matrices, moved):
    """How many networks the orders of the units of these hidden layers give."""
    sizes = [len(m) for m in matrices[:-1]]
    groups = [
        list(permutations(range(n))) if i in moved else [range(n)] for i, n in enumerate(sizes)
    ]
    found = set()
    for choice in product(*groups):
        rows = [list(order) for order in choice] + [slice(None)]
        columns = [slice(None), *rows[:-1]]
        pairs = zip(matrices, rows, columns, strict=True)
        found.add(tuple(m[r][:, c].tobytes() for m, r, c in pairs))
    return len(found)


def test_the_gain_of_a_layer_is_the_number_of_networks_its_orders_give():
    rng = np.random.default_rng(5)
    for _ in range(40):
        first, second = rng.integers(2, size=(5, 1)) * 1.0, rng.integers(2, size=(2, 5)) * 1.0
        found = permutation_bits(first, outgoing=second)
        assert found == pytest.approx(log2(orders([first, second], {0})), abs=1e-9)


def test_gains_of_layers_apart_add_up_and_those_of_neighbours_need_not():
    """Two pairs of units, each unit of the first leading to its own of the second."""
    ones, eye = np.ones((2, 1)), np.eye(2)
    neighbours = permutation_bits(ones, outgoing=eye) + permutation_bits(eye, outgoing=ones.T)
    assert neighbours == 2 and orders([ones, eye, ones.T], {0, 1}) == 2
    rng = np.random.default_rng(6)
    for _ in range(20):
        shapes = [(3, 1), (2, 3), (3, 2), (1, 3)]
        matrices = [rng.integers(2, size=shape) * 1.0 for shape in shapes]
        apart = [permutation_bits(matrices[i], outgoing=matrices[i + 1]) for i in (0, 2)]
        assert sum(apart) == pytest.approx(log2(orders(matrices, {0, 2})), abs=1e-9)


def test_only_distinct_units_are_gained_from():
    """B22: 500 units, 232 of them zero: not 500!, which would be 3,767 bits."""
    rng = np.random.default_rng(7)
    incoming, bias, outgoing = rng.normal(size=(500, 8)), rng.normal(size=500), np.ones((3, 500))
    all_distinct = permutation_bits(incoming, bias, outgoing)
    assert all_distinct == pytest.approx(lgamma(501) / log(2)) == pytest.approx(3_767, abs=1)
    incoming[:232], bias[:232] = 0, 0
    found = permutation_bits(incoming, bias, outgoing)
    assert found == pytest.approx((lgamma(501) - lgamma(233)) / log(2))
    assert found < all_distinct


def test_units_differ_by_any_of_their_weights_and_not_by_the_sign_of_zero():
    rows = np.zeros((2, 3))
    assert permutation_bits(rows) == permutation_bits(rows * [[1.0], [-1.0]]) == 0
    assert permutation_bits(rows, bias=[0, 1]) == pytest.approx(1)
    assert permutation_bits(rows, outgoing=[[0, 0], [0, 1]]) == pytest.approx(1)
    assert permutation_bits(rows + [[0], [1]]) == pytest.approx(1)


@pytest.mark.parametrize(
    "line, call",
    [
        ("posterior must be positive and finite, got 0", lambda: Noise(0, 1.0)),
        ("prior must be positive and finite, got nan", lambda: Noise(1.0, np.nan)),
        ("spacing must be positive and finite, got -1", lambda: noise_gain(-1, 1.0)),
        (
            "scales must lie within a factor of 1e100, got (1.0, 1e-101, 1e-101)",
            lambda: noise_gain(1.0, 1e-101),
        ),
        (
            "scales must lie within a factor of 1e100, got (1.0, 1e-101)",
            lambda: word_divergences([0.0], Noise(1.0, 1e-101)),
        ),
        (
            "divergences must take at most 2e9 exponentials, got 1.3e+12",
            lambda: word_divergences(np.arange(20_000.0), Noise(1e6, 100.0)),
        ),
        ("codebook must be finite, got inf", lambda: word_divergences([0, np.inf], ROUGH)),
        (
            "codebook must be a non-empty 1-d array, got shape (0,)",
            lambda: word_divergences([], ROUGH),
        ),
        (
            "masses must be finite and not negative, got -1.0",
            lambda: word_divergences([0], ROUGH, [-1]),
        ),
        ("masses must not all be zero, got 0.0", lambda: word_divergences([0, 1], ROUGH, [0, 0])),
        ("codes must lie in [0, 3), got 3", lambda: uniform_divergence([0, 3], BOOK, ROUGH)),
        ("codes must lie in [0, 3), got -1", lambda: weighted_divergence([-1], BOOK, ROUGH)),
        (
            "bias must have 2 units in axis 0, got shape (3,)",
            lambda: permutation_bits(np.eye(2), [1, 2, 3]),
        ),
        ("weights must be finite, got nan", lambda: permutation_bits([[np.nan]])),
    ],
)
def test_bad_input_is_refused_in_one_line(line, call):
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == line


def test_a_divergence_is_not_below_the_exact_one_where_factorials_cancel():
    """All weights of one codeword: the divergence is the log of the number of pairs of counts."""
    for k in (10, 1_000, 200_000):
        codes = np.zeros(k, int)
        found = weighted_divergence(codes, [0.0, 1e6], Noise(0.1, 0.1))
        with mpmath.workdps(50):
            exact = float(mpmath.log(k + 1))
        assert exact <= found <= exact + 1e-9 * k


def test_orders_of_many_units_are_rounded_down(monkeypatch):
    rows = np.arange(700.0)[:, None] // 3
    exact = permutation_bits(rows)
    monkeypatch.setattr("compress.certificates.symmetries.EXACT_UNITS", 0)
    assert exact * (1 - 1e-12) <= permutation_bits(rows) < exact
    assert permutation_bits(np.zeros((50, 2))) == 0


def test_masked_codes_are_refused():
    masked = np.ma.array([0, 1, 2], mask=[0, 1, 0])
    for function in uniform_divergence, weighted_divergence:
        with pytest.raises(ValueError, match="codes must have no masked values, got 1"):
            function(masked, BOOK, ROUGH)
