"""Certificates: published figures, honest charges, and how often they fail where the risk is known.

Codes such as B07 are those of the checks listed in the theory.
"""

from fractions import Fraction
from itertools import product
from math import log, sqrt
from pathlib import Path

import mpmath
import numpy as np
import pytest
from scipy import stats
from scipy.optimize import brentq
from scipy.special import gammaln

from compress.certificates import inequalities
from compress.certificates.certificate import (
    MEAN_RISK_FORMS,
    Charge,
    MonteCarlo,
    elias_gamma_bits,
    occam,
    pac_bayes,
    printed_risk,
)

IMAGENET = 1_281_167
KIB = 8_192  # bits
ROWS = np.genfromtxt(
    Path(__file__).parent / "data" / "lotfi2022.csv",
    delimiter=",",
    names=True,
    dtype=None,
    encoding="ascii",
)


def bare(errors, n, bits, form="chernoff"):
    """Without the length of the code, as published."""
    return occam(errors, n, bits, 0.05, prefix=None, form=form).value


# Published figures


@pytest.mark.parametrize("rate, value", [(0.35, 0.9654), (0.13, 0.8903)])
def test_the_imagenet_rows_of_zhou(rate, value):
    """B04: 350 KiB; published as < 96.5 % and < 89 %.  Length and Catoni's union cost 3e-5."""
    errors = round(rate * IMAGENET)
    assert bare(errors, IMAGENET, 350 * KIB) == pytest.approx(value, abs=5e-5)
    assert occam(errors, IMAGENET, 350 * KIB, 0.05).value == pytest.approx(value, abs=1e-4)
    nats = 350 * KIB * log(2)
    found = pac_bayes(errors, IMAGENET, nats, 0.05, form="catoni").value
    assert found == pytest.approx(value, abs=1e-4)


def test_squeezenet_follows_from_its_size_at_the_same_training_error():
    assert bare(round(0.35 * IMAGENET), IMAGENET, 0.47 * 1024 * KIB) == pytest.approx(
        0.986, abs=5e-5
    )


def test_the_mnist_row_of_zhou_does_not_follow_from_its_size():
    """B05: 46 % in 6.23 KiB needs 0.41 % training errors; their script has 1.5 %."""
    nats, n = 6.23 * KIB * log(2), 60_000
    for rate, value in ((0.015, 0.4868), (470 / n, 0.4700)):
        found = pac_bayes(rate * n, n, nats, 0.05, form="catoni").value
        assert found == pytest.approx(value, abs=5e-5)
    implied = brentq(lambda q: inequalities.catoni(q, n, nats, 0.05) - 0.46, 1e-4, 0.015)
    assert implied == pytest.approx(0.0041, abs=5e-5)


@pytest.mark.parametrize("size, value", [(7_047, 0.5022), (4_922, 0.3920), (4_297, 0.3551)])
def test_a_checkpoint_certified_from_bytes(size, value):
    """470 errors among 60,000; values of the theory.  The exact tail is 5e-5 better."""
    found = occam(470, 60_000, 8 * size, 0.05, form="chernoff").value
    assert found == pytest.approx(value, abs=5.1e-5)
    assert found - 1e-4 < occam(470, 60_000, 8 * size, 0.05).value < found


@pytest.mark.parametrize("form", ["chernoff", "catoni", "maurer"])
def test_the_published_tables_as_certificates(form):
    """B06, row by row; the limits by themselves are tested with the inequalities."""
    column = {"chernoff": "occam"}.get(form, form)
    for row in ROWS[::5]:
        parts = {"code": row["bits"] * log(2), "options": row["misc"] * log(2)}
        n = int(row["n"])
        found = pac_bayes(row["err"] * n, n, parts, 0.05, form=form)
        assert found.value == pytest.approx(row[column], abs=1e-9)


# Rounding


def exact_kl(q, p):
    first = q * mpmath.log(q / p) if q else mpmath.mpf(0)
    return first + (1 - q) * mpmath.log((1 - q) / (1 - p))


