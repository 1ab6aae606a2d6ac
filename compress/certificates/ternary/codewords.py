r"""Code words of ternary weights: the ideal adaptive code, in whole numbers, without rounding.

With counts c(-1), c(0), c(1) of the weights so far, the next one is s with probability
(2 c(s) + 1) / (2 total + 3), as Krichevsky & Trofimov (1981) have it for three letters.  P is the
product of these, F the sum over all sequences before this one in the order -1, 0, 1.  The code word
is the first ceil(log2(1 / P)) + 1 binary digits of F + P / 2 (Shannon, Fano & Elias; Cover &
Thomas, Elements of Information Theory, 5.9).  All numbers that begin with its digits lie in
[F, F + P), and these intervals are disjoint: no code word begins another.

F is low / whole and P is width / whole; the common denominator grows with each weight.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

LETTERS = 3  # -1, 0 and 1, as 0, 1 and 2
Tables = Iterable[Sequence[int]]


def interval(tables: Tables) -> tuple[int, int, int]:
    """Numbers low, width and whole of letters in tables, each of which is counted anew."""
    low, width, whole = 0, 1, 1
    for letters in tables:
        chances, total = [1] * LETTERS, LETTERS  # 2 counts + 1, and their sum
        for letter in letters:
            low = low * total + width * sum(chances[:letter])
            width *= chances[letter]
            whole *= total
            chances[letter] += 2
            total += 2
    return low, width, whole


def codeword(tables: Tables) -> tuple[int, int]:
    """Code word of letters in tables, and its length in bits, ceil(log2(1 / P)) + 1."""
    low, width, whole = interval(tables)
    digits = whole.bit_length() - width.bit_length()
    digits += width << digits < whole
    return ((2 * low + width) << digits) // whole, digits + 1


def read(number: int, bits: int, sizes: Iterable[int]) -> tuple[list[list[int]], int]:
    """Letters, in tables of these sizes, of the code word that begins so many bits; its length.

    ValueError if none does.
    """
    # number / 2^bits lies in the interval: what it is above low, and width, both by whole 2^bits.
    above, width = number, 1 << bits
    tables = []
    for size in sizes:
        above, width, letters = _table(above, width, size)
        tables.append(letters)
    word, length = codeword(tables)
    # Not all strings in the interval begin with its word; some would be a second description.
    if length > bits or number >> (bits - length) != word:
        raise ValueError(f"weights must begin with a code word, got {bits} bits that do not")
    return tables, length


def _table(above: int, width: int, size: int) -> tuple[int, int, list[int]]:
    """So many letters, and where the number lies in their interval."""
    chances, total, letters = [1] * LETTERS, LETTERS, []
    for _ in range(size):
        above *= total
        for letter, chance in enumerate(chances):
            narrower = width * chance
            if above < narrower or letter == LETTERS - 1:
                break
            above -= narrower
        width = narrower
        chances[letter] += 2
        total += 2
        letters.append(letter)
    return above, width, letters


def longest(weights: int) -> int:
    """Bits that no code word of so many weights exceeds: no chance is below 1 / (2 n + 1)."""
    return weights * (2 * weights + 1).bit_length() + 2
