"""Press's method: two frequencies for alpha and the scale, two for beta and the location.

References
----------
Press (1972), Journal of the American Statistical Association 67, 842-846.  The frequencies are
those of Weron (2004), Computationally Intensive Value at Risk Calculations, for data of scale 1.

"""

from __future__ import annotations

import numpy as np

from . import ladder, quantiles
from .regression import Points, asymptotic, solved

UNIT = 0.1  # over the scale
OF_MODULUS, OF_ARGUMENT = np.array([1, 5]), np.array([0, 3])  # of the ladder: 2 and 8, 1 and 4


def estimate(
    x: np.ndarray, weights: np.ndarray | None, held: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Parameters of a stable law from four values of its empirical characteristic function.

    Parameters
    ----------
    x : ndarray of float, shape (n,)
        Finite values, in any unit.
    weights : ndarray of float, shape (n,), or None
        How often each value stands for itself; positive.
    held : ndarray of float, shape (4,)
        alpha, beta, scale and loc (S0), NaN where one is to be estimated.

    Returns
    -------
    theta : ndarray of float, shape (4,)
        The parameters, those held as they were; alpha is 2 or 0.1, and beta 1 or -1, exactly where
        the estimate lies at that end.
    covariance : ndarray of float, shape (4, 4)
        Asymptotic; zero for what is held, NaN for what lies at an end of its range.

    """
    near = quantiles.parameters(quantiles.of_sample(x, weights), held)
    t, z = ladder.empirical(x, weights, UNIT / near[2], OF_MODULUS[-1] + 1)
    points = Points(t, z, OF_MODULUS, OF_ARGUMENT)
    theta = solved(points, near, held)
    nobs = float(x.size if weights is None else weights.sum())
    return theta, asymptotic(points, theta, nobs, held)
