"""What is wrong with draws that are not those of a law, in one sentence, where the fault is known.

It is no test: the battery has found before that something is wrong.  What is asked is which of the
mistakes that one knows would give such draws: a trace that they left, or a law that fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.stats import kstwo

from ..fit import stable as fitted
from ..stable import Stable
from .findings import Finding
from .mistakes import mistakes
from .traces import trace

__all__ = ["diagnosis"]

LIKELY = 1e-3
"""P-value of Kolmogorov and Smirnov above which the draws could be those of a law."""
CLEARLY_BETTER = 20.0  # in log likelihood: a law that explains a fault is more likely by this
FEWEST = 1000  # draws of which a law is told
COMPARED = 1 << 17  # draws of which likelihoods are compared, and laws fitted
NAMES = "alpha", "beta", "scale", "loc"


def diagnosis(law: Any, values: np.ndarray, findings: Sequence[Finding]) -> str | None:
    """The sentence of the mistake that explains the draws, None if none is known that does."""
    wrong = [finding for finding in findings if finding.grade == "fail"]
    if not wrong or wrong[0].test == "answers":
        return wrong[0].sentence if wrong else None
    if isinstance(law, Stable):
        return trace(law, values, wrong) or law_instead(law, values) or _of_scores(wrong)
    return _of_vectors(law, values)


def law_instead(law: Stable, values: np.ndarray) -> str | None:
    """Which law the draws have, as a mistake that leads to it or as what its parameters are."""
    first = values[:COMPARED]
    if len(first) < FEWEST:
        return None
    least = _log_likelihood(law, first) + CLEARLY_BETTER
    for mistake in mistakes(law):
        if _log_likelihood(mistake.law, first) > least and _could_be(mistake.law, values):
            return mistake.sentence
    for name in NAMES:
        other = _with_one_free(law, name, first)
        if other and _log_likelihood(other, first) > least and _could_be(other, values):
            return _difference(law, other, name)
    return _other_law(first, values, least)


def _other_law(first: np.ndarray, values: np.ndarray, least: float) -> str | None:
    """The law with all four parameters free, if it fits."""
    try:
        law = fitted(first).params
    except ValueError:
        return None
    if _log_likelihood(law, first) <= least or not _could_be(law, values):
        return None
    told = ", ".join(f"{name} = {getattr(law, name):.4g}" for name in NAMES)
    return f"the draws are stable with other parameters: {told}"


def _with_one_free(law: Stable, free: str, values: np.ndarray) -> Stable | None:
    """The law with one parameter fitted, None where that is not possible."""
    held = {name: float(getattr(law, name)) for name in NAMES if name != free}
    try:
        return fitted(values, **held).params
    except ValueError:  # of draws outside the support of all such laws
        return None


def _difference(law: Stable, other: Stable, name: str) -> str:
    was, found = float(getattr(law, name)), float(getattr(other, name))
    if name == "scale":
        return f"wrong scale, by the factor {found / was:.4g}"
    return f"{name} is off by {found - was:+.3g}: it is {found:.5g} instead of {was:.5g}"


def _log_likelihood(law: Stable, values: np.ndarray) -> float:
    return float(np.sum(law.logpdf(values)))


def _could_be(law: Stable, values: np.ndarray) -> bool:
    """Whether Kolmogorov and Smirnov let pass that the draws are of this law."""
    u = np.sort(law.cdf(values))
    n = len(u)
    ranks = np.arange(1, n + 1) / n
    distance = float(np.max(np.maximum(ranks - u, u - ranks + 1 / n)))
    return bool(kstwo.sf(distance, n) > LIKELY)


def _of_scores(wrong: Sequence[Finding]) -> str | None:
    """A shift that is too small for the draws that are kept, as the score tests tell it."""
    scores = [finding for finding in wrong if finding.test.startswith("score in ")]
    return scores[0].sentence if scores and wrong[0] in scores else None


def _of_vectors(law: Any, values: np.ndarray) -> str | None:
    """The mistake that all of the first axes show."""
    from .projections import projected

    dim = values.shape[1]
    told = {
        law_instead(projected(law, np.eye(dim)[axis]), values[:, axis])
        for axis in range(min(dim, 3))
    }
    return told.pop() if len(told) == 1 else None
