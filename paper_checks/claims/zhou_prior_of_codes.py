"""B-10: codes give a prior, as long as no two networks share a word and the length is paid for."""

from itertools import pairwise, product

import numpy as np

from compress.coding.length import code_length
from paper_checks.claim import Claim, Quantity, below, equals
from paper_checks.experiments.computed_rows import by_computing
from paper_checks.summaries import computed

LONGEST, ENTRIES = 12, 5  # bits of a word, entries of an array
VALUES = (0.0, 1.0, -0.5)


def sums(paid: bool = True) -> list[float]:
    """Masses of all words, of our code for all arrays of three values; payloads that begin others.

    Without being ``paid`` for, lengths are told by nobody, and our code is the bits of its payload
    but for its last byte.
    """
    share, cut = (1 / (LONGEST + 1), None) if paid else (1.0, -1)
    every = sum(share * 2.0 ** -len(word) for words in _words() for word in words)
    codes = [code_length(np.array(a)) for a in product(VALUES, repeat=ENTRIES)]
    payloads = sorted(code.payload[:cut] for code in codes)
    begin = sum(b.startswith(a) for a, b in pairwise(payloads))
    return [every, sum(2.0**-code.charged for code in codes), float(begin)]


def _words() -> list[list[tuple[int, ...]]]:
    """All words of at most so many bits, by their length; a network each."""
    return [list(product((0, 1), repeat=length)) for length in range(LONGEST + 1)]


CLAIM = Claim(
    id="B-10",
    title="Words of a code are a prior if length is paid for",
    aliases=("B10",),
    statement=(
        "Masses 2^-L m(L) of all words of at most 12 bits, one network each and m uniform over the "
        "lengths L, add up to 1: that words begin others does not matter, as m pays. The code that "
        "is charged here needs no m, as no payload begins another: its masses of all arrays of 5 "
        "entries of 3 values add up to less than 1."
    ),
    source="Zhou et al., arXiv 1804.05862, theorem 4.1 (read; that Z <= 1 derived)",
    quantities=(
        Quantity("masses of all words", equals(1, 1e-12), computed),
        Quantity("masses of our code for all arrays", below(1), computed),
        Quantity("payloads of our code that begin another", below(0.5), computed),
    ),
    experiment=by_computing(sums),
    control=by_computing(sums, paid=False),
    broken="the length is not paid for, and the last byte of a payload is not sent",
    unit="computations",
    smoke=1,
    full=1,
    kind="identity",
)
