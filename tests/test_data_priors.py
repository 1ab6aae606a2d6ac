"""Certificates whose prior saw a share of the sample: valid, charged, and never without their null.

A toy of known risk serves throughout: labels of two classes along a direction, a tenth of them
flipped; a linear classifier errs with probability 0.1 + 0.8 angle / pi.
"""

import json
import re
from dataclasses import replace
from functools import cache
from math import log, pi

import numpy as np
import pytest
from numpy.random import Generator, Philox
from scipy import integrate, stats

from compress import certify, occam
from compress.certificates import holdout, inequalities
from compress.certificates.limits import printed_risk
from compress.certificates.nulls import CHOICE_OF_PRIOR, CHOICE_OF_SHARE, chosen_null
from compress.certificates.priors import (
    GaussianNetwork,
    Split,
    Training,
    from_prior,
    objectives,
    share_of,
    stochastic,
    trained_from_prior,
    unseen_rows,
    with_holdout,
)
from compress.certificates.priors import training as gaussian_training
from compress.certificates.priors.gaussians import Layer
from compress.certificates.priors.training import loss_gradients
from compress.certificates.risks import INDEPENDENCE, NOTHING_SAID, SEEN_BY_PRIOR
from compress.coding import length

DIM, FLIPS, DELTA = 12, 0.1, 0.05
TRUTH = np.eye(DIM)[0]


def drawn(n, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, DIM))
    return x, (x @ TRUTH > 0).astype(int) ^ (rng.random(n) < FLIPS)


def risk(w):
    """Of the classifier of two rows of weights: its direction is their difference."""
    direction = w[1] - w[0]
    size = np.linalg.norm(direction)
    if not size:
        return 0.5
    angle = np.arccos(np.clip(direction @ TRUTH / size, -1, 1))
    return FLIPS + (1 - 2 * FLIPS) * angle / pi


def fitted(x, labels):
    """Weights by least squares, in single precision."""
    direction = np.linalg.lstsq(x, 2.0 * labels - 1, rcond=None)[0]
    return np.array([-direction, direction], np.float32)


FEW = {"keeps": (1.0, 0.25), "levels": (2,), "rounds": 1}


@cache
def coded(share=0.05, n=4000, seed=3, shares=1):
    x, labels = drawn(n, seed)
    split = replace(share_of(n, share), shares=shares)
    prior = {"w": fitted(x[split.prior], labels[split.prior])}
    found = from_prior({"w": fitted(x, labels)}, prior, (x, labels), split, DELTA, **FEW)
    return found, prior, (x, labels)


@cache
def beating():
    """A prior of 20 examples, in 12 dimensions, is so poor that a few bits beat its null."""
    return coded(0.005)


@cache
def gaussian(epochs=3, share=0.05, **settings):
    x, labels = drawn(2000, 3)
    split = share_of(2000, share)
    prior = {"w": fitted(x[split.prior], labels[split.prior])}
    training = Training(epochs=epochs, batch=100, start=0.1, rate=0.01, **settings)
    return trained_from_prior(prior, (x, labels), split, DELTA, training=training), prior


# Splits


def test_a_share_and_its_rest_are_the_whole_sample():
    split = share_of(1000, 0.3, seed=5)
    assert split.prior.size == 300
    both = np.sort(np.concatenate([split.prior, split.bound]))
    np.testing.assert_array_equal(both, np.arange(1000))
    assert split == share_of(1000, 0.3, seed=5) != share_of(1000, 0.3, seed=6)
    assert repr(split) == "Split(300 rows for the prior, 700 for the bound)"
    assert repr(replace(split, shares=2)).endswith("700 for the bound, one of 2 shares)")
    assert not split.prior.flags.writeable


@pytest.mark.parametrize("share", [1e-9, 1 - 1e-9])
def test_neither_part_is_empty(share):
    split = share_of(10, share)
    assert min(split.prior.size, split.bound.size) == 1


def test_rows_that_were_never_used_are_those_of_the_bound():
    split = unseen_rows(10, [7, 2])
    assert split.bound.tolist() == [2, 7] and split.prior.size == 8


def test_a_prior_from_elsewhere_saw_no_row_and_all_count():
    split = unseen_rows(300, range(300))
    assert split == Split([], range(300)) and (split.prior.size, split.rows) == (0, 300)
    x, labels = drawn(300, 1)
    far = {"w": np.array([-TRUTH, TRUTH], np.float32)}
    wrong = int(((x @ TRUTH > 0) != labels).sum())
    beside = with_holdout(far, (x, labels), range(300))
    coded = from_prior(far, far, (x, labels), split, **FEW)
    assert beside.holdout.value == coded.null.value == holdout(wrong, 300, DELTA).value
    assert "the prior saw 0 examples of the sample" in " ".join(coded.certificate.assumptions)


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (lambda: Split([0, 1, 2], [2, 3, 1]), "bound must have no rows that the prior saw, got 2"),
        (lambda: Split([0, 0], [1]), "prior must have each row once, got row 0 more than once"),
        (lambda: Split([0], []), "bound must be row numbers, one or more, got none"),
        (lambda: Split([0.5], [1]), r"prior must be row numbers, one or more, got \[0.5\]"),
        (lambda: Split([True, False], [3]), "prior must be row numbers, np.flatnonzero of a mask"),
        (lambda: Split([-1], [1]), "prior must lie in"),
        (lambda: Split([0], [1], shares=0), "shares must be an integer in"),
        (lambda: share_of(1, 0.5), "n must be an integer in"),
        (lambda: share_of(10, 1.0), "share must lie in"),
        (lambda: unseen_rows(10, [3, 10]), r"rows must lie in \[0, 10\), got 10"),
        (lambda: unseen_rows(10, [3, 3]), "rows must have each row once, got row 3"),
        (lambda: unseen_rows(10, []), "rows must be row numbers, one or more, got none"),
    ],
)
def test_a_split_that_is_none_is_one_line(make, line):
    with pytest.raises(ValueError, match=line) as told:
        make()
    assert "\n" not in str(told.value)


