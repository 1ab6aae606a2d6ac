"""How a sampler is to be called: what it takes beside the size.

A parameter that is named like a seed (``seed``, ``key``) gets an integer, one that is named like a
generator gets one, by keyword where it has no place.  A function that has one parameter gets the
size alone, and so does one whose second parameter has a default and another name, unless it takes a
generator.  Where the names do not tell, or what they tell fails, ways are tried in this order at
the first call: a ``numpy.random.Generator``, an integer seed, a ``numpy.random.RandomState``, the
size alone.  The first that works is kept.  If none does, the error of the first is told.

A seed is made from the generator, in [0, 2^31), which all libraries take; a generator never gives
one seed twice.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Caller", "Style"]

MISMATCH = TypeError, ValueError, AttributeError, OverflowError
"""What a function raises if it gets a generator for a seed, or an argument too many."""
SEEDS = "seed", "random_seed", "rng_seed", "key", "prng_key", "rng_or_seed", "seed_or_rng"
GENERATORS = "rng", "generator", "gen", "random_state", "random", "rand", "prng"
SIZES = "size", "n", "shape", "num", "n_samples", "samples", "count", "sample_shape"
SEED_END = 1 << 31


class Style(StrEnum):
    """What a sampler takes beside the size."""

    GENERATOR = "a generator"
    SEED = "a seed"
    STATE = "a RandomState"
    NOTHING = "no generator and no seed"


class Way(NamedTuple):
    """A way to call: what is given, and by which keywords."""

    style: Style
    size_name: str | None = None
    name: str | None = None


class Caller:
    """A sampler, called in the way that it takes."""

    def __init__(self, draw: Callable[..., Any]) -> None:
        self._draw = draw
        self._way: Way | None = None
        self._seeds: tuple[Any, set[int]] = None, set()

    @property
    def style(self) -> Style:
        """What it takes; before the first call, what its names say."""
        return (self._way or next(ways(self._draw))).style

    def draws(self, shape: Any, rng: np.random.Generator | int) -> Any:
        """What it gives for a shape."""
        if self._way is not None:
            return self._called(self._way, shape, rng)
        first: Exception | None = None
        start: Any = {} if isinstance(rng, int) else rng.bit_generator.state
        for way in ways(self._draw):
            try:
                drawn = self._called(way, shape, rng)
            except MISMATCH as error:
                first = first or error
                if not isinstance(rng, int):  # what failed has drawn nothing
                    rng.bit_generator.state = start
                self._seeds = None, set()
            else:
                self._way = way
                return drawn
        assert first is not None
        raise first

    def _called(self, way: Way, shape: Any, rng: np.random.Generator | int) -> Any:
        given = [] if way.size_name else [shape]
        named = {way.size_name: shape} if way.size_name else {}
        if way.style is not Style.NOTHING:
            source = self._source(way, rng)
            if way.name:
                named[way.name] = source
            else:
                given.append(source)
        return self._draw(*given, **named)

    def _source(self, way: Way, rng: np.random.Generator | int) -> Any:
        """A generator, or a seed, from a generator or a seed."""
        if way.style is Style.GENERATOR:
            return np.random.default_rng(rng)
        seed = rng if isinstance(rng, int) else self._fresh(rng)
        return seed if way.style is Style.SEED else np.random.RandomState(seed % 2**32)

    def _fresh(self, rng: np.random.Generator) -> int:
        """A seed that this generator has not given yet: of 31 bits, some would come again."""
        if rng is not self._seeds[0]:
            self._seeds = rng, set()
        used = self._seeds[1]
        seed = int(rng.integers(SEED_END))
        while seed in used:
            seed = int(rng.integers(SEED_END))
        used.add(seed)
        return seed


def ways(draw: Callable[..., Any]) -> Iterator[Way]:
    """Ways to call a sampler, the likeliest first."""
    size_name, name, styles = _told_by_names(draw)
    for style in styles:
        yield Way(style, size_name, None if style is Style.NOTHING else name)


def _told_by_names(draw: Callable[..., Any]) -> tuple[str | None, str | None, list[Style]]:
    """Keywords of the size and of the generator, where places do not do, and styles to try."""
    styles = list(Style)
    try:
        parameters = list(inspect.signature(draw).parameters.values())
    except (TypeError, ValueError):  # of a function in C that says nothing
        return None, None, styles
    placed = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    is_open = any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in parameters)
    size_name = _keyword(parameters, placed[:1], SIZES)
    name = _keyword(parameters, placed[1:2], SEEDS + GENERATORS)
    source = name or (placed[1].name if len(placed) > 1 else None)
    if source is None and not is_open:
        return size_name, None, [Style.NOTHING]
    if source in SEEDS:
        styles.remove(Style.SEED)
        styles.insert(0, Style.SEED)
    elif source not in GENERATORS and placed[1:] and placed[1].default is not placed[1].empty:
        return size_name, name, [Style.GENERATOR, Style.NOTHING]  # it may be a parameter of a law
    return size_name, name, styles


def _keyword(parameters: list, place: list, names: tuple[str, ...]) -> str | None:
    """The parameter with one of some names, unless it has the place already, or none has."""
    if place and place[0].name in names:
        return None
    named = (p for p in parameters if p.name in names and p.kind is not p.POSITIONAL_ONLY)
    return next((p.name for p in named), None)
