"""The GNU Scientific Library: draws of gsl_ran_levy_skew in the S1 form."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

import numba
import numpy as np

from .shifts import from_s1

__all__ = ["FORM", "NAME", "cdf", "pdf", "ppf", "rvs", "rvs_s1", "sf", "version"]

NAME = "gsl"
FORM = "S1"
LIBRARY = "libgsl.so.27"  # Debian 12
pdf = cdf = sf = ppf = None

ctypes.CDLL("libgslcblas.so.0", mode=ctypes.RTLD_GLOBAL)
_GSL = ctypes.CDLL(LIBRARY)
# Pointers as whole numbers of their size, which compiled loops can hold
_GSL.gsl_rng_alloc.argtypes, _GSL.gsl_rng_alloc.restype = [ctypes.c_size_t], ctypes.c_size_t
_GSL.gsl_rng_free.argtypes, _GSL.gsl_rng_free.restype = [ctypes.c_size_t], None
_GSL.gsl_rng_set.argtypes, _GSL.gsl_rng_set.restype = [ctypes.c_size_t, ctypes.c_ulong], None
_GSL.gsl_ran_levy_skew.argtypes = [ctypes.c_size_t, *[ctypes.c_double] * 3]
_GSL.gsl_ran_levy_skew.restype = ctypes.c_double


def version() -> str:
    """That of the library that is loaded."""
    return ctypes.c_char_p.in_dll(_GSL, "gsl_version").value.decode()


def rvs(size: int, alpha: float, beta: float, rng: np.random.Generator) -> np.ndarray:
    """Draws, by those of S1."""
    return rvs_s1(size, alpha, beta, rng) + from_s1(alpha, beta)


def rvs_s1(size: int, alpha: float, beta: float, rng: np.random.Generator) -> np.ndarray:
    """Draws in the S1 form, from a Mersenne Twister with a seed from rng."""
    generator = _GSL.gsl_rng_alloc(ctypes.c_size_t.in_dll(_GSL, "gsl_rng_mt19937").value)
    _GSL.gsl_rng_set(generator, int(rng.integers(1, 2**32)))
    drawn = _loop()(size, generator, float(alpha), float(beta))
    _GSL.gsl_rng_free(generator)
    return drawn


@cache
def _loop() -> Any:
    draw = _GSL.gsl_ran_levy_skew

    @numba.njit
    def loop(size, generator, alpha, beta):
        drawn = np.empty(size)
        for i in range(size):
            drawn[i] = draw(generator, 1.0, alpha, beta)
        return drawn

    return loop
