"""Skewed stable variates near alpha = 1, in a form that is continuous through it."""

import math
from types import SimpleNamespace

from ..compiler import fma, jit, scalar


def make(kit: SimpleNamespace) -> SimpleNamespace:
    """Compile the law for one format.

    Parameters
    ----------
    kit : namespace
        The type ``real`` of the format, and its elementary functions and uniforms; every literal
        is of this type.

    Returns
    -------
    namespace
        Its functions by name: constants, variates, and the loops that fill arrays.

    Examples
    --------
    >>> from stablenoise.kernels import cms
    >>> float(cms.double.near_one_constants(0.9, 0.5)[8] * 0.9)
    1.0

    """
    real, exponential, angle, sinpi = kit.real, kit.exponential, kit.angle, kit.sinpi
    log2, nearest, two_to, exp2_ratio = kit.log2, kit.nearest, kit.two_to, kit.exp2_ratio
    small_sinpi_ratio, small_cospi = kit.small_sinpi_ratio, kit.small_cospi
    zero, half, one, two = map(real, (0.0, 0.5, 1.0, 2.0))

    @jit
    def near_one_constants(alpha, beta):
        """Constants that ``near_one`` needs, in the notation of its notes.

        k[0] to k[10] are d, 1/d, beta cos x, beta cos^2 x, sin x, d / (2 sin x), tan(x/2),
        beta cot x, 1/alpha, (1 + beta) cos x and (1 - beta) cos x.
        """
        d = 1.0 - alpha
        x = 0.5 * math.pi * d
        s, c = math.sin(x), math.cos(x)
        unit, inverse, cotangent = 1.0 / math.pi, 0.0, 0.0
        # At d = 0 the far form, which divides by d, is not taken: any finite number serves there.
        if d != 0.0:
            unit, inverse, cotangent = 0.5 * d / s, 1.0 / d, c / s
        head = real(d), real(inverse), real(beta * c), real(beta * c * c), real(s), real(unit)
        middle = real(math.tan(0.5 * x)), real(beta * cotangent), real(1.0 / alpha)
        return (*head, *middle, real((1.0 + beta) * c), real((1.0 - beta) * c), zero)

    @scalar
    def near_one_parts(k, s, e, f, w):
        """G, s d M and s (M - tau) of ``near_one``."""
        d, sin_x, unit, tan_half = k[0], k[4], k[5], k[6]
        b_cos, wide = s * k[2], k[9] if s > zero else k[10]
        end, other = sinpi(e), sinpi(f)  # sin and cos of pi e, each with all its digits
        # y = pi t is small, as d is: sine and cosine of 2 y from those of y cancel nothing.
        t = half * d * e
        ratio, cos_y = small_sinpi_ratio(t), small_cospi(t)
        sin_y = t * ratio
        cos_2y, sin_2y = fma(-two * sin_y, sin_y, one), two * sin_y * cos_y
        sine = fma(end, cos_2y, -other * sin_2y)  # of pi alpha e = pi e - 2 y
        cosine = fma(other, cos_2y, end * sin_2y)
        quotient = e * ratio * unit  # sin y / sin x
        m = fma(-sin_x, sin_x, s * k[3])
        tilted = fma(wide, cos_2y, -two * m * quotient * cos_y)
        scaled = fma(d * wide, cosine, two * m * unit * sine)
        gap = two * quotient * fma(other, cos_y, end * sin_y) + tan_half * sine
        shifted = fma(wide, cosine, -sin_x * sine) - b_cos * gap
        # One division for three quotients: by sin(pi e) W, and w * r is 1 over sin(pi e).
        r = one / (end * w)
        return tilted * r, s * scaled * (w * r), s * shifted * (w * r)

    @scalar
    def near_one_power(k, g):
        """log2(G) / alpha, and the integer nearest to d times it."""
        exponent, rest = log2(g)
        rho = (exponent + rest) * k[8]
        return rho, nearest(k[0] * rho)

    @scalar
    def near_one_end(k, rho, n, scaled, shifted):
        """The variate from its parts."""
        r = fma(k[0], rho, -n)
        ratio = exp2_ratio(r)
        # Near: (G^p - 1) / d by the ratio, which is continuous at d = 0, where M is infinite.
        near = fma(scaled, ratio * rho, shifted)
        far = scaled * k[1] * fma(r, ratio, one) * two_to(n) - k[7]
        return near if n == zero else far

    @scalar
    def near_one(k, s, e, f, w):
        r"""Stable variate of scale 1 and location 0 in Nolan's S0 form, \|alpha - 1\| <= 1/4.

        Continuous in alpha and beta: alpha = 1 is no special case.

        Notes
        -----
        With d = 1 - alpha, x = pi d / 2, y = pi d e / 2, b = s beta and tau = b cot x, the variate
        of Chambers, Mallows & Stuck is s M G^p with p = d / alpha and G = H / (W sin pi e); S0
        subtracts s tau, infinite at alpha = 1 as M is.  Expanded about the end of the angle
        (DERIVED here), with Q = sin y / sin x, finite at d = 0 as d / sin x is:

        H = (1 + b) cos x cos 2y - 2 m Q cos y, m = b cos^2 x - sin^2 x,

        d M sin(pi e) = d (1 + b) cos x cos(pi alpha e) + m (d / sin x) sin(pi alpha e),

        (M - tau) sin(pi e) = (1 + b) cos x cos(pi alpha e) - sin x sin(pi alpha e)
        - b cos x [2 Q cos(pi e - y) + tan(x / 2) sin(pi alpha e)].

        Where G^p is near 1 the variate is s [(M - tau) + d M (G^p - 1) / d], elsewhere
        s [M G^p - tau].
        """
        g, scaled, shifted = near_one_parts(k, s, e, f, w)
        rho, n = near_one_power(k, g)
        return near_one_end(k, rho, n, scaled, shifted)

    @jit(alone=True)
    def fill_near_one(k, first, second, parts, out):
        """Write variates, one for each pair of words.

        Short stages over buffers: one long body needs more registers than there are.
        """
        n, base, scaled, shifted = len(first), parts[0], parts[1], parts[2]
        for i in range(n):
            out[i] = exponential(second[i], first[i])
        for i in range(n):
            s, e, f = angle(first[i], second[i])
            base[i], scaled[i], shifted[i] = near_one_parts(k, s, e, f, out[i])
        for i in range(n):
            base[i], out[i] = near_one_power(k, base[i])
        for i in range(n):
            out[i] = near_one_end(k, base[i], out[i], scaled[i], shifted[i])

    functions = [near_one_constants, near_one, fill_near_one]
    return SimpleNamespace(**{f.__name__: f for f in functions})


