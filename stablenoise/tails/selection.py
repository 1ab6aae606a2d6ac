"""How many of the largest values are the tail: six rules that choose k for Hill's estimator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..checks import check_choice, check_integer
from ..estimate import Estimate
from ..results import Result
from . import hill
from .inner.rules import RULES, Sorted, double_bootstrap
from .order_statistics import sizes

__all__ = ["KSelection", "select_k"]

LEAST = 20  # sizes in the tail, of which any rule says something
METHODS = ("lower_trimmed", "double_bootstrap", *list(RULES)[1:])


@dataclass(frozen=True, slots=True, repr=False)
class KSelection(Result):
    """A number of exceedances and what it was chosen by.

    Parameters
    ----------
    k : int
        Number of exceedances.
    method : str
        The rule.
    estimate : Estimate
        Hill's estimate at k.  Its interval takes k as given.
    details : dict
        Numbers of the rule, by name.

    Examples
    --------
    >>> import numpy as np
    >>> from stablenoise.tails.selection import select_k
    >>> select_k(np.random.default_rng(1).pareto(2, 1_000) + 1, "plateau").k
    999

    """

    k: int
    method: str
    estimate: Estimate
    details: dict[str, Any]


def select_k(
    sample: ArrayLike,
    method: str = "lower_trimmed",
    *,
    tail: str = "both",
    replicates: int = 500,
    seed: int = 0,
) -> KSelection:
    """Number of the largest values from which Hill's estimator has the least error, about.

    Parameters
    ----------
    sample : array_like, shape (n,)
        Independent draws, at least 20 of them in the tail and not 0, in any unit.
    method : str
        "lower_trimmed" (Bladt, Albrecher and Beirlant), "double_bootstrap" (Danielsson et al.),
        "drees_kaufmann", "guillou_hall", "plug_in" (of the second order by Fraga Alves, Gomes and
        de Haan) or "plateau".
    tail : str
        "both" for the sizes, "right" or "left" for the draws of one sign alone.
    replicates : int
        Resamples of each size, of the double bootstrap alone.
    seed : int
        Of its draws, in [0, 2^64): the same seed gives the same k.

    Returns
    -------
    KSelection
        k, with Hill's estimate there and the numbers that led to it.

    Raises
    ------
    ValueError
        If the sample is not finite, has too few values in the tail or they are all equal, or an
        argument is out of range.

    Notes
    -----
    ``lower_trimmed`` leaves out the lowest terms of Hill's mean and scales the rest up: where the
    tail is a power, the estimate does not depend on how many.  The k of the least variance over all
    numbers is multiplied by 0.381, which for rho = -1, as stable laws have it, is where Hill's own
    error is least.  It is the default as it draws nothing and estimates no second order.

    ``double_bootstrap`` compares M2 with 2 M1^2, equal for a power, in resamples of n^0.9 and n^0.8
    values, and looks at the larger half of each.  ``drees_kaufmann`` has rho = -1 too.  ``plateau``
    is the upper end of the stretch of k that is longest, as a ratio, with estimates within 10% of
    each other.

    **Near alpha = 2 no rule finds the tail of a stable law**: it begins beyond the sample.

    References
    ----------
    Bladt, Albrecher & Beirlant (2020), Extremes 23, 629-665; Danielsson, de Haan, Peng & de Vries
    (2001), J. Multivar. Anal. 76, 226-248; Drees & Kaufmann (1998), Stoch. Proc. Appl. 75, 149-172;
    Guillou & Hall (2001), J. R. Stat. Soc. B 63, 293-305; Caeiro, Gomes & Pestana (2005), REVSTAT
    3, 113-136.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(1).standard_t(2, 10_000)
    >>> chosen = select_k(x, "double_bootstrap", seed=1)
    >>> low, high = chosen.estimate.conf_int(0.999)
    >>> low < 2 < high
    True

    """
    check_choice("method", method, METHODS)
    check_integer("replicates", replicates, 1, 2**32)
    check_integer("seed", seed, 0, 2**64)
    x = sizes(sample, tail)
    if np.count_nonzero(x) < LEAST:
        raise ValueError(f"sample must have {LEAST} values in the tail, got {np.count_nonzero(x)}")
    ordered = Sorted.of(x)
    if not ordered.xi[-1] > 0:
        raise ValueError(f"sample must have different sizes, got all {ordered.sizes[0]}")
    if method == "double_bootstrap":
        chosen, details = double_bootstrap(ordered, replicates, seed)
    else:
        chosen, details = RULES[method](ordered)
    # Where the largest are equal, the first k at which they are not
    least = int(np.argmax(ordered.xi > 0)) + 1
    k = min(max(round(chosen), 2, least), ordered.xi.size)
    return KSelection(k, method, hill.estimate(ordered.sizes, k), details)
