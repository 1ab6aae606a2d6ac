"""Rows of text in columns, and numbers with what they count."""

from collections.abc import Sequence


def aligned(rows: Sequence[Sequence[str]], words: int = 1) -> str:
    """Rows as lines of columns.

    Parameters
    ----------
    rows : sequence of sequences of str
        All of one length.
    words : int
        How many columns, from the first, are aligned to the left; the others are to the right.

    Returns
    -------
    str
        One line for each row.

    Examples
    --------
    >>> print(aligned([("array", "bits"), ("w", "7")]))
    array  bits
    w         7

    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_line(row, widths, words) for row in rows)


def _line(row: Sequence[str], widths: Sequence[int], words: int) -> str:
    cells = zip(row, widths, strict=True)
    padded = [c.ljust(w) if i < words else c.rjust(w) for i, (c, w) in enumerate(cells)]
    return "  ".join(padded).rstrip()


def counted(number: float, noun: str) -> str:
    """A number with its noun in the singular or the plural.

    Parameters
    ----------
    number : float
    noun : str
        In the singular; its plural ends in s.

    Returns
    -------
    str

    Examples
    --------
    >>> counted(1, "array"), counted(2000, "byte")
    ('1 array', '2,000 bytes')

    """
    return f"{number:,} {noun if number == 1 else f'{noun}s'}"
