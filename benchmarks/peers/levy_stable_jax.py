"""levy-stable-jax, in Nolan's S0 form, its default; single precision, JAX's default format.

It asks for NumPy below 2, which this package does not run on; it runs with NumPy 2.
"""

from __future__ import annotations

from importlib.metadata import version as _version

import jax
import levy_stable_jax as library
import numpy as np

__all__ = ["FORM", "NAME", "cdf", "pdf", "ppf", "rvs", "sf", "version"]

NAME = "levy-stable-jax"
FORM = "S0"
BLOCK = 512
cdf = sf = ppf = None


def version() -> str:
    """That of the installed package and of JAX."""
    return f"{_version(NAME)} (jax {jax.__version__})"


def pdf(x: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """Density, asked for a round number of points: each other number is compiled anew."""
    asked = np.resize(x, BLOCK * -(-len(x) // BLOCK))
    return np.asarray(library.pdf(asked, alpha, beta), dtype=float)[: len(x)]


def rvs(size: int, alpha: float, beta: float, rng: np.random.Generator) -> np.ndarray:
    """Draws, with a key made of a seed from rng."""
    key = jax.random.PRNGKey(int(rng.integers(2**31)))
    return np.array(library.rvs(alpha, beta, key, shape=(size,)))
