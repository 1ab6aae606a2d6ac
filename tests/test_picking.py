"""Networks of examples that were picked worst first: the preference, and what is said of them."""

import json
from dataclasses import replace
from itertools import islice, pairwise, product
from math import log2

import numpy as np
import pytest

from compress.certificates import holdout, pick_to_learn, picking, preferent_compression
from compress.certificates.limits import printed_risk
from compress.certificates.sample import checked_sample

CLASSES = 3


def means(x, labels):
    """Mean of each class, the middle of all where it has no example; sums are exact on integers."""
    rows = [x[labels == c] if (labels == c).any() else x for c in range(CLASSES)]
    return np.stack([each.mean(axis=0) for each in rows])


def nearness(network, x):
    """Each row by itself, in the same order whatever the others are."""
    return -((x[:, None, :] - network) ** 2).sum(axis=2)


def clouds(n, seed, spread=1.0):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, CLASSES, n)
    return spread * rng.normal(size=(n, 2)) + 2 * np.eye(CLASSES)[labels][:, :2], labels


def looks(x, labels, batch, most):
    learner = picking.Learner(means, nearness, checked_sample(x, labels, "drawn"))
    return list(islice(learner.picks(batch), most))


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("seed", range(6))
def test_a_part_with_the_picked_and_the_wrong_ones_leads_to_the_same_network(batch, seed):
    """All that the proof of the limit asks of the rule, at every number of steps."""
    x, labels = clouds(80, seed)
    rng = np.random.default_rng(seed)
    for steps, seen in enumerate(looks(x, labels, batch, 8), 1):
        wrong = nearness(seen.network, x).argmax(axis=1) != labels
        held = np.union1d(seen.chosen, np.flatnonzero(wrong | (rng.random(80) < 0.3)))
        again = looks(x[held], labels[held], batch, steps)[-1]
        np.testing.assert_array_equal(held[again.chosen], seen.chosen)
        np.testing.assert_array_equal(again.network, seen.network)
        assert again.errors == seen.errors


def test_each_step_picks_the_worst_of_the_wrong_ones_that_are_left():
    x, labels = clouds(60, 3)
    seen = looks(x, labels, 2, 5)
    assert seen[0].chosen.tolist() == [0, 1]
    for before, after in pairwise(seen):
        outputs = nearness(before.network, x)
        own = outputs[np.arange(60), labels]
        excess = np.max(outputs - 1e9 * np.eye(CLASSES)[labels], axis=1) - own
        left = np.setdiff1d(np.arange(60), before.chosen)
        expected = sorted(left[np.argsort(-excess[left])[:2]].tolist())
        assert sorted(set(after.chosen.tolist()) - set(before.chosen.tolist())) == expected


def test_what_is_returned_is_the_smallest_limit_of_the_course():
    x, labels = clouds(200, 1)
    picked = pick_to_learn(means, nearness, (x, labels), 0.1, batch=3, steps=20, patience=20)
    limits = [look.limit for look in picked.course]
    best = picked.course[int(np.argmin(limits))]
    assert picked.certificate.value == best.limit and len(picked.indices) == best.m
    options = {"steps": log2(20)}
    again = preferent_compression(200, best.m, best.errors, 0.1, options=options)
    assert again.value == best.limit and picked.certificate.charges == again.charges
    np.testing.assert_array_equal(picked.network, means(x[picked.indices], labels[picked.indices]))
    wrong = nearness(picked.network, x).argmax(axis=1) != labels
    wrong[picked.indices] = False
    assert wrong.sum() == best.errors
    dumped = json.dumps({k: v for k, v in picked.to_dict().items() if k != "network"})
    assert len(json.loads(dumped)["course"]) == len(picked.course)


def test_the_search_ends_when_it_waits_too_long_or_when_nothing_is_wrong():
    x, labels = clouds(200, 1)
    whole = pick_to_learn(means, nearness, (x, labels), batch=3, steps=50, patience=50)
    short = pick_to_learn(means, nearness, (x, labels), batch=3, steps=50, patience=1)
    assert short.course == whole.course[: len(short.course)]
    limits = [look.limit for look in short.course]
    assert limits[-1] >= limits[-2] and (np.diff(limits[:-1]) < 0).all()
    apart = pick_to_learn(means, nearness, clouds(300, 2, spread=0.05), batch=6, steps=50)
    assert apart.course[-1].errors == 0 and len(apart.course) < 10


