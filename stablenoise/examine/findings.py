"""One question that was asked: its answer, how sure it is, and a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..results import Result

__all__ = ["CERTAINTY", "Finding", "with_faults", "worst"]

CERTAINTY = 1e-6  # probability at which a fault is called one though there is none
GRADES = "pass", "suspicious", "fail"


@dataclass(frozen=True, slots=True, repr=False)
class Finding(Result):
    """One question that was asked, and its answer.

    Parameters
    ----------
    test : str
        What was asked, such as "bias" or "score in alpha".
    grade : str
        "pass", "suspicious" or "fail".
    sentence : str
        The answer in words, with its numbers.
    p_value : float or None
        Probability of what was seen, or of more, had there been no fault; None where nothing was
        tested.
    size : int
        Draws, points or replicates that the answer rests on.
    statistic : float or None
        What the p-value is of.
    first : int or None
        Draws after which the fault showed first, of a sampler that is looked at several times.
    level : float or None
        A p-value below it is a fault: the share of the level that this test had at that look.
    supposes_law : bool
        Whether it is about dependence, and supposes the law of single draws: where that is wrong
        too, it may follow.

    Examples
    --------
    >>> Finding("bias", "pass", "none that is sure", 0.4, 200).p_value
    0.4

    """

    test: str
    grade: str
    sentence: str
    p_value: float | None
    size: int
    statistic: float | None = None
    first: int | None = None
    level: float | None = None
    supposes_law: bool = False

    @property
    def question(self) -> str:
        """The same as ``test``.

        Returns
        -------
        str

        Examples
        --------
        >>> Finding("bias", "pass", "none that is sure", 0.4, 200).question
        'bias'

        """
        return self.test


def worst(findings: tuple[Finding, ...]) -> str:
    """The gravest grade of some findings."""
    return max((finding.grade for finding in findings), key=GRADES.index, default=GRADES[0])


def with_faults(grade: str, findings: Sequence[Finding], most: int) -> str:
    """A grade, and the first of the tests that made it so, if it is no pass."""
    bad = [finding.test for finding in findings if finding.grade == grade != "pass"]
    more = ", ..." if len(bad) > most else ""
    return f"{grade}: {', '.join(bad[:most])}{more}" if bad else grade
