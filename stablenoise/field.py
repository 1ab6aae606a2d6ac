"""Noise as a function of where it is used, not of when it is drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from importlib import import_module
from types import ModuleType

from numpy import uint32

from .arrays import Array, array_module
from .checks import check_alpha, check_integer
from .noises import independent

WORDS = 2**32  # of each part of an address


class Lane(IntEnum):
    """What a variate is for; the lanes of a field are independent."""

    INITIAL = 0
    GRADIENT = 1
    MINIBATCH = 2
    SPLIT = 3


@dataclass(frozen=True, slots=True)
class NoiseField:
    """Standard symmetric stable noise, looked up by (particle, step, coordinate).

    The value at an address depends on nothing else: not on the order of evaluation, on the
    device, on the number of threads, or on how many particles there are.  So a small system is
    the beginning of a large one, as synchronous coupling needs, and nothing has to be saved for
    a run to be resumed.  At alpha = 2 every noise is Gaussian with variance 2 a coordinate.

    Parameters
    ----------
    alpha : float
        Stability index, in (0, 2].  Below about 0.2 the largest variates exceed the range of
        doubles and are inf.
    seed : int
        In [0, 2^64).
    noise : module
        A module of ``stablenoise.noises``, or one of yours with its ``fill``.
    lane : int
        In [0, 2^32), usually a ``Lane``.

    Raises
    ------
    ValueError
        If alpha, seed or lane is out of range, or noise is no module with ``fill``.

    Examples
    --------
    >>> from stablenoise.noises import isotropic
    >>> field = NoiseField(1.5, seed=7, noise=isotropic)
    >>> field.at(range(4), step=0, dim=3).shape
    (4, 3)
    >>> bool((field.at([2], 0, 3) == field.at(range(4), 0, 3)[2]).all())
    True

    """

    alpha: float
    seed: int
    noise: ModuleType = independent
    lane: int = Lane.GRADIENT

    def __post_init__(self) -> None:
        check_alpha(self.alpha)
        check_integer("seed", self.seed, 0, 2**64)
        check_integer("lane", self.lane, 0, WORDS)
        if not callable(getattr(self.noise, "fill", None)):
            raise ValueError(f"noise must be a module of stablenoise.noises, got {self.noise!r}")

    def __reduce__(self) -> tuple[Callable, tuple]:  # modules travel by name
        return _rebuild, (self.alpha, self.seed, self.noise.__name__, self.lane)

    def at(self, particles: Sequence[int] | Array, step: int, dim: int) -> Array:
        """Noise of some particles at one step.

        Parameters
        ----------
        particles : sequence of int or array, shape (n,)
            In [0, 2^32), in any order.  A CuPy array gives noise on its device.
        step : int
            In [0, 2^32).
        dim : int
            Number of coordinates, in [1, 2^32 - 1).

        Returns
        -------
        ndarray, shape (n, dim)
            float64, dimensionless (scale 1); 8 n dim bytes, and at most 12 n for the addresses.

        Raises
        ------
        ValueError
            If an argument is out of range, or not of integers.

        """
        step = check_integer("step", step, 0, WORDS)
        dim = check_integer("dim", dim, 1, WORDS - 1)
        xp = array_module(particles)
        rows = _addresses(xp, particles)
        out = xp.empty((rows.size, dim))
        self.fill(out, rows, step)
        return out

    def fill(self, out: Array, rows: Array, step: int) -> None:
        """Write the noise of ``rows``, uint32, into float64 ``out``; both must be C-contiguous."""
        high, low = divmod(int(self.seed), WORDS)
        place = uint32(step), uint32(int(self.lane))
        self.noise.fill(out, float(self.alpha), uint32(low), uint32(high), rows, *place)


def _addresses(xp: ModuleType, particles: Sequence[int] | Array) -> Array:
    """``particles`` as a contiguous array of uint32."""
    if isinstance(particles, range):
        particles = xp.arange(particles.start, particles.stop, particles.step)
    rows = xp.asarray(particles)
    if rows.ndim != 1 or (rows.size and rows.dtype.kind not in "iu"):
        found = f"{rows.dtype} of shape {rows.shape}"
        raise ValueError(f"particles must be a 1-d array of integers in [0, 2^32), got {found}")
    low, high = (int(rows.min()), int(rows.max())) if rows.size else (0, 0)
    if low < 0 or high >= WORDS:
        found = f"{low} to {high}"
        raise ValueError(f"particles must be a 1-d array of integers in [0, 2^32), got {found}")
    return xp.ascontiguousarray(rows, dtype=xp.uint32)


def _rebuild(alpha: float, seed: int, noise: str, lane: int) -> NoiseField:
    return NoiseField(alpha, seed, import_module(noise), lane)
