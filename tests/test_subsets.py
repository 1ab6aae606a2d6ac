"""Limits for networks that a few examples determine, against rationals and by enumeration."""

from fractions import Fraction
from itertools import combinations, product
from math import comb, factorial, fsum, log, log2

import mpmath
import numpy as np
import pytest
from scipy.stats import binom

from compress.certificates import occam, preferent_compression, sample_compression
from compress.certificates.inequalities import binomial_tail, campi_garatti, compressions, kl
from compress.certificates.inequalities.binomials import log_choices, log_pmf

LAST = 2**53 - 1
CASES = [  # n, m, errors
    (1, 0, 0),
    (2, 1, 1),
    (10, 0, 3),
    (10, 9, 0),
    (10, 3, 7),
    (60, 20, 5),
    (200, 10, 30),
    (200, 100, 0),
]


def charged(certificate, name):
    return fsum(charge.nats for charge in certificate.charges if charge.name == name)


# Numbers of choices


@pytest.mark.parametrize("n", [1, 2, 15, 16, 17, 33, 100, 1000])
def test_the_log_of_a_number_of_subsets_is_that_of_the_whole_number(n):
    """4 ulps and the 2e-14 of Stirling's series."""
    k = np.arange(n + 1)
    exact = [log(comb(n, int(each))) for each in k]
    found = log_choices(k.astype(float), np.full(n + 1, float(n)))
    np.testing.assert_allclose(found, exact, rtol=1e-15, atol=1e-13)


