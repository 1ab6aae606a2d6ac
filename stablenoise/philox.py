"""Philox4x32-10: random words looked up by counter, on CPU and GPU alike.

Salmon, Moraes, Dror & Shaw (2011), Parallel random numbers: as easy as 1, 2, 3, SC'11.
"""

from numpy import uint32, uint64

from .jit import jit


@jit
def philox(k0, k1, c0, c1, c2, c3):
    """Four 32-bit words from a 64-bit key and a 128-bit counter, all uint32."""
    for _ in range(10):
        a = uint64(0xD2511F53) * uint64(c0)
        b = uint64(0xCD9E8D57) * uint64(c2)
        c0, c1 = uint32(b >> uint64(32)) ^ c1 ^ k0, uint32(b)
        c2, c3 = uint32(a >> uint64(32)) ^ c3 ^ k1, uint32(a)
        k0 = uint32(k0 + uint32(0x9E3779B9))
        k1 = uint32(k1 + uint32(0xBB67AE85))
    return c0, c1, c2, c3


@jit
def uniform(high, low):
    """One of the 2^52 midpoints (j + 1/2) 2^-52 of (0, 1): exact, and so is 1 minus it."""
    word = (uint64(high) << uint64(32)) | uint64(low)
    return (float(word >> uint64(12)) + 0.5) * 2.0**-52


@jit
def signed_half(high, low):
    """One of the 2^53 midpoints of (-1/2, 1/2): a sign, and 2^52 exact sizes (j + 1/2) 2^-53."""
    word = (uint64(high) << uint64(32)) | uint64(low)
    size = (float((word >> uint64(11)) & uint64((1 << 52) - 1)) + 0.5) * 2.0**-53
    return size if word >> uint64(63) else -size


CUDA = r"""
__device__ void philox(unsigned k0, unsigned k1, unsigned c[4])
{
    for (int round = 0; round < 10; ++round) {
        unsigned long long a = 0xD2511F53ULL * c[0], b = 0xCD9E8D57ULL * c[2];
        c[0] = (unsigned)(b >> 32) ^ c[1] ^ k0;  c[1] = (unsigned)b;
        c[2] = (unsigned)(a >> 32) ^ c[3] ^ k1;  c[3] = (unsigned)a;
        k0 += 0x9E3779B9U;  k1 += 0xBB67AE85U;
    }
}
__device__ double uniform(unsigned high, unsigned low)
{
    unsigned long long word = ((unsigned long long)high << 32) | low;
    return ((double)(word >> 12) + 0.5) * 0x1p-52;
}
__device__ double signed_half(unsigned high, unsigned low)
{
    unsigned long long word = ((unsigned long long)high << 32) | low;
    double size = ((double)((word >> 11) & ((1ULL << 52) - 1)) + 0.5) * 0x1p-53;
    return word >> 63 ? size : -size;
}
"""
