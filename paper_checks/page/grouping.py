"""Claims by paper and by what was seen of them, with counts."""

import re
from collections import Counter
from dataclasses import dataclass

from .. import registry
from ..claim import NotComputable, Verdict
from ..evidence import Evidence
from ..ids import SCHEME, prefix_of
from ..papers import Paper, in_order
from .outcomes import Outcome
from .texts import is_against

KEYS = {  # what was seen of a claim, as the page's filters and counts name it
    "consistent": "consistent",
    "against": "against the paper",
    "contradicted": "contradicted",
    "undecided": "undecided",
    "identity": "identities",
    "not-computable": "not computable",
    "unseen": "not seen",
}
NO_PAPER = Paper("broken", "files that give no claim")


@dataclass(frozen=True, slots=True)
class Group:
    """Claims of one paper: what was seen of them, and those of which nothing was.

    ``not_asked_for`` has the ids of those that can be run and were not, now or earlier.
    """

    paper: Paper
    evidence: list[Evidence]
    not_computable: list[NotComputable]
    unseen: list[str]
    not_asked_for: list[str]

    @property
    def is_listed(self) -> bool:
        """Whether it has more than statements that nobody can compute or has asked for."""
        return bool(self.evidence or self.unseen)

    @property
    def counts(self) -> dict[str, int]:
        """How many there are of each key, in the order of ``KEYS``."""
        counted = Counter(key_of(e) for e in self.evidence)
        counted["not-computable"], counted["unseen"] = len(self.not_computable), len(self.unseen)
        return {key: counted[key] for key in KEYS if counted[key]}


def key_of(evidence: Evidence) -> str:
    """Key of what was seen; an identity that does not hold is a contradiction like any other."""
    if is_against(evidence):
        return "against"
    identity = evidence.kind == "identity" and evidence.verdict is Verdict.CONSISTENT
    return "identity" if identity else str(evidence.verdict)


def by_paper(outcome: Outcome) -> list[Group]:
    """All papers of which the page has a claim, in the order of the papers."""
    shown, others = outcome.shown, list(registry.not_computable().values())
    # A claim that failed may be here from an earlier run.
    seen = {e.id for e in shown}
    ids = [*outcome.failed, *outcome.not_run, *outcome.pending]
    unseen = [id for id in ids if id not in seen]
    broken = [id for id in unseen if not re.fullmatch(SCHEME, id)]
    whole = [id for id in unseen if id not in broken]
    left = not_asked_for(outcome)
    papers = in_order([*seen, *whole, *left, *(each.id for each in others)])
    groups = [
        Group(
            paper,
            [e for e in shown if prefix_of(e.id) == paper.prefix],
            [each for each in others if prefix_of(each.id) == paper.prefix],
            [id for id in whole if prefix_of(id) == paper.prefix],
            [id for id in left if prefix_of(id) == paper.prefix],
        )
        for paper in papers
    ]
    return groups + [Group(NO_PAPER, [], [], broken, [])] * bool(broken)


def not_asked_for(outcome: Outcome) -> list[str]:
    """Ids of the claims that can be run and of which the page has nothing."""
    told = {e.id for e in outcome.shown} | outcome.not_run.keys() | outcome.failed.keys()
    told |= set(outcome.pending)
    return [claim.id for claim in registry.all_claims().values() if claim.id not in told]


def total(groups: list[Group]) -> dict[str, int]:
    """Counts of all papers together."""
    counted = sum((Counter(group.counts) for group in groups), Counter[str]())
    return {key: counted[key] for key in KEYS if counted[key]}


def claims_there_are() -> int:
    """How many claims can be run, asked for or not."""
    return len(registry.all_claims())
