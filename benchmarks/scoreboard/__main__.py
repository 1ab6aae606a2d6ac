"""Score libraries against the reference, and write the page and its picture.

python -m benchmarks.scoreboard [--of 1000] [--seconds 60] [--rows FILE] [--out docs] [--only NAME]

It needs the libraries of ``benchmarks/peers``; those that are not installed are left out.  What a
library reached is kept in ``benchmarks/scoreboard/results``, and the page is made of all that is
there: ``--only`` asks some libraries anew, and ``--only`` without a name makes the page alone.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from benchmarks.reference import table
from stablenoise.data.files import write

from .asking import FUNCTIONS, LIBRARIES, Library, Rows, library
from .pages import draw, page
from .scores import Score, chosen, points_of, score

SEED = 16
KEPT = Path(__file__).parent / "results"
ROOT = Path(__file__).parents[2]


def options() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scoreboard", description=__doc__)
    parser.add_argument("--of", type=int, default=1000, help="rows of the reference")
    parser.add_argument("--seconds", type=float, default=60.0, help="for each function")
    parser.add_argument("--rows", type=Path, default=table.ROWS)
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    parser.add_argument("--only", nargs="*", default=LIBRARIES, choices=LIBRARIES)
    return parser.parse_args()


def versions_of(names: tuple[str, ...]) -> dict[str, str]:
    """Name and version of each library that is installed."""
    found = {}
    for name in names:
        try:
            module = library(name)
        except (ImportError, OSError) as error:
            print(f"{name}: not installed: {error}")
            continue
        found[name] = f"{name} ({module.NAME} {module.version()})"
    return found


def processor() -> str:
    """Its name, as Linux has it."""
    file = Path("/proc/cpuinfo")
    lines = file.read_text().splitlines() if file.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def scores_of(name: str, rows: Rows, seconds: float) -> Iterator[Score]:
    """Of all functions that a library has, each printed when it is known."""
    has, asked = library(name), Library(name)
    for function in (f for f in FUNCTIONS if getattr(has, f)):
        answers = asked.answers(function, points_of(rows, function)[0], seconds)
        reached = score(name, function, rows, answers)
        shares = " ".join(f"{100 * w:6.2f}%" for w in reached.within)
        told = f"of {reached.rows:5}, {reached.failed} failed, {reached.microseconds:,.0f} us"
        print(f"{name:16} {function:4} {shares} {told}", flush=True)
        yield reached
    asked.end()


def main() -> None:
    """Ask all functions of all libraries, and make the page of all that are kept."""
    asked = options()
    rows = chosen(table.read(asked.rows), asked.of, SEED)
    for name, version in versions_of(tuple(asked.only)).items():
        about = {
            "version": version,
            "rows": len(rows["x"]),
            "seconds": asked.seconds,
            "day": str(date.today()),
            "processor": f"{processor()}, {os.cpu_count()} cores",
        }
        scores = [s._asdict() for s in scores_of(name, rows, asked.seconds)]
        write(KEPT / f"{name}.json", json.dumps(about | {"scores": scores}, indent=1) + "\n")
    kept = {file.stem: json.loads(file.read_text()) for file in sorted(KEPT.glob("*.json"))}
    scores = [Score(**row) for library in kept.values() for row in library["scores"]]
    write(asked.out / "scoreboard.rst", page(scores, kept))
    draw(scores, asked.out / "scoreboard.png")


if __name__ == "__main__":
    main()
