"""How many draws an examination takes, when it looks at them, and what each look may spend."""

from __future__ import annotations

from collections.abc import Iterator

from ..checks import check_choice, check_integer

__all__ = ["BUDGETS", "draws_of", "look_share", "look_sizes"]

BUDGETS = {"smoke": 1 << 17, "standard": 1 << 29, "deep": 1 << 33}  # numbers that are drawn
FIRST_LOOK = 1 << 10
PROJECTIONS = 8
"""A vector costs as much as its coordinates and these: they too are examined."""
MOST_DRAWS = 1 << 48


def draws_of(budget: str | int, dim: int | None) -> int:
    """The number of draws, of numbers or of vectors, that a budget names or is."""
    if not isinstance(budget, str):
        return check_integer("budget", budget, 1, MOST_DRAWS)
    numbers = BUDGETS[check_choice("budget", budget, tuple(BUDGETS))]
    if dim is None:
        return numbers
    vectors = max(FIRST_LOOK, numbers // (dim + PROJECTIONS))
    return 1 << (vectors.bit_length() - 1)


def look_sizes(draws: int) -> Iterator[int]:
    """Numbers of draws at which one looks: 1,024, twice as many each time, and all."""
    size = FIRST_LOOK
    while size < draws:
        yield size
        size *= 2
    yield draws


def look_share(look: int) -> float:
    """Share of the level that a look may spend, look = 0, 1, ...: all shares add up to 1.

    They depend on the look alone and not on the budget: so a long examination begins with the short
    one.
    """
    return 1 / ((look + 1) * (look + 2))
