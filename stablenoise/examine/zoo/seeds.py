"""Samplers that treat the generator wrongly: not asked, asked too little, or asked once for two."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from ...stable import Stable
from .entry import Fault

__all__ = ["members"]

LAW, OTHER = Stable(1.5), Stable(1.3)
FEW = 1000  # draws below which another formula serves
Draw = Callable[[int, np.random.Generator], np.ndarray]


def _seed_ignored() -> Draw:
    """Draws from a generator of its own, which goes on from call to call."""
    own = np.random.default_rng(0)
    return lambda size, rng: LAW.rvs(size, rng=own)


def _same_each_call(size: int, rng: np.random.Generator) -> np.ndarray:
    return LAW.rvs(size, rng=np.random.default_rng(12345))


def _few_seeds(size: int, rng: np.random.Generator, seeds: int) -> np.ndarray:
    """A call is seeded by one of a few numbers."""
    return LAW.rvs(size, rng=int(np.random.default_rng(rng).integers(seeds)))


def _generator_not_advanced(size: int, rng: np.random.Generator) -> np.ndarray:
    """Draws from a copy of the generator: the next call has the same draws."""
    copy = type(rng.bit_generator)(0)
    copy.state = rng.bit_generator.state
    return LAW.rvs(size, rng=np.random.Generator(copy))


def _buffer_kept() -> Draw:
    """Gives views of one buffer: what an earlier call gave is overwritten."""
    buffers: dict[int, np.ndarray] = {}

    def draw(size: int, rng: np.random.Generator) -> np.ndarray:
        buffer = buffers.setdefault(0, np.empty(1 << 16))
        if size > len(buffer):
            buffer = buffers[0] = np.empty(size)
        buffer[:size] = LAW.rvs(size, rng=rng)
        return buffer[:size]

    return draw


def _workers_alike(size: int, rng: np.random.Generator) -> np.ndarray:
    """Two workers have one seed: the halves of a call are the same."""
    half = LAW.rvs(-(-size // 2), rng=rng)
    return np.concatenate([half, half])[:size]


def _begins_alike(size: int, rng: np.random.Generator) -> np.ndarray:
    """The first draw of a call is always the same."""
    x = LAW.rvs(size, rng=rng)
    x[:1] = 0.7390851332151607
    return x


def _first_near_zero(size: int, rng: np.random.Generator) -> np.ndarray:
    """The first of each call is small: a generator that was not warmed up."""
    x = LAW.rvs(size, rng=rng)
    x[:1] *= 1e-3
    return x


def _few_from_another(size: int, rng: np.random.Generator) -> np.ndarray:
    """Short calls are made by another formula, in which the index is wrong."""
    return (LAW if size >= FEW else OTHER).rvs(size, rng=rng)


def _clock(size: int, rng: np.random.Generator) -> np.ndarray:
    """A generator from the system's entropy each time."""
    return LAW.rvs(size, rng=np.random.default_rng())


def _shared_key(size: int, rng: np.random.Generator) -> np.ndarray:
    """Right draws, and one in 4,096 taken from a stream that all seeds share."""
    x = LAW.rvs(size, rng=rng)
    common = LAW.rvs(-(-size // 4096), rng=np.random.default_rng(7))
    x[::4096] = common
    return x


def members() -> tuple[Fault, ...]:
    """The faults of this file; those that keep something are new each time."""
    seed, twice = "seed", "repeated"
    return (
        Fault("the seed is ignored", LAW, _seed_ignored(), True, seed),
        Fault("a seed of the system each call", LAW, _clock, True, seed),
        Fault("the same draws each call", LAW, _same_each_call, True, "not advanced"),
        Fault("the generator is not advanced", LAW, _generator_not_advanced, True, "not advanced"),
        Fault("256 seeds for all calls", LAW, partial(_few_seeds, seeds=256), False, seed),
        Fault("views of one buffer", LAW, _buffer_kept(), True),
        Fault("halves of a call are the same", LAW, _workers_alike, True, twice),
        Fault("first of each call is the same", LAW, _begins_alike, False),
        Fault("first of each call is small", LAW, _first_near_zero, False),
        Fault("another index in short calls", LAW, _few_from_another, False),
        Fault("one in 4096 from a shared stream", LAW, _shared_key, True, twice),
    )
