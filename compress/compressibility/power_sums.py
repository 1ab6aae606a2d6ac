"""Sums of powers of sizes, in units in which none overflows and none that matters vanishes.

Sums are in float64 over blocks, so that float32 input needs no float64 copy, and powers are of
sizes over a largest one.  For small p a power matters even where the size over the largest one
would vanish: it is taken apart.
"""

from math import floor, frexp, inf, isfinite, log2

import numpy as np

from stablenoise.checks import check_number, real_values
from stablenoise.kernels.arrays import Array, array_module

BLOCK = 1 << 17  # terms of a sum at a time: 1 MB, which stays in cache
RANGE = 900.0  # binary orders that p-th powers may span before they get a new unit
ORDERS = 1000  # binary orders below the largest size where a ratio is taken without underflow
FARTHEST = 10_000.0  # binary orders beyond which all is 0 or infinite
LIFT = 1100  # binary orders by which smaller sizes are lifted first, from 2^-2098 at least


def check_orders(p: float, q: float) -> tuple[float, float]:
    """Return p and q as floats, or raise ValueError unless 0 < p < q < inf."""
    low, high = check_number("p", p), check_number("q", q)
    if not 0 < low < high < inf:
        raise ValueError(f"p and q must have 0 < p < q < inf, got p = {p}, q = {q}")
    return low, high


def real_terms(x: Array) -> Array:
    """``x`` as a 1-d array, not empty, with no copy of one that is contiguous."""
    x = real_values("x", x)
    if not x.size:
        raise ValueError(f"x must not be empty, got shape {x.shape}")
    return x.reshape(-1)


def flat_terms(x: Array) -> tuple[Array, float]:
    """``x`` as a 1-d array, and the largest of its sizes."""
    flat = real_terms(x)
    return flat, finite_size(max(float(flat.max()), -float(flat.min()), key=abs))


def nonzero_terms(x: Array) -> tuple[Array, float]:
    """``x`` as a 1-d array, and the largest of its sizes, which is not 0."""
    flat, top = flat_terms(x)
    if top == 0:
        raise ValueError("x must have a nonzero value, got none")
    return flat, top


def finite_size(top: float) -> float:
    """The largest size of some terms, or ValueError if it is NaN or infinite."""
    if not isfinite(top):
        raise ValueError(f"x must be finite, got {top}")
    return abs(top)


def scaled_powers(block: Array, top: float, p: float) -> Array:
    """Return (|x| / top)^p in float64, also where the ratio underflows and its power does not."""
    scaled = abs(block.astype(np.float64))
    small = _small(scaled, top, p)
    scaled /= top
    scaled **= p
    if small is not None:
        where, sizes = small
        digits, exponent = frexp(top)
        # the ratio underflows: lift the size by a power of 2 first, and take that back after p
        lifted = array_module(sizes).ldexp(sizes, LIFT - exponent) / digits
        scaled[where] = lifted**p * 2.0 ** (-LIFT * p)
    return scaled


def _small(sizes: Array, top: float, p: float) -> tuple[Array, Array] | None:
    """Sizes below 2^-1000 of the largest, and where; None where no power of them counts."""
    if p * ORDERS > RANGE:
        return None
    where = array_module(sizes).flatnonzero((sizes > 0) & (sizes < top * 2.0**-ORDERS))
    return (where, sizes[where]) if where.size else None


def power_sum(flat: Array, top: float, p: float) -> float:
    """Sum of (|x| / top)^p over all terms."""
    starts = range(0, flat.size, BLOCK)
    return sum(float(scaled_powers(flat[i : i + BLOCK], top, p).sum()) for i in starts)


def root_of(top: float, total: float, p: float, extra: float = 0.0) -> float:
    """Return top * total^(1/p) * 2^extra, finite wherever that is."""
    orders = log2(total) / p
    with np.errstate(over="ignore"):
        if abs(orders) + abs(extra) < ORDERS:
            return float(top * np.float64(total ** (1 / p) * 2.0**extra))
        # total^(1/p) alone is beyond the range of floats: add exponents, and scale once at the end
        orders = max(-FARTHEST, min(orders + extra, FARTHEST))
        whole, (digits, exponent) = floor(orders), frexp(top)
        return float(np.ldexp(digits * 2.0 ** (orders - whole), whole + exponent))