def exact_limits(k, n, bits):
    """Nats for each example, at delta = 0.05, and what Hoeffding makes of them."""
    c = (mpmath.mpf(bits) * mpmath.log(2) - mpmath.log(mpmath.mpf(0.05))) / n
    return c, mpmath.mpf(k) / n + mpmath.sqrt(c / 2)


def test_a_certificate_is_not_below_the_exact_one_for_the_rational_error_rate():
    """3,000 random cases; with errors / n to nearest the limit of Chernoff is below in 225."""
    rng = np.random.default_rng(12)
    for _ in range(3_000):
        n = int(10 ** rng.uniform(1, 15))
        k, bits = int(n * rng.random()), float(rng.integers(0, 300))
        limit = bare(k, n, bits)
        mean = pac_bayes(k, n, bits * log(2), 0.05).value
        with mpmath.workdps(50):
            c, hoeffding = exact_limits(k, n, bits)
            for p in (limit, mean):
                assert p == 1 or exact_kl(mpmath.mpf(k) / n, mpmath.mpf(p)) >= c, (k, n, bits)
        assert bare(k, n, bits, "hoeffding") >= min(1, hoeffding), (k, n, bits)


def test_an_error_rate_is_rounded_up_only_where_it_is_no_float():
    assert [occam(k, 8, 9, 0.05).train_error for k in range(9)] == [k / 8 for k in range(9)]
    for n in range(1, 60):
        for k in range(n + 1):
            rate = occam(k, n, 9, 0.05, form="hoeffding").train_error
            assert np.nextafter(rate, 0) < Fraction(k, n) <= Fraction(rate) <= 1 or rate == k == 0


def test_charges_that_cancel_are_added_without_rounding():
    parts = {"code": 1e8, "a": 0.1, "b": 0.2, "gain": -1e8}
    assert sum(parts.values()) != pytest.approx(0.3, rel=1e-9)
    found, plain = pac_bayes(3, 10, parts, 0.05), pac_bayes(3, 10, 0.1 + 0.2, 0.05)
    assert found.value == pytest.approx(plain.value, rel=1e-14)
    assert found.nats == pytest.approx(plain.nats, rel=1e-14)


# Charges


def test_what_is_charged_adds_up_to_what_the_inequality_is_given():
    found = occam(30, 1_000, {"weights": 90, "book": 32}, 0.05, options={"levels": 3, "flag": 1})
    named = {charge.name: charge.bits for charge in found.charges}
    assert named == pytest.approx(
        {
            "weights": 90,
            "book": 32,
            "length prefix": 13,
            "levels": 3,
            "flag": 1,
            "delta": np.log2(20),
        }
    )
    assert found.bits == pytest.approx(sum(named.values())) == pytest.approx(found.nats / log(2))
    complexity = 139 * log(2)
    limit = inequalities.binomial_tail(30, 1_000, complexity, 0.05)
    assert found.value == pytest.approx(limit, rel=1e-14)  # the sums differ by an ulp
    values = [
        occam(30, 1_000, 139, 0.05, prefix=None, form=form).value
        for form in ("binomial_tail", "chernoff", "hoeffding")
    ]
    assert values == sorted(values) and values[0] == pytest.approx(found.value, rel=1e-12)
    assert values[2] == pytest.approx(0.03 + sqrt((complexity + log(20)) / 2_000))


@pytest.mark.parametrize("form", [None, "chernoff", *MEAN_RISK_FORMS])
def test_the_charges_of_a_divergence_give_back_its_limit(form):
    """For Catoni at its lambda, which the limit at the sum of all charges is close to."""
    found = pac_bayes(30, 1_000, 70.0, 0.05, form=form)
    c = found.nats / 1_000
    expected = {
        "mcallester": 0.03 + sqrt(c / 2),
        "quadratic": (sqrt(0.03 + c / 2) + sqrt(c / 2)) ** 2,
    }.get(form, inequalities.kl_upper(0.03, c))
    assert found.value == pytest.approx(expected, rel=1e-3 if form == "catoni" else 1e-12)
    assert found.form == (form or "chernoff")


