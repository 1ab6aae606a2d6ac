"""Rows that a user declares were never used, and the hold-out limit by them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_all, told
from stablenoise.data.columns import column
from stablenoise.results import Result
from stablenoise.text_table import aligned

from ...networks.model import Arrays, Model, Said
from ..certifiers import Encoded, certifier_of, check_sequences
from ..limits import printed_risk, together
from ..nulls import chosen_null
from ..risks import RiskCertificate
from ..sample import Sample
from ..terms import Options, Terms
from ..trial import Predict, Trial
from .differences import network_arrays
from .parts import count_errors
from .splits import Split, unseen_rows

RANGES = re.compile(r"\d{1,18}(:\d{1,18})?(,\d{1,18}(:\d{1,18})?)*")
SUFFIXES = ".npy", ".txt", ".csv"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class WithHoldout(Result):
    """A network's certificate by its code, and its hold-out limit by rows that it never saw.

    Parameters
    ----------
    encoded : Encoded
        With the certificate by the code, of all examples.
    holdout : RiskCertificate
        Of the network as it was given, by the rows that its user declares were never used.
    split : Split
        Those rows are its ``bound``.

    """

    encoded: Encoded
    holdout: RiskCertificate
    split: Split

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
        return "\n".join([*lines, *together(code.delta, null.delta)])


def _column(head: str, limit: RiskCertificate) -> tuple[str, ...]:
    shown = "vacuous" if limit.vacuous else printed_risk(limit.value)
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
        when to stop or which network to keep.  All of them, of a network from elsewhere.
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
    split = unseen_rows(len(certifier.sample.x), rows, shares)
    encoded = certifier.as_it_is()
    return beside_holdout(encoded, certifier.trial, certifier.sample, split, delta)


def beside_holdout(
    encoded: Encoded, trial: Trial, sample: Sample, split: Split, delta: float
) -> WithHoldout:
    """The hold-out limit of a network as it was given, beside a certificate that is at hand."""
    x, labels = sample.x[split.bound], sample.labels[split.bound]
    rest = Sample(x, labels, sample.distinct)
    errors = count_errors("the network", trial, network_arrays(trial), rest)
    limit = chosen_null(errors, len(x), delta, split.shares)
    told_of = (sample.assumption, *limit.assumptions[1:])
    return WithHoldout(encoded, replace(limit, assumptions=told_of), split)


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
