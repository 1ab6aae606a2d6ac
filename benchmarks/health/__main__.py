"""The command; see ``python -m benchmarks.health --help``, the package's docstring."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import benchmarks.health
from benchmarks.peers import MEMBERS
from stablenoise.data.files import write

from . import pictures, sheets
from .calls import CALLS, answer
from .laws import DRAWS, SECONDS, VECTOR_DRAWS, Trial
from .runs import run
from .subjects import Subject, read
from .trials import report, warm

SHEETS = Path("docs/health")
DEFAULTS = {"sampler": DRAWS, "density": SECONDS, "vectors": VECTOR_DRAWS}


def main(arguments: Sequence[str]) -> None:
    """Do what the first argument says."""
    match list(arguments):
        case ["sampler" | "density" as kind, library, alpha, beta, *amount]:
            amount = float(amount[0]) if amount else DEFAULTS[kind]
            print(report(Trial(library, kind, float(alpha), float(beta), amount)).summary())
        case ["vectors", library, name, alpha, *amount]:
            amount = float(amount[0]) if amount else VECTOR_DRAWS
            print(report(Trial(library, "vectors", float(alpha), 0.0, amount, name)).summary())
        case ["calls", library]:
            for call in CALLS:
                if call.library == library:
                    print(call.command, answer(call), sep="\n")
        case ["run", folder, *libraries]:
            warm()
            for library in libraries or MEMBERS:
                run(library, Path(folder))
                print(library, flush=True)
        case ["write", folder, *where]:
            write_sheets(read(Path(folder)), Path(where[0]) if where else SHEETS)
        case _:
            sys.exit(benchmarks.health.__doc__)


def write_sheets(subjects: Sequence[Subject], folder: Path) -> None:
    """The table of all libraries, and a sheet and a picture for each."""
    folder.mkdir(parents=True, exist_ok=True)
    for subject in subjects:
        if "missing" in subject.about:
            continue
        picture = folder / f"{subject.library}.png"
        name = picture.name if pictures.draw(subject, picture) else None
        write(folder / f"{subject.library}.rst", sheets.sheet(subject, name))
    write(folder / "index.rst", sheets.index(subjects))


if __name__ == "__main__":
    main(sys.argv[1:])