# What is coded


def test_the_certified_network_is_prior_plus_decoded_differences_to_the_bit():
    found, prior, _ = beating()
    payload = length.decode_payload(found.code.payload, prior, found.code.codec)
    np.testing.assert_array_equal(found.arrays["w"], prior["w"] + payload["w"])
    assert found.arrays["w"].dtype == np.float32 and found.differences > 0
    changes = length.decode(found.to_file())
    np.testing.assert_array_equal(found.arrays["w"], prior["w"] + changes["w"])


def test_errors_are_those_of_the_decoded_network_on_the_rest_alone():
    found, prior, (x, labels) = beating()
    rest = found.split.bound
    wrong = [
        ((x[rest] @ w.T).argmax(axis=1) != labels[rest]).sum()
        for w in (found.arrays["w"], prior["w"])
    ]
    assert found.certificate.errors == wrong[0] and found.null.errors == wrong[1]
    assert found.certificate.n == found.null.n == rest.size


def test_what_is_charged_is_the_payload_the_choices_and_delta():
    found, *_ = coded(0.005, shares=4)
    charged = {charge.name: charge.bits for charge in found.certificate.charges}
    assert charged.pop(CHOICE_OF_SHARE) == pytest.approx(2)
    assert charged.pop("delta") == pytest.approx(np.log2(1 / DELTA))
    assert sum(charged.values()) == pytest.approx(8 * len(found.code.payload))
    expected = occam(
        found.certificate.errors, found.certificate.n, found.code.charged, DELTA,
        options=2, prefix=None,
    )  # fmt: skip
    assert found.certificate.value == pytest.approx(expected.value, rel=1e-12)


def test_the_null_is_the_hold_out_limit_of_the_prior_and_pays_for_the_shares():
    found, *_ = beating()
    assert found.null.value == holdout(found.null.errors, found.null.n, DELTA).value
    several, *_ = coded(0.005, shares=4)
    paid = holdout(several.null.errors, several.null.n, DELTA / 4).value
    assert several.null.value == pytest.approx(paid, rel=1e-9)
    assert several.null.value == chosen_null(several.null.errors, several.null.n, DELTA, 4).value


def test_the_shortest_code_is_taken_and_the_choice_of_codec_is_charged():
    x, labels = drawn(400, 3)
    split, codecs = unseen_rows(400, range(30, 400)), ("zlib", "adaptive", "lzma")
    prior, weights = {"w": fitted(x[:30], labels[:30])}, {"w": fitted(x, labels)}
    found = from_prior(weights, prior, (x, labels), split, DELTA, codecs=codecs, **FEW)
    sizes = [length.code_length(found.changes, codec).charged for codec in codecs]
    assert found.code.charged == min(sizes) < max(sizes)
    charged = {c.name: c.bits for c in found.certificate.charges}
    assert charged["codec"] == pytest.approx(np.log2(3))


def test_no_difference_costs_a_byte_and_is_above_the_null():
    x, labels = drawn(1000, 1)
    prior = {"w": fitted(x[:500], labels[:500])}
    found = from_prior(prior, prior, (x, labels), unseen_rows(1000, range(500, 1000)), **FEW)
    assert found.differences == 0 and found.code.bytes == 1
    assert found.null.value < found.certificate.value
    np.testing.assert_array_equal(found.arrays["w"], prior["w"])
    assert "its null is below any such limit" in found.table()


def test_networks_of_several_layers_keep_their_layout():
    rng = np.random.default_rng(1)
    x, labels = drawn(400, 1)
    shapes = {"w": (DIM, 7), "b": (7,), "v": (7, 2), "c": (2,)}  # units last
    prior, weights = ({name: rng.normal(size=s) for name, s in shapes.items()} for _ in range(2))
    found = from_prior(weights, prior, (x, labels), share_of(400, 0.5), **FEW)
    assert {name: a.shape for name, a in found.arrays.items()} == shapes
    for name, a in found.arrays.items():
        np.testing.assert_array_equal(a, prior[name] + found.changes[name])


# The null is never left out


def certificates():
    yield "coded", beating()[0].certificate
    yield "coded, not below its null", coded(0.5)[0].certificate
    yield "Gaussian", gaussian()[0].certificate


@pytest.mark.parametrize("number", range(3), ids=[name for name, _ in certificates()])
def test_where_a_prior_saw_data_the_null_is_shown_and_a_limit_above_it_is_not(number):
    found = list(certificates())[number][1]
    null = printed_risk(found.null.value)
    for text in (repr(found), str(found), found.table(), found.statement):
        assert null in text
        if not found.says_something:
            assert NOTHING_SAID in text
            assert printed_risk(found.value) not in text
        else:
            assert printed_risk(found.value) in text
    assert found.says_something == (printed_risk(found.value) < null)
    plain = found.to_dict()
    assert json.loads(json.dumps(plain)) == plain and plain["null"]["n"] == found.n
    assert any(each.startswith(SEEN_BY_PRIOR) for each in found.assumptions)


def test_both_kinds_occur_above():
    assert {found.says_something for _, found in certificates()} == {True, False}


def test_results_print_no_limit_that_says_nothing():
    for found in (coded(0.5)[0], gaussian()[0]):
        limit, null = printed_risk(found.certificate.value), printed_risk(found.null.value)
        assert not found.certificate.says_something
        for text in (repr(found), found.table()):
            assert null in text and limit not in text
    assert found.certificate.plot().lines[0].get_xdata()[0] == found.null.value


