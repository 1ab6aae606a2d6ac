"""The law against the reference, by region: relative errors of ours.

python benchmarks/reference_accuracy.py [ROWS.csv.xz]     # benchmarks/reference/rows.csv.xz

Of density, both tails and quantiles: the median, the worst, and the share of rows in which an error
is above what is allowed (1e-13, or what 4 ulps of an argument make); light tails below 1e-100 are
counted apart.  Of the scores in alpha, beta, scale and loc: the worst error relative to 1 plus
their size, and the share above 1e-9.
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))  # run as a script or as a module

from benchmarks.reference import table  # noqa: E402
from stablenoise import law  # noqa: E402

GOAL = 1e-9


def ours(rows):
    """Density, both tails and quantiles, from the smaller tail."""
    at = rows["x"], rows["alpha"], rows["beta"]
    found = {name: getattr(law, name)(*at) for name in ("pdf", "cdf", "sf")}
    quantile = np.empty(len(rows["x"]))
    for side, inverse in ("lower", law.ppf), ("upper", law.isf):
        here = rows["side"] == side
        quantile[here] = inverse(*(rows[name][here] for name in ("p", "alpha", "beta")))
    return found | {"quantile": quantile}


def scores(rows):
    """Ours, shape (rows, 4)."""
    return law.score(rows["x"], rows["alpha"], rows["beta"])


def parts(rows):
    """Regions with their rows, light tails below 1e-100 apart."""
    light = table.is_light(rows)
    for region in dict.fromkeys(rows["region"]):
        here = (rows["region"] == region) & ~light
        if here.any():
            yield region, table.some(rows, here)
    yield "light tails below 1e-100", table.some(rows, light)
    yield "all others", table.some(rows, ~light)


def print_values(rows):
    """A line for each region."""
    names = "pdf", "cdf", "sf", "quantile"
    print(
        f"{'':26}{'rows':>6}" + "".join(f"{name + ': median, worst, above':>30}" for name in names)
    )
    for region, here in parts(rows):
        errors, bounds = table.relative_errors(here, ours(here)), table.allowed(here)
        print(f"{region:26}{len(here['x']):6}", end="")
        for name in names:
            error = errors[name]
            share = np.mean(error > bounds[name])
            print(f"{np.median(error):12.1e}{error.max():9.1e}{share:9.2%}", end="")
        print()


def print_scores(rows):
    """A line for each region."""
    names = "alpha", "beta", "scale", "loc"
    print(
        f"\n{'score in':26}{'rows':>6}" + "".join(f"{n + ': worst, above 1e-9':>28}" for n in names)
    )
    for region, here in parts(rows):
        errors = table.score_errors(here, scores(here))
        print(f"{region:26}{len(here['x']):6}", end="")
        for error in errors.T:
            print(f"{error.max():19.1e}{np.mean(error > GOAL):9.2%}", end="")
        print()


if __name__ == "__main__":
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else table.ROWS
    print("\n".join(table.head(path)), end="\n\n")
    reference = table.read(path)
    print_values(reference)
    print_scores(reference)
