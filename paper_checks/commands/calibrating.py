"""The command calibrate: claims under many seeds, and what their controls are worth."""

import argparse
import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from stablenoise import executors
from stablenoise.commands.outputs import path_named
from stablenoise.data import files

from .. import registry
from ..calibration import COLUMNS, LEVEL, Calibration, calibrate, together
from ..evidence import Evidence, write
from ..run import BUDGETS, NoWorkers, Settings
from ..stamps import code_stamp, versions
from . import switches
from .saying import BadUsage, say

SCHEMA = 1  # of calibration.json
SEEDS = 10


def add_to(subparsers: argparse._SubParsersAction) -> None:
    """Add the command to the parser of all."""
    parser = subparsers.add_parser("calibrate", help="check claims under many seeds")
    told = "names, ids or their beginnings up to a -; default: all"
    parser.add_argument("claims", metavar="CLAIM", nargs="*", help=told)
    told = f"how many seeds, one after the other (default: {SEEDS})"
    parser.add_argument(
        "--seeds", type=switches.integer(1, 10**6), default=SEEDS, metavar="K", help=told
    )
    told = f"most rows of a claim, {', '.join(BUDGETS)} or a number (default: smoke)"
    parser.add_argument("--budget", type=switches.budget, default="smoke", help=told)
    told = "the first seed, in [0, 2^64) (default: 1)"
    parser.add_argument("--seed", type=switches.integer(0, 2**64), default=1, help=told)
    told = "folder of a ledger, whose rows are used and added to (default: report)"
    parser.add_argument("--out", type=path_named, default=Path("report"), help=told)
    told = "what does the work (default: local, serial for 1 worker and claims of ours)"
    parser.add_argument("--executor", choices=executors.NAMES, help=told)
    told = "address of a Dask scheduler, such as tcp://10.0.0.1:8786"
    parser.add_argument("--scheduler", metavar="ADDRESS", help=told)
    told, count = "processes (default: as many as cores)", switches.integer(1, 2**16)
    parser.add_argument("--workers", type=count, default=switches.cores(), metavar="N", help=told)
    parser.set_defaults(act=run)


def run(options: argparse.Namespace, console: Console) -> int:
    """Calibrate what is meant; 1 if a claim is named, or one asked for by its name is not run."""
    names = switches.names_of(options.claims)
    switches.check_scheduler(options)
    if options.seed + options.seeds > 2**64:
        raise BadUsage(f"the last seed must be below 2^64, got {options.seed + options.seeds - 1}")
    try:
        files.check_writable(options.out)
    except OSError as error:
        raise BadUsage(f"--out: {error}") from None
    try:
        return _calibrated(options, console, names)
    except KeyboardInterrupt:
        say(console, f"interrupted: rows are kept in {options.out}; run this again")
        return 130
    except NoWorkers as error:
        print(f"paper-checks: {error}", file=sys.stderr)
        return 1


def _calibrated(options: argparse.Namespace, console: Console, names: list[str]) -> int:
    left_out = {name: why for name in names if (why := _missing(name))}
    for name, why in left_out.items():
        say(console, f"{registry.id_of(name)}: not run, {why}", "dim")
    settings = Settings(options.budget, options.seed, options.workers)
    last = options.seed + options.seeds - 1

    def after(seed: int, seen: dict[str, Evidence | str]) -> None:
        there = [each for each in seen.values() if isinstance(each, Evidence)]
        caught = sum(each.control_caught for each in there)
        say(console, f"seed {seed} of {last}: {caught} of {len(seen)} controls caught")

    calibrations = calibrate(
        [name for name in names if name not in left_out],
        settings,
        options.seeds,
        options.out,
        executor=options.executor,
        scheduler=options.scheduler,
        after=after,
    )
    not_run = {registry.id_of(name): why for name, why in left_out.items()}
    _write(options, calibrations, not_run)
    _show(console, calibrations, options.out)
    asked = {word.lower() for word in options.claims}
    refused = any(not asked.isdisjoint((n, registry.id_of(n).lower())) for n in left_out)
    return int(refused or any(each.faults for each in calibrations))


def _missing(name: str) -> str:
    """Why a claim cannot be run, in one line, or an empty string."""
    if name in registry.not_computable():
        return f"not computable, {registry.not_computable()[name].reason}"
    if name in registry.broken_claims():
        return ""  # it fails, in one line
    return registry.missing(name)


def _write(
    options: argparse.Namespace, calibrations: tuple[Calibration, ...], not_run: dict[str, str]
) -> None:
    record: dict[str, Any] = {
        "schema": SCHEMA,
        "budget": options.budget,
        "first_seed": options.seed,
        "seeds": options.seeds,
        "level_of_intervals": LEVEL,
        "code": code_stamp(),
        "versions": versions(),
        "together": together(calibrations),
        "claims": [{**each.to_dict(), "faults": each.faults} for each in calibrations],
        "not_run": not_run,
    }
    write(options.out / "calibration.json", json.dumps(record, indent=1, allow_nan=False) + "\n")
    lines = io.StringIO()
    table = csv.DictWriter(lines, COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(each.columns() for each in calibrations)
    write(options.out / "calibration.csv", lines.getvalue())


def _show(console: Console, calibrations: tuple[Calibration, ...], out: Path) -> None:
    table = Table("claim", "seeds", "caught", "contradicted", "decided", "rows", "of", box=None)
    for each in calibrations:
        line = each.columns()
        most = f"{line['rows_median']:g} to {line['rows_most']:,}"
        alarms = f"{line['contradicted']} [{line['contradicted_low']:.2g}, "
        alarms += f"{line['contradicted_high']:.2g}]"
        cells = (line["control_caught"], alarms, line["decided"], most, f"{line['cap']:,}")
        style = "red" if each.faults else ""
        table.add_row(each.id, *(Text(str(cell)) for cell in (line["seeds"], *cells)), style=style)
    console.print(table)
    _say_together(console, calibrations)
    for each in calibrations:
        for fault in each.faults:
            say(console, f"{each.id}: {fault}", "red")
    say(console, f"calibration: {out / 'calibration.json'}, {out / 'calibration.csv'}")


def _say_together(console: Console, calibrations: tuple[Calibration, ...]) -> None:
    whole = together(calibrations)
    low, high = whole["contradicted_interval"]
    say(
        console,
        f"{whole['controls_caught']} of {whole['runs']} controls caught; {whole['contradicted']} "
        f"contradicted, share in [{low:.2g}, {high:.2g}] at 95%, level {whole['delta']:g} each",
    )
