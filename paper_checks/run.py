"""Run claims: budgets that double until all is decided, tasks in parallel, rows kept on disk."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isqrt
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from threadpoolctl import threadpool_limits

from stablenoise.checks import check_integer, check_kind, real_array, told

from . import registry
from .claim import Claim, Finding, Verdict, judge, overall
from .evidence import Evidence, Rows, evidence_fingerprint, rows_fingerprint
from .family import smallest_delta
from .summaries import Guarantee

DELTA = 1e-4  # probability that a claim's verdict is wrong, over all looks and quantities
# So many rows let the sign test decide on four quantities at DELTA.
MIN_REPLICATES = 20
FIRST_TASKS = 4  # before the first look, so that processes have work
BUDGETS: dict[str, Callable[[Claim], int]] = {
    "smoke": lambda claim: claim.smoke,
    "standard": lambda claim: isqrt(claim.smoke * claim.full),
    "full": lambda claim: claim.full,
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is asked for.

    Parameters
    ----------
    budget : str or int, optional
        One of ``BUDGETS``, or the largest number of replicates, from 1 on.
    seed : int, optional
        In [0, 2^64).
    jobs : int, optional
        Processes, in [1, 1024].

    Raises
    ------
    ValueError
        If one is out of range.

    """

    budget: str | int = "full"
    seed: int = 1
    jobs: int = 1

    def __post_init__(self) -> None:
        if not (self.budget in BUDGETS if isinstance(self.budget, str) else _counts(self.budget)):
            rule = f"budget must be one of {', '.join(BUDGETS)} or an integer from 1 on"
            raise ValueError(f"{rule}, got {told(self.budget)}")
        check_integer("seed", self.seed, 0, 2**64)
        check_integer("jobs", self.jobs, 1, 1025)

    def cap(self, claim: Claim) -> int:
        """Largest number of replicates for ``claim``; more say nothing new of arithmetic."""
        if claim.is_computed:
            return claim.full
        if isinstance(self.budget, int):
            return self.budget
        return BUDGETS[self.budget](claim)


def _counts(budget: Any) -> bool:
    return type(budget) is int and budget > 0


Progress = Callable[[int, int], None]
"""Told (replicates done, replicates at most)."""


def fingerprint_of(name: str, settings: Settings) -> str:
    """Hash of all that the evidence on a claim depends on under these settings."""
    claim = registry.all_claims()[name]
    return evidence_fingerprint(name, claim, settings.seed, settings.cap(claim))


def is_current(seen: Evidence) -> bool:
    """Whether the code, its libraries and the data are those that this evidence was seen with."""
    try:
        return _fingerprint_now(seen) == seen.fingerprint
    except Exception:  # the claim is gone, or its data: nobody can tell
        return False


def _fingerprint_now(seen: Evidence) -> str:
    return evidence_fingerprint(seen.name, registry.all_claims()[seen.name], seen.seed, seen.cap)


def check(
    name: str,
    settings: Settings,
    progress: Progress = lambda done, at_most: None,
    out: Path | None = None,
) -> Evidence:
    """Run the experiment of a claim and its control.

    Parameters
    ----------
    name : str
        Name of the claim's module.
    settings : Settings
        Budget, seed and processes.
    progress : callable, optional
        Told (replicates done, replicates at most) after each task.
    out : Path, optional
        Folder of a ledger, where rows are kept: the run goes on after those that are there.

    Returns
    -------
    Evidence

    Raises
    ------
    ValueError
        If there is no such claim, or its rows are not finite numbers of the right shape.

    Examples
    --------
    >>> check("zhou_mnist_row", Settings("smoke"))
    Evidence(B-5: consistent, control caught, 1 of 1 computations)

    """
    if not isinstance(name, str) or name not in registry.all_claims():
        raise ValueError(f"claim must be one that `paper-checks list` names, got {told(name)}")
    check_kind("settings", settings, Settings)
    if not callable(progress):
        raise ValueError(f"progress must be a function, got {told(progress)}")
    if out is not None:
        check_kind("out", out, Path)
    claim, cap = registry.all_claims()[name], settings.cap(registry.all_claims()[name])
    rows = Rows(name, rows_fingerprint(name, claim, settings.seed), out)
    try:
        budget, findings = _decide(
            name, "experiment", settings, lambda n: progress(n, 2 * cap), rows
        )
        used, control = _decide(
            name, "control", settings, lambda n: progress(budget + n, budget + cap), rows
        )
    finally:
        # If a row fails or the user stops, too: what was computed is kept.
        rows.save()
    progress(budget + used, budget + used)
    return Evidence(
        name=name,
        id=claim.id,
        statement=claim.statement,
        source=claim.source,
        broken=claim.broken,
        unit=claim.unit,
        kind=claim.kind,
        against=claim.against,
        verdict=overall(findings),
        findings=findings,
        budget=budget,
        cap=cap,
        control_caught=overall(control) is Verdict.CONTRADICTED,
        control=control,
        control_budget=used,
        delta=smallest_delta(claim.quantities, rows["experiment"][:budget], DELTA),
        seed=settings.seed,
        seconds=round(rows.seconds, 2),
        fingerprint=fingerprint_of(name, settings),
    )


