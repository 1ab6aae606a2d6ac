"""Stable Levy processes that are looked up by time: the same path at every resolution."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
from numpy import uint32, uint64

from .bridges import bridge, keys
from .checks import check_alpha, check_integer, check_number, check_shape, check_truth, told
from .field import WORDS, Lane, particle_words
from .kernels.addresses import address
from .noises import common, independent, isotropic
from .refinement import LEVELS, Scalars, Vectors, cover, path_keys
from .results import pasted
from .values import keep_floats

LEAST_INDEX = 0.2  # of what is bridged: at LEVELS the largest variates are still finite
KEY_STEP = WORDS - 1  # step at which the keys of a path are looked up
TIMES_BLOCK = WORDS - 1  # block at which an isotropic path keeps the key of its subordinator


@dataclass(frozen=True, slots=True, repr=False)
class StablePath:
    r"""A stable Levy process on [0, horizon], its increments looked up by particle and time.

    The increment over an interval is drawn from its address, and so are its two halves given it,
    by ``bridge``: exactly, at any time and to any depth.  So a path can be refined after the fact,
    where a solver asks for it, and coarse and fine solvers see one path.  The coarser increment
    comes first: the finer ones add up to it, to a rounding error of the largest of them for each
    level in between.  A value depends on its address alone: not on what else is looked up.

    Parameters
    ----------
    alpha : float
        Stability index, in [0.2, 2], for ``isotropic`` in [0.4, 2]: below, a variate could exceed
        the range of doubles.
    seed : int
        In [0, 2^64).
    beta : float
        Skewness, in [-1, 1]; 0 for ``isotropic``.
    noise : module
        ``common`` (type I: one process a particle, the same in all coordinates), ``independent``
        (II: one a coordinate) or ``isotropic`` (III) of ``stablenoise.noises``.
    horizon : float
        Positive, in the unit of time; horizon^(1/alpha) must lie in (2^-1000, 2^1000).
    lane : int
        In [0, 2^32), usually a ``Lane``: one that no ``NoiseField`` of this seed uses.
    strict : bool
        Whether the drift, :math:`-\beta \tan\tfrac{\pi\alpha}{2}` a unit of time, is left out.

    Raises
    ------
    ValueError
        If a parameter is out of its range, or noise is another module; if the path is strict at
        alpha = 1 with beta other than 0, where the drift is not proportional to time.

    Notes
    -----
    At time 1 a coordinate has the law ``Stable(alpha, beta)``, in S0, and at time t, which is then
    of no unit, the law of scale :math:`t^{1/\alpha}` and location

    .. math:: -\beta \tan\tfrac{\pi\alpha}{2} (t - t^{1/\alpha}), \quad \text{at } \alpha = 1 \quad
              \tfrac{2}{\pi} \beta t \log t.

    For alpha < 1 and beta other than 0 a short increment is little but drift: its noise, of scale
    t^(1/alpha), is below the last digit of a drift of size t where t^(1/alpha - 1) < 1e-16.  At
    alpha = 1/2 five bits of it are left at level 48, at alpha = 1/4 none from level 18 on.  A
    strict path has all digits of the noise: it is the other one less its drift, and its increments
    over a time t have the law t^(1/alpha) ``Stable.from_s1(alpha, beta)``.

    At beta = 0 it is t^(1/alpha) times a variate of the noise.  At alpha = 2 all are Brownian
    motions of variance 2 t a coordinate, and their bridge is Levy's.  An isotropic path is a
    Brownian motion at the times of a one-sided alpha/2-stable process: that is bridged, and then
    the normal vector, whose variance is shared as the time is.

    Looking up costs 70 to 120 ns a midpoint (benchmarks/path.py).

    Examples
    --------
    >>> path = StablePath(1.5, seed=7, horizon=2.0)
    >>> whole = path(0.0, 2.0, range(4), dim=3)
    >>> whole.shape
    (4, 3)
    >>> fine = path.increments(5, range(4), dim=3)
    >>> bool(np.allclose(fine.sum(axis=0), whole, rtol=1e-12))
    True
    >>> bool((fine[3] == path(3 / 16, 4 / 16, range(4), dim=3)).all())
    True

    """

    alpha: float
    seed: int
    beta: float = 0.0
    noise: ModuleType = independent
    horizon: float = 1.0
    lane: int = Lane.SPLIT
    strict: bool = False

    def __post_init__(self) -> None:
        check_number("alpha", self.alpha)
        check_alpha(self.alpha)
        check_number("beta", self.beta)
        object.__setattr__(self, "seed", check_integer("seed", self.seed, 0, 2**64))
        lane = check_integer("lane", self.lane, 0, WORDS)
        object.__setattr__(self, "lane", self.lane if isinstance(self.lane, Lane) else lane)
        if not abs(self.beta) <= 1:
            raise ValueError(f"beta must lie in [-1, 1], got {self.beta}")
        _check_noise(self.noise, self.alpha, self.beta)
        _check_horizon(self.horizon, self.alpha)
        strict: Any = self.strict
        object.__setattr__(self, "strict", bool(strict) if isinstance(strict, np.bool_) else strict)
        check_truth("strict", self.strict)
        if self.strict and self.alpha == 1 and self.beta:
            raise ValueError(f"beta must be 0 for a strict path at alpha = 1, got {self.beta}")
        keep_floats(self, "alpha", "beta", "horizon")

    def __repr__(self) -> str:
        return pasted(self)

    def __reduce__(self) -> tuple[Callable, tuple]:  # modules travel by name
        shown = self.alpha, self.seed, self.beta, self.noise.__name__, self.horizon, self.lane
        return _rebuild, (*shown, self.strict)

    def __call__(
        self, t0: float, t1: float, particles: Sequence[int] | np.ndarray, dim: int
    ) -> np.ndarray:
        """Increments of some particles from t0 to t1.

        Parameters
        ----------
        t0, t1 : float
            In [0, horizon], t0 <= t1, in the unit of horizon: both equal to horizon k / 2^48 for
            an integer k, that product being rounded once.
        particles : sequence of int or array, shape (n,)
            In [0, 2^32), in any order.
        dim : int
            Number of coordinates, in [1, 2^32 - 1).

        Returns
        -------
        ndarray, shape (n, dim)
            In units of scale 1 at time 1; 0 if t0 = t1.

        Raises
        ------
        ValueError
            If an argument is out of range, or of another kind.

        Notes
        -----
        The sum over the largest dyadic intervals of which [t0, t1] is made, at most two a level,
        coarse ones first: no values of the path are subtracted.  At most four midpoints a level
        are drawn, down to the level at which both times are multiples of horizon / 2^level.

        Examples
        --------
        >>> path = StablePath(1.5, seed=7)
        >>> path(0.25, 0.75, particles=[0, 5], dim=3).shape
        (2, 3)

        """
        rows, dim = particle_words(np, particles), check_integer("dim", dim, 1, WORDS - 1)
        check_shape((rows.size, dim))
        low, high = self._time("t0", t0), self._time("t1", t1)
        if low > high:
            raise ValueError(f"t0 must be at most t1, got {t0} and {t1}")
        total = np.zeros((rows.size, dim))
        if low == high or not rows.size:
            return total
        tree = self._tree(rows, dim)
        values = tree.root()
        for level, inside, cut, nodes in cover(low, high):
            for increment in tree.increments(values, level, inside):
                total += increment
            if cut:
                values = tree.split(tree.some(values, cut), nodes)
        return total

    def increments(self, level: int, particles: Sequence[int] | np.ndarray, dim: int) -> np.ndarray:
        """All increments over intervals of length horizon / 2^level.

        Parameters
        ----------
        level : int
            In [0, 48].
        particles : sequence of int or array, shape (n,)
            In [0, 2^32), in any order.
        dim : int
            Number of coordinates, in [1, 2^32 - 1).

        Returns
        -------
        ndarray, shape (2^level, n, dim)
            In units of scale 1 at time 1: element k is that from k to k + 1, to the bit.

        Raises
        ------
        ValueError
            If an argument is out of range, or of another kind.

        Notes
        -----
        Made level by level.  Memory is twice the result; for ``common``, the result and 2 / dim of
        it; for ``isotropic``, 4 times the result.

        Examples
        --------
        >>> path = StablePath(1.5, seed=7)
        >>> path.increments(level=2, particles=[0, 5], dim=3).shape
        (4, 2, 3)

        """
        level = check_integer("level", level, 0, LEVELS + 1)
        rows, dim = particle_words(np, particles), check_integer("dim", dim, 1, WORDS - 1)
        check_shape((1 << level, rows.size, dim))
        tree = self._tree(rows, dim)
        values = tree.root()
        for above in range(level):
            values = tree.split(values, np.arange(1 << above, 2 << above, dtype=uint64))
        return tree.increments(values, level, slice(None))

    def _tree(self, rows: np.ndarray, dim: int) -> Scalars | Vectors:
        """What is split, for these particles and coordinates."""
        root = address(self.seed, KEY_STEP, self.lane)
        shape, scale = (rows.size, dim), (float(self.horizon), float(self.alpha), float(self.beta))
        wide = 1 if self.noise is common else dim
        if self.alpha < 2 and self.noise is not isotropic:
            law = bridge(float(self.alpha), float(self.beta))
            return Scalars(law, path_keys(root, rows, wide), wide, shape, *scale, bool(self.strict))
        times = bridge(0.5 * self.alpha, 1.0) if self.alpha < 2 else None
        radii = keys(root, rows, np.full(rows.size, TIMES_BLOCK, uint32))
        return Vectors(times, radii, path_keys(root, rows, (wide + 1) // 2), wide, shape, *scale)

    def _time(self, name: str, t: float) -> int:
        """Time in units of horizon / 2^LEVELS."""
        check_number(name, t)
        if not 0 <= t <= self.horizon:
            raise ValueError(f"{name} must lie in [0, horizon] = [0, {self.horizon}], got {t}")
        k = round(float(t) / float(self.horizon) * 2.0**LEVELS)
        if t != self.horizon * (k * 0.5**LEVELS):
            raise ValueError(f"{name} must be a multiple of horizon / 2^{LEVELS}, got {t}")
        return k


def _check_noise(noise: ModuleType, alpha: float, beta: float) -> None:
    if not any(noise is kind for kind in (common, independent, isotropic)):
        module = isinstance(noise, ModuleType)  # whose name may be long
        seen = repr(noise) if module else told(noise)
        raise ValueError(f"noise must be common, independent or isotropic, got {seen}")
    if noise is isotropic and beta:
        raise ValueError(f"beta must be 0 for isotropic noise, got {beta}")
    least = 2 * LEAST_INDEX if noise is isotropic else LEAST_INDEX
    if alpha < least:
        raise ValueError(f"alpha must be at least {least} for a path, got {alpha}")


def _check_horizon(horizon: float, alpha: float) -> None:
    check_number("horizon", horizon)
    if not 0 < horizon < math.inf:
        raise ValueError(f"horizon must be positive and finite, got {horizon}")
    if not abs(math.log2(horizon) / alpha) < 1000:
        raise ValueError(f"horizon^(1/alpha) must lie in (2^-1000, 2^1000), got {horizon}")


def _rebuild(alpha: float, seed: int, beta: float, noise: str, *rest: Any) -> StablePath:
    return StablePath(alpha, seed, beta, import_module(noise), *rest)
