"""Draws from a generator of the caller: each call takes one 64-bit key from it, and no more."""

from collections.abc import Callable, Sequence
from math import isfinite
from operator import index
from typing import Any

import numpy as np
from numpy import float32, float64, uint32, uint64

from .checks import check_shape, check_unmasked, plain, told
from .kernels import cms, random_words
from .kernels.addresses import Address, over_addresses
from .kernels.arrays import Array, array_module
from .kernels.compiler import jit
from .law.characteristic import s0_minus_s1
from .noises import independent

Size = int | Sequence[int] | np.ndarray | None
Rng = (  # what numpy.random.default_rng takes, as scientific Python's SPEC 7 has it
    int | Sequence[int] | np.random.SeedSequence | np.random.BitGenerator | np.random.Generator
    | np.random.RandomState | None
)  # fmt: skip

ROW = 2**31  # variates for each "particle": the number of a coordinate is a 32-bit word

_fill_stable = independent.fill
_fill_near_one = over_addresses(shared=cms.one, own=cms.near_one)
_fill_at_one = over_addresses(shared=cms.one, own=cms.at_one)


def drawn_address(rng: Rng) -> Address:
    """Address whose key, two 32-bit words, is drawn from ``rng``; step and lane are 0."""
    try:
        if isinstance(rng, np.matrix | np.ma.MaskedArray | str | bytes):  # NumPy never returns
            raise TypeError
        generator = np.random.default_rng(rng)
    except (TypeError, ValueError):
        rule = "rng must be what numpy.random.default_rng takes"
        raise ValueError(f"{rule}, got {told(rng)}") from None
    low, high = generator.integers(2**32, size=2, dtype=np.uint32)
    return Address(low, high, uint32(0), uint32(0))


def full_shape(size: Size, parameters: tuple[int, ...]) -> tuple[int, ...]:
    """Shape of a sample: ``size``, or that of the parameters, which must broadcast to it."""
    if size is None:
        return parameters
    shape = _lengths(size)
    if min(shape, default=0) < 0:
        rule = "size must be an integer or a tuple of them, not negative"
        raise ValueError(f"{rule}, got {told(size)}")
    for n, known in zip(shape[::-1], parameters[::-1], strict=False):
        if known not in (1, n):
            raise ValueError(f"size must end in the parameters' shape {parameters}, got {shape}")
    if len(shape) < len(parameters):
        raise ValueError(f"size must end in the parameters' shape {parameters}, got {shape}")
    return check_shape(shape)


def _lengths(size: Any) -> tuple[int, ...]:
    """Lengths of the axes, as integers of Python; -1 for what is none."""
    check_unmasked("size", size)
    several = isinstance(size, tuple | list | range) or np.ndim(size)
    entries = tuple(size) if several else (size,)
    try:
        return tuple(-1 if isinstance(n, bool) else index(n) for n in entries)
    except TypeError:
        return (-1,)


def is_near_one(alpha: Any, beta: Any) -> Any:
    """Whether ``near_one`` or ``at_one`` makes the variate, rather than ``stable``; or an array."""
    return (beta != 0) & (abs(alpha - 1) < cms.NEAR_ONE)


def kernel_scale_and_loc(alpha: Any, beta: Any, scale: Any, loc: Any) -> tuple[Any, Any]:
    """Scale and location for the variates of ``cms``, which are in S1 far from alpha = 1."""
    same = is_near_one(alpha, beta) | (np.asarray(beta) == 0)
    shift = np.where(same, 0.0, s0_minus_s1(alpha, beta, scale))
    with np.errstate(over="ignore", invalid="ignore"):
        size = scale * (1 + (shift / scale) ** 2) ** (0.5 / alpha)
        return plain(size), plain(loc - shift)


