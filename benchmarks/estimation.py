"""Seconds of stable fits, beside levy-stable's where it is installed.

STABLENOISE_INTERPRET=never python benchmarks/estimation.py [fits] [stream [FOLDER]]

Processor time on one thread, medians of several fits, each of another sample.  ``stream`` writes
1e8 values to a file in FOLDER, reads it once, counts and fits it in a process of its own, and
removes it; nanoseconds are those beyond reading.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ["NUMBA_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402 - after the number of threads

from stablenoise import Stable, fit  # noqa: E402
from stablenoise.fit import samples, univariate  # noqa: E402
from stablenoise.fit.parameters import NAMES  # noqa: E402

LAWS = (  # alpha, beta and whether the table had them before
    *((1.5, 0.5), (1.75, 0.0), (1.1, -0.8), (1.9, 0.5)),
    *((0.3, 0.0), (0.3, 0.5), (0.5, 0.5), (0.7, 0.9), (0.9, 0.5), (0.98, 0.0)),
    *((1.0, 0.95), (1.5, 1.0), (1.98, 0.5), (2.0, 0.0)),
)
STREAMED, CHUNK = 10**8, 1 << 20


def seconds(work, repeats: int = 9) -> float:
    """Median processor time of a function of the number of the repeat."""
    work(0)
    taken = []
    for repeat in range(1, repeats + 1):
        start = time.process_time()
        work(repeat)
        taken.append(time.process_time() - start)
    return float(np.median(taken))


def fits() -> None:
    print("four parameters with standard errors, n = 1e4      ms")
    for alpha, beta in LAWS:
        drawn = [Stable(alpha, beta).rvs(10_000, rng=seed) for seed in range(10)]
        ours = seconds(lambda i, drawn=drawn: fit.stable(drawn[i]).bse)
        print(f"alpha = {alpha:4}, beta = {beta:4} {1e3 * ours:28.2f}", flush=True)
    peer()
    large()


def peer() -> None:
    """The time of levy-stable at n = 1e4, over ours."""
    try:
        import levy
    except ImportError:
        print("levy-stable is not installed")
        return
    for alpha, beta in LAWS[:2]:
        drawn = [Stable(alpha, beta).rvs(10_000, rng=seed) for seed in range(4)]
        theirs = seconds(lambda i, drawn=drawn: levy.fit(drawn[i]), 3)
        ours = seconds(lambda i, drawn=drawn: fit.stable(drawn[i]).bse, 3)
        print(f"levy-stable {levy.__version__ if hasattr(levy, '__version__') else ''} ", end="")
        print(f"at {alpha}, {beta}: {theirs:.2f} s, {theirs / ours:,.0f} times ours", flush=True)


def large() -> None:
    """A million values: by histogram, of one parameter less, by the characteristic function."""
    drawn = [Stable(1.5, 0.5).rvs(10**6, rng=seed) for seed in range(6)]
    symmetric = [Stable(1.75).rvs(10**6, rng=seed) for seed in range(6)]
    rows = {
        "four parameters": lambda i: fit.stable(drawn[i]).bse,
        "symmetric": lambda i: fit.stable(symmetric[i], beta=0.0).bse,
        "characteristic function": lambda i: fit.stable(drawn[i], "ecf").bse,
    }
    print("n = 1e6                                            ms")
    for name, work in rows.items():
        print(f"{name:28}{1e3 * seconds(work, 5):25.1f}", flush=True)
    print("largest difference to the fit of the values themselves, in standard errors")
    for alpha, beta in ((1.5, 0.5), (1.2, 0.0), (1.9, 0.9), (0.7, 0.5), (1.98, 0.0)):
        x = Stable(alpha, beta).rvs(10**6, rng=1)
        binned = fit.stable(x)
        before = samples.UNBINNED
        samples.UNBINNED = univariate.UNBINNED = 10**7
        plain = fit.stable(x)
        samples.UNBINNED = univariate.UNBINNED = before
        off = max(
            abs(getattr(binned, n) - getattr(plain, n)) / plain.bse[n]
            for n in NAMES
            if plain.bse[n] > 0
        )
        print(f"alpha = {alpha:4}, beta = {beta:4} {off:28.5f}", flush=True)


def stream(folder: str | None = None) -> None:
    """1e8 values from a file, in a process whose memory is told."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        path = Path(place) / "values.npy"
        whole = np.lib.format.open_memmap(path, mode="w+", dtype=float, shape=(STREAMED,))
        for start in range(0, STREAMED, CHUNK):
            part = whole[start : start + CHUNK]
            part[:] = Stable(1.5, 0.5, 2.0, 3.0).rvs(part.size, rng=start)
        whole.flush()
        del whole, part
        command = [sys.executable, __file__, "count", str(path)]
        print(subprocess.run(command, check=True, capture_output=True, text=True).stdout, end="")


def count(path: str) -> None:
    """What ``stream`` runs: reading alone, then counting, then the fit."""
    start = time.process_time()
    for part in chunks_of(path):
        part.sum()
    reading = time.process_time() - start
    start = time.process_time()
    counted = fit.Accumulator()
    for part in chunks_of(path):
        counted.update(part)
    counting = time.process_time() - start
    start = time.process_time()
    result = counted.fit()
    fitting = time.process_time() - start
    # Of this program: what getrusage has is of the process that started it too
    status = Path("/proc/self/status").read_text()
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
    print(f"1e8 values of a file: reading {1e9 * reading / STREAMED:.2f} ns a value, ", end="")
    print(f"counting {1e9 * (counting - reading) / STREAMED:.2f} ns more, ", end="")
    print(f"fit {fitting:.2f} s, at most {peak:.0f} MB")
    print(result)


def chunks_of(path: str):
    """Parts of a file of float64 values, read one after the other."""
    with open(path, "rb") as file:
        version = np.lib.format.read_magic(file)
        assert version == (1, 0)
        np.lib.format.read_array_header_1_0(file)
        while (part := np.fromfile(file, dtype=float, count=CHUNK)).size:
            yield part


if __name__ == "__main__":
    if sys.argv[1:2] == ["count"]:
        count(sys.argv[2])
    elif sys.argv[1:2] == ["stream"]:
        stream(*sys.argv[2:])
    else:
        fits()
