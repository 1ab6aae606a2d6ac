"""Gauss-Legendre nodes and weights of consecutive panels."""

import numpy as np

from ..kernels.compiler import jit

POINTS = 16  # of a panel
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(POINTS)


@jit
def lay(edges, nodes, weights):
    """Fill nodes and weights of the panels between edges, which may rise or fall."""
    for i in range(edges.size - 1):
        half = 0.5 * abs(edges[i + 1] - edges[i])
        middle = 0.5 * (edges[i + 1] + edges[i])
        for j in range(POINTS):
            nodes[i * POINTS + j] = middle + half * _NODES[j]
            weights[i * POINTS + j] = half * _WEIGHTS[j]
