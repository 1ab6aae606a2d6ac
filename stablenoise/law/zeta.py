"""Distance from zeta to twice the digits: the law may vary quickly there, and its light tails.

Numbers are sums of two doubles, the second below half an ulp of the first (Dekker, 1971).
"""

import math
from fractions import Fraction

from ..kernels.compiler import fma, jit, scalar


def _two(x: Fraction) -> tuple[float, float]:
    return float(x), float(x - Fraction(float(x)))


_PI = 3.141592653589793, 1.2246467991473532e-16
# Taylor series in y^2 for |y| <= pi / 4, highest power first: the terms left out are below 1e-33
_SINE = tuple(_two(Fraction((-1) ** k, math.factorial(2 * k + 1))) for k in range(13, -1, -1))
_COSINE = tuple(_two(Fraction((-1) ** k, math.factorial(2 * k))) for k in range(13, -1, -1))


@scalar
def plus(a, b):
    """Sum of two twofold numbers."""
    high = a[0] + b[0]
    part = high - a[0]
    # Knuth's two-sum: what rounding took from a[0] + b[0], exactly, whichever is larger
    rest = (a[0] - (high - part)) + (b[0] - part) + (a[1] + b[1])
    total = high + rest
    return total, rest - (total - high)


@scalar
def times(a, b):
    """Product of two twofold numbers."""
    high = a[0] * b[0]
    rest = fma(a[0], b[0], -high) + (a[0] * b[1] + a[1] * b[0])
    total = high + rest
    return total, rest - (total - high)


@scalar
def over(a, b):
    """Quotient of two twofold numbers."""
    first = a[0] / b[0]
    left = plus(a, times((-first, 0.0), b))
    second = left[0] / b[0]
    total = first + second
    return total, second - (total - first)


@jit
def _series(terms, square):
    """Polynomial in a twofold number."""
    total = terms[0]
    for term in terms[1:]:
        total = plus(times(total, square), term)
    return total


@jit
def minus_zeta(alpha, beta):
    """-zeta = beta tan(pi alpha / 2) as a twofold number, for alpha other than 1."""
    from_one = abs(1.0 - alpha)
    part = min(from_one, alpha, 2.0 - alpha)  # all exact where they are the least
    # The angle from the nearest of 0 and pi / 2, to twice the digits: pi has two doubles too
    y = times((0.5 * part, 0.0), _PI)
    square = times(y, y)
    sine, cosine = times(y, _series(_SINE, square)), _series(_COSINE, square)
    # tan(pi alpha / 2) is the cotangent of what is left to pi / 2
    tangent = over(cosine, sine) if part == from_one else over(sine, cosine)
    return times((beta if alpha < 1.0 else -beta, 0.0), tangent)


@jit
def from_zeta(x, alpha, beta):
    """Distance x - zeta for alpha other than 1, within two ulps however small."""
    return plus((x, 0.0), minus_zeta(alpha, beta))[0]
