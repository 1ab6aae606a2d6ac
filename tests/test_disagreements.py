"""The limit of a target through a surrogate: a sum of two, and what it may count."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom

from compress.certificates import (
    Disagreement,
    disagreement,
    holdout,
    occam,
    pac_bayes,
    sample_compression,
)
from compress.certificates.inequalities import binomial_tail

SURROGATE = occam(errors=470, n=60_000, bits=34_376, delta=0.04)


def test_it_is_the_sum_of_the_surrogates_limit_and_that_of_the_difference():
    found = disagreement(SURROGATE, 250, 10_000, 0.01)
    parts = SURROGATE.value, binomial_tail(250, 10_000, 0.0, 0.01)
    assert sum(parts) <= found.value <= sum(parts) * (1 + 1e-15)
    assert found.delta == pytest.approx(0.05) and found.surrogate is SURROGATE
    assert json.loads(json.dumps(found.to_dict())) == found.to_dict()
    assert not found.vacuous and "risk at most 0.3840" in str(found)


def test_a_limit_above_one_says_nothing():
    assert disagreement(SURROGATE, 9_000, 10_000, 0.01).value == 1
    assert "vacuous" in str(disagreement(SURROGATE, 9_000, 10_000, 0.01))


def test_what_was_chosen_by_the_inputs_is_charged():
    bits = {"surrogates": 5.0, "code": 100.0}
    found = disagreement(SURROGATE, 250, 10_000, 0.01, bits=bits)
    exact = binomial_tail(250, 10_000, 105 * np.log(2), 0.01)
    assert found.difference.value == pytest.approx(exact, rel=1e-12)
    assert [c.name for c in found.difference.charges] == ["surrogates", "code", "delta"]


@pytest.mark.parametrize(
    "surrogate",
    [
        holdout(3, 1000, 0.02),
        sample_compression(1000, 10, 3, 0.02),
        pac_bayes(30, 1000, 20.0, 0.02, kind="stochastic"),
    ],
)
def test_any_certificate_may_be_that_of_the_surrogate(surrogate):
    found = disagreement(surrogate, 0, 500, 0.03)
    assert found.value > surrogate.value and found.delta == pytest.approx(0.05)
    assert set(surrogate.assumptions) <= {line[9:] for line in str(found).splitlines()}


def joint(risk, differ, both, m, n, delta):
    """Exact probability that the sum is below the target's risk; labels and inputs apart."""
    errors, differences = np.arange(n + 1), np.arange(m + 1)
    first = np.array([holdout(int(e), n, delta / 2).value for e in errors])
    second = binomial_tail(differences, m, 0.0, delta / 2)
    fails = first[:, None] + second < both
    return float(binom.pmf(errors, n, risk) @ fails @ binom.pmf(differences, m, differ))


def test_it_holds_where_the_target_is_wrong_wherever_it_differs():
    """The worst target: its risk is the sum of both probabilities.  Either limit alone fails."""
    risk, differ, delta = 0.1, 0.1, 0.2
    assert joint(risk, differ, risk + differ, 60, 60, delta) <= delta
    first = np.array([holdout(e, 60, delta).value for e in range(61)])
    alone = first + np.arange(61) / 60  # as if the differences that were seen were all
    assert binom.pmf(np.arange(61), 60, risk) @ (first < risk + differ) > delta
    assert alone.shape == (61,)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ((3, 1, 10, 0.01), "surrogate must be a RiskCertificate, got 3"),
        ((SURROGATE, 11, 10, 0.01), r"differences must be an integer in \[0, 11\), got 11"),
        ((SURROGATE, 0, 0, 0.01), r"m must be an integer in \[1, "),
        ((SURROGATE, 0, 10, 0.0), r"delta must lie in \(0, 1\), got 0.0"),
        ((SURROGATE, 0, 10, 0.97), r"both deltas together must lie in \(0, 1\), got 1.01"),
    ],
)
def test_bad_input_is_one_line(arguments, line):
    with pytest.raises(ValueError, match=line) as told:
        disagreement(*arguments)
    assert "\n" not in str(told.value)


def test_a_surrogate_that_does_not_beat_its_null_is_refused_and_the_null_is_told_with_others():
    below = replace(SURROGATE, null=holdout(30_000, 60_000, 0.04))
    lines = str(disagreement(below, 250, 10_000, 0.01)).splitlines()
    assert any(line.startswith("hold-out limit of the surrogate") for line in lines)
    assert not any("hold-out" in line for line in str(disagreement(SURROGATE, 1, 9, 0.01)).split())
    above = replace(SURROGATE, null=holdout(470, 60_000, 0.04))
    with pytest.raises(ValueError, match="surrogate must have a limit below its null, got "):
        disagreement(above, 250, 10_000, 0.01)


def test_bits_are_refused_where_the_exact_limit_does_not_hold():
    random = replace(SURROGATE, kind="stochastic")
    assert disagreement(random, 1, 100, 0.01).difference.errors == 1
    with pytest.raises(ValueError, match="bits must be 0 for a randomised surrogate, got 3"):
        disagreement(random, 1, 100, 0.01, bits=3)


def test_both_parts_must_be_certificates():
    with pytest.raises(ValueError, match="difference must be a RiskCertificate, got 0.1"):
        Disagreement(SURROGATE, 0.1)
    with pytest.raises(ValueError, match="surrogate must be a RiskCertificate, got 0.1"):
        Disagreement(0.1, SURROGATE)


def test_what_holds_a_certificate_is_told_which_of_it_is_one():
    whole = disagreement(SURROGATE, 250, 10_000, 0.01)
    with pytest.raises(ValueError, match=r"a RiskCertificate, got .*, whose surrogate is one$"):
        disagreement(whole, 250, 10_000, 0.01)