@pytest.mark.parametrize("k", [0, 1, 2, 1000, 10**9, LAST // 3, LAST // 2, LAST - 1, LAST])
def test_it_keeps_its_digits_up_to_the_largest_samples(k):
    """The difference of three log-gammas, at 60 digits; in doubles it would lose 2e17 ulps."""
    with mpmath.workdps(60):
        exact = mpmath.loggamma(LAST + 1) - mpmath.loggamma(k + 1) - mpmath.loggamma(LAST - k + 1)
    found = log_choices(np.array(float(k)), np.array(float(LAST)))
    assert float(found) == pytest.approx(float(exact), rel=1e-15, abs=1e-13)


@pytest.mark.parametrize("n", [1, 5, 300])
@pytest.mark.parametrize("p", [1e-200, 0.01, 0.5, 1 - 1e-12])
def test_terms_of_the_binomial_law_are_right_where_they_are_no_floats(n, p):
    k = np.arange(n + 1)
    with mpmath.workdps(60):
        x = mpmath.mpf(p)
        exact = [
            float(mpmath.log(comb(n, int(i))) + i * mpmath.log(x) + (n - int(i)) * mpmath.log1p(-x))
            for i in k
        ]
    found = log_pmf(k.astype(float), np.full(n + 1, float(n)), np.full(n + 1, p))
    np.testing.assert_allclose(found, exact, rtol=1e-13, atol=1e-13)


# Any subset


def tail(errors, n, p):
    """P(at most so many errors among n), in rationals."""
    p = Fraction(p)
    return sum(comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(errors + 1))


@pytest.mark.parametrize(("n", "m", "errors"), CASES)
@pytest.mark.parametrize("delta", [0.5, 0.05, 1e-9])
def test_the_limit_is_where_the_exact_tail_meets_delta_over_all_choices(n, m, errors, delta):
    """In rationals: at the limit the tail is below, and 1e-9 nearer to 0 (or to 1) it is not."""
    found = sample_compression(n, m, errors, delta).value
    harmonic = (m + 1) * sum(Fraction(1, k) for k in range(1, n + 1))
    share = Fraction(delta) / comb(n, m) / harmonic
    assert found == 1 or tail(errors, n - m, found) <= share
    inside = Fraction(found) - Fraction(min(found, 1 - found) * 1e-9 + 1e-15)
    assert tail(errors, n - m, inside) >= share or errors == n - m


@pytest.mark.parametrize("n", [1, 7, 1000, 10**9])
def test_without_errors_it_is_in_closed_form(n):
    for m in {0, n // 3, n - 1}:
        nats = log(1 / 0.05) + float(log_choices(np.array(float(m)), np.array(float(n))))
        exact = -np.expm1(-nats / (n - m))
        found = sample_compression(n, m, 0, 0.05, sizes=None).value
        assert exact * (1 - 1e-15) <= found <= exact * (1 + 1e-9) + 1e-15


def test_all_subsets_of_all_sizes_together_have_mass_one():
    """Kraft's sum: what is charged is a prior over the 2^n - 1 subsets that leave an example."""
    n = 12
    masses = []
    for m in range(n):
        found = sample_compression(n, m, 0, 0.5)
        nats = charged(found, "which examples") + charged(found, "their number")
        masses.append(comb(n, m) * np.exp(-nats))
    assert 1 - 1e-11 < fsum(masses) <= 1


@pytest.mark.parametrize(
    ("given", "name", "bits"),
    [
        ({"sizes": 1}, "their number", 0),
        ({"sizes": 40}, "their number", log2(40)),
        ({"sizes": None}, "their number", 0),
        ({"sizes": "harmonic"}, "their number", log2(21 * sum(1 / k for k in range(1, 101)))),
        ({"ordered": True}, "their order", log2(factorial(20))),
        ({"message": 12}, "message", 12),
        ({"message": {"seed": 3.5}}, "seed", 3.5),
        ({"options": {"learners": 2}}, "learners", 2),
    ],
)
def test_what_else_was_chosen_is_charged(given, name, bits):
    found = sample_compression(100, 20, 4, 0.05, **given)
    assert charged(found, name) / log(2) == pytest.approx(bits, rel=1e-12, abs=1e-13)
    assert charged(found, name) / log(2) >= bits
    plain = sample_compression(100, 20, 4, 0.05, sizes=None)
    assert found.value > plain.value or bits == 0


@pytest.mark.parametrize("ordered", [False, True])
def test_what_is_assumed_of_the_learner_is_said(ordered):
    found = sample_compression(100, 20, 4, 0.05, ordered=ordered)
    independent, made, fixed = found.assumptions
    order = " and their order" if ordered else ""
    assert made == f"a network of the 20 chosen examples{order} alone, by a learner fixed before"
    assert independent.startswith("examples drawn independently") and "the learner, and" in fixed
    assert found.observed == "error on the others" and (found.errors, found.n) == (4, 80)
    assert sample_compression(100, 20, 4, 0.05) == sample_compression(
        100, 20, 4, 0.05, ordered=False
    )


def test_no_tail_underflows():
    """Where SciPy's logcdf is -inf, a search by it would stop far too early."""
    found = sample_compression(60_000, 6_000, 500, 0.05)
    assert found.nats > 19_000 and 0.2 < found.value < 0.4
    value, n = found.value, 54_000
    with mpmath.workdps(50):
        x = mpmath.mpf(value)
        exact = mpmath.log(mpmath.betainc(n - 500, 501, 0, 1 - x, regularized=True))
    assert float(exact) == pytest.approx(-found.nats, rel=1e-9)


def test_a_sample_of_2_to_the_53_has_a_limit():
    found = sample_compression(LAST, 1000, 10**6, 0.05)
    assert 0 < found.value < 1e-8
    assert sample_compression(LAST, LAST - 1, 0, 0.05).value <= 1


LAW = {(0, 0): 0.3, (0, 1): 0.2, (1, 0): 0.2, (1, 1): 0.3}  # of (x, y)


def risks_of_subsets(sample):
    """Size, errors on the rest and risk for every subset; a learner of majorities, 0 by default."""
    for m in range(len(sample)):
        for chosen in combinations(range(len(sample)), m):
            votes = [sum(2 * sample[i][1] - 1 for i in chosen if sample[i][0] == x) for x in (0, 1)]
            rest = [sample[i] for i in range(len(sample)) if i not in chosen]
            errors = sum((votes[x] > 0) != y for x, y in rest)
            yield m, errors, sum(p for (x, y), p in LAW.items() if (votes[x] > 0) != y)


def failure_of(limits, n):
    """Probability, over all samples, that the smallest limit is below the risk of its network."""
    fails = 0.0
    for sample in product(LAW, repeat=n):
        found = min((limits[m, errors], risk) for m, errors, risk in risks_of_subsets(sample))
        fails += np.prod([LAW[z] for z in sample]) * (found[0] < found[1])
    return fails


def test_the_limit_holds_whatever_subset_it_is_best_for():
    """Summed over all 1,024 samples of 5; without the charges it fails more often than it may."""
    n, delta = 5, 0.5
    limits = {
        (m, e): sample_compression(n, m, e, delta).value for m in range(n) for e in range(n - m + 1)
    }
    assert failure_of(limits, n) <= delta
    free = {(m, e): binomial_tail(e, n - m, 0.0, delta) for m, e in limits}
    assert failure_of(free, n) > delta


# Subsets that a rule with a preference chose


def equation(size, n, p):
    """The left side of the equation over delta, by its sum, in rationals."""
    q = 1 / (1 - Fraction(p))
    return sum(Fraction(comb(m, size), comb(n, size)) * q ** (n - m) for m in range(size, n)) / n


@pytest.mark.parametrize(("size", "n"), [(0, 1), (0, 9), (1, 9), (8, 9), (3, 40), (20, 120)])
@pytest.mark.parametrize("delta", [0.9, 0.05, 1e-12])
def test_the_limit_solves_its_equation_in_rationals(size, n, delta):
    """1e-9 further in it does not: the search is given a slack of 1e-10 nats."""
    found = campi_garatti(size, n, 0.0, delta)
    assert found == 1 or Fraction(delta) * equation(size, n, found) >= 1
    inside = Fraction(found) - Fraction(min(found, 1 - found) * 2e-9 + 2**-53)
    assert Fraction(delta) * equation(size, n, inside) < 1


def test_its_complexity_is_a_smaller_delta():
    found = campi_garatti(7, 1000, log(20), 0.5)
    assert found == pytest.approx(campi_garatti(7, 1000, 0.0, 0.025), rel=1e-12)


def test_it_is_one_if_all_are_chosen_and_rises_with_what_is():
    limits = campi_garatti(np.arange(101), 100, 0.0, 0.05)
    assert limits[-1] == 1 and (np.diff(limits) > 0).all()
    assert (limits >= binomial_tail(np.arange(101), 100, 0.0, 0.05)).all()
    assert campi_garatti([[3], [4]], [100, 200], 0.0, 0.05).shape == (2, 2)


@pytest.mark.parametrize("size", [0, 1, 1000, 10**12, LAST // 7, LAST - 1])
def test_it_keeps_above_the_binomial_limit_of_the_largest_samples(size):
    """Where k / n is known to 1e-16, and n times kl to 2e-7: within twice the distance to it."""
    found, least = campi_garatti(size, LAST, 0.0, 0.05), binomial_tail(size, LAST, 0.0, 0.05)
    assert least <= found <= 1
    assert found - size / LAST < 6 * (least - size / LAST) + 1e-15


def test_the_slack_is_above_the_errors_of_a_term_and_each_part_of_it_is_needed():
    """Terms of the largest samples, by log-gammas of 60 digits; k / n is rounded before its kl."""
    rng = np.random.default_rng(1)
    k, over = rng.integers(2**49, 2**52, 200), []
    n = np.full(200, float(LAST))
    p = k / LAST * (1 + 1e-6 * rng.uniform(0.1, 1, 200))
    found, slack = log_pmf(k.astype(float), n, p), compressions._slack(k.astype(float), n, p)
    with mpmath.workdps(60):
        whole = mpmath.loggamma(LAST + 1)
        for i, (x, q) in enumerate(zip(k.tolist(), map(mpmath.mpf, p.tolist()), strict=True)):
            ways = whole - mpmath.loggamma(x + 1) - mpmath.loggamma(LAST - x + 1)
            exact = ways + x * mpmath.log(q) + (LAST - x) * mpmath.log1p(-q)
            over.append(float(abs(found[i] - exact)))
    least = 1e-10 + compressions.KL_ERROR * LAST * np.asarray(kl(k / LAST, p))
    assert (over <= slack).all() and (over > least).any()


def test_an_interval_is_its_two_ends():
    """The law of its risk is known: P(risk > p) = P(Bin(n, p) < 2).  One end alone is too few."""
    n, delta = 50, 0.05
    assert binom.cdf(1, n, campi_garatti(2, n, 0.0, delta)) <= delta
    assert binom.cdf(1, n, campi_garatti(0, n, 0.0, delta)) > delta


def test_a_threshold_is_its_one_example():
    """Discrete x with ties, summed over all samples of 6: all above the largest x of 0 is 1."""
    p, n, delta = [0.5, 0.3, 0.15, 0.05], 6, 0.3
    fails, limit = 0.0, campi_garatti(1, n, 0.0, delta)
    for sample in product(range(4), repeat=n):
        risk = sum(p[x] for x in range(4) if x > max(sample))
        fails += np.prod([p[x] for x in sample]) * (risk > limit)
    assert fails <= delta


def test_chosen_and_wrong_examples_count_as_errors_and_options_are_charged():
    found = preferent_compression(1000, 20, 5, 0.05, options={"steps": log2(10)})
    assert found.value == pytest.approx(campi_garatti(25, 1000, log(10), 0.05), rel=1e-12)
    assert (found.errors, found.n, found.form) == (25, 1000, "campi_garatti")
    assert [charge.name for charge in found.charges] == ["steps", "delta"]
    assert fsum(rise for _, rise in found.rises()) == pytest.approx(found.value, rel=1e-12)
    assert "training" not in str(found) and "20 chosen" in str(found) and "5 wrong" in str(found)
    assert preferent_compression(10, 10, 0, 0.05).vacuous


@pytest.mark.parametrize("errors", [0, 10, 300])
@pytest.mark.parametrize("m", [1, 10, 100, 1000])
def test_a_preference_is_worth_more_than_the_choice_of_any_subset(m, errors):
    n = 10_000
    tight = preferent_compression(n, m, errors, 0.05).value
    assert tight < sample_compression(n, m, errors, 0.05).value
    assert tight > occam(errors, n, 0.0, 0.05, prefix=None).value


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ((0, 0, 0, 0.05), r"n must be an integer in \[1, "),
        ((10, 10, 0, 0.05), r"m must be an integer in \[0, 10\), got 10"),
        ((10, -1, 0, 0.05), r"m must be an integer in \[0, 10\), got -1"),
        ((10, 3, 8, 0.05), r"errors must be an integer in \[0, 8\), got 8"),
        ((10, 3, 1.5, 0.05), r"errors must be an integer in \[0, 8\), got 1.5"),
        ((10, 3, 1, 1.0), r"delta must lie in \(0, 1\), got 1.0"),
    ],
)
def test_bad_input_is_one_line(arguments, line):
    with pytest.raises(ValueError, match=line) as told:
        sample_compression(*arguments)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"sizes": "elias"}, "sizes must be one of harmonic, got 'elias'"),
        ({"sizes": 0}, r"sizes must be an integer in \[1, "),
        ({"ordered": 1}, "ordered must be True or False, got 1"),
        ({"message": -1}, "message must be finite and not negative, got -1"),
        ({"options": float("nan")}, "options must be finite and not negative, got nan"),
    ],
)
def test_bad_choices_are_one_line(given, line):
    with pytest.raises(ValueError, match=line):
        sample_compression(10, 3, 1, 0.05, **given)


def test_a_sample_of_one_has_a_limit_by_a_preference_and_no_options_are_no_charge():
    """With n = 1 and nothing chosen the equation is delta / (1 - p) = 1."""
    exact = 1 - Fraction(0.05)
    assert (
        exact <= Fraction(preferent_compression(1, 0, 0, 0.05).value) < exact + Fraction(1, 10**9)
    )
    assert preferent_compression(1, 1, 0, 0.05).vacuous
    none, free = (preferent_compression(50, 3, 1, 0.05, options=given) for given in ({}, 0.0))
    assert none == free and [charge.name for charge in free.charges] == ["delta"]


def test_all_must_be_chosen_or_left():
    with pytest.raises(ValueError, match=r"n must be an integer in \[1, "):
        preferent_compression(0, 0, 0, 0.05)
    with pytest.raises(ValueError, match=r"m must be an integer in \[0, 11\), got 11"):
        preferent_compression(10, 11, 0, 0.05)
    with pytest.raises(ValueError, match=r"errors must be an integer in \[0, 8\), got 8"):
        preferent_compression(10, 3, 8, 0.05)