def test_a_certificate_cannot_say_that_its_prior_saw_data_and_have_no_null():
    plain = occam(3, 100, 50.0, 0.05)
    with pytest.raises(ValueError, match="null must be there where a prior saw data, got None"):
        replace(plain, assumptions=(f"{SEEN_BY_PRIOR} 5 examples",))
    with pytest.raises(ValueError, match="null must be of the same 100 examples, got 99"):
        replace(plain, null=holdout(3, 99, 0.05))
    with pytest.raises(ValueError, match="null must be a binomial_tail at delta 0.05, got b"):
        replace(plain, null=holdout(3, 100, 1e-9))
    with pytest.raises(ValueError, match="null must be a binomial_tail at delta 0.05, got chern"):
        replace(plain, null=occam(3, 100, 5.0, 0.05, form="chernoff"))


def test_the_table_of_a_limit_below_its_null_is_this():
    below = occam(10, 1000, {"w": 40.0}, 0.05, prefix=None)
    shown = replace(below, null=holdout(90, 1000, 0.05), observed="error on the rest").table()
    assert shown.splitlines()[:-2] == [
        "risk at most 0.0549 (hold-out limit 0.1063), at confidence 1 - 0.05 (binomial_tail)",
        "                    bits   nats    risk",
        "error on the rest                0.0100",
        "w                  40.00  27.73  0.0404",
        "delta               4.32   3.00  0.0044",
        "total              44.32  30.72  0.0549",
        "hold-out limit      4.32   3.00  0.1063",
        "assumed: examples drawn independently, from the law that the risk is of",
    ]
    assert shown.endswith("both limits hold together at confidence 1 - 0.1")


def test_the_table_of_a_limit_above_its_null_is_that_of_the_null():
    null = holdout(90, 1000, 0.05)
    above = replace(occam(60, 1000, {"w": 400.0}, 0.05, prefix=None), null=null)
    first, *lines, last = above.table().split("\n")
    said = "(405 bits, 60 errors of 1,000); the hold-out limit of its prior:"
    assert first == f"{NOTHING_SAID} {said}"
    assert "\n".join(lines) == null.table()
    assert last == "this limit and the one not shown hold together at confidence 1 - 0.1"
    equal = replace(occam(90, 1000, 0.0, 0.05, prefix=None), null=null)
    assert equal.value == null.value and not equal.says_something
    assert repr(above) == f"RiskCertificate({NOTHING_SAID}; that limit is 0.1063)"


def test_a_limit_is_below_its_null_and_below_one_where_it_is_seen_to_be():
    """Two limits that are printed alike are alike, as they are in a bundle."""
    null = holdout(1, 1, 0.05)
    almost = replace(occam(0, 1, 40.0, 0.05, prefix=None), null=null)
    assert almost.value < null.value == 1 and not almost.says_something and almost.vacuous
    assert str(replace(almost, null=None)).startswith("vacuous, no limit below 1")
    below = replace(occam(10, 1000, 40.0, 0.05, prefix=None), null=holdout(90, 1000, 0.05))
    edge = float(printed_risk(below.null.value))
    for value, says in (edge, False), (edge - 9.9e-5, False), (edge - 1.01e-4, True):
        assert replace(below, value=value).says_something == says


@pytest.mark.parametrize(("delta", "said"), [(0.499, True), (0.5, False), (0.6, False)])
def test_nothing_is_said_of_both_limits_where_either_may_fail(delta, said):
    x, labels = drawn(400, 1)
    w = {"w": np.array([-TRUTH, TRUTH], np.float32)}
    split = unseen_rows(400, range(200, 400))
    beside = with_holdout(w, (x, labels), split.bound, delta)
    coded = from_prior(w, w, (x, labels), split, delta, **FEW)
    below = replace(coded.certificate, value=0.0)
    assert below.says_something and not coded.certificate.says_something
    for shown in beside, coded, below:
        line = shown.table().splitlines()[-1]
        both = "this limit and the one not shown" if shown is coded else "both limits"
        assert line.startswith(f"{both} hold together") == said
        assert said == (f"at confidence 1 - {2 * delta:g}" in shown.table())


# Validity


def test_neither_limit_fails_more_often_than_it_may():
    """100 samples of known risks: at most delta + 3 standard errors, 0.115; false alarms 4e-3."""
    failed = {"certificate": 0, "null": 0}
    for seed in range(100):
        found, prior, _ = coded.__wrapped__(0.1, 300, 10_000 + seed)
        failed["certificate"] += found.certificate.value < risk(found.arrays["w"].astype(float))
        failed["null"] += found.null.value < risk(prior["w"].astype(float))
    assert max(failed.values()) / 100 <= DELTA + 3 * (DELTA * (1 - DELTA) / 100) ** 0.5


def test_a_prior_that_saw_the_bound_is_no_prior():
    """The control: a prior of 12 numbers, fitted to the 30 examples that it is counted on."""
    failed = 0
    for seed in range(200):
        x, labels = drawn(30, 20_000 + seed)
        w = fitted(x, labels)
        wrong = int(((x @ w.T).argmax(axis=1) != labels).sum())
        failed += holdout(wrong, 30, DELTA).value < risk(w.astype(float))
    assert failed / 200 > 0.3


def test_a_gaussian_limit_is_above_the_mean_risk():
    found, _ = gaussian()
    rng = np.random.default_rng(7)
    mean, spread = found.network.means["w"], found.network.spreads["w"]
    risks = [risk(mean + spread * rng.normal(size=mean.shape)) for _ in range(500)]
    assert found.certificate.value > np.mean(risks)


