"""Tables of labels whose risk is known, learned from many samples at once: what B-7 and B-8 share.

An input lies in one of 256 cells, each as likely; its label is 0 in the lower half and 1 in the
upper one, and a tenth of all labels is flipped.  A table gives each of 2, 16 or 256 equal parts a
label, or a probability of the label 1.  With more parts it is worse, and has fewer errors on the
sample from which it was learned.
"""

from collections.abc import Callable
from dataclasses import replace
from math import sqrt
from typing import NamedTuple

import numpy as np

from paper_checks.claim import Quantity, above, below
from paper_checks.summaries import median, pooled, worst

CELLS, PARTS = 256, (2, 16, 256)
EXAMPLES, FLIPPED, DELTA = 200, 0.1, 0.05
SAMPLES, ROWS = 500, 20  # of a row, and rows: 10,000 samples
GUESSING = 0.5  # the risk of it
MOST = DELTA + 3 * sqrt(DELTA * (1 - DELTA) / (SAMPLES * ROWS))  # three standard errors of them


class Outcome(NamedTuple):
    """Limits and risks of what was chosen by a form of certificate, one of each for each sample."""

    limits: np.ndarray
    risks: np.ndarray


Outcomes = dict[str, Outcome]
Tried = Callable[[np.random.Generator, bool], Outcomes]


class Examples(NamedTuple):
    """Cells and labels of the examples of many samples, shape (samples, examples)."""

    cells: np.ndarray
    labels: np.ndarray

    def counts(self, parts: int) -> np.ndarray:
        """How many examples of each label lie in each part, shape (samples, parts, 2)."""
        part = self.cells // (CELLS // parts)
        places = (np.arange(len(part))[:, None] * parts + part) * 2 + self.labels
        counted = np.bincount(places.ravel(), minlength=len(part) * parts * 2)
        return counted.reshape(len(part), parts, 2)

    def halves(self) -> tuple["Examples", "Examples"]:
        """The first and the second half of each sample."""
        half = self.cells.shape[1] // 2
        first, second = np.s_[:, :half], np.s_[:, half:]
        return Examples(*(each[first] for each in self)), Examples(*(each[second] for each in self))


def drawn(rng: np.random.Generator, n: int = EXAMPLES) -> Examples:
    """Samples of n examples each."""
    cells = rng.integers(CELLS, size=(SAMPLES, n))
    flips = rng.uniform(size=(SAMPLES, n)) < FLIPPED
    return Examples(cells, (cells >= CELLS // 2) ^ flips)


def risk(ones: np.ndarray) -> np.ndarray:
    """Risk of tables of the label 1, or of its probability, along the last axis of parts."""
    truth = np.arange(ones.shape[-1]) >= ones.shape[-1] // 2
    wrong = np.where(truth, 1 - ones, ones).mean(axis=-1)
    return FLIPPED + (1 - 2 * FLIPPED) * wrong


def errors(ones: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Errors of such tables among examples that were counted; of probabilities their mean."""
    return (counts[..., 0] * ones + counts[..., 1] * (1 - ones)).sum(axis=-1)


def smallest(limits: np.ndarray, risks: np.ndarray) -> Outcome:
    """What has the smallest limit, along the first axis."""
    best = limits.argmin(axis=0)[None]
    return Outcome(*(np.take_along_axis(each, best, axis=0)[0] for each in (limits, risks)))


def row(rng: np.random.Generator, tried: Tried, charged: bool) -> list[float]:
    """Share of samples in which each form fails, and the mean limits and risks."""
    outcomes = tried(rng, charged).values()
    fails = [float((each.limits < each.risks).mean()) for each in outcomes]
    means = [(float(each.limits.mean()), float(each.risks.mean())) for each in outcomes]
    return fails + [number for pair in means for number in pair]


def quantities(forms: tuple[str, ...], holds: bool = True) -> tuple[Quantity, ...]:
    """Of each form how often it fails, as it may or far more often, and what it says."""
    rule = below(MOST) if holds else above(2 * DELTA)
    failing = [Quantity(f"{form}: below the risk", rule, pooled(SAMPLES)) for form in forms]
    limits = Quantity("", below(GUESSING), worst) if holds else Quantity("", None, median)
    said = [
        quantity
        for form in forms
        for quantity in (
            replace(limits, label=f"{form}: mean limit"),
            Quantity(f"{form}: mean risk", None, median),
        )
    ]
    return *failing, *said
