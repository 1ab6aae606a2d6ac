"""What is known of each bad sampler of numbers: its law, or what its draws show and others do not.

``FACTS`` has for each name a question on draws; each is answered no by draws that are right, where
it does not compare two samplers bit by bit.
"""

from collections.abc import Callable
from math import pi, sqrt

import numpy as np
from scipy.stats import binom, kstest, norm

from stablenoise import Stable
from stablenoise.examine.zoo import Fault

FALSE_ALARMS = 1e-6  # of each question; seeds are fixed
N = 1 << 14
LAW, CAUCHY = Stable(1.5), Stable(1.0)
Fact = Callable[[Fault], bool]


def drawn(fault: Fault, n: int = N, seed: int = 1) -> np.ndarray:
    return fault.draw(n, np.random.default_rng(seed))


def could_be(x: np.ndarray, cdf: Callable) -> bool:
    """Whether independent draws pass the test of Kolmogorov and Smirnov."""
    return kstest(cdf(x), "uniform").pvalue > FALSE_ALARMS


def is_surely_not(x: np.ndarray, law: Stable) -> bool:
    """Whether Kolmogorov and Smirnov refuse the law at 1e-9."""
    return kstest(law.cdf(x), "uniform").pvalue < 1e-9


def same_draws(claimed: Stable, other: Stable, fault: Fault) -> bool:
    """Draws of another law, but for rounding; four numbers are shifted by less than 1e-12."""
    own = other.rvs(N, rng=np.random.default_rng(1))
    four = [[law.alpha, law.beta, law.scale, law.loc] for law in (claimed, fault.law)]
    same_claim = np.allclose(*four, rtol=1e-12, atol=1e-12)
    return same_claim and np.allclose(drawn(fault), own, rtol=1e-12, atol=1e-12)


def of(law: Stable, fault: Fault, n: int = 4 * N) -> bool:
    """Draws of another law, which the claimed law is not."""
    x = drawn(fault, n)
    return could_be(x, law.cdf) and is_surely_not(x, fault.law)


def of_family(cdf: Callable, fault: Fault, n: int = 16 * N) -> bool:
    """Draws of another family."""
    x = drawn(fault, n)
    return could_be(x, cdf) and is_surely_not(x, fault.law)


def of_no_law(fault: Fault) -> bool:
    """Draws of none that has a name."""
    return is_surely_not(drawn(fault, 4 * N), fault.law)


def two_sided(count: int, n: int, probability: float) -> float:
    return float(
        2 * min(binom.cdf(count, n, probability), binom.sf(count - 1, n, probability), 0.5)
    )


def ends_at(low: float, high: float, fault: Fault, n: int = N) -> bool:
    """The draws of the law, cut at two ends."""
    own = fault.law.rvs(n, rng=np.random.default_rng(1))
    x = drawn(fault, n)
    return np.array_equal(x, np.clip(own, low, high)) and not np.array_equal(x, own)


def uniforms(fault: Fault, n: int = N) -> np.ndarray:
    """The uniforms that were inverted; the draws are in the middle, where digits are kept."""
    return np.arctan(drawn(fault, n)) / pi + 0.5


def of_bits(bits: int, fault: Fault) -> bool:
    """Uniforms are in the middles of 2^bits cells, so that draws come again sooner or later."""
    cells = uniforms(fault) * 2.0**bits - 0.5
    return bool(np.all(np.abs(cells - np.rint(cells)) < 2.0**bits * 1e-14 + 1e-9))


def follow_a_rule(multiples: tuple[int, ...], fault: Fault) -> bool:
    """A combination of consecutive uniforms is the same but for an integer."""
    u = uniforms(fault)
    n = len(u) - len(multiples) + 1
    total = sum(m * u[i : i + n] for i, m in enumerate(multiples))
    turns = total - total[0]
    return bool(np.all(np.abs(turns - np.rint(turns)) < 1e-11))