# Gaussian networks


def one_weight(mean, spread):
    return GaussianNetwork(
        (Layer("w", None),), {"w": np.array([[mean]])}, {"w": np.array([[spread]])}
    )


@pytest.mark.parametrize("mean, spread, tau", [(0.3, 0.2, 0.5), (-1.0, 2.0, 0.5), (0.0, 0.5, 0.5)])
def test_a_divergence_is_what_quadrature_gives(mean, spread, tau):
    """Rounded upwards by 64 ulps of its terms, of which there are few here."""
    ours, prior = stats.norm(mean, spread), stats.norm(0.1, tau)

    def integrand(w):
        return ours.pdf(w) * (ours.logpdf(w) - prior.logpdf(w))

    edges = mean + spread * np.linspace(-12, 12, 25)
    pieces = [
        integrate.quad(integrand, a, b)[0] for a, b in zip(edges[:-1], edges[1:], strict=True)
    ]
    found = one_weight(mean, spread).divergence({"w": np.array([[0.1]])}, tau)
    assert found == pytest.approx(sum(pieces), abs=1e-10)


def test_a_divergence_adds_up_over_weights_and_is_none_for_the_prior():
    shape = {"w": np.full((3, 4), 0.5)}
    same = GaussianNetwork((Layer("w", None),), shape, {"w": np.full((3, 4), 0.25)})
    assert 0 <= same.divergence(shape, 0.25) < 1e-12
    moved = one_weight(0.7, 0.25).divergence({"w": np.array([[0.5]])}, 0.25)
    several = replace(same, means={"w": np.full((3, 4), 0.7)}).divergence(shape, 0.25)
    assert several == pytest.approx(12 * moved, rel=1e-12)


def test_a_fixed_array_that_is_not_the_priors_is_infinitely_far():
    fixed = GaussianNetwork((Layer("w", None),), {"w": np.eye(2)}, {})
    assert fixed.divergence({"w": np.eye(2)}, 0.5) == 0
    assert fixed.divergence({"w": np.zeros((2, 2))}, 0.5) == np.inf


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"layers": ()}, r"layers must be a tuple of one or more, got \(\)"),
        ({"means": {}}, "means must have the arrays of layers, got none for 'w'"),
        ({"means": {"w": np.full((2, 2), np.nan)}}, r"means\['w'\] must be finite, got nan"),
        ({"spreads": {"w": np.full((2, 2), -0.1)}}, r"spreads\['w'\] must be positive and finite"),
        (
            {"spreads": {"w": np.full((2, 2), np.nan)}},
            r"spreads\['w'\] must be positive and finite",
        ),
        ({"spreads": {"w": np.ones(3)}}, r"spreads\['w'\] must have the shape of its mean"),
        ({"spreads": {"u": np.ones(3)}}, r"spreads\['u'\] must have the shape of its mean"),
    ],
)
def test_what_is_no_gaussian_network_is_refused(change, line):
    good = GaussianNetwork((Layer("w", None),), {"w": np.eye(2)}, {"w": np.ones((2, 2))})
    with pytest.raises(ValueError, match=line):
        replace(good, **change)


@pytest.mark.parametrize(
    ("prior", "line"),
    [
        ({"w": np.zeros((1, 2))}, r"prior\['w'\] must have shape \(2, 2\), got \(1, 2\)"),
        ({"w": np.zeros((2, 2)), "v": np.zeros(1)}, "prior must be a dict of w, got"),
        ({}, "prior must be a dict of w, got"),
        (np.zeros((2, 2)), "prior must be a dict of w, got"),
    ],
)
def test_a_prior_of_other_arrays_is_at_no_distance(prior, line):
    """Broadcast it would have one."""
    good = GaussianNetwork((Layer("w", None),), {"w": np.eye(2)}, {"w": np.ones((2, 2))})
    with pytest.raises(ValueError, match=line):
        good.divergence(prior, 1.0)


def test_a_divergence_beyond_the_floats_is_infinite():
    assert one_weight(1e200, 0.5).divergence({"w": np.array([[0.0]])}, 0.5) == np.inf
    with np.errstate(all="ignore"):
        assert one_weight(0.5, 0.5).divergence({"w": np.array([[np.nan]])}, 0.5) == np.inf


@pytest.mark.parametrize("spread", [1e-300, 1e300, 0.0, np.nan])
def test_spreads_that_squares_cannot_hold_are_one_line(spread):
    with pytest.raises(ValueError, match="spreads must"):
        Training(spreads=(spread,))
    with pytest.raises(ValueError, match="start must"):
        Training(start=spread)


def small_network(rng, dtype=np.float64):
    shapes = {"w": (5, 4), "b": (5,), "v": (3, 5), "c": (3,)}
    means = {name: rng.normal(size=shape).astype(dtype) for name, shape in shapes.items()}
    spreads = {name: rng.uniform(0.2, 0.6, size=s).astype(dtype) for name, s in shapes.items()}
    return GaussianNetwork((Layer("w", "b"), Layer("v", "c")), means, spreads)


def test_drawing_sums_is_drawing_weights():
    """Errors of both ways of drawing, 40,000 each: equal within 4.5 standard errors (1e-5)."""
    rng = np.random.default_rng(1)
    network, x = small_network(rng), rng.normal(size=(4, 4))
    labels, draws = np.array([0, 1, 2, 0]), 10_000
    by_sums = network.draw_errors(x, labels, draws, seed=1)
    by_weights = 0
    for _ in range(draws):
        w, b, v, c = (
            network.means[n] + network.spreads[n] * rng.normal(size=network.means[n].shape)
            for n in "wbvc"
        )
        by_weights += ((np.maximum(x @ w.T + b, 0) @ v.T + c).argmax(axis=1) != labels).sum()
    # Rows of one network depend on each other: at most 4 times the variance of as many alone.
    deviation = (draws * 4 * (0.25 + 4 * 0.25)) ** 0.5
    assert abs(by_sums - by_weights) < 4.5 * deviation
    assert 0.2 < by_sums / (4 * draws) < 0.9


