"""Bundles of networks that were certified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from numpy.typing import ArrayLike

from stablenoise.checks import check_kind, told

from ...coding.length import CodeLength
from ..risks import INDEPENDENCE, PRIOR_CHOICES
from ..ternary.descriptions import Description
from ..ternary.grammar import FAMILIES
from . import mistakes, spelling
from .exact_tails import decimal_limit
from .samples import NamedSample, as_rows, checked_classes
from .values import POWERS, Bundle, PriorNull, charges_of, target_of

STATEMENTS = INDEPENDENCE, PRIOR_CHOICES


def bundled(
    network: Description | CodeLength,
    sample: NamedSample,
    labels: ArrayLike,
    predictions: ArrayLike,
    delta: float = 0.05,
    *,
    options: int | Mapping[str, int] = 1,
    prior: PriorNull | None = None,
    statements: Sequence[str] = STATEMENTS,
) -> Bundle:
    """Bundle of a network with the smallest limit of four digits, by the exact binomial tail.

    Parameters
    ----------
    network : Description or CodeLength
        A description of the family ternary-1, or the code of arrays, as of ``Encoded``.
    sample : NamedSample
        Which examples it is certified on.
    labels : array_like of int, shape (n,)
        Theirs.
    predictions : array_like of int, shape (n,)
        Class that the network gives each of them.  **They are believed**: the inputs are not here
        to count again.  ``verified`` and ``verify.py`` refuse a bundle whose network gives others.
    delta : float
        Probability with which the certificate may fail, in (0, 1), of at most 9 decimals.
    options : int or mapping of str to int
        How many other things were tried on the data, as for ``compress.certify``.
    prior : PriorNull, optional
        If a prior was trained on examples that are not of the sample.
    statements : sequence of str
        What cannot be seen from the numbers, a line of ASCII each.

    Returns
    -------
    Bundle

    Raises
    ------
    ValueError
        If an argument is out of range, or labels are not those of the sample.

    Examples
    --------
    >>> import numpy as np
    >>> from compress import code_length
    >>> from compress.certificates import named_sample
    >>> x = np.random.default_rng(1).normal(size=(2000, 10))
    >>> labels = x.argmax(axis=1)
    >>> sample = named_sample("normal", x, labels, 10)
    >>> bundled(code_length({"w": np.eye(10)}), sample, labels, labels)
    Bundle(adaptive, 10 bytes, risk at most 0.0289, 0 errors of 2,000 of normal)

    """
    check_kind("network", network, Description, CodeLength)
    check_kind("sample", sample, NamedSample)
    truth, given = (
        checked_classes(name, values, sample)
        for name, values in (("labels", labels), ("predictions", predictions))
    )
    if mistakes.digest(truth) != sample.labels_sha256:
        raise ValueError("labels must be those of the sample, got others")
    codec, payload, charges = _coded(network)
    chosen = _options(options, codec)
    text, wrong = spelling.as_decimal("delta", delta), mistakes.of(truth, given)
    limit = decimal_limit(len(wrong), sample.n, target_of(text, charges, chosen))
    return Bundle(
        *(codec, payload, sample, wrong, mistakes.digest(given)),
        charges=charges,
        options=chosen,
        delta=text,
        limit=limit,
        prior=prior,
        statements=_lines(statements),
    )


def prior_null(
    payload: bytes, rows: Sequence[int], labels: ArrayLike, predictions: ArrayLike, delta: float
) -> PriorNull:
    """What a network that was trained on other examples is worth on those of a bound.

    Its limit is the smallest of four digits: the null of a certificate whose prior it is.

    Parameters
    ----------
    payload : bytes
        What it is decoded from.
    rows : sequence of int
        Rows that it saw.
    labels, predictions : array_like of int, shape (n,)
        Of the examples of the bound.
    delta : float
        In (0, 1), of at most 9 decimals.

    Returns
    -------
    PriorNull

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> prior_null(b"abc", (5, 7), [0, 1, 1, 0], [0, 1, 0, 0], 0.05)
    PriorNull(3 bytes, 1 error, hold-out limit 0.7514)

    """
    truth, given = (
        checked_classes(name, values)
        for name, values in (("labels", labels), ("predictions", predictions))
    )
    if truth.shape != given.shape:
        raise ValueError(f"predictions must be as many as labels, got {given.shape}, {truth.shape}")
    wrong = mistakes.of(truth, given)
    target = Fraction(spelling.as_decimal("delta", delta))
    limit = decimal_limit(len(wrong), len(truth), target)
    return PriorNull(payload, as_rows(rows), wrong, limit)


def _lines(statements: Any) -> tuple[str, ...]:
    """Statements as a tuple."""
    if not isinstance(statements, tuple | list):
        raise ValueError(f"statements must be a sequence of lines, got {told(statements)}")
    return tuple(statements)


def _coded(network: Description | CodeLength) -> tuple[str, bytes, dict[str, int]]:
    """Codec, payload, and bits of it by name."""
    if isinstance(network, Description):
        return FAMILIES[0], network.to_bytes(), charges_of(network)
    charges = {"payload": network.bits}
    if network.charged > network.bits:
        charges["length"] = network.charged - network.bits
    return network.codec, network.payload, charges


def _options(options: int | Mapping[str, int], codec: str) -> dict[str, int]:
    """Counts of options by name, that of the family among them."""
    named = options if isinstance(options, Mapping) else {"options": options}
    family = {"family": len(FAMILIES)} if codec in FAMILIES else {}
    return family | spelling.counts("options", named, POWERS["options"])
