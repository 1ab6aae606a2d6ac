"""Run claims: budgets that double, tasks in parallel, finished claims kept on disk."""

import hashlib
import json
import platform
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from importlib import import_module, metadata
from math import isfinite, isqrt
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import joblib
import numpy as np
from threadpoolctl import threadpool_limits

from stablenoise import files

from . import claims as folder
from .claim import Claim, Finding, Interval, Verdict, judge, overall
from .summaries import Guarantee

SCHEMA = 1
ERROR = 1e-4  # of one claim, over all looks and quantities
LEAST = 20  # replicates with which the sign test can decide at ERROR over looks and quantities
LOOKS = 4  # at an eighth, a quarter, a half and all of the largest budget
LIBRARIES = ("numpy", "scipy", "numba", "statsmodels", "scikit-learn")
BUDGETS: dict[str, Callable[[Claim], int]] = {
    "smoke": lambda claim: claim.smoke,
    "standard": lambda claim: isqrt(claim.smoke * claim.full),
    "full": lambda claim: claim.full,
}
PACKAGES = ("stablenoise", "chaos", "compress", "paper_checks")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is asked for; ``budget`` is one of ``BUDGETS`` or a number of replicates."""

    budget: str | int = "full"
    seed: int = 1
    jobs: int = 1

    def cap(self, claim: Claim) -> int:
        """Largest number of replicates for ``claim``."""
        if isinstance(self.budget, int):
            return self.budget
        return BUDGETS[self.budget](claim)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line of the ledger: what was seen, and enough to see it again."""

    name: str
    id: str
    statement: str
    source: str
    broken: str
    unit: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    budget: int
    cap: int
    control_caught: bool
    control: tuple[Finding, ...]
    seed: int
    seconds: float
    key: str


Progress = Callable[[int, int], None]  # (replicates done, replicates at most)


@cache
def all_claims() -> dict[str, Claim]:
    """Every claim by the name of its module, in the order of the ids."""
    names = [module.name for module in iter_modules(folder.__path__)]
    found = {name: import_module(f"{folder.__name__}.{name}").CLAIM for name in names}
    return dict(sorted(found.items(), key=lambda item: _order(item[1].id)))


def _order(id: str) -> tuple:
    paper, number, *rest = id.split("-")
    return paper, int(number), rest


def chosen(names: list[str]) -> list[str]:
    """Names of the modules meant by ids or names; an id stands for all that begin with it and -.

    Raises
    ------
    ValueError
        If one means none.

    """
    found = []
    for asked in names or list(all_claims()):
        meant = [name for name, claim in all_claims().items() if _is_meant(asked, name, claim.id)]
        if not meant:
            raise ValueError(f"claim must be one that `paper-checks list` names, got {asked!r}")
        found += [name for name in meant if name not in found]
    return found


def _is_meant(asked: str, name: str, id: str) -> bool:
    return asked == name or f"{id}-".lower().startswith(f"{asked}-".lower())


def check(name: str, settings: Settings, progress: Progress) -> Evidence:
    """Run the experiment of a claim and its control."""
    claim, cap = all_claims()[name], settings.cap(all_claims()[name])
    started = time.perf_counter()
    budget, findings = _decide(name, "experiment", settings, lambda n: progress(n, 2 * cap))
    used, control = _decide(name, "control", settings, lambda n: progress(budget + n, budget + cap))
    progress(budget + used, budget + used)
    return Evidence(
        name=name,
        id=claim.id,
        statement=claim.statement,
        source=claim.source,
        broken=claim.broken,
        unit=claim.unit,
        verdict=overall(findings),
        findings=findings,
        budget=budget,
        cap=cap,
        control_caught=overall(control) is Verdict.CONTRADICTED,
        control=control,
        seed=settings.seed,
        seconds=round(time.perf_counter() - started, 2),
        key=evidence_key(name, settings),
    )


