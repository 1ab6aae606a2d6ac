"""The rows of the reference as arrays, and how far from them a law in doubles may be.

This needs no python-flint.  A value may be off by 1e-13, relatively, or by what 4 ulps of x, alpha
or beta make, whichever is larger.  With u(v) the ulp of v that is, to first order,

    density f         4 max(|d log f / dv| u(v))                     v = x, alpha, beta
    tail T            4 max(f u(x), |dF/dalpha| u(alpha), |dF/dbeta| u(beta)) / T
    quantile q of p   4 max(u(p), |dF/dalpha| u(alpha), |dF/dbeta| u(beta)) / (f |q|)
"""

import csv
import lzma
from pathlib import Path

import numpy as np

ROWS = Path(__file__).parent / "rows.csv.xz"
WORDS = ("region", "side")
PROMISE = 1e-13
ULPS = 4
LIGHTEST = 1e-100  # light tails below are not asked of
STEEP = 20.0  # |x d log f / dx| from which a tail is light


def read(path=ROWS):
    """Columns by name; cdf and sf instead of side and tail."""
    with lzma.open(path, "rt") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    found = {k: v if k in WORDS else v.astype(float) for k, v in columns.items()}
    lower = found["side"] == "lower"
    found["cdf"] = np.where(lower, found["tail"], 1 - found["tail"])
    found["sf"] = np.where(lower, 1 - found["tail"], found["tail"])
    return found


def some(rows, which):
    """The rows where ``which`` is true."""
    return {name: column[which] for name, column in rows.items()}


def head(path=ROWS):
    """The first lines, which say what was not enclosed."""
    with lzma.open(path, "rt") as file:
        return [line[2:].rstrip() for line in file if line.startswith("#")]


def is_light(rows):
    """Where a light tail is below 1e-100."""
    steep = abs(rows["x"] * rows["dx"]) > STEEP
    return steep & (np.minimum(rows["pdf"], rows["tail"]) < LIGHTEST)


def moved(rows, *slopes):
    """The largest of the changes that an ulp of each argument makes."""
    arguments = ("x", "alpha", "beta", "p")
    ulps = [np.spacing(abs(rows[name])) for name in arguments]
    return np.max([abs(s) * u for s, u in zip(slopes, ulps, strict=True)], axis=0)


def allowed(rows):
    """Largest relative errors, by name of the function."""
    f, by_alpha, by_beta = rows["pdf"], rows["cdf_dalpha"], rows["cdf_dbeta"]
    none = np.zeros_like(f)
    of_tail = moved(rows, f, by_alpha, by_beta, none)
    of_quantile = moved(rows, none, by_alpha, by_beta, none + 1)
    with np.errstate(all="ignore"):
        bounds = {
            "pdf": moved(rows, rows["dx"], rows["dalpha"], rows["dbeta"], none),
            "cdf": of_tail / rows["cdf"],
            "sf": of_tail / rows["sf"],
            "quantile": of_quantile / (f * abs(rows["quantile"])),
        }
    return {name: np.maximum(PROMISE, ULPS * bound) for name, bound in bounds.items()}


def relative_errors(rows, found):
    """Relative errors of arrays by name; where a quantile is 0, what it is found to be."""
    errors = {}
    for name, values in found.items():
        exact = rows[name]
        size = np.where(exact == 0, 1, abs(exact))
        error = abs(values - exact) / size
        errors[name] = np.where(np.isnan(error), np.inf, error)
    return errors


def score(rows):
    """Derivatives of the log density in alpha, beta, scale and loc."""
    return np.stack([rows["dalpha"], rows["dbeta"], rows["dscale"], -rows["dx"]], axis=-1)


def score_errors(rows, found):
    """Errors of scores relative to 1 plus their size."""
    error = abs(found - score(rows)) / (1 + abs(score(rows)))
    return np.where(np.isnan(error), np.inf, error)
