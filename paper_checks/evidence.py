"""What was seen of a claim, kept on disk with the hash of all that it depends on."""

import json
import os
from dataclasses import asdict, dataclass
from itertools import count
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from stablenoise.data import files
from stablenoise.results import Result

from .claim import Finding, Verdict
from .decisions import Look
from .summaries import Guarantee, Interval

SCHEMA = 3  # of evidence and results: 2 had no title, paper, looks, peak memory and device
NAMES_ON_DISK = {"delta": "error", "fingerprint": "key"}  # as first written: old files are read


class OutputError(OSError):
    """The folder of the ledger cannot be written to: the run ends."""


@dataclass(frozen=True, slots=True, repr=False)
class Evidence(Result):
    """One line of the ledger: what was seen, and enough to see it again.

    Parameters
    ----------
    name, id, statement, source, broken, unit, kind, against : str
        Those of the claim; the name is that of its module.
    verdict : Verdict
        That of the experiment.
    findings, control : tuple of Finding
        Those of the experiment and of the control, one for each quantity.
    budget, control_budget, cap : int
        Replicates of either that were judged, and the most that might have been.
    control_caught : bool
        Whether the control is contradicted, as it must be.
    delta : float
        Smallest probability of failing at which the verdict would stand: a p-value for it.
    seed : int
        Seed of the run.
    seconds : float
        Time that all rows took, those of earlier runs included.
    fingerprint : str
        Hash of all that the evidence depends on.
    title, paper : str, optional
        What a heading says of the claim, and the short name of the paper that it is of.
    looks : tuple of Look, optional
        What was seen of the experiment's judged quantities at each look.
    peak_memory : int, optional
        Largest memory of a process that computed rows, in bytes; 0 if nobody knows.
    device : str, optional
        What computed the rows, such as the name of a processor.

    """

    name: str
    id: str
    statement: str
    source: str
    broken: str
    unit: str
    kind: str
    against: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    budget: int
    cap: int
    control_caught: bool
    control: tuple[Finding, ...]
    control_budget: int
    delta: float
    seed: int
    seconds: float
    fingerprint: str
    title: str = ""
    paper: str = ""
    looks: tuple[Look, ...] = ()
    peak_memory: int = 0
    device: str = ""

    def _summary(self) -> str:
        control = "control caught" if self.control_caught else "control NOT CAUGHT"
        return f"{self.id}: {self.verdict}, {control}, {self.budget:,} of {self.cap:,} {self.unit}"


def write(path: Path, content: str | bytes) -> None:
    """Write a file of the ledger, or raise OutputError in one line."""
    try:
        files.write(path, content)
    except OSError as error:
        raise OutputError(f"{path} could not be written: {error.strerror}") from error


def kept(name: str, fingerprint: str, out: Path) -> Evidence | None:
    """Evidence of an earlier run.

    Parameters
    ----------
    name : str
        Name of the claim's module.
    fingerprint : str
        Hash of all that the evidence depends on, as ``evidence_fingerprint`` returns it.
    out : Path
        Folder of the ledger.

    Returns
    -------
    Evidence or None
        None if no run with this fingerprint was finished.

    """
    seen = evidence_at(evidence_path(name, out))
    return seen if seen and seen.fingerprint == fingerprint else None


def finished(out: Path) -> list[Evidence]:
    """All evidence in a folder, whatever its fingerprint.

    Parameters
    ----------
    out : Path
        Folder of the ledger; files that are no evidence are passed over.

    Returns
    -------
    list of Evidence
        Ordered by the names of their modules.

    """
    paths = sorted((out / "claims").glob("*.json"))
    return [seen for path in paths if (seen := evidence_at(path))]


def evidence_at(path: Path) -> Evidence | None:
    """Evidence in a file; None if it is none."""
    try:
        seen = from_record(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):  # none, damaged, or other
        return None
    return seen if seen.name == path.stem else None


def keep(evidence: Evidence, out: Path) -> None:
    """Write the evidence at once, so that an interrupted run goes on after it.

    Parameters
    ----------
    evidence : Evidence
    out : Path
        Folder of the ledger.

    Raises
    ------
    OutputError
        If it cannot be written.

    """
    path = evidence_path(evidence.name, out)
    if path.exists() and evidence_at(path) is None:
        set_aside(path, "other")
    write(path, json.dumps(to_record(evidence), indent=1))


