"""MP-1: the tail index of SGD on given rows nears that of new rows, as the given ones are more."""

from functools import cache

import numpy as np
from scipy.special import ndtr, ndtri

from chaos.kesten import GaussianLeastSquares
from paper_checks.claim import Claim, Quantity, below, equals
from paper_checks.experiments.particle_systems import slopes
from paper_checks.replicates import by_rng
from paper_checks.summaries import median

ETA, ONLINE = 0.75, GaussianLeastSquares(0.75, 1, 1).tail_index()
SIZES, SETS = (200, 1_600), 8  # rows of a data set; data sets of each kind in a replicate
NEWTON_STEPS = 10  # from twice the online index; the last ones change nothing


def _errors(rng: np.random.Generator, repeated: bool = False) -> list[float]:
    """Slopes in n of mean log distances and log errors; how much less stratified rows err."""
    independent = np.array([_logs(_rows(rng, n, False, repeated)) for n in SIZES])
    stratified = _logs(_rows(rng, SIZES[-1], True, repeated))
    return [*slopes(SIZES, independent.T), *(stratified - independent[-1])]


def _rows(rng: np.random.Generator, n: int, stratified: bool, repeated: bool) -> np.ndarray:
    """Data sets of normal numbers; stratified, one in each of n cells of equal probability."""
    count = SIZES[0] if repeated else n
    shares = rng.uniform(size=(SETS, count))
    if stratified:
        shares = (np.arange(count) + shares) / count
    return np.tile(ndtri(shares), n // count)


def _logs(sets: np.ndarray) -> np.ndarray:
    """Mean logs over data sets: distance W_1 to the normal law, and error of the log index."""
    errors = abs(np.log(tail_indices(sets) / ONLINE))
    return np.log([wasserstein(sets), errors]).mean(axis=1)


def tail_indices(sets: np.ndarray) -> np.ndarray:
    """Index of each data set, where the mean of abs(1 - eta a^2)^s is 1, by Newton's method.

    As of ``chaos.kesten.FiniteLeastSquares``, for many data sets at once.
    """
    logs, s = np.log(abs(1 - ETA * sets**2)), np.full((len(sets), 1), 2 * ONLINE)
    for _ in range(NEWTON_STEPS):
        powers = np.exp(s * logs)
        means = powers.mean(axis=1, keepdims=True)
        # The logarithm of the mean is convex: from above the root no step goes beyond it.
        s = s - means * np.log(means) / (powers * logs).mean(axis=1, keepdims=True)
    return s[:, 0]


def wasserstein(sets: np.ndarray) -> np.ndarray:
    """Distance W_1 of each data set from the standard normal law, exactly.

    It is the integral over p of abs(F_n^-1(p) - F^-1(p)), cell by cell, and the integral of
    (a - x) phi(x) is a Phi(x) + phi(x).
    """
    a, ends = np.sort(sets, axis=1), _cells(sets.shape[1])

    def integral(x: np.ndarray) -> np.ndarray:
        return a * ndtr(x) + np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)

    turn = np.clip(a, ends[:-1], ends[1:])
    parts = 2 * integral(turn) - integral(ends[:-1]) - integral(ends[1:])
    return np.asarray(parts.sum(axis=1))


@cache
def _cells(n: int) -> np.ndarray:
    """Ends of n cells of equal probability."""
    return np.asarray(ndtri(np.linspace(0, 1, n + 1)))


CLAIM = Claim(
    id="MP-1",
    title="Multi-pass SGD: the tail index nears the online one",
    statement=(
        "SGD that draws its rows again and again from n given ones has a tail index of its own, "
        "which nears that of new rows as n grows: for independent Gaussian rows with an error of "
        "the order n^-1/2, as the Wasserstein distance of the rows from their law falls. Rows that "
        "are nearer to it (stratified) have an index that is nearer too."
    ),
    source=(
        "Pavasovic, Durmus & Simsekli, arXiv 2310.18455 (abstract: tails of offline SGD are "
        "approximately those of a power law, with an error controlled by the Wasserstein distance "
        "of the data from their law); rate derived"
    ),
    quantities=(
        Quantity("slope of the log distance in log n, independent", equals(-0.5, 0.1), median),
        # By the delta method: h_n(s) is a mean over rows with a variance.  n^-1/3 is outside.
        Quantity("slope of the log error of the index, independent", equals(-0.5, 0.16), median),
        Quantity("log distance, stratified over independent, n = 1,600", below(0), median),
        Quantity("log error, stratified over independent, n = 1,600", below(0), median),
    ),
    experiment=by_rng(_errors),
    control=by_rng(_errors, repeated=True),
    broken="the larger data set is the smaller one, 8 times over",
    unit="groups of 8 data sets of each kind and size",
    smoke=192,
    full=256,
    chunk=8,
    deciding="slope of the log error of the index, independent",
)
