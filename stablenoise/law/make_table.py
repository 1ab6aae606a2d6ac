"""Make ``table.npz``: python -m stablenoise.law.make_table --out table.npz, half a minute.

The table that is shipped is never written over.  Prints the sha256 for ``log_bands.SHA256`` and the
errors measured at random points of all bands.
"""

import hashlib
import os
from argparse import ArgumentParser
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.polynomial.chebyshev import cheb2poly

from .direct import direct_logs
from .expansions import Band, banded, padded
from .log_bands import (
    ALPHAS,
    BETAS,
    FILE,
    IN_FILE,
    LAST_EDGE,
    contracted,
    kernel_law,
    of_alpha,
    of_beta,
    read,
)
from .lookup import TERMS
from .one_pass import rows_of_points
from .scores import score

NODES_A, NODES_B, NODES_U = 18, 22, 24  # the last coefficients are below 1e-11
TOLERANCE = 3e-11  # of what a panel's polynomials leave out, in log f
MIN_COEFFICIENT = 1e-12  # of coefficients that are left out, likewise
SLACK = 100.0  # times as much is allowed in scores
STEPS = 16  # of edges of panels, to 1
GRID = 6  # alphas, and betas, of a band at which panels are tried
LAWS, POINTS = 40, 200  # a band at which errors are measured


def nodes(n: int) -> np.ndarray:
    """Chebyshev points of the first kind."""
    return np.cos((2 * np.arange(n) + 1) * np.pi / (2 * n))


def transformed(values: np.ndarray, axis: int) -> np.ndarray:
    """Chebyshev coefficients of values at the nodes, by sums that no number of threads changes."""
    n = values.shape[axis]
    angles = (2 * np.arange(n) + 1) * np.pi / (2 * n)
    matrix = 2 / n * np.cos(np.outer(np.arange(n), angles))
    matrix[0] /= 2
    coefficients = np.einsum("ij,...j->...i", matrix, np.moveaxis(values, axis, -1), optimize=False)
    return np.ascontiguousarray(np.moveaxis(coefficients, -1, axis))


