"""Run claims: budgets that double until all is decided, tasks in parallel, rows kept on disk."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from math import isqrt
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import joblib
import numpy as np
from threadpoolctl import threadpool_limits

from stablenoise.checks import check_integer, check_kind, real_array, told

from . import claims as folder
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
        if claim.kind == "arithmetic":
            return claim.full
        if isinstance(self.budget, int):
            return self.budget
        return BUDGETS[self.budget](claim)


def _counts(budget: Any) -> bool:
    return type(budget) is int and budget > 0


Progress = Callable[[int, int], None]
"""Told (replicates done, replicates at most)."""


def all_claims() -> dict[str, Claim]:
    """Every claim by the name of its module, in the order of the ids."""
    return _members()[0]


def broken_claims() -> dict[str, str]:
    """Names of the modules that give no claim, and why, in a line each."""
    return _members()[1]


@cache
def _members() -> tuple[dict[str, Claim], dict[str, str]]:
    claims: dict[str, Claim] = {}
    broken: dict[str, str] = {}
    for module in iter_modules(folder.__path__):
        try:
            claims[module.name] = _claim_of(module.name)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # whatever a file does, the other claims are there
            broken[module.name] = one_line(error)
    return dict(sorted(claims.items(), key=lambda item: order(item[1].id))), broken


def _claim_of(name: str) -> Claim:
    claim = getattr(import_module(f"{folder.__name__}.{name}"), "CLAIM", None)
    if not isinstance(claim, Claim):
        raise TypeError(f"CLAIM of {name} must be a Claim, got {type(claim).__name__}")
    return claim


def one_line(error: BaseException) -> str:
    """What was raised, without line breaks."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def order(id: str) -> list[str | int]:
    """Key that sorts ids by the numbers in them: P1-2 before P1-11a."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", id)]


def chosen(names: list[str]) -> list[str]:
    """Names of the modules that are meant.

    Parameters
    ----------
    names : list of str
        Ids or names of claims, or beginnings of ids: P1-11 stands for P1-11a and P1-11a-mnist too.

    Returns
    -------
    list of str
        Without repetitions; all there are, if ``names`` is empty.

    Raises
    ------
    ValueError
        If one of them means no claim.

    Examples
    --------
    >>> chosen(["P1-1", "nolan_sums"])
    ['wan_noise_characteristic_functions', 'nolan_sums']

    """
    all_meant = []
    ids = {name: id_of(name) for name in (*all_claims(), *broken_claims())}
    for asked in names or ids:
        meant = [name for name, id in ids.items() if _is_meant(asked, name, id)]
        if not meant:
            raise ValueError(f"claim must be one that `paper-checks list` names, got {asked!r}")
        all_meant += [name for name in meant if name not in all_meant]
    return all_meant


def id_of(name: str) -> str:
    """Id of a claim; the name itself, where its module gives none."""
    return all_claims()[name].id if name in all_claims() else name


def _is_meant(asked: str, name: str, id: str) -> bool:
    if asked == name or id.lower() == asked.lower():
        return True
    begins, rest = id.lower().startswith(asked.lower()), id[len(asked) : len(asked) + 1]
    return begins and (rest == "-" or (asked[-1:].isdigit() and rest.isalpha()))


def fingerprint_of(name: str, settings: Settings) -> str:
    """Hash of all that the evidence on a claim depends on under these settings."""
    claim = all_claims()[name]
    return evidence_fingerprint(name, claim, settings.seed, settings.cap(claim))


def is_current(seen: Evidence) -> bool:
    """Whether the code, its libraries and the data are those that this evidence was seen with."""
    try:
        return _fingerprint_now(seen) == seen.fingerprint
    except Exception:  # the claim is gone, or its data: nobody can tell
        return False


def _fingerprint_now(seen: Evidence) -> str:
    return evidence_fingerprint(seen.name, all_claims()[seen.name], seen.seed, seen.cap)


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
    if not isinstance(name, str) or name not in all_claims():
        raise ValueError(f"claim must be one that `paper-checks list` names, got {told(name)}")
    check_kind("settings", settings, Settings)
    if not callable(progress):
        raise ValueError(f"progress must be a function, got {told(progress)}")
    if out is not None:
        check_kind("out", out, Path)
    claim, cap = all_claims()[name], settings.cap(all_claims()[name])
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
    claim, rows = all_claims()[name], rows or Rows(name, "", None)
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
    >>> looks(all_claims()["nolan_sums"], 100)
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
    claim = all_claims()[name]
    with threadpool_limits(1):
        rows = real_array(f"rows of {role}", getattr(claim, role)(replicates, seed))
    if not (finite := np.isfinite(rows)).all():
        raise ValueError(f"{role} of {name} must return finite numbers, got {rows[~finite][0]}")
    if rows.shape != (shape := (len(replicates), len(claim.quantities))):
        raise ValueError(f"{role} of {name} must return rows of shape {shape}, got {rows.shape}")
    return rows
