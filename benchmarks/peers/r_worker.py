"""One Rscript for each function of a package of R, which answers until this process ends.

One that never comes back from a question does not keep the others from theirs.
"""

from __future__ import annotations

import atexit
import subprocess
from functools import cache
from pathlib import Path
from shutil import which
from threading import Lock

import numpy as np

__all__ = ["PDF", "CDF", "SF", "PPF", "RVS", "ask", "version"]

PDF, CDF, SF, PPF, RVS = range(1, 6)
LOCKS = {what: Lock() for what in (PDF, CDF, SF, PPF, RVS)}


def ask(
    package: str, what: int, alpha: float, beta: float, numbers: np.ndarray, seed: int = 0
) -> np.ndarray:
    """An array of answers; RuntimeError with R's message if it has none."""
    numbers = np.atleast_1d(np.asarray(numbers, dtype=float))
    head = np.array([what, alpha, beta, seed, len(numbers)], dtype=float)
    with LOCKS[what]:
        if _worker(package, what).poll() is not None:  # it crashed over the question before
            _worker.cache_clear()
        return _answer(_worker(package, what), head.tobytes() + numbers.tobytes())


def _answer(worker: subprocess.Popen[bytes], question: bytes) -> np.ndarray:
    worker.stdin.write(question)
    worker.stdin.flush()
    count = int(np.frombuffer(_read(worker, 8))[0])
    if count < 0:
        raise RuntimeError(_read(worker, -count).decode())
    return np.frombuffer(_read(worker, 8 * count)).copy()


def version(package: str) -> str:
    """That of an installed package, and of R."""
    told = f'cat(paste0(packageVersion("{package}"), " (R ", getRversion(), ")"))'
    command = ["Rscript", "-e", told]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


END_WITH_PARENT = ("setpriv", "--pdeathsig", "KILL") if which("setpriv") else ()
"""R goes on with a long computation when its parent is killed, unless the kernel ends it."""


@cache
def _worker(package: str, what: int) -> subprocess.Popen[bytes]:
    script = Path(__file__).with_name("worker.R")
    worker = subprocess.Popen(
        [*END_WITH_PARENT, "Rscript", str(script), package],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # what R says of its own end is told by its exit status
    )
    atexit.register(worker.kill)
    return worker


def _read(worker: subprocess.Popen[bytes], size: int) -> bytes:
    seen = worker.stdout.read(size)
    if len(seen) < size:
        raise RuntimeError(f"Rscript ended with exit status {worker.wait()}")
    return seen
