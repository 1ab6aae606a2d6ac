"""Rows that a user declares were never used, and the hold-out limit by them."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_all, check_integer, told
from stablenoise.data.columns import column
from stablenoise.results import Result
from stablenoise.text_table import aligned

from ...networks.model import Arrays, Model, Said
from ..certifiers import Encoded, certifier_of, check_sequences
from ..charges import MAX_COUNT
from ..limits import printed_risk
from ..nulls import chosen_null
from ..risks import RiskCertificate
from ..sample import Sample
from ..terms import Options, Terms
from ..trial import Predict, Trial
from .differences import network_arrays
from .parts import count_errors
from .splits import checked_rows

RANGES = re.compile(r"\d{1,18}(:\d{1,18})?(,\d{1,18}(:\d{1,18})?)*")
SUFFIXES = ".npy", ".txt", ".csv"


class Unseen(NamedTuple):
    """Rows that a user declares were never used, and how many such sets were stated."""

    rows: np.ndarray
    shares: int

    @classmethod
    def checked(cls, rows: ArrayLike, n: int, shares: int) -> Unseen:
        """Return row numbers below n, in ascending order, or raise ValueError."""
        return cls(checked_rows("rows", rows, n), check_integer("shares", shares, 1, MAX_COUNT))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class WithHoldout(Result):
    """A network's certificate by its code, and its hold-out limit by rows that it never saw.

    Parameters
    ----------
    encoded : Encoded
        With the certificate by the code, of all examples.
    holdout : RiskCertificate
        Of the network as it was given, by the rows that its user declares were never used.
    rows : ndarray of int
        Those rows, in ascending order.

    """

    encoded: Encoded
    holdout: RiskCertificate
    rows: np.ndarray

    def _summary(self) -> str:
        code, limit = (printed_risk(c.value) for c in (self.encoded.certificate, self.holdout))
        return f"by its code {code}, hold-out {limit} of {self.holdout.n:,} rows"

    def table(self) -> str:
        """Both limits side by side, and what is assumed.

        Returns
        -------
        str

        """
        code, null = self.encoded.certificate, self.holdout
        columns: list[tuple[str, ...]] = [("", "examples", "errors", "bits", "risk at most")]
        columns += [_column("by its code", code), _column("hold-out, as given", null)]
        lines = [aligned(list(zip(*columns, strict=True)))]
        lines += [f"assumed of the hold-out: {each}" for each in null.assumptions]
        lines.append(f"both limits hold together at confidence 1 - {code.delta + null.delta:g}")
        return "\n".join(lines)


def _column(head: str, limit: RiskCertificate) -> tuple[str, ...]:
    shown = printed_risk(limit.value)
    return head, f"{limit.n:,}", f"{limit.errors:,}", f"{limit.bits:,.2f}", shown


def with_holdout(
    weights: Arrays | Model,
    data: tuple[ArrayLike, ArrayLike],
    rows: ArrayLike,
    delta: float = 0.05,
    *,
    predict: Predict | None = None,
    architecture: Said = None,
    codecs: Sequence[str] = ("adaptive",),
    options: Options = 1,
    repeats: str | None = None,
    shares: int = 1,
) -> WithHoldout:
    """Certificate of a network by its code, beside its hold-out limit by rows that it never saw.

    Parameters
    ----------
    weights, data, delta, predict, architecture, codecs, options, repeats
        As for ``certify``, whose certificate is of all examples.
    rows : array_like of int, shape (m,)
        Rows of ``data`` that **nothing of the network has seen**: neither training, nor a choice of
        when to stop or which network to keep.  All rows, of a network from elsewhere.
    shares : int
        How many sets of rows were stated beforehand, of which this is one: the hold-out limit is
        charged log2 of their number.

    Returns
    -------
    WithHoldout

    Raises
    ------
    ValueError
        As ``certify``, and if rows are out of range, repeated or none, or outputs for them are no
        numbers.

    Examples
    --------
    >>> x = np.random.default_rng(1).normal(size=(2000, 10))
    >>> data = x, x.argmax(axis=1)
    >>> print(with_holdout({"w": np.eye(10)}, data, rows=range(1500, 2000)).table())
                  by its code  hold-out, as given
    examples            2,000                 500
    errors                  0                   0
    bits                84.32                4.32
    risk at most       0.0289              0.0060
    assumed of the hold-out: examples drawn independently, from the law that the risk is of
    assumed of the hold-out: the network, n and delta were fixed before these 500 examples were seen
    both limits hold together at confidence 1 - 0.1

    """
    check_sequences(codecs=codecs)
    terms = Terms(delta, tuple(codecs), options)
    certifier = certifier_of(weights, data, terms, predict, architecture, repeats)
    unused = Unseen.checked(rows, len(certifier.sample.x), shares)
    encoded = certifier.as_it_is()
    return beside_holdout(encoded, certifier.trial, certifier.sample, unused, delta)


def unseen(options: Namespace, n: int) -> Unseen:
    """What the switches of the command line say of n rows."""
    return Unseen.checked(declared_rows(options.unseen, n), n, options.shares)


def beside_holdout(
    encoded: Encoded, trial: Trial, sample: Sample, unused: Unseen, delta: float
) -> WithHoldout:
    """The hold-out limit of a network as it was given, beside a certificate that is at hand."""
    x, labels = sample.x[unused.rows], sample.labels[unused.rows]
    rest = Sample(x, labels, sample.distinct)
    errors = count_errors("the network", trial, network_arrays(trial), rest)
    limit = chosen_null(errors, len(x), delta, unused.shares)
    told_of = (sample.assumption, *limit.assumptions[1:])
    return WithHoldout(encoded, replace(limit, assumptions=told_of), unused.rows)


def declared_rows(said: str, n: int) -> np.ndarray:
    """Row numbers below n that are said: ranges as 5:9,12, or a file that has one in each row."""
    if RANGES.fullmatch(said):
        return np.concatenate([_range(part, n) for part in said.split(",")])
    path = Path(said)
    if path.suffix.lower() not in SUFFIXES:
        rule = f"--unseen must be ranges, as 48000:60000, or a {', '.join(SUFFIXES)} file"
        raise ValueError(f"{rule}, got {told(said)}")
    numbers: Any = column(path)
    check_all(numbers == np.floor(numbers), f"rows of {path} must be whole numbers", numbers)
    check_all((numbers >= 0) & (numbers < n), f"rows of {path} must lie in [0, {n:,})", numbers)
    return numbers.astype(np.int64)


def _range(said: str, n: int) -> np.ndarray:
    first, _, last = said.partition(":")
    start, stop = int(first), int(last) if last else int(first) + 1
    if not start < stop <= n:
        rule = f"ranges of rows must be first:last + 1 within 0:{n}"
        raise ValueError(f"{rule}, got {said}")
    return np.arange(start, stop)