def one_in_each_cell(fault: Fault) -> bool:
    cells = np.floor(uniforms(fault) * 64).reshape(-1, 64)
    return np.array_equal(np.sort(cells, axis=1), np.tile(np.arange(64.0), (len(cells), 1)))


def pairs_of_bits(bits: int, fault: Fault) -> bool:
    """A pair of 2^bits values each has 2^(2 bits) draws: some come again, as in a birthday."""
    n = 1 << bits
    x = drawn(fault, 8 * n)
    again = len(x) - len(np.unique(x))
    return could_be(x[:N], fault.law.cdf) and 10 < again < 60  # 32 are expected


def clamped(fault: Fault, least: float) -> bool:
    """No draw is larger than the angle's end and an exponential variable of 40 allow."""
    assert fault.draw.keywords["least"] == least
    end = sqrt(2) / 2 / np.sin(pi * least) ** (1 / 1.5) * (40 / np.cos(pi / 4)) ** (1 / 3)
    x = drawn(fault, 1 << 18)
    return bool(np.all(np.abs(x) <= end * 1.01)) and could_be(x[: 1 << 12], fault.law.cdf)


def narrow_uniforms(fault: Fault) -> bool:
    """Angles are multiples of 2^-24 turns of pi: so are those of Cauchy variates made of them."""
    words = np.random.default_rng(1).random(N, np.float32).astype(float) * 2**24
    x = drawn(fault)
    return np.array_equal(words, np.rint(words)) and x.dtype == np.float32


def truncated_table(fault: Fault) -> bool:
    x = drawn(fault, 1 << 18)
    return could_be(x[: 1 << 10], fault.law.cdf) and np.abs(x).max() <= fault.law.isf(0.5 / 2048)


def some_infinite(fault: Fault) -> bool:
    x = drawn(fault, 1 << 20)  # 4 are expected
    good = np.isfinite(x)
    return 0 < np.count_nonzero(~good) < 25 and could_be(x[good][:N], fault.law.cdf)


def modulo(fault: Fault) -> bool:
    own = fault.law.rvs(N, rng=np.random.default_rng(1))
    x, far = drawn(fault), np.abs(own) > 100
    return bool(far.any() and np.abs(x).max() <= 100 and np.array_equal(x[~far], own[~far]))


def middle_kept(fault: Fault, from_: float, changed: Callable, n: int = N) -> bool:
    """Draws are those of the law, but for what happens to those beyond some size."""
    own = fault.law.rvs(n, rng=np.random.default_rng(1))
    x, far = drawn(fault, n), np.abs(own) > from_
    return bool(np.array_equal(x[~far], own[~far]) and changed(own[far], x[far]))


def tempered(fault: Fault) -> bool:
    """Draws beyond the unit are fewer, by about the mean of exp(-x); below a thousandth none is."""
    x = np.abs(drawn(fault, 1 << 19))
    right = 2 * fault.law.sf(1e5)
    few = binom.cdf(np.count_nonzero(x > 1e5), len(x), right) < 1e-3
    return bool(few and could_be(x[:N], lambda y: 2 * fault.law.cdf(y) - 1))


def mixed(fault: Fault, share: float) -> bool:
    own = fault.law.rvs(1 << 18, rng=np.random.default_rng(1))
    changed = drawn(fault, 1 << 18) != own
    return two_sided(int(changed.sum()), len(own), share) > FALSE_ALARMS and changed.any()


def negated(fault: Fault, share: float) -> bool:
    own = fault.law.rvs(1 << 18, rng=np.random.default_rng(1))
    x = drawn(fault, 1 << 18)
    tail, changed = own > fault.law.isf(0.01), x != own
    expected = two_sided(int(changed.sum()), int(tail.sum()), share) > FALSE_ALARMS
    return bool(np.array_equal(np.abs(x), np.abs(own)) and not changed[~tail].any() and expected)


def half_of_each(x: np.ndarray) -> np.ndarray:
    return (norm.cdf(x, scale=sqrt(2)) + CAUCHY.cdf(x)) / 2