def test_with_hardly_any_noise_it_errs_where_its_prior_does_biases_and_all():
    rng = np.random.default_rng(6)
    x, labels = drawn(200, 5)
    prior = {"w": rng.normal(size=(7, DIM)), "b": 2 * rng.normal(size=7)}
    prior |= {"v": rng.normal(size=(2, 7)), "c": np.array([1.0, -1.0])}
    still = Training(epochs=0, start=1e-9, spreads=(1e-9,))
    found = trained_from_prior(prior, (x, labels), HALF, training=still)
    outputs = np.maximum(x @ prior["w"].T + prior["b"], 0) @ prior["v"].T + prior["c"]
    wrong = (outputs.argmax(axis=1) != labels)[HALF.bound].sum()
    assert found.certificate.errors == found.null.errors == wrong
    assert found.network.layers == (Layer("w", "b"), Layer("v", "c"))


def test_draws_are_a_function_of_the_seed():
    rng = np.random.default_rng(1)
    network, x = small_network(rng), rng.normal(size=(50, 4))
    labels = rng.integers(0, 3, 50)
    first, again, other = (network.draw_errors(x, labels, 20, seed) for seed in (1, 1, 2))
    assert first == again != other


class Fixed:
    """A generator whose noise is always the same."""

    def standard_normal(self, shape, dtype=float):
        return np.random.default_rng(5).normal(size=shape).astype(dtype)


def test_gradients_are_those_of_finite_differences():
    rng = np.random.default_rng(2)
    network, x = small_network(rng), rng.normal(size=(6, 4))
    batch = x, rng.integers(0, 3, 6)

    def loss(means, spreads):
        variances = {name: spread**2 for name, spread in spreads.items()}
        changed = replace(network, means=means, spreads=spreads)
        return loss_gradients(changed, variances, batch, Fixed())

    _, gradients = loss(network.means, network.spreads)
    assert len(gradients) == 8
    step = 1e-6
    for (kind, name), gradient in gradients.items():
        for at in np.ndindex(gradient.shape):
            sides = []
            for sign in (1, -1):
                means = {n: a.copy() for n, a in network.means.items()}
                spreads = {n: a.copy() for n, a in network.spreads.items()}
                if kind == "mean":
                    means[name][at] += sign * step
                else:
                    spreads[name][at] *= np.exp(sign * step)
                sides.append(loss(means, spreads)[0])
            # Differences of second order: 1e-12 of the third derivative, and 1e-16 / step.
            assert (sides[0] - sides[1]) / (2 * step) == pytest.approx(gradient[at], abs=2e-8)


def trained_state(**settings):
    """Means and spreads of a small network before its first step, and its prior."""
    rng = np.random.default_rng(8)
    network = small_network(rng)
    prior = {name: mean + 0.1 * rng.normal(size=mean.shape) for name, mean in network.means.items()}
    x, labels = rng.normal(size=(11, 4)), rng.integers(0, 3, 11)
    task = gaussian_training.Task(network.layers, prior, x, labels, DELTA)
    state = gaussian_training._State(task, Training(**settings))
    state.means = network.means
    state.logs = {name: np.log(a) for name, a in network.spreads.items()}
    return state, network, prior


def test_what_training_pulls_by_is_the_divergence_that_is_charged():
    spreads = (0.05, 0.3, 0.5, 2.0)
    state, network, prior = trained_state(spreads=spreads)

    def divergence():
        return state._divergence({name: np.exp(2 * a) for name, a in state.logs.items()})

    found, pulls = divergence()
    exact = [network.divergence(prior, spread) for spread in spreads]
    assert found == pytest.approx(min(exact), rel=1e-12) and min(exact) not in exact[::3]
    for (kind, name), pull in pulls.items():
        array = {"mean": state.means, "log": state.logs}[kind][name]
        for at in np.ndindex(array.shape):
            sides = []
            for sign in (1, -2):
                array[at] += sign * 1e-5
                sides.append(divergence()[0])
            array[at] += 1e-5
            # Differences of second order, of sums of some hundreds.
            assert (sides[0] - sides[1]) / 2e-5 == pytest.approx(pull[at], abs=1e-6)


def test_each_epoch_has_each_example_once_at_most_in_batches_of_one_size():
    state, *_ = trained_state(epochs=3, batch=4)
    batches = list(state.batched_rows())
    assert [rows.size for rows in batches] == [4] * 6
    for epoch in batches[:2], batches[2:4], batches[4:]:
        assert np.unique(np.concatenate(epoch)).size == 8
    state, *_ = trained_state(epochs=1, batch=1000)
    assert [np.sort(rows).tolist() for rows in state.batched_rows()] == [list(range(11))]


def test_spreads_may_be_large():
    assert Training(start=1e10, spreads=(1e-10, 1e10)).spreads == (1e-10, 1e10)


@pytest.mark.parametrize("name", objectives.OBJECTIVES)
@pytest.mark.parametrize("loss, nats", [(0.02, 100.0), (0.3, 1.0), (0.001, 3000.0)])
def test_slopes_of_objectives_are_those_of_finite_differences(name, loss, nats):
    def value(r, kl):
        return objectives.bound(name, r, kl, 10_000, 0.05).value

    found = objectives.bound(name, loss, nats, 10_000, 0.05)
    h, k = 1e-7, 1e-4 * nats
    by_loss = (value(loss + h, nats) - value(loss - h, nats)) / (2 * h)
    by_nats = (value(loss, nats + k) - value(loss, nats - k)) / (2 * k)
    assert found.by_loss == pytest.approx(by_loss, rel=1e-4)
    assert found.by_divergence == pytest.approx(by_nats, rel=1e-4)