def set_aside(path: Path, mark: str) -> Path:
    """Give a file that would be written over another name, which has the mark; return it."""
    again = (f"-{number}" if number > 1 else "" for number in count(1))
    kept = next(
        name
        for each in again
        if not (name := path.with_name(f"{path.stem}-{mark}{each}{path.suffix}.kept")).exists()
    )
    try:
        os.replace(path, kept)
    except OSError as error:
        raise OutputError(f"{kept} could not be written: {error.strerror}") from error
    return kept


def left_by_others(out: Path) -> list[str]:
    """Lines on what other versions have left in a folder; results of theirs are set aside."""
    lines = []
    if any((out / "rows").glob("*.npz")):
        lines.append(f"{out / 'rows'}: rows of version 0.1 stay as they are and are not used")
    strange = [path for path in (out / "claims").glob("*.json") if not evidence_at(path)]
    if strange:
        told = f"{len(strange)} files are" if len(strange) > 1 else f"{strange[0].name} is"
        lines.append(f"{out / 'claims'}: {told} no evidence of this version, and passed over")
    results = out / "results.json"
    if (schema := _schema_of(results)) not in (None, SCHEMA):
        kept = set_aside(results, f"schema-{schema}")
        lines.append(f"{results} is of schema {schema}, not {SCHEMA}: kept as {kept.name}")
    return lines


def _schema_of(path: Path) -> Any:
    """Schema of results; "unknown" if they are none, None if there is no file."""
    try:
        schema = json.loads(path.read_text(encoding="utf-8"))["schema"]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return "unknown"
    return schema if type(schema) is int else "unknown"


def evidence_path(name: str, out: Path) -> Path:
    """Where the evidence on a claim is kept."""
    return out / "claims" / f"{name}.json"


def to_record(evidence: Evidence) -> dict[str, Any]:
    """Evidence as JSON values, under the names of the first version.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    dict
        An end of an interval that is infinite is None.

    """
    record = {NAMES_ON_DISK.get(name, name): x for name, x in asdict(evidence).items()}
    for finding in (*record["findings"], *record["control"]):
        seen = finding["seen"]
        finding["seen"] = {end: _finite(x) for end, x in seen.items()}
        for ends in ("region", "caught"):
            finding[ends] = [_finite(x) for x in finding[ends]]
    for look in record["looks"]:
        look["seen"] = [[_finite(x) for x in seen.values()] for seen in look["seen"]]
    return record


def _finite(x: float) -> float | None:
    return x if isfinite(x) else None


def from_record(record: dict[str, Any]) -> Evidence:
    """Inverse of ``to_record``.

    Parameters
    ----------
    record : dict
        As ``to_record`` returns it, or ``json.load`` of what was written.

    Returns
    -------
    Evidence

    Raises
    ------
    KeyError, TypeError, ValueError
        If it is something else.

    """
    values: dict[str, Any] = {"verdict": Verdict(record["verdict"])}
    for role in ("findings", "control"):
        values[role] = tuple(_finding(finding) for finding in record[role])
    values["looks"] = tuple(_look(look) for look in record.get("looks", ()))
    names = {written: name for name, written in NAMES_ON_DISK.items()}
    return Evidence(**{names.get(name, name): x for name, x in (record | values).items()})


def _finding(record: dict[str, Any]) -> Finding:
    value, low, high = (record["seen"][end] for end in ("value", "low", "high"))
    verdict = record["verdict"]
    values: dict[str, Any] = {
        "seen": Interval(value, *_ends(low, high)),
        "verdict": verdict and Verdict(verdict),
        "guarantee": Guarantee(record["guarantee"]),
        "region": _ends(*record["region"]),
        "caught": _ends(*record["caught"]),
        "violating": record.get("violating") and tuple(record["violating"]),
    }
    return Finding(**record | values)


def _look(record: dict[str, Any]) -> Look:
    seen = tuple(Interval(value, *_ends(low, high)) for value, low, high in record["seen"])
    return Look(record["rows"], seen, tuple(map(Verdict, record["verdicts"])))


def _ends(low: float | None, high: float | None) -> tuple[float, float]:
    return -np.inf if low is None else low, np.inf if high is None else high
