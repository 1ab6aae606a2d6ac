r"""Series in powers of z^-alpha, z = x - zeta: convergent for alpha < 1, asymptotic for alpha > 1.

.. math:: f(x) = \frac1{\pi z} \sum_{k \ge 1} \frac{\Gamma(\alpha k + 1)}{k!} \sin(k\pi\rho) y^k,
          \qquad P(X > x) = \frac1\pi \sum_{k \ge 1} \frac{\Gamma(\alpha k)}{k!} \sin(k\pi\rho) y^k

with :math:`y = z^{-\alpha} / \cos\alpha\theta_0` and :math:`\pi\rho = \pi - \alpha L` (Bergstrom,
1952; Zolotarev, 1986, section 2.4).
"""

import math

from ..kernels.compiler import jit

MAX_Y = 1e-4  # of y; then the terms left out are below 1e-16 of the first for every alpha
TERMS = 8


@jit
def is_tail(log_y, rest):
    """Whether the series serves: not where there is no tail but a light one."""
    return log_y < math.log(MAX_Y) and rest > 0.0


@jit
def tail_law(log_z, log_y, alpha, width, rest):
    """Log density, log P(X > x), log P(X < x); width and rest in units of pi."""
    y, power, factorial, density, upper = math.exp(log_y), 1.0, 1.0, 0.0, 0.0
    for k in range(1, TERMS + 1):
        factorial *= k
        sine = math.sin(k * math.pi * rest)
        if rest > 0.5:
            sine = math.sin(k * math.pi * alpha * width) * (1.0 if k % 2 else -1.0)
        term = math.gamma(alpha * k) / factorial * sine * power
        density += alpha * k * term
        upper += term
        power *= y
    log_upper = log_y + math.log(upper / math.pi)
    return log_y - log_z + math.log(density / math.pi), log_upper, math.log1p(-math.exp(log_upper))
