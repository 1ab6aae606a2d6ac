"""Sizes of calls: whatever they are, the draws have one law and do not depend on each other.

Calls of 1, 2, 3, 7, 63, 64, 65, 1,000 and 4,097 draws, many of each.  Asked of the first draws of
calls, of the last ones, of the last of odd sizes, and of all: their law (exact Kolmogorov); the
correlation of a call with the next (given every other call, a sum of signs); values that come again
(``spacings``); NaN and infinities.  For faults in the first draw, in the odd one that pairs leave
over, and at the edges of blocks inside.  A size of 0 that is refused is noted as odd, not as a
fault.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...drawing import Refusal, Source
from ...statistics.few_draws import of_correlation, of_finiteness, of_law, of_repetition, seen
from ...statistics.outcomes import Outcome

CALLS = {1: 128, 2: 64, 3: 128, 7: 64, 63: 16, 64: 16, 65: 16, 1000: 4, 4097: 2}
COST = sum(size * calls for size, calls in CALLS.items())
ENDS = 3  # draws at the beginning of a call that are compared with the next call


def outcomes(source: Source, law: Any, seed: int) -> tuple[Outcome, ...]:
    """What the size of calls changes."""
    rng = np.random.default_rng([seed, 2])
    _ask_for_none(source, rng)
    sizes = np.repeat(list(CALLS), list(CALLS.values()))
    drawn = [source.draw(int(size), rng) for size in sizes]
    draws = seen(np.concatenate(drawn), law)
    ends = np.cumsum(sizes)
    u, last = draws.uniforms, ends - 1
    rows = (ends - sizes)[sizes >= ENDS]
    levels = draws.levels[rows[:, None] + np.arange(ENDS)]
    return (
        of_law("sizes: first draws", u[ends - sizes], f"the first draws of {len(sizes):,} calls"),
        of_law("sizes: last draws", u[last], f"the last draws of {len(sizes):,} calls"),
        of_law(
            "sizes: last of odd", u[last[(sizes > 1) & (sizes % 2 == 1)]], "the last of odd sizes"
        ),
        of_law("sizes: single draws", u[last[sizes == 1]], "draws that were asked for alone"),
        of_law("sizes: all draws", u, f"all draws of {len(sizes):,} calls"),
        of_correlation("sizes: next call", levels, "a call"),
        of_repetition("sizes: repeats", draws.finite, f"{len(sizes):,} calls"),
        of_finiteness("sizes: finite", np.concatenate(drawn), law),
    )


def _ask_for_none(source: Source, rng: np.random.Generator) -> None:
    """Note it if a sampler cannot give an empty array."""
    try:
        source.draw(0, rng)
    except Refusal as refusal:
        source.remark(f"asked for 0 draws: {refusal}")
