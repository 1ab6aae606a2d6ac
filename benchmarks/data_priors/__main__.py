"""The command; see the docstring of the package."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path
from time import process_time

if __name__ == "__main__":  # and not for the tests, whose processes have their own threads
    for name in ("NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"

import benchmarks.data_priors  # noqa: E402 - after the settings above
from compress.certificates.limits import printed_risk  # noqa: E402
from compress.certificates.priors import share_of  # noqa: E402
from stablenoise.data.files import write  # noqa: E402
from stablenoise.text_table import aligned  # noqa: E402

from . import multilayer, pairs  # noqa: E402

ROWS = Path(__file__).parent / "rows.csv"
SHARES = 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.5, 0.7, 0.9
KINDS = {"coded": multilayer.coded, "gaussian": multilayer.gaussian, "ternary": pairs.ternary}
CELLS = [(kind, share) for kind in KINDS for share in SHARES]
N, DELTA = 60_000, 0.05
COLUMNS = (
    "kind", "share", "n", "errors", "nats", "limit", "null_errors", "null", "below_null", "seconds",
)  # fmt: skip


def main(arguments: Sequence[str]) -> None:
    """Do what the first argument says."""
    match list(arguments):
        case ["run", kind, share]:
            run([(kind, float(share))], ROWS)
        case ["run"]:
            run(CELLS, ROWS)
        case ["table"]:
            print(table(read(ROWS)))
        case _:
            sys.exit(benchmarks.data_priors.__doc__)


def run(cells: Sequence[tuple[str, float]], path: Path) -> None:
    """Do cells that are not there yet, and write each when it is done."""
    for kind, share in cells:
        if any(row["kind"] == kind and float(row["share"]) == share for row in read(path)):
            continue
        row = cell(kind, share)
        rows = sorted([*read(path), row], key=place)
        text = StringIO()
        writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        write(path, text.getvalue())
        print(table([row]), flush=True)


def cell(kind: str, share: float) -> dict[str, str]:
    """Row of a share and a kind of certificate."""
    before, split = process_time(), share_of(N, share)
    found = KINDS[kind](replace(split, shares=len(SHARES)), DELTA)
    limit, null = found.certificate, found.null
    numbers = limit.n, f"{limit.errors:.1f}", f"{limit.nats:.1f}", printed_risk(limit.value)
    beside = null.errors, printed_risk(null.value), "yes" if limit.says_something else "no"
    told = kind, share, *numbers, *beside, f"{process_time() - before:.1f}"
    return dict(zip(COLUMNS, map(str, told), strict=True))


def place(row: dict[str, str]) -> tuple[int, float]:
    """Where a row stands."""
    return list(KINDS).index(row["kind"]), float(row["share"])


def read(path: Path) -> list[dict[str, str]]:
    """Rows that are there."""
    if not path.exists():
        return []
    return list(csv.DictReader(StringIO(path.read_text())))


def table(rows: Sequence[dict[str, str]]) -> str:
    """Rows in columns."""
    return aligned([COLUMNS, *(tuple(row[name] for name in COLUMNS) for row in rows)])


if __name__ == "__main__":
    main(sys.argv[1:])