def cut_at_quantile(fault: Fault) -> bool:
    """Both ends are where so much is beyond: asked at 1% what is then so at 1e-7."""
    end = float(LAW.isf(0.01))
    x = fault.draw.func(N, np.random.default_rng(1), probability=0.01)
    own = np.clip(LAW.rvs(N, rng=np.random.default_rng(1)), -end, end)
    return fault.draw.keywords == {"probability": 1e-7} and np.array_equal(x, own)


def tail_index(fault: Fault) -> bool:
    """P(X > x) beyond the quantile is 1% (x / quantile)^(-alpha / 1.05), to first order."""
    start = float(LAW.isf(0.01))
    own = LAW.rvs(N, rng=np.random.default_rng(1))
    x, far = drawn(fault), np.abs(own) > start
    grown = start * (np.abs(own[far]) / start) ** 1.05
    return np.array_equal(x[~far], own[~far]) and np.allclose(np.abs(x[far]), grown, rtol=1e-13)


def linnik(fault: Fault) -> bool:
    """Mean of cos(tx) is 1 / (1 + |t|^alpha), and not exp(-|t|^alpha)."""
    t = np.array([0.5, 1.0, 2.0])
    waves = np.cos(np.multiply.outer(t, drawn(fault, 1 << 16)))
    gaps = waves.mean(axis=1) - 1 / (1 + t**1.5)
    errors = waves.std(axis=1) / 256
    return bool(np.all(np.abs(gaps) < 5 * errors)) and of_no_law(fault)


def two_sided_lomax(x: np.ndarray) -> np.ndarray:
    """Sizes of survival (1 + x / unit)^(-alpha); the tails are those of the law."""
    unit = (2 * LAW.sf(1e9)) ** (1 / 1.5) * 1e9
    tail = (1 + np.abs(x) / unit) ** -1.5 / 2
    return np.where(x > 0, 1 - tail, tail)


def light_middle(fault: Fault) -> bool:
    """The tail is right at 1e-3, and the middle is not."""
    x, at = np.abs(drawn(fault, 1 << 16)), fault.law.isf(1e-3)
    count = int(np.count_nonzero(x > at))
    return two_sided(count, len(x), 2e-3) > 1e-4 and of_no_law(fault)


def missing_terms(fault: Fault, terms: int) -> bool:
    """What is left out has the variance of its terms: the middle half is narrower by its share.

    At alpha = 1 the terms after the m-th add (2 / pi)^2 sum 1 / k^2, about 0.4 / m.
    """
    assert fault.draw.keywords["terms"] == terms
    t = 1.0
    waves = np.cos(t * drawn(fault, 1 << 18))
    left_out = (2 / pi) ** 2 / (terms - 0.5)
    gap = waves.mean() - np.exp(-t + t**2 * left_out / 2)
    return bool(abs(gap) < 5 * waves.std() / 512) and left_out > 0.01


def twelve(fault: Fault) -> bool:
    """Never beyond six deviations; the fourth cumulant is -0.1 of the squared variance."""
    x = drawn(fault, 1 << 18) / sqrt(2)
    excess = np.mean(x**4) / np.mean(x**2) ** 2 - 3
    return bool(np.abs(x).max() < 6 and abs(excess + 0.1) < 6 * sqrt(24) / 512)


def no_normal_tail(fault: Fault) -> bool:
    x = np.abs(drawn(fault, 1 << 17)) / sqrt(2)
    return bool(3.43 < x.max() < 3.4427 and could_be(x[:N], lambda z: 2 * norm.cdf(z) - 1))


def normal_tails(fault: Fault) -> bool:
    """Normal draws, none of them at 8, where the law has 46."""
    x = drawn(fault, 1 << 18)
    few = 2 * fault.law.sf(8.0) * len(x) > 40 and np.abs(x).max() < 8
    return bool(few) and could_be(x, Stable(2.0).cdf)
