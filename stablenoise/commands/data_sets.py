"""The command ``data``: fetch data sets, and tell which are there."""

import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from ..data import by_name, datasets, fetching
from ..text_table import aligned, counted
from .outputs import path_named

NEEDED = {"digits": "brought by scikit-learn"}
WHOLE_LINE = "\r\x1b[K"  # to its beginning, and what was there away


def add(commands: Any) -> None:
    """Add the switches of ``data``."""
    text = "fetch data sets, or tell which are there"
    parser = commands.add_parser("data", help=text, description=text)
    actions = parser.add_subparsers(required=True, dest="action", metavar="ACTION")
    fetch = actions.add_parser("fetch", help="fetch the files of a data set that are not there")
    fetch.add_argument("name", metavar="NAME", help=", ".join(by_name.LOADERS))
    mirror = "mirror: address of a folder with the published files (default: where they come from)"
    fetch.add_argument("--from", dest="source", metavar="URL", help=mirror)
    add_data_home(fetch, "folder to write to")
    listed = actions.add_parser("list", help="data sets, and whether their files are there")
    add_data_home(listed, "folder to search first")


def add_data_home(parser: Any, what: str) -> None:
    """Add the switch for the folder of data sets."""
    default = "(default: the one that STABLENOISE_DATA names, or stablenoise in the user's cache)"
    parser.add_argument("--data-home", type=path_named, metavar="DIR", help=f"{what} {default}")


def data(options: Namespace) -> None:
    """Fetch a data set, or list all."""
    if options.action == "list":
        _list(options.data_home)
    else:
        _fetch(options.name, options.data_home, options.source)


def _fetch(name: str, data_home: Path | None, source: str | None) -> None:
    shown = _told if sys.stderr.isatty() else None
    try:
        paths = fetching.fetch(name, data_home, source, shown)
    except KeyboardInterrupt:
        print("what came is kept: the same command goes on", file=sys.stderr)
        raise
    finally:
        if shown:
            print(end=WHOLE_LINE, file=sys.stderr)
    for path in paths:
        print(f"{path}: {path.stat().st_size:,} bytes")
    if not paths:
        print(f"{name}: no file to fetch, {NEEDED[name]}")


def _told(address: str, done: int, total: int | None) -> None:
    """One line of how far it is, over the one before."""
    of = f" of {total / 1e6:.1f}" if total else ""
    print(f"{WHOLE_LINE}{address[-50:]}: {done / 1e6:.1f}{of} MB", end="", file=sys.stderr)


def _list(data_home: Path | None) -> None:
    rows = [("data set", "files", "where")]
    for name in by_name.LOADERS:
        paths = datasets.source_files(name, data_home)
        where = str(paths[0].parent) if paths else f"nowhere: stablenoise data fetch {name}"
        count = "-" if name in NEEDED else counted(len(paths), "file")
        rows.append((name, count, NEEDED.get(name, where)))
    print(aligned(rows, words=3))
