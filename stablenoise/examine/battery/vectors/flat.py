"""Draws of a law that lives on a subspace are on it.

Statistic: the largest distance of a draw from the subspace, over the length of the draw.  There is
no chance in it: beyond what rounding can do the p-value is 0.

For a singular shape matrix that was made regular, atoms that were moved, and constant coordinates
that are not.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ....multivariate import DiscreteSpectral, Elliptical, ellipsoid
from ...statistics.blocks import VectorBlock
from ...statistics.outcomes import Outcome

MOST = 1 << 18
ROUNDINGS = 64.0
ROOTS = 4.0  # roots of a matrix that is singular up to rounding are off by the root of rounding


class _Test:
    def __init__(self, normals: np.ndarray, units: np.ndarray, law: Any) -> None:
        self.normals, self.units, self.law = normals, units, law
        self.n, self.off, self.worst, self.allowed = 0, 0, 0.0, 0.0

    def add(self, block: VectorBlock) -> None:
        dim = len(self.units)
        allowed = ROUNDINGS * np.sqrt(dim) * np.finfo(np.result_type(block.dtype, np.float16)).eps
        if isinstance(self.law, Elliptical):
            allowed += ROOTS * np.sqrt(dim * np.finfo(float).eps)
        x = (block.values - self.law.loc) / self.units
        loc = ellipsoid.length(np.broadcast_to(self.law.loc, dim) / self.units)
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            off = ellipsoid.length(x @ self.normals) / (ellipsoid.length(x) + loc)
        off = np.where(np.isfinite(off), off, 0.0)
        self.n += len(x)
        self.off += int(np.count_nonzero(off > allowed))
        self.worst, self.allowed = max(self.worst, float(off.max(initial=0.0))), allowed

    def outcomes(self) -> tuple[Outcome, ...]:
        told = (
            f"{self.off:,} of {self.n:,} vectors do not lie in the subspace of the law: the worst "
            f"is off by {self.worst:.2g} of its length, where rounding explains {self.allowed:.2g}"
        )
        return (Outcome("flat", self.worst, 0.0 if self.off else 1.0, self.n, told),)


def make(law: Any) -> _Test | None:
    """A new test: of elliptical and spectral laws that have no density."""
    if isinstance(law, Elliptical):
        root = law._root
        normals, units = root.axes[:, root.lengths == 0], root.units
    elif isinstance(law, DiscreteSpectral):
        normals, units = _normals(law.directions), np.ones(law.directions.shape[1])
    else:
        return None
    return _Test(normals, units, law) if normals.size else None


def _normals(atoms: np.ndarray) -> np.ndarray:
    """Unit vectors at right angles to all atoms, as columns."""
    rank = int(np.linalg.matrix_rank(atoms))
    return np.linalg.svd(atoms)[2][rank:].T
