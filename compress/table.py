"""Rows of text in columns."""

from collections.abc import Sequence


def aligned(rows: Sequence[Sequence[str]], words: int = 1) -> str:
    """Rows as lines, the first ``words`` columns to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_line(row, widths, words) for row in rows)


def _line(row: Sequence[str], widths: Sequence[int], words: int) -> str:
    cells = zip(row, widths, strict=True)
    padded = [c.ljust(w) if i < words else c.rjust(w) for i, (c, w) in enumerate(cells)]
    return "  ".join(padded).rstrip()
