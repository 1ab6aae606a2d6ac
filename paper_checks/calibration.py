"""Claims under many seeds: how often controls are caught, and true statements contradicted."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from scipy.special import bdtrc

from stablenoise.checks import check_integer, check_kind, told
from stablenoise.results import Result

from . import registry
from .claim import Verdict
from .decisions import DELTA
from .evidence import Evidence
from .run import Settings, check_all, check_engine

SURE = 1e-3  # a claim is named if so many false alarms were rarer than this at the level
LEVEL = 0.95  # of the intervals of shares
COLUMNS = (
    *("id", "title", "seeds", "control_caught", "caught_low", "caught_high"),
    *("consistent", "contradicted", "contradicted_low", "contradicted_high", "decided"),
    *("rows_median", "rows_most", "control_rows_median", "control_rows_most", "cap"),
    *("failed", "fault"),
)


@dataclass(frozen=True, slots=True, repr=False)
class Calibration(Result):
    """One claim under many seeds.

    Parameters
    ----------
    name, id, title : str
        Those of the claim; the name is that of its module.
    verdicts : tuple of Verdict
        Of the experiment, seed by seed.
    caught : tuple of bool
        Whether the control was caught.
    rows, control_rows : tuple of int
        Replicates that were judged.
    cap : int
        The most that might have been.
    failed : tuple of str
        A line for each seed under which the claim failed; it has no verdict then.
    delta : float, optional
        Probability with which a true statement may be contradicted, at all looks together.

    Examples
    --------
    >>> verdicts = (Verdict.CONSISTENT, Verdict.UNDECIDED, Verdict.CONSISTENT)
    >>> Calibration("a", "T-1", "", verdicts, (True, True, False), (8,) * 3, (8,) * 3, 8)
    Calibration(T-1: control caught 2 of 3, 0 contradicted)

    """

    name: str
    id: str
    title: str
    verdicts: tuple[Verdict, ...]
    caught: tuple[bool, ...]
    rows: tuple[int, ...]
    control_rows: tuple[int, ...]
    cap: int
    failed: tuple[str, ...] = ()
    delta: float = DELTA

    def _summary(self) -> str:
        seeds, alarms = len(self.verdicts), self.count(Verdict.CONTRADICTED)
        return f"{self.id}: control caught {sum(self.caught)} of {seeds}, {alarms} contradicted"

    def count(self, verdict: Verdict) -> int:
        """Number of seeds under which the experiment had this verdict.

        Parameters
        ----------
        verdict : Verdict
            The one that is counted.

        Returns
        -------
        int

        Examples
        --------
        >>> verdicts = (Verdict.CONSISTENT, Verdict.UNDECIDED)
        >>> seen = Calibration("a_claim", "T-1", "", verdicts, (True, True), (8, 8), (8, 8), 8)
        >>> seen.count(Verdict.CONSISTENT)
        1

        """
        return self.verdicts.count(verdict)

    @property
    def decided(self) -> int:
        """Number of seeds under which the claim was decided.

        Returns
        -------
        int

        Examples
        --------
        >>> verdicts = (Verdict.CONSISTENT, Verdict.UNDECIDED)
        >>> Calibration("a", "T-1", "", verdicts, (True,) * 2, (8, 8), (8, 8), 8).decided
        1

        """
        return len(self.verdicts) - self.count(Verdict.UNDECIDED)

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong with the claim, a line for each fault.

        Returns
        -------
        tuple of str
            None, if the control was caught under every seed, no seed failed, and the experiment
            was contradicted no more often than one in a thousand true statements are at ``delta``.

        Examples
        --------
        >>> missed = (True, False)
        >>> Calibration("a", "T-1", "", (Verdict.CONSISTENT,) * 2, missed, (8, 8), (8, 8), 8).faults
        ('control missed under 1 of 2 seeds',)

        """
        seeds, missed = len(self.verdicts), self.caught.count(False)
        alarms, faults = self.count(Verdict.CONTRADICTED), []
        if missed:
            faults.append(f"control missed under {missed} of {seeds} seeds")
        if alarms and is_too_many(alarms, seeds, self.delta):
            faults.append(f"contradicted under {alarms} of {seeds} seeds, level {self.delta:g}")
        if self.failed:
            faults.append(f"failed under {len(self.failed)} seeds: {self.failed[0]}")
        return tuple(faults)

    def columns(self) -> dict[str, Any]:
        """One line of ``calibration.csv``.

        Returns
        -------
        dict
            Numbers and texts by the names of the columns; ends of intervals are those of Clopper
            and Pearson at 95%.

        Examples
        --------
        >>> seen = Calibration("a", "T-1", "", (Verdict.CONSISTENT,), (True,), (8,), (8,), 8)
        >>> seen.columns()["control_caught"], seen.columns()["rows_most"]
        (1, 8)

        """
        seeds, alarms = len(self.verdicts), self.count(Verdict.CONTRADICTED)
        ends = *share_interval(sum(self.caught), seeds), *share_interval(alarms, seeds)
        values = (
            *(self.id, self.title, seeds, sum(self.caught), *ends[:2]),
            *(self.count(Verdict.CONSISTENT), alarms, *ends[2:], self.decided),
            *(*_median_and_most(self.rows), *_median_and_most(self.control_rows), self.cap),
            *(len(self.failed), "; ".join(self.faults)),
        )
        return dict(zip(COLUMNS, values, strict=True))


