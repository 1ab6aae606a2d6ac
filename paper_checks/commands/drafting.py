"""The command new: files of a claim that is to be written, and of its test."""

import argparse
import re
from contextlib import suppress
from pathlib import Path

from rich.console import Console

from stablenoise.commands.outputs import path_named
from stablenoise.data import files

from .. import papers, registry
from ..evidence import OutputError
from ..ids import SCHEME, check_id, prefix_of
from ..skeleton import Skeleton, draft
from .saying import BadUsage, say

ID_LINE = re.compile(rf'^    id="({SCHEME})",$', re.MULTILINE)
OWN_PREFIX = r"[A-Z][A-Z0-9]+"  # as in ids.SCHEME, but longer: a letter alone is soon taken


def add_to(subparsers: argparse._SubParsersAction) -> None:
    """Add the command to the parser of all."""
    parser = subparsers.add_parser("new", help="begin a claim: its file and its test")
    told = f"the paper it is about: {', '.join(papers.PAPERS)}, or a prefix of your own"
    parser.add_argument("paper", metavar="PAPER", type=_paper, help=told)
    told = "what it says, in one line, such as 'Wide networks can be pruned'"
    parser.add_argument("statement", metavar="STATEMENT", help=told)
    told = "folder of the two files (default: this one)"
    parser.add_argument("--into", type=path_named, default=Path(), metavar="FOLDER", help=told)
    parser.add_argument("--id", help="id of the claim (default: the next number of the paper)")
    parser.set_defaults(act=run)


def run(options: argparse.Namespace, console: Console) -> int:
    """Write both files, or neither."""
    folder = options.into
    try:
        if folder.exists() and not folder.is_dir():
            raise BadUsage(f"--into must be a folder, got the file {folder}")
        files.check_writable(folder)
        is_there = folder.exists()
        id = _new_id(options.id, options.paper, folder)
        made = draft(id, options.paper, options.statement, folder)
    except OSError as error:
        raise BadUsage(f"--into: {error}") from None
    except ValueError as error:
        raise BadUsage(str(error)) from None
    _check_new(made)
    _write(made)
    for path in made.files:
        say(console, f"{made.id}: {path}")
    if not is_there:
        say(console, f"{folder} was not there: it has been made")
    if not options.paper.citation:
        say(console, f"{options.paper.prefix} is a prefix of your own: `source` says of what paper")
    say(console, f"paper-checks run {next(iter(made.files))} runs it as it is")
    say(
        console,
        "the documentation says how it is listed and run with the others: the page The ledger: "
        "claims, their ids, and the files that a run writes",
    )
    say(
        console,
        "an id is known here if its claim is installed or lies in this folder: see that "
        "those of claims that are shipped together differ (--id gives one)",
    )
    return 0


def _paper(text: str) -> papers.Paper:
    for paper in papers.PAPERS.values():
        if text.lower() in (paper.prefix.lower(), paper.files):
            return paper
    if re.fullmatch(OWN_PREFIX, prefix := text.upper()):
        return papers.Paper(prefix, prefix, files=prefix.lower())
    own = "a prefix of your own (two or more letters and digits, a letter first)"
    known = ", ".join(papers.PAPERS)
    raise argparse.ArgumentTypeError(f"must be one of {known}, or {own}, got {text!r}")


def _new_id(asked: str | None, paper: papers.Paper, folder: Path) -> str:
    """The id that was asked for, if it is free, or the next number of the paper."""
    members = registry.all_claims() | registry.not_computable()
    taken = {member.id: name for name, member in members.items()} | _ids_in(folder)
    if asked is None:
        own = [id for id in taken if prefix_of(id) == paper.prefix]
        numbers = [int(re.findall(r"-(\d+)", id)[0]) for id in own]
        return f"{paper.prefix}-{max(numbers, default=0) + 1}"
    check_id(asked)
    if prefix_of(asked) != paper.prefix:
        raise ValueError(f"id must begin with {paper.prefix}-, got {asked!r}")
    if asked in taken:
        raise ValueError(f"id must be new, got {asked}, which is that of {taken[asked]}")
    return asked


def _ids_in(folder: Path) -> dict[str, str]:
    """Ids of claims whose files lie in a folder, listed or not."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.py")) if folder.is_dir() else []:
        with suppress(OSError, UnicodeError):  # what cannot be read is no claim of ours
            ids = ID_LINE.finditer(path.read_text(encoding="utf-8"))
            found |= {match[1]: path.stem for match in ids}
    return found


def _check_new(made: Skeleton) -> None:
    """Raise BadUsage if a file or a claim is called so."""
    for path in made.files:
        if path.exists() or path.is_symlink():
            raise BadUsage(f"STATEMENT must give a new file, got {path}")
    if made.name in registry.all_claims() | registry.not_computable():
        raise BadUsage(f"STATEMENT must give a new claim, got {made.name}")


def _write(made: Skeleton) -> None:
    """Write all files; where one fails, what was written is taken back."""
    written: list[Path] = []
    try:
        for path, text in made.files.items():
            files.write(path, text)
            written.append(path)
    except BaseException as error:
        for path in written:
            path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise OutputError(f"{error.filename} could not be written: {error.strerror}") from error
        raise
