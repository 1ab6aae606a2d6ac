"""The command: measure figures, write documents from what was measured.

    python -m benchmarks.figures run [--only NAME ...] [--anew] [--tiny] [--to FOLDER]
    python -m benchmarks.figures write [--check]
    python -m benchmarks.figures list

``run`` measures each figure in a process of its own and keeps it at once in FOLDER, in a file that
is named after the processor and ends in ".partial.json"; stopped and called again it goes on, if
neither code nor versions have changed.  When all are there the file takes its name.  ``--only``
measures some figures of a record anew, or for the first time, with the same versions of everything;
peers of others need not be installed, and one that is new is added to the versions.  ``--tiny``
runs each once at the sizes of a test.  ``write --check`` says whether a document differs from the
records.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import traceback
from datetime import datetime
from pathlib import Path

from stablenoise.data import files

from . import machines, pages, records, turns
from .areas import FIGURES

ROOT = Path(__file__).parents[2]
LIMIT, TINY_LIMIT = 240.0, 900.0  # seconds of one figure, or of all tiny ones, with compilation
OLD_DAYS = 120
DOCUMENTS = {ROOT / "benchmarks" / "RESULTS.md": pages.block, ROOT / "README.md": pages.table}
SETTINGS = {f"{library}_NUM_THREADS": "1" for library in ("NUMBA", "OPENBLAS", "OMP", "MKL")}
COMPILED = {"STABLENOISE_INTERPRET": "never", "STABLENOISE_QUIET": "1"}  # from the first call


def measure(names: list[str], out: str, tiny: bool) -> int:
    """What a process of its own does: a line of JSON for each figure, or why there is none."""
    with open(out, "a", encoding="utf-8") as file:
        for name in names:
            try:
                told = {"measured": turns.measured(FIGURES[name], tiny)}
            except Exception:
                told = {"error": traceback.format_exc()}
            print(json.dumps({"figure": name} | told), file=file, flush=True)
    return 0


def in_a_process(names: list[str], tiny: bool) -> dict[str, turns.Measured | str]:
    """What figures came to, by name, or the text of an error."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "measured.jsonl"
        out.touch()
        words = ["measure", *names, "--out", str(out), *(["--tiny"] if tiny else [])]
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.figures", *words]
        why, limit = "the process ended without a word", TINY_LIMIT if tiny else LIMIT
        try:
            subprocess.run(
                command,
                env=os.environ | SETTINGS | ({} if tiny else COMPILED),
                cwd=ROOT,
                timeout=limit,
                check=False,
                stdout=subprocess.DEVNULL,
            )
        except subprocess.TimeoutExpired:
            why = f"took more than {limit:.0f} s"
        rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    found = {
        row["figure"]: turns.Measured(*row["measured"]) if "measured" in row else row["error"]
        for row in rows
    }
    return {name: found.get(name, why) for name in names}


def run(only: list[str], anew: bool, tiny: bool, to: Path) -> int:
    """Measure figures; 1 if one of them failed."""
    fresh = records.begun(
        machines.machine(), machines.versions(tuple(FIGURES.values())), machines.commit()
    )
    path = to / f"{machines.key_of(fresh['machine_info'])}.json"
    partial = path.with_suffix(".partial.json")
    target = path if only else partial
    record = begun(path, partial, fresh, bool(only), anew)
    check_peers(only, record)
    names = only or [name for name in FIGURES if not records.has(record, name)]
    failed = False
    for batch in [names] if tiny else [[name] for name in names]:
        start = time.perf_counter()
        for name, measured in in_a_process(batch, tiny).items():
            failed |= isinstance(measured, str)
            if isinstance(measured, str):
                print(f"{name}: failed: {measured}", file=sys.stderr)
                continue
            commit = fresh["commit_info"]["id"]
            record = records.put(record, FIGURES[name], measured, FIGURES, commit)
            records.save(record, target)
            print(f"{told(name, record)} [{time.perf_counter() - start:.0f} s]", flush=True)
    if not failed and not only:
        target.replace(path)
    return int(failed)


