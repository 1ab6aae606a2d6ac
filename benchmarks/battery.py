"""Draws and seconds until each bad sampler of the zoo is caught, and what other tests see.

python -m benchmarks.battery run [NAME ...]   # by the battery, one fault at a time; goes on
python -m benchmarks.battery peers            # by goftests, Kolmogorov-Smirnov, Anderson-Darling
python -m benchmarks.battery controls         # samplers that are right: none may be caught
python -m benchmarks.battery table            # both as text, from the rows that are there

Rows go to ``benchmarks/battery/``, one as soon as it is known; a fault that has one is left out.
The battery stops at the first look that finds a fault, at level 1e-6 for all looks together; its
seconds are those of the processor, after what is compiled for the law.  The others are given the
exact distribution function or density of our law and all draws at once, 1e5 or 1e6, at the same
level; of vectors Kolmogorov-Smirnov and Anderson-Darling see the first coordinate.  goftests is
used if it is installed.
"""

from __future__ import annotations

import csv
import os
import sys
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from time import process_time
from typing import Any

os.environ["NUMBA_NUM_THREADS"] = "1"
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np  # noqa: E402 - after the number of threads
from scipy.stats import kstest  # noqa: E402

from stablenoise import Stable, examine  # noqa: E402
from stablenoise.examine import zoo  # noqa: E402
from stablenoise.examine.zoo import Fault  # noqa: E402

FOLDER = Path(__file__).with_suffix("")
LEVEL, SEED, LONGEST = 1e-6, 1, 1200.0  # seconds of the clock: others use the processor too
SMOKE, MOST_TO_NAME = 1 << 17, 1 << 24
PIECE = 1 << 16
PEER_SIZES = 100_000, 1_000_000
PEERS = "goftests", "KS", "AD"
ANDERSON_DARLING_END = 12.51606
"""P(A^2 > 12.51606) = 1e-6 for a law that is known and n to infinity.

The mean of exp(s A^2) is the root of -2 pi s / cos(pi sqrt(1 + 8 s) / 2) (Anderson & Darling 1952);
its cuts [1, 3], [6, 10], .. give the tail as integrals, which were done to 25 digits.
"""
COLUMNS = "name", "kind", "coarse", "draws", "seconds", "told", "test", "diagnosis"
PEER_COLUMNS = "name", *(f"{peer} {n}" for n in PEER_SIZES for peer in PEERS)


def kind_of(fault: Fault) -> str:
    """The file of the zoo that has it."""
    kinds = {f.name: kind.__name__ for kind in zoo.KINDS for f in kind.members()}
    return kinds.get(fault.name, "controls").rpartition(".")[2]


def shape(law: Any, n: int) -> Any:
    """What n draws are asked by: an int, or (n, dim)."""
    return n if isinstance(law, Stable) else (n, law.rvs((0,), rng=0).shape[1])


def warmed(law: Any) -> None:
    """Compile what this law needs: a run with our own sampler."""
    examine.sampler(lambda size, rng: law.rvs(np.atleast_1d(size)[0], rng=rng), law, SMOKE, 0)


def caught(fault: Fault, budget: str | int = "standard") -> list[Any]:
    """Draws and seconds until the battery finds a fault, and whether it is named as it should be.

    Where the first look that finds it does not name it, one is asked that has four times the draws.
    """
    warmed(fault.law)
    start = process_time()
    report = examined(fault, budget)
    seconds = process_time() - start
    wrong = [finding for finding in report.findings if finding.grade == "fail"]
    draws = min((f.first for f in wrong if f.first), default=0) if wrong else ""
    test = wrong[0].test if wrong else f"none in {report.draws}"
    diagnosis, told = report.diagnosis or "", ""
    if fault.told and wrong:
        more = max(4 * report.draws, SMOKE)
        if fault.told not in diagnosis and more <= MOST_TO_NAME:
            diagnosis = examined(fault, more, at_fault=False).diagnosis or ""
        told = str(fault.told in diagnosis)
    first = [fault.name, kind_of(fault), fault.coarse, draws, round(seconds, 3), told]
    return [*first, test, diagnosis]


def examined(fault: Fault, budget: str | int, at_fault: bool = True) -> examine.SamplerReport:
    """The report of a new copy of the sampler, that remembers nothing."""
    members = (*zoo.faults(), *zoo.controls())
    fresh = next(member for member in members if member.name == fault.name)
    return examine.sampler(
        fresh.draw, fresh.law, budget, SEED, LEVEL, LONGEST, stop_at_fault=at_fault
    )


def drawn(fault: Fault, n: int) -> np.ndarray:
    """All draws of one generator, asked for by pieces."""
    rng = np.random.default_rng(SEED)
    sizes = [min(PIECE, n - start) for start in range(0, n, PIECE)]
    return np.concatenate([np.array(fault.draw(shape(fault.law, s), rng)) for s in sizes])


def line_of(law: Any) -> Any:
    """The law of a number, or of the first coordinate."""
    if isinstance(law, Stable):
        return law
    from stablenoise.examine.statistics.projections import projected

    return projected(law, np.eye(shape(law, 1)[1])[0])


def by_kolmogorov_smirnov(x: np.ndarray, law: Any) -> bool:
    """SciPy's test with our exact distribution function."""
    first = x if x.ndim == 1 else x[:, 0]
    return bool(kstest(first, line_of(law).cdf).pvalue < LEVEL)


