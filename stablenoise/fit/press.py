"""Press's method: two frequencies for alpha and the scale, two for beta and the location.

References
----------
Press (1972), Journal of the American Statistical Association 67, 842-846.  The frequencies are
those of Weron (2004), Computationally Intensive Value at Risk Calculations, for data of scale 1.

"""

from __future__ import annotations

import numpy as np

from . import ladder, peak
from .lines import Points, asymptotic, solved

UNIT = 0.1  # over the scale
OF_MODULUS, OF_ARGUMENT = np.array([1, 5]), np.array([0, 3])  # of the ladder: 2 and 8, 1 and 4


def estimate(
    x: np.ndarray, weights: np.ndarray | None, held: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Parameters of a stable law from four values of its empirical characteristic function.

    Arguments and results are those of ``gls.estimate``.
    """
    near = peak.start(x, weights, held)
    t, z = ladder.empirical(x, weights, UNIT / near[2], OF_MODULUS[-1] + 1)
    points = Points(t, z, OF_MODULUS, OF_ARGUMENT)
    theta = solved(points, near, held)
    nobs = float(x.size if weights is None else weights.sum())
    return theta, asymptotic(points, theta, nobs, held)