def test_a_sample_of_one_has_its_limits():
    """Without an error Chernoff's limit is 1 - exp(-nats): half of 1 - delta mass is left."""
    found = pac_bayes(0, 1, log(2), 0.25)
    assert 1 - 0.25 / 2 <= found.value <= (1 - 0.25 / 2) * (1 + 1e-12)
    assert 1 - 0.25 / 2 <= occam(0, 1, 1.0, 0.25, prefix=None).value <= (1 - 0.125) * (1 + 1e-9)


def test_the_union_over_lambda_is_what_catoni_adds_at_its_lambda():
    found = pac_bayes(30, 1_000, 70.0, 0.05, form="catoni")
    _, at = inequalities.catoni_lambda(found.train_error, 1_000, 70.0, 0.05)
    assert inequalities.catoni_at(0.03, found.nats / 1_000, at / 1_000) == pytest.approx(
        found.value, rel=1e-12
    )


def test_no_more_bits_or_options_or_length_or_confidence_for_nothing():
    rest = {"errors": 30, "n": 1_000}
    base = occam(bits=100, delta=0.05, **rest).value
    assert occam(bits=128, delta=0.05, **rest).value > base
    assert occam(bits=100, delta=0.05, options=1.0, **rest).value > base
    assert occam(bits=100, delta=0.04, **rest).value > base
    assert occam(bits=100, delta=0.05, prefix=None, **rest).value < base
    longer = occam(bits=100, delta=0.05, prefix=2**72, **rest)
    assert longer.charges[1].bits == 72  # remark 4.2 of Zhou et al.
    assert longer.value > base


def test_lengths_are_charged_so_that_all_codes_together_have_mass_one_at_most():
    """B10: all strings of up to 12 bits, by Elias gamma and uniformly; and the sum over lengths."""
    strings = [s for length in range(1, 13) for s in product("01", repeat=length)]
    elias = sum(2.0 ** -(len(s) + elias_gamma_bits(len(s))) for s in strings)
    assert elias == sum(2.0 ** -elias_gamma_bits(length) for length in range(1, 13)) <= 1
    uniform = sum(2.0 ** -len(s) / 12 for s in strings)
    assert uniform == pytest.approx(1, rel=1e-12)
    assert sum(2.0 ** -elias_gamma_bits(length) for length in range(1, 2**12)) == 1 - 2.0**-12
    found = occam(1, 100, 12, 0.05, prefix=12).charges
    assert found[1].bits == pytest.approx(np.log2(12))


def test_fractions_of_a_bit_have_the_length_of_the_next_integer():
    lengths = [occam(1, 100, bits, 0.05).charges[1].bits for bits in (1, 1.5, 4, 4.1, 7.5, 8)]
    assert lengths == pytest.approx([1, 3, 5, 5, 7, 7])


def test_gains_are_charges_below_zero():
    found = pac_bayes(30, 1_000, {"code": 100.0, "symmetry": -30.0}, 0.05)
    assert found.value == pac_bayes(30, 1_000, 70.0, 0.05).value
    assert found.charges[1] == Charge("symmetry", -30.0) and dict(found.rises())["symmetry"] < 0


def test_a_gain_does_not_shorten_the_code_whose_length_is_charged():
    found = occam(30, 1_000, {"code": 130, "symmetry": -10}, 0.05)
    assert found.charges[2].bits == pytest.approx(elias_gamma_bits(130)) == 15
    assert elias_gamma_bits(120) == 13


def test_parts_of_the_limit_add_up_to_it():
    drawn = MonteCarlo(500, 0.01)
    for found in (
        occam(30, 1_000, {"a": 90, "b": 10}, 0.05, options=4),
        occam(30, 1_000, 1e6, 0.05),
        pac_bayes(30, 1_000, 70.0, 0.05, kind="stochastic", form="catoni", monte_carlo=drawn),
    ):
        assert sum(rise for _, rise in found.rises()) == pytest.approx(found.value, rel=1e-12)


