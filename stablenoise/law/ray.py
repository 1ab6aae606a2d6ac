r"""Inversion of the characteristic function along a ray, for alpha near 1.

There, where beta is small or \|x\| large, the angle almost determines the variate, and the integral
over it is that of a spike.  The Fourier integral is smooth instead,

.. math:: f(x) = \frac1\pi \operatorname{Re} \int_0^\infty e^{-itx} \varphi(t)\,dt, \qquad
          P(X > x) = \frac12 + \frac1\pi \operatorname{Im} \int_0^\infty e^{-itx} \varphi(t)
          \frac{dt}t

(Gil-Pelaez, 1951).  For x >= 1 the path is turned to t = -iu, where all of it decays and nothing
cancels in the tail: the turn of a quarter about the pole takes the 1/2 away.  By reflection x >= 0.
"""

import math

from ..kernels.compiler import jit
from ..kernels.elementary import double
from .shapes import distance_from_one

exp, expm1 = double.exp, double.expm1
POINTS = 416  # of the trapezoidal rule in log u
LOW, HIGH = -39.0, 4.0  # of log u, times x for x >= 1


@jit
def ray_law(x, alpha, beta, work):
    """Log density and logs of P(X > x), P(X < x), for x >= 0 and alpha near 1."""
    d = distance_from_one(alpha)
    # Of (pi / 2) alpha, by its distance from a right angle: tan(pi alpha / 2) is cosine / sine
    angle = 0.5 * math.pi * d
    sine, cosine = math.sin(angle), math.cos(angle)
    scaled_tau = beta * d * cosine / sine
    density, upper = work[:POINTS], work[POINTS : 2 * POINTS]
    # In the logarithm of the variable the trapezoidal rule has all digits: the integrands die out
    # at both ends, and are analytic
    h = (HIGH - LOW) / (POINTS - 1)
    if x >= 1.0:
        _fall(x, alpha, d, beta, sine, cosine, scaled_tau, h, density, upper)
        tail = h * upper.sum() / math.pi
    else:
        _turn(x, alpha, d, scaled_tau, h, density, upper)
        tail = 0.5 - h * upper.sum() / math.pi
    log_f = math.log(h * density.sum() / math.pi) - (math.log(x) if x >= 1.0 else 0.0)
    return log_f, math.log(tail), math.log1p(-tail)


@jit
def _fall(x, alpha, d, beta, sine, cosine, scaled_tau, h, density, upper):
    """Integrands on t = -iu, over log(ux)."""
    log_x = math.log(x)
    lean = beta * cosine * math.tan(0.25 * math.pi * d)
    for i in range(density.size):
        s = LOW + h * i
        v = exp(s)
        u, log_u = v / x, s - log_x
        # Powers of u by expm1: u - u^alpha is small where alpha is near 1, and is divided by d
        grown = -expm1(-d * log_u)  # u - u^alpha, over u
        power = u * (1.0 - grown)
        # The real part of the exponent, and the angle that its imaginary part makes
        skew = scaled_tau * u * grown / d + lean * power
        size = exp(-v - power * sine - skew)
        phase = (1.0 + beta) * cosine * power
        upper[i] = size * math.sin(phase)
        density[i] = upper[i] * v


@jit
def _turn(x, alpha, d, scaled_tau, h, density, upper):
    """Integrands on the real line, over log t."""
    # For x < 1 there is no tail, in which they would cancel
    for i in range(density.size):
        s = LOW + h * i
        t = exp(s)
        grown = -expm1(-d * s)
        phase = t * (x + scaled_tau * grown / d)
        size = exp(-t * (1.0 - grown))
        upper[i] = size * math.sin(phase)
        density[i] = t * size * math.cos(phase)
