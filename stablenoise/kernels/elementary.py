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

from numpy import float32, float64, floor

from .coefficients import FORMATS, LOG2_E, TABLES
from .compiler import bits, fma, from_bits, scalar


@scalar
def polynomial(coefficients, z):
    """Polynomial with an even number of terms, highest power first: two interleaved chains."""
    # One Horner chain is all latency, as each fma waits for the one before; two overlap.
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
    ln2_high, ln2_low, log2_e = map(real, (ln2_high, ln2_low, LOG2_E))
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
        # Moved so that sqrt(1/2) has the bits of 1: then the exponent field is k, and the rest f's.
        b = integer(bits(x) + (ones - root))
        # k as a float, by the last bits of a large one: no conversion of a 64-bit integer.
        k = from_bits(integer((b >> mantissa) | anchor)) - offset
        return k, from_bits(integer((b & fraction) + root)) - one

    @scalar
    def minus_log(u, rest):
        """-log(u) for 0 < u < 1, relatively accurate at both ends: rest is 1 - u."""
        k, f = split(u)
        # Next to 1 the digits are those of 1 - u, which the caller has in full.
        f = -rest if k == zero else f
        tail = fma(f * f, fma(f, polynomial(log_table, f), -half), k * ln2_low)
        return fma(-k, ln2_high, -(f + tail))

    @scalar
    def log(x):
        """Natural logarithm of a positive normal number."""
        k, f = split(x)
        # log(1 + f) = f - f^2/2 + ...: f is exact, and what is added to it is smaller.
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
        low = fma(p_low, k, fma(p, k, -high))  # the inner fma is what p * k was rounded by
        n = nearest(fma(p, t, high))
        # The large parts cancel first: high - n is small, and the small ones are added to it.
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
        # n ln2_high is exact: x - n ln(2) loses no digit though both are large.
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
        # 2^r - 1 without its cancellation; then 2^n (2^r - 1) + (2^n - 1), rounded once.
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
    constants |= {"LOG2_E": LOG2_E, "ROOT": math.sqrt(0.5)}
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
