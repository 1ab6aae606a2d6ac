"""log, exp, exprel, sin(pi t) and cos(pi t) from IEEE + - * / and explicit fused multiply-adds.

Math libraries disagree in the last bit, so a trajectory computed with them cannot be repeated
on another machine.  These functions can: Numba, CUDA (``--fmad=false``) and the host's C++
compiler (``-ffp-contract=off``) return the same bits.  They select and never branch, check
nothing, and are within 2 ulp of the exact value (``exprel``: 3) on the range that each states.
"""

from math import factorial, floor, pi

from numpy import float64, int64

from .jit import fma, jit

LN2_HIGH = float.fromhex("0x1.62e42fee00000p-1")  # 21 trailing zero bits: k LN2_HIGH is exact
LN2_LOW = float.fromhex("0x1.a39ef35793c76p-33")
LOG2_E = float.fromhex("0x1.71547652b82fep+0")
SQRT_HALF = int64(0x3FE6A09E667F3BCD)  # bits of the double nearest sqrt(1/2)
ONE = int64(1023 << 52)  # bits of 1.0
MANTISSA = int64((1 << 52) - 1)

# Coefficients, highest power first; the first term left out is below 2^-55 of the sum.
LOG = tuple(2 / (2 * k + 1) for k in range(10, 0, -1))  # (2 artanh(s) - 2 s) / s^3 in s^2
EXP = tuple(1 / factorial(j + 1) for j in range(12, -1, -1))  # (exp(r) - 1) / r, |r| <= ln(2) / 2
SIN = tuple(  # sin(pi t) / t in t^2, |t| <= 1/2
    (-1) ** j * pi ** (2 * j + 1) / factorial(2 * j + 1) for j in range(11, -1, -1)
)


@jit
def horner(coefficients, z):
    """Polynomial in z, highest power first."""
    p = coefficients[0]
    for c in coefficients[1:]:
        p = fma(p, z, c)
    return p


@jit
def log(x):
    """Natural logarithm of a positive normal double; about -709 at 0, so that 0 * log(0) is 0.

    With x = 2^k (1 + f), 1 + f in [sqrt(1/2), sqrt(2)) and s = f / (2 + f),
    log(1 + f) = 2 artanh(s) = f - (f^2/2 - s (f^2/2 + R)), R = 2 artanh(s) / s - 2: only R is
    rounded at full size (Ng, 1985, K.C.; fdlibm's e_log).
    """
    bits = float64(x).view(int64) + (ONE - SQRT_HALF)
    k = float((bits >> 52) - 1023)
    f = int64((bits & MANTISSA) + SQRT_HALF).view(float64) - 1.0
    s = f / (2.0 + f)
    z = s * s
    half = 0.5 * f * f
    correction = fma(s, fma(z, horner(LOG, z), half), k * LN2_LOW)
    return fma(k, LN2_HIGH, f - (half - correction))


@jit
def _reduce(x):
    """Write x = k ln(2) + r with an integer |k| <= 1100 and |r| <= ln(2) / 2."""
    x = min(max(x, -760.0), 760.0)
    k = float(floor(fma(x, LOG2_E, 0.5)))
    return k, fma(-k, LN2_LOW, fma(-k, LN2_HIGH, x))


@jit
def _two_to(k):
    """Return 2^k for an integer k in [-1022, 1023]."""
    return int64((int64(k) + 1023) << 52).view(float64)


@jit
def exp(x):
    """Exponential of any double but NaN; beyond the range of doubles it is 0 or inf."""
    k, r = _reduce(x)
    half = float(floor(0.5 * k))  # 2^k itself may be no double
    return fma(r, horner(EXP, r), 1.0) * _two_to(half) * _two_to(k - half)


@jit
def exprel(x):
    """Return (exp(x) - 1) / x, continued by 1 to x = 0."""
    k, r = _reduce(x)
    return horner(EXP, r) if k == 0 else (exp(x) - 1.0) / x


@jit
def sinpi_over(t):
    """Return sin(pi t) / t for |t| <= 1/2, continued by pi to t = 0."""
    return horner(SIN, t * t)


@jit
def sinpi(t):
    """Return sin(pi t) for |t| <= 1/2, with full relative accuracy at 0."""
    return t * sinpi_over(t)


@jit
def cospi(t):
    """Return cos(pi t) for 0 <= t <= 1, with full relative accuracy at 1/2."""
    return sinpi(0.5 - t)


def _define(**constants: tuple[float, ...]) -> str:
    """C macros, in hexadecimal so that no digit is lost."""
    rows = {name: ", ".join(float(c).hex() for c in table) for name, table in constants.items()}
    return "".join(f"#define {name} {row}\n" for name, row in rows.items())


CUDA = (
    _define(LOG=LOG, EXP=EXP, SIN=SIN, LN2_HIGH=(LN2_HIGH,), LN2_LOW=(LN2_LOW,), LOG2_E=(LOG2_E,))
    + r"""
template <int N> __device__ double horner(const double (&c)[N], double z)
{
    double p = c[0];
    for (int i = 1; i < N; ++i) p = __fma_rn(p, z, c[i]);
    return p;
}
__device__ double log_(double x)
{
    const double c[] = {LOG};
    const long long one = 1023LL << 52, half_bits = 0x3FE6A09E667F3BCDLL;
    long long bits = __double_as_longlong(x) + (one - half_bits);
    double k = (double)((bits >> 52) - 1023);
    double f = __longlong_as_double((bits & ((1LL << 52) - 1)) + half_bits) - 1.0;
    double s = f / (2.0 + f), z = s * s, half = 0.5 * f * f;
    double correction = __fma_rn(s, __fma_rn(z, horner(c, z), half), k * LN2_LOW);
    return __fma_rn(k, LN2_HIGH, f - (half - correction));
}
__device__ void reduce(double x, double &k, double &r)
{
    x = fmin(fmax(x, -760.0), 760.0);
    k = floor(__fma_rn(x, LOG2_E, 0.5));
    r = __fma_rn(-k, LN2_LOW, __fma_rn(-k, LN2_HIGH, x));
}
__device__ double two_to(double k) { return __longlong_as_double(((long long)k + 1023) << 52); }
__device__ double exp_(double x)
{
    const double c[] = {EXP};
    double k, r;
    reduce(x, k, r);
    double half = floor(0.5 * k);
    return __fma_rn(r, horner(c, r), 1.0) * two_to(half) * two_to(k - half);
}
__device__ double exprel(double x)
{
    const double c[] = {EXP};
    double k, r;
    reduce(x, k, r);
    return k == 0.0 ? horner(c, r) : (exp_(x) - 1.0) / x;
}
__device__ double sinpi_over(double t)
{
    const double c[] = {SIN};
    return horner(c, t * t);
}
__device__ double sinpi_(double t) { return t * sinpi_over(t); }
__device__ double cospi_(double t) { return sinpi_(0.5 - t); }
"""
)
