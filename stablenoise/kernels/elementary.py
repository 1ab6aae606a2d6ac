r"""-log, powers, sin(pi t) and cos(pi t) from IEEE + - * / and explicit fused multiply-adds.

Math libraries disagree in the last bit, so a trajectory computed with them cannot be repeated
on another machine.  These functions can: Numba, CUDA (``--fmad=false``) and the host's C++
compiler (``-ffp-contract=off``) return the same bits.  They select and never branch, so that LLVM
vectorises the loops around them, and check nothing.

Each is compiled for two formats, ``double`` and ``single``, from one text.  On the range that it
states its relative error is below 3 eps, eps being that of the format, but for ``power``.
"""

import math
from types import SimpleNamespace

from numpy import float32, float64, floor, int32, int64

from .compiler import bits, fma, from_bits, scalar

# Polynomials of least maximal error, by mpmath.chebyfit, highest power first; a test makes them
# anew.  sin: sin(pi t) / t in t^2, |t| <= 1/2.  log: (log(1 + f) - f + f^2 / 2) / f^3 in f,
# sqrt(1/2) <= 1 + f <= sqrt(2).  exp2: (2^r - 1) / r in r, |r| <= 1/2.  small_sin and small_cos:
# sin(pi t) / t and cos(pi t) in t^2, |t| <= 1/16.
# fmt: off
TABLES: dict[type, dict[str, tuple[float, ...]]] = {
    float64: {
        "sin": (
            -2.113362735205297e-05, 0.0004659870158043378, -0.0073703643265304155,
            0.08214587881631043, -0.599264528825224, 2.5501640398618677, -5.1677127800497855,
            3.1415926535897927,
        ),
        "log": (
            -0.02926977065702344, 0.06277673141257632, -0.06620199721841333, 0.059358470292036815,
            -0.060867462424881856, 0.06637758835906711, -0.07155040391259702, 0.07695322356967071,
            -0.08332845479787004, 0.09090760495391416, -0.10000010390984712, 0.1111111487790673,
            -0.12499999892217775, 0.14285714239843317, -0.16666666667111316, 0.20000000000210874,
            -0.2499999999999954, 0.33333333333333176,
        ),
        "exp2": (
            2.5729324177362305e-11, 4.4558179083360645e-10, 7.0548973041554995e-09,
            1.0178057087733941e-07, 1.3215486808705563e-06, 1.5252733841556773e-05,
            0.00015403530393370734, 0.001333355814640647, 0.00961812910762848,
            0.055504108664821625, 0.24022650695910072, 0.6931471805599453,
        ),
        "small_sin": (
            -0.007364968340316315, 0.082145862608211, -0.5992645292721775, 2.550164039877301,
            -5.16771278004997, 3.141592653589793,
        ),
        "small_cos": (
            -0.025784288170056582, 0.23533053104109836, -1.335262768653437, 4.058712126416584,
            -4.934802200544679, 1.0,
        ),
    },
    float32: {
        "sin": (
            -0.007028304, 0.08205035, -0.59925216, 2.5501633, -5.1677127, 3.1415927,
        ),
        "log": (
            -0.062015, 0.105308644, -0.10646192, 0.11037783, -0.124507435, 0.14286524,
            -0.16668001, 0.2000001, -0.2499999, 0.33333334,
        ),
        "exp2": (
            0.00015453163, 0.0013390863, 0.009618083, 0.05550357, 0.2402265, 0.6931472,
        ),
        "small_sin": (
            -0.5986231, 2.5501626, -5.1677127, 3.1415927,
        ),
        "small_cos": (
            -1.3334253, 4.0587077, -4.934802, 1.0,
        ),
    },
}
# fmt: on
FORMATS: dict[type, tuple[type, int, float, float]] = {
    # integer, bits of the mantissa, ln(2) as high + low with k * high exact for |k| < 2^11
    float64: (int64, 52, 0.6931471803691238, 1.9082149292705877e-10),
    float32: (int32, 23, 0.693115234375, 3.1946184945309415e-05),
}


@scalar
def polynomial(coefficients, z):
    """Polynomial with an even number of terms, highest power first: two interleaved chains."""
    odd, even, w = coefficients[0], coefficients[1], z * z
    for i in range(2, len(coefficients), 2):
        odd = fma(odd, w, coefficients[i])
        even = fma(even, w, coefficients[i + 1])
    return fma(odd, z, even)