def test_objectives_are_the_published_formulas():
    """PBB's ``bounds.py``: fquad, fclassic, and flamb at its best lambda, found on a grid."""
    r, kl, n, delta = 0.05, 200.0, 20_000, 0.05
    c = (kl + log(2 * n**0.5 / delta)) / n
    quadratic = ((r + c / 2) ** 0.5 + (c / 2) ** 0.5) ** 2
    lambdas = np.linspace(0.001, 1.999, 400_000)
    flamb = (r / (1 - lambdas / 2) + c / (lambdas * (1 - lambdas / 2))).min()
    values = [objectives.bound(name, r, kl, n, delta).value for name in objectives.OBJECTIVES]
    assert values == pytest.approx([quadratic, r + (c / 2) ** 0.5, flamb], rel=1e-9)
    assert values[0] == pytest.approx(values[2], rel=1e-9)  # the same bound, solved


def test_objectives_of_one_example_are_their_formulas_too():
    c = log(2 / 0.5)
    values = [objectives.bound(name, 0.0, 0.0, 1, 0.5).value for name in objectives.OBJECTIVES]
    assert values == pytest.approx([2 * c, (c / 2) ** 0.5, 2 * c], rel=1e-12)


def test_a_bounded_loss_lies_in_the_unit_interval_and_has_its_slope():
    rng = np.random.default_rng(3)
    outputs, labels = rng.normal(size=(5, 3)), rng.integers(0, 3, 5)
    loss, slope = objectives.bounded_loss(outputs, labels)
    assert 0 < loss < 1
    for at in np.ndindex(outputs.shape):
        step = np.zeros_like(outputs)
        step[at] = 1e-6
        sides = [objectives.bounded_loss(outputs + sign * step, labels)[0] for sign in (1, -1)]
        assert (sides[0] - sides[1]) / 2e-6 == pytest.approx(slope[at], abs=1e-9)
    far = objectives.bounded_loss(1e3 * np.eye(3), np.array([1, 2, 0]))
    assert far[0] == pytest.approx(1) and not far[1].any()


def test_training_makes_the_limit_smaller_and_is_a_function_of_its_seed():
    still, trained = gaussian(0)[0], gaussian(10, penalty=0.3)[0]
    assert trained.certificate.value < still.certificate.value
    again = gaussian.__wrapped__(10, penalty=0.3)[0]
    np.testing.assert_array_equal(trained.network.means["w"], again.network.means["w"])
    assert trained.certificate == again.certificate


def test_without_training_the_divergence_is_that_of_the_spreads_alone():
    found, prior = gaussian(0, spreads=(0.1,))
    assert found.divergence < 1e-6  # float32: 0.1 is exp of a rounded log
    np.testing.assert_array_equal(found.network.means["w"], prior["w"])


def test_what_a_gaussian_certificate_charges_adds_up():
    found, _ = gaussian()
    charged = {charge.name: charge.nats for charge in found.certificate.charges}
    assert (
        charged["divergence"]
        == found.divergence
        == found.network.divergence(gaussian()[1], found.spread)
    )
    assert charged["spread of the prior"] == pytest.approx(log(8))
    n = found.certificate.n
    assert charged["log(2 sqrt n)"] == pytest.approx(log(2 * n**0.5))
    assert charged["delta"] == pytest.approx(-log(0.8 * DELTA))
    assert found.certificate.form == "maurer" and found.certificate.delta == DELTA


def test_arrays_that_do_not_move_stay_those_of_the_prior():
    rng = np.random.default_rng(1)
    x, labels = drawn(300, 1)
    prior = {"w": rng.normal(size=(5, DIM)), "v": rng.normal(size=(2, 5))}
    training = Training(epochs=1, batch=50, moving=("v",))
    found = trained_from_prior(prior, (x, labels), share_of(300, 0.5), training=training)
    np.testing.assert_array_equal(found.network.means["w"], prior["w"])
    assert list(found.network.spreads) == ["v"] and np.isfinite(found.divergence)
    assert (found.network.means["v"] != prior["v"]).all()


def test_progress_is_told_each_step():
    seen = []
    x, labels = drawn(300, 1)
    prior = {"w": fitted(x[:100], labels[:100])}

    def tell(done, total, note):
        assert note.startswith("objective 0.")
        seen.append((done, total))

    trained_from_prior(
        prior, (x, labels), unseen_rows(300, range(100, 300)),
        training=Training(epochs=2, batch=90), progress=tell,
    )  # fmt: skip
    assert seen == [(step, 4) for step in range(1, 5)]


# What was chosen by looking at the rest


@pytest.mark.parametrize("shares, priors", [(1, 1), (2, 1), (9, 1), (1, 64), (3, 5)])
def test_shares_and_priors_are_charged_to_all_certificates_and_to_their_nulls(shares, priors):
    x, labels = drawn(400, 3)
    split = replace(unseen_rows(400, range(30, 400)), shares=shares)
    prior, weights = {"w": fitted(x[:30], labels[:30])}, {"w": fitted(x, labels)}
    still = Training(epochs=0, start=0.1)
    data, given = (x, labels), {"priors": priors, "options": {"widths": 4}}
    for found in (
        from_prior(weights, prior, data, split, **given, **FEW),
        trained_from_prior(prior, data, split, training=still, **given),
    ):
        charged = {c.name: c.nats for c in found.certificate.charges}
        assert charged[CHOICE_OF_SHARE] == pytest.approx(log(shares))
        assert charged[CHOICE_OF_PRIOR] == pytest.approx(log(priors))
        assert charged["widths"] == pytest.approx(log(4))
        paid = holdout(found.null.errors, 370, DELTA / shares / priors).value
        assert found.null.value == pytest.approx(paid, rel=1e-9)


