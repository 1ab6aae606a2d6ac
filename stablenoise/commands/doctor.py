"""The command ``doctor``: it needs Python alone, and ends with 0 unless it is told to be strict."""

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

TEXT = "what this machine has, whether golden bits are met, and what to paste in a report"
MORE = (
    "What is missing or broken is a line, and it ends with 0 (but see --strict).  The network is "
    "not touched."
)


def add(commands: Any) -> None:
    """Add the switches of ``doctor``, for the help of all commands."""
    _with_switches(commands.add_parser("doctor", help=TEXT, description=f"{TEXT}.  {MORE}"))


def _with_switches(parser: ArgumentParser) -> ArgumentParser:
    parser.add_argument("--json", action="store_true", help="the same for programs")
    parser.add_argument("--strict", action="store_true", help="end with 1 if a line is amiss")
    return parser


def command(words: Sequence[str]) -> int:
    """Print the answers; 0, or 1 if a line is amiss and that was asked for."""
    parser = _with_switches(ArgumentParser("stablenoise doctor", description=f"{TEXT}.  {MORE}"))
    options = parser.parse_args(words)
    from ..checkup.report import doctor  # after --help, which needs nothing of it

    report = doctor()
    _print(json.dumps(report.to_dict(), indent=1) if options.json else str(report))
    return int(options.strict and bool(report.amiss))


def _print(text: str) -> None:
    """Print in any encoding; that nobody reads, or nothing can be written, is no failure."""
    stream = sys.stdout
    if stream is None:  # it was closed before the program began
        return
    encoding = getattr(stream, "encoding", None) or "ascii"
    try:
        print(text.encode(encoding, "backslashreplace").decode(encoding), file=stream, flush=True)
    except (OSError, ValueError):  # a pipe whose reader is gone, a full disk, a closed file
        _silence(stream)


def _silence(stream: Any) -> None:
    """Let what is left in the buffer go nowhere, or the interpreter fails when it ends."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError) as error:
        print(f"stablenoise doctor: {error}", file=sys.stderr)