def test_a_table_has_one_aligned_line_for_each_part():
    found = pac_bayes(
        30, 1_000, {"a long name": 70.0}, 0.05, kind="stochastic", monte_carlo=MonteCarlo(500, 0.01)
    )
    head, *lines = found.table().splitlines()
    *lines, drawn, fixed = lines
    assert head == f"risk at most {printed_risk(found.value)}, at confidence 1 - 0.05 (maurer)"
    assert [drawn, fixed] == [f"assumed: {each}" for each in found.assumptions]
    assert len({len(line) for line in lines}) == 1
    starts = ["", "training error", "Monte Carlo", "a long name", "delta", "log(2 sqrt n)", "total"]
    assert all(line.startswith(start) for line, start in zip(lines, starts, strict=True))
    assert lines[3].split()[-3:-1] == [f"{70 / log(2):.2f}", "70.00"]


def names_in(table):
    lines = [line for line in table.splitlines()[2:] if not line.startswith("assumed: ")]
    return [line.split("  ")[0] for line in lines]


def test_a_table_has_no_lines_of_charges_of_nothing():
    found = occam(30, 1_000, {"a": 90, "length": 0.0}, 0.05, options={"codec": 0.0}, prefix=None)
    assert [charge.name for charge in found.charges] == ["a", "length", "codec", "delta"]
    assert names_in(found.table()) == ["training error", "a", "delta", "total"]


def test_a_table_has_no_negative_zeros():
    """The exact limit is below the error rate if delta is large; and gains may be small."""
    found = occam(500_000, 10**6, {"a": 1e-3, "gain": -1e-4}, 0.9, prefix=None)
    below = occam(5, 10, {"a": 1e-4}, 0.9, prefix=None)
    assert dict(found.rises())["a"] < 0 and below.value < 0.5
    assert dict(below.rises())["a"] < 0 and 0 > found.charges[1].nats
    assert "-0.0000" not in found.table() and "-0.00 " not in found.table() + below.table()
    assert "-0.0" in below.table()  # what is not nothing keeps its sign


def test_sums_of_charges_are_plain_floats():
    for form in (None, *MEAN_RISK_FORMS):
        found = pac_bayes(30, 1_000, 70.0, 0.05, form=form)
        numbers = (found.value, found.nats, found.bits, found.train_error)
        assert [type(x) for x in numbers] == [float] * 4


def test_a_certificate_says_when_it_is_vacuous():
    found = occam(30, 1_000, 1e6, 0.05)
    assert found.value == 1 and found.vacuous
    assert found.table().startswith("vacuous, no limit below 1, at confidence 1 - 0.05")
    assert not occam(30, 1_000, 100, 0.05).vacuous
    assert occam(1_000, 1_000, 100, 0.05).vacuous


def test_a_plot_stacks_the_parts_up_to_the_limit():
    pytest.importorskip("matplotlib")
    found = occam(30, 1_000, {"a": 90, "b": 10}, 0.05)
    ax = found.plot()
    bars = ax.patches
    assert len(occam(30, 1_000, {"options": 9}, 0.05).plot().patches) == 5  # a name twice
    assert len(bars) == 6 and [t.get_text() for t in ax.get_yticklabels()][1:3] == ["a", "b"]
    assert bars[-1].get_x() + bars[-1].get_width() == pytest.approx(found.value)
    assert bars[1].get_x() == pytest.approx(0.03)
    assert found.plot(ax) is ax and "vacuous" in occam(3, 10, 1e6, 0.05).plot().get_xlabel()


# Randomised networks


def test_an_estimate_by_monte_carlo_has_its_share_of_delta():
    """As PBB: kl inverse of an inverse, with log(2 / delta') over the draws."""
    r, m, n, nats = 0.02, 10_000, 60_000, 5_000.0
    found = pac_bayes(r * n, n, nats, 0.035, kind="stochastic", monte_carlo=MonteCarlo(m, 0.01))
    inner = inequalities.kl_upper(r, log(2 / 0.01) / m)
    outer = inequalities.kl_upper(inner, (nats + log(2 * sqrt(n) / 0.025)) / n)
    assert found.train_error == inner
    assert found.value == pytest.approx(outer, rel=1e-12)
    assert found.delta == 0.035