def test_what_is_assumed_of_the_limit_and_of_its_null_is_said():
    found, *_ = beating()
    independent, fixed = found.null.assumptions
    saw, rest = found.certificate.assumptions[1:]
    assert found.certificate.assumptions[0] == independent == INDEPENDENCE
    assert fixed == "the network, n and delta were fixed before these 3,980 examples were seen"
    assert saw.startswith(f"{SEEN_BY_PRIOR} 20 examples of the sample and no other")
    assert rest.startswith("fixed before the rest was seen: names, shapes and types of arrays")
    assert found.certificate.observed == "error on the rest"


@pytest.mark.parametrize(
    "given",
    [{"delta": 0.0}, {"options": 0}, {"runs": 0}, {"draws": 0}, {"priors": 0}, {"priors": 1.5}]
    + [{"null_errors": errors} for errors in (-1, 51, 0.5, True)]
    + [{"repeats": "yes"}, {"training": 3}, {"training": Training(moving=("u",))}],
)
def test_nothing_is_trained_before_all_arguments_were_looked_at(given):
    def tell(*_):
        raise AssertionError("trained")

    with pytest.raises(ValueError, match="must"):
        trained_from_prior(GOOD, (X, LABELS), HALF, **given, progress=tell)


def test_an_option_that_has_the_name_of_a_choice_is_charged_beside_it():
    x, labels = drawn(400, 3)
    split = replace(unseen_rows(400, range(30, 400)), shares=4)
    prior = {"w": fitted(x[:30], labels[:30])}
    found = from_prior(prior, prior, (x, labels), split, options={CHOICE_OF_SHARE: 8}, **FEW)
    charged = {c.name: c.bits for c in found.certificate.charges}
    assert charged[CHOICE_OF_SHARE] == pytest.approx(5)


def test_a_prediction_that_looks_at_other_rows_is_refused():
    def predict(arrays, x):
        above = x[:, 0] > np.median(x[:, 0])
        return np.stack([~above, above], axis=1).astype(float)

    data, split = drawn(400, 3), unseen_rows(400, range(30, 400))
    with pytest.raises(ValueError, match="predict must treat each row of x by itself"):
        from_prior(GOOD, GOOD, data, split, predict=predict, **FEW)


def test_outputs_of_draws_that_are_no_numbers_are_errors():
    huge = GaussianNetwork(
        (Layer("w", None), Layer("v", None)),
        {"w": np.full((2, 2), 1e308), "v": np.array([[1.0, -1], [-1, 1]])},
        {"w": np.full((2, 2), 1e-3)},
    )
    with np.errstate(all="ignore"):
        assert huge.draw_errors(np.full((3, 2), 9.0), np.zeros(3, int), 2, seed=1) == 6
    # One output is no number: for ``argmax`` it is the largest, which the label says.
    one = replace(huge, means=huge.means | {"v": np.array([[1.0, -1], [1, 1]])})
    with np.errstate(all="ignore"):
        assert one.draw_errors(np.full((3, 2), 9.0), np.zeros(3, int), 2, seed=1) == 6


def test_the_null_of_the_best_of_many_priors_is_true():
    """64 networks of risk 1/2, the best on the rest as prior: 10 of 200 may fail, 25 with 1e-5."""
    rng, failed = np.random.default_rng(4), 0
    for _ in range(200):
        best = int(rng.binomial(300, 0.5, size=64).min())
        failed += chosen_null(best, 300, DELTA, 1, priors=64).value < 0.5
        assert holdout(best, 300, DELTA).value < 0.5 or best > 120  # the control
    assert failed < 25


def test_the_null_may_be_of_a_better_network_of_the_share():
    x, labels = drawn(400, 3)
    split = unseen_rows(400, range(200, 400))
    prior = {"w": np.eye(2, DIM, dtype=np.float32)}
    weights = {"w": np.array([-TRUTH, TRUTH], np.float32)}
    weak = from_prior(weights, prior, (x, labels), split, **FEW)
    strong = from_prior(weights, prior, (x, labels), split, null_errors=20, **FEW)
    assert weak.certificate.value == strong.certificate.value
    assert weak.certificate.says_something and not strong.certificate.says_something
    assert strong.null.value == holdout(20, 200, DELTA).value
    assert "that network is not the prior, and saw the share alone" in strong.table()


def test_runs_share_the_part_of_delta_that_the_draws_have():
    x, labels = drawn(400, 3)
    split, prior = unseen_rows(400, range(30, 400)), {"w": fitted(x[:30], labels[:30])}
    one, many = (
        trained_from_prior(prior, (x, labels), split, DELTA, training=Training(epochs=0), runs=runs)
        for runs in (1, 1000)
    )
    errors = one.certificate.errors
    assert errors == many.certificate.errors
    for found, runs in (one, 1), (many, 1000):
        c = log(2 / (0.2 * DELTA / runs)) / (10 * 370)
        expected = inequalities.kl_upper(found.certificate.errors / 370, c)
        assert found.certificate.train_error == pytest.approx(expected, rel=1e-9)
        assert found.certificate.delta == DELTA
        charged = {c.name: c.nats for c in found.certificate.charges}
        assert charged["delta"] == pytest.approx(-log(0.8 * DELTA))


