"""Kolmogorov and Smirnov: the largest distance of the empirical from the exact distribution.

The statistic of the first draws, sorted, with its exact null law (Simard and L'Ecuyer 2011, as in
SciPy).  For a location that is off, and for coarse faults of the middle.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import kstwo

from ....stable import Stable
from ...blocks import Block
from ...outcomes import Outcome

MOST = 1 << 20


class _Test:
    def __init__(self) -> None:
        self.uniforms: list[np.ndarray] = []

    def add(self, block: Block) -> None:
        self.uniforms.append(block.uniforms)

    def outcomes(self) -> tuple[Outcome, ...]:
        u = np.sort(np.concatenate(self.uniforms))
        n = len(u)
        above = np.arange(1, n + 1) / n - u
        distance = float(max(above.max(), (1 / n - above).max()))
        p_value = float(kstwo.sf(distance, n))
        at = u[int(np.argmax(np.maximum(above, 1 / n - above)))]
        told = f"the distribution is off by {distance:.3g} where it is {at:.3g}"
        return (Outcome("Kolmogorov-Smirnov", distance, p_value, n, told),)


def make(law: Stable) -> _Test:
    """A new test: of every law."""
    return _Test()
