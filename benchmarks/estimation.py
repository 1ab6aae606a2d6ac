"""How long stable fits take: all four parameters with errors, a million values, a file of 1e8.

python -m benchmarks.estimation [FOLDER]    # for a file of 800 MB, which is removed

Milliseconds of processor time of one thread, medians over samples that do not come again, and how
many times as long levy-stable takes where it is installed (SciPy's own fit does not end).  The fit
of a million values is compared with that of the values themselves, in standard errors.  The file is
read in a process of its own, whose memory is said; reading alone is measured beside it.  How good
the fits are is asked by ``estimation_quality`` and ``estimation_maxima``.
"""

import json
import os
import resource
import subprocess
import sys
import warnings
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

os.environ["NUMBA_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402 - after the number of threads

from stablenoise import Stable, fit  # noqa: E402
from stablenoise.fit import samples, univariate  # noqa: E402
from stablenoise.fit.parameters import NAMES  # noqa: E402

try:
    from levy.fitting import fit_levy
except ImportError:
    fit_levy = None

ROUNDS, PEER_ROUNDS = 9, 3
INSIDE = (1.5, 0.5), (1.2, 0.0), (1.8, -0.3), (1.05, 0.8)
ELSEWHERE = (
    *((0.3, 0.0), (0.3, 0.9), (0.4, 1.0), (0.6, 0.5), (0.8, -0.9), (0.95, 1.0)),
    *((1.1, 1.0), (1.5, 0.95), (1.7, -1.0), (1.97, 0.5), (1.98, 0.9), (2.0, 0.0)),
)
MANY = (1.5, 0.5), (1.2, 0.0), (1.9, 0.3), (0.6, 0.5), (0.4, 0.0)
FILE_SIZE, CHUNK = 10**8, 10**6


def with_errors(x, **held):
    """A fit and its standard errors."""
    return fit.stable(x, **held).bse


def milliseconds(task, law, n, rounds):
    """Median over samples of a law; a first one compiles."""
    times = []
    for seed in range(rounds + 1):
        x = Stable(*law).rvs(n, rng=[1, seed])
        start = process_time()
        task(x)
        times.append(1e3 * (process_time() - start))
    return median(times[1:])


def show_four_parameters(title, laws, n=10_000):
    """A row for each law, with the peer's time where it has such laws."""
    print(f"\n{title}, n = {n:,}\n\n| alpha | beta | ms | levy-stable, ms | times |\n|{'---|' * 5}")
    for law in laws:
        ours = milliseconds(with_errors, law, n, ROUNDS)
        told = "| |"
        if fit_levy is not None and law[0] >= 0.5:
            theirs = milliseconds(fit_levy, law, n, PEER_ROUNDS)
            told = f"{theirs:.0f} | {theirs / ours:.0f} |"
        print(f"| {law[0]} | {law[1]} | {ours:.1f} | {told}", flush=True)


def unbinned(x):
    """The fit of the values themselves, however many."""
    before = samples.UNBINNED
    samples.UNBINNED = univariate.UNBINNED = x.size
    try:
        return fit.stable(x)
    finally:
        samples.UNBINNED = univariate.UNBINNED = before


def distance(x):
    """Largest distance of the estimates from those without bins, in standard errors."""
    binned, plain = fit.stable(x), unbinned(x)
    return max(abs(getattr(binned, k) - getattr(plain, k)) / plain.bse[k] for k in NAMES)


def show_a_million(n=1_000_000):
    print(f"\nn = {n:,}\n\n| alpha | beta | four, ms | off, errors | beta = 0, ms | ECF, ms |")
    print(f"|{'---|' * 6}")
    for law in MANY:
        four = milliseconds(with_errors, law, n, ROUNDS)
        off = distance(Stable(*law).rvs(n, rng=1))
        ecf = milliseconds(lambda x: with_errors(x, method="ecf"), law, n, ROUNDS)
        symmetric = " "
        if law[1] == 0:
            symmetric = f"{milliseconds(lambda x: with_errors(x, beta=0.0), law, n, ROUNDS):.1f}"
        print(
            f"| {law[0]} | {law[1]} | {four:.1f} | {off:.5f} | {symmetric} | {ecf:.1f} |",
            flush=True,
        )


def chunks_of(path):
    """Parts of a file of float64, each mapped by itself, so that memory is given back."""
    for first in range(0, FILE_SIZE, CHUNK):
        yield np.memmap(path, float, "r", 8 * first, (CHUNK,))


def write_file(path):
    rng = np.random.default_rng(1)
    with path.open("wb") as file:
        for _ in range(0, FILE_SIZE, CHUNK):
            Stable(1.5, 0.3).rvs(CHUNK, rng=rng).tofile(file)


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def report(path):
    """In the process that reads the file: seconds, and the largest memory before and after."""
    warm = fit.Accumulator().update(Stable(1.5).rvs(100_000, rng=1)).fit()
    base = peak_mb()
    start = process_time()
    total = sum(float(part.sum()) for part in chunks_of(path))
    reading = process_time() - start
    accumulator = fit.Accumulator()
    start = process_time()
    for part in chunks_of(path):
        accumulator.update(part)
    counting = process_time() - start
    start = process_time()
    result = accumulator.fit()
    last = process_time() - start
    told = {"base": base, "peak": peak_mb(), "reading": reading, "counting": counting, "fit": last}
    print(json.dumps(told | {"alpha": result.alpha, "total": total, "first": warm.alpha}))


def show_file(folder):
    """Nanoseconds a value beyond reading, and memory."""
    with TemporaryDirectory(dir=folder) as temporary:
        path = Path(temporary, "values.f64")
        write_file(path)
        command = [sys.executable, "-m", "benchmarks.estimation", "report", str(path)]
        told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    beyond = 1e9 * (told["counting"] - told["reading"]) / FILE_SIZE
    print(f"\n{FILE_SIZE:,} values in a file: {beyond:.1f} ns a value beyond reading and adding up")
    print(f"({1e9 * told['reading'] / FILE_SIZE:.1f} ns), {1e3 * told['fit']:.0f} ms for the fit,")
    print(f"{told['peak']:.0f} MB at most, {told['base']:.0f} MB with a small sample alone")


def main(folder):
    """All tables."""
    warnings.simplefilter("ignore")
    show_four_parameters("Four parameters with errors, inside the table of log f", INSIDE)
    show_four_parameters("Elsewhere", ELSEWHERE)
    show_a_million()
    show_file(folder)


if __name__ == "__main__":
    if sys.argv[1:2] == ["report"]:
        report(Path(sys.argv[2]))
    else:
        main(sys.argv[1] if len(sys.argv) > 1 else None)
