"""Run claims: budgets that double until all is decided, tasks in parallel, rows kept on disk."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from math import isqrt
from pathlib import Path
from pkgutil import iter_modules

import joblib
import numpy as np
from threadpoolctl import threadpool_limits

from stablenoise.checks import real_array

from . import claims as folder
from .claim import Claim, Finding, Verdict, judge, overall
from .evidence import Evidence, Rows, evidence_key, rows_key
from .family import smallest_error
from .summaries import Guarantee

ERROR = 1e-4  # of one claim, over all looks and quantities
LEAST = 20  # replicates with which the sign test can decide on four quantities at ERROR
FIRST_TASKS = 4  # before the first look, so that processes have work
BUDGETS: dict[str, Callable[[Claim], int]] = {
    "smoke": lambda claim: claim.smoke,
    "standard": lambda claim: isqrt(claim.smoke * claim.full),
    "full": lambda claim: claim.full,
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is asked for; ``budget`` is one of ``BUDGETS`` or a number of replicates."""

    budget: str | int = "full"
    seed: int = 1
    jobs: int = 1

    def cap(self, claim: Claim) -> int:
        """Largest number of replicates for ``claim``; more say nothing new of arithmetic."""
        if claim.kind == "arithmetic":
            return claim.full
        if isinstance(self.budget, int):
            return self.budget
        return BUDGETS[self.budget](claim)


Progress = Callable[[int, int], None]  # (replicates done, replicates at most)


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
    """Names of the modules meant by ids or names; P1-11 stands for P1-11a and P1-11a-mnist too.

    Raises
    ------
    ValueError
        If one means none.

    """
    found = []
    ids = {name: id_of(name) for name in (*all_claims(), *broken_claims())}
    for asked in names or ids:
        meant = [name for name, id in ids.items() if _is_meant(asked, name, id)]
        if not meant:
            raise ValueError(f"claim must be one that `paper-checks list` names, got {asked!r}")
        found += [name for name in meant if name not in found]
    return found


def id_of(name: str) -> str:
    """Id of a claim; the name itself, where its module gives none."""
    return all_claims()[name].id if name in all_claims() else name


def _is_meant(asked: str, name: str, id: str) -> bool:
    if asked == name or id.lower() == asked.lower():
        return True
    begins, rest = id.lower().startswith(asked.lower()), id[len(asked) : len(asked) + 1]
    return begins and (rest == "-" or (asked[-1:].isdigit() and rest.isalpha()))


def key_of(name: str, settings: Settings) -> str:
    """Key of the evidence on a claim under these settings."""
    claim = all_claims()[name]
    return evidence_key(name, claim, settings.seed, settings.cap(claim))


def is_current(seen: Evidence) -> bool:
    """Whether the code, its libraries and the data are those that this evidence was seen with."""
    try:
        claim = all_claims()[seen.name]
        return evidence_key(seen.name, claim, seen.seed, seen.cap) == seen.key
    except Exception:  # the claim is gone, or its data: nobody can tell
        return False


def check(name: str, settings: Settings, progress: Progress, out: Path | None = None) -> Evidence:
    """Run the experiment of a claim and its control; go on after rows that are kept in ``out``."""
    claim, cap = all_claims()[name], settings.cap(all_claims()[name])
    rows = Rows(name, rows_key(name, claim, settings.seed), out)
    try:
        budget, findings = _decide(
            name, "experiment", settings, lambda n: progress(n, 2 * cap), rows
        )
        used, control = _decide(
            name, "control", settings, lambda n: progress(budget + n, budget + cap), rows
        )
    finally:
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
        error=smallest_error(claim.quantities, rows["experiment"][:budget], ERROR),
        seed=settings.seed,
        seconds=round(rows.seconds, 2),
        key=key_of(name, settings),
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
        findings = judge(claim.quantities, rows[role][:budget], ERROR)
        if _is_settled(claim, findings, role):
            break
    return budget, findings


def looks(claim: Claim, cap: int) -> list[int]:
    """Numbers of rows that are judged; they do not depend on the budget, but for the last."""
    tasks = max(FIRST_TASKS, -(-LEAST // claim.chunk))
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
