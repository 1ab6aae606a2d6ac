r"""Stable variates from two uniforms each, without cancellation.

The angle of Chambers, Mallows & Stuck (1976) is :math:`V = \pm\pi(1/2 - |h|)`: ``h`` is its
distance from the nearer end in units of pi, with the sign of V.  Every sine is taken of an
argument that is a sum of terms of one sign, so that both ends of the angle, alpha near 1 and
\|beta\| near 1 cost no digits.  The exponential variable is W = -log v.
"""

from . import elementary, philox
from .elementary import cospi, exp, exprel, log, sinpi, sinpi_over
from .jit import jit


@jit
def symmetric_stable(alpha, h, v):
    r"""Standard symmetric stable variate, cf :math:`\exp(-|t|^\alpha)`, 0 < alpha <= 2.

    Chambers, Mallows & Stuck (1976), J. Am. Stat. Assoc. 71, 340-344, arranged as

    .. math:: X = \frac{\sin \alpha V}{\cos V}
              \Bigl(\frac{\cos (1-\alpha) V}{W \cos V}\Bigr)^{(1-\alpha)/\alpha}.

    h in (-1/2, 1/2) without 0, v in (0, 1).  Beyond the range of doubles it is 0 or inf, which
    alpha >= 0.11 does not reach.
    """
    e = abs(h)
    tilt = abs(1.0 - alpha)
    cosine = sinpi(e)
    tilted = sinpi(min(alpha, 2.0 - alpha) * 0.5 + tilt * e)
    sine = sinpi(min(alpha * (0.5 - e), (1.0 - 0.5 * alpha) + alpha * e))
    power = exp((1.0 - alpha) / alpha * log(tilted / (cosine * -log(v))))
    return (sine if h > 0.0 else -sine) / cosine * power


@jit
def positive_stable(alpha, u, v):
    r"""Positive stable variate, Laplace transform :math:`\exp(-s^\alpha)`, 0 < alpha <= 1.

    Kanter (1975), Ann. Probab. 3, 697-707, u and v in (0, 1):

    .. math:: X = \frac{\sin \alpha\pi u}{\sin \pi u}
              \Bigl(\frac{\sin (1-\alpha)\pi u}{W \sin \pi u}\Bigr)^{(1-\alpha)/\alpha}.
    """
    near, far, rest = alpha * u, (1.0 - alpha) * u, 1.0 - u
    sine = sinpi(min(u, rest))
    tilted = sinpi(min(far, rest + near))
    power = exp((1.0 - alpha) / alpha * log(tilted / (sine * -log(v))))
    return sinpi(min(near, rest + far)) / sine * power


@jit
def skewed_stable(alpha, beta, h, v):
    r"""Stable variate in Nolan's S0 form with scale 1 and location 0, 0 < alpha <= 2.

    beta in [-1, 1], h in (-1/2, 1/2) without 0, v in (0, 1).  Continuous in all four: alpha = 1
    is no special case.

    Notes
    -----
    With d = 1 - alpha, x = pi d / 2, tau = beta cot x, e = \|h\| and s the sign of h, the variate
    of Chambers, Mallows & Stuck is M G^p with p = d / alpha and G = H / (W sin pi e); S0 subtracts
    tau, infinite at alpha = 1 as M is.  Expanded about the end of the angle (DERIVED here):

    H = (1 + s beta) cos x cos(pi d e) + (sin^2 x - s beta cos^2 x) sin(pi d e) / sin x,

    d M sin(pi e) = s d (1 + s beta) cos x cos(pi alpha e)
    + (beta cos^2 x - s sin^2 x) (d / sin x) sin(pi alpha e),

    (M - tau) sin(pi e) = (s + beta) cos x cos(pi alpha e) - s sin x sin(pi alpha e)
    - beta cos x [2 cos(pi (1 + alpha) e / 2) sin(pi d e / 2) / sin x + tan(x / 2) sin(pi alpha e)],

    and every quotient by sin x is finite at d = 0.  Where G^p is near 1 the variate is
    (M - tau) + (d M) exprel(p log G) log(G) / alpha, elsewhere M G^p - tau.  The error is that of
    a change of h by a unit in its last place; at beta = 0, where M vanishes with 1/2 - e, the
    symmetric form keeps every digit.
    """
    d, e = 1.0 - alpha, abs(h)
    s = 1.0 if h > 0.0 else -1.0
    sin_x, cos_x = sinpi(0.5 * d), cospi(0.5 * abs(d))
    unit = sinpi_over(0.5 * d)  # 2 sin x = unit d
    sine, cosine = sinpi(min(alpha * e, 1.0 - alpha * e)), cospi(alpha * e)
    end = sinpi(e)
    tilted = (1.0 + s * beta) * cos_x * cospi(abs(d) * e)
    tilted += (sin_x * sin_x - s * beta * cos_x * cos_x) * 2.0 * e * sinpi_over(d * e) / unit
    scaled = s * d * (1.0 + s * beta) * cos_x * cosine
    scaled += (beta * cos_x * cos_x - s * sin_x * sin_x) * 2.0 * sine / unit
    gap = 2.0 * cospi(0.5 * (1.0 + alpha) * e) * e * sinpi_over(0.5 * d * e) / unit
    gap += sinpi(0.25 * d) / cospi(0.25 * abs(d)) * sine
    shifted = (s + beta) * cos_x * cosine - s * sin_x * sine - beta * cos_x * gap
    logarithm = log(tilted / (end * -log(v)))
    power = d / alpha * logarithm
    near = shifted / end + scaled / end * exprel(power) * logarithm / alpha
    far = scaled / (d * end) * exp(power) - beta * cos_x / sin_x
    skewed = near if abs(power) < 0.34 else far
    return symmetric_stable(alpha, h, v) if beta == 0.0 else skewed


