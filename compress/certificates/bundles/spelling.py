"""How a bundle is spelt: one text of ASCII for one content, and what its values may be."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Any

from stablenoise.checks import check_share, told

FORMAT, VERSION = "certificate bundle", 1
LARGEST = 1 << 24  # bytes of a file, exclusive
DIGITS = 9  # of a decimal
LINE = re.compile(r"[ !#-\[\]-~]{0,999}")  # of ASCII without control characters, " and \
NAME = re.compile(r"\w[\w-]{0,60}", re.ASCII)
DIGEST = re.compile(r"[0-9a-f]{64}")
LIMIT = re.compile(r"0\.[0-9]{4}|1\.0")
DELTA = re.compile(r"0\.[0-9]{0,8}[1-9]")
NUMBER = re.compile("0|-?[1-9][0-9]{0,17}")
MAX_NUMBERS = 2**20  # in a text


def to_text(content: Mapping[str, Any]) -> str:
    """The one text of a content."""
    return json.dumps(content, indent=1, sort_keys=True, allow_nan=False) + "\n"


def from_text(source: bytes) -> dict[str, Any]:
    """The content of a text; ValueError unless it is the one that this content has."""
    rule = "a bundle must be JSON in the one spelling of its content"
    if not source.isascii():
        raise ValueError(f"{rule}, got bytes that are not ASCII")
    try:
        text = source.decode("ascii")
        content = json.loads(text)
        same = to_text(content) == text
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{rule}, got: {told(str(error))}") from None
    if not isinstance(content, dict) or "\\" in text or not same:
        # A key that is there twice, spaces, NaN, an escape: any of them would be another spelling.
        raise ValueError(f"{rule}, got {told(text)}")
    return content


def check_keys(what: str, content: Any, keys: Iterable[str]) -> None:
    """Raise ValueError unless a content has these keys and no others."""
    wanted = sorted(keys)
    if not isinstance(content, dict) or sorted(content) != wanted:
        seen = ", ".join(sorted(content)) if isinstance(content, dict) else told(content)
        raise ValueError(f"{what} must have the keys {', '.join(wanted)}, got {told(seen)}")


def check_pattern(what: str, text: Any, pattern: re.Pattern, rule: str) -> str:
    """Return a text, or raise ValueError unless all of it is as the pattern says."""
    if not isinstance(text, str) or not pattern.fullmatch(text):
        raise ValueError(f"{what} must be {rule}, got {told(text)}")
    return text


def check_line(what: str, text: Any) -> str:
    """Return a text, or raise ValueError unless it is a line that needs no escape."""
    return check_pattern(what, text, LINE, 'a line of ASCII without " and \\')


def check_lines(what: str, lines: Any) -> None:
    """Raise ValueError unless they are a tuple of lines."""
    if not isinstance(lines, tuple):
        raise ValueError(f"{what} must be a tuple of lines, got {told(lines)}")
    for line in lines:
        check_line(f"each of {what}", line)


def check_name(what: str, text: Any) -> None:
    """Raise ValueError unless a text is the name of a data set."""
    check_pattern(what, text, NAME, "at most 61 letters, digits, _ and -")


def check_digest(what: str, text: Any) -> None:
    """Raise ValueError unless a text is a sha256."""
    check_pattern(what, text, DIGEST, "64 hexadecimal digits")


def limit(what: str, text: Any) -> Fraction:
    """A limit in (0, 1], exactly."""
    rule = "a decimal in (0, 1] of four digits, or 1.0"
    check_pattern(what, text, LIMIT, rule)
    if not Fraction(text):
        raise ValueError(f"{what} must be {rule}, got {text}")
    return Fraction(text)


def check_delta(what: str, text: Any) -> None:
    """Raise ValueError unless a text is a decimal in (0, 1), without zeros at its end."""
    check_pattern(what, text, DELTA, f"a decimal in (0, 1) of at most {DIGITS} digits")


def as_decimal(what: str, number: float) -> str:
    """The decimal of a float in (0, 1), as Python prints it."""
    text = format(Decimal(repr(check_share(what, number))), "f")
    check_delta(what, text)
    return text


def counts(what: str, named: Any, power: int) -> dict[str, int]:
    """Positive integers below 2^power by name."""
    if not isinstance(named, Mapping) or len(named) >= 100:
        raise ValueError(f"{what} must be fewer than 100 counts by name, got {told(named)}")
    for name, count in named.items():
        check_line(f"a name of {what}", name)
        if type(count) is not int or not 0 < count < 1 << power:
            raise ValueError(f"{what} must be integers in [1, 2^{power}), got {told(count)}")
    return dict(named)


def numbers(what: str, text: Any) -> tuple[int, ...]:
    """Whole numbers of a text, which has the first and the differences."""
    rule = f"at most {MAX_NUMBERS:,} numbers with spaces between, the first and the differences"
    words = text.split(" ", MAX_NUMBERS - 1) if isinstance(text, str) and text else []
    if not isinstance(text, str) or not all(map(NUMBER.fullmatch, words)):  # a rest has spaces
        raise ValueError(f"{what} must be {rule}, got {told(text)}")
    return tuple(accumulate(map(int, words)))


def as_numbers(values: Iterable[int]) -> str:
    """The text of whole numbers."""
    listed = list(values)
    return " ".join(map(str, listed[:1] + [b - a for a, b in pairwise(listed)]))


def binary(what: str, text: Any) -> bytes:
    """Bytes of a text in base64."""
    try:
        content = b64decode(text, validate=True)
    except (TypeError, ValueError):
        content = None
    if content is None or as_base64(content) != text:
        raise ValueError(f"{what} must be base64, got {told(text)}")
    return content


def as_base64(content: bytes) -> str:
    """The text of bytes."""
    return b64encode(content).decode()
