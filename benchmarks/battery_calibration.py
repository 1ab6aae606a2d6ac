"""How often right samplers fail, and whether each test's p-values are uniform.

python -m benchmarks.battery_calibration run FOLDER [LEVEL]   # goes on where it was ended
python -m benchmarks.battery_calibration table FOLDER         # what is there so far

Our own sampler at the smoke budget: 20 laws and 200 seeds at level 1e-2, then 100 other seeds at
1e-6, a line each.  Runs of all laws come seed by seed, so that a run that was ended is of all of
them; two processes may do a level each.  The table gives, for each law, the failures, and for each
test the distribution of its p-values at its first look and at its last: the share below 0.01, and
the distance by which their distribution function exceeds that of uniform ones (they are too small)
or stays below it (they are too large, as those of few counts and of bounds may be), with p-values
of Kolmogorov and Smirnov.
"""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from time import process_time
from typing import Any

os.environ["NUMBA_NUM_THREADS"] = "1"
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np  # noqa: E402 - after the number of threads
from scipy.stats import binom, ksone, kstwo  # noqa: E402

from stablenoise import Stable, examine  # noqa: E402
from stablenoise.multivariate import (  # noqa: E402
    DiscreteSpectral,
    Elliptical,
    Independent,
    Isotropic,
)

TABLE = Path(__file__).parent / "battery" / "calibration.txt"
LAWS: tuple[Any, ...] = (
    Stable(2.0),
    Stable(1.99, 0.5),
    Stable(1.9, 0.3),
    Stable(1.75),
    Stable(1.5),
    Stable(1.5, 0.5),
    Stable(1.5, -1.0),
    Stable(1.2, 0.9, 3.0, -2.0),
    Stable(1.05, 0.5),
    Stable(1.0),
    Stable(1.0, 0.5),
    Stable(1.0, 1.0, 0.01, 100.0),
    Stable(0.95, -0.4),
    Stable(0.75),
    Stable(0.5, 1.0),
    Stable(0.3, 0.2),
    Isotropic(1.5, 2),
    Elliptical(1.3, [[2.0, 0.9], [0.9, 0.5]]),
    Independent(1.7, 3),
    DiscreteSpectral(1.2, [[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]], [1.0, 0.5, 0.25]),
)
WIDE, NARROW = 1e-2, 1e-6  # levels
SEEDS = {WIDE: range(200), NARROW: range(1000, 1100)}
NOTED = 1e-4  # p-values of a test below which it is marked


def asked(levels: Iterable[float]) -> Iterator[tuple[float, int, int]]:
    """Level, seed and the number of the law, of all runs."""
    for level in levels:
        for seed in SEEDS[level]:
            for place in range(len(LAWS)):
                yield level, seed, place


def one(level: float, seed: int, place: int) -> dict[str, Any]:
    """The grade of a run, and p-values of each test at its first and its last look."""
    law, start = LAWS[place], process_time()
    dim = None if isinstance(law, Stable) else law.rvs((0,), rng=0).shape[1]

    def draw(size: Any, rng: np.random.Generator) -> np.ndarray:
        return law.rvs(size if dim is None else size[0], rng=rng)

    report = examine.sampler(draw, law, "smoke", seed, level)
    p_values = {}
    for column, test in enumerate(report.tests):
        told = report.p_values[:, column]
        told = told[~np.isnan(told)]
        if told.size:
            p_values[test] = [float(told[0]), float(told[-1])]
    worst = float(np.nanmin(report.p_values / report.levels))
    seconds = round(process_time() - start, 3)
    run = {"level": level, "seed": seed, "law": place, "grade": report.grade, "worst": worst}
    return run | {"seconds": seconds, "p_values": p_values}


def runs(folder: Path) -> list[dict[str, Any]]:
    """What was run; a last line that was cut short is left out."""
    return [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in lines(path)]


def lines(path: Path) -> list[str]:
    """Whole lines of a file, if there is one."""
    return path.read_text().split("\n")[:-1] if path.exists() else []


def run(folder: Path, levels: Sequence[float]) -> None:
    """Run what is missing of some levels, into a file of their own."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / ("-".join(f"{level:g}" for level in levels) + ".jsonl")
    known = lines(path)
    path.write_text("".join(f"{line}\n" for line in known))
    done = {(r["level"], r["seed"], r["law"]) for r in map(json.loads, known)}
    left = [task for task in asked(levels) if task not in done]
    with path.open("a") as file:
        for count, task in enumerate(left, 1):
            file.write(json.dumps(one(*task)) + "\n")
            file.flush()
            if count % 100 == 0:
                print(f"{count:,} of {len(left):,}", flush=True)


def of_laws(known: list[dict[str, Any]]) -> Iterator[str]:
    """Failures by law and in all, and how many are allowed."""
    for level in SEEDS:
        of_level = [r for r in known if r["level"] == level]
        yield f"level {level:g}"
        for place, law in enumerate(LAWS):
            own = [r for r in of_level if r["law"] == place]
            if own:
                failed = sum(r["grade"] == "fail" for r in own)
                yield _counted(str(law), failed, len(own), level)
        failed = sum(r["grade"] == "fail" for r in of_level)
        if of_level:
            yield _counted("all", failed, len(of_level), level)
            seconds = np.mean([r["seconds"] for r in of_level])
            yield f"{'seconds of the processor for a run':60}{seconds:8.3f}"
        yield ""


def _counted(name: str, failed: int, n: int, level: float) -> str:
    """Failures, and the most that a right battery has in 999 of 1,000 such rows."""
    most = int(binom.ppf(0.999, n, level))
    mark = "" if failed <= most else "  too many"
    return f"{name[:60]:60}{failed:6} of {n:6,}; at most {most}{mark}"


def of_tests(known: list[dict[str, Any]], look: int) -> Iterator[str]:
    """Distribution of the p-values of each test, of all laws together."""
    told: dict[str, list[float]] = defaultdict(list)
    for r in known:
        for test, p_values in r["p_values"].items():
            told[test].append(p_values[look])
    yield f"{'test':60}{'runs':>7}{'< 0.01':>9}{'too small':>11}{'p':>9}{'distance':>10}{'p':>9}"
    for test in sorted(told):
        yield _of_test(test, np.sort(told[test]))


def _of_test(test: str, p: np.ndarray) -> str:
    n = len(p)
    ranks = np.arange(1, n + 1) / n
    small = max(0.0, float(np.max(ranks - p)))
    distance = max(small, float(np.max(p - ranks + 1 / n)))
    p_small, p_both = float(ksone.sf(small, n)), float(kstwo.sf(distance, n))
    mark = "  too small" if p_small < NOTED else "  not uniform" if p_both < NOTED else ""
    shares = (
        f"{n:7,}{np.mean(p < 0.01):9.4f}{small:11.4f}{p_small:9.2g}{distance:10.4f}{p_both:9.2g}"
    )
    return f"{test[:60]:60}{shares}{mark}"


def table(folder: Path) -> str:
    """All of it."""
    known = runs(folder)
    lines = [*of_laws(known), "p-values at the first look", *of_tests(known, 0)]
    return "\n".join([*lines, "", "p-values at the last look", *of_tests(known, 1), ""])


def main(task: str, folder: str, *levels: str) -> None:
    """Do one of the tasks."""
    if task == "run":
        run(Path(folder), list(map(float, levels)) or list(SEEDS))
    else:
        text = table(Path(folder))
        TABLE.write_text(text)
        print(text, end="")


if __name__ == "__main__":
    main(*sys.argv[1:])
