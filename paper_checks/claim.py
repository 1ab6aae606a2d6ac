"""A claim of a paper, the experiment that could contradict it, and how the numbers decide."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import Literal

import numpy as np

from stablenoise.checks import (
    check_callable,
    check_choice,
    check_integer,
    check_kind,
    check_share,
    told,
)
from stablenoise.results import Result

from .ids import check_id
from .rules import Rule, Verdict, above, below, equals
from .summaries import Guarantee, Interval, Summary

__all__ = [
    "Claim",
    "Finding",
    "NotComputable",
    "Quantity",
    "Rule",
    "Verdict",
    "above",
    "below",
    "equals",
    "judge",
    "overall",
]


# Kinds of claims that are computed alike at every budget: no probability enters.
COMPUTED = "arithmetic", "identity"
TITLE = 60  # characters of a title at most


@dataclass(frozen=True, slots=True)
class Quantity:
    """One column of what an experiment returns.

    Parameters
    ----------
    label : str
        What it is, as the ledger names it.
    rule : Rule or None
        What is claimed of it; without one it is reported, not judged.
    summary : Summary
        What is said of its rows.

    """

    label: str
    rule: Rule | None
    summary: Summary


@dataclass(frozen=True, slots=True)
class Claim:
    """One checkable statement.

    Parameters
    ----------
    id : str
        As in the lists of the theory, such as "P1-2".
    statement, source : str
        The claim in our words, and where it is made.
    quantities : tuple of Quantity
        The columns of what ``experiment`` returns.
    experiment, control : callable
        (replicates, seed) -> array of shape (len(replicates), len(quantities)).  Rows are
        independent and row r depends on (r, seed) alone.  The control breaks one hypothesis, so
        its verdict must be "contradicted", or the check has no teeth.
    broken : str
        What the control breaks.
    unit : str
        What one replicate is.
    smoke, full : int
        Largest number of replicates of a quick and of a full check, at least 20.
    chunk : int
        Replicates computed in one task.
    needs : callable, optional
        Returns what is missing for the claim to be run, or an empty string.
    data : callable, optional
        Returns paths of the files that rows depend on, other than those that
        ``stablenoise.data.datasets`` reads, which have a known sha256.
    kind : str, optional
        "arithmetic" for what follows by computing alone, so that rows add nothing; "identity" for
        arithmetic that no number could contradict unless our own code is wrong, which is not
        counted among the claims; else "statistical".
    against : str, optional
        What the statement contradicts in a paper, if it is consistent, such as "the rate of
        theorem 2"; empty for a statement of the paper itself.
    title : str
        What a heading says, of 60 characters at most, such as "Bounded networks: chaos at n^-1/2".
    aliases : tuple of str, optional
        Earlier ids; spellings such as "B04" of "B-4" are known without being listed.
    deciding : str, optional
        Label of the judged quantity that the statement is about, which a page shows first; by
        default the page chooses.

    Raises
    ------
    ValueError
        If the id is not of the scheme, or there is no title, or one that is too long, no quantity
        is judged, or not the deciding one, or budgets and chunk are not 1 <= chunk and
        1 <= smoke <= full.

    """

    id: str
    statement: str
    source: str
    quantities: tuple[Quantity, ...]
    experiment: Callable[[range, int], np.ndarray]
    control: Callable[[range, int], np.ndarray]
    broken: str
    unit: str
    smoke: int
    full: int
    chunk: int = 1
    needs: Callable[[], str] = str
    data: Callable[[], Iterable[Path]] = tuple
    kind: Literal["statistical", "arithmetic", "identity"] = "statistical"
    against: str = ""
    title: str = ""
    aliases: tuple[str, ...] = ()
    deciding: str = ""

    def __post_init__(self) -> None:
        check_heading(self)
        for word in ("broken", "unit", "against", "deciding"):
            check_kind(f"{word} of {self.id}", getattr(self, word), str)
        for word in ("experiment", "control", "needs", "data"):
            check_callable(f"{word} of {self.id}", getattr(self, word))
        check_quantities(self.quantities)
        if not any(quantity.rule for quantity in self.quantities):
            raise ValueError(f"{self.id} must judge at least one quantity, got none")
        judged = {quantity.label for quantity in self.quantities if quantity.rule}
        if self.deciding and self.deciding not in judged:
            rule = f"deciding of {self.id} must be the label of a judged quantity"
            raise ValueError(f"{rule}, got {told(self.deciding)}")
        check_choice(f"kind of {self.id}", self.kind, ("statistical", *COMPUTED))
        check_integer(f"full of {self.id}", self.full, 1, 2**63)
        check_integer(f"smoke of {self.id}", self.smoke, 1, self.full + 1)
        check_integer(f"chunk of {self.id}", self.chunk, 1, 2**63)

    @property
    def is_computed(self) -> bool:
        """Whether it follows by computing alone, so that no budget and no probability enter."""
        return self.kind in COMPUTED


@dataclass(frozen=True, slots=True)
class NotComputable:
    """A statement of a paper that stays in the list, though nobody could compute it here.

    Parameters
    ----------
    id, title, statement, source, aliases
        As those of a ``Claim``.
    reason : str
        Why it cannot be computed, in one line, such as "the networks are not published".

    Raises
    ------
    ValueError
        If the id is not of the scheme, there is no title, or one that is too long, or no reason.

    """

    id: str
    title: str
    statement: str
    source: str
    reason: str
    aliases: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_heading(self)
        check_kind("reason", self.reason, str)
        if not self.reason.strip() or "\n" in self.reason:
            raise ValueError(f"reason of {self.id} must be one line, got {told(self.reason)}")


def check_heading(claim: Claim | NotComputable) -> None:
    """Raise ValueError unless id, title and aliases are those that a list can print.

    Parameters
    ----------
    claim : Claim or NotComputable

    Raises
    ------
    ValueError
        If the id is not of the scheme, the title is empty, or longer than a heading, or bears the
        id, the statement is empty, or one of the words is no text.

    """
    check_id(claim.id)
    title = claim.title
    fits = isinstance(title, str) and 0 < len(title.strip()) == len(title) <= TITLE
    if not fits or not title.isprintable():
        rule = f"title of {claim.id} must be a text of 1 to {TITLE} characters"
        raise ValueError(f"{rule}, got {told(title)}")
    if claim.id in title.split():
        raise ValueError(f"title of {claim.id} must not have the id in it, got {told(title)}")
    for word in ("statement", "source"):
        check_kind(f"{word} of {claim.id}", getattr(claim, word), str)
    if not claim.statement.strip():
        raise ValueError(f"statement of {claim.id} must say something, got {told(claim.statement)}")
    listed = isinstance(claim.aliases, tuple)
    if not listed or not all(isinstance(each, str) and each.strip() for each in claim.aliases):
        raise ValueError(
            f"aliases of {claim.id} must be a tuple of texts, got {told(claim.aliases)}"
        )


@dataclass(frozen=True, slots=True, repr=False)
class Finding(Result):
    """One quantity as it was seen, and what it says.

    Parameters
    ----------
    label, rule : str
        Those of the quantity; the rule is empty if it is not judged.
    seen : Interval
        The estimate and its interval.
    verdict : Verdict or None
        None if it is not judged.
    region : tuple of float, optional
        Where the rule would have it.
    summary : str, optional
        What was estimated, such as "median".
    guarantee : Guarantee, optional
        How far the level of the interval can be relied on.
    violations : float or None, optional
        For a statement on each row: upper limit of the share of rows in which it fails.
    violating : tuple of int or None, optional
        For a statement on each row: number of rows in which it fails, and of all rows.
    caught : tuple of float, optional
        Power: an estimate below the first or above the second, with an interval as wide as this
        one, would have contradicted the claim.

    """

    label: str
    seen: Interval
    rule: str
    verdict: Verdict | None
    region: tuple[float, float] = (-inf, inf)
    summary: str = ""
    guarantee: Guarantee = Guarantee.EXACT
    violations: float | None = None
    violating: tuple[int, int] | None = None
    caught: tuple[float, float] = (-inf, inf)

    def _summary(self) -> str:
        ends = f"{self.seen.value:.4g} [{self.seen.low:.4g}, {self.seen.high:.4g}]"
        claimed = f", claimed {self.rule}: {self.verdict}" if self.rule else ", reported"
        return f"{self.label!r}, {ends}{claimed}"


def judge(quantities: Sequence[Quantity], rows: np.ndarray, delta: float) -> tuple[Finding, ...]:
    """Judge each column of rows.

    Parameters
    ----------
    quantities : sequence of Quantity
        One for each column.
    rows : ndarray, shape (n, quantities)
        Independent replicates.
    delta : float
        Probability that any finding is wrong at any number of rows, in (0, 1): the judged
        quantities share it.

    Returns
    -------
    tuple of Finding
        In the order of the quantities.

    Raises
    ------
    ValueError
        If there is not one column for each quantity, no row, or delta is outside (0, 1).

    Examples
    --------
    >>> from paper_checks.summaries import proportion
    >>> coin = Quantity("heads", equals(0.5, 0.2), proportion)
    >>> judge([coin], np.tile([[0.0], [1.0]], (200, 1)), delta=0.05)
    (Finding('heads', 0.5 [0.4125, 0.5864], claimed 0.5 ± 0.2: consistent),)

    """
    check_quantities(quantities)
    check_share("delta", delta)
    check_kind("rows", rows, np.ndarray)
    if np.ndim(rows) != 2 or not len(rows) or rows.shape[1] != len(quantities):
        shape = f"(n, {len(quantities)})"
        raise ValueError(f"rows must be an array of shape {shape}, got {told(np.shape(rows))}")
    judged = sum(q.rule is not None for q in quantities)
    level = 1 - delta / max(judged, 1)
    return tuple(_finding(*pair, level) for pair in zip(quantities, rows.T, strict=True))


def check_quantities(quantities: Sequence[Quantity]) -> None:
    """Raise ValueError unless it is a list or tuple of ``Quantity``."""
    listed = isinstance(quantities, list | tuple)
    if not listed or not all(isinstance(quantity, Quantity) for quantity in quantities):
        raise ValueError(f"quantities must be a tuple of Quantity, got {told(quantities)}")


def _finding(quantity: Quantity, column: np.ndarray, level: float) -> Finding:
    rule, summary = quantity.rule, quantity.summary
    seen = summary(column, level)
    finding = Finding(
        quantity.label,
        seen,
        str(rule or ""),
        None,
        summary=summary.name,
        guarantee=summary.guarantee,
    )
    if rule is None:
        return finding
    finding = replace(finding, region=(rule.low, rule.high))
    if summary.guarantee is Guarantee.EACH:
        finding = replace(finding, violations=rule.limit(column, level))
        return replace(finding, verdict=rule.of_each(column), violating=rule.violating(column))
    return replace(finding, verdict=rule(seen), caught=rule.caught(seen))


def overall(findings: Iterable[Finding]) -> Verdict:
    """Verdict of a claim from those of its quantities.

    Parameters
    ----------
    findings : iterable of Finding
        Those that are not judged have no say.

    Returns
    -------
    Verdict
        Contradicted if any finding is, consistent if all are, else undecided.

    Examples
    --------
    >>> findings = [Finding("a", Interval(1, 0, 2), "> 0", v) for v in Verdict]
    >>> overall(findings), overall(findings[::2])
    (<Verdict.CONTRADICTED: 'contradicted'>, <Verdict.UNDECIDED: 'undecided'>)

    """
    verdicts = {finding.verdict for finding in findings} - {None}
    if Verdict.CONTRADICTED in verdicts:
        return Verdict.CONTRADICTED
    return Verdict.CONSISTENT if verdicts == {Verdict.CONSISTENT} else Verdict.UNDECIDED
