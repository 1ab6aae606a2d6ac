"""Uniforms that are too coarse, end too soon, or follow a rule, in a formula that is right."""

from __future__ import annotations

from functools import cache, partial
from math import pi

import numpy as np

from ...stable import Stable
from . import formula
from .entry import Fault

__all__ = ["members"]

ALPHA = 1.5
SYMMETRIC, CAUCHY = Stable(ALPHA), Stable(1.0)
KNOTS = 2048
RANDU, RANDU_MODULUS = 65539, 2**31
SMALL_MULTIPLIER, MODULUS = 69, 2**32
FLOAT32_EPS = float(np.finfo(np.float32).eps)


def _words(size: int, rng: np.random.Generator, bits: int) -> np.ndarray:
    """Integers of so many bits."""
    return np.random.default_rng(rng).integers(2**bits, size=size, dtype=np.uint64)


def _coarse(size: int, rng: np.random.Generator, bits: int) -> np.ndarray:
    """Uniforms in the middle of 2^bits cells."""
    return (_words(size, rng, bits) + 0.5) / 2.0**bits


def _inverted(size: int, rng: np.random.Generator, bits: int) -> np.ndarray:
    """Cauchy variates, each from one coarse uniform."""
    return np.tan(formula.angle(_coarse(size, rng, bits)))


def _both_coarse(size: int, rng: np.random.Generator, bits: int) -> np.ndarray:
    v = formula.angle(_coarse(size, rng, bits))
    return formula.symmetric(ALPHA, v, -np.log(_coarse(size, rng, bits)))


def _clamped(size: int, rng: np.random.Generator, least: float) -> np.ndarray:
    u = np.clip(np.random.default_rng(rng).random(size), least, 1 - least)
    return formula.symmetric(ALPHA, formula.angle(u), rng.standard_exponential(size))


def _single(size: int, rng: np.random.Generator) -> np.ndarray:
    """24 bits, clamped at two roundings from the ends, all in float32, as in Pyro 1.9."""
    rng = np.random.default_rng(rng)
    u = np.clip(rng.random(size, np.float32), 2 * FLOAT32_EPS, 1 - 2 * FLOAT32_EPS)
    v = np.float32(pi) * (u - np.float32(0.5))
    w = rng.standard_exponential(size, np.float32)
    return formula.symmetric(ALPHA, v, np.maximum(w, np.finfo(np.float32).tiny))


@cache
def _table() -> np.ndarray:
    """Quantiles at the ends of equal cells; the outer ends are half a cell further in."""
    return np.asarray(SYMMETRIC.ppf((np.arange(KNOTS) + 0.5) / KNOTS))


def _interpolated(size: int, rng: np.random.Generator) -> np.ndarray:
    at = np.random.default_rng(rng).random(size) * (KNOTS - 1)
    cell = at.astype(np.int64)
    low, high = _table()[cell], _table()[cell + 1]
    return low + (at - cell) * (high - low)


@cache
def _powers(multiplier: int, modulus: int, size: int) -> np.ndarray:
    """multiplier^1 .. multiplier^size; 64-bit products wrap, and the modulus divides 2^64."""
    return np.multiply.accumulate(np.full(size, multiplier, np.uint64)) % np.uint64(modulus)


def _congruential(size: int, rng: np.random.Generator, multiplier: int, modulus: int) -> np.ndarray:
    """Cauchy variates by inversion of a multiplicative generator with an odd seed."""
    seed = np.uint64(2) * _words(1, rng, 30)[0] + np.uint64(1)
    words = _powers(multiplier, modulus, size) * seed % np.uint64(modulus)
    return np.tan(formula.angle((words + 0.5) / modulus))


def _van_der_corput(size: int, rng: np.random.Generator) -> np.ndarray:
    """Multiples of the golden ratio, from a random start: too even to be random."""
    start = np.random.default_rng(rng).random()
    return np.tan(formula.angle((start + 0.6180339887498949 * np.arange(size)) % 1.0))


def _stratified(size: int, rng: np.random.Generator) -> np.ndarray:
    """One uniform in each of 64 cells, in random order, again and again."""
    rng = np.random.default_rng(rng)
    cells = np.argsort(rng.random((size // 64 + 1, 64)), axis=1).ravel()[:size]
    return np.tan(formula.angle((cells + rng.random(size)) / 64))


def _zero_included(size: int, rng: np.random.Generator) -> np.ndarray:
    """Exponential variables by -log(u) where u, of 18 bits, is 0 at times: infinite draws."""
    u, w = np.random.default_rng(rng).random(size), _words(size, rng, 18) / 2.0**18
    w += (w > 0) * rng.random(size) / 2.0**18
    with np.errstate(divide="ignore"):
        return formula.symmetric(ALPHA, formula.angle(u), -np.log(w))


def members() -> tuple[Fault, ...]:
    """The faults of this file."""
    low = "low-entropy"
    congruential = partial(_congruential, multiplier=RANDU, modulus=RANDU_MODULUS)
    short = partial(_congruential, multiplier=SMALL_MULTIPLIER, modulus=MODULUS)
    return (
        Fault("inversion of 16 bits", CAUCHY, partial(_inverted, bits=16), True, low),
        Fault("inversion of 24 bits", CAUCHY, partial(_inverted, bits=24), True, low),
        Fault("inversion of 32 bits", CAUCHY, partial(_inverted, bits=32), False, low),
        Fault("two uniforms of 12 bits", SYMMETRIC, partial(_both_coarse, bits=12), True, low),
        Fault("two uniforms of 16 bits", SYMMETRIC, partial(_both_coarse, bits=16), False, low),
        Fault("uniforms clamped at 1e-3", SYMMETRIC, partial(_clamped, least=1e-3), True),
        Fault("uniforms clamped at 1e-6", SYMMETRIC, partial(_clamped, least=1e-6), False),
        Fault("24 bits clamped in float32", SYMMETRIC, _single, False),
        Fault("table of quantiles that ends", SYMMETRIC, _interpolated, True),
        Fault("RANDU inverted", CAUCHY, congruential, False),
        Fault("multiplicative generator of multiplier 69", CAUCHY, short, True),
        Fault("multiples of the golden ratio", CAUCHY, _van_der_corput, True),
        Fault("one uniform in each of 64 cells", CAUCHY, _stratified, True),
        Fault("infinite where a uniform is 0", SYMMETRIC, _zero_included, False),
    )
