"""Two runs of the ledger side by side: what changed between them, claim by claim."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from stablenoise.checks import check_kind, check_path, told
from stablenoise.data.files import read_json
from stablenoise.results import Result

from . import registry
from .claim import Finding, Verdict
from .evidence import SCHEMA, Evidence, from_record
from .family import PRECISION
from .ids import order
from .page.texts import interval
from .summaries import Guarantee

READABLE = (2, SCHEMA)  # 2 has no titles, papers and looks: nothing that is compared
RESULTS = "results.json"
# Of a claim without evidence, by the part of results.json that names it.
STATES = {"failed": "failed", "not_run": "not run", "pending": "pending"}
STATES["not_computable"] = "not computable"
STALE = "stale"  # seen with an earlier version, or with code that the run did not look at
NOT_OF_THE_RUN = "of_an_earlier_version", "not_looked_at"
OVER_EVIDENCE = "failed", STALE  # what a run says before what is kept of an earlier one
CAUGHT = {True: "caught", False: "not caught"}
SAID = "statement", "against", "unit", "source", "broken", "kind"  # of a claim: else it is another
# Kinds of changes after which exit code, verdicts or controls are not what they were.
OF_VERDICTS = "verdict", "control", "gone"
BAD_NEWS = "failed", str(Verdict.CONTRADICTED)  # so are they after a new claim of these
Kept = TypeVar("Kept")  # evidence, or the word for why there is none


@dataclass(frozen=True, slots=True, repr=False)
class Change(Result):
    """One thing that is not as it was.

    Parameters
    ----------
    id : str
        Of the claim; empty for what is said of the whole run.
    kind : str
        "verdict" (or that there is none: failed, not run, pending), "control", "gone", "new",
        "estimate", "region", "budget", "delta" (the p-value of the verdict), "statement" or "run".
    subject : str
        What changed: the label of a quantity, the name of a library, what is said of the claim;
        else empty.
    old, new : str
        As it was, and as it is.

    Examples
    --------
    >>> Change("P1-2", "verdict", "", "undecided", "consistent")
    Change(P1-2: verdict, undecided -> consistent)

    """

    id: str
    kind: str
    subject: str
    old: str
    new: str

    def _summary(self) -> str:
        subject = f" of {self.subject}" if self.subject else ""
        return f"{self.id or 'run'}: {self.kind}{subject}, {self.old} -> {self.new}"


@dataclass(frozen=True, slots=True, repr=False)
class Comparison(Result):
    """What changed between two runs, as ``compare`` returns it.

    Parameters
    ----------
    changes : tuple of Change
        Those of the run first, then by claim.
    same : int
        Claims that were seen in both runs and of which nothing changed.

    Examples
    --------
    >>> Comparison((Change("P1-2", "new", "", "absent", "consistent"),), 3)
    Comparison(1 changes, 0 of verdicts, 3 same)

    """

    changes: tuple[Change, ...]
    same: int

    def _summary(self) -> str:
        return f"{len(self.changes)} changes, {len(self.of_verdicts)} of verdicts, {self.same} same"

    @property
    def of_verdicts(self) -> tuple[Change, ...]:
        """Those after which a verdict or a control is not what it was.

        Returns
        -------
        tuple of Change
            A new claim is among them if it has failed, is contradicted, or misses its control.

        Examples
        --------
        >>> Comparison((Change("P1-2", "gone", "", "consistent", "absent"),), 3).of_verdicts
        (Change(P1-2: gone, consistent -> absent),)

        """
        return tuple(change for change in self.changes if _is_of_verdicts(change))


def _is_of_verdicts(change: Change) -> bool:
    return change.kind in OF_VERDICTS or (change.kind == "new" and change.new in BAD_NEWS)


@dataclass(frozen=True, slots=True, repr=False)
class Ledger(Result):
    """What ``results.json`` says, as ``read`` returns it.

    Parameters
    ----------
    claims : dict of Evidence
        By id.
    states : dict of str
        Of claims without evidence of this version, by id: "failed", "stale" (there is some of an
        earlier one), "not run", "pending" or "not computable".
    facts : dict of str
        What is said of the whole run: budget, seed, code, versions of libraries.

    Examples
    --------
    >>> Ledger({}, {"P1-2": "not run"}, {"budget": "full"})
    Ledger(0 claims, 1 without evidence)

    """

    claims: dict[str, Evidence]
    states: dict[str, str]
    facts: dict[str, str]

    def _summary(self) -> str:
        return f"{len(self.claims)} claims, {len(self.states)} without evidence"

    def state(self, id: str) -> str:
        """Verdict of a claim, or why it has none.

        Parameters
        ----------
        id : str
            Of the claim.

        Returns
        -------
        str
            Empty if the run does not know it.

        Examples
        --------
        >>> Ledger({}, {"P1-2": "not run"}, {}).state("P1-2")
        'not run'

        """
        if id in self.states and (id not in self.claims or self.states[id] in OVER_EVIDENCE):
            return self.states[id]
        return str(self.claims[id].verdict) if id in self.claims else ""


def read(path: str | os.PathLike) -> Ledger:
    """Read what a run of the ledger has written.

    Parameters
    ----------
    path : str or path
        ``results.json`` of a run, or the folder that holds it.

    Returns
    -------
    Ledger

    Raises
    ------
    ValueError
        If path is no path, or the file is no ``results.json`` of a schema that is known.
    OSError
        If it cannot be read.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "results.json"
    ...     written = file.write_text('{"schema": 3, "claims": [], "failed": {"P1-2": "no space"}}')
    ...     read(folder).states
    {'P1-2': 'failed'}

    """
    check_path("path", path)
    file = Path(path) / RESULTS if Path(path).is_dir() else Path(path)
    content = read_json(file)
    if content.get("schema") not in READABLE:
        known = " or ".join(map(str, READABLE))
        raise ValueError(f"schema of {file} must be {known}, got {told(content.get('schema'))}")
    try:
        claims = [from_record(record) for record in content["claims"]]
        states = {id: STALE for part in NOT_OF_THE_RUN for id in content.get(part, ())}
        states |= {id: word for part, word in STATES.items() for id in content.get(part, ())}
        facts = _facts(content)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        seen = " ".join(str(error).split())
        rule = f"{file} must hold the results of a run, got something else"
        raise ValueError(f"{rule} ({type(error).__name__}: {seen})") from error
    return Ledger({seen.id: seen for seen in claims}, states, facts)


def _facts(content: Mapping[str, Any]) -> dict[str, str]:
    names = "schema", "budget", "seed", "commit", "code"
    facts = {name: str(content.get(name)) for name in names}
    return facts | {name: str(version) for name, version in content.get("versions", {}).items()}


def compare(old: Ledger, new: Ledger) -> Comparison:
    """Say what changed from one run of the ledger to another.

    Parameters
    ----------
    old, new : Ledger
        As ``read`` returns them.

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError
        If one is something else.

    Notes
    -----
    An estimate has moved if it lies outside of the interval of the other run, and that of the
    other run outside of its own.  That is no test with a level of its own: to runs of the same
    code on two seeds, whose intervals are at 1 - 1e-4 or more, it happens to fewer than one in a
    hundred estimates (two normal ones then differ by 3.9 / sqrt(2) of their standard errors).
    The largest of all rows, in a statement on each row, grows with their number and has no
    interval: of it the verdict alone is compared.

    A claim that has another id or spelling in one of the runs (B01, B-1) is the same by the
    aliases that the registry knows.

    Examples
    --------
    >>> nothing = Ledger({}, {}, {})
    >>> compare(nothing, Ledger({}, {"P1-2": "failed"}, {})).changes
    (Change(P1-2: new, absent -> failed),)

    """
    check_kind("old", old, Ledger)
    check_kind("new", new, Ledger)
    old, new = _with_ids_of_today(old), _with_ids_of_today(new)
    ids = sorted(old.claims | old.states | new.claims | new.states, key=order)
    by_id = {id: tuple(_of_claim(id, old, new)) for id in ids}
    of_run = [
        Change("", "run", name, old.facts.get(name, "none"), new.facts.get(name, "none"))
        for name in old.facts | new.facts
        if old.facts.get(name) != new.facts.get(name)
    ]
    changes = *of_run, *(change for some in by_id.values() for change in some)
    seen_in_both = old.claims.keys() & new.claims.keys()
    return Comparison(changes, sum(not by_id[id] for id in seen_in_both))


def _with_ids_of_today(ledger: Ledger) -> Ledger:
    claims = {id: replace(seen, id=id) for id, seen in _of_today(ledger.claims).items()}
    return replace(ledger, claims=claims, states=_of_today(ledger.states))


def _of_today(by_id: Mapping[str, Kept]) -> dict[str, Kept]:
    """The same under the ids that aliases stand for; what has the id itself comes first."""
    meant = {id: registry.id_meant(id) for id in by_id}
    renamed = {now: by_id[id] for id, now in meant.items()}
    return renamed | {id: by_id[id] for id, now in meant.items() if now == id}


def _of_claim(id: str, old: Ledger, new: Ledger) -> Iterator[Change]:
    before, now = old.state(id), new.state(id)
    if not before or not now:
        kind = "gone" if before else "new"
        yield Change(id, kind, "", before or "absent", now or "absent")
    elif before != now:
        yield Change(id, "verdict", "", before, now)
    if not before and id in new.claims and not new.claims[id].control_caught:
        yield Change(id, "control", "", "absent", CAUGHT[False])
    if id in old.claims and id in new.claims:
        yield from _of_evidence(old.claims[id], new.claims[id])


def _of_evidence(old: Evidence, new: Evidence) -> Iterator[Change]:
    if old.control_caught != new.control_caught:
        words = CAUGHT[old.control_caught], CAUGHT[new.control_caught]
        yield Change(old.id, "control", "", *words)
    yield from _of_findings(old, new)
    for what in "budget", "cap":
        before, now = getattr(old, what), getattr(new, what)
        if before != now:
            subject = "" if what == "budget" else "at most"
            yield Change(old.id, "budget", subject, f"{before:,} rows", f"{now:,} rows")

    if abs(old.delta - new.delta) > PRECISION * max(old.delta, new.delta):  # not by rounding
        yield Change(old.id, "delta", "", f"{old.delta:.2g}", f"{new.delta:.2g}")
    for what in SAID:
        if (before := getattr(old, what)) != (now := getattr(new, what)):
            yield Change(old.id, "statement", what, before or "none", now or "none")


def _of_findings(old: Evidence, new: Evidence) -> Iterator[Change]:
    before, now = ({f.label: f for f in seen.findings} for seen in (old, new))
    for label in before | now:
        if label not in before or label not in now:
            words = [interval(some[label]) if label in some else "absent" for some in (before, now)]
            yield Change(old.id, "region", label, *words)
            continue
        rules = [some[label].rule or "reported" for some in (before, now)]
        regions = [some[label].region for some in (before, now)]
        if rules[0] != rules[1]:
            yield Change(old.id, "region", label, *rules)
        elif regions[0] != regions[1]:  # by less than the words tell
            yield Change(old.id, "region", label, *map(str, regions))
        if old.verdict == new.verdict and before[label].verdict != now[label].verdict:
            words = [str(some[label].verdict or "reported") for some in (before, now)]
            yield Change(old.id, "verdict", label, *words)
        if has_moved(before[label], now[label]):
            yield Change(old.id, "estimate", label, interval(before[label]), interval(now[label]))


def has_moved(old: Finding, new: Finding) -> bool:
    """Whether each estimate lies outside of the other's interval."""
    if Guarantee.EACH in (old.guarantee, new.guarantee):
        return False
    within = old.seen.low <= new.seen.value <= old.seen.high
    return not within and not new.seen.low <= old.seen.value <= new.seen.high
