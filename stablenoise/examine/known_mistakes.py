"""Laws that well-known mistakes lead to, each with the sentence that says so."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from typing import Any, NamedTuple

import numpy as np

from ..law.characteristic import s0_minus_s1
from ..multivariate import Elliptical, Independent, Isotropic
from ..stable import Stable

__all__ = ["Mistake", "mistakes", "vector_mistakes"]

NEAR_ONE = 0.02  # distances of alpha from 1, and from 2, at which some programs replace it
ROOT_TWO = sqrt(2.0)


class Mistake(NamedTuple):
    """A law that is drawn from instead, and the sentence that says so."""

    law: Any
    sentence: str


def mistakes(law: Stable) -> Iterator[Mistake]:
    """Those that change a law: no two of them are one law, and none is the law itself."""
    seen = {law}
    for parameters, sentence in _all(law):
        try:
            wrong = Stable(*parameters)
        except ValueError:  # out of range: nobody could draw from it
            continue
        if wrong not in seen:
            seen.add(wrong)
            yield Mistake(wrong, sentence)


def _all(law: Stable) -> Iterator[tuple[tuple[float, float, float, float], str]]:
    yield from _of_form(law)
    yield from _of_scale(law)
    yield from _of_index(law)


def _of_form(law: Stable) -> Iterator[tuple[tuple[float, float, float, float], str]]:
    """Location, skewness and their forms."""
    a, b, c, m = law.alpha, law.beta, law.scale, law.loc
    shift = float(s0_minus_s1(a, b, c))
    yield (a, -b, c, m), "beta has the wrong sign"
    yield (a, b, c, m + shift), "S1 for S0: the location that was asked for is taken as that of S1"
    yield (a, b, c, m - shift), "S0 for S1: the location of S1 is taken as that of S0"
    yield (a, -b, c, m + shift), "S1 for S0, and beta has the wrong sign"
    yield (a, -b, c, m - shift), "S0 for S1, and beta has the wrong sign"
    yield (a, -b, c, -m), "x has the wrong sign"
    yield (a, 0.0, c, m), "beta is left out"
    yield (a, b, c, 0.0), "the location is left out"
    yield (a, b, c, -m), "the location has the wrong sign"
    yield (a, b, c, m * c), "the location is multiplied by the scale"
    if a == 1:  # scaled after the shift of S1, or not shifted
        shift = float(s0_minus_s1(1.0, b, c))
        yield (a, b, c, m + 2 * shift), "at alpha = 1 the shift of the scale is added twice"


def _of_scale(law: Stable) -> Iterator[tuple[tuple[float, float, float, float], str]]:
    """Scales that are left out, squared, or of another definition."""
    a, b, c, m = law.alpha, law.beta, law.scale, law.loc
    yield (a, b, 1.0, m), f"the scale is left out: it is wrong by the factor {1 / c:.6g}"
    for factor, name, why in (
        (1 / ROOT_TWO, "1/sqrt(2)", "a variance of scale^2, or a radius without its factor 2"),
        (ROOT_TWO, "sqrt(2)", "a factor 2 too many under a root"),
        (2.0, "2", "a factor too many"),
        (0.5, "1/2", "a factor too few"),
        (2 ** (1 / a), "2^(1/alpha)", "sums of two draws"),
        (2 ** (-1 / a), "2^(-1/alpha)", "halves of such sums"),
    ):
        yield (a, b, c * factor, m), f"the scale is wrong by the factor {name}: {why}"
    for power, name in ((a, "alpha"), (1 / a, "1/alpha"), (2.0, "2"), (0.5, "1/2")):
        with np.errstate(over="ignore", under="ignore"):  # what is not a float is no law
            raised = float(np.power(c, power))
        told = f"the scale is raised to the power {name}"
        yield (a, b, raised, m), f"{told}: it is wrong by the factor {raised / c:.6g}"


def _of_index(law: Stable) -> Iterator[tuple[tuple[float, float, float, float], str]]:
    """Indices that are replaced by a neighbour."""
    a, b, c, m = law.alpha, law.beta, law.scale, law.loc
    if abs(a - 1) < NEAR_ONE:
        yield (1.0, b, c, m), "alpha is replaced by 1"
    yield (2.0, 0.0, c, m), "the law is Gaussian: alpha is replaced by 2"
    yield (2.0, 0.0, c / ROOT_TWO, m), "the law is Gaussian, with the scale as their deviation"
    yield (1.0, b, c, m), "alpha is replaced by 1"
    yield (a / 2, b, c, m), "alpha is halved"
    yield (2 * a, b, c, m), "alpha is doubled"
    yield (1 / a, b, c, m), "alpha is replaced by 1/alpha"


def vector_mistakes(law: Any) -> Iterator[Mistake]:
    """Laws of vectors that well-known mistakes lead to, of the same index and axes."""
    if isinstance(law, Isotropic):
        told = "coordinates are independent, where isotropic ones are meant"
        yield Mistake(Independent(law.alpha, law.dim, law.scale, law.loc), told)
    if isinstance(law, Independent) and np.ptp(law.alpha) == 0 and not np.any(law.beta):
        sigma = np.diag(np.broadcast_to(law.scale, law.dim) ** 2)
        told = "one radius is common to coordinates that are to be independent"
        yield Mistake(Elliptical(float(np.min(law.alpha)), sigma, law.loc), told)
    if isinstance(law, Elliptical):
        sigma = np.asarray(law.shape_matrix)
        told = "Sigma is taken for its root"
        yield Mistake(Elliptical(law.alpha, sigma @ sigma, law.loc), told)
        try:
            root = np.linalg.cholesky(sigma)
        except np.linalg.LinAlgError:  # flat: it has none
            return
        told = "the root of Sigma is transposed"
        yield Mistake(Elliptical(law.alpha, root.T @ root, law.loc), told)
