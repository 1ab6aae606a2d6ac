"""Which laws and points the reference holds: regions, hard ones over-represented.

Where a point is drawn by its probability, the quantile is ours: it decides where a row is, not what
it says.
"""

import math

import numpy as np

from stablenoise import law

RANGE = 280.0  # digits below 1 that densities and tails may reach


def uniform(rng, low, high):
    """A double from low to high."""
    return float(rng.uniform(low, high))


def powers(rng, low, high):
    """A power of ten with an exponent from low to high."""
    return float(10 ** rng.uniform(low, high))


def sign(rng):
    """1.0 or -1.0."""
    return float(rng.choice([-1.0, 1.0]))


def skewness(rng):
    """A beta: anywhere, or next to 0 or to an end."""
    near = powers(rng, -16, -1)
    kinds = uniform(rng, -1, 1), uniform(rng, -1, 1), uniform(rng, -1, 1), near, 1 - near, 1.0, 0.0
    return sign(rng) * float(kinds[rng.integers(len(kinds))])


def by_probability(rng, alpha, beta, least=1e-4):
    """A point with at least ``least`` on either side, spread over the powers of ten."""
    tail = min(0.5, powers(rng, math.log10(least), -0.3))
    which = law.ppf if rng.random() < 0.5 else law.isf
    return float(which(tail, alpha, beta))


def anywhere(rng):
    """A law of the middle, a point drawn from it."""
    alpha, beta = uniform(rng, 0.5, 2), uniform(rng, -1, 1)
    return alpha, beta, float(law.ppf(uniform(rng, 1e-6, 1), alpha, beta))


def small_alpha(rng):
    """Alpha from 0.02 to 0.5."""
    alpha, beta = powers(rng, -1.7, -0.3), skewness(rng)
    if rng.random() < 0.5:
        return alpha, beta, by_probability(rng, alpha, beta)
    return alpha, beta, sign(rng) * powers(rng, -6, 6)


def next_to_one(rng):
    """Alpha within 0.1 of 1, down to its neighbours."""
    alpha, beta = 1 + sign(rng) * powers(rng, -15.6, -1), skewness(rng)
    if rng.random() < 0.5:
        return alpha, beta, by_probability(rng, alpha, beta)
    return alpha, beta, sign(rng) * powers(rng, -3, 6)


def at_one(rng):
    """Alpha 1."""
    beta = skewness(rng)
    x = by_probability(rng, 1, beta) if rng.random() < 0.5 else sign(rng) * powers(rng, -3, 6)
    return 1.0, beta, x


def next_to_two(rng):
    """Alpha within 0.1 of 2, and 2."""
    alpha = 2.0 if rng.random() < 0.1 else 2 - powers(rng, -15, -1)
    beta = skewness(rng)
    if rng.random() < 0.5:
        return alpha, beta, by_probability(rng, alpha, beta, 1e-12)
    return alpha, beta, sign(rng) * powers(rng, -2, 1.5)


def one_sided(rng):
    """Beta 1 or -1, the heavy side and the middle."""
    alpha, beta = uniform(rng, 0.1, 2), sign(rng)
    tail = min(0.9, powers(rng, -12, 0))
    return alpha, beta, float((law.isf if beta > 0 else law.ppf)(tail, alpha, beta))


def light_side(rng):
    """The light side of beta 1 or next to it, to probabilities of 1e-60, some to 1e-100."""
    alpha, beta = uniform(rng, 0.1, 2), sign(rng)
    if rng.random() < 0.3:
        beta *= 1 - powers(rng, -16, -2)
    tail = powers(rng, -100 if rng.random() < 0.2 else -60, -0.3)
    return alpha, beta, float((law.ppf if beta > 0 else law.isf)(tail, alpha, beta))


def lightest(rng):
    """Light sides with probabilities from 1e-100 to 1e-125."""
    alpha, beta = uniform(rng, 0.5, 1.95), sign(rng)
    tail = powers(rng, -125, -100)
    return alpha, beta, float((law.ppf if beta > 0 else law.isf)(tail, alpha, beta))


def near_zeta(rng):
    """Next to the point where Nolan's integral folds, -beta tan(pi alpha / 2)."""
    alpha, beta = uniform(rng, 0.1, 2), skewness(rng)
    zeta = -beta * math.tan(math.pi * alpha / 2)
    return alpha, beta, zeta + sign(rng) * powers(rng, -17, -1)


def near_zero(rng):
    """Next to 0."""
    return uniform(rng, 0.1, 2), skewness(rng), sign(rng) * powers(rng, -20, -2)


def tails(rng):
    """Sizes of 10 to 10,000."""
    return uniform(rng, 0.2, 2), skewness(rng), sign(rng) * powers(rng, 1, 4)


def far_tails(rng):
    """Sizes of 1,000 and more, up to 1e300 where the density is in the range of doubles."""
    alpha = uniform(rng, 0.1, 2)
    most = min(300.0, RANGE / (1 + alpha))
    return alpha, skewness(rng), sign(rng) * powers(rng, 3, most)


def symmetric(rng):
    """Beta 0."""
    alpha = uniform(rng, 0.1, 2)
    return alpha, 0.0, sign(rng) * powers(rng, -3, 4)


def round_numbers(rng):
    """Alpha and beta with one digit, x with two."""
    alpha, beta = rng.integers(1, 21) / 10, rng.integers(-10, 11) / 10
    return float(alpha), float(beta), float(rng.integers(-200, 201) / 10)


SHARES = {  # of a hundred rows
    anywhere: 10,
    small_alpha: 10,
    next_to_one: 16,
    at_one: 6,
    next_to_two: 10,
    one_sided: 6,
    light_side: 7,
    lightest: 1,
    near_zeta: 11,
    near_zero: 4,
    tails: 6,
    far_tails: 5,
    symmetric: 4,
    round_numbers: 4,
}
ORDER = [region for region, share in SHARES.items() for _ in range(share)]


def point(seed, index):
    """The region's name, and alpha, beta and x of a row, by its address alone.

    Points out of the support, or with a density or tail out of the range, are drawn again.
    """
    rng = np.random.default_rng([seed, index])
    region = ORDER[index % len(ORDER)]
    while True:
        alpha, beta, x = region(rng)
        if is_of_use(alpha, beta, x):
            return region.__name__, alpha, beta + 0.0, x  # no -0.0


def is_of_use(alpha, beta, x):
    """Whether density and tails are within the range of doubles."""
    if not (0 < alpha <= 2 and abs(beta) <= 1 and math.isfinite(x)):
        return False
    logs = [f(x, alpha, beta) for f in (law.logpdf, law.logcdf, law.logsf)]
    return min(logs) > -(RANGE + 10) * math.log(10)
