"""Lengths of isotropic vectors, and of elliptical ones in their own metric.

Statistics: mean scores of the exact law of the length in its scale and in alpha, the second one
freed of the first, over cells; and exact binomial counts beyond each edge, to 2^-23 on both sides.
Nulls: saddlepoints of the exact cumulant generating functions (Lugannani & Rice, 1980), and
binomial ones.  The law of the length: Nolan (2013), Comput. Stat. 28, 2067-2089, section 2.

For a radius without its factor 2, which is too short by the root of 2, one of a wrong index, or one
whose tail is cut.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

import numpy as np

from ....multivariate import Isotropic
from ...statistics.blocks import VectorBlock
from ...statistics.outcomes import Outcome
from ...statistics.score_cells import Cells, Counts, Tails, cells, edge_targets, worst_beyond
from ...statistics.standard_vectors import isotropic_rank

MOST = 1 << 26
LEAST_ALPHA = 0.05  # below, far edges are not floats
STEP_ALPHA, STEP_SCALE = 1e-3, 1e-4
LARGEST_LOG = 600.0
HALVINGS = 24


class _Test:
    def __init__(self, alpha: float, dim: int) -> None:
        self.alpha = alpha
        self.counts = Counts(_radius_cells(alpha, dim), 1)

    def add(self, block: VectorBlock) -> None:
        self.counts.add(block.radii[:, None])

    def outcomes(self) -> tuple[Outcome, ...]:
        counts = self.counts
        tails = worst_beyond(counts, "radius: counts", lambda _: "lengths")
        return self._of_scale(), self._of_alpha(), tails

    def _of_scale(self) -> Outcome:
        counts = self.counts
        shift = float(counts.mean_scores(0)[0]) / counts.information(0)
        median = counts.middle(0) / counts.cells.edges[len(edge_targets()[0]) - 1]
        factor = 1 + shift if abs(shift) < 0.05 else median
        told = (
            f"vectors are {factor:.4g} times as long as those of the law; "
            f"a factor that is off by {counts.smallest(0):.2g} would have been detected"
        )
        return Outcome("radius: scale", factor, float(counts.p_values(0)[0]), counts.n, told)

    def _of_alpha(self) -> Outcome:
        counts = self.counts
        shift = float(counts.mean_scores(1)[0]) / counts.information(1)
        told = (
            f"by the lengths alpha is off by about {shift:+.3g} from {self.alpha:g}; "
            f"{counts.smallest(1):.2g} would have been detected"
        )
        return Outcome("radius: alpha", shift, float(counts.p_values(1)[0]), counts.n, told)


@lru_cache(maxsize=16)
def _radius_cells(alpha: float, dim: int) -> Cells:
    law = Isotropic(alpha, dim)
    lower, upper = min(STEP_ALPHA, alpha / 4), min(STEP_ALPHA, 2 - alpha)
    shifted = {
        "scale": (_tails(law, 1 - STEP_SCALE), _tails(law, 1 + STEP_SCALE), 2 * STEP_SCALE),
        "alpha": (
            _tails(Isotropic(alpha - lower, dim)),
            _tails(Isotropic(alpha + upper, dim)),
            lower + upper,
        ),
    }
    made = cells(_edges(law), _tails(law), shifted)
    scale, index = made.scores
    free = index - scale * (made.shares @ (scale * index)) / (made.shares @ scale**2)
    return made._replace(scores=np.array([scale, free]))


def _tails(law: Isotropic, scale: float = 1.0) -> Tails:
    return partial(_both, law, scale)


def _both(law: Isotropic, scale: float, r: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.asarray(law.radius_cdf(r / scale)), np.asarray(law.radius_sf(r / scale))


def _edges(law: Isotropic) -> np.ndarray:
    """Radii near which the tails have the probabilities of ``edge_targets``."""
    below, above = edge_targets()
    low, high = (np.full(below.size + above.size, sign * LARGEST_LOG) for sign in (-1, 1))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        down, up = _both(law, 1.0, np.exp(middle))
        is_short = np.append(down[: below.size] < below, up[below.size :] > above)
        low, high = np.where(is_short, middle, low), np.where(is_short, high, middle)
    return np.exp((low + high) / 2)


def make(law: Any) -> _Test | None:
    """A new test: of isotropic and elliptical laws."""
    rank = isotropic_rank(law)
    return _Test(law.alpha, rank) if rank and law.alpha >= LEAST_ALPHA else None