def test_the_hold_out_is_that_of_a_network_of_a_share_that_was_fixed_before():
    x, labels = clouds(101, 5)
    for share, m in (0.5, 50), (0.3, 30), (0.999, 100), (1e-9, 1):
        how = {"batch": 2, "steps": 5, "seed": 7, "null_share": share}
        picked = pick_to_learn(means, nearness, (x, labels), **how)
        order = np.random.default_rng(7).permutation(101)
        inside, rest = np.sort(order[:m]), order[m:]
        wrong = nearness(means(x[inside], labels[inside]), x[rest]).argmax(axis=1) != labels[rest]
        assert picked.null == holdout(int(wrong.sum()), 101 - m, 0.05)
        assert f"hold-out of other {m}: risk at most" in str(picked) or picked.null.vacuous
        ours, its = (printed_risk(limit.value) for limit in (picked.certificate, picked.null))
        told = "which is more" if ours < its else "it says more" if its < ours else "is as much"
        *_, held, both = str(picked).splitlines()
        assert held.endswith(told)
        assert both == "both limits hold together at confidence 1 - 0.1"


def test_a_hold_out_is_less_as_much_or_more_by_what_is_printed():
    limit = preferent_compression(1000, 30, 0, 0.05)
    picked = [
        picking.Picked(None, np.arange(30), replace(limit, value=null.value + more), (), null)
        for null in [holdout(20, 500, 0.05)]
        for more in (-1e-3, -1e-9, 1e-9, 1e-3)
    ]
    said = [str(each).splitlines()[-2].rsplit("which is ", 1)[1] for each in picked]
    assert said == ["more", "as much", "as much", "less: it says more"]


def test_a_hold_out_holds_whatever_the_picking_saw():
    """Coins: the risk is 1/2.  At level 0.05 over 20 samples more than 6 fail with chance 4e-5.

    One of as many examples as were picked, a number chosen by all of them, fails in most.
    """

    def predict(m, x):
        waves = np.sin(x[:, 0] * 1e4 * (m + 1.7) + m * m) * 43758.5453
        says = (waves - np.floor(waves) < 0.5).astype(float)
        return np.stack([1 - says, says], axis=1)

    fails = np.zeros(2)
    for seed in range(20):
        rng = np.random.default_rng(seed)
        data = rng.normal(size=(400, 1)), rng.integers(0, 2, 400)
        how = {"batch": 2, "steps": 12, "patience": 12}
        picked = pick_to_learn(lambda x, labels: len(x), predict, data, **how)
        fails += [picked.certificate.value < 0.5, picked.null.value < 0.5]
    assert (fails <= 6).all()


def test_the_hold_out_can_be_left_out():
    calls = []

    def fit(x, labels):
        calls.append(len(x))
        return means(x, labels)

    picked = pick_to_learn(fit, nearness, clouds(100, 5), batch=2, steps=5, null_share=None)
    assert picked.null is None and "hold-out" not in str(picked) + repr(picked)
    assert calls == [*(look.m for look in picked.course), len(picked.indices)]


def test_rules_that_were_tried_are_charged():
    how = {"batch": 2, "steps": 5}
    free = pick_to_learn(means, nearness, clouds(100, 5), **how).certificate
    paid = pick_to_learn(means, nearness, clouds(100, 5), **how, options={"batches": 8}).certificate
    assert [charge.name for charge in paid.charges] == ["steps", "batches", "delta"]
    assert paid.nats == pytest.approx(free.nats + np.log(8)) and paid.value > free.value


def test_a_prediction_that_looks_at_other_rows_is_refused():
    def predict(network, x):
        above = x[:, 0] > np.median(x[:, 0])
        return np.stack([~above, above], axis=1).astype(float)

    rng = np.random.default_rng(1)
    x = rng.normal(size=(200, 2))
    with pytest.raises(ValueError, match="predict must treat each row of x by itself"):
        pick_to_learn(means, predict, (x, (x[:, 0] > 0.5).astype(int)), batch=2)


def test_two_examples_are_a_sample():
    picked = pick_to_learn(means, nearness, ([[0.0, 0.0], [3.0, 3.0]], [0, 1]), batch=1)
    assert (picked.certificate.n, picked.null.n) == (2, 1)


def test_examples_are_handed_on_in_the_order_of_the_sample_and_told_rising():
    x, labels = clouds(100, 8, spread=0.4)
    numbered, seen = np.c_[x, np.arange(100)], []

    def fit(x, labels):
        seen.append(x[:, 2].copy())
        return means(x[:, :2], labels)

    def predict(network, x):
        return nearness(network, x[:, :2])

    picked = pick_to_learn(fit, predict, (numbered, labels), batch=3, steps=9, patience=9)
    assert all((np.diff(rows) > 0).all() for rows in seen) and len(picked.indices) > 3
    assert (np.diff(picked.indices) > 0).all()
    assert str(picked).count("drawn independently") == 1


