r"""Stable and normal laws as variates from a pair of random words, without cancellation.

The angle of Chambers, Mallows & Stuck (1976) is written :math:`V = s\pi(1/2 - e)`: s is its sign,
e in (0, 1/2) its distance from the nearer end in units of pi, and f = 1/2 - e.  W is the
exponential variable.  Every sine is taken of an argument that is a sum of terms of one sign, so
that both ends of the angle, alpha near 1 and \|beta\| near 1 cost no digits.

The laws themselves stand in ``variates``; each is compiled for two formats from one text.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from numpy import float32, float64

from . import elementary, random_words
from .compiler import scalar
from .variates import at_one as _at_one
from .variates import near_one as _near_one
from .variates import normal as _normal
from .variates import stable as _stable

MODULES = _stable, _near_one, _at_one, _normal
NEAR_ONE = 0.25  # nearer to alpha = 1 than this a skewed law is made by ``near_one``


@dataclass(frozen=True, slots=True, eq=False)
class Law:
    """Variates from pairs of words, for each format, and the name of the CUDA twin.

    ``constants[real](alpha, beta)`` are twelve numbers.  ``fill[real](constants, first, second,
    parts, out)`` writes ``draws`` variates for each pair of words, those of one kind beside each
    other; it uses ``parts``, three rows as long as ``first``, as it likes.
    """

    name: str
    draws: int
    constants: dict[type, Callable]
    fill: dict[type, Callable]


def _laws(real: type, functions: SimpleNamespace, uniforms: SimpleNamespace) -> SimpleNamespace:
    """All that the laws are made of, in one format."""
    uniform, minus_log = uniforms.uniform, functions.minus_log

    @scalar
    def exponential(word, partner):
        """Exponential variable W = -log u."""
        u, rest = uniform(word, partner)
        return minus_log(u, rest)

    kit = SimpleNamespace(real=real, exponential=exponential, **vars(functions), **vars(uniforms))
    made = [vars(module.make(kit)) for module in MODULES]
    return SimpleNamespace(
        exponential=exponential, **{name: f for laws in made for name, f in laws.items()}
    )


double = _laws(float64, elementary.double, random_words.double)
single = _laws(float32, elementary.single, random_words.single)


def _law(name: str, draws: int, constants: str) -> Law:
    """Collect one law from both formats."""
    formats = {float64: double, float32: single}
    return Law(
        name,
        draws,
        {real: getattr(f, constants) for real, f in formats.items()},
        {real: getattr(f, f"fill_{name}") for real, f in formats.items()},
    )


stable = _law("stable", 1, "stable_constants")
near_one = _law("near_one", 1, "near_one_constants")
at_one = _law("at_one", 1, "at_one_constants")
radius = _law("radius", 1, "radius_constants")
normal = _law("normal", 2, "no_constants")
one = _law("one", 1, "no_constants")


class Laws(NamedTuple):
    """What a noise is made of, as ``addresses.over_addresses`` takes it."""

    shared: Law
    own: Law
    shared_block: int

    def constants(self, real: type, alpha: float, beta: float) -> list[tuple]:
        """Numbers of both laws in one format."""
        return [constants(law, real, alpha, beta) for law in (self.shared, self.own)]

    def cuda(self, real: type) -> str:
        """CUDA text of both factors at an address, for one format."""
        names = f"#define SHARED {self.shared.name}\n#define OWN {self.own.name}\n"
        return cuda(real) + names + f"#define DRAWS {self.own.draws}\n" + FACTORS


def constants(law: Law, real: type, alpha: float, beta: float) -> tuple:
    return tuple(map(real, law.constants[real](alpha, beta)))


def as_struct(real: type, numbers: tuple) -> np.ndarray:
    """Record that CuPy hands over by value: the CUDA text's struct of constants."""
    return np.array([(numbers,)], dtype=[("k", real, len(numbers))])


def cuda(real: type) -> str:
    """CUDA text of the laws for one format: each a function of constants and a pair of words."""
    laws = "".join(module.CUDA for module in MODULES)
    return elementary.cuda(real) + random_words.cuda(real) + CUDA + laws


CUDA = r"""
struct constants { real k[12]; };
__device__ real exponential(word w, word partner)
{
    real u, rest;
    uniform(w, partner, u, rest);
    return minus_log(u, rest);
}
"""
FACTORS = r"""
__device__ void words_at(unsigned k0, unsigned k1, unsigned particle, unsigned step, unsigned block,
                         unsigned lane, word first[PAIRS], word second[PAIRS])
{
    unsigned c[4] = {particle, step, block, lane};
    philox(k0, k1, c);
    words(c, first, second);
}
__device__ real shared_factor(const constants &shared, unsigned k0, unsigned k1, unsigned particle,
                              unsigned step, unsigned lane, unsigned shared_block)
{
    word first[PAIRS], second[PAIRS];
    real common[1];
    words_at(k0, k1, particle, step, shared_block, lane, first, second);
    SHARED(shared.k, first[0], second[0], common);
    return common[0];
}
// Factors of the coordinates of a block, of which the first few may be all that is asked for.
__device__ void own_factors(const constants &own, unsigned k0, unsigned k1, unsigned particle,
                            unsigned step, unsigned lane, long long block, long long asked,
                            real values[PAIRS * DRAWS])
{
    word first[PAIRS], second[PAIRS];
    real x[DRAWS];
    words_at(k0, k1, particle, step, (unsigned)block, lane, first, second);
    for (int pair = 0; pair < PAIRS && pair < asked; ++pair) {
        OWN(own.k, first[pair], second[pair], x);
        for (int draw = 0; draw < DRAWS; ++draw) values[draw * PAIRS + pair] = x[draw];
    }
}
"""