def _median_and_most(rows: Sequence[int]) -> tuple[float, int]:
    return (median(rows), max(rows)) if rows else (0, 0)


def is_too_many(alarms: int, seeds: int, delta: float) -> bool:
    """Whether so many false alarms or more are rarer than SURE, each having probability delta."""
    return bool(bdtrc(alarms - 1, seeds, delta) < SURE)


def share_interval(hits: int, trials: int) -> tuple[float, float]:
    """Clopper and Pearson's interval for a probability, at 95%; (0, 1) without trials."""
    # Here and not above: it takes half a second to load, and most commands need none of it.
    from scipy.stats import binomtest

    if not trials:
        return 0.0, 1.0
    ends = binomtest(hits, trials).proportion_ci(LEVEL, method="exact")
    return float(ends.low), float(ends.high)


def calibrate(
    names: Sequence[str],
    settings: Settings,
    seeds: int,
    out: Path | None = None,
    *,
    executor: str | Executor | None = None,
    scheduler: str | None = None,
    after: Callable[[int, dict[str, Evidence | str]], None] = lambda seed, seen: None,
) -> tuple[Calibration, ...]:
    """Run experiments and controls of claims under many seeds.

    Parameters
    ----------
    names : sequence of str
        Ids of claims in any spelling, or names of their modules.
    settings : Settings
        Budget, first seed and processes.
    seeds : int
        How many seeds, one after the other from the first on, in [1, 1e6).
    out : Path, optional
        Folder where rows are kept: those that are there, of runs of the ledger too, are not
        computed again.  Its evidence stays as it is.
    executor, scheduler : optional
        As for ``run.check_all``.
    after : callable, optional
        Told (seed, what was seen of each claim) after each seed.

    Returns
    -------
    tuple of Calibration
        One for each claim, in the order of the names.

    Raises
    ------
    ValueError
        If the seeds do not fit into [0, 2^64), an argument is of another kind, or workers cannot
        be had.

    Notes
    -----
    Statements are taken to be true, so that whenever the experiment contradicts one that is a false
    alarm; a claim that is false is contradicted under most seeds, and named as well.  Arithmetic
    is run under the first seed alone; an identity, whose numbers may be drawn, under each.

    Examples
    --------
    >>> calibrate(["zhou_mnist_row"], Settings("smoke"), seeds=3)
    (Calibration(B-5: control caught 1 of 1, 0 contradicted),)

    """
    check_kind("settings", settings, Settings)
    check_integer("seeds", seeds, 1, 10**6)
    check_integer("seeds after the first", settings.seed + seeds - 1, 0, 2**64)
    names = _checked(names)
    if out is not None:
        check_kind("out", out, Path)
    if not callable(after):
        raise ValueError(f"after must be a function, got {told(after)}")
    check_engine(executor, scheduler)
    seen: dict[str, list[Evidence | str]] = {name: [] for name in names}
    for seed in range(settings.seed, settings.seed + seeds):
        asked = [name for name in names if seed == settings.seed or _is_sampled(name)]
        some = check_all(
            asked,
            replace(settings, seed=seed),
            out,
            executor=executor,
            scheduler=scheduler,
            keep=False,
        )
        for name, each in some.items():
            seen[name].append(each)
        after(seed, some)
    return tuple(of_seeds(name, seen[name]) for name in names)


def _checked(names: Any) -> list[str]:
    """Names without repetitions."""
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"names must be a list of names of claims, got {told(names)}")
    return registry.names_meant(list(names))


def _is_sampled(name: str) -> bool:
    claim = registry.all_claims().get(name)
    return claim is not None and claim.kind != "arithmetic"  # identities may draw their numbers


def of_seeds(name: str, seen: Sequence[Evidence | str]) -> Calibration:
    """One claim, from the evidence under each seed or the line by which it failed."""
    there = [each for each in seen if isinstance(each, Evidence)]
    claim = registry.all_claims().get(name)
    return Calibration(
        name,
        registry.id_of(name),
        claim.title if claim else "",
        verdicts=tuple(each.verdict for each in there),
        caught=tuple(each.control_caught for each in there),
        rows=tuple(each.budget for each in there),
        control_rows=tuple(each.control_budget for each in there),
        cap=max((each.cap for each in there), default=0),
        failed=tuple(each for each in seen if isinstance(each, str)),
    )


def together(calibrations: Sequence[Calibration]) -> dict[str, Any]:
    """All claims together: seeds, controls caught and false alarms, with intervals at 95%."""
    runs = sum(len(each.verdicts) for each in calibrations)
    caught = sum(sum(each.caught) for each in calibrations)
    alarms = sum(each.count(Verdict.CONTRADICTED) for each in calibrations)
    return {
        "runs": runs,
        "controls_caught": caught,
        "controls_caught_interval": share_interval(caught, runs),
        "contradicted": alarms,
        "contradicted_interval": share_interval(alarms, runs),
        "delta": DELTA,
    }