def check_peers(only: list[str], record: dict) -> None:
    """Refuse to measure a figure of a record anew without the peer that it had."""
    had = record["machine_info"]["versions"]
    figures = (FIGURES[name] for name in only)
    lost = sorted({f.needs for f in figures if f.needs in had and not f.has_peer})
    if lost:
        raise SystemExit(f"--only must not lose a peer of the record: install {', '.join(lost)}")


def told(name: str, record: dict) -> str:
    """A line of what a figure came to."""
    ours, peer, times, _ = pages.cells(FIGURES[name], record)
    return f"{name}: {ours}; {FIGURES[name].peer}: {peer}; {times or 'no ratio'}"


def begun(path: Path, partial: Path, fresh: dict, keep: bool, anew: bool) -> dict:
    """The record to go on with: what was stopped, or what is there if only some are asked for."""
    if keep:
        if not path.exists():
            raise SystemExit(f"--only changes a record: {path.name} must be there, got none")
        record = records.read(path)
        joined = machines.joined(record["machine_info"], fresh["machine_info"])
        if joined is None:
            raise SystemExit("--only must run on the machine and versions of the record: run all")
        return record | {"machine_info": joined}
    if partial.exists() and not anew:
        record = records.read(partial)
        same = ("machine_info", "commit_info")
        if all(record[part] == fresh[part] for part in same):
            print(f"going on with {partial.name}")
            return record
        print(f"{partial.name} is of another version: begun anew")
    return fresh


def as_it_should_be(path: Path, found: list[dict]) -> str:
    """The text of a document with the figures of these records."""
    return pages.placed(path.read_text(encoding="utf-8"), DOCUMENTS[path](found), path.name)


def kept() -> list[Path]:
    """Files of records, by name."""
    return [p for p in sorted(records.FOLDER.glob("*.json")) if ".partial" not in p.name]


def write(check: bool) -> int:
    """Write the documents, or say which are stale; records that are old are told by the clock."""
    found = [records.read(path) for path in kept()]
    if not found:
        raise SystemExit(f"there must be a record in {records.FOLDER}, got none")
    stale = 0
    for path in DOCUMENTS:
        text = as_it_should_be(path, found)
        if text != path.read_text(encoding="utf-8"):
            stale = 1
            print(f"{path.name} {'is stale' if check else 'written'}")
            if not check:
                files.write(path, text)
    for path in kept():
        age = datetime.now().astimezone() - datetime.fromisoformat(records.read(path)["datetime"])
        if age.days > OLD_DAYS:
            print(f"{path.name} is {age.days} days old: measure again", file=sys.stderr)
    return stale if check else 0


def options(words: list[str] | None) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.figures",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    running = commands.add_parser("run", help="measure figures")
    running.add_argument("--only", nargs="+", default=[], choices=FIGURES, metavar="NAME")
    running.add_argument("--anew", action="store_true", help="do not go on with a stopped run")
    running.add_argument("--tiny", action="store_true", help="once each, at sizes of a test")
    running.add_argument("--to", type=Path, default=records.FOLDER, help="folder of the record")
    writing = commands.add_parser("write", help="RESULTS.md and README.md from the records")
    writing.add_argument("--check", action="store_true", help="write nothing, say what is stale")
    commands.add_parser("list", help="names of figures")
    child = commands.add_parser("measure")
    child.add_argument("names", nargs="+", choices=FIGURES)
    child.add_argument("--out", required=True)
    child.add_argument("--tiny", action="store_true")
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> int:
    asked = options(words)
    match asked.command:
        case "run":
            return run(asked.only, asked.anew, asked.tiny, asked.to)
        case "write":
            return write(asked.check)
        case "measure":
            return measure(asked.names, asked.out, asked.tiny)
    for name, figure in FIGURES.items():
        print(f"{name:16}{figure.area:14}{figure.what}, against {figure.peer}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
