"""A bundle: a certificate with all that is needed to compute it again."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

from stablenoise.checks import check_kind, told
from stablenoise.results import Result
from stablenoise.text_table import counted
from stablenoise.values import by_content

from ...coding.length import length_bits
from ..ternary.descriptions import Description
from ..ternary.grammar import FAMILIES, Domain
from . import mistakes, spelling
from .exact_tails import decimal_limit, tail_is_at_most
from .mistakes import Mistakes
from .samples import MAX_ROW, NamedSample, check_integers

POWERS = {"charges": 27, "options": 1000}  # of two, which counts are below
KINDS = "data-free", "prior from data"
PREFIX_CODECS = "adaptive", "grouped", "lzma", "zlib"  # codes that end by themselves


@dataclass(frozen=True, slots=True, repr=False)
class PriorNull(Result):
    """A network trained on other examples, and what it alone is worth on those of a bound.

    Parameters
    ----------
    payload : bytes
        What it is decoded from.
    rows : tuple of int
        Rows of the part of the data set that it saw.
    mistakes : tuple of (int, int)
        Index and predicted class of each example of the bound that it has wrong, by index.
    limit : str
        Its hold-out limit, a decimal: with probability 1 - delta its risk is not above.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> PriorNull(b"abc", (5, 7, 8), ((0, 1),), "0.2000")
    PriorNull(3 bytes, 1 error, hold-out limit 0.2000)

    """

    payload: bytes
    rows: tuple[int, ...]
    mistakes: Mistakes
    limit: str

    def __post_init__(self) -> None:
        check_kind("payload", self.payload, bytes)
        check_integers("rows", self.rows, 0, MAX_ROW)
        if not 0 < len(self.rows) == len(set(self.rows)) <= spelling.MAX_NUMBERS:
            seen = f"{len(set(self.rows))} among {len(self.rows)}"
            rule = f"1 to {spelling.MAX_NUMBERS:,} different ones that the prior saw"
            raise ValueError(f"rows must be {rule}, got {seen}")
        mistakes.checked("mistakes", self.mistakes)
        spelling.limit("limit", self.limit)

    def _summary(self) -> str:
        errors = counted(len(self.mistakes), "error")
        return f"{counted(len(self.payload), 'byte')}, {errors}, hold-out limit {self.limit}"


@by_content
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Bundle(Result):
    """A certificate with all that is needed to compute it again.

    ``bundled`` makes it, ``verified`` computes it again from the data.  A bundle is sound in
    itself: its charges are those of its payload, and its limit is not below that of the exact tail
    of the binomial.

    Parameters
    ----------
    codec : str
        The code of the classifier, as "ternary-1".
    payload : bytes
        What the classifier is decoded from.
    sample : NamedSample
        Which examples it is certified on.
    mistakes : tuple of (int, int)
        Index and predicted class of each example that it has wrong, by index.
    predictions_sha256 : str
        Of the predicted classes of all examples, a byte each.
    charges : dict of str to int
        Bits of the payload by name: of ternary-1 "header" and "weights", of others "payload", 8
        times its bytes, and "length", ``length_bits`` of its bytes, of a code that does not end by
        itself.
    options : dict of str to int
        How many other things were tried on the data.
    delta : str
        Probability with which the certificate may fail, a decimal in (0, 1).
    limit : str
        Of the risk, a decimal rounded upwards.
    prior : PriorNull, optional
        If a prior was trained on examples that are not of the sample.
    statements : tuple of str
        What cannot be seen from the numbers.

    Raises
    ------
    ValueError
        If an argument is out of range, a charge is not that of the payload, or the limit is below
        that of the exact tail.

    Examples
    --------
    >>> import numpy as np
    >>> from compress.certificates import bundled, named_sample
    >>> from compress.certificates.ternary import Configuration
    >>> brighter = Description(Configuration(Domain(1, 2, 2)), [np.eye(2)[:, None, None]])
    >>> images = np.random.default_rng(1).integers(0, 256, (2000, 1, 2), np.uint8)
    >>> labels = images[:, 0].argmax(1)
    >>> sample = named_sample("pairs", images, labels, 2, repeats="drawn")
    >>> bundle = bundled(brighter, sample, labels, labels)
    >>> bundle
    Bundle(ternary-1, 3 bytes, risk at most 0.0074, 0 errors of 2,000 of pairs)
    >>> bundle.charges, bundle.bits, bundle.kind
    ({'header': 9, 'weights': 8}, 22, 'data-free')

    """

    codec: str
    payload: bytes
    sample: NamedSample
    mistakes: Mistakes
    predictions_sha256: str
    charges: dict[str, int]
    options: dict[str, int]
    delta: str
    limit: str
    prior: PriorNull | None = None
    statements: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_kind("sample", self.sample, NamedSample)
        n, classes = self.sample.n, self.sample.classes
        mistakes.checked("mistakes", self.mistakes, n, classes)
        spelling.check_digest("predictions_sha256", self.predictions_sha256)
        for name, power in POWERS.items():
            object.__setattr__(self, name, spelling.counts(name, getattr(self, name), power))
        spelling.check_lines("statements", self.statements)
        self._check_charges()
        spelling.check_delta("delta", self.delta)
        _check_limit(self.limit, self.errors, n, self.target)
        if self.prior is not None:
            self._check_prior(self.prior)

    def _check_charges(self) -> None:
        """Raise ValueError unless all bits of the payload are charged, by their names."""
        spelling.check_line("codec", self.codec)
        check_kind("payload", self.payload, bytes)
        wanted: dict[str, int] = {"payload": 8 * len(self.payload)}
        if self.codec in FAMILIES:
            wanted = charges_of(description_of(self.payload, self.sample))
        elif self.codec not in PREFIX_CODECS:
            wanted["length"] = length_bits(len(self.payload))
        if self.charges != wanted:
            raise ValueError(f"charges must be {wanted}, got {told(self.charges)}")

    def _check_prior(self, prior: Any) -> None:
        """Raise ValueError if a prior saw examples of the bound, or its limit is another."""
        check_kind("prior", prior, PriorNull)
        if self.codec in FAMILIES:
            raise ValueError(f"prior must be None for {self.codec}, which has none, got {prior}")
        n, classes = self.sample.n, self.sample.classes
        mistakes.checked("mistakes of prior", prior.mistakes, n, classes)
        shared = {*prior.rows} & {*self.sample.rows} if self.sample.rows else prior.rows
        if shared:
            seen = f"{len(shared)} that it saw"
            raise ValueError(f"prior must have seen no example of the bound, got {seen}")
        errors = len(prior.mistakes)
        least = decimal_limit(errors, n, Fraction(self.delta))
        if prior.limit != least:  # a larger one would be easier to beat
            rule = f"limit of prior must be {least}, of {errors} errors of {n}"
            raise ValueError(f"{rule}, got {prior.limit}")
        if Fraction(self.limit) >= Fraction(prior.limit):
            rule = "limit must be below that of its prior alone, or it says nothing"
            raise ValueError(f"{rule}, got {self.limit} and {prior.limit}")

    @property
    def errors(self) -> int:
        """How many examples are classified wrongly.

        Returns
        -------
        int

        """
        return len(self.mistakes)

    @property
    def kind(self) -> str:
        """Whether the prior saw data: "data-free" or "prior from data".

        Returns
        -------
        str

        """
        return KINDS[self.prior is not None]

    @property
    def target(self) -> Fraction:
        """What the tail at the limit is not above: delta / (2^charges options).

        Returns
        -------
        Fraction

        """
        return target_of(self.delta, self.charges, self.options)

    @property
    def bits(self) -> int:
        """All that is charged, with options and delta, rounded upwards to whole bits.

        Returns
        -------
        int

        """
        target = self.target
        return (-(-target.denominator // target.numerator) - 1).bit_length()

    def to_dict(self) -> dict[str, Any]:
        """What its file holds, by the keys that it has there.

        Returns
        -------
        dict
            As ``benchmarks/certificates`` lists them.

        """
        sample, classes = self.sample, self.sample.classes
        content: dict[str, Any] = {
            **{"format": spelling.FORMAT, "version": spelling.VERSION, "kind": self.kind},
            **{"codec": self.codec, "payload": spelling.as_base64(self.payload)},
            **{"data": _data(sample), "errors": self.errors, "bits": self.bits},
            **{"mistakes": mistakes.as_numbers(self.mistakes, classes)},
            **{"predictions_sha256": self.predictions_sha256, "delta": self.delta},
            **{"charges": dict(self.charges), "options": dict(self.options), "limit": self.limit},
            **{"statements": list(self.statements)},
        }
        prior = {} if self.prior is None else {"prior": _prior(self.prior, classes)}
        return content | prior

    def to_text(self) -> str:
        """The file that it is: JSON, of which there is one spelling.

        Returns
        -------
        str

        """
        return spelling.to_text(self.to_dict())

    def _summary(self) -> str:
        size, errors = counted(len(self.payload), "byte"), counted(self.errors, "error")
        of = f"{self.sample.n:,} of {self.sample.name}"
        said = "vacuous" if Fraction(self.limit) >= 1 else f"risk at most {self.limit}"
        return f"{self.codec}, {size}, {said}, {errors} of {of}"


def target_of(delta: str, charges: dict[str, int], options: dict[str, int]) -> Fraction:
    """What the tail at a limit may be at most."""
    return Fraction(delta) / (prod(options.values()) << sum(charges.values()))


def description_of(payload: bytes, sample: NamedSample) -> Description:
    """The description of a payload, for inputs and classes of the sample."""
    channels, rows, columns = sample.shape
    if sample.dtype != "uint8":
        raise ValueError(f"dtype must be uint8 for {FAMILIES[0]}, got {sample.dtype}")
    return Description.from_bytes(payload, Domain(rows, columns, sample.classes, channels))


def charges_of(description: Description) -> dict[str, int]:
    """Bits of a description by name."""
    return {"header": description.header_bits, "weights": description.weight_bits}


def _check_limit(limit: Any, errors: int, n: int, target: Fraction) -> None:
    """Raise ValueError if a limit is below that of the exact tail."""
    p = spelling.limit("limit", limit)
    if p < 1 and not tail_is_at_most(errors, n, p, target):
        rule = f"limit must be at least that of the tail for {errors} errors of {n}"
        raise ValueError(f"{rule} and what is charged, got {limit}")


def _data(sample: NamedSample) -> dict[str, Any]:
    """What a file holds of a sample."""
    names = "name", "part", "n", "classes", "inputs_sha256", "labels_sha256"
    same = {name: getattr(sample, name) for name in names}
    rows, repeats = spelling.as_numbers(sample.rows), sample.repeats or ""
    kind = {"shape": list(sample.shape), "type": sample.dtype}
    return same | kind | {"rows": rows, "repeats": repeats}


def _prior(prior: PriorNull, classes: int) -> dict[str, Any]:
    """What a file holds of a prior."""
    return {
        "payload": spelling.as_base64(prior.payload),
        "rows": spelling.as_numbers(prior.rows),
        "errors": len(prior.mistakes),
        "mistakes": mistakes.as_numbers(prior.mistakes, classes),
        "limit": prior.limit,
    }