def test_the_forms_of_a_mean_risk_fail_as_rarely_as_promised():
    """A Gibbs posterior over 40 classifiers of known risk, each on errors of its own; 4,000 draws.

    At 3 standard errors above delta; a false alarm for another seed is below 1e-3 were the rate
    delta, and it is far below.  With neither divergence nor confidence the limit fails.
    """
    rng, n, draws, delta = np.random.default_rng(8), 60, 4_000, 0.1
    risks = rng.uniform(0.2, 0.5, 40)
    train = rng.binomial(n, risks, size=(draws, 40)) / n
    logits = -200.0 * train
    rho = np.exp(logits - logits.max(axis=1, keepdims=True))
    rho /= rho.sum(axis=1, keepdims=True)
    divergence = np.maximum((rho * np.log(np.maximum(40 * rho, 1e-300))).sum(axis=1), 0)
    q, risk = (rho * train).sum(axis=1), (rho * risks).sum(axis=1)
    for form in MEAN_RISK_FORMS:
        limit = getattr(inequalities, form)(q, n, divergence, delta)
        assert (limit < risk).mean() <= delta + 3 * sqrt(delta * (1 - delta) / draws)
    free = inequalities.maurer(q, n, 0.0, 0.999)
    assert (free < risk).mean() > delta


# A classifier of known risk, chosen by the bound


FLIPPED, N, DIM, DRAWS, DELTA = 0.1, 100, 50, 400, 0.05


def sign_learners(rng):
    """Training errors and risks of the signs of the k largest scores, for each k."""
    k, u = np.arange(1, DIM + 1), np.zeros(DIM)
    u[rng.choice(DIM, 5, replace=False)] = rng.choice([-1, 1], 5)
    x = rng.normal(size=(N, DIM))
    y = np.sign(x @ u) * rng.choice([-1, 1], N, p=[FLIPPED, 1 - FLIPPED])
    rank = np.argsort(np.argsort(-abs(y @ x)))
    w = np.where(rank < k[:, None], np.sign(y @ x), 0)
    angles = np.arccos(w @ u / np.sqrt(k * (u @ u)) * (1 - 1e-15))
    return (np.sign(w @ x.T) != y).sum(axis=1), FLIPPED + (1 - 2 * FLIPPED) * angles / np.pi


def test_a_certificate_holds_for_a_classifier_chosen_by_it_and_not_without_its_code():
    """B07, B08: as many as delta and 3 standard errors may fail; without the code far more do.

    The code is k, which k of the coordinates, and their signs: log2 50 + log2 C(50, k) + k bits.
    """
    rng, k = np.random.default_rng(9), np.arange(1, DIM + 1)
    ways = gammaln(DIM + 1) - gammaln(k + 1) - gammaln(DIM - k + 1)
    bits = np.log2(DIM) + ways / log(2) + k
    errors, risks = (
        np.array(x) for x in zip(*(sign_learners(rng) for _ in range(DRAWS)), strict=True)
    )
    best = inequalities.binomial_tail(errors, N, bits * log(2), DELTA).argmin(axis=1)
    errors, risks = errors[range(DRAWS), best], risks[range(DRAWS), best]
    honest = np.array(
        [occam(e, N, b, DELTA, prefix=None).value for e, b in zip(errors, bits[best], strict=True)]
    )
    free = inequalities.chernoff(errors / N, N, 0.0, DELTA)
    spread = 3 * sqrt(DELTA * (1 - DELTA) / DRAWS)
    assert (honest < risks).mean() <= DELTA + spread
    assert (free < risks).mean() > DELTA + 3 * spread
    assert honest.mean() < 0.6 and not (honest >= 1).any()


# Bad input


