"""What is wrong with draws that are not those of a law, in one sentence, where the fault is known.

It is no test: the battery has found before that something is wrong.  What is asked is which of the
mistakes that one knows would give such draws: a trace that they left, or a law that fits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..fit import stable as fitted
from ..stable import Stable
from .findings import Finding
from .known_mistakes import Mistake, mistakes, vector_mistakes
from .looks import Examination
from .statistics.projections import projected
from .traces import Drawn, constant, cut_off, held_in, trace

__all__ = ["diagnosis"]

LIKELY = 1e-3
"""Level of the examination that a law must pass if it is to explain the draws."""
CLEARLY_BETTER = 20.0  # in log likelihood: a law that explains a fault is more likely by this
DOUBLE = np.dtype(np.float64)
FEWEST = 1000  # draws of which a law is told
NAMES = "alpha", "beta", "scale", "loc"
IDENTITIES = {
    "NaN": "a draw is NaN now and then",
    "seeds: the same again": "the seed is ignored",
    "seeds: moves on": "the generator is not advanced: each call gives the same draws",
    "seeds: others": "other seeds give the same draws",
    "workers: memory": "later calls write into the draws of earlier ones",
    "workers: threads": "threads disturb each other",
}
"""What is wrong where a test fails that asks for what is identical, whatever the law."""
AFTER = ": ", " along ", " in parts"  # what may follow the name of a test
KNOWN = {
    "infinite": "draws are infinite that should not be",
    "repeated largest": "clipped above",
    "repeated smallest": "clipped below",
    "granularity": "low-entropy uniforms, or rounding",
    "digits": "low-entropy uniforms, or rounding",
    "repeats": "draws are repeated",
    "seeds: repeats": "draws are repeated",
    "workers: repeats": "draws are repeated by workers",
    "sizes: last of odd": "the last draw of an odd number is wrong",
    "large calls: repeats": "large calls give draws again",
    "large calls: parts": "large calls have another law",
    "large calls: finite": "large calls give NaN or infinite draws",
    "sizes: finite": "calls of some sizes give NaN or infinite draws",
    "next to infinite": "too many draws are next to the largest number",
    "three points": "signs are those of a shift register",
    "radius: scale": "wrong scale",
    "radius: alpha": "wrong alpha",
    "exchange": "coordinates have not one law",
    "flat": "draws leave the subspace of a flat law",
    "independence": "coordinates depend on each other",
    "signs": "signs of coordinates depend on each other",
    "angles": "directions are not uniform",
}
"""What is wrong where a test fails, those first that explain others."""
OF_SOME_DRAWS = "sizes: last of odd", "large calls: parts"
"""Tests that fail too where all draws are of another law: what they say then is no diagnosis."""


def diagnosis(law: Any, drawn: Drawn, findings: Sequence[Finding]) -> str | None:
    """The sentence of the mistake that explains the draws, None if none is known that does."""
    wrong = [finding for finding in findings if finding.grade == "fail"]
    if not wrong or wrong[0].test == "answers":
        return wrong[0].sentence if wrong else None
    if identical := constant(drawn) or _known(wrong, IDENTITIES):
        return identical
    kind = held_in(drawn)
    if not isinstance(law, Stable):
        return vectors_instead(law, drawn.values, kind) or _by_name(law, drawn, wrong)
    left = trace(law, drawn)
    if left and kind == drawn.dtype:
        return left
    instead = law_instead(law, drawn.values, kind)
    if left:  # of a shorter type than their own, and perhaps of another law as well
        return f"{instead}; and {left}" if instead else left
    return instead or cut_off(law, drawn) or _by_name(law, drawn, wrong) or _of_scores(wrong)


def law_instead(law: Stable, values: np.ndarray, kind: np.dtype = DOUBLE) -> str | None:
    """Which law the draws have, as a mistake that leads to it or as what its parameters are.

    ``values`` are float64, drawn as ``kind``: in float32 they have as many digits and come again as
    often as float32 does, and a law that explains them is asked about such draws.
    """
    if len(values) < FEWEST:
        return None
    least = _log_likelihood(law, values) + CLEARLY_BETTER
    for other, sentence in _laws_instead(law, values):
        if _log_likelihood(other, values) > least and _could_be(other, values, kind):
            return sentence
    return None


def _laws_instead(law: Stable, values: np.ndarray) -> Iterator[Mistake]:
    """Well-known mistakes, then the law with one parameter fitted, then that with all four."""
    yield from mistakes(law)
    for name in NAMES:
        other = _fitted(values, {n: float(getattr(law, n)) for n in NAMES if n != name})
        if other:
            yield Mistake(other, _difference(law, other, name))
    other = _fitted(values, {})
    if other:
        told = ", ".join(f"{name} = {getattr(other, name):.4g}" for name in NAMES)
        yield Mistake(other, f"the draws are stable with other parameters: {told}")


def _fitted(values: np.ndarray, held: dict[str, Any]) -> Stable | None:
    """The likeliest law, None where none is: of draws outside the support of all such laws."""
    try:
        return fitted(values, **held).params
    except ValueError:
        return None


def _difference(law: Stable, other: Stable, name: str) -> str:
    was, found = float(getattr(law, name)), float(getattr(other, name))
    if name == "scale":
        return f"wrong scale, by the factor {found / was:.4g}"
    return f"{name} is off by {found - was:+.3g}: it is {found:.5g} instead of {was:.5g}"


def _log_likelihood(law: Stable, values: np.ndarray) -> float:
    return float(np.sum(law.logpdf(values)))


def _could_be(law: Any, values: np.ndarray, kind: np.dtype) -> bool:
    """Whether the battery lets pass that the draws, in any order, are of this law."""
    examination = Examination(law, LIKELY, in_order=False)
    examination.add(values.astype(kind))
    examination.look()
    return not examination.has_fault()


def _by_name(law: Any, drawn: Drawn, wrong: Sequence[Finding]) -> str | None:
    """What the name of a test says, of those that do not fail because all draws are wrong."""
    told = _known(wrong, KNOWN)
    of_some = [f for f in wrong if f.supposes_law or f.test in OF_SOME_DRAWS]
    if not told or not of_some or not len(drawn.values):
        return told
    if _could_be(law, drawn.values, held_in(drawn)):
        return told
    return _known([finding for finding in wrong if finding not in of_some], KNOWN)


def _known(wrong: Sequence[Finding], known: Mapping[str, str]) -> str | None:
    """The first fault whose name alone says what the mistake is."""
    for test, mistake in known.items():
        for finding in wrong:
            rest = finding.test.removeprefix(test)
            if rest != finding.test and (not rest or rest.startswith(AFTER)):
                return f"{mistake}: {finding.sentence}"
    return None


def _of_scores(wrong: Sequence[Finding]) -> str | None:
    """A shift that is too small for the draws that are kept, as the score tests tell it."""
    scores = [f for f in wrong if f.test.startswith("score in ")]
    if scores:
        return scores[0].sentence
    if all(finding.test.startswith("seeds: next seed") for finding in wrong):
        return f"neighbouring seeds give dependent draws: {wrong[0].sentence}"
    return None


def vectors_instead(law: Any, values: np.ndarray, kind: np.dtype = DOUBLE) -> str | None:
    """The mistake that all of the first axes show, or another law of vectors."""
    if len(values) < FEWEST:
        return None
    dim = values.shape[1]
    told = {
        law_instead(projected(law, np.eye(dim)[axis]), values[:, axis], kind)
        for axis in range(min(dim, 3))
    }
    if len(told) == 1 and (sentence := told.pop()):
        return sentence
    return next((m.sentence for m in vector_mistakes(law) if _could_be(m.law, values, kind)), None)
