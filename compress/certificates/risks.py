"""A limit of a risk, with every charge itemised."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, fsum, log, nextafter
from typing import TYPE_CHECKING, Any

import numpy as np

from stablenoise.text_table import aligned, counted
from stablenoise.values import set_fields

from .charges import Charge
from .limits import Limit, in_words, printed_risk, printed_units, together

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SEEN_BY_PRIOR = "the prior saw"  # how an assumption of a prior from data begins
NOTHING_SAID = "does not beat its hold-out limit: says nothing"
INDEPENDENCE = "examples drawn independently, from the law that the risk is of"
PRIOR_CHOICES = (
    "fixed before the sample was seen: all that no charge pays for, delta and the inequality"
)


@dataclass(frozen=True, slots=True, repr=False)
class RiskCertificate(Limit):
    """A limit of the risk that fails with probability delta at most, and what it is made of.

    ``occam`` and ``pac_bayes`` make it.  It prints as its table.

    Parameters
    ----------
    value : float
        The limit, in [0, 1].
    form : str
        The inequality used: the name of a function of ``inequalities``.
    errors : float
        Training errors among n, as given.
    n : int
        Training examples.
    train_error : float
        Error rate put into the inequality: errors / n, rounded up, or its upper limit by Monte
        Carlo.
    delta : float
        Probability with which the limit may fail, all in all.
    charges : tuple of Charge
        What was added up.
    kind : {"deterministic", "stochastic"}
        Whether the risk is that of one network, or the mean risk over a posterior.
    assumptions : tuple of str
        What must hold for the limit to hold, and cannot be seen from the numbers.
    observed : str
        What ``train_error`` is the error of, as the table names it.
    null : RiskCertificate, optional
        Where the prior saw data, the hold-out limit of the prior by the examples that are counted.
        If ``value`` is not below it, this certificate says nothing, and only the null is printed.

    Raises
    ------
    ValueError
        If an assumption says that the prior saw data and there is no null, or it is of other
        examples.

    Examples
    --------
    >>> from compress import occam
    >>> certificate = occam(errors=470, n=60_000, bits={"weights": 34_376}, delta=0.05)
    >>> certificate
    RiskCertificate(risk at most 0.3551, at confidence 1 - 0.05, 470 errors of 60,000, 34,412 bits)
    >>> print(certificate)
    risk at most 0.3551, at confidence 1 - 0.05 (binomial_tail)
                        bits      nats    risk
    training error                      0.0078
    weights         34376.00  23827.63  0.3469
    length prefix      31.00     21.49  0.0003
    delta               4.32      3.00  0.0000
    total           34411.32  23852.11  0.3551
    assumed: examples drawn independently, from the law that the risk is of
    assumed: fixed before the sample was seen: all that no charge pays for, delta and the inequality
    """

    value: float
    form: str
    errors: float
    n: int
    train_error: float
    delta: float
    charges: tuple[Charge, ...]
    kind: str = "deterministic"
    assumptions: tuple[str, ...] = (INDEPENDENCE, PRIOR_CHOICES)
    observed: str = "training error"
    null: RiskCertificate | None = None

    __setstate__ = set_fields

    def __post_init__(self) -> None:
        saw = any(each.startswith(SEEN_BY_PRIOR) for each in self.assumptions)
        if saw and self.null is None:
            raise ValueError("null must be there where a prior saw data, got None")
        if self.null is None:
            return
        if self.null.n != self.n:
            raise ValueError(f"null must be of the same {self.n} examples, got {self.null.n}")
        if self.null.form != "binomial_tail" or self.null.delta != self.delta:
            seen = f"{self.null.form} at {self.null.delta}"
            raise ValueError(f"null must be a binomial_tail at delta {self.delta}, got {seen}")

    def __str__(self) -> str:
        return self.table()

    def _summary(self) -> str:
        if not self.says_something:
            return self.statement
        errors = f"{counted(self.errors, 'error')} of {self.n:,}"
        bits = counted(ceil(self.bits), "bit")
        return f"{self.statement}, at confidence 1 - {self.delta}, {errors}, {bits}"

    @property
    def statement(self) -> str:
        """The limit in words, without its confidence; its null beside it, or in its place.

        Returns
        -------
        str

        """
        if self.null is None:
            return in_words(self)
        null = printed_risk(self.null.value)
        if not self.says_something:
            return f"{NOTHING_SAID}; that limit is {null}"
        return in_words(self, f" (hold-out limit {null})")

    @property
    def says_something(self) -> bool:
        """Whether the limit is one to be told: its prior saw no data, or it is below its null.

        Both as they are printed.

        Returns
        -------
        bool

        """
        null = self.null
        return null is None or printed_units(self.value) < printed_units(null.value)

    @property
    def bits(self) -> float:
        """All charges together in the unit of codes: the size of a file that would be charged so.

        It is ``nats`` divided by log 2; delta counts as -log2(delta) bits.

        Returns
        -------
        float

        """
        return self.nats / log(2)

    @property
    def nats(self) -> float:
        """All charges together in the unit that the inequalities take: a sum of logarithms.

        Returns
        -------
        float

        """
        return fsum(charge.nats for charge in self.charges)

    def rises(self) -> list[tuple[str, float]]:
        """What makes up the limit: the training error, and what each charge adds to it.

        Returns
        -------
        list of (str, float)
            The numbers add up to the value.  The limit depends on the charges through the sum of
            their nats alone, so each has its share of the rise by nats, in whatever order.

        Examples
        --------
        >>> from compress import occam
        >>> certificate = occam(errors=470, n=60_000, bits=34_376, delta=0.05)
        >>> [(name, round(rise, 3)) for name, rise in certificate.rises()][:2]
        [('training error', 0.008), ('code', 0.347)]

        """
        observed = rate_upper(self.errors, self.n)
        rises = [(self.observed, observed)]
        if self.train_error > observed:
            rises.append(("Monte Carlo", self.train_error - observed))
        each = (self.value - self.train_error) / self.nats
        return rises + [(charge.name, charge.nats * each) for charge in self.charges]

    def table(self) -> str:
        """The limit in one line, what makes it up in aligned columns, and what is assumed.

        Returns
        -------
        str
            For each charge but those of 0 its bits, its nats, and what it adds to the limit, which
            itself is rounded upwards.  Of a certificate that does not beat its null, the null's.

        Examples
        --------
        >>> from compress import occam
        >>> print(occam(errors=3, n=100, bits=500, delta=0.05).table().splitlines()[0])
        risk at most 0.9787, at confidence 1 - 0.05 (binomial_tail)

        """
        if self.null is not None and not self.says_something:
            last = together(self.delta, self.delta, which="this limit and the one not shown")
            return "\n".join([self._unbeaten, self.null.table(), *last])
        rises = self.rises()
        first = len(rises) - len(self.charges)
        rows = [("", "bits", "nats", "risk")]
        rows += [(name, "", "", f"{rise:.4f}") for name, rise in rises[:first]]
        parts = zip(self.charges, rises[first:], strict=True)
        rows += [_row(name, charge.nats, rise) for charge, (name, rise) in parts if charge.nats]
        rows.append((*_row("total", self.nats, self.value)[:-1], printed_risk(self.value)))
        head = f"{self.statement}, at confidence 1 - {self.delta} ({self.form})"
        notes = [f"assumed: {each}" for each in self.assumptions]
        if self.null is not None:
            rows.append(_null_row(self.null))
            notes += self._together
        return "\n".join([head, aligned(rows), *notes])

    @property
    def _together(self) -> list[str]:
        """Which of the two limits is told depends on the data: it holds where both do."""
        return together(self.delta, self.delta)

    @property
    def _unbeaten(self) -> str:
        """What stands above the table of a null that was not beaten: no limit."""
        errors = f"{counted(self.errors, 'error')} of {self.n:,}"
        bits = counted(ceil(self.bits), "bit")
        return f"{NOTHING_SAID} ({bits}, {errors}); the hold-out limit of its prior:"

    def to_dict(self) -> dict[str, Any]:
        """All of it as numbers and words that JSON holds.

        Returns
        -------
        dict
            ``value``, ``form``, ``kind``, ``errors``, ``n``, ``train_error``, ``delta``, ``bits``,
            ``charges``, a list of dicts of ``name``, ``bits`` and ``nats``, ``assumptions``, a
            list of sentences, ``observed``, and ``null``, such a dict or None.

        Examples
        --------
        >>> from compress import occam
        >>> occam(errors=3, n=100, bits=500, delta=0.05).to_dict()["charges"][0]["name"]
        'code'

        """
        names = "value", "form", "kind", "errors", "n", "train_error", "delta", "bits"
        numbers = {name: getattr(self, name) for name in names}
        charges = [charge.to_dict() for charge in self.charges]
        words: dict[str, Any] = {"assumptions": list(self.assumptions), "observed": self.observed}
        words["null"] = None if self.null is None else self.null.to_dict()
        return numbers | {"charges": charges} | words

    def plot(self, ax: Axes | None = None) -> Axes:
        """What makes up the limit, as bars, each from where the one before ends.

        Parameters
        ----------
        ax : Axes, optional
            Axes of matplotlib; by default those of a new figure.

        Returns
        -------
        Axes

        Raises
        ------
        ImportError
            If matplotlib, of the extra ``checks``, is not there.

        Examples
        --------
        >>> from compress import occam
        >>> occam(errors=3, n=100, bits=500, delta=0.05).plot().get_xlabel()
        'risk'

        """
        if self.null is not None and not self.says_something:
            return self.null.plot(ax)
        if ax is None:
            from matplotlib.figure import Figure

            ax = Figure(layout="constrained").subplots()
        names, rises = zip(*self.rises(), strict=True)
        starts = np.cumsum([0.0, *rises[:-1]])
        ax.barh(range(len(names)), rises, left=starts, tick_label=names)
        ax.axvline(self.value, color="black", linestyle=":")
        ax.invert_yaxis()
        ax.set_xlabel("risk (the limit is vacuous)" if self.vacuous else "risk")
        return ax


def _null_row(null: RiskCertificate) -> tuple[str, str, str, str]:
    """Line of a table for the limit that has to be beaten."""
    row = _row("hold-out limit", null.nats, null.value)
    return (*row[:-1], printed_risk(null.value))


def rate_upper(errors: float, n: int) -> float:
    """Return errors / n, rounded up, as every limit rises with it."""
    rate = float(errors / n)
    # Fractions are exact: they tell whether the quotient was rounded down.
    return nextafter(rate, 1.0) if Fraction(rate) < Fraction(float(errors)) / n else rate


def _row(name: str, nats: float, rise: float) -> tuple[str, str, str, str]:
    """Line of a table; the z in the formats keeps 0 from being printed as -0."""
    return name, f"{nats / log(2):z.2f}", f"{nats:z.2f}", f"{rise:z.4f}"
