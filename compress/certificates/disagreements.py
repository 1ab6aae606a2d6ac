r"""Certificate of a network as it is, through another one that has a certificate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, nextafter
from typing import Any

from stablenoise.checks import check_integer, check_kind, check_share, told
from stablenoise.text_table import aligned, counted

from .certificate import Amounts, named_amounts, occam
from .charges import MAX_COUNT
from .limits import Limit, printed_risk
from .risks import RiskCertificate

__all__ = ["Disagreement", "disagreement"]

UNSEEN = "these {m:,} inputs drawn independently, from that law, unseen by the target"
SURROGATE = "the surrogate did not see these inputs either, or what it took from them is charged"


@dataclass(frozen=True, slots=True, repr=False)
class Disagreement(Limit):
    """A limit of the risk of a target: that of a surrogate, and how often the two differ.

    ``disagreement`` makes it.  It prints as its table.

    Parameters
    ----------
    surrogate : RiskCertificate
        Of the other network.
    difference : RiskCertificate
        Limit of the probability that the two predict different classes: the surrogate's risk if
        the target's class were the label.

    Examples
    --------
    >>> from compress import occam
    >>> surrogate = occam(errors=470, n=60_000, bits=34_376, delta=0.04)
    >>> disagreement(surrogate, differences=250, m=10_000, delta=0.01)
    Disagreement(risk at most 0.3840, at confidence 1 - 0.05, 0.3551 and 0.0289)

    """

    surrogate: RiskCertificate
    difference: RiskCertificate

    def __post_init__(self) -> None:
        check_kind("surrogate", self.surrogate, RiskCertificate)
        check_kind("difference", self.difference, RiskCertificate)
        if not self.delta < 1:
            raise ValueError(f"both deltas together must lie in (0, 1), got {self.delta}")

    def __str__(self) -> str:
        return self.table()

    def _summary(self) -> str:
        parts = f"{printed_risk(self.surrogate.value)} and {printed_risk(self.difference.value)}"
        return f"{self.statement}, at confidence 1 - {self.delta:.6g}, {parts}"

    @property
    def value(self) -> float:
        """The limit of the target's risk: the sum of both, rounded up.

        Returns
        -------
        float
            In [0, 1].

        """
        return min(1.0, nextafter(self.surrogate.value + self.difference.value, inf))

    @property
    def delta(self) -> float:
        """Probability with which the limit may fail: the sum of both.

        Returns
        -------
        float

        """
        return self.surrogate.delta + self.difference.delta

    def table(self) -> str:
        """The limit in one line, the two that it is the sum of, and what is assumed.

        Returns
        -------
        str

        Examples
        --------
        >>> from compress import occam
        >>> surrogate = occam(errors=470, n=60_000, bits=34_376, delta=0.04)
        >>> print(disagreement(surrogate, 250, 10_000, 0.01).table().splitlines()[3])
        250 differences of 10,000 inputs  0.0289   0.01

        """
        seen = f"{counted(self.surrogate.errors, 'error')} of {self.surrogate.n:,}"
        differ = f"{counted(self.difference.errors, 'difference')} of {self.difference.n:,} inputs"
        rows = [("", "risk", "delta")]
        rows += [
            (name, printed_risk(part.value), f"{part.delta:.6g}")
            for name, part in (
                (f"surrogate, {seen}", self.surrogate),
                (differ, self.difference),
                ("total", self),
                ("hold-out limit of the surrogate", self.surrogate.null),
            )
            if part is not None
        ]
        head = f"{self.statement}, at confidence 1 - {self.delta:.6g} (a sum of two limits)"
        assumed = [*self.surrogate.assumptions, *self.difference.assumptions]
        return "\n".join([head, aligned(rows), *(f"assumed: {each}" for each in assumed)])

    def to_dict(self) -> dict[str, Any]:
        """All of it as numbers and words that JSON holds.

        Returns
        -------
        dict
            ``value``, ``delta``, and both certificates as dicts.

        Examples
        --------
        >>> from compress import occam
        >>> surrogate = occam(errors=470, n=60_000, bits=34_376, delta=0.04)
        >>> list(disagreement(surrogate, 250, 10_000, 0.01).to_dict())
        ['value', 'delta', 'surrogate', 'difference']

        """
        parts = {"surrogate": self.surrogate, "difference": self.difference}
        dicts = {name: part.to_dict() for name, part in parts.items()}
        return {"value": self.value, "delta": self.delta, **dicts}


def disagreement(
    surrogate: RiskCertificate,
    differences: int,
    m: int,
    delta: float,
    *,
    bits: Amounts = 0.0,
) -> Disagreement:
    r"""Certificate of a target network as it is, through a surrogate that has a certificate.

    .. math:: P(\mathrm{target\ wrong}) \le P(\mathrm{surrogate\ wrong}) +
              P(\mathrm{target} \ne \mathrm{surrogate})

    as the target is wrong only where the surrogate is, or where they differ.  The second term is
    counted on inputs without labels, and has the exact binomial limit.  The target may be anything:
    no bit of it is charged.

    Parameters
    ----------
    surrogate : RiskCertificate
        Of the other network, at a delta of its own.  One whose prior saw data is below its null,
        which is told too.
    differences : int
        Inputs for which the two predict different classes, in [0, m].
    m : int
        Inputs, independent, that **the target never saw**: neither its training nor the choice of
        it.
    delta : float
        Probability with which the limit of the disagreement may fail, in (0, 1): the two deltas add
        up to that of the result, and were fixed before.
    bits : float, mapping of str to float, or sequence of pairs
        What was chosen after these inputs were seen, in bits: log2 of the number of surrogates
        that were compared by their differences; or all bits of the surrogate's code, once more,
        if it was trained on these inputs or on the target's classes for them.

    Returns
    -------
    Disagreement

    Raises
    ------
    ValueError
        If an argument is out of range, the surrogate's limit is not below its null, or bits are
        charged for a randomised surrogate, for which the exact limit does not hold after a choice.

    Notes
    -----
    Inputs on which the target was trained say nothing, whatever is charged: a target that repeats
    the surrogate on these and errs everywhere else has no difference on them.  Those on which the
    surrogate was trained serve if its bits are charged again, for then every surrogate of the code
    was there before them.  A surrogate without a code (``holdout``) must not have seen them.

    Of a randomised surrogate a network is drawn anew for each input.

    References
    ----------
    Derived here.  Bazinet, Zantedeschi & Germain, "Bound to Disagree", arXiv 2602.23128, has the
    idea: its abstract was read, and of its code (github.com/GRAAL-Research/Bound-to-Disagree,
    ``bounds/disagreement_bounds.py``) that it adds the binomial limit of the disagreement to a
    limit of the surrogate; its theorems were not.

    Examples
    --------
    >>> from compress import occam
    >>> surrogate = occam(errors=470, n=60_000, bits=34_376, delta=0.04)
    >>> print(disagreement(surrogate, differences=250, m=10_000, delta=0.01))
    risk at most 0.3840, at confidence 1 - 0.05 (a sum of two limits)
                                        risk  delta
    surrogate, 470 errors of 60,000   0.3551   0.04
    250 differences of 10,000 inputs  0.0289   0.01
    total                             0.3840   0.05
    assumed: examples drawn independently, from the law that the risk is of
    assumed: fixed before the sample was seen: all that no charge pays for, delta and the inequality
    assumed: these 10,000 inputs drawn independently, from that law, unseen by the target
    assumed: the surrogate did not see these inputs either, or what it took from them is charged

    """
    check_kind("surrogate", surrogate, RiskCertificate)
    m = check_integer("m", m, 1, MAX_COUNT)
    differences = check_integer("differences", differences, 0, m + 1)
    delta = check_share("delta", delta)
    charged = named_amounts("bits", "choices", bits)
    if not surrogate.says_something:
        raise ValueError(f"surrogate must have a limit below its null, got {surrogate.statement}")
    if surrogate.kind == "stochastic" and any(amount for _, amount in charged):
        raise ValueError(f"bits must be 0 for a randomised surrogate, got {told(bits)}")
    limit = occam(differences, m, [("", 0.0)], delta, options=charged, prefix=None)
    charges = tuple(charge for charge in limit.charges if charge.nats)
    assumed = UNSEEN.format(m=m), SURROGATE
    return Disagreement(
        surrogate,
        replace(limit, charges=charges, assumptions=assumed, observed="differences"),
    )
