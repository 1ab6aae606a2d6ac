"""What a certificate charges besides a payload: its length, the codec, all else that was tried."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import fsum, log2

from stablenoise.checks import check_integer, check_kind, check_share, told

from ..coding.length import CodeLength
from .certificate import INDEPENDENCE, RiskCertificate, occam

SUM_SLACK = 1e-9  # relative difference that sums of floats explain
MAX_OPTIONS = 2**1000
PRIOR_CHOICES = (
    "fixed before the sample was seen: names, shapes and types of arrays, codecs, architecture or "
    "`predict`, scaling of inputs, delta"
)
Options = int | Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Terms:
    """What is charged besides the payload, and the chance to fail.

    Parameters
    ----------
    delta : float
        In (0, 1).
    codecs : tuple of str
        Among which the codec is chosen by its length.
    options : int or mapping of str to int
        As for ``certify``.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> Terms(delta=0.05).codecs
    ('adaptive',)

    """

    delta: float
    codecs: tuple[str, ...] = ("adaptive",)
    options: Options = 1

    def __post_init__(self) -> None:
        check_share("delta", self.delta)
        if not isinstance(self.codecs, tuple):
            raise ValueError(f"codecs must be a tuple of names, got {told(self.codecs)}")
        bits_of_choices(self.options)

    def certified(self, code: CodeLength, errors: int, n: int) -> RiskCertificate:
        """Certificate on these terms, see ``certified``."""
        return certified(code, errors, n, self.delta, len(self.codecs), options=self.options)


def certified(
    code: CodeLength,
    errors: int,
    n: int,
    delta: float,
    codecs: int = 1,
    *,
    options: Options = 1,
) -> RiskCertificate:
    """Certificate of a network that was decoded, each array an item.

    Parameters
    ----------
    code : CodeLength
    errors : int
        Training errors of ``code.decoded``, among n.
    n : int
    delta : float
        In (0, 1).
    codecs : int
        How many codecs the shortest was chosen among.
    options : int or mapping of str to int
        As for ``certify``.

    Returns
    -------
    RiskCertificate

    Raises
    ------
    ValueError
        If an argument is out of range.
    RuntimeError
        If the items do not add up to the bits of the code: a defect here.

    Examples
    --------
    >>> import numpy as np
    >>> from compress import code_length
    >>> code = code_length({"w": np.zeros((100, 100))})
    >>> [charge.name for charge in certified(code, errors=30, n=1000, delta=0.05).charges][:2]
    ["arrays['w']", 'bytes and words']

    """
    check_kind("code", code, CodeLength)
    bits = [(part.name, part.total) for part in code.parts]
    bits += [("bytes and words", code.common), ("length", float(code.charged - code.bits))]
    choices = [("codec", log2(check_integer("codecs", codecs, 1, MAX_OPTIONS)))]
    choices += bits_of_choices(options)
    certificate = occam(errors, n, bits, delta, options=choices, prefix=None)
    # Certificates are only as good as this sum: an item lost would make the limit too small.
    items = fsum(charge.bits for charge in certificate.charges[: len(bits)])
    if abs(items - code.charged) > SUM_SLACK * code.charged:
        raise RuntimeError(f"items must add up to {code.charged} bits, got {items}")
    return replace(certificate, assumptions=(INDEPENDENCE, PRIOR_CHOICES))


def bits_of_choices(options: Options) -> list[tuple[str, float]]:
    """Name and bits of each choice, among so many options each."""
    named = options if isinstance(options, Mapping) else {"options": options}
    counts = [(name, check_integer("options", n, 1, MAX_OPTIONS)) for name, n in named.items()]
    return [(name, log2(n)) for name, n in counts]