CUDA = r"""
__device__ void near_one(const real *k, word first, word second, real *out)
{
    real d = k[0], inverse = k[1], sin_x = k[4], unit = k[5], tan_half = k[6], shift = k[7];
    real inverse_alpha = k[8], s, e, f, w = exponential(second, first);
    angle(first, second, s, e, f);
    real b_cos = s * k[2], wide = s > ZERO ? k[9] : k[10];
    real end = sinpi_(e), other = sinpi_(f), t = HALF * d * e;
    real ratio = small_sinpi_ratio(t), cos_y = small_cospi(t), sin_y = t * ratio;
    real cos_2y = fma_(-TWO * sin_y, sin_y, ONE), sin_2y = TWO * sin_y * cos_y;
    real sine = fma_(end, cos_2y, -other * sin_2y), cosine = fma_(other, cos_2y, end * sin_2y);
    real quotient = e * ratio * unit, m = fma_(-sin_x, sin_x, s * k[3]);
    real tilted = fma_(wide, cos_2y, -TWO * m * quotient * cos_y);
    real scaled = fma_(d * wide, cosine, TWO * m * unit * sine);
    real gap = TWO * quotient * fma_(other, cos_y, end * sin_y) + tan_half * sine;
    real shifted = fma_(wide, cosine, -sin_x * sine) - b_cos * gap;
    real r = ONE / (end * w), exponent, rest;
    scaled = s * scaled * (w * r);
    shifted = s * shifted * (w * r);
    log2_(tilted * r, exponent, rest);
    real rho = (exponent + rest) * inverse_alpha, n = nearest(d * rho);
    r = fma_(d, rho, -n);
    ratio = exp2_ratio(r);
    real near = fma_(scaled, ratio * rho, shifted);
    real far = scaled * inverse * fma_(r, ratio, ONE) * two_to(n) - shift;
    out[0] = n == ZERO ? near : far;
}
"""
