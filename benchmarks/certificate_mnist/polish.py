"""A ternary last layer polished: one or two weights of a class change where the limit falls."""

from dataclasses import dataclass
from itertools import combinations
from math import lgamma, log

import numpy as np

from compress.certificates.inequalities import kl_upper
from stablenoise.kernels.compiler import jit

LEVELS = -1, 0, 1


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """What the last layer is given, and what it costs to describe.

    Parameters
    ----------
    seen : ndarray, shape (features, n), float32
    labels : ndarray, shape (n,)
    counts : tuple of int
        How often -1, 0 and 1 occur in the layers before, which are coded with it as one array.
    fixed : float
        Nats of the rest of the description and of delta.

    """

    seen: np.ndarray
    labels: np.ndarray
    counts: tuple[int, int, int]
    fixed: float

    def nats(self, last):
        """Whole cost: that of the weights is what the codec's two estimators come to."""
        own = [np.count_nonzero(last == value) for value in LEVELS]
        down, none, up = (a + b for a, b in zip(self.counts, own, strict=True))
        return self.fixed + two_symbols(none, down + up) + two_symbols(down, up)

    def limit(self, last):
        """Chernoff's limit of the risk, from a count of all errors."""
        errors = int(((last @ self.seen).argmax(0) != self.labels).sum())
        return float(kl_upper(errors / self.labels.size, self.nats(last) / self.labels.size))

    def lowers(self, errors, last, limit):
        """Whether these errors and weights have a lower limit: no inverse of kl is needed."""
        n = self.labels.size
        q = errors / n
        if q >= limit or limit == 1:
            return q < limit
        own = q * log(q / limit) if errors else 0.0
        return n * (own + (1 - q) * log((1 - q) / (1 - limit))) > self.nats(last)


def two_symbols(a, b):
    """Nats of a and b occurrences by the estimator of Krichevsky & Trofimov (1981)."""
    return lgamma(a + b + 1) + log(np.pi) - lgamma(a + 0.5) - lgamma(b + 0.5)


def polished(last, problem, seed=0):
    """Weights, shape (classes, features), of which no one or two of a class had better change.

    Each change lowers the limit as counted anew, so that there is an end.
    """
    last, rng = last.astype(np.float32), np.random.default_rng(seed)
    features = range(len(problem.seen))
    singles = [(f, f) for f in features]
    for pairs in singles, singles + list(combinations(features, 2)):
        before = None
        while before is None or (before != last).any():
            before = last
            for row in rng.permutation(len(last)):
                last = row_polished(last, row, rng.permutation(pairs), problem)
    return last


def row_polished(last, row, pairs, problem):
    """Weights after each of these pairs of one row has been tried once."""
    scores, limit = last @ problem.seen, problem.limit(last)
    own, rivals = scores[row], rivals_of(scores, problem.labels, row)
    for i, j in pairs:
        f, g = problem.seen[i], problem.seen[j]
        for a, b in _steps(last[row, i], None if i == j else last[row, j]):
            trial = last.copy()
            trial[row, i] += a
            trial[row, j] += b
            errors = errors_with(own, a, f, b, g, *rivals)
            if problem.lowers(errors, trial, limit) and problem.limit(trial) < limit:
                last, limit, own = trial, problem.limit(trial), own + a * f + b * g
                break
    return last


def _steps(first, second):
    """Steps to the other levels, of both weights or, with None, of the first one alone."""
    ups = [np.float32(level - first) for level in LEVELS if level != first]
    if second is None:
        return [(up, np.float32(0)) for up in ups]
    return [(up, np.float32(level - second)) for up in ups for level in LEVELS if level != second]


@jit
def rivals_of(scores, labels, row):
    """What a row's score must exceed to win, and the errors, 0 or 1, if it does and does not."""
    n = labels.size
    rival, won, lost = np.empty(n, np.float32), np.empty(n, np.int64), np.empty(n, np.int64)
    for e in range(n):
        best = -1
        for k in range(len(scores)):
            if k != row and (best < 0 or scores[k, e] > scores[best, e]):
                best = k
        rival[e] = scores[best, e]
        if row < best:  # the first of equals wins
            rival[e] = np.nextafter(rival[e], np.float32(-np.inf))
        won[e], lost[e] = labels[e] != row, labels[e] != best
    return rival, won, lost


@jit
def errors_with(own, a, f, b, g, rival, won, lost):
    """Errors if a row's scores were own + a f + b g."""
    errors = 0
    for e in range(own.size):
        errors += won[e] if own[e] + a * f[e] + b * g[e] > rival[e] else lost[e]
    return errors
