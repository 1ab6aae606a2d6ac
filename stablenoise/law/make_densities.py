"""Make ``densities.npz``: python -m stablenoise.law.make_densities --out densities.npz, a minute.

As ``make_table``: the file that is shipped is never written over.  Prints the sha256 for
``densities.SHA256`` and the errors measured at random points of all regions.
"""

import hashlib
import math
from argparse import ArgumentParser
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from . import densities
from .densities import KIND_BASE, KINDS, REGIONS, STEP, Region, place_of, read
from .direct import direct_logs
from .expansions import Band
from .lookup import TERMS
from .make_table import nodes, replace, transformed
from .one_pass import GAUSS, Law, rows_of_points
from .scores import score

NODES_A, NODES_B, NODES_U = 18, 22, 24  # the last coefficients are below 1e-12
NODES_GAUSS = 10  # in a and b: near alpha = 2 and beta = 1 there is less to it, and more rounding
TOLERANCE = 4e-13  # of what a panel's polynomials leave out
MIN_COEFFICIENT = 3e-14  # of coefficients that are left out, likewise
GAUSS_LOSS = 300.0  # times as much of both for the part of the density that is times 2 - alpha
SLACK = 200.0  # times as much is allowed in scores
STEPS = 16  # of edges of panels, to 1
GRID = 5  # alphas, and betas, of a region at which panels are tried
GRID_END = 0.95  # where its last are: at alpha = 2 itself there is nothing
LIMITS_OF_KINDS = 2**7, 2**15, 2**31  # what the integers hold, in steps
LAWS, POINTS = 40, 200  # a region at which errors are measured