def test_every_network_that_may_be_chosen_has_its_part_of_delta_for_its_draws():
    """5 runs of each of 9 shares, 3 priors and 4 sets of arrays: 540 estimates that may fail."""
    x, labels = drawn(400, 3)
    split = replace(unseen_rows(400, range(30, 400)), shares=9)
    prior, still = {"w": fitted(x[:30], labels[:30])}, Training(epochs=0)
    chosen = {"priors": 3, "options": {"moving": 4}, "runs": 5}
    found = trained_from_prior(prior, (x, labels), split, DELTA, training=still, **chosen)
    c = log(2 / (0.2 * DELTA / (9 * 3 * 4 * 5))) / (10 * 370)
    expected = inequalities.kl_upper(found.certificate.errors / 370, c)
    assert found.certificate.train_error == pytest.approx(expected, rel=1e-9)


def test_more_choices_than_the_draws_have_delta_for_are_told_before_the_training():
    x, labels = drawn(400, 3)
    prior, options = {"w": fitted(x[:30], labels[:30])}, {"a": 2**600, "b": 2**600}
    with pytest.raises(ValueError, match="delta of the Monte Carlo estimate must lie in"):
        trained_from_prior(
            prior, (x, labels), unseen_rows(400, range(30, 400)), DELTA,
            options=options, progress=pytest.fail,
        )  # fmt: skip


def test_errors_of_draws_are_not_rounded_down_and_have_a_seed_of_their_own():
    found, _ = gaussian()
    split, (x, labels) = found.split, drawn(2000, 3)
    rest = x[split.bound], labels[split.bound]
    wrong = found.network.draw_errors(*rest, 10, stochastic.SEED_OF_DRAWS)
    assert found.certificate.errors * 10 >= wrong > 10 * (found.certificate.errors - 1e-9)
    assert wrong % 10, "the sample of this test has a mean that is no whole number"
    again = Generator(Philox(key=1)).standard_normal(5)
    assert not np.array_equal(again, Generator(Philox(key=1 | 1 << 64)).standard_normal(5))


# Beside a certificate by the code


def test_the_hold_out_limit_stands_beside_the_limit_by_the_code():
    x, labels = drawn(1000, 1)
    w = {"w": np.round(2 * fitted(x[:800], labels[:800])) / 2}
    found = with_holdout(w, (x, labels), range(800, 1000))
    alone = certify(w, (x, labels)).certificate
    assert found.encoded.certificate == alone
    wrong = int(((x[800:] @ w["w"].T).argmax(axis=1) != labels[800:]).sum())
    assert found.holdout.value == holdout(wrong, 200, 0.05).value
    lines = found.table().splitlines()
    assert lines[0].split() == ["by", "its", "code", "hold-out,", "as", "given"]
    shown = [printed_risk(limit.value) for limit in (alone, found.holdout)]
    assert re.split(r"\s{2,}", lines[4]) == ["risk at most", *shown]


# Bad input


X, LABELS = drawn(100, 1)
GOOD = {"w": fitted(X[:50], LABELS[:50])}
HALF = unseen_rows(100, range(50, 100))
OVERFLOWING = {"w": np.full((2, DIM), 1.7e308), "v": np.array([[1.0, -1], [-1, 1]])}  # inf - inf
CASES = {
    "prior must have the arrays w, got v": (GOOD, {"v": GOOD["w"]}, HALF),
    r"prior\['w'\] must have the shape of weights\['w'\], \(2, 12\), got \(3, 12\)": (
        GOOD,
        {"w": np.ones((3, DIM))},
        HALF,
    ),
    "split must be of the 100 rows of data, got row 100": (GOOD, GOOD, unseen_rows(101, [100])),
    "split must be a Split, got 0.5": (GOOD, GOOD, 0.5),
    "outputs of prior must be numbers, got NaN for": (GOOD, OVERFLOWING, HALF),
    r"differences of weights\['w'\] from prior must be at most 65,504, got": (
        {"w": 1e6 * np.eye(2, DIM)},
        GOOD,
        HALF,
    ),
    r"differences of weights\['w'\] from prior must be at most 65,504, got -": (
        {"w": -1e6 * np.eye(2, DIM)},
        GOOD,
        HALF,
    ),
}


@pytest.mark.parametrize("line", CASES)
def test_bad_input_is_one_line(line):
    weights, prior, split = CASES[line]
    with np.errstate(all="ignore"), pytest.raises(ValueError, match=line) as told:
        weights = prior if "NaN" in line else weights
        from_prior(weights, prior, (X, LABELS), split, **FEW)
    assert "\n" not in str(told.value)


def test_an_example_that_both_parts_have_is_refused_unless_so_drawn():
    x, labels = X.copy(), LABELS.copy()
    x[60], labels[60] = x[10], labels[10]
    with pytest.raises(ValueError, match="examples must not repeat, unless so drawn"):
        from_prior(GOOD, GOOD, (x, labels), HALF, **FEW)
    found = from_prior(GOOD, GOOD, (x, labels), HALF, repeats="drawn", **FEW)
    assert "repeats among them" in str(found.certificate)


def test_a_gaussian_prior_must_be_dense_and_have_the_arrays_that_move():
    from stablenoise.layers.architecture import of_dense_layers

    two = {"w": np.ones((3, DIM)), "v": np.ones((2, 3))}
    tanh = of_dense_layers(2, "tanh")
    with pytest.raises(ValueError, match="prior must be of dense layers with relu between, got"):
        trained_from_prior(two, (X, LABELS), HALF, architecture=tanh)
    with pytest.raises(ValueError, match="moving must name arrays of w, v, got 'u'"):
        trained_from_prior(two, (X, LABELS), HALF, training=Training(moving=("u",)))
