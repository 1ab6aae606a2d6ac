"""The law against a table of 20 digits, by region: relative errors of ours and of SciPy's.

python benchmarks/law_accuracy.py [TABLE.csv]     # tests/data/law_oracle.csv by default

Such a table is made by ``python tests/law_oracle.py TABLE.csv --rows 1500 --seed 7``.
"""

import sys
import warnings
from pathlib import Path

import numpy as np
from scipy.stats import levy_stable

from stablenoise import law
from stablenoise.law.polynomials import panels

TABLE = Path(__file__).parent.parent / "tests" / "data" / "law_oracle.csv"
levy_stable.parameterization = "S0"


def regions(rows):
    alpha, beta, x = rows["alpha"], rows["beta"], rows["x"]
    left = np.full(len(rows), True)
    with np.errstate(all="ignore"):
        from_zeta = abs(x + beta * np.tan(np.pi * alpha / 2))
    chosen = {
        "density below 1e-30": rows["pdf"] < 1e-30,
        "alpha within 0.02 of 1": abs(alpha - 1) <= 0.02,
        "alpha within 0.1 of 2": alpha >= 1.9,
        "alpha below 0.4": alpha < 0.4,
        "within 0.01 of zeta": from_zeta < 0.01,
        "|x| above 1000": abs(x) > 1000,
        "the rest": left,
    }
    for name, here in chosen.items():
        yield name, rows[here & left]
        left = left & ~here


def ours(rows):
    logs = [law.logpdf, law.logcdf, law.logsf]
    return [np.exp(f(rows["x"], rows["alpha"], rows["beta"])) for f in logs]


def by_panels(rows):
    points = zip(rows["alpha"], rows["beta"], rows["x"], strict=True)
    logs = [[panels(a, b).log(kind, np.array([x]))[0] for kind in (0, 2, 1)] for a, b, x in points]
    return np.exp(np.transpose(logs))


def scipy(rows):
    def at(function, row):
        try:
            return float(function(row["x"], row["alpha"], row["beta"]))
        except (ValueError, RecursionError):  # a search that met no number, a recursion without end
            return np.nan

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        functions = levy_stable.pdf, levy_stable.cdf, levy_stable.sf
        return [[at(function, row) for row in rows] for function in functions]


def errors(found, rows):
    """Worst relative error of a row over density and both tails; inf where one is no number."""
    exact = np.array([rows[name] for name in ("pdf", "cdf", "sf")])
    with np.errstate(all="ignore"):
        relative = np.where(exact > 1e-300, abs(np.array(found) / exact - 1), 0)
    return np.where(np.isnan(relative), np.inf, relative).max(axis=0)


if __name__ == "__main__":
    rows = np.genfromtxt(sys.argv[1] if len(sys.argv) > 1 else TABLE, delimiter=",", names=True)
    print(f"{'':25}{'rows':>5}{'ours, worst':>13}{'panels, worst':>15}", end="")
    print(f"{'SciPy, median':>15}{'above 1e-8':>12}{'above 1e-3':>12}")
    for name, some in regions(rows):
        theirs = errors(scipy(some), some)
        print(f"{name:25}{len(some):5}{errors(ours(some), some).max():13.1e}", end="")
        print(f"{errors(by_panels(some), some).max():15.1e}{np.median(theirs):15.1e}", end="")
        print(f"{np.mean(theirs > 1e-8):12.0%}{np.mean(theirs > 1e-3):12.0%}")
