"""The method of Kogon and Williams: lines through ten frequencies, .1 to 1 over the scale.

References
----------
Kogon & Williams (1998), in Adler, Feldman & Taqqu, A Practical Guide to Heavy Tails, 311-335.  The
first scale and location are by quantiles; no iteration.

"""

from __future__ import annotations

import numpy as np

from . import ladder, peak
from .lines import Points, asymptotic, solved

COUNT = 10
UNIT = 0.1  # over the scale


def estimate(
    x: np.ndarray, weights: np.ndarray | None, held: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Parameters of a stable law by regression on ten values of its characteristic function.

    Arguments and results are those of ``gls.estimate``.
    """
    near = peak.start(x, weights, held)
    unit, places = UNIT / near[2], np.arange(COUNT)
    z = ladder.empirical_evenly(x, weights, unit, COUNT)
    points = Points(unit * (1 + places), z, places, places)
    theta = solved(points, near, held)
    nobs = float(x.size if weights is None else weights.sum())
    return theta, asymptotic(points, theta, nobs, held)
