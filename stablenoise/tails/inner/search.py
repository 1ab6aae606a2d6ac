"""The threshold of a power law whose Kolmogorov-Smirnov distance is least, among all of them.

A candidate's distance is a maximum over the points above it, so that one point beyond the best
distance so far, a *witness*, rules the candidate out.  A law that fits badly does so at much the
same place for neighbouring candidates: the last witnesses rule out nearly all of the others, each
at the cost of one exponential.  A candidate that they leave is bisected: between two points both
survival functions fall, which bounds their difference, and ranges within the bound are passed
over.  So the answer is that of all candidates and all points.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ...kernels.compiler import jit, scalar
from ...kernels.elementary import double
from . import zeta

exp, log = double.exp, double.log
LOG_2 = 0.6931471805599453
WITNESSES = 8  # points that ruled out the last candidates
FIRST_LOOKS = 100  # candidates at equal ratios, from which the best distance is nearly known
ROUNDING = 1e-14  # of survival functions, so that no range is passed over by it


class Candidates(NamedTuple):
    """Thresholds of one sample, and the law from each of them on; arrays over unique values.

    Kernels read ``logs`` (of the values over the first), ``above`` (how many values reach each),
    ``points`` (the values, of a discrete law), ``exponent`` and ``total`` (of the law from each
    value on; the last, with nothing above it, has none).
    """

    logs: np.ndarray
    above: np.ndarray
    points: np.ndarray
    exponent: np.ndarray
    total: np.ndarray


def candidates(
    ordered: np.ndarray, discrete: bool = False, xmin: float | None = None
) -> Candidates:
    """All thresholds of a rising sample of positive numbers, with the most likely law from each.

    The first is ``xmin``, if given: one that is not above the sample.
    """
    points, first = _unique(ordered)
    if xmin is not None and xmin < points[0]:
        points, first = np.concatenate([[xmin], points]), np.concatenate([[0], first])
    logs, above = logarithms(points), np.subtract(len(ordered), first, dtype=float)
    # Every term of these sums is positive, so that nothing cancels
    sums = np.cumsum((above[1:] * np.diff(logs))[::-1])[::-1]
    alpha, total = above[:-1] / sums, np.ones(len(sums))
    if discrete:
        alpha, total = zeta.exponents(points, 1.0 / alpha)
    return Candidates(logs, above, points, alpha, total)


def _unique(ordered: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct values of a rising sample, and the place of the first of each."""
    is_first = np.concatenate([[True], ordered[1:] != ordered[:-1]])
    return ordered[is_first], np.flatnonzero(is_first)


def logarithms(unique: np.ndarray) -> np.ndarray:
    """Logarithms of rising positive numbers over the first, each step with all of its digits.

    The same to the bit in all units that are powers of 2.
    """
    mantissa, exponent = np.frexp(unique)
    doublings = np.diff(exponent)
    near = np.minimum(doublings, 1_000)  # a ratio within the floats
    ratio = (np.ldexp(mantissa[1:], near) - mantissa[:-1]) / mantissa[:-1]
    steps = np.log1p(ratio) + LOG_2 * (doublings - near)
    return np.concatenate([[0.0], np.cumsum(steps)])


@scalar
def pareto(law, i, j):
    """Survival just below point j of the continuous law from threshold i on."""
    return exp(law.exponent[i] * (law.logs[i] - law.logs[j]))


@scalar
def zipf(law, i, j):
    """Survival just below point j of the discrete law from threshold i on."""
    s = law.exponent[i]
    return exp(s * (law.logs[i] - law.logs[j])) * zeta.sums(s, law.points[j])[0] / law.total[i]


def _distances(survival: Callable) -> tuple[Callable, Callable]:
    """Distances of a law, given by its survival function: at one point, and for one threshold."""

    @scalar
    def gap(law, i, j):
        """Distance of the law from i on to the share of its tail, just below point j."""
        return abs(survival(law, i, j) - law.above[j] / law.above[i])

    @jit(interpretable=False)
    def distance(law, i, best, stack):
        """Distance for threshold i, and where it is; or that of a point beyond ``best``."""
        place = len(law.logs) - 1
        size = gap(law, i, place)
        stack[0], stack[1] = i, place
        depth = 2
        while depth > 0 and size <= best:
            depth -= 2
            low, high = stack[depth], stack[depth + 1]
            if high - low < 2:
                continue
            # Between the ends the law falls from `start` to `end`, the share from `full` to `rest`
            start, end = survival(law, i, low), survival(law, i, high)
            full, rest = law.above[low + 1] / law.above[i], law.above[high] / law.above[i]
            if max(start - rest, full - end) <= size - ROUNDING:
                continue
            middle = (low + high) // 2
            here = gap(law, i, middle)
            if here > size:
                size, place = here, middle
            stack[depth], stack[depth + 1] = middle, high
            stack[depth + 2], stack[depth + 3] = low, middle
            depth += 4
        return size, place

    return gap, distance


def _searches(survival: Callable) -> tuple[Callable, Callable]:
    """The search for a law, given by its survival function, and the distance for one threshold."""
    gap, distance = _distances(survival)

    @jit(interpretable=False)
    def least(law):
        """First of the thresholds with the least distance, and that distance."""
        count = len(law.exponent)
        stack, witnesses = np.empty(256, np.int64), np.zeros(WITNESSES, np.int64)
        best, chosen, newest = np.inf, count, 0
        # From the far end in equal ratios, so that few are long
        ratio, reach = exp(log(float(count)) / FIRST_LOOKS), 1.0
        for _look in range(FIRST_LOOKS):
            i = count - min(int(reach), count)
            reach *= ratio
            size, _place = distance(law, i, best, stack)
            if size < best or (size == best and i < chosen):
                best, chosen = size, i
        for i in range(count):
            ruled_out = False
            for w in range(WITNESSES):
                j = witnesses[w]
                if j >= i and gap(law, i, j) > best:
                    ruled_out = True
                    break
            if ruled_out:
                continue
            size, place = distance(law, i, best, stack)
            if size < best or (size == best and i < chosen):
                best, chosen = size, i
            elif size > best:
                witnesses[newest] = place
                newest = (newest + 1) % WITNESSES
        return chosen, best

    @jit(interpretable=False)
    def at(law, i):
        """Distance for threshold i."""
        return distance(law, i, np.inf, np.empty(256, np.int64))[0]

    return least, at


least_pareto, pareto_distance = _searches(pareto)
least_zipf, zipf_distance = _searches(zipf)
