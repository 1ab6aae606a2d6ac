"""Every coordinate against its own law: one of a thousand may be wrong.

Statistics: for each coordinate the mean scores in scale, location and alpha of its exact law over
cells, and binomial counts beyond each edge; the worst of all coordinates, its p-value times their
number (Bonferroni).  Nulls: saddlepoints of the exact cumulant generating functions (Lugannani &
Rice, 1980), and binomial ones.

For a coordinate whose scale is off by a percent, that is 0, or that is drawn from another law;
projections, which are at most eight, would miss it.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

import numpy as np

from ....stable import Stable
from ...statistics.blocks import VectorBlock
from ...statistics.bounded_sums import several
from ...statistics.outcomes import Outcome
from ...statistics.score_cells import Cells, Counts, Tails, cells, edge_targets, worst_beyond
from ...statistics.standard_vectors import Standard, row_limit, standard

MOST = 1 << 22
STEP = 1e-4
MOST_LAWS = 32  # different ones among the coordinates; others are left to other tests
LEAST_ALPHA = 0.05
NAMES = "scale", "location", "alpha"
UNITS = " of it", " scales", ""


class _Test:
    def __init__(self, groups: dict[tuple[float, float, float], np.ndarray], dim: int) -> None:
        self.columns = list(groups.values())
        self.counts = [Counts(_cells(*key), len(places)) for key, places in groups.items()]
        self.most, self.n, self.dim = row_limit(dim), 0, dim

    def add(self, block: VectorBlock) -> None:
        x = block.standardised[: self.most - self.n]
        self.n += len(x)
        for counts, columns in zip(self.counts, self.columns, strict=True):
            if len(x):
                counts.add(x if len(columns) == self.dim else x[:, columns])

    def outcomes(self) -> tuple[Outcome, ...]:
        tails = [
            worst_beyond(counts, "coordinates: counts", partial(_draws_of, columns))
            for counts, columns in zip(self.counts, self.columns, strict=True)
        ]
        worst = min(tails, key=lambda outcome: outcome.p_value)
        worst = worst._replace(p_value=several(worst.p_value, len(tails)))
        return *(self._of(i) for i in range(len(NAMES))), worst

    def _of(self, i: int) -> Outcome:
        """The worst coordinate for one parameter."""
        found = []
        for counts, columns in zip(self.counts, self.columns, strict=True):
            p_values = counts.p_values(i)
            worst = int(np.argmin(p_values))
            shift = float(counts.mean_scores(i)[worst]) / counts.information(i)
            found.append((float(p_values[worst]), int(columns[worst]), shift, counts.smallest(i)))
        p_value, place, shift, smallest = min(found)
        total = sum(len(columns) for columns in self.columns)
        told = (
            f"of {total} coordinates number {place + 1} is furthest off in {NAMES[i]}, by about "
            f"{shift:+.3g}{UNITS[i]}; {smallest:.2g} would have been detected"
        )
        return Outcome(f"coordinates: {NAMES[i]}", shift, several(p_value, total), self.n, told)


def _draws_of(columns: np.ndarray, place: int) -> str:
    return f"draws of coordinate {columns[place] + 1}"


@lru_cache(maxsize=64)
def _cells(alpha: float, beta: float, loc: float) -> Cells:
    """Cells of one coordinate, in units of its scale."""
    law = Stable(alpha, beta, 1.0, loc)
    below, above = edge_targets()
    edges = np.concatenate([law.ppf(below), law.isf(above)])
    upper = min(STEP, 2 - alpha)
    moved = {
        "scale": [Stable(alpha, beta, 1 + sign * STEP, loc) for sign in (-1, 1)],
        "location": [Stable(alpha, beta, 1.0, loc + sign * STEP) for sign in (-1, 1)],
        "alpha": [Stable(alpha + shift, beta, 1.0, loc) for shift in (-STEP, upper)],
    }
    steps = {"scale": 2 * STEP, "location": 2 * STEP, "alpha": STEP + upper}
    shifted = {name: (_tails(a), _tails(b), steps[name]) for name, (a, b) in moved.items()}
    return cells(edges, _tails(law), shifted)


def _tails(law: Stable) -> Tails:
    return lambda x: (np.asarray(law.cdf(x)), np.asarray(law.sf(x)))


def _groups(form: Standard) -> dict[tuple[float, float, float], np.ndarray]:
    """Places of the coordinates of each law, for the first few laws."""
    law = form.coordinates
    rows = [np.broadcast_to(x, form.live.shape) for x in (law.alpha, law.beta, law.loc)]
    kept = np.flatnonzero(form.live & (rows[0] >= LEAST_ALPHA))
    alpha, beta, loc = rows
    keys = [(float(alpha[j]), float(beta[j]), float(loc[j])) for j in kept]
    first = list(dict.fromkeys(keys))[:MOST_LAWS]
    return {key: kept[[k == key for k in keys]] for key in first}


def make(law: Any) -> _Test | None:
    """A new test: of every law that is not flat in all coordinates."""
    form = standard(law)
    groups = _groups(form)
    return _Test(groups, len(form.live)) if groups else None
