"""The command list: the claims by paper, with their titles, or all that is known as JSON."""

import argparse
from pathlib import Path

from rich.console import Console

from stablenoise.commands.outputs import path_named

from .. import index, papers, registry, terminal
from ..claim import Claim, NotComputable
from . import switches
from .saying import BadUsage, say

Member = Claim | NotComputable


def add_to(subparsers: argparse._SubParsersAction) -> None:
    """Add the command to the parser of all."""
    parser = subparsers.add_parser("list", help="the claims by paper, with their titles")
    told = "only those of one paper, such as P1"
    parser.add_argument("--paper", type=switches.paper, help=told)
    told = "all that is known of each claim, for programs"
    parser.add_argument("--json", action="store_true", help=told)
    told = "with --json: folder of a ledger, whose verdicts are told (default: none)"
    parser.add_argument("--out", type=path_named, metavar="FOLDER", help=told)
    parser.set_defaults(act=run)


def run(options: argparse.Namespace, console: Console) -> int:
    """Print the claims, a line each, or the index."""
    if options.out and not (options.json and options.out.is_dir()):
        rule = "--out must be the folder of a ledger, together with --json"
        raise BadUsage(f"{rule}, got {options.out}")
    if options.json:
        print(_index(options.out, options.paper or ""), end="")
        return 0
    members = index.members_in_order()
    if options.paper:
        members = [each for each in members if papers.paper_of(each[1].id).prefix == options.paper]
    for paper in papers.in_order(member.id for _, member in members):
        own = [member for _, member in members if papers.paper_of(member.id) == paper]
        _print_paper(console, paper, own)
    if not options.paper:
        for name, why in registry.broken_claims().items():
            _print_entry(console, name, f"broken: {why}")
    _print_entry(console, "all", _sum(index.counts(member for _, member in members)))
    return 0


def _index(out: Path | None, paper: str) -> str:
    return index.text_of(index.of_folder(out, paper) if out else index.of_claims(paper=paper))


def _print_paper(console: Console, paper: papers.Paper, members: list[Member]) -> None:
    link = f", {paper.link}" if paper.link else ""
    _print_entry(console, paper.prefix, f"{paper.name}{link}: {_sum(index.counts(members))}")
    longest = max(len(member.id) for member in members)
    for member in members:
        _print_entry(console, f"  {member.id:{longest}}", _told(member))


def _print_entry(console: Console, head: str, text: str) -> None:
    for line in terminal.entry(head, text, terminal.width_of(console), console.encoding):
        say(console, line)


def _told(member: Member) -> str:
    """Title of a claim, and what is special about it."""
    if isinstance(member, NotComputable):
        return f"{member.title} (not computable: {member.reason})"
    return member.title if member.kind == "statistical" else f"{member.title} ({member.kind})"


def _sum(counts: dict[str, int]) -> str:
    """How many there are of each kind, in words."""
    claims = counts["can_be_contradicted"]
    text = f"{claims} {'claim' if claims == 1 else 'claims'} that can be contradicted"
    for kind, word in ("identities", "identity"), ("not_computable", "not computable"):
        if number := counts[kind]:
            text += f", {number} {word if number == 1 else kind.replace('_', ' ')}"
    return text
