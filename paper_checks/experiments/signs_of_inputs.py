"""Classifiers whose risk is known, chosen by their limit: what B-7 and B-8 share."""

from functools import cache
from math import pi

import numpy as np
from scipy.special import gammaln

from compress.certificates import inequalities

from .known_risks import DELTA, FLIPPED, SAMPLES, Outcomes, smallest

EXAMPLES, INPUTS = 100, 50
RELEVANT = 8  # inputs that the labels depend on, with falling weights
FORMS = ("binomial_tail", "chernoff", "hoeffding")


def chosen(rng: np.random.Generator, charged: bool = True) -> Outcomes:
    """For each form the classifier of the smallest limit among ever more inputs.

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
    dict of str to Outcome

    """
    u = 0.5 ** np.arange(INPUTS) * (np.arange(INPUTS) < RELEVANT)
    x = rng.normal(size=(SAMPLES, EXAMPLES, INPUTS))
    y = np.sign(x @ u) * np.where(rng.uniform(size=x.shape[:2]) < FLIPPED, -1, 1)
    fits = (x * y[..., None]).sum(axis=1)
    order = np.argsort(-abs(fits), axis=1)
    signs = np.take_along_axis(np.sign(fits), order, axis=1)
    # The classifier of k inputs is the sign of the first k terms: one running sum has them all.
    terms = np.take_along_axis(x, order[:, None], axis=2) * signs[:, None]
    errors = (np.sign(terms.cumsum(axis=2)) != y[..., None]).sum(axis=1).T
    risks = _risks((signs * u[order]).cumsum(axis=1), u).T
    limits = (np.take_along_axis(_limits(form, charged), errors, axis=1) for form in FORMS)
    return {form: smallest(each, risks) for form, each in zip(FORMS, limits, strict=True)}


@cache
def _limits(form: str, charged: bool) -> np.ndarray:
    """Limits by the number of inputs and of errors, shape (inputs, n + 1)."""
    errors = np.arange(EXAMPLES + 1)
    seen = errors if form == "binomial_tail" else errors / EXAMPLES
    nats = _nats()[:, None] * charged
    return np.asarray(getattr(inequalities, form)(seen, EXAMPLES, nats, DELTA))


def _nats() -> np.ndarray:
    """Log of the number of classifiers with as many inputs, and of k itself."""
    k = np.arange(1, INPUTS + 1)
    ways = gammaln(INPUTS + 1) - gammaln(k + 1) - gammaln(INPUTS - k + 1)
    return ways + k * np.log(2) + np.log(INPUTS)


def _risks(products: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Risks of the sums of 1, 2, ... inputs with signs, from their products with u."""
    lengths = np.sqrt(np.arange(1, products.shape[-1] + 1)) * np.linalg.norm(u)
    return FLIPPED + (1 - 2 * FLIPPED) * np.arccos(np.clip(products / lengths, -1, 1)) / pi
