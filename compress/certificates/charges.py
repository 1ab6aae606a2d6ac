"""What a certificate charges, and how a training error was estimated."""

from dataclasses import dataclass
from math import log
from typing import Any

from stablenoise.checks import check_integer, check_share
from stablenoise.results import Result

MAX_COUNT = 2**53  # integers below are floats


@dataclass(frozen=True, slots=True, repr=False)
class Charge(Result):
    """What one choice, or the chance of failure, costs.

    Parameters
    ----------
    name : str
        What is charged, as a table names it.
    nats : float
        Natural logarithm of the number of equally likely choices; negative for a gain, as of
        symmetry.

    Examples
    --------
    >>> charge = Charge("code", 8 * log(2))
    >>> charge
    Charge(code: 8.00 bits)
    >>> charge.to_dict()
    {'name': 'code', 'bits': 8.0, 'nats': 5.545177444479562}

    """

    name: str
    nats: float

    @property
    def bits(self) -> float:
        """The charge in the unit of codes: nats divided by log 2, so that n bits are 2^n choices.

        Returns
        -------
        float

        """
        return self.nats / log(2)

    def to_dict(self) -> dict[str, Any]:
        """Name, bits and nats.

        Returns
        -------
        dict

        """
        return {"name": self.name, "bits": self.bits, "nats": self.nats}

    def _summary(self) -> str:
        return f"{self.name}: {self.bits:z.2f} bits"


@dataclass(frozen=True, slots=True)
class MonteCarlo:
    """How the training error of a randomised network was estimated.

    Parameters
    ----------
    draws : int
        Independent draws of the network, each evaluated on all n examples or on one of its own.
    delta : float
        The part of the certificate's delta that is the chance that the estimate is too low.

    Raises
    ------
    ValueError
        If draws is no positive integer, or delta not in (0, 1).

    Examples
    --------
    >>> MonteCarlo(draws=1000, delta=0.01).draws
    1000

    """

    draws: int
    delta: float

    def __post_init__(self) -> None:
        check_integer("draws", self.draws, 1, MAX_COUNT)
        check_share("delta of the Monte Carlo estimate", self.delta)
