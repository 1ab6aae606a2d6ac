"""Lower bounds on the bits of a learned classifier against exact entropies.

Codes such as B16 are those of the checks listed in the theory.
"""

from itertools import product
from math import log

import mpmath
import numpy as np
import pytest

from compress.certificates.information import jensen_shannon_bits, min_bits


def bernoulli_entropy(p):
    p = np.asarray(p)
    with np.errstate(divide="ignore", invalid="ignore"):
        return -np.nan_to_num(p * np.log2(p)) - np.nan_to_num((1 - p) * np.log2(1 - p))


def test_the_bound_of_zhou_is_n_times_a_jensen_shannon_divergence():
    """B15, by their formula: g = h(1/2) - l h(p) - (1 - l) h(q), in bits here."""
    a, b = np.meshgrid(np.linspace(0.01, 0.98, 60), np.linspace(0.02, 0.99, 60))
    p, q, l = 1 / (1 + b / a), 1 / (1 + (1 - b) / (1 - a)), (a + b) / 2  # noqa: E741
    g = 1 - l * bernoulli_entropy(p) - (1 - l) * bernoulli_entropy(q)
    np.testing.assert_allclose(jensen_shannon_bits(a, b, 1), g, rtol=0, atol=1e-12)
    jsd = bernoulli_entropy((a + b) / 2) - (bernoulli_entropy(a) + bernoulli_entropy(b)) / 2
    np.testing.assert_allclose(jensen_shannon_bits(a, b, 7), 7 * jsd, rtol=0, atol=1e-11)


def learning_problem(rng):
    """Entropy of what is learned, mean training and test error, n: all by enumeration, in bits."""
    atoms, n, classifiers = rng.integers(2, 6), rng.integers(1, 5), rng.integers(2, 9)
    chances = rng.dirichlet(np.full(atoms, rng.uniform(0.3, 3)))
    losses = rng.integers(2, size=(classifiers, atoms))
    samples = np.array(list(product(range(atoms), repeat=int(n))))
    weights = chances[samples].prod(axis=1)
    train = losses[:, samples].mean(axis=2)
    learned = train.argmin(axis=0)
    shares = np.bincount(learned, weights)
    entropy = -(shares[shares > 0] * np.log2(shares[shares > 0])).sum()
    a = weights @ train[learned, np.arange(len(samples))]
    return entropy, a, weights @ (losses @ chances)[learned], int(n)


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_learned_has_at_least_the_entropy_of_the_bound(seed):
    """B16: 400 problems, exactly; the bounds of Zhou and of Xu and Raginsky are weaker."""
    rng, ratios = np.random.default_rng(seed), []
    for _ in range(400):
        entropy, a, b, n = learning_problem(rng)
        a, b = min(a, 1.0), min(b, 1.0)
        found = [min_bits(a, b, n), jensen_shannon_bits(a, b, n), 2 * n * (b - a) ** 2 / log(2)]
        assert found[0] >= max(found[1:]) - 1e-12
        assert found[0] <= entropy + 1e-12
        if entropy > 1e-6:
            ratios.append(np.array(found) / entropy)
    most = np.max(ratios, axis=0)
    assert 0.9 < most[0] <= 1 and most[1] < 0.5 and most[2] < 0.85


@pytest.mark.parametrize("k", [2, 10])
def test_random_labels_learned_by_heart_take_all_their_bits(k):
    """B17: exactly n log2 k, where the bound of Zhou has 0.216 of 0.693 nats at k = 2."""
    assert min_bits(0, 1 - 1 / k, 1_000) == pytest.approx(1_000 * np.log2(k), rel=1e-13)
    if k == 2:
        assert jensen_shannon_bits(0, 0.5, 1) * log(2) == pytest.approx(0.216, abs=5e-4)


def test_nothing_is_needed_without_a_gap():
    assert min_bits([0, 0.3, 1], [0, 0.3, 1], 100).tolist() == [0, 0, 0]
    assert jensen_shannon_bits(0.3, 0.3, 100) == 0
    assert min_bits(0.5, [0.0, 1.0], 10).tolist() == [np.inf, np.inf]


@pytest.mark.parametrize(
    "line, call",
    [
        ("train_error must lie in [0, 1], got 1.1", lambda: min_bits(1.1, 0.5, 10)),
        ("test_error must lie in [0, 1], got nan", lambda: jensen_shannon_bits(0.1, np.nan, 10)),
        ("n must be an integer in [1, 2^53), got 0.0", lambda: min_bits(0.1, 0.5, 0)),
    ],
)
def test_bad_input_is_refused_in_one_line(line, call):
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == line


def test_least_bits_are_not_above_the_exact_ones():
    rng = np.random.default_rng(2)
    for _ in range(500):
        a, b = sorted(rng.random(2))
        with mpmath.workdps(50):
            exact = 1000 * exact_kl(mpmath.mpf(a), mpmath.mpf(b)) / mpmath.log(2)
            middle = (mpmath.mpf(a) + mpmath.mpf(b)) / 2
            weaker = 500 * (exact_kl(a, middle) + exact_kl(b, middle)) / mpmath.log(2)
        assert exact * (1 - 1e-13) <= min_bits(a, b, 1000) <= exact
        if b - a > 0.1:  # the middle is a float: nearby errors are another pair
            assert jensen_shannon_bits(a, b, 1000) <= weaker * (1 + 1e-15)


def exact_kl(q, p):
    q, p = mpmath.mpf(q), mpmath.mpf(p)
    return q * mpmath.log(q / p) + (1 - q) * mpmath.log((1 - q) / (1 - p))
