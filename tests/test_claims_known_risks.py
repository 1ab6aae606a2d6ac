"""Tables of labels whose risk is known: what claims B-7 and B-8 draw, choose and charge."""

from itertools import islice
from math import comb, fsum, log, log2

import numpy as np
import pytest
from scipy.special import expit, rel_entr

from compress.certificates import (
    MonteCarlo,
    disagreement,
    holdout,
    occam,
    pac_bayes,
    picking,
    preferent_compression,
    sample_compression,
)
from compress.certificates.sample import checked_sample
from paper_checks import registry
from paper_checks.claim import Verdict, judge, overall
from paper_checks.experiments import (
    known_risks,
    posterior_tables,
    subset_tables,
    surrogate_tables,
    unseen_tables,
)
from paper_checks.experiments.known_risks import CELLS, EXAMPLES, PARTS, SAMPLES

MODULES = [posterior_tables, unseen_tables, subset_tables, surrogate_tables]
ONE = 11  # of the samples of a row, looked at alone


def fresh(n, seed):
    rng = np.random.default_rng(seed)
    cells = rng.integers(CELLS, size=n)
    return cells, (cells >= CELLS // 2) ^ (rng.uniform(size=n) < known_risks.FLIPPED)


@pytest.mark.parametrize("parts", PARTS)
def test_the_risk_of_a_table_is_that_of_fresh_examples(parts):
    """100,000 of them: 5 standard errors are 0.008; of a random table labels are drawn anew."""
    rng = np.random.default_rng(parts)
    ones = rng.uniform(size=parts)
    cells, labels = fresh(100_000, 1)
    said = rng.uniform(size=cells.size) < ones[cells // (CELLS // parts)]
    assert known_risks.risk(ones) == pytest.approx((said != labels).mean(), abs=0.008)
    truth = (np.arange(parts) >= parts // 2).astype(float)
    assert known_risks.risk(truth) == pytest.approx(known_risks.FLIPPED)
    assert known_risks.risk(1 - truth) == pytest.approx(1 - known_risks.FLIPPED)


def test_counts_are_those_of_each_example():
    sample = known_risks.drawn(np.random.default_rng(1))
    for parts in PARTS:
        counts = sample.counts(parts)
        assert counts.shape == (SAMPLES, parts, 2) and (counts.sum(axis=(1, 2)) == EXAMPLES).all()
        part = sample.cells[ONE] // (CELLS // parts)
        for i in range(parts):
            seen = [((part == i) & (sample.labels[ONE] == y)).sum() for y in (0, 1)]
            assert counts[ONE, i].tolist() == seen
    first, second = sample.halves()
    whole = first.counts(16) + second.counts(16)
    np.testing.assert_array_equal(whole, sample.counts(16))


def test_errors_are_those_of_each_example():
    sample = known_risks.drawn(np.random.default_rng(2))
    ones = np.random.default_rng(3).integers(2, size=(SAMPLES, 16))
    said = ones[ONE, sample.cells[ONE] // (CELLS // 16)]
    found = known_risks.errors(ones, sample.counts(16))
    assert found[ONE] == (said != sample.labels[ONE]).sum()


@pytest.mark.parametrize("module", MODULES)
def test_a_row_has_how_often_limits_are_below_risks_and_their_means(module):
    outcomes = module.chosen(np.random.default_rng(5), True)
    assert tuple(outcomes) == module.LABELS
    row = known_risks.row(np.random.default_rng(5), module.chosen, True)
    fails = [(each.limits < each.risks).mean() for each in outcomes.values()]
    means = [x for each in outcomes.values() for x in (each.limits.mean(), each.risks.mean())]
    assert row == [*fails, *means]
    bare = module.chosen(np.random.default_rng(5), False)
    assert all((bare[k].limits <= outcomes[k].limits).mean() > 0.9 for k in module.LABELS)


def test_limits_of_posteriors_are_those_of_the_certificate():
    rng = np.random.default_rng(6)
    found = posterior_tables.chosen(np.random.default_rng(6), True)
    sample = known_risks.drawn(rng)
    limits = {form: [] for form in posterior_tables.FORMS}
    for parts in PARTS:
        n0, n1 = sample.counts(parts)[ONE].T
        for slope in posterior_tables.SLOPES:
            p = expit(slope * (n1 - n0))
            kl = fsum(rel_entr(p, 0.5) + rel_entr(1 - p, 0.5)) + log(len(PARTS))
            errors = float(n0 @ p + n1 @ (1 - p))
            for form, smaller in limits.items():
                made = pac_bayes(errors, EXAMPLES, kl, 0.05, kind="stochastic", form=form)
                smaller.append(made.value)
    for form, smaller in limits.items():
        assert found[form].limits[ONE] == pytest.approx(min(smaller), rel=1e-7)


def test_drawn_tables_err_as_often_as_the_mean_says_and_are_charged_as_monte_carlo():
    """500 samples of 100 tables each: their mean is within 6 standard errors."""
    posterior = posterior_tables._posteriors(np.random.default_rng(1))[4]
    drawn = posterior.drawn_errors(np.random.default_rng(2), np.arange(SAMPLES))
    exact = known_risks.errors(*posterior)
    assert abs((drawn - exact).mean()) < 6 * drawn.std() / np.sqrt(SAMPLES * 100) * 10
    found = posterior_tables.chosen(np.random.default_rng(6), True)["Monte Carlo"]
    least = posterior_tables.chosen(np.random.default_rng(6), True)["maurer"]
    assert (found.limits > least.limits).all()
    one = MonteCarlo(posterior_tables.DRAWS, posterior_tables.SPENT)
    made = pac_bayes(20.0, EXAMPLES, log(3), 0.05, kind="stochastic", monte_carlo=one)
    upper = posterior_tables.kl_upper(0.1, log(2 / 0.01) / 100)
    assert made.value == pytest.approx(
        posterior_tables.maurer(upper, EXAMPLES, log(3), 0.04), rel=1e-12
    )


def test_limits_by_unseen_examples_are_those_of_the_certificates():
    found = unseen_tables.chosen(np.random.default_rng(7), True)
    seen, unseen = known_risks.drawn(np.random.default_rng(7)).halves()
    a, b = seen.counts(64)[ONE], unseen.counts(64)[ONE]
    table = a[:, 1] > a[:, 0]
    wrong = np.where(table, b[:, 0], b[:, 1])
    assert found["hold-out"].limits[ONE] == holdout(int(wrong.sum()), 100, 0.05).value
    gains = np.sort(2 * wrong - b.sum(axis=1))[::-1]
    errors = wrong.sum() - np.concatenate([[0], gains.cumsum()])
    made = [
        occam(int(e), 100, log2(comb(64, k) * 65), 0.05, prefix=None).value
        for k, e in enumerate(errors)
    ]
    assert found["changes of a table"].limits[ONE] == pytest.approx(min(made), rel=1e-9)


def best_subsets(counts):
    """Errors of the tables of the best m parts, in plain Python."""
    gains = sorted((n1 - n0 for n0, n1 in counts if n1), reverse=True)[: subset_tables.MOST]
    wrong = [int(counts[:, 1].sum())]
    for gain in gains:
        wrong.append(wrong[-1] - int(gain))
    return wrong


def test_limits_by_any_examples_are_those_of_the_certificate():
    found = subset_tables.chosen(np.random.default_rng(8), True)["any examples"]
    sample = known_risks.drawn(np.random.default_rng(8))
    made = [
        sample_compression(EXAMPLES, m, errors, 0.05, message=log2(3)).value
        for parts in PARTS
        for m, errors in enumerate(best_subsets(sample.counts(parts)[ONE]))
    ]
    assert found.limits[ONE] == pytest.approx(min(made), rel=1e-9)


def test_examples_of_a_preference_are_those_that_pick_to_learn_would_pick():
    """A learner of tables; the worst example is the first of a part without a picked one."""
    sample = known_risks.drawn(np.random.default_rng(9))
    cells, labels = sample.cells[ONE], sample.labels[ONE].astype(int)
    x = np.stack([cells, np.arange(EXAMPLES)], axis=1).astype(float)

    def fit(x, labels):
        return np.unique(x[labels == 1, 0] // (CELLS // 16))

    def predict(parts, x):
        """In a part of a picked example 1 wins, elsewhere 0, the more the earlier it came."""
        inside = np.isin(x[:, 0] // (CELLS // 16), parts)
        return np.stack([np.where(inside, -1e-9, 1e3 - x[:, 1]), np.zeros(len(x))], axis=1)

    learner = picking.Learner(fit, predict, checked_sample(x, labels))
    tables = subset_tables._first_parts(sample, 16)
    first = np.flatnonzero(labels)[0]
    looks = picks_from(learner, int(first))
    for m, seen in enumerate(islice(looks, 6), 1):
        assert len(seen.chosen) == m and seen.errors == tables.wrong[m, ONE]
        ones = np.isin(np.arange(16), seen.network)
        assert known_risks.risk(ones) == pytest.approx(tables.risks[m, ONE])


def picks_from(learner, first):
    """As ``picks``, from the first example of label 1, which is the worst of the empty table."""
    moved = np.r_[first, np.delete(np.arange(EXAMPLES), first)]
    x, labels = learner.sample.x[moved], learner.sample.labels[moved]
    return picking.Learner(learner.fit, learner.predict, checked_sample(x, labels)).picks(1)


def test_limits_of_a_preference_are_those_of_the_certificate():
    found = subset_tables.chosen(np.random.default_rng(8), True)["examples of a preference"]
    sample = known_risks.drawn(np.random.default_rng(8))
    looks = log2(3 * (subset_tables.MOST + 1))
    made = []
    for parts in PARTS:
        wrong = subset_tables._first_parts(sample, parts).wrong[:, ONE]
        most = (sample.counts(parts)[ONE, :, 1] > 0).sum()
        made += [
            preferent_compression(EXAMPLES, m, int(e), 0.05, options=looks).value
            for m, e in enumerate(wrong[: most + 1])
        ]
    assert found.limits[ONE] == pytest.approx(min(made), rel=1e-9)


def test_limits_through_a_surrogate_are_those_of_the_certificate():
    found = surrogate_tables.chosen(np.random.default_rng(4), True)
    rng = np.random.default_rng(4)
    sample, inputs = known_risks.drawn(rng), known_risks.drawn(rng, 1000)
    counts = sample.counts(CELLS)[ONE]
    target = counts[:, 1] >= counts[:, 0]
    made = []
    for parts in PARTS:
        n0, n1 = sample.counts(parts)[ONE].T
        table = np.repeat(n1 >= n0, CELLS // parts)
        errors = int(np.where(table, counts[:, 0], counts[:, 1]).sum())
        limit = occam(errors, EXAMPLES, parts + log2(3), 0.025, prefix=None)
        differ = int((table != target)[inputs.cells[ONE]].sum())
        free = disagreement(limit, differ, 1000, 0.025)
        paid = disagreement(limit, differ, 1000, 0.025, bits=log2(3))
        made.append((limit.value, free.value, paid.value))
    by_limit, by_sum = (found[label].limits[ONE] for label in surrogate_tables.LABELS)
    assert by_limit == pytest.approx(min(made)[1], rel=1e-9)
    assert by_sum == pytest.approx(min(paid for _, _, paid in made), rel=1e-9)
    assert found[surrogate_tables.LABELS[0]].risks[ONE] == known_risks.risk(target)


def test_three_standard_errors_are_those_of_ten_thousand_samples():
    assert known_risks.ROWS * SAMPLES == 10_000
    assert known_risks.MOST == pytest.approx(0.05654, abs=5e-6)
    claims = registry.all_claims()
    pairs = [name for name in claims if name.startswith(("zhou_limit_holds", "zhou_limit_without"))]
    assert len(pairs) == 10 and {claims[name].smoke for name in pairs} == {known_risks.ROWS}


def test_a_form_that_holds_and_one_that_fails_are_told_apart():
    """By rows that are made up: a share of 4% is within the rule, one of 8% is not."""
    claim = registry.all_claims()["zhou_limit_holds_subset"]
    for share, verdict in (0.036, Verdict.CONSISTENT), (0.08, Verdict.CONTRADICTED):
        rows = np.tile([share, 0.0, 0.3, 0.2, 0.3, 0.2], (known_risks.ROWS, 1))
        assert overall(judge(claim.quantities, rows, 1e-4)) is verdict
