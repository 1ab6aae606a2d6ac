"""What there is of the claims that were asked for, and of others in the same folder."""

from collections.abc import Collection
from dataclasses import dataclass, field

from stablenoise.results import Result

from ..evidence import Evidence
from ..ids import order


@dataclass(frozen=True, slots=True, repr=False)
class Outcome(Result):
    """What there is of the claims that were asked for, and of others in the same folder.

    Parameters
    ----------
    evidence : list of Evidence
        Evidence on the claims that were asked for.
    not_run, failed : dict of str
        Reasons by id.
    pending : list of str
        Ids of what was asked for and has not been seen yet.
    others : list of Evidence, optional
        Evidence of earlier runs, on claims that are not among ``evidence``.

    """

    evidence: list[Evidence]
    not_run: dict[str, str]
    failed: dict[str, str]
    pending: list[str]
    others: list[Evidence] = field(default_factory=list)

    def _summary(self) -> str:
        undone = f"{len(self.not_run)} not run, {len(self.failed)} failed"
        return f"{self.progress} claims checked, {undone}, {len(self.others)} of earlier runs"

    @property
    def shown(self) -> list[Evidence]:
        """All evidence, in the order of the ids."""
        return sorted([*self.evidence, *self.others], key=lambda e: order(e.id))

    def standing(self, stale: Collection[str]) -> list[Evidence]:
        """Evidence that counts as of this run: its claim has not failed, and is not ``stale``."""
        return [e for e in self.shown if e.id not in stale and e.id not in self.failed]

    @property
    def progress(self) -> str:
        """How many claims have been checked, such as "7 of 42"."""
        others = len(self.not_run) + len(self.failed) + len(self.pending)
        return f"{len(self.evidence)} of {len(self.evidence) + others}"