def _functions(real: type) -> SimpleNamespace:
    """Elementary functions of one format; every literal in them is of its type."""
    integer, mantissa, ln2_high, ln2_low = FORMATS[real]
    sin, log_table, exp2_table, small_sin, small_cos = (
        tuple(map(real, t)) for t in TABLES[real].values()
    )
    zero, half, one = map(real, (0.0, 0.5, 1.0))
    ln2_high, ln2_low, log2_e = map(real, (ln2_high, ln2_low, 1 / math.log(2)))
    ones, root = (integer(real(x).view(integer)) for x in (1.0, math.sqrt(0.5)))
    fraction, mantissa = integer((1 << mantissa) - 1), integer(mantissa)
    bias = integer(ones >> mantissa)
    # 2^mantissa + j has the integer j >= 0 in its last bits; 1.5 times as much, if j < 0 too
    whole, shift = real(2.0**mantissa), real(1.5 * 2.0**mantissa)
    anchor, offset = integer(whole.view(integer)), real(2.0**mantissa + bias)
    lowest, highest = real(-bias), real(bias + 1)

    @scalar
    def split(x):
        """The k and f of a positive normal x = 2^k (1 + f), sqrt(1/2) <= 1 + f < sqrt(2)."""
        b = integer(bits(x) + (ones - root))
        k = from_bits(integer((b >> mantissa) | anchor)) - offset
        return k, from_bits(integer((b & fraction) + root)) - one

    @scalar
    def minus_log(u, rest):
        """-log(u) for 0 < u < 1, relatively accurate at both ends: rest is 1 - u."""
        k, f = split(u)
        f = -rest if k == zero else f
        tail = fma(f * f, fma(f, polynomial(log_table, f), -half), k * ln2_low)
        return fma(-k, ln2_high, -(f + tail))

    @scalar
    def log(x):
        """Natural logarithm of a positive normal number."""
        k, f = split(x)
        tail = fma(f * f, fma(f, polynomial(log_table, f), -half), k * ln2_low)
        return fma(k, ln2_high, f + tail)

    @scalar
    def log2(x):
        """Base-2 logarithm of a positive normal number as k + t: an integer and |t| <= 1/2."""
        k, f = split(x)
        return k, log2_e * fma(f * f, fma(f, polynomial(log_table, f), -half), f)

    @scalar
    def nearest(y):
        """Integer nearest to y, brought to where ``two_to`` is 0 or inf; of NaN, any."""
        return floor(min(max(lowest, y), highest) + half)

    @scalar
    def two_to(n):
        """2^n for a whole n: 0 at one less than the exponents of the format, inf at one more."""
        return from_bits(integer((bits(n + shift) + bias) << mantissa))

    @scalar
    def exp2_ratio(r):
        """(2^r - 1) / r for |r| <= 1/2, continued by ln(2) to r = 0."""
        return polynomial(exp2_table, r)

    @scalar
    def log2_of_power(x, p, p_low):
        """Base-2 logarithm of x^(p + p_low) as n + r: an integer and |r| <= 1/2.

        The exponent of x is an integer, and p times it is exact in two words: the error does
        not grow with the size of the power.
        """
        k, t = log2(x)
        high = p * k
        low = fma(p_low, k, fma(p, k, -high))
        n = nearest(fma(p, t, high))
        r = (high - n) + fma(p, t, low)
        return n, r if abs(r) < one else zero  # larger only where 2^n is 0 or inf

    @scalar
    def exp2(n, r):
        """2^(n + r) for a whole n, 0 or inf beyond the format, and |r| <= 1/2."""
        return fma(r, exp2_ratio(r), one) * two_to(n)

    @scalar
    def exp_parts(x):
        """The n and r of exp(x) = 2^(n + r): an integer and |r| <= 1/2."""
        n = nearest(x * log2_e)
        r = fma(-n, ln2_low, fma(-n, ln2_high, x)) * log2_e
        return n, r if abs(r) < one else zero  # larger only where 2^n is 0 or inf

    @scalar
    def exp(x):
        """e^x, 0 or inf beyond the normal numbers of the format."""
        n, r = exp_parts(x)
        return exp2(n, r)

    @scalar
    def expm1(x):
        """e^x - 1, relatively accurate at 0, for x below the last power of 2 of the format."""
        n, r = exp_parts(x)
        near = r * exp2_ratio(r)
        return near if n == zero else fma(near, two_to(n), two_to(n) - one)

    @scalar
    def power(x, p, p_low):
        """x^(p + p_low) for a positive normal x, to (2 + 3/4 |p|) eps.

        Beyond the range of the format, without the last half of a power of 2, it is 0 or inf.
        """
        n, r = log2_of_power(x, p, p_low)
        return exp2(n, r)

    @scalar
    def sinpi(t):
        """sin(pi t) for |t| <= 1/2, with full relative accuracy at 0."""
        return t * polynomial(sin, t * t)

    @scalar
    def small_sinpi_ratio(t):
        """sin(pi t) / t for |t| <= 1/16, continued by pi to t = 0."""
        return polynomial(small_sin, t * t)

    @scalar
    def small_cospi(t):
        """cos(pi t) for |t| <= 1/16."""
        return polynomial(small_cos, t * t)

    functions = [minus_log, log2, nearest, two_to, exp2_ratio, log2_of_power, exp2, power, sinpi]
    functions += [small_sinpi_ratio, small_cospi, log, exp, expm1]
    return SimpleNamespace(**{f.__name__: f for f in functions})


double, single = _functions(float64), _functions(float32)