@pytest.mark.parametrize(
    "line, call",
    [
        ("errors must be an integer in [0, 101), got 101", lambda: occam(101, 100, 5, 0.05)),
        ("errors must be an integer in [0, 101), got 0.5", lambda: occam(0.5, 100, 5, 0.05)),
        ("errors must be an integer in [0, 101), got True", lambda: occam(True, 100, 5, 0.05)),
        (
            "prefix must be an integer in [1, 2^1024), got True",
            lambda: occam(1, 100, 1, 0.05, prefix=True),
        ),
        ("n must be an integer in [1, 9007199254740992), got 0", lambda: occam(0, 0, 5, 0.05)),
        ("bits must be finite and not negative, got -5", lambda: occam(1, 100, -5, 0.05)),
        ("bits must be finite and not negative, got nan", lambda: occam(1, 100, np.nan, 0.05)),
        ("bits must be finite and not negative, got inf", lambda: occam(1, 100, np.inf, 0.05)),
        ("bits must be a real number, got 'x'", lambda: occam(1, 100, {"a": "x"}, 0.05)),
        (
            "bits must be at least 1 if their number is coded, got 0.0",
            lambda: occam(1, 100, 0, 0.05),
        ),
        ("bits must be at most the 4 stated, got 5.0", lambda: occam(1, 100, 5, 0.05, prefix=4)),
        ("bits must have a part, got []", lambda: occam(1, 10, [], 0.05, prefix=None)),
        ("bits must have a part, got {}", lambda: occam(1, 10, {}, 0.05, prefix=None)),
        ("bits must have a part, got {}", lambda: occam(1, 10, {}, 0.05, prefix=9)),
        ("kl must have a part, got []", lambda: pac_bayes(1, 10, [], 0.05)),
        (
            "bits must be finite and not negative, got {'a': 1.7e+308, 'b': 1.7e+308}",
            lambda: occam(1, 10, {"a": 1.7e308, "b": 1.7e308}, 0.05),
        ),
        (
            "bits must be finite without their gains, got a sum beyond the floats",
            lambda: occam(1, 10, [("a", 1.2e308), ("b", -1.2e308), ("c", 1.2e308)], 0.05),
        ),
        (
            "charges must be finite in bits, got inf nats",
            lambda: occam(1, 10, 1.7e308, 0.05, options=1.7e308),
        ),
        (
            "charges must be finite in bits, got 1.7e+308 nats",
            lambda: pac_bayes(1, 10, 1.7e308, 0.05),
        ),
        (
            "prefix must be one of elias, got 'delta'",
            lambda: occam(1, 100, 5, 0.05, prefix="delta"),
        ),
        (
            "options must be finite and not negative, got -1",
            lambda: occam(1, 9, 5, 0.05, options=-1),
        ),
        ("delta must lie in (0, 1), got 0", lambda: occam(1, 100, 5, 0)),
        ("delta must lie in (0, 1), got nan", lambda: pac_bayes(1, 100, 5.0, np.nan)),
        (
            "errors must lie in [0, n] = [0, 100], got 100.5",
            lambda: pac_bayes(100.5, 100, 5.0, 0.05),
        ),
        (
            "errors must lie in [0, n] = [0, 100], got nan",
            lambda: pac_bayes(np.nan, 100, 5.0, 0.05),
        ),
        ("kl must be finite and not negative, got -5.0", lambda: pac_bayes(1, 100, -5.0, 0.05)),
        (
            "kind must be one of deterministic, stochastic, got 'gibbs'",
            lambda: pac_bayes(1, 100, 5.0, 0.05, kind="gibbs"),
        ),
        (
            "form of a stochastic network must be one of maurer, catoni, mcallester, quadratic, "
            "got 'chernoff'",
            lambda: pac_bayes(1, 100, 5.0, 0.05, kind="stochastic", form="chernoff"),
        ),
        (
            "form must be one of binomial_tail, chernoff, hoeffding, got 'kl'",
            lambda: occam(1, 100, 5, 0.05, form="kl"),
        ),
        (
            "monte_carlo must be None for a deterministic network, got an estimate",
            lambda: pac_bayes(1, 100, 5.0, 0.05, monte_carlo=MonteCarlo(10, 0.01)),
        ),
        (
            "delta of monte_carlo must be below 0.05, got 0.05",
            lambda: pac_bayes(
                1, 100, 5.0, 0.05, kind="stochastic", monte_carlo=MonteCarlo(10, 0.05)
            ),
        ),
        (
            "delta of the Monte Carlo estimate must lie in (0, 1), got 1.0",
            lambda: MonteCarlo(10, 1.0),
        ),
    ],
)
def test_bad_input_is_refused_in_one_line(line, call):
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == line


