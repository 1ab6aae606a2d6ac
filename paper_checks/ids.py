"""Ids of claims: their scheme, their order, and the spellings that stand for them."""

import re
from collections.abc import Iterable

from stablenoise.checks import told

SCHEME = r"[A-Z][A-Z0-9]*-[1-9][0-9]*[a-z]?(-[a-z0-9]+)*"
DASHES = r"[-\s_.\u2010-\u2015]"


def check_id(id: object) -> None:
    """Raise ValueError unless it is an id such as "P1-2" or "P1-11a-mnist".

    Parameters
    ----------
    id : object
        Prefix of the paper, number of the statement, perhaps a letter, perhaps what it is
        checked on.

    Raises
    ------
    ValueError
        If it is something else.

    Examples
    --------
    >>> check_id("P1-11a-mnist")

    """
    if not isinstance(id, str) or not re.fullmatch(SCHEME, id):
        raise ValueError(f"id must be like P1-2, B-4 or P1-11a-mnist, got {told(id)}")


def prefix_of(id: str) -> str:
    """What stands for the paper: "P1" in "P1-11a-mnist"."""
    return id.partition("-")[0]


def order(id: str) -> list[str | int]:
    """Key that sorts ids by the numbers in them: P1-2 before P1-11a."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", id)]


def normal(asked: str, prefixes: Iterable[str]) -> str:
    """The id that a spelling stands for, in lower case; what is no spelling comes back as it is.

    Parameters
    ----------
    asked : str
        Upper or lower case, with or without a hyphen (or another dash, an underscore, a full
        stop, a space) after the prefix, and with zeros before the number or none.
    prefixes : iterable of str
        Those of the ids there are.

    Returns
    -------
    str

    Examples
    --------
    >>> [normal(text, ["B", "P1"]) for text in ("B04", "b-4", "P1_2", "p111A.mnist", "P1")]
    ['b-4', 'b-4', 'p1-2', 'p1-11a-mnist', 'p1']

    """
    text = asked.strip().lower()
    known = "|".join(sorted((re.escape(prefix.lower()) for prefix in prefixes), key=len))
    spelling = rf"({known}){DASHES}*0*([1-9][0-9]*)([a-z]?)((?:{DASHES}+[a-z0-9]+)*)"
    if not (match := re.fullmatch(spelling, text)):
        return text
    prefix, number, letter, rest = match.groups()
    return f"{prefix}-{number}{letter}{re.sub(f'{DASHES}+', '-', rest)}"


def old_spellings(id: str) -> tuple[str, ...]:
    """Spellings of an id in the lists that it comes from: B04 of B-4, CN1 of CN-1.

    Parameters
    ----------
    id : str

    Returns
    -------
    tuple of str
        Empty where the prefix ends in a digit, since no list left out its hyphen.

    Examples
    --------
    >>> old_spellings("B-4-mnist"), old_spellings("P1-2")
    (('B04-mnist', 'B4-mnist'), ())

    """
    match = re.fullmatch(r"([A-Z0-9]*[A-Z])-(\d+)(.*)", id, re.ASCII)
    if not match:
        return ()
    prefix, number, rest = match.groups()
    written = (f"{int(number):02}", number)
    return tuple(dict.fromkeys(f"{prefix}{n}{rest}" for n in written))
