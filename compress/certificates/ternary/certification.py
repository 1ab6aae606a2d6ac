"""Limits of the risk of descriptions, from exact bits and errors counted in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log2

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_kind, check_share, told
from stablenoise.results import Result
from stablenoise.text_table import counted

from ..certificate import RiskCertificate, occam
from ..sample import Sample, checked_sample
from ..terms import Options, bits_of_choices
from .descriptions import Description
from .grammar import FAMILIES, Domain
from .networks import checked_images, predictions

PRIOR_CHOICES = (
    "fixed before the sample was seen: the list of families, how images become grey levels, their "
    "size, classes, delta"
)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Certified(Result):
    """A description, and what it certifies.

    Parameters
    ----------
    description : Description
    certificate : RiskCertificate
        With exact bits of header and weights, and errors counted on all examples.
    predictions : ndarray of int64, shape (n,)
        Class that each example of the sample was given.

    """

    description: Description
    certificate: RiskCertificate
    predictions: np.ndarray

    def _summary(self) -> str:
        errors = f"{counted(self.certificate.errors, 'error')} of {self.certificate.n:,}"
        one = ", all of one class" * (len(set(self.predictions.tolist())) == 1)
        bits = counted(self.description.bits, "bit")
        return f"{bits}, {self.certificate.statement}, {errors}{one}"


def certified(
    description: Description,
    data: tuple[np.ndarray, ArrayLike],
    delta: float = 0.05,
    *,
    options: Options = 1,
    repeats: str | None = None,
) -> Certified:
    r"""Certificate of a network of the family from its exact bits, by the tail of the binomial.

    Its prior mass is :math:`2^{-bits}`, a sum over which is at most 1: bits of the header and bits
    of the code word, not of the bytes that hold them.  However the network was found, nothing is
    charged for the search.

    Parameters
    ----------
    description : Description
    data : tuple of images, and labels, shape (n,)
        The training examples; images as for ``scores``.
    delta : float
        Probability with which the certificate may fail, in (0, 1).
    options : int or mapping of str to int
        How many other things were tried on the data and are not in the description, as for
        ``compress.certify``: each is charged its log2.
    repeats : {None, "drawn"}
        Whether images that occur more than once were so drawn, as for ``compress.certify``.

    Returns
    -------
    Certified

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    The family was written after looking at MNIST, and frozen before a network of it was tried on
    any other data set.
    The charge "family" is log2 of the number of ``FAMILIES``.

    References
    ----------
    Langford (2005), J. Mach. Learn. Res. 6, 273-306.

    Examples
    --------
    The brighter of two pixels:

    >>> from compress.certificates.ternary import Configuration, Domain
    >>> brighter = Description(Configuration(Domain(1, 2, 2)), [np.eye(2)[:, None, None]])
    >>> images = np.random.default_rng(1).integers(0, 256, (2000, 1, 2), np.uint8)
    >>> labels = images[:, 0].argmax(1)
    >>> found = certified(brighter, (images, labels), repeats="drawn")
    >>> found
    Certified(17 bits, risk at most 0.0074, 0 errors of 2,000)
    >>> {charge.name: round(charge.bits, 3) for charge in found.certificate.charges}
    {'header': 9.0, 'weights': 8.0, 'family': 0.0, 'options': 0.0, 'delta': 4.322}

    """
    check_kind("description", description, Description)
    check_share("delta", delta)
    choices = [("family", log2(len(FAMILIES))), *bits_of_choices(options)]
    domain = description.configuration.domain
    sample = _sample(domain, data, repeats)
    given = predictions(description, sample.x.reshape(-1, *domain.shape))
    bits = {"header": description.header_bits, "weights": description.weight_bits}
    wrong = int(np.count_nonzero(given != sample.labels))
    certificate = occam(wrong, len(given), bits, delta, options=choices, prefix=None)
    certificate = replace(certificate, assumptions=(sample.assumption, PRIOR_CHOICES))
    return Certified(description, certificate, given)


def _sample(domain: Domain, data: tuple[np.ndarray, ArrayLike], repeats: str | None) -> Sample:
    """Images as rows, with their labels."""
    if not isinstance(data, tuple | list) or len(data) != 2:
        raise ValueError(f"data must be images and labels, got {told(data)}")
    images = checked_images(domain, data[0])
    rows = images.reshape(len(images), -1)
    return checked_sample(rows, data[1], repeats, domain.classes)