def draw(out: Array, alpha: Any, beta: Any, rng: Rng, scale: Any, loc: Any) -> None:
    """Let ``out``, C-contiguous, be loc + scale x variates; parameters are numbers or broadcast."""
    address = drawn_address(rng)
    if all(np.ndim(x) == 0 for x in (alpha, beta, scale, loc)):
        return _fill(out, alpha, beta, address, scale, loc)
    _scaled(out, alpha, beta, address, scale)
    empty = array_module(out).empty_like
    move(out, loc, lambda: _scaled(empty(out), alpha, beta, address, scale / 2))


def move(out: Array, loc: Any, halved: Callable[[], Array]) -> None:
    """Add loc to draws; where they are beyond the floats, to those that ``halved`` makes, twice."""
    with np.errstate(over="ignore", invalid="ignore"):
        if out.size and isfinite(out.max()) and isfinite(out.min()):
            out += loc
            return
        beyond = ~array_module(out).isfinite(out)
        out += loc
        out[beyond] = (2 * (halved() + loc / 2))[beyond]


def _scaled(out: Array, alpha: Any, beta: Any, address: Address, scale: Any) -> Array:
    """Let ``out`` be scale x variates."""
    if np.ndim(alpha) == np.ndim(beta) == 0:
        _fill(out, alpha, beta, address, 1.0, 0.0)
    else:
        _fill_each(out, alpha, beta, address)
    with np.errstate(over="ignore"):
        out *= scale
    return out


def _fill(
    out: Array, alpha: float, beta: float, address: Address, scale: float, loc: float
) -> None:
    """Let ``out`` be loc + scale x variates of one law."""
    near = _fill_at_one if alpha == 1 else _fill_near_one
    loop = near if is_near_one(alpha, beta) else _fill_stable
    flat, xp = out.reshape(-1), array_module(out)
    for row, start in enumerate(range(0, flat.size, ROW)):
        part, particles = flat[None, start : start + ROW], xp.array([row], dtype=uint32)
        loop(part, alpha, beta, address, particles, scale, loc)


def _fill_each(out: np.ndarray, alpha: np.ndarray, beta: np.ndarray, address: Address) -> None:
    """Let element q of ``out`` be what ``_fill`` would make it, with parameters of its own."""
    loop = _EACH[out.dtype.type]
    near = np.broadcast_to(is_near_one(alpha, beta), out.shape)
    parameters = (np.broadcast_to(x, out.shape) for x in (alpha, beta))
    flat = (x.reshape(-1) for x in (out, *parameters, near))
    loop(*flat, address, 0, out.size)


def _each(real: type) -> Callable:
    """Loop of ``_fill_each`` for one format."""
    laws, uniforms = (
        (cms.double, random_words.double) if real is float64 else (cms.single, random_words.single)
    )
    pair, pairs, angle, exponential = (
        uniforms.pair,
        uniforms.pairs,
        uniforms.angle,
        laws.exponential,
    )
    stable, stable_constants = laws.stable, laws.stable_constants
    near_one, near_one_constants = laws.near_one, laws.near_one_constants
    at_one, at_one_constants = laws.at_one, laws.at_one_constants

    @jit(nogil=True)
    def loop(out, alpha, beta, near, address, low, high):
        for q in range(low, high):
            # The address that element q has in ``_fill``: so a draw of one law and a draw of
            # many, all equal, are the same draw.
            row, coordinate = q // ROW, q % ROW
            step, lane = uint64(address.step), uint64(address.lane)
            counter = uint64(row), step, uint64(coordinate // pairs), lane
            block = random_words.philox(uint64(address.k0), uint64(address.k1), *counter)
            first, second = pair(block, coordinate % pairs)
            # Parameters differ from one element to the next: nothing here is vectorised.
            s, e, f = angle(first, second)
            w = exponential(second, first)
            if not near[q]:
                out[q] = stable(stable_constants(alpha[q], beta[q]), s, e, f, w)
            elif alpha[q] == 1.0:
                out[q] = at_one(at_one_constants(alpha[q], beta[q]), s, e, f, w)
            else:
                out[q] = near_one(near_one_constants(alpha[q], beta[q]), s, e, f, w)

    return loop


_EACH = {real: _each(real) for real in (float64, float32)}
