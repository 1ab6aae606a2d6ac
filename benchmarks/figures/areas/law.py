"""The law: densities, tails and quantiles, their speed and their errors, isotropic densities."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import cache

import numpy as np
from scipy import integrate

from benchmarks.figures.kinds import ERROR, Figure, Work
from benchmarks.law import fresh
from benchmarks.peers import scipy_law
from benchmarks.reference import table
from stablenoise import Stable, law
from stablenoise.multivariate import Isotropic

ALPHA, BETA = 1.5, 0.5
SEED = 16
FEW = 200  # points of SciPy's, which take as long as 10,000 of ours and more


def density(size: int) -> Iterator[Work]:
    x = Stable(ALPHA, BETA).rvs(size, rng=1)
    few = x[:FEW]
    yield Work(lambda: fresh(law.pdf, x, ALPHA, BETA), size)
    yield Work(lambda: scipy_law.pdf(few, ALPHA, BETA), few.size)


def varying(size: int) -> Iterator[Work]:
    """Density and distribution function, a law of its own at every point."""
    rng = np.random.default_rng(1)
    alpha, beta = rng.uniform(0.5, 2, size), rng.uniform(-1, 1, size)
    x = Stable(alpha, beta).rvs(rng=1)
    few = min(FEW, size)
    at = x[:few], alpha[:few], beta[:few]
    yield Work(lambda: (law.pdf(x, alpha, beta), law.cdf(x, alpha, beta)), size)
    yield Work(lambda: (scipy_law.pdf(*at), scipy_law.cdf(*at)), few)


def quantiles(size: int) -> Iterator[Work]:
    """Ours from a probability of 1e-12 on, SciPy's from 0.01 on."""
    p = 10 ** np.random.default_rng(1).uniform(-12, 0, size)
    few = np.exp(np.linspace(np.log(0.01), np.log(0.99), 10))
    yield Work(lambda: fresh(law.ppf, p, ALPHA, BETA), size)
    yield Work(lambda: scipy_law.ppf(few, ALPHA, BETA), few.size)


@cache
def reference() -> dict[str, np.ndarray]:
    """Rows of the reference but for light tails below 1e-100, in an order of their own."""
    rows = table.read()
    rows = table.some(rows, ~table.is_light(rows))
    return table.some(rows, np.random.default_rng(SEED).permutation(len(rows["x"])))


@cache
def density_errors(size: int, by_peer: bool) -> np.ndarray:
    """Relative errors of densities in the first rows of the reference."""
    rows = table.some(reference(), slice(size))
    at = (rows[name] for name in ("x", "alpha", "beta"))
    values = one_by_one(scipy_law.pdf, rows) if by_peer else law.pdf(*at)
    return table.relative_errors(rows, {"pdf": values})["pdf"]


def largest_density_error(size: int) -> Iterator[float]:
    for by_peer in False, True:
        yield density_errors(size, by_peer).max()


def right_densities(size: int) -> Iterator[float]:
    """Percent of the rows."""
    for by_peer in False, True:
        yield 100 * np.mean(density_errors(size, by_peer) < 1e-8)


def tail_errors(size: int) -> Iterator[float]:
    """Of the tail that is the smaller one, where |x| is above 1,000."""
    rows = reference()
    far = (abs(rows["x"]) > 1000) & (rows["side"] == "upper")
    rows = table.some(table.some(rows, far), slice(size))
    ours = law.sf(*(rows[name] for name in ("x", "alpha", "beta")))
    for values in ours, one_by_one(scipy_law.sf, rows):
        yield table.relative_errors(rows, {"sf": values})["sf"].max()


def one_by_one(function, rows: dict) -> np.ndarray:
    """SciPy's values, NaN where it raises, with its warnings ignored."""
    values = np.full(len(rows["x"]), np.nan)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for i, (x, *law_of) in enumerate(zip(*map(rows.get, ("x", "alpha", "beta")), strict=True)):
            try:
                values[i] = function(np.array([x]), *map(float, law_of))[0]
            except (ValueError, RecursionError):  # a search that met no number, or went too deep
                continue
    return values


def isotropic(size: int) -> Iterator[Work]:
    """In three dimensions, where the peer is one integral of a sine: SciPy has no such law."""
    spread = Isotropic(ALPHA, 3)
    x = spread.rvs(size, rng=1)
    few = x[:FEW]
    yield Work(lambda: spread.logpdf(x), size)
    yield Work(lambda: [log_density_by_integral(np.linalg.norm(row)) for row in few], len(few))


def log_density_by_integral(r: float) -> float:
    """Of the isotropic law of three dimensions, by Fourier's inversion of its radial cf."""
    sine = integrate.quad(lambda t: t * np.exp(-(t**ALPHA)), 0, 14, weight="sin", wvar=r, limit=200)
    return np.log(sine[0] / (2 * np.pi**2 * r))


FIGURES = (
    Figure("pdf", "10,000 densities of a law that is new", "point",
           "SciPy, 200 points", density, 10_000, 1_600),
    Figure("pdf and cdf", "density and distribution function, 20,000 points, another law at each",
           "point", "SciPy, 200 points", varying, 20_000, 4),
    Figure("ppf", "10,000 quantiles, of probabilities from 1e-12 on", "quantile",
           "SciPy, 10, from 0.01 on", quantiles, 10_000, 1_600),
    Figure("pdf error", "largest relative error of 1,000 densities of the reference", ERROR,
           "SciPy", largest_density_error, 1_000, 5, is_number=True),
    Figure("pdf right", "densities of the same rows that are right to 8 digits", "%",
           "SciPy", right_densities, 1_000, 5, is_number=True),
    Figure("sf error", "largest relative error of 200 upper tails of the reference, far out",
           ERROR, "SciPy", tail_errors, 200, 5, is_number=True),
    Figure("isotropic", "10,000 isotropic log densities in 3 dimensions", "point",
           "SciPy's `quad` of the cf, 200 points", isotropic, 10_000, 4),
)  # fmt: skip
