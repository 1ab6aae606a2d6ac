"""Linear classifiers with limits beside hold-outs: what B-4-digits-null and its like compute."""

import numpy as np
import pytest

from compress.certificates import holdout, occam
from compress.coding.length import code_length
from paper_checks.claims import (
    zhou_limit_beside_holdout_digits,
    zhou_limit_beside_holdout_ecg5000,
)
from paper_checks.experiments import softmax_limits
from paper_checks.experiments.softmax_limits import Problem


def made_problem(n=120):
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 3, n)
    x = rng.normal(size=(n, 6)) + 2 * np.eye(6)[labels]
    return Problem(x, labels, 0.3, 4)


def test_softmax_regression_follows_its_gradient(monkeypatch):
    """One step against central differences of the mean loss; weights that are zero stay."""
    monkeypatch.setattr(softmax_limits, "STEPS", 1)
    problem = made_problem(9)
    w = np.random.default_rng(2).normal(size=(3, 6))
    w[0, :3] = 0

    def loss(w):
        scores = problem.x @ w.T
        fit = np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(9), problem.labels]
        return fit.mean() + softmax_limits.DECAY * (w**2).sum() / 2

    units = 1e-5 * np.eye(18).reshape(18, 3, 6)
    slopes = np.reshape([(loss(w + u) - loss(w - u)) / 2e-5 for u in units], w.shape)
    step = softmax_limits.trained(problem, w) - w
    np.testing.assert_allclose(step, np.where(w != 0, -problem.step * slopes, 0), atol=1e-8)


def test_a_row_has_the_limits_of_its_sample_and_what_is_between_them():
    problem, n = made_problem(), 80
    row = softmax_limits.limits(np.random.default_rng(3), problem, n)
    sample = problem.part(np.random.default_rng(3).permutation(120)[:n])
    half = softmax_limits.trained(sample.part(np.s_[:40]))
    wrong = int(((sample.x[40:] @ half.T).argmax(axis=1) != sample.labels[40:]).sum())
    null = holdout(wrong, 40, 0.05).value
    code = code_length(softmax_limits.compressed(sample))
    errors = int(((sample.x @ code.decoded.T).argmax(axis=1) != sample.labels).sum())
    bits = {"code": code.charged, "settings": np.log2(18)}
    coded = occam(errors, n, bits, 0.05, prefix=None).value
    picked = softmax_limits.picks(sample)
    assert row[:3] == [null, null - coded, picked.null.value - picked.certificate.value]
    told = [coded, code.charged, errors / n, picked.certificate.value, len(picked.indices)]
    assert row[3:] == pytest.approx([*told, picked.null.value])


def test_random_labels_are_those_of_other_examples():
    problem = made_problem()
    right = softmax_limits.limits(np.random.default_rng(3), problem, 80)
    random = softmax_limits.limits(np.random.default_rng(3), problem, 80, random=True)
    assert random[0] > 0.5 > right[0]


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        (zhou_limit_beside_holdout_digits.CLAIM, {"10%": 0.1, "30%": -0.3, "5%": -0.05}),
        (zhou_limit_beside_holdout_ecg5000.CLAIM, {"below 5%": 0.05, "more than 5%": -0.05}),
    ],
)
def test_numbers_of_a_sentence_are_judged(claim, told):
    judged = [quantity.rule.high for quantity in claim.quantities if quantity.rule]
    for words, value in told.items():
        assert words in claim.statement and value in judged
    assert len({quantity.label for quantity in claim.quantities}) == 9


def test_the_digits_are_all_of_them_and_the_sample_is_that_of_b_4_digits():
    problem = softmax_limits.digits()
    assert problem.x.shape == (1797, 64) and problem.classes == 10
    assert zhou_limit_beside_holdout_digits.SAMPLE == 1437
    if not softmax_limits.missing_beats():
        assert softmax_limits.beats().x.shape == (5000, 140)
        assert softmax_limits.beats().classes == 2