CUDA = (
    elementary.CUDA
    + philox.CUDA
    + r"""
__device__ double symmetric_stable(double alpha, double h, double v)
{
    double e = fabs(h), tilt = fabs(1.0 - alpha), cosine = sinpi_(e);
    double tilted = sinpi_(fmin(alpha, 2.0 - alpha) * 0.5 + tilt * e);
    double sine = sinpi_(fmin(alpha * (0.5 - e), (1.0 - 0.5 * alpha) + alpha * e));
    double power = exp_((1.0 - alpha) / alpha * log_(tilted / (cosine * -log_(v))));
    return (h > 0.0 ? sine : -sine) / cosine * power;
}
__device__ double positive_stable(double alpha, double u, double v)
{
    double near = alpha * u, far = (1.0 - alpha) * u, rest = 1.0 - u, sine = sinpi_(fmin(u, rest));
    double tilted = sinpi_(fmin(far, rest + near));
    double power = exp_((1.0 - alpha) / alpha * log_(tilted / (sine * -log_(v))));
    return sinpi_(fmin(near, rest + far)) / sine * power;
}
__device__ double skewed_stable(double alpha, double beta, double h, double v)
{
    double d = 1.0 - alpha, e = fabs(h), s = h > 0.0 ? 1.0 : -1.0;
    double sin_x = sinpi_(0.5 * d), cos_x = cospi_(0.5 * fabs(d)), unit = sinpi_over(0.5 * d);
    double sine = sinpi_(fmin(alpha * e, 1.0 - alpha * e)), cosine = cospi_(alpha * e);
    double end = sinpi_(e);
    double tilted = (1.0 + s * beta) * cos_x * cospi_(fabs(d) * e);
    tilted += (sin_x * sin_x - s * beta * cos_x * cos_x) * 2.0 * e * sinpi_over(d * e) / unit;
    double scaled = s * d * (1.0 + s * beta) * cos_x * cosine;
    scaled += (beta * cos_x * cos_x - s * sin_x * sin_x) * 2.0 * sine / unit;
    double gap = 2.0 * cospi_(0.5 * (1.0 + alpha) * e) * e * sinpi_over(0.5 * d * e) / unit;
    gap += sinpi_(0.25 * d) / cospi_(0.25 * fabs(d)) * sine;
    double shifted = (s + beta) * cos_x * cosine - s * sin_x * sine - beta * cos_x * gap;
    double logarithm = log_(tilted / (end * -log_(v))), power = d / alpha * logarithm;
    double near = shifted / end + scaled / end * exprel(power) * logarithm / alpha;
    double far = scaled / (d * end) * exp_(power) - beta * cos_x / sin_x;
    double skewed = fabs(power) < 0.34 ? near : far;
    return beta == 0.0 ? symmetric_stable(alpha, h, v) : skewed;
}
"""
)