def cuda(real: type) -> str:
    """CUDA text of the same functions for one format, an underscore after names that C has."""
    _, mantissa, ln2_high, ln2_low = FORMATS[real]
    constants = {"LN2_HIGH": ln2_high, "LN2_LOW": ln2_low}
    constants |= {"LOG2_E": 1 / math.log(2), "ROOT": math.sqrt(0.5)}
    tables = {name: (x,) for name, x in constants.items()} | TABLES[real]
    lines = [f"typedef {'double' if real is float64 else 'float'} real;"]
    lines += [f"typedef {'long long' if real is float64 else 'int'} integer;"]
    lines += [f"#define MANTISSA {mantissa}"]
    for name, table in tables.items():  # in hexadecimal, so that no digit is lost
        lines.append(f"#define {name.upper()} {', '.join(float(real(x)).hex() for x in table)}")
    return "\n".join(lines) + CUDA


CUDA = r"""
__device__ double fma_(double a, double b, double c) { return __fma_rn(a, b, c); }
__device__ float fma_(float a, float b, float c) { return __fmaf_rn(a, b, c); }
__device__ long long bits(double x) { return __double_as_longlong(x); }
__device__ int bits(float x) { return __float_as_int(x); }
__device__ double from_bits(long long i) { return __longlong_as_double(i); }
__device__ float from_bits(int i) { return __int_as_float(i); }
#define ZERO real(0)
#define HALF real(0.5)
#define ONE real(1)
#define TWO real(2)
#define WHOLE real(1LL << MANTISSA)
#define BIAS (bits(ONE) >> MANTISSA)

template <int N> __device__ real polynomial(const real (&c)[N], real z)
{
    real odd = c[0], even = c[1], w = z * z;
    for (int i = 2; i < N; i += 2) {
        odd = fma_(odd, w, c[i]);
        even = fma_(even, w, c[i + 1]);
    }
    return fma_(odd, z, even);
}
__device__ void split(real x, real &k, real &f)
{
    integer root = bits(real(ROOT)), b = bits(x) + (bits(ONE) - root);
    k = from_bits(integer((b >> MANTISSA) | bits(WHOLE))) - (WHOLE + real(BIAS));
    f = from_bits(integer((b & ((integer(1) << MANTISSA) - 1)) + root)) - ONE;
}
__device__ real log_(real x)
{
    const real c[] = {LOG};
    real k, f;
    split(x, k, f);
    real tail = fma_(f * f, fma_(f, polynomial(c, f), -HALF), k * real(LN2_LOW));
    return fma_(k, real(LN2_HIGH), f + tail);
}
__device__ real minus_log(real u, real rest)
{
    const real c[] = {LOG};
    real k, f;
    split(u, k, f);
    f = k == ZERO ? -rest : f;
    real tail = fma_(f * f, fma_(f, polynomial(c, f), -HALF), k * real(LN2_LOW));
    return fma_(-k, real(LN2_HIGH), -(f + tail));
}
__device__ void log2_(real x, real &k, real &t)
{
    const real c[] = {LOG};
    real f;
    split(x, k, f);
    t = real(LOG2_E) * fma_(f * f, fma_(f, polynomial(c, f), -HALF), f);
}
__device__ real nearest(real y)
{
    return floor(fmin(fmax(real(-BIAS), y), real(BIAS + 1)) + HALF);
}
__device__ real two_to(real n)
{
    unsigned long long moved = bits(n + real(1.5) * WHOLE) + BIAS;
    return from_bits(integer(moved << MANTISSA));
}
__device__ real exp2_ratio(real r)
{
    const real c[] = {EXP2};
    return polynomial(c, r);
}
__device__ void exp_parts(real x, real &n, real &r)
{
    n = nearest(x * real(LOG2_E));
    r = fma_(-n, real(LN2_LOW), fma_(-n, real(LN2_HIGH), x)) * real(LOG2_E);
    r = fabs(r) < ONE ? r : ZERO;
}
__device__ real exp_(real x)
{
    real n, r;
    exp_parts(x, n, r);
    return fma_(r, exp2_ratio(r), ONE) * two_to(n);
}
__device__ real expm1_(real x)
{
    real n, r;
    exp_parts(x, n, r);
    real near = r * exp2_ratio(r);
    return n == ZERO ? near : fma_(near, two_to(n), two_to(n) - ONE);
}
__device__ real power(real x, real p, real p_low)
{
    real k, t;
    log2_(x, k, t);
    real high = p * k, low = fma_(p_low, k, fma_(p, k, -high));
    real n = nearest(fma_(p, t, high)), r = (high - n) + fma_(p, t, low);
    r = fabs(r) < ONE ? r : ZERO;
    return fma_(r, exp2_ratio(r), ONE) * two_to(n);
}
__device__ real sinpi_(real t)
{
    const real c[] = {SIN};
    return t * polynomial(c, t * t);
}
__device__ real small_sinpi_ratio(real t)
{
    const real c[] = {SMALL_SIN};
    return polynomial(c, t * t);
}
__device__ real small_cospi(real t)
{
    const real c[] = {SMALL_COS};
    return polynomial(c, t * t);
}
"""
