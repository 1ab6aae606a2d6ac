"""Ternary networks coded relative to a ternary prior network, which saw a share of the sample."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_kind, check_share, told
from stablenoise.text_table import counted

from ...coding.layouts import checked_bytes
from ..certificate import occam
from ..risks import RiskCertificate
from ..sample import Sample
from ..terms import Options, bits_of_choices
from ..ternary.codewords import LETTERS, codeword, longest, read
from ..ternary.descriptions import Description
from ..ternary.networks import checked_images, predictions
from .parts import FromPrior, Parts, parts_of
from .splits import Split


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TernaryFromPrior(FromPrior):
    """A ternary network coded relative to another, and what that certifies beside its null.

    Parameters
    ----------
    description : Description
    prior : Description
        Of the same configuration.
    certificate : RiskCertificate
        With exact bits, and errors in whole numbers on the rows of the bound; the hold-out limit of
        the prior network on the same rows is its ``null``.
    split : Split

    """

    description: Description
    prior: Description
    certificate: RiskCertificate
    split: Split

    @property
    def changed(self) -> int:
        """Weights that are not those of the prior network.

        Returns
        -------
        int

        """
        return int(np.count_nonzero(_flat(self.description) != _flat(self.prior)))

    def to_bytes(self) -> bytes:
        """All bits of what is coded, the last byte filled up by zeros.

        Returns
        -------
        bytes
            ``read_relative`` makes the description of them and of the prior.

        """
        return relative_bytes(self.description, self.prior)

    def _summary(self) -> str:
        return f"{counted(self.changed, 'changed weight')}, {self.certificate.statement}"

    def table(self) -> str:
        """How many weights changed, then the table of the certificate and its null.

        Returns
        -------
        str

        """
        among = self.description.configuration.weights
        return f"{self.changed:,} of {among:,} weights changed\n{self.certificate.table()}"


def ternary_from_prior(
    description: Description,
    prior: Description,
    data: tuple[np.ndarray, ArrayLike],
    split: Split,
    delta: float = 0.05,
    *,
    options: Options = 1,
    repeats: str | None = None,
    priors: int = 1,
    null_errors: int | None = None,
) -> TernaryFromPrior:
    """Certificate of a ternary network coded relative to another, beside the prior's own limit.

    Weights where the prior has -1, 0 and 1 are counted in three tables, so that those that often
    stay what they were cost little; in the same three for all layers or in three for each,
    whichever is shorter, for one bit.  The configuration is the prior's, and costs nothing.

    Parameters
    ----------
    description : Description
        Of a network that may have seen all examples.
    prior : Description
        Of the same configuration, **found with the rows ``split.prior`` alone**.
    data : tuple of images, and labels, shape (n,)
        As for ``compress.certificates.ternary.certified``.
    split, delta, options, repeats, priors, null_errors
        As for ``from_prior``.

    Returns
    -------
    TernaryFromPrior

    Raises
    ------
    ValueError
        If an argument is out of range, or the configurations differ.

    Examples
    --------
    >>> from compress.certificates.priors import share_of
    >>> from compress.certificates.ternary import Configuration, Domain
    >>> linear = Configuration(Domain(1, 2, 2))
    >>> first, both = ([np.reshape(w, (2, 1, 1, 2))] for w in ([1, 0, 0, 0], [1, 0, 0, 1]))
    >>> prior, description = Description(linear, first), Description(linear, both)
    >>> images = np.random.default_rng(1).integers(0, 256, (2000, 1, 2), np.uint8)
    >>> data = images, images[:, 0].argmax(1)
    >>> ternary_from_prior(description, prior, data, share_of(2000, 0.1), repeats="drawn")
    TernaryFromPrior(1 changed weight, risk at most 0.0052 (hold-out limit 0.5030))

    """
    check_kind("description", description, Description)
    parts = _parts(description, prior, data, split, repeats, (priors, null_errors))
    choices = bits_of_choices(options)
    delta = check_share("delta", delta)
    wrong, missed = (_errors(each, parts.rest) for each in (description, prior))
    bits = {"weights, given the prior's": relative_code(description, prior)[1]}
    charged = [*choices, *((name, log2(count)) for name, count in parts.choices)]
    certificate = occam(wrong, parts.n, bits, delta, options=charged, prefix=None)
    limit = parts.beside(certificate, parts.null_of(missed, delta))
    return TernaryFromPrior(description, prior, limit, split)


def relative_code(description: Description, prior: Description) -> tuple[int, int]:
    """Number and bits of the code: which way to count, in one bit, and a code word."""
    words = [codeword(tables) for tables in _ways(_flat(description) + 1, prior)]
    way = int(words[1][1] < words[0][1])
    number, length = words[way]
    return way << length | number, length + 1


def relative_bytes(description: Description, prior: Description) -> bytes:
    """The code, its last byte filled up by zeros."""
    number, bits = relative_code(description, prior)
    filling = -bits % 8
    return (number << filling).to_bytes((bits + filling) // 8, "big")


def read_relative(source: bytes, prior: Description) -> Description:
    """Description of bytes from anywhere, relative to a prior network.

    Parameters
    ----------
    source : bytes
        As ``TernaryFromPrior.to_bytes`` makes them, to the last bit.
    prior : Description
        The same as when they were made.

    Returns
    -------
    Description

    Raises
    ------
    ValueError
        If they are no such code, or a sum of the network could reach 2^62.

    Examples
    --------
    >>> from compress.certificates.ternary import Configuration, Domain
    >>> linear = Configuration(Domain(1, 2, 2))
    >>> prior = Description(linear, [np.reshape([1, 0, 0, 0], (2, 1, 1, 2))])
    >>> read_relative(relative_bytes(prior, prior), prior) == prior
    True

    """
    source = checked_bytes(source)
    check_kind("prior", prior, Description)
    left = 8 * len(source) - 1
    if not 0 < left < longest(prior.configuration.weights) + 9:
        raise ValueError(f"source must end with its weights, got {len(source)} bytes")
    number = int.from_bytes(source, "big")
    way, number = number >> left, number & ((1 << left) - 1)
    places = _places(prior)[way]
    tables, length = read(number, left, [len(part) for part in places])
    filling = left - length
    if filling >= 8 or number & ((1 << filling) - 1):
        rule = "source must be filled by fewer than 8 zeros"
        raise ValueError(f"{rule}, got {filling} bits after its weights")
    flat = np.zeros(prior.configuration.weights, np.int8)
    for part, letters in zip(places, tables, strict=True):
        flat[part] = np.array(letters, np.int8) - np.int8(1)
    return like(prior, flat)


def like(prior: Description, flat: np.ndarray) -> Description:
    """Description of the configuration of another, from all its weights in a row."""
    ends = np.cumsum([w.size for w in prior.weights])[:-1]
    parts = zip(np.split(flat, ends), prior.weights, strict=True)
    return Description(prior.configuration, tuple(part.reshape(w.shape) for part, w in parts))


def _flat(description: Description) -> np.ndarray:
    return np.concatenate([w.ravel() for w in description.weights])


def _places(prior: Description) -> list[list[np.ndarray]]:
    """Places of the weights of each table, in both ways to count."""
    flat = _flat(prior)
    layer = np.repeat(np.arange(len(prior.weights)), [w.size for w in prior.weights])
    letters = range(-1, LETTERS - 1)
    together = [np.flatnonzero(flat == letter) for letter in letters]
    apart = [
        np.flatnonzero((flat == letter) & (layer == k))
        for k in range(len(prior.weights))
        for letter in letters
    ]
    return [together, apart]


def _ways(letters: np.ndarray, prior: Description) -> list[list[list[int]]]:
    """Letters 0, 1 and 2 in their tables, in both ways to count."""
    return [[letters[part].tolist() for part in places] for places in _places(prior)]


def _parts(
    description: Description,
    prior: Description,
    data: tuple[np.ndarray, ArrayLike],
    split: Split,
    repeats: str | None,
    of_prior: tuple[int, int | None],
) -> Parts:
    """The sample in its two parts, after all has been looked at."""
    check_kind("prior", prior, Description)
    if description.configuration != prior.configuration:
        raise ValueError(f"prior must have the configuration of description, got {prior}")
    if not isinstance(data, tuple | list) or len(data) != 2:
        raise ValueError(f"data must be images and labels, got {told(data)}")
    domain = prior.configuration.domain
    images = checked_images(domain, data[0])
    rows = images.reshape(len(images), -1)
    return parts_of((rows, data[1]), split, repeats, domain.classes, of_prior)


def _errors(description: Description, rest: Sample) -> int:
    images = rest.x.reshape(-1, *description.configuration.domain.shape)
    return int(np.count_nonzero(predictions(description, images) != rest.labels))