def by_anderson_darling(x: np.ndarray, law: Any) -> bool:
    """A^2 from both of our exact tails."""
    first, line = np.sort(x if x.ndim == 1 else x[:, 0]), line_of(law)
    n = len(first)
    odd = 2 * np.arange(1, n + 1) - 1
    with np.errstate(divide="ignore"):
        logs = np.log(line.cdf(first)) + np.log(line.sf(first[::-1]))
    return bool(-n - np.sum(odd * logs) / n > ANDERSON_DARLING_END)


def by_goftests(x: np.ndarray, law: Any) -> bool | str:
    """The test of a sample and its density; "" where it is not installed or there is no density."""
    try:
        import goftests
    except ImportError:
        return ""
    if not hasattr(law, "pdf"):
        return ""
    test = goftests.density_goodness_of_fit
    if x.ndim == 2:
        test = goftests.vector_density_goodness_of_fit
    return bool(test(x, law.pdf(x)) < LEVEL)


TESTS: dict[str, Callable[[np.ndarray, Any], bool | str]] = {
    "goftests": by_goftests,
    "KS": by_kolmogorov_smirnov,
    "AD": by_anderson_darling,
}


def seen_by_peers(fault: Fault) -> list[Any]:
    """Whether each of the others refuses the law, or the name of the error that it raised."""
    row: list[Any] = [fault.name]
    for n in PEER_SIZES:
        x = drawn(fault, n)
        row += [_answer(TESTS[peer], x, fault.law) for peer in PEERS]
    return row


def _answer(test: Callable, x: np.ndarray, law: Any) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return test(x, law)
    except Exception as error:  # whatever a test of somebody else does with texts, NaN or columns
        return type(error).__name__


def rows(path: Path) -> list[dict[str, str]]:
    """What is known so far."""
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def append(path: Path, columns: Iterable[str], row: Iterable[Any]) -> None:
    """One row more, with a header if it is the first."""
    path.parent.mkdir(exist_ok=True)
    is_new = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if is_new:
            writer.writerow(columns)
        writer.writerow(row)


def each(
    faults: Iterable[Fault], name: str, columns: Iterable[str], row_of: Callable[[Fault], list[Any]]
) -> None:
    """A row for each fault that has none."""
    path = FOLDER / f"{name}.csv"
    done = {row["name"] for row in rows(path)}
    for fault in faults:
        if fault.name not in done:
            row = row_of(fault)
            append(path, columns, row)
            print(*row, sep=" | ", flush=True)


def table() -> str:
    """Both files side by side, and how many of each kind were caught."""
    peers = {row["name"]: row for row in rows(FOLDER / "peers.csv")}
    lines = [_line("fault", "draws", "seconds", "named", *PEER_COLUMNS[1:], "by")]
    places = {fault.name: place for place, fault in enumerate(zoo.faults())}
    known = [row for row in rows(FOLDER / "battery.csv") if row["name"] in places]
    own = sorted(known, key=lambda row: places[row["name"]])
    for row in own:
        other = peers.get(row["name"], {})
        marks = [_mark(other.get(column, "")) for column in PEER_COLUMNS[1:]]
        size = f"{int(row['draws']):,}" if row["draws"] else "-"
        told = _mark(row["told"])
        lines.append(
            _line(row["name"], size, f"{float(row['seconds']):.2f}", told, *marks, row["test"])
        )
    return "\n".join([*lines, "", *_counts(own, peers)])


def _line(name: str, draws: str, seconds: str, told: str, *marks: str) -> str:
    *others, test = marks
    told_by = "".join(f"{mark[:9]:>10}" for mark in others)
    return f"{name[:46]:46}{draws:>13}{seconds:>9}{told:>7}{told_by}  {test}".rstrip()


def _mark(answer: str) -> str:
    return {"True": "yes", "False": "-", "": ""}.get(answer, "error")


def _counts(own: list[dict[str, str]], peers: dict[str, dict[str, str]]) -> list[str]:
    """How many were caught by whom."""
    coarse = [row for row in own if row["coarse"] == "True"]
    at_smoke = sum(1 for row in coarse if row["draws"] and int(row["draws"]) <= SMOKE)
    told = [row["told"] == "True" for row in own if row["told"]]
    lines = [
        f"battery: {sum(bool(row['draws']) for row in own)} of {len(own)}",
        f"battery, coarse ones by {SMOKE:,} draws: {at_smoke} of {len(coarse)}",
        f"battery, named as they should be: {sum(told)} of {len(told)}",
    ]
    for column in PEER_COLUMNS[1:]:
        seen = [row[column] for row in peers.values() if row[column]]
        lines.append(
            f"{column} draws: {seen.count('True')} of {len(seen)}"
            f" ({len(seen) - seen.count('True') - seen.count('False')} raised)"
        )
    return lines


def main(task: str, *names: str) -> None:
    """Do one of the tasks."""
    chosen = [fault for fault in zoo.faults() if not names or fault.name in names]
    chosen.sort(key=lambda fault: not fault.coarse)  # the longest last
    if task == "run":
        each(chosen, "battery", COLUMNS, caught)
    elif task == "peers":
        each(chosen, "peers", PEER_COLUMNS, seen_by_peers)
    elif task == "controls":
        each(zoo.controls(), "controls", COLUMNS, lambda c: caught(c, 1 << 24))
    else:
        (FOLDER / "battery.txt").write_text(table() + "\n")
        print(table())


if __name__ == "__main__":
    main(*sys.argv[1:])
