"""What the battery of ``stablenoise.examine`` says of vectors: whether it finds a fault."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import numpy as np

from stablenoise.examine.battery import vectors
from stablenoise.examine.battery.vectors import radius
from stablenoise.examine.statistics.blocks import VectorBlock
from stablenoise.examine.statistics.outcomes import Outcome
from stablenoise.multivariate import DiscreteSpectral, Independent, Isotropic

LEVEL = 1e-6
"""Probability with which right vectors have a fault, at most."""


def noise_law(kind: int, alpha: float, dim: int, scale: float = 1.0) -> Any:
    """The law of the noise of type I, II or III: its cf at scale u."""
    if kind == 1:  # one number in all coordinates: atoms at the diagonal and its opposite
        atoms = [[1.0] * dim, [-1.0] * dim]
        return DiscreteSpectral(alpha, atoms, [(scale * dim**0.5) ** alpha / 2] * 2)
    if kind == 2:
        return Independent(alpha, dim, scale)
    return Isotropic(alpha, dim, scale)


def has_fault(values: np.ndarray, law: Any) -> float:
    """1 if the battery finds a fault in vectors, 0 if not."""
    return float(any(outcome.p_value * shared < LEVEL for outcome, shared in _said(values, law)))


def length_factor(values: np.ndarray, law: Isotropic) -> float:
    """How many times as long vectors are as those of a law, as the battery tells it."""
    test = radius.make(law)
    assert test is not None  # it is of every isotropic law
    test.add(VectorBlock(values, law, values.dtype))
    return test.outcomes()[0].statistic


def _said(values: np.ndarray, law: Any) -> Iterator[tuple[Outcome, int]]:
    """Outcomes, each with how many share the level: the files equally, and a file's outcomes."""
    block = VectorBlock(values, law, values.dtype)
    tests = [test for member in _members() if (test := member.make(law)) is not None]
    for test in tests:
        test.add(block)
        outcomes = test.outcomes()
        yield from ((outcome, len(tests) * len(outcomes)) for outcome in outcomes)


@cache
def _members() -> tuple[Any, ...]:
    names = (info.name for info in iter_modules(vectors.__path__))
    return tuple(import_module(f"{vectors.__name__}.{name}") for name in names)