def _decide(
    name: str,
    role: str,
    settings: Settings,
    progress: Callable[[int], None],
    rows: Rows | None = None,
) -> tuple[int, tuple[Finding, ...]]:
    """Double the budget until every finding is decided: a control, until one is contradicted."""
    claim, rows = registry.all_claims()[name], rows or Rows(name, "", None)
    for budget in looks(claim, settings.cap(claim)):
        tasks = _ranges(len(rows[role]), budget, claim.chunk)
        for part in _in_order(name, role, settings, tasks):
            rows.add(role, part)
            progress(len(rows[role]))
        # Rows of an earlier, larger run may be there: a look sees its own number of them alone.
        findings = judge(claim.quantities, rows[role][:budget], DELTA)
        if _is_settled(claim, findings, role):
            break
    return budget, findings


def looks(claim: Claim, cap: int) -> list[int]:
    """Numbers of rows after which a claim is judged.

    Parameters
    ----------
    claim : Claim
    cap : int
        Largest number of replicates.

    Returns
    -------
    list of int
        Doubling, with ``cap`` as the last: the others do not depend on it.

    Examples
    --------
    >>> looks(registry.all_claims()["nolan_sums"], 100)
    [20, 40, 80, 100]

    """
    tasks = max(FIRST_TASKS, -(-MIN_REPLICATES // claim.chunk))
    doubled = [claim.chunk * tasks * 2**k for k in range(cap.bit_length())]
    return [n for n in doubled if n < cap] + [cap]


def _is_settled(claim: Claim, findings: tuple[Finding, ...], role: str) -> bool:
    """Whether more replicates could change no verdict; a control is settled once it is caught."""
    if overall(findings) is Verdict.CONTRADICTED and role == "control":
        return True
    of_each = any(f.verdict and f.guarantee is Guarantee.EACH for f in findings)
    if of_each and overall(findings) is Verdict.CONSISTENT:
        return False  # what must hold in each replicate is asked of all of them
    return Verdict.UNDECIDED not in {finding.verdict for finding in findings}


def _ranges(start: int, stop: int, step: int) -> list[range]:
    return [range(low, min(low + step, stop)) for low in range(start, stop, step)]


def _in_order(name: str, role: str, settings: Settings, tasks: list[range]) -> Iterator[np.ndarray]:
    """Results of the tasks in their order, each as soon as it is there.

    One task is run here: to start processes would take longer than most.
    """
    if len(tasks) == 1:
        yield _rows(name, role, settings.seed, tasks[0])
        return
    with joblib.parallel_config("loky", n_jobs=settings.jobs, inner_max_num_threads=1):
        run = joblib.Parallel(return_as="generator")
        yield from run(joblib.delayed(_rows)(name, role, settings.seed, task) for task in tasks)


def _rows(name: str, role: str, seed: int, replicates: range) -> np.ndarray:
    """One task.  One thread of BLAS, so that its sums do not depend on the machine's load."""
    claim = registry.all_claims()[name]
    with threadpool_limits(1):
        rows = real_array(f"rows of {role}", getattr(claim, role)(replicates, seed))
    if not (finite := np.isfinite(rows)).all():
        raise ValueError(f"{role} of {name} must return finite numbers, got {rows[~finite][0]}")
    if rows.shape != (shape := (len(replicates), len(claim.quantities))):
        raise ValueError(f"{role} of {name} must return rows of shape {shape}, got {rows.shape}")
    return rows