def laws(i: int, j: int, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Alpha and beta of a band at these values of a and b."""
    low_a, high_a = of_alpha(np.array(ALPHAS[i : i + 2]))
    low_b, high_b = of_beta(np.array(BETAS[j : j + 2]))
    alpha = 2 - np.exp(low_a + (high_a - low_a) * (1 + a) / 2)
    return alpha, 1 - (low_b + (high_b - low_b) * (1 + b) / 2) ** 2


def log_f(u: np.ndarray, alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """Log density, with axes for alpha, beta and then those of u."""
    more = (1,) * u.ndim
    return direct_logs(np.sinh(u), alpha.reshape(-1, 1, *more), beta.reshape(-1, *more))[0]


def cut_off(low: float, high: float, alpha: np.ndarray, beta: np.ndarray) -> float:
    """Bound of what polynomials on a panel leave out."""
    middle, half = 0.5 * (low + high), 0.5 * (high - low)
    values = log_f(middle + half * nodes(NODES_U), alpha, beta)
    rest = abs(transformed(values, -1))[..., TERMS:]
    in_u = np.arange(TERMS, NODES_U) ** 2 / half
    return float((rest * np.maximum(1, in_u / SLACK)).sum(axis=-1).max())


def panel_edges(i: int, j: int) -> np.ndarray:
    """Edges of the panels of a band, from left to right, each panel as wide as it may be."""
    grid = np.linspace(-1, 1, GRID)
    alpha, beta = laws(i, j, grid, grid)
    steps, end = [0], round(2 * LAST_EDGE * STEPS)
    while steps[-1] < end:
        near, far = steps[-1] + 1, end + 1
        while far - near > 1:
            middle = (near + far) // 2
            low, high = np.array([steps[-1], middle]) / STEPS - LAST_EDGE
            good = cut_off(low, high, alpha, beta) <= TOLERANCE
            near, far = (middle, far) if good else (near, middle)
        steps.append(near)
    return np.array(steps) / STEPS - LAST_EDGE


def expansion(i: int, j: int, edges: np.ndarray) -> np.ndarray:
    """Chebyshev coefficients of log f in a, b and, on each panel, u."""
    alpha, beta = laws(i, j, nodes(NODES_A), nodes(NODES_B))
    half = 0.5 * np.diff(edges)[:, None]
    values = log_f(edges[:-1, None] + half * (1 + nodes(NODES_U)), alpha, beta)
    return transformed(transformed(transformed(values, 3), 0), 1)[..., :TERMS]


def weights(i: int, j: int) -> np.ndarray:
    """What coefficients of degrees in a and b do at most to log f, or to a score over SLACK."""
    far_a, far_b = ALPHAS[i + 1], BETAS[j + 1]
    slope_a = 2 / abs(np.diff(of_alpha(np.array(ALPHAS[i : i + 2])))) / (2 - far_a)
    slope_b = 1 / abs(np.diff(of_beta(np.array(BETAS[j : j + 2])))) / of_beta(far_b)
    in_alpha = slope_a * np.arange(NODES_A)[:, None] ** 2  # a polynomial's slope is its degree^2
    in_beta = slope_b * np.arange(NODES_B) ** 2
    return np.maximum(1, np.maximum(in_alpha, in_beta) / SLACK)


def band(i: int, j: int, edges: np.ndarray) -> Band:
    """The expansion without its small coefficients."""
    whole = expansion(i, j, edges)
    large = abs(whole) * weights(i, j)[..., None, None] > MIN_COEFFICIENT
    terms = np.where(large, np.arange(1, TERMS + 1), 0).max(axis=-1)
    pairs = np.argwhere(terms.any(axis=-1))
    terms = terms[tuple(pairs.T)].T
    rows = whole[tuple(pairs.T)].swapaxes(0, 1)
    polynomials = [
        powers(row[:n]) for row, n in zip(rows.reshape(-1, TERMS), terms.flat, strict=True)
    ]
    return banded(pairs, terms.astype(np.uint8), np.concatenate(polynomials), *padded(edges))


def powers(coefficients: np.ndarray) -> np.ndarray:
    """Coefficients of powers, as many as those of Chebyshev polynomials."""
    out = np.zeros(coefficients.size)
    if out.size:
        plain = cheb2poly(coefficients)
        out[: plain.size] = plain
    return out


def written() -> bytes:
    """The table as a file."""
    arrays: dict[str, Any] = {}
    for i, j in np.ndindex(len(ALPHAS) - 1, len(BETAS) - 1):
        made = band(i, j, panel_edges(i, j))
        arrays |= {f"{name}_{i}_{j}": stored(made, name) for name in IN_FILE}
    file = BytesIO()
    np.savez(file, allow_pickle=False, **arrays)  # its entries carry no date
    return file.getvalue()


def stored(made: Band, name: str) -> np.ndarray:
    """An array of a band as the file has it."""
    return made.edges[:-1] if name == "edges" else getattr(made, name)


def replace(path: Path, content: bytes) -> None:
    """Let this be the file, whole at every moment."""
    new = path.with_suffix(".new")
    with open(new, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)


def errors(made: Band, i: int, j: int, rng: np.random.Generator) -> np.ndarray:
    """Largest errors of log f and of its score at points of random laws of a band."""
    worst, logs, gradient = np.zeros(5), np.empty(POINTS), np.empty((POINTS, 4))
    for _ in range(LAWS):
        alpha, beta = (float(x[0]) for x in laws(i, j, *rng.uniform(-1, 1, (2, 1))))
        x = np.sinh(rng.uniform(-1, 1, POINTS) * rng.choice([3, 8, LAST_EDGE], POINTS))
        law = contracted(made, alpha, beta, ALPHAS[i : i + 2], BETAS[j : j + 2])
        rows_of_points(x, 1.0, kernel_law(law), logs, gradient)
        off = logs - direct_logs(x, alpha, beta)[0]
        off = np.column_stack([off, gradient - score(x, alpha, beta)])
        worst = np.maximum(worst, abs(off).max(axis=0))
    return worst


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the table, write it where ``--out`` says, and print its errors."""
    parser = ArgumentParser(description="Make the table of likelihoods anew: half a minute.")
    parser.add_argument("--out", type=Path, help="where to write it; by default nowhere")
    out = parser.parse_args(arguments).out
    if out and out.resolve() == FILE.resolve():
        parser.error(f"--out must not be the table that is in use, got {out}")
    content = written()
    if out:
        replace(out, content)
    print(f"sha256 {hashlib.sha256(content).hexdigest()}, {len(content) / 1e6:.2f} MB")
    print("alpha  beta  panels  pairs  numbers    log f    alpha     beta    scale      loc")
    for (i, j), made in read(content).items():
        worst = errors(made, i, j, np.random.default_rng(1))
        sizes = f"{len(made.terms):8d} {len(made.pairs):6d} {made.coefficients.size:8d}"
        off = "".join(f"{error:9.1e}" for error in worst)
        print(f"{ALPHAS[i]:5.2f} {BETAS[j]:5.2f}{sizes}{off}")


if __name__ == "__main__":
    main()
