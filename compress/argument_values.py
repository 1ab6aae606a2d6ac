"""What words of the command line stand for: shares, images, and ways to quantise."""

from argparse import ArgumentTypeError
from collections.abc import Callable

from stablenoise.checks import check_share

from .certificates.certifiers import Alphabet
from .coding.grouping import CHANNEL, SIZES, Grouping, check_groups
from .coding.quantisation import METHODS

METHOD_RULE = f"{', '.join(METHODS[:-1])} or {METHODS[-1]}"


def image_of(text: str) -> tuple[int, ...]:
    """Three numbers with commas between them."""
    try:
        sides = tuple(int(side) for side in text.split(","))
    except ValueError:
        sides = ()
    if len(sides) != 3 or min(sides) < 1:
        rule = f"must be channels, height and width, as 1,28,28, got {text!r}"
        raise ArgumentTypeError(rule)
    return sides


def share_in(ends: str) -> Callable[[str], float]:
    """Reader of a share in an interval of these ends, such as "(]"."""

    def read(text: str) -> float:
        try:
            share = float(text)
            check_share("share", share, ends)
        except ValueError:
            # argparse shows the text of this error alone: of others it says "invalid read value".
            rule = f"must lie in {ends[0]}0, 1{ends[1]}, got {text!r}"
            raise ArgumentTypeError(rule) from None
        return share

    return read


def alphabet_of(text: str) -> Alphabet:
    """A method, or a method and its groups behind a colon."""
    method, colon, groups = text.partition(":")
    if method not in METHODS:
        rule = f"must be {METHOD_RULE}, or one with groups, as ternary:channel (WEIGHTS go first)"
        raise ArgumentTypeError(f"{rule}, got {text!r}")
    return (method, groups_of(groups)) if colon else method


def groups_of(text: str) -> Grouping:
    """The word for channels, or a number of entries."""
    groups = int(text) if text.isdecimal() and len(text) < 9 else text
    try:
        check_groups(groups)
    except ValueError:
        rule = f"groups must be {CHANNEL} or a power of 2 from {SIZES[0]} to {SIZES[-1]:,}"
        raise ArgumentTypeError(f"{rule}, got {text!r}") from None
    return groups
