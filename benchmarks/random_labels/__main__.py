"""The command; see ``python -m benchmarks.random_labels --help``, the docstring."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

if __name__ == "__main__":  # and not for the tests, whose processes have their own threads
    for name in ("NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"

import benchmarks.random_labels  # noqa: E402 - after the settings above
from benchmarks.heavy_tailed_training import kept  # noqa: E402
from stablenoise.data.files import write  # noqa: E402

from . import networks, pictures  # noqa: E402

HERE, DOCS = Path(__file__).parent, Path("docs/random_labels")


def main(arguments: Sequence[str]) -> None:
    """Do what the first argument says."""
    match list(arguments):
        case ["train"]:
            train(networks.all_runs(), HERE / "shares.csv")
        case ["sizes"]:
            train(networks.larger_runs(), HERE / "sizes.csv")
        case ["draw", *folder]:
            draw(Path(*folder) if folder else DOCS)
        case _:
            sys.exit(benchmarks.random_labels.__doc__)


def train(runs: Sequence[networks.Run], path: Path) -> None:
    """Do all runs that are not there yet."""
    rows = kept.read(path)
    there = {tuple(row[name] for name in networks.Run._fields) for row in rows}
    for run in runs:
        if tuple(map(str, run)) not in there:
            rows.append(networks.row(run))
            kept.save(path, rows)
            print(rows[-1], flush=True)


def draw(folder: Path) -> None:
    """Figure and page of the rows that are there."""
    shares, sizes = (kept.read(HERE / name) for name in ("shares.csv", "sizes.csv"))
    pictures.by_share(shares, folder / "bits.svg")
    write(folder / "index.rst", pictures.page(shares, sizes))


if __name__ == "__main__":
    main(sys.argv[1:])