def test_a_false_binomial_certificate_is_impossible_where_probabilities_underflow():
    """With SciPy's tail the limit would be 3 %, of which the classifier has mass 0."""
    assert stats.binom.logcdf(470, 60_000, 0.2) == -np.inf
    assert occam(470, 60_000, 8 * 4_297, 0.05).value > 0.35


# What may not be left out


def test_two_items_of_one_name_are_two():
    found = occam(3, 100, [("w", 40.0), ("w", 30.0)], 0.05, options=[("o", 3.0), ("o", 2.0)])
    assert found.value == pytest.approx(occam(3, 100, 70.0, 0.05, options=5.0).value, rel=1e-12)
    assert [charge.name for charge in found.charges] == [
        *("w", "w", "length prefix", "o", "o", "delta")
    ]


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.int8, np.int64, int, float])
def test_numbers_of_any_type_are_divided_as_whole_numbers(kind):
    """100 / 1001 in half precision is 4e-4 too small, which no ulp upwards mends."""
    found = pac_bayes(kind(100), 1001, 5.0, 0.05)
    assert Fraction(found.train_error) >= Fraction(100, 1001)
    assert found.value == pac_bayes(100, 1001, 5.0, 0.05).value
    assert type(found.value) is float and type(found.delta) is float


def test_a_printed_limit_is_not_below_the_limit():
    for bits in range(20, 400, 7):
        found = occam(30, 1_000, bits, 0.05)
        head, last = found.table().splitlines()[0], found.table().splitlines()[-3]
        printed = head.split()[3].rstrip(",")
        assert found.value <= float(printed) < found.value + 1.001e-4
        assert last.split()[-1] == printed
    assert printed_risk(0.25) == "0.2500" and printed_risk(np.nextafter(0.25, 1)) == "0.2501"


def test_a_gain_saves_no_more_than_it_is():
    """Bits of gains become nats rounded upwards, so that the difference is not below the exact."""
    rng = np.random.default_rng(3)
    for _ in range(500):
        code = float(10 ** rng.uniform(3, 12))
        gain = code - float(rng.uniform(1, 100))
        found = occam(3, 100, {"code": code, "symmetry": -gain}, 0.05, prefix=None)
        with mpmath.workdps(50):
            exact = (mpmath.mpf(code) - mpmath.mpf(gain)) * mpmath.log(2)
        assert sum(Fraction(charge.nats) for charge in found.charges[:2]) >= Fraction(str(exact))


def test_assumptions_are_in_the_text_and_in_the_numbers():
    for found in occam(3, 100, 70.0, 0.05), pac_bayes(3, 100, 70.0, 0.05, kind="stochastic"):
        told = found.to_dict()
        assert str(found) == found.table()
        assert all(f"assumed: {each}" in str(found) for each in told["assumptions"])
        assert "independently" in str(found) and "before the sample was seen" in str(found)
        assert [c["name"] for c in told["charges"]] == [c.name for c in found.charges]
        assert sum(c["nats"] for c in told["charges"]) == pytest.approx(found.nats)
    assert told["kind"] == "stochastic"


@pytest.mark.parametrize(
    ("bits", "line"),
    [
        ("a", "bits must be a number, or numbers by name, got 'a'"),
        ([1, 2], r"bits must be a number, or numbers by name, got \[1, 2\]"),
        ([("a", 1, 2)], "bits must be a number, or numbers by name"),
        ({float("nan"): 3.0}, "names of bits must be strings, got nan"),
        ({"a": "b"}, "bits must be a real number, got 'b'"),
    ],
)
def test_bits_that_are_none_are_one_line(bits, line):
    with pytest.raises(ValueError, match=line):
        occam(1, 10, bits, 0.05)


def test_empty_text_is_no_list_of_options():
    assert occam(3, 100, 9.0, 0.05, options=[]) == occam(3, 100, 9.0, 0.05, options={})
    with pytest.raises(ValueError, match="options must be a number, or numbers by name, got ''"):
        occam(3, 100, 9.0, 0.05, options="")


def test_an_estimate_that_is_none_is_one_line():
    with pytest.raises(ValueError, match="monte_carlo must be a MonteCarlo, got 5"):
        pac_bayes(1, 10, 5.0, 0.05, kind="stochastic", monte_carlo=5)
