"""What is asked of integrals, and of two functions together, which need no law to be compared."""

from __future__ import annotations

import numpy as np

from ..findings import Finding
from .answers import Answers, Limits
from .points import INTEGRATED, PANELS, WEIGHTS

__all__ = ["about_derivative", "about_integral", "about_inverse", "about_sum"]

SURE = 10.0  # times what a coarser sum differs by: an integral that is off by more is wrong
LEAST_MASS = 1e-6  # of a panel whose mass is compared


def _masses(a: Answers) -> tuple[np.ndarray, np.ndarray]:
    """Integrals of a density over panels, shape (2, panels), and by how much a coarser sum differs.

    A node of probability p stands for p dlog p of the law, thus for p dlog p times the ratio of the
    two densities of what is examined.
    """
    ratio = a.points.by_panel(np.where(a.used, a.signed + 1, np.nan))
    tail = a.points.by_panel(a.points.tail)
    widths = -np.diff(np.log(PANELS), axis=1)[:, 0]
    fine, coarse = (np.sum(weights * ratio * tail, axis=2) * widths / 2 for weights in WEIGHTS)
    return fine, np.abs(fine - coarse)


def about_integral(a: Answers, limits: Limits) -> Finding | None:
    """Whether a density integrates to 1 over the law's support."""
    if a.name != "pdf":
        return None
    masses, doubt = (m[:, :INTEGRATED] for m in _masses(a))
    known = np.isfinite(masses)
    if not known[:, 0].all():
        return None
    true = np.broadcast_to(-np.diff(np.array(PANELS), axis=1)[:INTEGRATED, 0], masses.shape)
    total = float(np.sum(np.where(known, masses, true))) + 2 * PANELS[INTEGRATED - 1][1]
    error = max(abs(total - 1) - SURE * float(np.sum(doubt[known])), 0.0)
    told = f"it integrates to {total:.12g}"
    size = int(a.used[: a.points.in_panels].sum())
    return Finding("pdf: integral", limits.grade(error, True), told, None, size, error)


def about_derivative(pdf: Answers, cdf: Answers, limits: Limits) -> Finding | None:
    """Whether a density is the derivative of the distribution function that comes with it."""
    masses, doubt = _masses(pdf)
    values = cdf.points.by_panel(np.where(cdf.used, cdf.values, np.nan))
    rises = np.abs(values[:, :, 0] - values[:, :, -1])
    true = -np.diff(np.array(PANELS), axis=1)[:, 0]
    at_ends = cdf.points.by_panel(cdf.allowed * cdf.points.tail)
    of_density = pdf.points.by_panel(pdf.allowed).max(axis=2) * true
    rounding = 4 * cdf.eps + at_ends[:, :, 0] + at_ends[:, :, -1] + of_density
    with np.errstate(invalid="ignore"):
        off = np.abs(masses - rises) - SURE * doubt - rounding
    unit = np.maximum(np.abs(rises), np.abs(masses))
    known = np.isfinite(off) & (true > LEAST_MASS) & (unit > 0)
    if not known.any():
        return None
    share = np.where(known, off / np.where(known, unit, 1.0), -np.inf)
    side, panel = np.unravel_index(int(np.argmax(share)), share.shape)
    error = max(float(share[side, panel]), 0.0)
    x = np.sort(pdf.points.by_panel(pdf.points.x)[side, panel][[0, -1]])
    told = (
        f"from {x[0]:.6g} to {x[1]:.6g} the density integrates to {masses[side, panel]:.10g}"
        f" and the distribution function rises by {rises[side, panel]:.10g}"
    )
    grade = limits.grade(error, True)
    return Finding("pdf and cdf", grade, told, None, int(known.sum()), error)


def about_inverse(cdf: Answers, ppf: Answers, limits: Limits) -> Finding | None:
    """Whether quantiles are those of the distribution function that comes with them."""
    some = np.flatnonzero(ppf.used & ppf.bulk & np.isfinite(ppf.values))
    if not some.size:
        return None
    q, tail, size = ppf.points.q[some], ppf.points.tail[some], int(some.size)
    seen = cdf.function.values(ppf.values[some])
    rounding = ppf.allowed[some] + 8 * cdf.eps / tail
    off = np.maximum(np.abs(seen - q) / tail - rounding, 0.0)
    off = np.where(np.isnan(off), np.inf, off)
    worst = int(np.argmax(off))
    told = f"at the quantile of {q[worst]:.8g} the distribution function is {seen[worst]:.8g}"
    grade = limits.grade(float(off[worst]), True)
    return Finding("ppf and cdf", grade, told, None, size, float(off[worst]))


def about_sum(cdf: Answers, sf: Answers, limits: Limits) -> Finding | None:
    """Whether a distribution function and a tail probability add up to 1."""
    some = np.flatnonzero(cdf.used & sf.used & np.isfinite(cdf.values) & np.isfinite(sf.values))
    if not some.size:
        return None
    off = np.abs(cdf.values[some] + sf.values[some] - 1)
    off = np.maximum(off - 4 * max(cdf.eps, sf.eps), 0.0)
    worst = int(np.argmax(off))
    x = cdf.points.x[some[worst]]
    told = "the distribution function and the tail above add up to 1"
    told += f", but for {off[worst]:.2g} at {x:.8g}" if off[worst] else ""
    grade = limits.grade(float(off[worst]), True)
    return Finding("cdf and sf", grade, told, None, int(some.size), float(off[worst]))