def _decide(
    name: str, role: str, settings: Settings, progress: Callable[[int], None]
) -> tuple[int, tuple[Finding, ...]]:
    """Double the budget until every finding is decided: a control, until one is contradicted."""
    claim, cap = all_claims()[name], settings.cap(all_claims()[name])
    budgets = sorted({max(cap // 2**k, 2) for k in range(LOOKS)})
    rows = np.empty((0, len(claim.quantities)))
    for budget in budgets:
        tasks = _ranges(len(rows), budget, claim.chunk)
        for part in _in_order(name, role, settings, tasks):
            rows = np.concatenate([rows, part])
            progress(len(rows))
        findings = judge(claim.quantities, rows, ERROR)
        if _is_settled(claim, findings, role):
            break
    return budget, findings


def _is_settled(claim: Claim, findings: tuple[Finding, ...], role: str) -> bool:
    """Whether more replicates could change no verdict; a control is settled once it is caught."""
    if overall(findings) is Verdict.CONTRADICTED and role == "control":
        return True
    always = any(
        q.rule and getattr(q.summary, "guarantee", None) is Guarantee.EACH for q in claim.quantities
    )
    if always and overall(findings) is Verdict.CONSISTENT:
        return False  # what must hold in each replicate is asked of all of them
    return Verdict.UNDECIDED not in {finding.verdict for finding in findings}


def _ranges(start: int, stop: int, step: int) -> list[range]:
    return [range(low, min(low + step, stop)) for low in range(start, stop, step)]


def _in_order(name: str, role: str, settings: Settings, tasks: list[range]) -> Iterator[np.ndarray]:
    """Results of the tasks in their order, each as soon as it is there."""
    with joblib.parallel_config("loky", n_jobs=settings.jobs, inner_max_num_threads=1):
        run = joblib.Parallel(return_as="generator")
        yield from run(joblib.delayed(_rows)(name, role, settings.seed, task) for task in tasks)


def _rows(name: str, role: str, seed: int, replicates: range) -> np.ndarray:
    """One task.  One thread of BLAS, so that its sums do not depend on the machine's load."""
    with threadpool_limits(1):
        rows = getattr(all_claims()[name], role)(replicates, seed)
    if not np.isfinite(rows).all():
        raise ValueError(f"{role} of {name} must return finite numbers, got {rows}")
    return rows


@cache
def code_stamp(root: Path = Path(__file__).parents[1]) -> str:
    """Hash of the source of the four packages that lie in ``root``."""
    digest = hashlib.sha256()
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """Versions that the numbers may depend on."""
    found = {name: metadata.version(name) for name in LIBRARIES}
    return found | {"python": platform.python_version()}


def evidence_key(name: str, settings: Settings) -> str:
    """Hash of all that the evidence on a claim depends on."""
    cap = settings.cap(all_claims()[name])
    parts = [SCHEMA, name, cap, settings.seed, versions(), code_stamp()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def kept(name: str, settings: Settings, out: Path) -> Evidence | None:
    """Evidence of an earlier run with the same code, budget and seed, if it was finished."""
    try:
        record = json.loads(evidence_path(name, out).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(record, dict) or record.get("key") != evidence_key(name, settings):
        return None
    return from_record(record)


def keep(evidence: Evidence, out: Path) -> None:
    """Write the evidence at once, so that an interrupted run goes on after it."""
    files.write(evidence_path(evidence.name, out), json.dumps(to_record(evidence), indent=1))


def evidence_path(name: str, out: Path) -> Path:
    """Where the evidence on a claim is kept."""
    return out / "claims" / f"{name}.json"


def to_record(evidence: Evidence) -> dict[str, Any]:
    """Evidence as JSON values; an end of an interval that is infinite is null."""
    record = asdict(evidence)
    for finding in (*record["findings"], *record["control"]):
        seen = finding["seen"]
        finding["seen"] = {end: x if isfinite(x) else None for end, x in seen.items()}
    return record


def from_record(record: dict[str, Any]) -> Evidence:
    """Inverse of ``to_record``."""
    found: dict[str, Any] = {"verdict": Verdict(record["verdict"])}
    for role in ("findings", "control"):
        found[role] = tuple(_finding(finding) for finding in record[role])
    return Evidence(**record | found)


def _finding(record: dict[str, Any]) -> Finding:
    value, low, high = (record["seen"][end] for end in ("value", "low", "high"))
    seen = Interval(value, -np.inf if low is None else low, np.inf if high is None else high)
    verdict = record["verdict"]
    return Finding(record["label"], seen, record["rule"], verdict and Verdict(verdict))
