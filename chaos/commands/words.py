"""What words of the command line say: numbers, and that there is none."""

from argparse import ArgumentTypeError
from collections.abc import Callable
from typing import Any

NOTHING = ("all", "none")  # words for what is left out


def whole(text: str) -> int:
    """A whole number in digits, perhaps negative: its range is asked for by what takes it."""
    # ``int`` alone takes spaces, underscores and the digits of other scripts.
    if not (text.isascii() and text.removeprefix("-").isdigit()):
        raise ArgumentTypeError(f"must be a whole number, got {text!r}")
    return int(text)


def real(text: str) -> float | str:
    """A number, or a word for none."""
    if text in NOTHING:
        return text
    try:
        return float(text if text.isascii() and "_" not in text else "")
    except ValueError:
        raise ArgumentTypeError(f"must be a number, got {text!r}") from None


def or_nothing(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """A reader that leaves a word for none as it is."""
    return lambda text: text if text in NOTHING else read(text)


def wholes(text: str) -> list[int]:
    """Whole numbers between commas."""
    try:
        return [whole(word.strip()) for word in text.split(",")]
    except ArgumentTypeError:
        rule = "must be whole numbers between commas, as 64,20,10"
        raise ArgumentTypeError(f"{rule}, got {text!r}") from None
