r"""Stable variates, symmetric, skewed and one-sided, but for skewed ones near alpha = 1.

Chambers, Mallows & Stuck (1976), J. Am. Stat. Assoc. 71, 340-344; one-sided, Kanter (1975), Ann.
Probab. 3, 697-707.
"""

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
    >>> float(cms.double.stable_constants(1.5, 0.0)[2])
    1.5

    """
    real, exponential, angle = kit.real, kit.exponential, kit.angle
    sinpi, power, log2_of_power, exp2 = kit.sinpi, kit.power, kit.log2_of_power, kit.exp2
    zero, half, one, two = map(real, (0.0, 0.5, 1.0, 2.0))

    @jit
    def stable_constants(alpha, beta):
        """Constants that ``stable`` needs; for beta = -1, 0 and 1 no math library is asked.

        k[0] + k[1] is the power p, k[2] to k[5] are alpha, |1 - alpha|, psi and the slope, and
        the last three pairs are begin, rest and side for s > 0 and for s < 0.
        """
        alpha = max(alpha, 1e-25)  # already there each variate is 0 or inf
        d = 1.0 - alpha
        d_low = (1.0 - d) - alpha  # what was rounded away if alpha < 1/2
        p = d / alpha
        p_low = (fma(-p, alpha, d) + d_low) / alpha
        high = real(p)
        a = 0.5 * min(alpha, 2.0 - alpha)
        psi, up, down = beta * a, a + beta * a, a - beta * a
        if psi != 0.0 and abs(beta) != 1.0:
            s, c = math.sin(math.pi * a), math.cos(math.pi * a)
            psi = math.atan2(beta * s, c) / math.pi
            # by the addition theorem of the tangent: no digit is lost where psi is near a
            up = math.atan2((1.0 + beta) * s * c, c * c - beta * s * s) / math.pi
            down = math.atan2((1.0 - beta) * s * c, c * c + beta * s * s) / math.pi
        slope = -1.0 if alpha > 1.0 else 1.0
        # where q begins at either end of the angle, and what is left of 1 there: neither from the
        # other in float32, as alpha near 1 would lose its distance; nor 1/2 - psi from psi
        begin_up, begin_down = (1.0 - up, 1.0 - down) if alpha > 1.0 else (up, down)
        rest_up, rest_down = (up, down) if alpha > 1.0 else (1.0 - up, 1.0 - down)
        powers = high, real(p - high + p_low)
        slopes = real(alpha), real(abs(d)), real(psi), real(slope)
        ends = real(begin_up), real(begin_down), real(rest_up), real(rest_down)
        return (*powers, *slopes, *ends, real(0.5 - psi), real(0.5 + psi))

    @scalar
    def stable_parts(k, s, e, f, w):
        """Factor t and base g of a variate t g^p."""
        alpha, tilt, psi, slope = k[2], k[3], k[4], k[5]
        begin, rest, side = (k[6], k[8], k[10]) if s > zero else (k[7], k[9], k[11])
        near = begin if slope > zero else rest
        end = sinpi(e)  # cos V
        # sin(pi x) has all digits next to x = 0 and none next to 1: the smaller of x and 1 - x.
        tilted = sinpi(min(fma(tilt, e, near), fma(tilt, f, side)))
        # The other angle from its value at the nearer end: e = 0, or the middle, f = 0.
        q = fma(-alpha, e, begin) if e < f else fma(alpha, f, slope * (s * psi))
        sine = sinpi(min(abs(q), fma(alpha, e, rest)))
        # One division for two quotients: by cos V W, and w * r is 1 over cos V.
        r = one / (end * w)
        return s * math.copysign(sine * w * r, q), tilted * r

    @scalar
    def stable(k, s, e, f, w):
        r"""Stable variate in the S1 form of location 0, for alpha not near 1 or beta = 0 or 1.

        .. math:: X = \frac{\sin(\alpha V + \pi\phi)}{\cos V}
                  \Bigl(\frac{\cos((1-\alpha) V - \pi\phi)}{W \cos V}\Bigr)^{(1-\alpha)/\alpha},

        with tan(pi phi) = beta tan(pi alpha / 2): its scale is cos(pi phi)^(1/alpha).  At beta = 0
        that is 1, with cf exp(-\|t\|^alpha); at beta = 1 and alpha <= 1 it is Kanter's (1975)
        positive variate of Laplace transform exp(-s^alpha).

        Notes
        -----
        Let a = min(alpha, 2 - alpha) / 2 and psi = \|phi\| with the sign of beta.  In units of pi
        the tilted cosine is the sine of (a + s psi) + \|1 - alpha\| e, or of what is left of it
        to 1, (1/2 - s psi) + \|1 - alpha\| f; the other sine is that of alpha f + s phi, which
        begins at e = 0 with a + s psi, or with 1 minus that if alpha > 1, and falls by alpha e.
        """
        t, g = stable_parts(k, s, e, f, w)
        return t * power(g, k[0], k[1])

    @jit
    def fill_parts(k, first, second, whole, rest, out):
        """Let ``out`` be t, and ``whole`` + ``rest`` the base-2 logarithm of g^p."""
        # Short stages: LLVM vectorises each, and one long body needs more registers than there are.
        for i in range(len(first)):
            out[i] = exponential(second[i], first[i])
        for i in range(len(first)):
            s, e, f = angle(first[i], second[i])
            out[i], rest[i] = stable_parts(k, s, e, f, out[i])
        for i in range(len(first)):
            whole[i], rest[i] = log2_of_power(rest[i], k[0], k[1])

    @jit(alone=True)
    def fill_stable(k, first, second, parts, out):
        """Write variates, one for each pair of words."""
        whole, rest = parts[0], parts[1]
        fill_parts(k, first, second, whole, rest, out)
        for i in range(len(first)):
            out[i] *= exp2(whole[i], rest[i])

    @jit
    def radius_constants(alpha, beta):
        """Constants that ``radius`` needs: those of a positive alpha/2-stable, its power halved."""
        k = stable_constants(0.5 * alpha, 1.0)
        return (half * k[0], half * k[1], *k[2:])

    @scalar
    def radius(k, s, e, f, w):
        """sqrt(2 A), A positive stable: what makes a standard normal vector a stable one.

        A itself may be beyond the range where its root is not.
        """
        t, g = stable_parts(k, s, e, f, w)
        return math.sqrt(two * t) * power(g, k[0], k[1])

    @jit(alone=True)
    def fill_radius(k, first, second, parts, out):
        """Write radii, one for each pair of words."""
        whole, rest = parts[0], parts[1]
        fill_parts(k, first, second, whole, rest, out)
        for i in range(len(first)):
            out[i] = math.sqrt(two * out[i]) * exp2(whole[i], rest[i])

    functions = [stable_constants, stable, fill_stable, radius_constants, radius, fill_radius]
    return SimpleNamespace(**{f.__name__: f for f in functions})


CUDA = r"""
__device__ void stable_parts(const real *k, word first, word second, real &t, real &g)
{
    real alpha = k[2], tilt = k[3], psi = k[4], slope = k[5];
    real s, e, f, w = exponential(second, first);
    angle(first, second, s, e, f);
    real begin = s > ZERO ? k[6] : k[7], rest = s > ZERO ? k[8] : k[9];
    real side = s > ZERO ? k[10] : k[11], near = slope > ZERO ? begin : rest, end = sinpi_(e);
    real tilted = sinpi_(fmin(fma_(tilt, e, near), fma_(tilt, f, side)));
    real q = e < f ? fma_(-alpha, e, begin) : fma_(alpha, f, slope * (s * psi));
    real sine = sinpi_(fmin(fabs(q), fma_(alpha, e, rest)));
    real r = ONE / (end * w);
    t = s * copysign(sine * w * r, q);
    g = tilted * r;
}
__device__ void stable(const real *k, word first, word second, real *out)
{
    real t, g;
    stable_parts(k, first, second, t, g);
    out[0] = t * power(g, k[0], k[1]);
}
__device__ void radius(const real *k, word first, word second, real *out)
{
    real t, g;
    stable_parts(k, first, second, t, g);
    out[0] = sqrt(TWO * t) * power(g, k[0], k[1]);
}
"""
