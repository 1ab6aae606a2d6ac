"""Score libraries against the reference, and write the page and its picture.

python -m benchmarks.scoreboard [--of 2000] [--seconds 20] [--rows FILE] [--out docs] [--only NAME]

It needs the libraries of ``benchmarks/peers``; those that are not installed are left out.
"""

from __future__ import annotations

import argparse
import os
import platform
from pathlib import Path

from benchmarks.reference import table
from stablenoise.data.files import write

from .asking import FUNCTIONS, LIBRARIES, answers_of, library
from .pages import draw, page
from .scores import Score, chosen, points_of, score

SEED = 16
ROOT = Path(__file__).parents[2]


def options() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scoreboard", description=__doc__)
    parser.add_argument("--of", type=int, default=2000, help="rows of the reference")
    parser.add_argument("--seconds", type=float, default=20.0, help="for each function")
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


def main() -> None:
    """Ask all functions of all libraries."""
    asked = options()
    rows = chosen(table.read(asked.rows), asked.of, SEED)
    versions, scores = versions_of(tuple(asked.only)), list[Score]()
    for name in versions:
        for function in FUNCTIONS:
            if getattr(library(name), function):
                points = points_of(rows, function)[0]
                scores.append(
                    score(name, function, rows, answers_of(name, function, points, asked.seconds))
                )
                told = scores[-1]
                shares = " ".join(f"{100 * w:6.2f}%" for w in told.within)
                print(f"{name:16} {function:4} {shares} of {told.rows:5}, {told.failed} failed, "
                      f"{told.microseconds:,.0f} us", flush=True)  # fmt: skip
    about = {
        "rows": len(rows["x"]),
        "seconds": asked.seconds,
        "command": f"python -m benchmarks.scoreboard --of {asked.of} --seconds {asked.seconds:g}",
        "processor": f"{processor()} ({os.cpu_count()} cores)",
    }
    write(asked.out / "scoreboard.rst", page(scores, versions, about))
    draw(scores, asked.out / "scoreboard.png")


if __name__ == "__main__":
    main()
