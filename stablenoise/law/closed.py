"""The laws with elementary densities: Gauss (alpha = 2), Cauchy (1, 0) and Levy (1/2, 1).

Each gives the log density, log P(X > x) and log P(X < x).
"""

import math

from ..kernels.compiler import jit

LOG_2_SQRT_PI = math.log(2.0 * math.sqrt(math.pi))


@jit
def log_erfc(x):
    """Logarithm of the complementary error function."""
    if x < 25.0:
        return math.log(math.erfc(x))
    v = 0.5 / (x * x)  # asymptotic: the terms left out are below 1e-15
    series = -v * (1.0 - 3.0 * v * (1.0 - 5.0 * v * (1.0 - 7.0 * v)))
    return -x * x - math.log(x * math.sqrt(math.pi)) + math.log1p(series)


@jit
def gauss(x):
    """Variance 2."""
    log_half = math.log(0.5)
    upper, lower = log_half + log_erfc(0.5 * x), log_half + log_erfc(-0.5 * x)
    return -0.25 * x * x - LOG_2_SQRT_PI, upper, lower


@jit
def cauchy(x):
    """Half-width 1."""
    log_size = 2.0 * math.log(abs(x)) if abs(x) > 1e8 else math.log1p(x * x)
    upper, lower = math.atan2(1.0, x) / math.pi, math.atan2(1.0, -x) / math.pi
    return -math.log(math.pi) - log_size, math.log(upper), math.log(lower)


@jit
def levy(z):
    """Levy's law at z = x + 1 > 0."""
    root = math.sqrt(0.5 / z)
    log_f = -0.5 / z - 1.5 * math.log(z) - 0.5 * math.log(2.0 * math.pi)
    return log_f, math.log(math.erf(root)), log_erfc(root)
