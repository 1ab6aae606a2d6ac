"""The hold-out limit, which is the null of every certificate whose prior saw data."""

import json
from math import log, log2

import numpy as np
import pytest
from scipy import stats

from compress.certificates import holdout, occam
from compress.certificates.nulls import CHOICE_OF_PRIOR, CHOICE_OF_SHARE, chosen_null

SIZES, DELTAS = (1, 7, 100, 60_000), (0.3, 0.05, 1e-9)
GRID = [(e, n, d) for n in SIZES for e in (0, 1, n // 3, n) for d in DELTAS]


@pytest.mark.parametrize(("errors", "n", "delta"), GRID)
def test_it_is_clopper_pearsons_upper_limit_rounded_up(errors, n, delta):
    """``isf``, as 1 - delta would be rounded.  The slack of our search is 1e-10 nats."""
    exact = stats.beta.isf(delta, errors + 1, n - errors) if errors < n else 1.0
    found = holdout(errors, n, delta).value
    assert exact * (1 - 1e-13) <= found <= min(1.0, exact * (1 + 1e-9))


@pytest.mark.parametrize("delta", [0.3, 0.05, 1e-9])
@pytest.mark.parametrize("n", [1, 10, 10_000])
def test_its_ends_are_in_closed_form(n, delta):
    assert holdout(n, n, delta).value == 1
    none = -np.expm1(log(delta) / n)
    assert none <= holdout(0, n, delta).value <= none * (1 + 1e-9)


def test_the_only_charge_is_delta():
    found = holdout(231, 10_000, 0.05)
    assert [(c.name, c.nats) for c in found.charges] == [("delta", -log(0.05))]
    assert found.value == occam(231, 10_000, 0.0, 0.05, prefix=None).value
    assert (found.form, found.kind, found.delta) == ("binomial_tail", "deterministic", 0.05)
    assert json.loads(json.dumps(found.to_dict())) == found.to_dict()
    assert found.to_dict()["observed"] == "error on unseen rows"


def test_it_says_that_the_network_was_there_before_the_examples():
    assert "network, n and delta were fixed before these 10,000 examples" in str(
        holdout(231, 10_000, 0.05)
    )
    assert "training" not in str(holdout(231, 10_000, 0.05))


@pytest.mark.parametrize(("shares", "priors"), [(1, 1), (9, 1), (1, 4), (3, 5)])
def test_a_null_that_was_chosen_lists_what_it_was_chosen_among(shares, priors):
    """A union over so many networks: each has its part of delta, and what is one is no choice."""
    found = chosen_null(7, 500, 0.05, shares, priors)
    assert found.value == pytest.approx(holdout(7, 500, 0.05 / shares / priors).value, rel=1e-9)
    assert found.bits == pytest.approx(log2(shares * priors / 0.05), rel=1e-12)
    named = [CHOICE_OF_SHARE] * (shares > 1) + [CHOICE_OF_PRIOR] * (priors > 1) + ["delta"]
    assert [charge.name for charge in found.charges] == named
    assert chosen_null(7, 500, 0.05, shares) == chosen_null(7, 500, 0.05, shares, priors=1)
    assert chosen_null(7, 500, 0.05, 1) == holdout(7, 500, 0.05)


@pytest.mark.parametrize("risk", [0.02, 0.3])
def test_it_fails_as_rarely_as_it_says(risk):
    """Exactly: the errors whose limit is below the risk have a probability of at most delta."""
    n, delta = 200, 0.05
    limits = np.array([holdout(e, n, delta).value for e in range(n + 1)])
    fails = stats.binom.pmf(np.arange(n + 1), n, risk)[limits < risk].sum()
    assert 0.2 * delta < fails <= delta * (1 + 1e-12)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ((3, 0, 0.05), r"n must be an integer in \[1, "),
        ((-1, 10, 0.05), r"errors must be an integer in \[0, 11\), got -1"),
        ((11, 10, 0.05), r"errors must be an integer in \[0, 11\), got 11"),
        ((1.5, 10, 0.05), r"errors must be an integer in \[0, 11\), got 1.5"),
        ((True, 10, 0.05), r"errors must be an integer in \[0, 11\), got True"),
        ((1, 10, 0), r"delta must lie in \(0, 1\), got 0"),
        ((1, 10, "a"), "delta must be a real number, got 'a'"),
        ((1, 10, float("nan")), r"delta must lie in \(0, 1\), got nan"),
    ],
)
def test_bad_input_is_one_line(arguments, line):
    with pytest.raises(ValueError, match=line) as told:
        holdout(*arguments)
    assert "\n" not in str(told.value)
