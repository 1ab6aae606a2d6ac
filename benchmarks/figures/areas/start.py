"""Start: importing, a first density from nothing, and what is installed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import files
from pathlib import Path

from benchmarks import cold_start
from benchmarks.figures.kinds import Figure, Work

ROOT = Path(__file__).parents[3]
PACKAGES = "stablenoise", "chaos", "compress", "paper_checks"


def process(program: str, **environment: str) -> None:
    """A process that runs this, with small work interpreted, as it is for everybody."""
    usual = {name: text for name, text in os.environ.items() if name != "STABLENOISE_INTERPRET"}
    command = [sys.executable, "-W", "ignore", "-c", program]
    subprocess.run(command, env=usual | environment, check=True, stdout=subprocess.DEVNULL)


def importing(size: int) -> Iterator[Work]:
    yield Work(lambda: process("from stablenoise import Stable"))
    yield Work(lambda: process("from scipy.stats import levy_stable"))


def from_nothing() -> None:
    with tempfile.TemporaryDirectory() as folder:
        process(cold_start.CASES["pdf of a point"], NUMBA_CACHE_DIR=folder)


def first_density(size: int) -> Iterator[Work]:
    yield Work(from_nothing)
    peer = "from scipy.stats import levy_stable; levy_stable.pdf(0.3, 1.5, 0.3)"
    yield Work(lambda: process(peer))


def installed(size: int) -> Iterator[float]:
    """Megabytes of files, without what Python compiles."""
    ours = (path for name in PACKAGES for path in (ROOT / name).rglob("*") if path.is_file())
    yield sum(path.stat().st_size for path in ours if "__pycache__" not in path.parts) / 1e6
    peer = (file.locate() for file in files("scipy") or () if "__pycache__" not in file.parts)
    yield sum(Path(path).stat().st_size for path in peer if Path(path).is_file()) / 1e6


FIGURES = (
    Figure("import", "a process that imports the law: `from stablenoise import Stable`", "",
           "SciPy's `levy_stable`", importing, 1, 1),
    Figure("first density", "a process with a first density, from an empty compile cache", "",
           "SciPy's `levy_stable`", first_density, 1, 1),
    Figure("installed", "files of the four packages, once installed", "MB",
           "SciPy", installed, 1, 1, is_number=True),
)  # fmt: skip
