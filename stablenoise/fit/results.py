"""A fitted stable law: its parameters, their errors and intervals, and a summary."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log
from typing import TYPE_CHECKING, Any

import numpy as np

from ..checks import check_choice, check_integer, check_share
from ..kernels.arrays import Real
from ..results import Result, as_plain
from ..sampling import Rng, Size
from ..stable import Stable
from . import intervals
from .bootstrap import MAX_REPLICATES, refits
from .goodness import Goodness, goodness_of
from .intervals import Problem
from .parameters import NAMES
from .pictures import draw_fit
from .progress import Progress
from .samples import Sample, Unit
from .summaries import summary_of

if TYPE_CHECKING:
    from statsmodels.iolib.summary import Summary

NEAR = 6.0  # standard errors from an end of a range, within which the profile is the default
INTERVALS = "profile", "wald", "bootstrap"
SHOWN = "params", "method", "nobs", "llf", "held", "at_bound", "converged", "name"


@dataclass(frozen=True, repr=False, eq=False)
class StableFit(Result):
    """A stable law fitted to a sample, as ``fit.stable`` returns it.

    Parameters
    ----------
    params : Stable
        The fitted law.
    method : str
        How it was fitted.
    nobs : float
        Number of observations: of weighted ones the sum of the weights.
    llf : float
        Log likelihood of the sample under the fitted law, in nats; of more than 4,096 values that
        of the histogram, within 1e-8 of it, relatively.
    held : tuple of str
        Names of the parameters that were given.
    at_bound : tuple of str
        Names of the estimates that are at an end of their range.
    converged : bool
        Whether the search for the maximum ended where no step gains.
    name : str
        Of the sample.
    covariance : ndarray, shape (4, 4)
        As ``cov_params`` gives it, in ``unit``.
    sample, unit, problem
        What the fit was made of, for intervals and tests.

    Notes
    -----
    Errors are asymptotic: for maximum likelihood from the Fisher information at the estimate, for
    other methods from the law of the statistics that they rest on.

    Examples
    --------
    >>> from stablenoise import Stable, fit
    >>> result = fit.stable(Stable(1.7, 0.3).rvs(5000, rng=1))
    >>> low, high = result.conf_int(0.999)["alpha"]
    >>> low < 1.7 < high
    True

    """

    params: Stable
    method: str
    nobs: float
    llf: float
    held: tuple[str, ...]
    at_bound: tuple[str, ...]
    converged: bool
    name: str
    covariance: np.ndarray = field(repr=False)
    sample: Sample = field(repr=False)
    unit: Unit = field(repr=False)
    problem: Problem = field(repr=False)

    @property
    def alpha(self) -> float:
        """Stability index, in [0.1, 2] unless it was held."""
        return float(self.params.alpha)

    @property
    def beta(self) -> float:
        """Skewness parameter, in [-1, 1]."""
        return float(self.params.beta)

    @property
    def scale(self) -> float:
        """Scale, in the unit of the sample."""
        return float(self.params.scale)

    @property
    def loc(self) -> float:
        """Location in the S0 form, in the unit of the sample."""
        return float(self.params.loc)

    @property
    def bse(self) -> dict[str, float]:
        """Standard errors by name: 0 of what was held, NaN where an estimate is at its end."""
        with np.errstate(invalid="ignore"):
            errors = np.sqrt(np.diag(self.covariance)) * self.unit.steps
        return dict(zip(NAMES, errors.tolist(), strict=True))

    @property
    def aic(self) -> float:
        """Akaike's criterion: twice the number of free parameters less twice ``llf``."""
        return 2 * (len(NAMES) - len(self.held)) - 2 * self.llf

    @property
    def bic(self) -> float:
        """Schwarz's criterion: log(nobs) for each free parameter less twice ``llf``."""
        return log(self.nobs) * (len(NAMES) - len(self.held)) - 2 * self.llf

    def cov_params(self) -> np.ndarray:
        """Asymptotic covariance of the estimates.

        Returns
        -------
        ndarray, shape (4, 4)
            In the order alpha, beta, scale, loc: 0 where a parameter was held, NaN where its
            estimate is at an end of its range, or where nothing is known (beta at alpha = 2).
            Squares of a scale beyond 1e154 are infinite, where ``bse`` is not.

        Examples
        --------
        >>> from stablenoise import Stable, fit
        >>> fit.stable(Stable(1.7).rvs(5000, rng=1), beta=0.0).cov_params()[1].tolist()
        [0.0, 0.0, 0.0, 0.0]

        """
        with np.errstate(over="ignore", under="ignore"):
            return self.covariance * self.unit.steps[:, None] * self.unit.steps

    def conf_int(
        self,
        level: float = 0.95,
        method: str | None = None,
        *,
        replicates: int = 999,
        seed: int = 0,
    ) -> dict[str, tuple[float, float]]:
        """Confidence intervals by the names of the parameters.

        Parameters
        ----------
        level : float
            Confidence level of each interval by itself, in (0, 1): 0.95, not statsmodels' 0.05.
        method : {"profile", "wald", "bootstrap"}, optional
            Profile of the likelihood, with limits that know how near the ends of the range are;
            normal, of the scale in its logarithm; quantiles over samples drawn from the fitted
            law.  By default the profile where alpha is within 6 standard errors of 2 or beta of an
            end, the bootstrap where an estimate by another method than "mle" is at one, else the
            normal one.
        replicates : int
            Samples of the bootstrap, at least 2.
        seed : int
            Of the bootstrap.

        Returns
        -------
        dict
            (low, high) by name, within the range of the parameter; of what was held, its value
            twice; NaN from "wald" where there is no standard error.

        Raises
        ------
        ValueError
            If an argument is out of range, or the profile is asked of another method's fit.

        Notes
        -----
        A profile takes some 10 ms a parameter.

        References
        ----------
        Feldman & Cousins (1998), Phys. Rev. D 57, 3873-3889: limits of the profile next to an end.

        Examples
        --------
        >>> from stablenoise import Stable, fit
        >>> result = fit.stable(Stable(1.95).rvs(1000, rng=1), beta=0.0)
        >>> low, high = result.conf_int()["alpha"]
        >>> low < 1.95 < high <= 2.0
        True

        """
        share = check_share("level", level)
        number = check_integer("replicates", replicates, 2, MAX_REPLICATES)
        key = check_integer("seed", seed, 0, 2**64)
        chosen = self._default_interval() if method is None else method
        check_choice("method", chosen, INTERVALS)
        if chosen == "profile" and self.method != "mle":
            raise ValueError(f"a profile must be of a fit by mle, got one by {self.method}")
        if chosen == "bootstrap":
            return self._bootstrap(share, number, key)
        ends = self._profile if chosen == "profile" else self._wald
        return {
            name: (getattr(self, name),) * 2 if name in self.held else ends(which, share)
            for which, name in enumerate(NAMES)
        }

    def _default_interval(self) -> str:
        """The profile next to an end of alpha or beta, but for that of alpha at 0.1, ours."""
        if self.method != "mle":
            return "bootstrap" if self.at_bound else "wald"
        gaps = {"alpha": 2 - self.alpha, "beta": 1 - abs(self.beta)}
        free = gaps.keys() - set(self.held)
        near = any(not gaps[name] >= NEAR * self.bse[name] for name in free)
        return "profile" if near or self.at_bound else "wald"

    def _profile(self, which: int, level: float) -> tuple[float, float]:
        ends = np.tile(self.problem.top.theta, (2, 1))
        ends[:, which] = intervals.profile(self.problem, which, level)
        low, high = (float(self.unit.outward(theta)[which]) for theta in ends)
        return low, high

    def _wald(self, which: int, level: float) -> tuple[float, float]:
        name = NAMES[which]
        return intervals.wald(getattr(self, name), self.bse[name], which, level)

    def _bootstrap(
        self, level: float, replicates: int, seed: int
    ) -> dict[str, tuple[float, float]]:
        """Quantiles of the estimates of samples drawn from the fitted law."""
        drawn = refits(self, replicates, seed)
        low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
        return {n: (float(a), float(b)) for n, a, b in zip(NAMES, low, high, strict=True)}

    def summary(self, level: float = 0.95) -> Summary:
        """Table of the parameters, their errors and intervals.

        Parameters
        ----------
        level : float
            Of the intervals, in (0, 1).

        Returns
        -------
        statsmodels.iolib.summary.Summary
            Printed it is text; ``as_text()`` and ``as_html()`` give strings.  A note says which
            estimates are at an end of their range, and whether the search ended without a maximum.

        Raises
        ------
        ValueError
            If level is out of range.

        Examples
        --------
        >>> from stablenoise import Stable, fit
        >>> result = fit.stable(Stable(1.7).rvs(1000, rng=1), beta=0.0)
        >>> print(result.summary().as_text().splitlines()[0].strip())
        Stable law fitted to x

        """
        return summary_of(self, level)

    def gof(
        self,
        replicates: int = 999,
        seed: int = 0,
        *,
        size: int | None = None,
        progress: bool | Progress = False,
    ) -> Goodness:
        """Tests of whether the sample can be one of this law.

        Parameters
        ----------
        replicates : int
            Samples that are drawn from the fitted law and fitted in the same way, at least 2: the
            null law of the test of Anderson and Darling.
        seed : int
            Of these samples, in [0, 2^64).
        size : int, optional
            Values of each, at least 10.  By default as many as the sample has, or 100,000 if it
            has more.
        progress : bool or callable
            True for a bar on standard error; a function is told (samples done, samples in all).

        Returns
        -------
        Goodness
            Statistics and p-values; the same for any number of threads.

        Raises
        ------
        ValueError
            If an argument is out of range.

        Examples
        --------
        >>> from stablenoise import Stable, fit
        >>> result = fit.stable(Stable(1.7).rvs(500, rng=1)).gof(replicates=19)
        >>> result.anderson_darling_pvalue > 0.05
        True

        """
        return goodness_of(self, replicates, seed, size, progress)

    def plot(self, axes: Any = None) -> np.ndarray:
        """Four pictures: density, both tails, quantiles and probabilities with 95% bands.

        Parameters
        ----------
        axes : array_like of four Axes, optional
            Axes of Matplotlib; by default those of a new figure.

        Returns
        -------
        ndarray of Axes
            Of shape (2, 2), or those that were given.

        Raises
        ------
        ValueError
            If axes are not four.
        ImportError
            If Matplotlib, of the extra ``checks``, is not there.

        Examples
        --------
        >>> from stablenoise import Stable, fit
        >>> axes = fit.stable(Stable(1.7).rvs(1000, rng=1)).plot()
        >>> axes[0, 1].get_ylabel()
        'share beyond t'

        """
        return draw_fit(self, axes)

    def to_dict(self) -> dict[str, Any]:
        """Fields, errors and intervals at 95% by name, as JSON has them.

        Returns
        -------
        dict
            Without the sample.

        Examples
        --------
        >>> from stablenoise import Stable, fit
        >>> fit.stable(Stable(1.7).rvs(1000, rng=1), beta=0.0).to_dict()["held"]
        ['beta']

        """
        shown = {name: getattr(self, name) for name in (*NAMES, *SHOWN[1:])}
        more = {"aic": self.aic, "bic": self.bic, "bse": self.bse, "conf_int": self.conf_int()}
        return as_plain(shown | more)

    def _summary(self) -> str:
        shown = (f"{n}={getattr(self, n):.5g} +- {self.bse[n]:.2g}" for n in NAMES)
        more = f", at_bound={self.at_bound}" if self.at_bound else ""
        return f"{', '.join(shown)}, method={self.method!r}, nobs={self.nobs:g}{more}"

    def rvs(self, size: Size = None, rng: Rng = None) -> Real:
        """Draws from the fitted law.

        Parameters
        ----------
        size : int or tuple of int, optional
            Shape of the sample; one number by default.
        rng : int, SeedSequence, Generator or None
            What ``numpy.random.default_rng`` takes.

        Returns
        -------
        float or ndarray
            In the unit of the sample.

        Raises
        ------
        ValueError
            If an argument is out of range.

        Examples
        --------
        >>> from stablenoise import Stable, fit
        >>> fit.stable(Stable(1.7).rvs(1000, rng=1)).rvs(3, rng=2).shape
        (3,)

        """
        return self.params.rvs(size, rng)
