"""The most likely power law of a rising sample, from a given threshold on or from the best."""

from math import sqrt

import numpy as np

from . import search, zeta

LEAST = 5e-324  # of the floats above 0


def holds_two(ordered: np.ndarray, xmin: float | None) -> bool:
    """Whether there are two different values from the threshold on."""
    first = np.searchsorted(ordered, LEAST if xmin is None else xmin)
    return bool(first < ordered.size and ordered[first] < ordered[-1])


def likeliest(
    ordered: np.ndarray, xmin: float | None, discrete: bool
) -> tuple[float, float, float, int, float]:
    """Tail index, its standard error, threshold, number of values from it on, and distance."""
    top = ordered[np.searchsorted(ordered, LEAST if xmin is None else xmin) :]
    law = search.candidates(top, discrete, xmin)
    i, distance = _least(law, xmin, discrete)
    if not 0 <= i < law.exponent.size or not np.isfinite(law.exponent[i]):
        shares = f"{np.mean(top == top[0]):.6g} of them {top[0]:g}"
        raise ValueError(f"sample must be spread out for a power law, got {shares}")
    n_tail, exponent, point = int(law.above[i]), float(law.exponent[i]), float(law.points[i])
    if not discrete:
        return exponent, exponent / sqrt(n_tail), point, n_tail, distance
    total, first, second = zeta.sums(exponent, point)
    stderr = 1 / sqrt(n_tail * (second / total - (first / total) ** 2))
    return exponent - 1, stderr, point, n_tail, distance


def _least(law: search.Candidates, xmin: float | None, discrete: bool) -> tuple[int, float]:
    """Threshold of the least distance, or the first of all."""
    if xmin is not None:
        return 0, float((search.zipf_distance if discrete else search.pareto_distance)(law, 0))
    i, distance = (search.least_zipf if discrete else search.least_pareto)(law)
    return int(i), float(distance)
