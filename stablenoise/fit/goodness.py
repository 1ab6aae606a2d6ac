"""Whether a sample can be one of the law fitted to it: over-identification, Anderson and Darling.

The null law of the second depends on the parameters, since they were estimated, and is that of
samples drawn from the fitted law and fitted in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..checks import check_integer
from ..results import Result
from .bootstrap import MAX_REPLICATES, held_of, redrawn, refitted
from .both_tails import log_tails
from .grouping import Cells, cells_of
from .progress import Progress, teller
from .samples import MIN_VALUES, Sample, Unit
from .stability import OverIdentification, of_fit

if TYPE_CHECKING:
    from .results import StableFit

LARGEST_SIZE = 100_000  # of a sample that is drawn, by default: the null law no longer changes
MAX_SIZE = 10**9


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Goodness(Result):
    """Tests of a fitted law, as ``StableFit.gof`` returns them.

    Parameters
    ----------
    j : float
        Statistic of over-identification: how far the empirical characteristic function is from
        that of every stable law, which the four parameters cannot mend.
    j_dof : int
        Degrees of freedom of its chi-squared law.
    j_pvalue : float
        Probability of at least this j for draws of a stable law.
    anderson_darling : float
        The statistic A^2 of the sample; infinite where a value lies outside the law's support.
    anderson_darling_pvalue : float
        (1 + number of samples drawn with at least this A^2) / (replicates + 1).
    replicates, size, seed : int
        How many samples were drawn, of how many values, from which seed.
    drawn : ndarray, shape (replicates,)
        A^2 of each of them.

    Notes
    -----
    A replicate takes 3 ms at 1,000 values, 4 at 10,000 and 11 at 100,000; up to 256 values, where
    each fit searches from many starts, some 25 (``benchmarks/goodness.py``).  An interrupt is heard
    within some 100 of them.  Where values have weights, or half of them or more are equal to
    another, each stands for a cell that ends halfway to the next, as in rounded data or histograms;
    draws are counted in the same cells, and A^2 is the integral over their borders.  In samples
    that were not drawn independently both p-values are too small.

    References
    ----------
    Koutrouvelis & Kellermeier (1981), J. R. Stat. Soc. B 43, 173-176; Anderson & Darling (1954), J.
    Amer. Statist. Assoc. 49, 765-769; Stute, Gonzalez-Manteiga & Presedo-Quindimil (1993), Metrika
    40, 243-256: the null law by samples of the fitted law.

    Examples
    --------
    >>> from stablenoise import Stable, fit
    >>> found = fit.stable(Stable(1.7).rvs(500, rng=1)).gof(replicates=19)
    >>> found.j_pvalue > 0.01 and found.drawn.size
    19

    """

    j: float
    j_dof: int
    j_pvalue: float
    anderson_darling: float
    anderson_darling_pvalue: float
    replicates: int
    size: int
    seed: int
    drawn: np.ndarray = field(repr=False)


def goodness_of(
    fit: StableFit, replicates: int, seed: int, size: int | None, progress: bool | Progress
) -> Goodness:
    """The tests of a fit, of which ``StableFit.gof`` says what it takes."""
    number = check_integer("replicates", replicates, 2, MAX_REPLICATES)
    entropy = check_integer("seed", seed, 0, 2**64)
    length = _size(fit, size)
    tell = teller(progress, "Anderson-Darling", "samples")
    held, cells = held_of(fit), cells_of(fit.sample)

    def statistic(values: np.ndarray) -> float:
        sample = Sample(values, None, fit.name) if cells is None else cells.counted(values)
        return distance(sample, *refitted(sample, fit.method, held), cells)

    sample = fit.sample if cells is None else cells.sample
    seen = distance(sample, fit.unit, fit.problem.top.theta, cells)
    drawn = np.array(redrawn(fit.params, length, number, entropy, statistic, tell))
    pvalue = (1 + np.count_nonzero(drawn >= seen)) / (number + 1)
    j = j_test(fit)
    return Goodness(
        *(j.statistic, j.dof, j.pvalue), seen, float(pvalue), number, length, entropy, drawn
    )


def j_test(fit: StableFit) -> OverIdentification:
    """The test of over-identification at the fitted parameters."""
    z, top = fit.unit.standardised(fit.sample.values), fit.problem.top
    return of_fit(z, fit.sample.weights, top.theta, fit.problem.held)


def distance(sample: Sample, unit: Unit, theta: np.ndarray, cells: Cells | None) -> float:
    """A^2 of a sample and the law of some parameters in its unit."""
    alpha, beta, scale, loc = map(float, theta)
    if cells is None:
        z = np.sort(unit.standardised(sample.values))
        return anderson_darling(*log_tails((z - loc) / scale, alpha, beta))
    borders = (unit.standardised(cells.borders) - loc) / scale
    return grouped(cells.below(sample), sample.nobs, *log_tails(borders, alpha, beta))


def anderson_darling(lower: np.ndarray, upper: np.ndarray) -> float:
    """A^2 of values in increasing order, from the logarithms of both tails there.

    That is n times the integral of (F_n - F)^2 / (F (1 - F)) dF: Anderson & Darling (1954).
    """
    n = lower.size
    odd = 2 * np.arange(1, n + 1) - 1
    return float(-n - (odd @ lower + (2 * n - odd) @ upper) / n)


def grouped(below: np.ndarray, nobs: float, lower: np.ndarray, upper: np.ndarray) -> float:
    """The same integral from the shares of the values below some borders, by the midpoint rule."""
    probability = np.exp(lower)
    ends = np.concatenate([[0.0], probability, [1.0]])
    width = (ends[2:] - ends[:-2]) / 2
    with np.errstate(divide="ignore"):
        squares = np.exp(2 * np.log(abs(below - probability)) - lower - upper)
    return float(nobs * (squares @ width))


def _size(fit: StableFit, size: int | None) -> int:
    """How many values a sample that is drawn has."""
    if size is not None:
        return check_integer("size", size, MIN_VALUES, MAX_SIZE)
    return min(round(fit.nobs), LARGEST_SIZE)
