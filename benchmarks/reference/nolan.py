"""Nolan's table of quantiles put to the enclosures where ours disagrees with it.

python -m benchmarks.reference.nolan nolan_cdf_quantile.dat.xz ERRATA.csv

The table (STABLE 2.2 of May 1998, as collected in github ragibson/levy-stable-benchmarks) gives x
for alpha, beta and p, rounded to 8 digits: a row is wrong where no x that rounds to it has the
probability p.  Rows that ours finds wrong are enclosed at both ends of the rounding and at x; those
that are wrong by more than 1e-4 are written.  It needs python-flint.
"""

import collections
import lzma
import re
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np
from flint import arb, ctx

from stablenoise import law

from .enclosures import folded, integrals

COLUMNS = "alpha,beta,x,p,low,cdf,high"
BEYOND = (0.0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2)
WRITTEN = 1e-4
DIGITS = 15


def table(path):
    """Rows (alpha, beta, p, x) as they are printed."""
    alpha, rows = None, []
    for line in lzma.decompress(Path(path).read_bytes()).decode("ascii", "replace").splitlines():
        if found := re.search(r"alpha=\s*([\d.]+)", line):
            alpha = found[1]
        elif alpha and re.fullmatch(r"[\d.]+", (line.split() or [""])[0]):
            p, *points = line.split()
            rows += [(alpha, f"0.{k}" if k < 10 else "1.0", p, x) for k, x in enumerate(points)]
    return rows


def ends(x):
    """The two ends of the numbers that round to x, as decimals."""
    exact = Decimal(x)
    half = Decimal((0, (5,), exact.as_tuple().exponent - 1))
    return exact - half, exact, exact + half


def misses(rows):
    """By how much ours has each p outside of the probabilities of what rounds to x."""
    alpha, beta, p = np.array([row[:3] for row in rows], dtype=float).T
    points = np.array([[float(v) for v in ends(row[3])] for row in rows])
    low, _, high = law.cdf(points.T, alpha, beta)
    return np.maximum(low - p, p - high)


def cdf(alpha, beta, x):
    """Distribution function, enclosed, at the double next to a decimal x."""
    ctx.prec = 200
    alpha, beta, x, turned = folded(float(alpha), float(beta), float(x))
    sf = integrals(alpha, beta, x, 16, True, 66)[0]
    return sf if turned else 1 - sf


def judged(row):
    """The enclosures at the two ends and at x, and by how much p is outside."""
    alpha, beta, p, x = row
    low, middle, high = (cdf(alpha, beta, point) for point in ends(x))
    return (low, middle, high), float((low - arb(p)).max(arb(p) - high).lower())


def main(source, out):
    """Enclose, write, and count."""
    rows = table(source)
    doubted = [row for row, miss in zip(rows, misses(rows), strict=True) if miss > 0]
    lines, counts = [COLUMNS], {beyond: collections.Counter() for beyond in BEYOND}
    for row in doubted:
        values, miss = judged(row)
        for beyond, counted in counts.items():
            counted[row[0], row[1] == "0.0"] += miss > beyond
        if miss > WRITTEN:
            alpha, beta, p, x = row
            texts = (f"{float(v):.{DIGITS}g}" for v in values)
            lines.append(",".join([alpha, beta, x, p, *texts]))
    Path(out).write_text("\n".join(lines) + "\n")
    print(f"{len(rows)} rows, {len(doubted)} wrong by ours; by the enclosures, wrong by more than")
    for beyond, counted in counts.items():
        print(f"{beyond:g}: {sum(counted.values())}", dict(sorted(counted.items())))


if __name__ == "__main__":
    main(*sys.argv[1:])
