"""What a run is asked for: how many rows at most, which seed, how many workers."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isqrt
from typing import Any

from stablenoise.checks import check_integer, told
from stablenoise.moved import renamed_keywords

from .claim import Claim

BUDGETS: dict[str, Callable[[Claim], int]] = {
    "smoke": lambda claim: claim.smoke,
    "standard": lambda claim: isqrt(claim.smoke * claim.full),
    "full": lambda claim: claim.full,
}


@renamed_keywords(jobs="workers")
@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is asked for.

    Parameters
    ----------
    budget : str or int, optional
        One of ``BUDGETS``, or the largest number of replicates, from 1 on.
    seed : int, optional
        In [0, 2^64).
    workers : int, optional
        Processes, in [1, 65535]; with one, all is done in the process that asks.

    Raises
    ------
    ValueError
        If one is out of range.

    """

    budget: str | int = "full"
    seed: int = 1
    workers: int = 1

    def __post_init__(self) -> None:
        if not (self.budget in BUDGETS if isinstance(self.budget, str) else _counts(self.budget)):
            rule = f"budget must be one of {', '.join(BUDGETS)} or an integer from 1 on"
            raise ValueError(f"{rule}, got {told(self.budget)}")
        check_integer("seed", self.seed, 0, 2**64)
        check_integer("workers", self.workers, 1, 2**16)

    def cap(self, claim: Claim) -> int:
        """Largest number of replicates for ``claim``; more say nothing new of arithmetic."""
        if claim.is_computed:
            return claim.full
        if isinstance(self.budget, int):
            return self.budget
        return BUDGETS[self.budget](claim)


def _counts(budget: Any) -> bool:
    return type(budget) is int and budget > 0