def laws(region: Region, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Alpha and beta of a region at these values of a and b."""
    (low_a, high_a), (low_b, high_b) = region.alphas, region.betas
    return low_a + (high_a - low_a) * (1 + a) / 2, low_b + (high_b - low_b) * (1 + b) / 2


def function(region: Region, u: np.ndarray, alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """What is expanded, with axes for alpha, beta and then those of u."""
    return np.array([[of_law(region, u, float(a), float(b)) for b in beta] for a in alpha])


def of_law(region: Region, u: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """The same for one law."""
    place = place_of(region, alpha, beta)
    x = place.centre + place.width * np.sinh(u)
    logs = direct_logs(x, alpha, beta)[0]
    decay = -place.power * np.log(np.cosh(u))
    if region.kind != GAUSS:
        return np.exp(logs - decay + math.log(place.width))
    bell = np.exp(-np.minimum(0.25 * x * x, 800.0)) / math.sqrt(4 * math.pi)
    return (np.exp(logs) - bell) / place.rest * np.exp(-decay)


def loss(region: Region) -> float:
    """Times as much as the tolerances may be left out."""
    return GAUSS_LOSS if region.kind == GAUSS else 1.0


def cut_off(region: Region, low: float, high: float, alpha: np.ndarray, beta: np.ndarray) -> float:
    """Bound of what polynomials on a panel leave out."""
    middle, half = 0.5 * (low + high), 0.5 * (high - low)
    values = function(region, middle + half * nodes(NODES_U), alpha, beta)
    rest = abs(transformed(values, -1))[..., TERMS:]
    in_u = np.arange(TERMS, NODES_U) ** 2 / half
    return float((rest * np.maximum(1, in_u / SLACK)).sum(axis=-1).max())


def panel_edges(region: Region) -> np.ndarray:
    """Edges of the panels of a region, from left to right, each panel as wide as it may be."""
    grid = GRID_END * np.linspace(-1, 1, GRID)
    alpha, beta = laws(region, grid, grid)
    end = round(region.reach * STEPS)
    steps, allowed = [-end], TOLERANCE * loss(region)
    while steps[-1] < end:
        near, far = steps[-1] + 1, end + 1
        while far - near > 1:
            middle = (near + far) // 2
            good = cut_off(region, steps[-1] / STEPS, middle / STEPS, alpha, beta) <= allowed
            near, far = (middle, far) if good else (near, middle)
        steps.append(near)
    return np.array(steps) / STEPS


def expansion(region: Region, edges: np.ndarray) -> np.ndarray:
    """Chebyshev coefficients in a, b and, on each panel, u."""
    in_a, in_b = (NODES_GAUSS,) * 2 if region.kind == GAUSS else (NODES_A, NODES_B)
    alpha, beta = laws(region, nodes(in_a), nodes(in_b))
    half = 0.5 * np.diff(edges)[:, None]
    values = function(region, edges[:-1, None] + half * (1 + nodes(NODES_U)), alpha, beta)
    return transformed(transformed(transformed(values, 3), 0), 1)[..., :TERMS]


def weights(region: Region, shape: tuple[int, ...]) -> np.ndarray:
    """What coefficients of degrees in a and b do at most, or to a score over SLACK."""
    slopes = [2 / (high - low) for low, high in (region.alphas, region.betas)]
    in_alpha = slopes[0] * np.arange(shape[0])[:, None] ** 2  # a polynomial's slope: degree^2
    in_beta = slopes[1] * np.arange(shape[1]) ** 2
    return np.maximum(1, np.maximum(in_alpha, in_beta) / SLACK)


def arrays(region: Region, edges: np.ndarray) -> dict[str, np.ndarray]:
    """What the file has of a region."""
    whole = expansion(region, edges)
    sizes = abs(whole) * weights(region, whole.shape)[..., None, None]
    large = sizes > MIN_COEFFICIENT * loss(region)
    terms = np.where(large, np.arange(1, TERMS + 1), 0).max(axis=-1)
    pairs = np.argwhere(terms.any(axis=-1))
    terms = terms[tuple(pairs.T)].T
    rows = whole[tuple(pairs.T)].swapaxes(0, 1).reshape(-1, TERMS)
    return packed(rows, terms) | {"pairs": pairs.astype(np.uint8), "edges": edges}


def packed(rows: np.ndarray, terms: np.ndarray) -> dict[str, np.ndarray]:
    """The first terms of rows, each row as numbers of the smallest kind that holds it."""
    used = np.arange(TERMS) < terms.reshape(-1, 1)
    steps = np.where(used, rows / STEP, 0.0)
    kinds = np.searchsorted(LIMITS_OF_KINDS, abs(steps).max(axis=1) + 1, side="right")
    found = {"terms": (terms + KIND_BASE * kinds.reshape(terms.shape)).astype(np.uint8)}
    for i, kind in enumerate(KINDS):
        some = kinds == i
        numbers = rows[some][used[some]] if kind == "float64" else np.rint(steps[some][used[some]])
        found[kind] = numbers.astype(kind)
    return found


def written() -> bytes:
    """The table as a file."""
    members: dict[str, Any] = {}
    for i, region in enumerate(REGIONS):
        made = arrays(region, panel_edges(region))
        members |= {f"{name}_{i}": array for name, array in made.items()}
    file = BytesIO()
    np.savez(file, allow_pickle=False, **members)  # its entries carry no date
    return file.getvalue()


def errors(made: Band, region: Region, rng: np.random.Generator) -> np.ndarray:
    """Largest errors of log f and of its score, over 1 and their sizes, at points of random laws.

    And the share of points that are left to other functions.
    """
    worst, rest = np.zeros(5), 0
    for _ in range(LAWS):
        alpha, beta = (float(x[0]) for x in laws(region, *rng.uniform(-1, 1, (2, 1))))
        law = densities.contracted(made, region, alpha, beta)
        u = rng.uniform(-1, 1, POINTS) * rng.choice([3, 8, region.reach], POINTS)
        x = law.place.centre + law.place.width * np.sinh(u)
        off = errors_of_law(law, x, alpha, beta)
        rest += int(np.isnan(off[:, 0]).sum())
        worst = np.fmax(worst, np.nanmax(off, axis=0))
    return np.append(worst, rest / (LAWS * POINTS))


def errors_of_law(law: Law, x: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """Errors of log f and of its score; NaN where they are not in the table."""
    logs, scores = np.empty(x.size), np.empty((x.size, 4))
    rows_of_points(x, 1.0, law, logs, scores)
    known = np.flatnonzero(~np.isnan(logs))
    off = np.full((x.size, 5), np.nan)
    off[known, 0] = abs(logs[known] - direct_logs(x[known], alpha, beta)[0])
    exact = score(x[known], alpha, beta)
    off[known, 1:] = abs(scores[known] - exact) / (1 + abs(exact))
    return off


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the table, write it where ``--out`` says, and print its errors."""
    parser = ArgumentParser(description="Make the table of densities anew: a minute.")
    parser.add_argument("--out", type=Path, help="where to write it; by default nowhere")
    out = parser.parse_args(arguments).out
    if out and out.resolve() == densities.FILE.resolve():
        parser.error(f"--out must not be the table that is in use, got {out}")
    content = written()
    if out:
        replace(out, content)
    print(f"sha256 {hashlib.sha256(content).hexdigest()}, {len(content) / 1e6:.2f} MB")
    print("alpha  beta  panels  pairs  numbers    log f    alpha     beta    scale      loc   rest")
    for i, region in enumerate(REGIONS):
        made = read(content, i)
        worst = errors(made, region, np.random.default_rng(1))
        sizes = f"{len(made.terms):8d} {len(made.pairs):6d} {made.coefficients.size:8d}"
        off = "".join(f"{error:9.1e}" for error in worst[:5])
        print(f"{region.alphas[0]:5.2f} {region.betas[0]:5.2f}{sizes}{off} {worst[5]:6.3f}")


if __name__ == "__main__":
    main()
