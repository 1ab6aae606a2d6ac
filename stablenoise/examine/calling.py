"""How a sampler is to be called: what it takes beside the size.

A parameter that is named like a seed (``seed``, ``key``) gets an integer, one that is named like a
generator gets one, by keyword where it has no place.  A function that has one parameter gets the
size alone, and so does one whose second parameter has a default and another name, unless it takes a
generator.  Where the names do not tell, or what they tell fails, ways are tried in this order at
the first call: a ``numpy.random.Generator``, an integer seed, a ``numpy.random.RandomState``, the
size alone.  The first that works is kept.  If none does, the error of the first is told.

Vectors are asked for by their shape, (n, dim); if what comes has another shape or none comes, by n
alone, then by n and dim as two arguments.

A seed is made from the generator, in [0, 2^31), which all libraries take; a generator never gives
one seed twice.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from enum import Enum, StrEnum
from typing import Any, NamedTuple

import numpy as np

from .arrays_of_others import NotAnArrayError, as_numpy

__all__ = ["Caller", "Style"]

MISMATCH = TypeError, ValueError, AttributeError, OverflowError
"""What a function raises if it gets a generator for a seed, or an argument too many."""
SEEDS = "seed", "random_seed", "rng_seed", "key", "prng_key", "rng_or_seed", "seed_or_rng"
GENERATORS = "rng", "generator", "gen", "random_state", "random", "rand", "prng"
SIZES = "size", "n", "shape", "num", "n_samples", "samples", "count", "sample_shape"
DIMENSIONS = "d", "dim", "dims", "dimension", "p"
SEED_END = 1 << 31


class Style(StrEnum):
    """What a sampler takes beside the size."""

    GENERATOR = "a generator"
    SEED = "a seed"
    STATE = "a RandomState"
    NOTHING = "no generator and no seed"


class Form(Enum):
    """How many draws are asked for; of vectors, of which dimension."""

    SHAPE = "an integer, or (n, dim)"
    COUNT = "n vectors"
    SEPARATE = "n, dim"

    def of(self, shape: int | tuple[int, int]) -> list[Any]:
        """The arguments that say it."""
        if self is Form.SHAPE or isinstance(shape, int):
            return [shape]
        return list(shape[: 1 if self is Form.COUNT else 2])


class Way(NamedTuple):
    """A way to call: what is given, and by which keywords."""

    style: Style
    size_name: str | None = None
    name: str | None = None
    form: Form = Form.SHAPE

    def told(self, shape: int | tuple[int, int]) -> str:
        """The call as one writes it."""
        given = [str(size) for size in self.form.of(shape)]
        if self.size_name:
            given[0] = f"{self.size_name}={given[0]}"
        if self.style is not Style.NOTHING:
            source = "seed" if self.style is Style.SEED else "rng"
            given.append(f"{self.name}={source}" if self.name else source)
        return f"draw({', '.join(given)})"


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

    def told(self, shape: int | tuple[int, int]) -> str:
        """The call that is kept, or tried first."""
        return (self._way or next(ways(self._draw, isinstance(shape, tuple)))).told(shape)

    def draws(self, shape: int | tuple[int, int], rng: np.random.Generator | int) -> Any:
        """What it gives for a shape; if no way works, what the first gives or raises."""
        if self._way is not None:
            return self._called(self._way, shape, rng)
        start: Any = {} if isinstance(rng, int) else rng.bit_generator.state
        answers: list[Any] = []
        for way in ways(self._draw, isinstance(shape, tuple)):
            try:
                answers.append(self._called(way, shape, rng))
            except MISMATCH as error:
                answers.append(error)
            else:
                if isinstance(shape, int) or _has_shape(answers[-1], shape):
                    self._way = way
                    return answers[-1]
            if not isinstance(rng, int):  # what failed has drawn nothing
                rng.bit_generator.state = start
            self._seeds = None, set()
            del answers[1:]
        if isinstance(answers[0], Exception):
            raise answers[0]
        return answers[0]

    def _called(self, way: Way, shape: Any, rng: np.random.Generator | int) -> Any:
        given, named = way.form.of(shape), {}
        if way.size_name:
            named[way.size_name] = given.pop(0)
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


def ways(draw: Callable[..., Any], is_of_vectors: bool = False) -> Iterator[Way]:
    """Ways to call a sampler, the likeliest first."""
    size_name, name, styles = _told_by_names(draw)
    for style in styles:
        way = Way(style, size_name, None if style is Style.NOTHING else name)
        for form in _forms(draw, way) if is_of_vectors else [Form.SHAPE]:
            yield way._replace(form=form)


def _forms(draw: Callable[..., Any], way: Way) -> list[Form]:
    """Forms in which vectors may be asked for."""
    second = (_placed(draw) + [None, None])[1]
    if second in DIMENSIONS:
        return [Form.SEPARATE]
    is_source = second in SEEDS + GENERATORS
    if way.style is Style.SEED and not (is_source or way.name):
        return [Form.SHAPE]  # a seed taken for a dimension would fill the memory
    return [Form.SHAPE, Form.COUNT] if is_source or way.size_name else list(Form)


def _placed(draw: Callable[..., Any]) -> list[str | None]:
    """Names of the parameters that have places."""
    try:
        parameters = inspect.signature(draw).parameters.values()
    except (TypeError, ValueError):  # of a function in C that says nothing
        return []
    return [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]


def _has_shape(raw: Any, shape: tuple[int, int]) -> bool:
    try:
        return as_numpy(raw).shape == shape
    except NotAnArrayError:
        return False


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
