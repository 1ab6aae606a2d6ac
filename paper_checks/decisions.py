"""When rows are looked at, and how the looks decide a claim or its control."""

from dataclasses import dataclass

import numpy as np

from stablenoise.results import Result

from .claim import Claim, Finding, Verdict, judge, overall
from .summaries import Guarantee, Interval

DELTA = 1e-4  # probability that a claim's verdict is wrong, over all looks and quantities
# So many rows let the sign test decide on four quantities at DELTA.
MIN_REPLICATES = 20
FIRST_TASKS = 4  # before the first look, so that processes have work


@dataclass(frozen=True, slots=True, repr=False)
class Look(Result):
    """What was seen of the judged quantities after a number of rows.

    Parameters
    ----------
    rows : int
        Number of rows that were looked at.
    seen : tuple of Interval
        Estimate and interval of each judged quantity, in the order of the quantities.
    verdicts : tuple of Verdict
        What each says.

    """

    rows: int
    seen: tuple[Interval, ...]
    verdicts: tuple[Verdict, ...]

    def _summary(self) -> str:
        return f"{self.rows:,} rows: {', '.join(self.verdicts)}"


def look_of(rows: int, findings: tuple[Finding, ...]) -> Look:
    """The judged ones of some findings."""
    judged = [(finding.seen, finding.verdict) for finding in findings if finding.verdict]
    return Look(rows, tuple(seen for seen, _ in judged), tuple(verdict for _, verdict in judged))


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
    >>> from paper_checks import registry
    >>> looks(registry.all_claims()["nolan_sums"], 100)
    [20, 40, 80, 100]

    """
    tasks = max(FIRST_TASKS, -(-MIN_REPLICATES // claim.chunk))
    doubled = [claim.chunk * tasks * 2**k for k in range(cap.bit_length())]
    return [n for n in doubled if n < cap] + [cap]


def is_settled(findings: tuple[Finding, ...], role: str) -> bool:
    """Whether more replicates could change no verdict; a control is settled once it is caught."""
    if overall(findings) is Verdict.CONTRADICTED and role == "control":
        return True
    of_each = any(f.verdict and f.guarantee is Guarantee.EACH for f in findings)
    if of_each and overall(findings) is Verdict.CONSISTENT:
        return False  # what must hold in each replicate is asked of all of them
    return Verdict.UNDECIDED not in {finding.verdict for finding in findings}


class Course:
    """Looks at the rows of one role of a claim, in their order, until it is decided.

    Parameters
    ----------
    claim : Claim
    role : str
        "experiment" or "control".
    cap : int
        Largest number of replicates.

    """

    def __init__(self, claim: Claim, role: str, cap: int) -> None:
        self._claim, self._role, self._budgets = claim, role, looks(claim, cap)
        self.looks: list[Look] = []
        self.findings: tuple[Finding, ...] = ()
        self.is_decided = False

    @property
    def budget(self) -> int:
        """Rows of the look that decided, or of the next one."""
        return self._budgets[len(self.looks) - self.is_decided]

    @property
    def budget_after(self) -> int:
        """Rows of the look after the next one, which may not be needed."""
        return self._budgets[min(len(self.looks) + 1, len(self._budgets) - 1)]

    def look(self, rows: np.ndarray) -> None:
        """Judge ``budget`` rows: those of a later look have no say."""
        self.findings = judge(self._claim.quantities, rows, DELTA)
        self.looks.append(look_of(len(rows), self.findings))
        is_last = len(self.looks) == len(self._budgets)
        self.is_decided = is_last or is_settled(self.findings, self._role)
