"""The tail of the binomial law is decided exactly, by the verifier and by the package."""

from contextlib import nullcontext
from fractions import Fraction
from math import comb

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, binom
from verifier import verify

from compress.certificates.bundles import exact_tails


def holds(k, n, p, target):
    """Whether the verifier takes p, which has at most 9 digits."""
    try:
        verify.check_limit(p, k, n, target, "limit")
    except ValueError:
        return False
    return True


def exact(k, n, p):
    """The tail as a fraction, term by term."""
    p = Fraction(p)
    return sum(comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k + 1))


@pytest.mark.parametrize("tails", ["verifier", "package"])
@given(st.integers(1, 40), st.integers(0, 40), st.integers(1, 9999))
@settings(max_examples=60, deadline=None)
def test_the_tail_is_decided_exactly(tails, n, k, digits):
    k, text = min(k, n), f"0.{digits:04d}"
    tail, least = exact(k, n, text), Fraction(1, 10**60)

    def decided(target):
        if tails == "verifier":
            return holds(k, n, text, target)
        return exact_tails.tail_is_at_most(k, n, Fraction(text), target)

    assert decided(tail)
    assert not decided(tail - least)
    assert decided(tail + least)


@pytest.mark.parametrize("n", [1, 10, 1000, 60_000])
def test_no_error_is_a_power(n):
    for text in ("0.0534",) if n > 1000 else ("0.0001", "0.5000", "0.9999", "0.0534"):
        power = (1 - Fraction(text)) ** n
        assert holds(0, n, text, power)
        assert exact_tails.tail_is_at_most(0, n, Fraction(text), power)
        less = power * (1 - Fraction(1, 10**30))
        assert not holds(0, n, text, less)
        assert not exact_tails.tail_is_at_most(0, n, Fraction(text), less)


CASES = [(634, 60_000, "0.0180"), (12_000, 60_000, "0.2500"), (100, 4_000, "0.1234")]


@pytest.mark.parametrize(("k", "n", "text"), CASES)
def test_the_tail_is_that_of_many_digits(k, n, text):
    """With 80 digits the sum of at most 12,001 terms is right to 1e-70: the decision is near it."""
    with mpmath.workdps(80):
        p = mpmath.mpf(text)
        term = total = mpmath.binomial(n, k) * p**k * (1 - p) ** (n - k)
        for i in range(k, 0, -1):
            term *= i * (1 - p) / ((n - i + 1) * p)
            total += term
        scaled = int(mpmath.floor(total * mpmath.mpf(2) ** 2000))
    above, below = (Fraction(scaled, 2**2000) * (1 + s * Fraction(1, 10**60)) for s in (1, -1))
    for decided in holds, lambda k, n, p, t: exact_tails.tail_is_at_most(k, n, Fraction(p), t):
        assert decided(k, n, text, above)
        assert not decided(k, n, text, below)


@given(st.integers(1, 40), st.integers(0, 40), st.integers(1, 99))
@settings(max_examples=60, deadline=None)
def test_the_decimal_is_the_smallest_at_any_target(n, k, hundredths):
    """Also where the target is a half or more, and the limit may be below the rate of errors."""
    k, target = min(k, n), Fraction(hundredths, 100)
    limit = Fraction(exact_tails.decimal_limit(k, n, target))
    assert limit == 1 or exact(k, n, limit) <= target
    assert exact(k, n, limit - Fraction(1, 10**4)) > target or limit == Fraction(1, 10**4)
    verify.check_limit(exact_tails.decimal_limit(k, n, target), k, n, target, "null", least=True)


@pytest.mark.parametrize(
    ("text", "word"), [("0.1392", None), ("0.1391", "small"), ("0.1393", "large")]
)
def test_the_least_limit_has_no_other_beside_it(text, word):
    """Of no error of 20 it is 1 - .05^(1/20) = .13911, rounded upwards."""
    target = Fraction(1, 20)
    if word is None:
        verify.check_limit(text, 0, 20, target, "null", least=True)
    else:
        with pytest.raises(ValueError, match=f"null {text} is too {word} for 0 errors"):
            verify.check_limit(text, 0, 20, target, "null", least=True)
    if word != "small":
        verify.check_limit(text, 0, 20, target, "limit")


@pytest.mark.parametrize("k", [0, 1, 7, 8])
def test_a_limit_of_one_always_holds(k):
    verify.check_limit("1.0", k, 8, Fraction(1, 10**30), "limit")
    with pytest.raises(ValueError, match="too large") if k < 8 else nullcontext():
        verify.check_limit("1.0", k, 8, Fraction(1, 10), "limit", least=True)


@pytest.mark.parametrize(
    "text", ["0.0000", "0.5", "0.50000", "1.0000", "1", "0.5000 ", ".5000", "2.0"]
)
def test_a_limit_is_a_decimal_of_four_digits(text):
    with pytest.raises(ValueError, match="no decimal of four digits"):
        verify.check_limit(text, 0, 8, Fraction(1, 2), "limit")


@given(st.integers(1, 3000), st.floats(0.01, 0.99), st.floats(1e-12, 0.4))
@settings(max_examples=60, deadline=None)
def test_the_smallest_decimal_is_that_of_scipy(n, rate, target):
    """SciPy's quantiles of the beta law, right to 1e-9 there: one digit of four may differ."""
    k = int(n * rate)
    limit = float(exact_tails.decimal_limit(k, n, Fraction(target)))
    upper = beta.isf(target, k + 1, n - k) if k < n else 1.0
    assert upper - 1e-8 <= limit <= min(upper + 1.0001e-4, 1.0) + 1e-8
    if limit < 1:
        assert binom.cdf(k, n, limit) <= target * (1 + 1e-9)
