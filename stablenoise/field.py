"""Noise as a function of where it is used, not of when it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from hashlib import blake2b
from importlib import import_module
from math import prod
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from .checks import (
    check_alpha,
    check_fits,
    check_integer,
    check_number,
    check_real_type,
    check_shape,
    told,
)
from .kernels.addresses import Address, address
from .kernels.arrays import Array, array_module
from .noises import independent
from .results import pasted
from .targets import WORDS, Target, all_targets, particle_words

LAYER = 256  # distance of two layers in the lanes of a field
Task = tuple[Target, Array | None, Address]


class Lane(IntEnum):
    """What a variate is for; noises in different lanes are independent.

    ``INITIAL`` is for initial weights and states, ``GRADIENT`` for the noise of SGD, ``MINIBATCH``
    for the rows of minibatches, ``SPLIT`` for paths and for splits of data sets.  Any integer in
    [0, 2^32) is a lane too; those from 256 on are the lanes of further layers
    (``NoiseField.layer``).

    Examples
    --------
    >>> NoiseField(1.5, seed=7, lane=Lane.INITIAL)
    NoiseField(alpha=1.5, seed=7, noise=independent, lane=Lane.INITIAL)

    """

    INITIAL = 0
    GRADIENT = 1
    MINIBATCH = 2
    SPLIT = 3


@dataclass(frozen=True, slots=True, repr=False)
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

    Notes
    -----
    An array is no part of an address: two arrays, the weights of two layers say, get the *same*
    noise from one field.  ``field.layer(0)``, ``field.layer(1)`` and so on are the fields of layers
    with noise of their own.

    Fields are equal if their parameters are, and are pickled and copied as values.

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
        check_number("alpha", self.alpha)
        check_alpha(self.alpha)
        seed = check_integer("seed", self.seed, 0, 2**64)
        lane = check_integer("lane", self.lane, 0, WORDS)
        if not isinstance(self.noise, ModuleType) or not hasattr(self.noise, "fill"):
            seen = told(self.noise)
            raise ValueError(f"noise must be a module of stablenoise.noises, got {seen}")
        object.__setattr__(self, "alpha", float(self.alpha))
        object.__setattr__(self, "seed", seed)
        object.__setattr__(self, "lane", self.lane if isinstance(self.lane, Lane) else lane)

    def __repr__(self) -> str:
        return pasted(self)

    def __reduce__(self) -> tuple[Callable, tuple]:  # modules travel by name
        return _rebuild, (self.alpha, self.seed, self.noise.__name__, self.lane)

    def layer(self, layer: int | str) -> NoiseField:
        """Field of one layer of a network; the noises of different layers are independent.

        Parameters
        ----------
        layer : int or str
            Its number, from 0 on, or its name.

        Returns
        -------
        NoiseField
            That of layer l has lane + 256 l, so that ``field.layer(0)`` is ``field``.  That of a
            name has another seed, made of the seed and the name alone.

        Raises
        ------
        ValueError
            If layer is neither a name nor a number whose lane is below 2^32.

        Notes
        -----
        Seeds made of names are 64 bits of the BLAKE2b hash of the seed's digits, a full stop and
        the name in UTF-8.  Two of n names are given one seed with a probability of n^2 / 2^65:
        3e-14 for a thousand.

        References
        ----------
        BLAKE2b: Saarinen, Aumasson, RFC 7693 (2015).

        Examples
        --------
        >>> field = NoiseField(1.5, seed=7)
        >>> field.layer(0) == field
        True
        >>> field.layer(2)
        NoiseField(alpha=1.5, seed=7, noise=independent, lane=513)
        >>> field.layer("fc1.weight") == field.layer("fc1.bias")
        False

        """
        seed, lane = self._seed_and_lane(layer)
        return self if layer == 0 else replace(self, seed=seed, lane=lane)

    def at(
        self,
        particles: Sequence[int] | Array,
        step: int,
        dim: int | tuple[int, ...],
        dtype: DTypeLike = np.float64,
    ) -> np.ndarray:
        """Noise of some particles at one step.

        Parameters
        ----------
        particles : sequence of int or array, shape (n,)
            In [0, 2^32), in any order.  A CuPy array gives noise on its device.
        step : int
            In [0, 2^32).
        dim : int or tuple of int
            Number of coordinates, in [1, 2^32 - 1), or the shape that they have, in C order: of an
            array, ``theta.shape[1:]``.
        dtype : data type
            float64 or float32.  The two are different noises, though not independent ones:
            float32 is not float64 rounded.

        Returns
        -------
        ndarray, shape (n, dim), or (n, ...) with the shape of dim
            Dimensionless (scale 1); beyond it, memory is at most 12 n bytes for the addresses.

        Raises
        ------
        ValueError
            If an argument is out of range, or not of integers, or dtype is another.

        Examples
        --------
        >>> field = NoiseField(1.5, seed=7)
        >>> field.at([3, 5], step=0, dim=2).shape
        (2, 2)
        >>> bool((field.at([5], step=0, dim=2) == field.at([3, 5], step=0, dim=2)[1]).all())
        True

        """
        shape, size = _shape_and_size(dim)
        xp = array_module(particles)
        rows = particle_words(xp, particles)
        place = self._address(check_integer("step", step, 0, WORDS), 0)
        out = xp.empty(check_shape((rows.size, size)), check_real_type(dtype))
        self.noise.fill(out, self.alpha, 0.0, place, rows)
        return out.reshape(rows.size, *shape)

    def fill(self, out: Any, step: int, particles: Sequence[int] | Array | None = None) -> None:
        """Write the noise of one step into arrays, each of which is then ``at(particles, ...)``.

        Parameters
        ----------
        out, step, particles
            As for ``add_to``, whose ``theta`` is ``out`` here.

        Raises
        ------
        ValueError
            As for ``add_to``.

        Examples
        --------
        >>> out, field = np.empty((4, 3)), NoiseField(1.5, seed=7)
        >>> field.fill(out, step=0)
        >>> bool((out == field.at(range(4), step=0, dim=3)).all())
        True

        """
        self._write(self._tasks("out", out, step, particles))

    def add_to(
        self,
        theta: Any,
        step: int,
        scale: float,
        particles: Sequence[int] | Array | None = None,
    ) -> None:
        """Add scale times the noise of one step to arrays, in one pass, with no array of noise.

        Parameters
        ----------
        theta : array, or list, tuple or dict of arrays
            float64 or float32, of any shape and layout; changed in place.  The first axis is that
            of particles, the others are coordinates, in C order; an array without axes is one
            particle.  Part of an array, or of a file that does not fit into memory, gets the bits
            that the whole would get if ``particles`` says which rows it holds.

            Arrays of NumPy and CuPy, and of any library that shares its memory by ``__dlpack__`` or
            ``__array__``, as PyTorch does.  A list's are layers by position, a dict's by name, as
            ``layer`` has them; in containers of containers the name is the path with full stops,
            "0.weight" say.  None is passed over.
        step : int
            In [0, 2^32).
        scale : float
            Finite, in the units of theta.
        particles : sequence of int or array, shape (n,), optional
            In [0, 2^32), of each array; by default 0 to n - 1.

        Raises
        ------
        ValueError
            If an argument is out of range or of another kind; if an array cannot be changed in
            place, requires gradients outside ``torch.no_grad()``, lies on a device that cannot be
            reached, or shares memory with itself or another.  Then none is changed.

        Notes
        -----
        The result is fma(scale, noise, theta), rounded once, with scale rounded to theta's type.
        A scale of 0 leaves theta as it is but where the noise is inf, which gives NaN.

        Memory is at most 16 MiB for addresses, or 12 bytes for each of ``particles``, and where an
        array is not contiguous 8 MiB or one of its rows.  A tensor of another library on CUDA is
        waited for, since the streams of two libraries do not wait for each other.  PyTorch does not
        see the change: between a forward pass and its backward pass weights must stay.

        Examples
        --------
        >>> theta = np.zeros((4, 3))
        >>> field = NoiseField(1.5, seed=7)
        >>> field.add_to(theta, step=0, scale=0.1)
        >>> bool((theta == 0.1 * field.at(range(4), step=0, dim=3)).all())
        True
        >>> layers = {"kernel": np.zeros((8, 3, 5, 5)), "bias": np.zeros(8)}
        >>> field.add_to(layers, step=0, scale=1.0)
        >>> bool((layers["bias"] == field.layer("bias").at(range(8), step=0, dim=())).all())
        True

        """
        tasks = self._tasks("theta", theta, step, particles)
        check_number("scale", scale)
        for dtype in {target.array.dtype for target, _, _ in tasks}:
            check_fits("scale", scale, dtype)
        self._write(tasks, scale=scale, add=True)

    def _tasks(
        self, name: str, value: Any, step: int, particles: Sequence[int] | Array | None
    ) -> list[Task]:
        """Arrays to be written into, with their particles if given, and addresses; all checked."""
        step = check_integer("step", step, 0, WORDS)
        arrays = all_targets(name, value)
        return [(t, t.rows(particles), self._address(step, t.layer)) for t in arrays]

    def _write(self, tasks: list[Task], **how: Any) -> None:
        for target, rows, place in tasks:
            for some, matrix in target.matrices(rows):
                self.noise.fill(matrix, self.alpha, 0.0, place, some, **how)

    def _address(self, step: int, layer: int | str) -> Address:
        seed, lane = self._seed_and_lane(layer)
        return address(seed, step, lane)

    def _seed_and_lane(self, layer: int | str) -> tuple[int, int]:
        """Where the noise of a layer is looked up."""
        if isinstance(layer, str):
            return _named_seed(self.seed, layer), self.lane
        number = check_integer("layer", layer, 0, (WORDS - 1 - self.lane) // LAYER + 1)
        return self.seed, self.lane + LAYER * number


def _shape_and_size(dim: int | tuple[int, ...]) -> tuple[tuple[int, ...], int]:
    """Shape of the coordinates of a particle, and their number."""
    if not isinstance(dim, tuple):
        dim = (check_integer("dim", dim, 1, WORDS - 1),)
    shape = tuple(check_integer("each of dim", n, 1, WORDS - 1) for n in dim)
    return shape, check_integer("the product of dim", prod(shape), 1, WORDS - 1)


def _named_seed(seed: int, name: str) -> int:
    """Return a seed made of another one and a name."""
    text = f"{seed}.{name}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "little")


def _rebuild(alpha: float, seed: int, noise: str, lane: int) -> NoiseField:
    return NoiseField(alpha, seed, import_module(noise), lane)