LAW = {(0, 0): 0.3, (0, 1): 0.2, (1, 0): 0.2, (1, 1): 0.3}  # of (x, y)


def majority(x, labels):
    return np.array([(2 * labels[x[:, 0] == each] - 1).sum() for each in (0, 1)])


def by_majority(votes, x):
    return np.stack([0 * x[:, 0], votes[x[:, 0].astype(int)]], axis=1)


def numbers_of_looks(sample, most):
    """Chosen examples, errors among the others, and risk, of so many looks."""
    x, labels = np.array([[z[0]] for z in sample]), np.array([z[1] for z in sample])
    learner = picking.Learner(majority, by_majority, checked_sample(x, labels, "drawn"))
    for seen in islice(learner.picks(1), most):
        risk = sum(p for (a, b), p in LAW.items() if (seen.network[a] > 0) != b)
        yield len(seen.chosen), seen.errors, risk


def test_it_holds_over_all_samples_and_fails_if_what_was_picked_is_no_error():
    """All 1,024 samples of 5, with ties and noise; the control counts the wrong ones alone."""
    n, delta, fails, control = 5, 0.6, 0.0, 0.0
    options = {"options": log2(n)}
    limits = [preferent_compression(n, 0, k, delta, **options).value for k in range(n + 1)]
    for sample in product(LAW, repeat=n):
        looks, mass = list(numbers_of_looks(sample, n)), np.prod([LAW[z] for z in sample])
        limit, risk = min((limits[m + errors], risk) for m, errors, risk in looks)
        fails += mass * (limit < risk)
        limit, risk = min((limits[errors], risk) for m, errors, risk in looks)
        control += mass * (limit < risk)
    assert fails <= delta < control


def test_a_fit_that_is_not_the_same_twice_is_refused():
    rng = np.random.default_rng(1)

    def fit(x, labels):
        return means(x, labels) + 1e-9 * rng.normal()

    with pytest.raises(ValueError, match="fit must make the same network of the same"):
        pick_to_learn(fit, nearness, clouds(30, 1), batch=2, steps=3)


def test_a_row_with_a_nan_is_wrong_and_the_worst():
    x, labels = clouds(40, 1)

    def predict(network, rows):
        outputs = nearness(network, rows)
        outputs[rows[:, 0] == x[30, 0]] = np.nan
        return outputs

    picked = pick_to_learn(means, predict, (x, labels), batch=1, steps=2, patience=2)
    assert picked.course[1].m == 2
    learner = picking.Learner(means, predict, checked_sample(x, labels))
    seen = list(islice(learner.picks(1), 2))
    assert 30 in seen[1].chosen
    wrong = nearness(seen[0].network, x).argmax(axis=1) != labels
    wrong[30], wrong[seen[0].chosen] = True, False
    assert seen[0].errors == wrong.sum() < 40  # the other rows are as they were


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"batch": 0}, r"batch must be an integer in \[1, "),
        ({"steps": 0}, r"steps must be an integer in \[1, "),
        ({"patience": 0}, r"patience must be an integer in \[1, "),
        ({"seed": -1}, r"seed must be an integer in \[0, "),
        ({"null_share": 1}, r"null_share must lie in \(0, 1\), got 1"),
        ({"options": 0}, r"options must be an integer in \[1, "),
        ({"delta": 1}, r"delta must lie in \(0, 1\), got 1"),
        ({"fit": 3}, "fit must be a function of examples and their labels, got 3"),
        ({"predict": 3}, "predict must be a function of a network and inputs, got 3"),
        ({"data": (np.ones((1, 2)), [0])}, "data must have 2 examples or more, got 1"),
        ({"data": (np.ones((5, 2)), [0] * 5)}, "examples must not repeat, unless so drawn"),
        ({"predict": lambda network, x: x[:3]}, r"predict must give outputs of shape \(30, "),
        (
            {"predict": lambda x, network: nearness(network.mean, x)},
            "predict must be a function of",
        ),
        ({"fit": lambda network, x: network.means}, "fit must be a function of examples and their"),
    ],
)
def test_bad_input_is_one_line(given, line):
    fits = []

    def fit(x, labels):
        fits.append(len(x))
        return means(x, labels)

    arguments = {"fit": fit, "predict": nearness, "data": clouds(30, 1)} | given
    with pytest.raises(ValueError, match=line) as told:
        pick_to_learn(**arguments)
    assert "\n" not in str(told.value) and (not fits or "predict must" in line)
