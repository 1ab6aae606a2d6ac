"""What was measured on one processor, as a file of JSON in the layout of pytest-benchmark.

``benchmarks`` has an entry for ours and one for the peer's of each figure that is timed, with the
processor's seconds of each turn; ``numbers`` has the others.  A file is checked when it is read:
one that does not say where, when and with what it was measured is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean, median, quantiles, stdev

from stablenoise.data.files import write

from .kinds import Figure
from .turns import Measured

__all__ = ["FOLDER", "OURS", "PEER", "begun", "entries", "has", "numbers", "read", "save", "turns"]

FOLDER = Path(__file__).parent / "RECORDS"
LAYOUT = "5.3.1"  # of pytest-benchmark
OURS, PEER = "ours", "peer"
ASKED = {
    "machine_info": ("processor", "cores", "system", "versions"),
    "commit_info": ("id",),
}
LIBRARIES = "Python", "NumPy", "SciPy", "Numba", "stablenoise"
DIGITS = 5


def begun(machine: dict, versions: dict[str, str], commit: str) -> dict:
    """A record without figures."""
    return {
        "machine_info": machine | {"versions": versions},
        "commit_info": {"id": commit},
        "datetime": now(),
        "version": LAYOUT,
        "benchmarks": [],
        "numbers": [],
    }


def now() -> str:
    """Date and time to the second, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def entries(figure: Figure, measured: Measured, commit: str) -> dict[str, list[dict]]:
    """What a record has of a figure: entries of ``benchmarks`` and of ``numbers``."""
    told = {"figure": figure.name, "datetime": now(), "load": round(measured.load, 2)}
    told["commit"] = commit
    if figure.is_number:
        values = [None if x is None else rounded(x) for x in measured.numbers]
        return {"benchmarks": [], "numbers": [told | {"group": figure.area, "values": values}]}
    both = zip((OURS, PEER), measured.processor, measured.wall, strict=False)
    return {"benchmarks": [entry(figure, told, *each) for each in both], "numbers": []}


def entry(figure: Figure, told: dict, side: str, processor: list[float], wall: list[float]) -> dict:
    """One side of a figure, as pytest-benchmark has a test."""
    seconds = [rounded(x) for x in processor]
    return {
        "group": figure.area,
        "name": f"{figure.name} [{side}]",
        "fullname": f"benchmarks/figures/areas/{figure.area}.py::{figure.name}[{side}]",
        "params": None,
        "param": None,
        "extra_info": told | {"side": side, "wall": [rounded(x) for x in wall]},
        "options": {},
        "stats": statistics(seconds),
    }


def rounded(x: float) -> float:
    return float(f"{x:.{DIGITS}g}")


def statistics(seconds: list[float]) -> dict:
    """Those that pytest-benchmark keeps, of processor seconds a unit."""
    low, _, high = quartiles(seconds)
    reach = 1.5 * (high - low)
    within = [x for x in seconds if low - reach <= x <= high + reach]
    mean, spread = fmean(seconds), stdev(seconds) if len(seconds) > 1 else 0.0
    far = sum(abs(x - mean) > spread for x in seconds)
    found = {"min": min(seconds), "max": max(seconds), "mean": mean, "stddev": spread}
    found |= {"median": median(seconds), "iqr": high - low, "q1": low, "q3": high}
    found |= {"ld15iqr": min(within), "hd15iqr": max(within), "total": sum(seconds)}
    found |= {"ops": 1 / mean if mean else 0.0}
    outliers = {"stddev_outliers": far, "iqr_outliers": len(seconds) - len(within)}
    outliers["outliers"] = f"{far};{len(seconds) - len(within)}"
    counts = {"rounds": len(seconds), "iterations": 1}
    return {k: rounded(x) for k, x in found.items()} | outliers | counts | {"data": seconds}


def quartiles(values: list[float]) -> list[float]:
    """Lower quartile, median and upper quartile, between the values that there are."""
    return quantiles(values, n=4, method="inclusive") if len(values) > 1 else 3 * values


def without(record: dict, name: str) -> dict:
    """The record without a figure."""
    timed = [e for e in record["benchmarks"] if e["extra_info"]["figure"] != name]
    return record | {
        "benchmarks": timed,
        "numbers": [e for e in record["numbers"] if e["figure"] != name],
    }


def put(
    record: dict, figure: Figure, measured: Measured, order: Iterable[str], commit: str
) -> dict:
    """The record with a figure, measured anew or for the first time, in the order of all."""
    record, places = without(record, figure.name), list(order)
    found = entries(figure, measured, commit)
    timed = sorted(
        record["benchmarks"] + found["benchmarks"],
        key=lambda e: places.index(e["extra_info"]["figure"]),
    )
    counted = sorted(record["numbers"] + found["numbers"], key=lambda e: places.index(e["figure"]))
    return record | {"datetime": now(), "benchmarks": timed, "numbers": counted}


def turns(record: dict, name: str) -> dict[str, tuple[list[float], list[float]]]:
    """Processor and wall seconds of the turns of a figure, by side."""
    return {
        e["extra_info"]["side"]: (e["stats"]["data"], e["extra_info"]["wall"])
        for e in record["benchmarks"]
        if e["extra_info"]["figure"] == name
    }


def numbers(record: dict, name: str) -> list[float | None]:
    """Ours and the peer's of a figure that is no time; none if it is not there."""
    return next((e["values"] for e in record["numbers"] if e["figure"] == name), [])


def has(record: dict, name: str) -> bool:
    """Whether a figure is in a record."""
    return bool(turns(record, name) or numbers(record, name))


def save(record: dict, path: Path) -> None:
    """Write a record, whole or not at all, an entry a line."""
    check(record, str(path))
    head = {k: v for k, v in record.items() if k not in ("benchmarks", "numbers")}
    lines = [f'"{k}": {json.dumps(v)}' for k, v in head.items()]
    for part in "benchmarks", "numbers":
        each = ",\n".join(json.dumps(entry, allow_nan=False) for entry in record[part])
        lines.append(f'"{part}": [\n{each}\n]')
    write(path, "{\n" + ",\n".join(lines) + "\n}\n")


def read(path: Path) -> dict:
    """A record from its file, checked."""
    record = json.loads(path.read_text(encoding="utf-8"))
    check(record, path.name)
    return record


def check(record: dict, name: str) -> None:
    """Refuse a record that does not say where, when and with what, or has numbers by hand.

    Turns must be pairs, and the statistics of a side those of its turns.
    """
    for part, keys in ASKED.items():
        for key in keys:
            if not record.get(part, {}).get(key):
                raise ValueError(f"a record must have {part}.{key}, got none in {name}")
    try:
        datetime.fromisoformat(record.get("datetime", ""))
    except (TypeError, ValueError):
        told = f"got {record.get('datetime')!r} in {name}"
        raise ValueError(f"a record must have a date and time, {told}") from None
    for library in LIBRARIES:
        if not record["machine_info"]["versions"].get(library):
            raise ValueError(f"a record must have the version of {library}, got none in {name}")
    for figure in {e["extra_info"]["figure"] for e in record["benchmarks"]}:
        sides = turns(record, figure).values()
        if len({len(times) for side in sides for times in side}) != 1 or not all(map(all, sides)):
            raise ValueError(f"turns of {figure} must be pairs of times, got others in {name}")
    for each in record["benchmarks"]:
        if each["stats"] != statistics(each["stats"]["data"]):
            rule = f"statistics of {each['name']} must be those of its turns"
            raise ValueError(f"{rule}, got others in {name}")
