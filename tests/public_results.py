"""Results of all public functions that kernels are behind, at usual parameters and at extremes."""

import pickle
import sys
import warnings
from collections.abc import Iterator

import numpy as np

from stablenoise import NoiseField, Stable, StablePath, law
from stablenoise.law import table
from stablenoise.multivariate import Isotropic
from stablenoise.noises import common, independent, isotropic

SIZES = [0.0, 1e-300, 1e-5, 0.3, 1.0, 7.0, 700.0, 1e9, 1e200, 1.7e308, np.inf]
POINTS = np.array([*SIZES, *(-x for x in SIZES), np.nan])
ALPHAS = [0.01, 0.1, 0.5, 0.97, 0.999999, 1.0, 1.01, 1.03, 1.5, 1.999999, 2.0]
BETAS = [-1.0, -0.3, 0.0, 0.999, 1.0]
PROBABILITIES = np.array([0.0, 1e-300, 0.2, 0.5, 1 - 1e-9, 1.0, np.nan])
FORMATS = np.float64, np.float32


def of_laws(seed: int) -> Iterator[tuple]:
    rng = np.random.default_rng(seed)
    pairs = [(a, b) for a in ALPHAS for b in BETAS]
    pairs += list(zip(rng.uniform(0.02, 2, 12), rng.uniform(-1, 1, 12), strict=True))
    for a, b in pairs:
        x = np.append(POINTS[rng.integers(POINTS.size, size=4)], rng.standard_cauchy(2))
        yield "logpdf", a, b, law.logpdf(x, a, b)
        yield "logsf", a, b, law.logsf(x[:2], a, b)
        yield "far", a, b, law.logpdf(np.array([1e305, -1e308]), a, b, scale=1e-10)
        yield "ppf", a, b, law.ppf(rng.choice(PROBABILITIES, 2), a, b)
        yield "score", a, b, law.score(x[-1], a, b)
        for real in FORMATS:
            yield "rvs", a, b, real, Stable(a, b).rvs(21, 7, real)


def of_noise(seed: int) -> Iterator[tuple]:
    for a in (0.3, 1.0, 1.7, 2.0):
        for noise in (common, independent, isotropic):
            for real in FORMATS:
                field, theta = NoiseField(a, 2**63 + seed, noise), np.ones((5, 30), real)
                yield "at", a, noise, real, field.at([0, 5, 2**32 - 1], 7, 13, real)
                yield "columns", a, noise, real, field.at(range(40), 7, 1, real)
                field.add_to(theta, 1, 0.3)
                yield "add_to", a, noise, real, theta
    alphas = np.array([0.3, 1.0, 1.0, 1.1, 1.5, 2.0])[:, None]
    for real in FORMATS:
        yield "each", real, Stable(alphas, np.array([-1.0, 0.0, 0.5])).rvs((6, 3), seed, real)


def of_many(seed: int) -> Iterator[tuple]:
    for a, b in ((1.5, 0.7), (0.6, 1.0), (1.0, 0.5)):
        yield "many", a, b, law.pdf(np.linspace(-9, 9, 1700), a, b)
        yield "quantiles", a, b, law.ppf(np.linspace(0, 1, 1700), a, b)
        yield "path", a, b, StablePath(a, seed, b)(0.25, 0.5, [0, 3], 2)
        yield "increments", a, b, StablePath(a, seed, b).increments(4, [0, 3], 2)
        yield "moments", a, b, [law.moment(0.4, a, b), law.median(a, b)]
    for a in (1.5, 2.0):
        yield "vectors", a, StablePath(a, seed, noise=isotropic).increments(3, [0, 3], 3)
    x = np.array([[0.0, 0, 0], [1, 2, 3], [1e5, 0, 0], [1e-5, 0, 0]])
    for a in (0.5, 1.5, 1.97):
        yield "isotropic", a, Isotropic(a, 3).pdf(x)
    yield "table", table.score(np.linspace(-5, 5, 50), 1.5, 0.3)


def results(seed: int) -> dict[str, bytes]:
    """Bits of all results, by what they are of."""
    made = {}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for part in (of_laws, of_noise, of_many):
            for *name, value in part(seed):
                array = np.asarray(value)
                array = np.where(np.isnan(array), np.nan, array)  # a NaN has no bits of its own
                made[str(name)] = array.tobytes()
    return made


if __name__ == "__main__":
    pickle.dump(results(int(sys.argv[1])), sys.stdout.buffer)
