"""``cupy.random`` as far as it is used: draws on the device, not those of CuPy's generators."""

from typing import Any

import numpy as np

from .arrays import moved, ndarray

NAMES = ("random", "standard_normal", "standard_exponential", "standard_cauchy", "normal",
         "uniform", "exponential", "integers")  # fmt: skip


class Generator:
    """Draws by a generator of NumPy, moved to the device."""

    def __init__(self, seed: Any = None) -> None:
        self._host = np.random.default_rng(seed)

    def __getattr__(self, name: str) -> Any:
        if name not in NAMES:
            raise AttributeError(f"the stand-in's generator has no {name}")
        return lambda *args, **how: moved(np.asarray(getattr(self._host, name)(*args, **how)))


def default_rng(seed: Any = None) -> Generator:
    """A generator; a seed is an integer or none."""
    if not (seed is None or isinstance(seed, int | np.integer)):
        raise TypeError(f"seed must be an integer or None, got {type(seed)}")
    return Generator(seed)


def _drawn(name: str) -> Any:
    def draw(*args: Any, **how: Any) -> ndarray:
        return getattr(_GLOBAL, name)(*args, **how)

    return draw


_GLOBAL = Generator(0)
random, standard_normal, uniform, normal, standard_cauchy = map(
    _drawn, ("random", "standard_normal", "uniform", "normal", "standard_cauchy")
)


def seed(seed: Any = None) -> None:
    """Let the global generator begin anew."""
    _GLOBAL._host = np.random.default_rng(seed)
