"""The error of pruning trained networks at a fixed share, against their width: P1-8-digits.

Networks of one hidden layer with mean-field scaling, relu, on the digits of scikit-learn, with
isotropic noise; a narrow network has the noise and weights of the first neurons of a wide one, and
sees the same minibatches.  ``benchmarks/heavy_tailed_training`` goes on to a width of 100,000.
"""

from functools import cache
from itertools import islice

import numpy as np

from chaos.network import Network, Weights
from chaos.sgd import minibatch_drift, trajectory
from compress.compressibility.norms import relative_error
from stablenoise.data.datasets import Dataset, load_digits
from stablenoise.field import NoiseField
from stablenoise.noises import isotropic

NETWORK = Network(activation="relu", scaling="mean_field")
# SIGMA such that the noise of a run is that of P1-11, of time 15 at scale 0.1.
BATCH, TIME, STEPS, SIGMA, LARGE_STEPS = 32, 2.0, 20, 0.35, 1_000


@cache
def digits() -> Dataset:
    """The data set."""
    return load_digits()


def after(
    alpha: float, width: int, seed: int, steps: int = STEPS, gradient: bool = True
) -> Weights:
    """Weights after all steps in the time of a run.

    Parameters
    ----------
    alpha : float
        Index of the noise.
    width : int
        Number of hidden neurons.
    seed : int
        Of weights, noise and minibatches.
    steps : int, optional
        Into which the time is divided.
    gradient : bool, optional
        If false, the noise alone moves the initial weights.

    Returns
    -------
    tuple of ndarray

    """
    data = digits()
    # Steps so small that they would be lost in the rounding of float32.
    kind = np.float32 if steps < LARGE_STEPS else np.float64
    weights = NETWORK.initial((data.x_train.shape[1], width, data.classes), seed)
    start = tuple(w.astype(kind) for w in weights)
    x, y = data.x_train.astype(kind), data.y_train
    sgd = minibatch_drift(NETWORK, x, y, batch=BATCH, seed=seed, train_output=False)
    drift = sgd if gradient else lambda weights, step: (None, None)
    field = NoiseField(alpha, seed, isotropic)
    return next(islice(trajectory(start, drift, field, TIME / steps, SIGMA), steps - 1, None))


def squared_error(weights: Weights, keep: float) -> float:
    """Squared error, relative, of keeping a share of the columns, the longest."""
    return relative_error(np.linalg.norm(weights[0].astype(float), axis=1), keep) ** 2


def accuracy(weights: Weights) -> float:
    """On the test part."""
    return NETWORK.accuracy(weights, digits().x_test, digits().y_test)
