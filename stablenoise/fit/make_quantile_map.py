"""Make ``quantile_map.npz``: python -m stablenoise.fit.make_quantile_map --out map.npz, 20 seconds.

Prints how far its polynomials are from the quantiles of random laws.
"""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..law import ppf
from ..law.make_table import nodes, transformed
from . import quantile_map
from .quantile_map import EDGES, FILE, PROBABILITIES

NODES_A, NODES_B = 24, 96
ROWS, COLUMNS = 16, 64  # degrees that are kept
SMALL = 1e-7  # what is below is left out
LAWS = 2000  # at which errors are measured


def shape(alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """The four numbers of ``Shape``, by quantiles of the law."""
    low, lower, middle, upper, high = np.moveaxis(
        ppf(PROBABILITIES, alpha[..., None], beta[..., None]), -1, 0
    )
    quartiles = upper - lower
    skew = np.log((high - middle) / (middle - low)) / (2 - alpha)
    spread = np.log((high - low) / quartiles)
    return np.stack([spread, skew, np.log(quartiles), middle / quartiles])


def band(low: float, high: float) -> np.ndarray:
    """Coefficients of one band of alpha."""
    alpha, beta = low + (high - low) * (1 + nodes(NODES_A)) / 2, (1 + nodes(NODES_B)) / 2
    values = shape(*np.meshgrid(alpha, beta, indexing="ij"))
    whole = transformed(transformed(values, 1), 2)[:, :ROWS, :COLUMNS]
    return np.where(abs(whole) > SMALL, whole, 0)


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the map, write it where ``--out`` says, and print the errors of the one in use."""
    parser = ArgumentParser(description="Make the map of quantiles anew: 20 seconds.")
    parser.add_argument("--out", type=Path, help="where to write it; by default nowhere")
    out = parser.parse_args(arguments).out
    if out and out.resolve() == FILE.resolve():
        parser.error(f"--out must not be the map that is in use, got {out}")
    made = np.stack([band(*ends) for ends in zip(EDGES[:-1], EDGES[1:], strict=True)])
    if out:
        np.savez(out, coefficients=made.astype(np.float32))
    rng = np.random.default_rng(1)
    alpha, beta = rng.uniform(EDGES[0], EDGES[-1], LAWS), rng.uniform(0, 1, LAWS)
    exact = shape(alpha, beta).T
    off = [
        abs(np.array(quantile_map.at(*law)[0]) - row).max()
        for *law, row in zip(alpha, beta, exact, strict=True)
    ]
    print(f"{made.size} numbers, largest error {max(off):.1e}")


if __name__ == "__main__":
    main()
