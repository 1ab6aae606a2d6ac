"""What was seen of a claim, and its rows, kept on disk with the hash of all they depend on."""

import hashlib
import json
import platform
import time
from dataclasses import asdict, dataclass
from functools import cache
from importlib import metadata
from io import BytesIO
from math import isfinite
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from stablenoise.data import files
from stablenoise.results import Result

from .claim import Claim, Finding, Verdict
from .summaries import Guarantee, Interval

SCHEMA = 2
LIBRARIES = (  # all that is imported, but for what draws, prints, loads and starts processes
    "constriction",
    "llvmlite",
    "numba",
    "numpy",
    "scikit-learn",
    "scipy",
    "statsmodels",
)
PACKAGES = ("stablenoise", "chaos", "compress", "paper_checks")
SECONDS_BETWEEN_SAVES = 5.0
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
        Time that all rows took.
    fingerprint : str
        Hash of all that the evidence depends on.

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

    def _summary(self) -> str:
        control = "control caught" if self.control_caught else "control NOT CAUGHT"
        return f"{self.id}: {self.verdict}, {control}, {self.budget:,} of {self.cap:,} {self.unit}"


class Rows:
    """Rows of the experiment and of the control of one claim, whatever the budget.

    Parameters
    ----------
    name, fingerprint : str
        Name of the claim, and fingerprint of its rows, as ``rows_fingerprint`` returns it.
    out : Path or None
        Folder of the ledger; without it nothing is kept.

    """

    def __init__(self, name: str, fingerprint: str, out: Path | None) -> None:
        self._path, self._fingerprint = out and rows_path(name, out), fingerprint
        self._rows, self._seconds = _rows_at(self._path, fingerprint) if self._path else ({}, 0.0)
        self._saved = self._resumed = time.monotonic()
        self._changed = False

    def __getitem__(self, role: str) -> np.ndarray:
        return self._rows.get(role, np.empty((0, 0)))

    @property
    def seconds(self) -> float:
        """Time that all rows have taken, those of earlier runs included."""
        return self._seconds + time.monotonic() - self._resumed

    def add(self, role: str, part: np.ndarray) -> None:
        """Append rows; bring them to the disk now and then."""
        self._rows[role] = np.concatenate([self._rows[role], part]) if role in self._rows else part
        self._changed = True
        if time.monotonic() - self._saved > SECONDS_BETWEEN_SAVES:
            self.save()

    def save(self) -> None:
        """Bring all rows to the disk."""
        if self._path and self._changed:
            content = BytesIO()
            record: dict[str, Any] = {"key": self._fingerprint, "seconds": self.seconds}
            np.savez(content, **record | self._rows)
            write(self._path, content.getvalue())
        self._changed, self._saved = False, time.monotonic()


def _rows_at(path: Path, fingerprint: str) -> tuple[dict[str, np.ndarray], float]:
    try:
        with open(path, "rb") as file, np.lib.npyio.NpzFile(file, allow_pickle=False) as kept:
            record = dict(kept)
    except (OSError, ValueError, EOFError, RuntimeError, BadZipFile):  # none, or damaged
        return {}, 0.0
    if str(record.pop("key", "")) != fingerprint:
        return {}, 0.0
    return record, float(record.pop("seconds"))


def write(path: Path, content: str | bytes) -> None:
    """Write a file of the ledger, or raise OutputError in one line."""
    try:
        files.write(path, content)
    except OSError as error:
        raise OutputError(f"{path} could not be written: {error.strerror}") from error


@cache
def code_stamp(root: Path = Path(__file__).parents[1]) -> str:
    """Hash of the source of the four packages that lie in ``root``."""
    digest = hashlib.sha256()
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


@cache
def versions() -> dict[str, str]:
    """Versions that the numbers may depend on."""
    return {name: _version(name) for name in LIBRARIES} | {"python": platform.python_version()}


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:  # an optional one
        return "none"


def data_stamp(claim: Claim) -> dict[str, str]:
    """sha256 of the files that a claim reads; those of ``stablenoise.data`` are in its code."""
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in claim.data()}


def rows_fingerprint(name: str, claim: Claim, seed: int) -> str:
    """Hash of all that a row of this replicate depends on."""
    # Not the budget: a larger one goes on from the rows that are there.
    return _hash([SCHEMA, name, seed, versions(), code_stamp(), data_stamp(claim)])


def evidence_fingerprint(name: str, claim: Claim, seed: int, cap: int) -> str:
    """Hash of all that the evidence on a claim depends on."""
    return _hash([rows_fingerprint(name, claim, seed), cap])


def _hash(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


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
    seen = _evidence_at(evidence_path(name, out))
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
    return [seen for path in paths if (seen := _evidence_at(path))]


def _evidence_at(path: Path) -> Evidence | None:
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
    write(evidence_path(evidence.name, out), json.dumps(to_record(evidence), indent=1))


def evidence_path(name: str, out: Path) -> Path:
    """Where the evidence on a claim is kept."""
    return out / "claims" / f"{name}.json"


def rows_path(name: str, out: Path) -> Path:
    """Where the rows of a claim are kept."""
    return out / "rows" / f"{name}.npz"


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


def _ends(low: float | None, high: float | None) -> tuple[float, float]:
    return -np.inf if low is None else low, np.inf if high is None else high
