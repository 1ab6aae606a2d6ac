"""Whether a stable law is the right one for some values, in one look and one sentence.

Every estimator of a stable index gives one for values that are not stable too.  So the index is set
beside that of the tail, which needs no law, and beside tests of the law and of the order.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, nan
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ..checks import check_integer, check_share
from ..estimate import Estimate
from ..results import Result, as_plain
from ..tails import hill
from .diagnosis_texts import diagnosis_summary, sentence_of
from .goodness import j_test
from .intervals import profile, wald
from .order import OrderTests, order_tests
from .parameters import ALPHA, HIGHEST, LOC, LOWEST, SCALE
from .results import NEAR, StableFit
from .tail_reading import readings
from .univariate import stable

if TYPE_CHECKING:
    from statsmodels.iolib.summary import Summary

DRAWS_PER_ALARM = 40  # samples whose readings are drawn: ten beyond either limit of the test
LEAST_RATE = 1e-4
EXPONENT = 0.6  # of n, for k: at n = 5,000 the tail of t(3) is always told, by sqrt(n) in 93 of 100
OF_LAW, OF_ORDER = ("tail", "j"), OrderTests._fields


class Counts(NamedTuple):
    """Numbers of zeros, of values equal to another, the commonest and its times; and the order."""

    zeros: int
    tied: int
    commonest: float
    times: int
    is_sorted: bool


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Diagnosis(Result):
    """What ``diagnose`` found.

    Parameters
    ----------
    stable_index : float
        alpha of the stable law of most likelihood, in [0.1, 2].
    stable_interval : tuple of float
        Its confidence interval, next to the ends of the range by the profile of the likelihood.
    tail_index : Estimate or None
        Hill's, of the distances from the fitted location; None if the largest are all equal.
    tail_interval : tuple of float
        Its confidence interval, exact for a Pareto tail.
    k : int
        Number of exceedances that it rests on.
    expected : tuple of float
        What Hill reads at this k on the fitted law: an interval of the same level.
    pvalues : dict
        By name, each of one test alone: of the law "tail" (Hill's reading against ``expected``) and
        "j" (over-identification of the characteristic function); of independence and order "ranks"
        and "sizes" (autocorrelation of the ranks of values, and of their distances from the
        median), "trend" and "drift" (correlation of these two with time).
    refused : tuple of str
        Names of the tests that refuse at the rate of false alarms that was asked.
    counts : Counts
        Zeros, values equal to another, the commonest value, and whether all are in order.
    level, false_alarms, seed : float
        As they were given.
    fit : StableFit
        The stable law of most likelihood.

    Examples
    --------
    >>> from stablenoise import Stable
    >>> diagnose(Stable(1.5).rvs(1000, rng=1)).is_stable
    True

    """

    stable_index: float
    stable_interval: tuple[float, float]
    tail_index: Estimate | None
    tail_interval: tuple[float, float]
    k: int
    expected: tuple[float, float]
    pvalues: dict[str, float]
    refused: tuple[str, ...]
    counts: Counts
    level: float
    false_alarms: float
    seed: int
    fit: StableFit

    @property
    def nobs(self) -> int:
        """Number of values."""
        return self.fit.sample.values.size

    @property
    def sentence(self) -> str:
        """What is to be made of it, for people."""
        return sentence_of(self)

    @property
    def is_stable(self) -> bool:
        """Whether no test refuses that the values are draws of a stable law."""
        return not set(self.refused) & set(OF_LAW)

    @property
    def is_independent(self) -> bool:
        """Whether no test refuses that their order does not matter, and they are not sorted."""
        return not (set(self.refused) & set(OF_ORDER) or self.counts.is_sorted)

    def _summary(self) -> str:
        return f"{self.sentence!r}"

    def summary(self) -> Summary:
        """Table of indices, tests and counts.

        Returns
        -------
        statsmodels.iolib.summary.Summary
            Printed it is text; ``as_text()`` and ``as_html()`` give strings.

        Examples
        --------
        >>> from stablenoise import Stable
        >>> made = diagnose(Stable(1.5).rvs(1000, rng=1)).summary()
        >>> print(made.as_text().splitlines()[0].strip())
        Is x stable?

        """
        return diagnosis_summary(self)

    def to_dict(self) -> dict[str, Any]:
        """Fields by name, as JSON has them; the fit by its parameters, errors and intervals.

        Returns
        -------
        dict
            Without the values.

        Examples
        --------
        >>> from stablenoise import Stable
        >>> sorted(diagnose(Stable(1.5).rvs(1000, rng=1)).to_dict()["pvalues"])
        ['drift', 'j', 'ranks', 'sizes', 'tail', 'trend']

        """
        shown = {name: getattr(self, name) for name in self.__slots__}
        names = "sentence", "nobs", "is_stable", "is_independent"
        return as_plain(shown | {name: getattr(self, name) for name in names})

    def plot(self, axes: Any = None) -> np.ndarray:
        """Four panels: both tails, Hill's estimates beside those of the law, order, the values.

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
        >>> from stablenoise import Stable
        >>> diagnose(Stable(1.5).rvs(1000, rng=1)).plot().shape
        (2, 2)

        """
        from .diagnosis_pictures import draw_diagnosis

        return draw_diagnosis(self, axes)


def diagnose(
    x: ArrayLike,
    level: float = 0.95,
    *,
    k: int | None = None,
    false_alarms: float = 0.01,
    seed: int = 0,
    name: str | None = None,
) -> Diagnosis:
    r"""Whether values can be independent draws of a stable law, with one sentence that says so.

    Parameters
    ----------
    x : array_like, shape (n,)
        Values in the order in which they came, at least ten, in any unit.
    level : float
        Of the intervals, in (0, 1).
    k : int, optional
        Number of exceedances of Hill's estimator, in [1, n - 1].  Default: floor(n^0.6).
    false_alarms : float
        Probability that independent draws of a stable law are called not stable, and that they are
        called not independent: of each of the two, in (0, 1).
    seed : int
        Of the draws that say what Hill reads on the fitted law, in [0, 2^64).
    name : str, optional
        What the summary calls the values: by default as their column of pandas, or x.

    Returns
    -------
    Diagnosis
        ``sentence`` says it; ``summary()`` and ``plot()`` show it.

    Raises
    ------
    ValueError
        If the values are too few, not finite or all equal, or an argument is out of range.

    Notes
    -----
    Laplace's law, Student's with 3 degrees of freedom and mixtures of two normal laws have stable
    indices like 1.6, 1.6 and 1.0 by every estimator that supposes stability, and no stable tails.

    Hill's estimator is biased for stable laws, by B k / n with B = 48 at alpha = 1.9: so its
    reading is not compared with alpha, but with what it reads on the k largest of n draws of the
    fitted law.  The limits suppose the fitted law to be known, which makes false alarms rarer.

    The tests of the law suppose independence: they refuse too often where sizes cluster.

    References
    ----------
    Hill (1975), Ann. Statist. 3, 1163-1174; Koutrouvelis & Kellermeier (1981), J. R. Stat. Soc. B
    43, 173-176; Ljung & Box (1978), Biometrika 65, 297-303; Weron (2001), Int. J. Mod. Phys. C 12,
    209-223: tails of stable laws that look like powers of 3.

    Examples
    --------
    >>> import numpy as np
    >>> found = diagnose(np.random.default_rng(1).standard_t(3, 5000))
    >>> found.is_stable, found.is_independent
    (False, True)

    """
    share, rate = check_share("level", level), _checked_rate(false_alarms)
    entropy = check_integer("seed", seed, 0, 2**64)
    fitted = stable(x, name=name)
    values = fitted.sample.values
    number = values.size
    chosen = int(number**EXPONENT) if k is None else check_integer("k", k, 1, number)
    alpha, beta = map(float, fitted.problem.top.theta[:SCALE])
    read = readings(alpha, beta, number, chosen, ceil(DRAWS_PER_ALARM / rate), entropy)
    tail = _hill(fitted, chosen)
    pvalues = {
        "tail": two_sided(tail.value, read) if tail else 1.0,
        "j": j_test(fitted).pvalue,
        **order_tests(values)._asdict(),
    }
    return Diagnosis(
        stable_index=fitted.alpha,
        stable_interval=_interval(fitted, share),
        tail_index=tail,
        tail_interval=tail.conf_int(share) if tail else (nan, nan),
        k=chosen,
        expected=_quantiles(read, share),
        pvalues=pvalues,
        refused=_refused(pvalues, rate),
        counts=counted(values),
        level=share,
        false_alarms=rate,
        seed=entropy,
        fit=fitted,
    )


def two_sided(value: float, draws: np.ndarray) -> float:
    """p-value of a number among draws of what it should be."""
    least = min(np.count_nonzero(draws >= value), np.count_nonzero(draws <= value))
    return min(1.0, 2 * (1 + float(least)) / (draws.size + 1))


def counted(values: np.ndarray) -> Counts:
    """What is equal or in order in a sample."""
    different, numbers = np.unique(values, return_counts=True)
    most = int(np.argmax(numbers))
    steps = np.diff(values)
    return Counts(
        zeros=int(np.count_nonzero(values == 0)),
        tied=int(numbers[numbers > 1].sum()),
        commonest=float(different[most]),
        times=int(numbers[most]),
        is_sorted=bool((steps >= 0).all() or (steps <= 0).all()),
    )


def _interval(fitted: StableFit, level: float) -> tuple[float, float]:
    """Of alpha: the profile next to an end of its range, else the normal one."""
    alpha, error = fitted.alpha, fitted.bse["alpha"]
    if min(alpha - LOWEST[ALPHA], HIGHEST[ALPHA] - alpha) >= NEAR * error:
        return wald(alpha, error, ALPHA, level)
    return profile(fitted.problem, ALPHA, level)


def _hill(fitted: StableFit, k: int) -> Estimate | None:
    """Hill's estimate from the distances from the fitted location, if enough of them differ."""
    sizes = np.abs(fitted.unit.standardised(fitted.sample.values) - fitted.problem.top.theta[LOC])
    largest = np.partition(sizes, sizes.size - k - 1)[sizes.size - k - 1 :]
    if largest[0] == 0 or largest[0] == largest.max():
        return None
    return hill.estimate(largest, k)


def _quantiles(read: np.ndarray, level: float) -> tuple[float, float]:
    low, high = np.quantile(read, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _refused(pvalues: dict[str, float], rate: float) -> tuple[str, ...]:
    """Names of tests that refuse, where each of a group has its share of the false alarms."""
    limits = {name: rate / len(group) for group in (OF_LAW, OF_ORDER) for name in group}
    return tuple(name for name, p in pvalues.items() if p < limits[name])


def _checked_rate(false_alarms: float) -> float:
    """The rate, for which the law of Hill's readings is drawn often enough."""
    rate = check_share("false_alarms", false_alarms)
    if rate < LEAST_RATE:
        raise ValueError(f"false_alarms must be {LEAST_RATE:g} or more, got {false_alarms}")
    return rate
