"""MP-1: the tail index of SGD on given rows nears that of new rows, as the given ones are more."""

from math import log

import numpy as np
from scipy.stats import norm

from chaos.kesten import FiniteLeastSquares, GaussianLeastSquares
from paper_checks.claim import Claim, Quantity, below, equals
from paper_checks.experiments.particle_systems import slopes
from paper_checks.replicates import by_rng
from paper_checks.summaries import median

ETA, ONLINE = 0.75, GaussianLeastSquares(0.75, 1, 1).tail_index()
SIZES, SETS = (200, 3_200), 2  # rows of a data set; data sets of each kind in a replicate


def _errors(rng: np.random.Generator, repeated: bool = False) -> list[float]:
    """Slopes in n of mean log distances and log errors; how much less stratified rows err."""
    independent = np.array([_of_sets(rng, n, False, repeated) for n in SIZES])
    stratified = _of_sets(rng, SIZES[-1], True, repeated)
    return [*slopes(SIZES, independent.T), *(stratified - independent[-1])]


def _of_sets(rng: np.random.Generator, n: int, stratified: bool, repeated: bool) -> np.ndarray:
    """Means over data sets, as ``_of_rows``."""
    sets = [_of_rows(_rows(rng, n, stratified, repeated)) for _ in range(SETS)]
    return np.mean(sets, axis=0)


def _rows(rng: np.random.Generator, n: int, stratified: bool, repeated: bool) -> np.ndarray:
    """Normal numbers; stratified, one in each of n cells of equal probability."""
    count = SIZES[0] if repeated else n
    shares = rng.uniform(size=count)
    if stratified:
        shares = (np.arange(count) + shares) / count
    return np.tile(norm.ppf(shares), n // count)


def _of_rows(rows: np.ndarray) -> tuple[float, float]:
    """Log of the Wasserstein distance to the normal law, and of the error of the log index."""
    sgd = FiniteLeastSquares(rows[:, None], np.zeros(rows.size), ETA, batch=1)
    return log(wasserstein(rows)), log(abs(log(sgd.tail_index() / ONLINE)))


def wasserstein(rows: np.ndarray) -> float:
    """Distance W_1 of some numbers from the standard normal law, exactly.

    It is the integral over p of abs(F_n^-1(p) - F^-1(p)), cell by cell, and the integral of
    (a - x) phi(x) is a Phi(x) + phi(x).
    """
    a, ends = np.sort(rows), norm.ppf(np.linspace(0, 1, rows.size + 1))

    def integral(x: np.ndarray) -> np.ndarray:
        return a * norm.cdf(x) + norm.pdf(x)

    turn = np.clip(a, ends[:-1], ends[1:])
    return float(np.sum(2 * integral(turn) - integral(ends[:-1]) - integral(ends[1:])))


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
        "of the data from their law); index, chaos.kesten.FiniteLeastSquares; rate derived"
    ),
    quantities=(
        Quantity("slope of the log distance in log n, independent", equals(-0.5, 0.2), median),
        # By the delta method: h_n(s) is a mean over rows with a variance.
        Quantity("slope of the log error of the index, independent", equals(-0.5, 0.3), median),
        Quantity("log distance, stratified over independent, n = 3,200", below(0), median),
        Quantity("log error, stratified over independent, n = 3,200", below(0), median),
    ),
    experiment=by_rng(_errors),
    control=by_rng(_errors, repeated=True),
    broken="the larger data set is the smaller one, 16 times over",
    unit="pairs of data sets of each kind and size",
    smoke=128,
    full=192,
    chunk=8,
)
