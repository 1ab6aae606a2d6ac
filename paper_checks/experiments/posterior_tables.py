"""Randomised tables with limits of their mean risk: what B-7-mean and B-8-mean share.

The prior takes each number of parts with one probability, and each label of each part with 1/2.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import expit

from compress.certificates import inequalities
from compress.certificates.inequalities import kl, kl_upper, maurer

from .known_risks import DELTA, EXAMPLES, PARTS, Outcome, Outcomes, drawn, errors, risk, smallest

SLOPES = (0.1, 0.5, 5.0)  # of the log odds of a label in the difference of its counts
FORMS = ("maurer", "catoni", "mcallester", "quadratic")
DRAWS, SPENT = 100, 0.01  # tables drawn for an estimate of the errors, and their part of delta
LABELS = (*FORMS, "Monte Carlo")


class Posterior(NamedTuple):
    """Probabilities of the label 1, and counts of examples, shape (samples, parts[, 2])."""

    ones: np.ndarray
    counts: np.ndarray

    def drawn_errors(self, rng: np.random.Generator, of: np.ndarray) -> np.ndarray:
        """Mean errors of so many tables drawn from it, for some of the samples."""
        ones, counts = self.ones[of], self.counts[of]
        each = (errors(rng.random(ones.shape) < ones, counts) for _ in range(DRAWS))
        return np.asarray(sum(each)) / DRAWS


def chosen(rng: np.random.Generator, charged: bool) -> Outcomes:
    """For each form the posterior of the smallest limit; one of them by errors of drawn tables."""
    posteriors = _posteriors(rng)
    rates = np.array([errors(*each) for each in posteriors]) / EXAMPLES
    nats = np.array([np.log(len(PARTS)) + kl(each.ones, 0.5).sum(-1) for each in posteriors])
    given = np.clip(rates, 0, 1), EXAMPLES, nats * charged
    risks = np.array([risk(each.ones) for each in posteriors])
    exact = {form: smallest(getattr(inequalities, form)(*given, DELTA), risks) for form in FORMS}
    best = np.argmin(maurer(*given, DELTA - SPENT), axis=0)
    samples = np.arange(best.size)
    seen = np.empty(best.size)
    for number, posterior in enumerate(posteriors):
        of = np.flatnonzero(best == number)
        seen[of] = posterior.drawn_errors(rng, of) / EXAMPLES
    upper = kl_upper(seen, np.log(2 / SPENT) / DRAWS)
    limits = maurer(upper, EXAMPLES, given[2][best, samples], DELTA - SPENT)
    return exact | {"Monte Carlo": Outcome(limits, risks[best, samples])}


def _posteriors(rng: np.random.Generator) -> list[Posterior]:
    """Those of each number of parts and each slope."""
    sample = drawn(rng)
    counted = [sample.counts(parts) for parts in PARTS]
    return [
        Posterior(expit(slope * (counts[..., 1] - counts[..., 0])), counts)
        for counts in counted
        for slope in SLOPES
    ]
