"""The zeta law, P(X = x) proportional to x^-s on integers from q on: its sums and its exponent."""

import numpy as np

from ...kernels.compiler import jit, scalar
from ...kernels.elementary import double

exp, log = double.exp, double.log
# Bernoulli numbers over factorials, B_2j / (2j)!, of the sum formula of Euler and Maclaurin
BERNOULLI = (
    8.333333333333333e-02, -1.3888888888888889e-03, 3.306878306878307e-05,
    -8.267195767195768e-07, 2.08767569878681e-08, -5.284190138687493e-10, 1.3382536530684679e-11,
)  # fmt: skip
LEAST_START = 12.0  # from which on, with s added, these terms leave out less than 1e-15
STEPS = 200  # Newton's: a few are enough but where nearly all values are the least


@scalar
def tail_sums(s, start):
    """Sum of (k / start)^-s over k >= start, and its first two derivatives by s."""
    pole = 1.0 / (s - 1.0)
    total, first, second = start * pole + 0.5, -start * pole * pole, 2.0 * start * pole**3
    # The rising factorial s (s + 1) ... with its derivatives, over powers of start
    product, slope, bend = s / start, 1.0 / start, 0.0
    for j in range(len(BERNOULLI)):
        total += BERNOULLI[j] * product
        first += BERNOULLI[j] * slope
        second += BERNOULLI[j] * bend
        for step in range(2):
            factor = (s + (2.0 * j + 1.0 + step)) / start
            bend = bend * factor + 2.0 * slope / start
            slope = slope * factor + product / start
            product *= factor
    return total, first, second


@jit(interpretable=False)
def sums(s, q):
    """Sum of (k / q)^-s over integers k >= q, and its first two derivatives by s."""
    total, first, second = 0.0, 0.0, 0.0
    k = q
    while k < LEAST_START + s:
        size = log(k / q)
        term = exp(-s * size)
        if term < 1e-17 * total:  # so are all that follow together
            return total, first, second
        total += term
        first -= size * term
        second += size * size * term
        k += 1.0
    size = log(k / q)
    scale = exp(-s * size)
    rest, slope, bend = tail_sums(s, k)
    total += scale * rest
    first += scale * (slope - size * rest)
    second += scale * (bend - 2.0 * size * slope + size * size * rest)
    return total, first, second


@jit(interpretable=False)
def exponent(mean_log, q, s):
    """Maximum likelihood of s, given the mean of log(x / q) > 0 and a start."""
    for _ in range(STEPS):
        total, first, second = sums(s, q)
        mean = -first / total
        spread = second / total - mean * mean
        # One over the mean is nearly linear in s; where it is not it is convex: no step goes astray
        step = (1.0 / mean_log - 1.0 / mean) * mean * mean / spread
        step = max(step, 0.5 * (1.0 - s))
        s += step
        if abs(step) <= 4e-16 * s:
            break
    return s


@jit(interpretable=False)
def exponents(points, mean_logs):
    """Exponent and sum of the law from each of the rising integers on, given means of logs."""
    s, total = np.empty(len(mean_logs)), np.empty(len(mean_logs))
    for i in range(len(mean_logs)):
        q = points[i]
        # Clauset, Shalizi and Newman (2009), (3.7), an approximation to start from
        start = 1.0 + 1.0 / (mean_logs[i] - log((q - 0.5) / q))
        s[i] = exponent(mean_logs[i], q, start)
        total[i] = sums(s[i], q)[0]
    return s, total


@jit(interpretable=False)
def draws(uniforms, s, q):
    """Draws of the law from uniforms in (0, 1], by bisection of its survival function."""
    values = np.empty(len(uniforms))
    unit = sums(s, q)[0]
    for i in range(len(uniforms)):
        low, high = q, 2.0 * q
        while survival(high, s, q, unit) >= uniforms[i] and high < 1e300:
            low, high = high, 2.0 * high
        while high - low > 1.0 and high - low > 1e-15 * high:
            middle = np.floor(0.5 * (low + high))
            if survival(middle, s, q, unit) >= uniforms[i]:
                low = middle
            else:
                high = middle
        values[i] = low
    return values


@scalar
def survival(x, s, q, unit):
    """P(X >= x), with the sum from q on as ``unit``."""
    return exp(-s * log(x / q)) * sums(s, x)[0] / unit
