"""Classifiers whose risk is known, chosen by their limit: what B-7 and B-8 share."""

from math import acos, pi

import numpy as np
from scipy.special import gammaln

from compress.certificates.inequalities import chernoff

EXAMPLES, INPUTS, FLIPPED, DELTA = 100, 50, 0.1, 0.05
RELEVANT = 8  # inputs that the labels depend on, with falling weights


def chosen(rng: np.random.Generator, charged: bool = True) -> tuple[float, float]:
    """Limit and risk of the classifier of the smallest limit among ever more inputs.

    Labels are signs of u . x, of which a tenth is flipped; learned is the sign of a sum of the k
    inputs that go best with the labels, each with its sign.  Its risk is known: normal inputs make
    the chance that two half-spaces disagree their angle over pi.

    Parameters
    ----------
    rng : numpy.random.Generator
        Of the examples.
    charged : bool, optional
        Whether the bits of which inputs, of their signs and of k are charged.

    Returns
    -------
    tuple of float

    """
    u = 0.5 ** np.arange(INPUTS) * (np.arange(INPUTS) < RELEVANT)
    x, anew = rng.normal(size=(EXAMPLES, INPUTS)), rng.uniform(size=EXAMPLES) < FLIPPED
    y = np.sign(x @ u) * np.where(anew, -1, 1)
    fits = x.T @ y
    signed = np.sign(fits) * (_ranks(abs(fits)) <= np.arange(1, INPUTS + 1)[:, None])
    rates = (np.sign(x @ signed.T) != y[:, None]).mean(axis=0)
    limits = chernoff(rates, EXAMPLES, _nats() if charged else 0.0, DELTA)
    best = int(np.argmin(limits))
    return float(limits[best]), _risk(signed[best], u)


def _ranks(sizes: np.ndarray) -> np.ndarray:
    """1 for the largest."""
    ranks = np.empty(sizes.size, int)
    ranks[np.argsort(-sizes)] = np.arange(1, sizes.size + 1)
    return ranks


def _nats() -> np.ndarray:
    """Log of the number of classifiers with as many inputs, and of k itself."""
    k = np.arange(1, INPUTS + 1)
    ways = gammaln(INPUTS + 1) - gammaln(k + 1) - gammaln(INPUTS - k + 1)
    return ways + k * np.log(2) + np.log(INPUTS)


def _risk(w: np.ndarray, u: np.ndarray) -> float:
    cosine = w @ u / np.linalg.norm(w) / np.linalg.norm(u)
    return FLIPPED + (1 - 2 * FLIPPED) * acos(float(np.clip(cosine, -1, 1))) / pi
