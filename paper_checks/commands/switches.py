"""What switches of several commands accept."""

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from .. import papers, registry
from ..run import BUDGETS, MIN_REPLICATES
from .saying import BadUsage


def names_of(claims: list[str]) -> list[str]:
    """Names of the claims that are meant, or BadUsage; a file is known by its name from now on.

    A file means its own claim alone, though its name may be the beginning of an id.
    """
    try:
        files = {word: registry.add_file(Path(word)) for word in claims if word.endswith(".py")}
        meant = [[files[c]] if c in files else registry.chosen([c]) for c in claims]
        names = list(dict.fromkeys(name for each in meant for name in each))
        claims[:] = [files.get(word, word) for word in claims]
        return names or registry.chosen([])
    except ValueError as error:
        raise BadUsage(str(error)) from None


def check_scheduler(options: argparse.Namespace) -> None:
    """Raise BadUsage if a scheduler is named and the engine has none."""
    if options.scheduler and options.executor != "dask":
        raise BadUsage(f"--scheduler needs --executor dask, got {options.executor or 'local'}")


def paper(text: str) -> str:
    """Prefix of a paper with claims, from its prefix or what their names begin with."""
    members = registry.all_claims() | registry.not_computable()
    shown = papers.in_order(member.id for member in members.values())
    for each in shown:
        if text.lower() in (each.prefix.lower(), each.files):
            return each.prefix
    known = ", ".join(each.prefix for each in shown)
    raise argparse.ArgumentTypeError(f"must be one of {known}, got {text!r}")


def budget(text: str) -> str | int:
    """Name of a budget, or the largest number of rows."""
    if text in BUDGETS:
        return text
    try:
        return integer(MIN_REPLICATES, 10**9)(text)
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"{error}, or {', '.join(BUDGETS)}") from None


def integer(low: int, high: int) -> Callable[[str], int]:
    """Parser of integers in [low, high)."""

    def parse(text: str) -> int:
        # ``int`` alone takes signs, spaces, underscores and the digits of other scripts.
        if not (text.isascii() and text.isdigit() and low <= int(text) < high):
            raise argparse.ArgumentTypeError(f"must be an integer in [{low}, {high}), got {text!r}")
        return int(text)

    return parse


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
