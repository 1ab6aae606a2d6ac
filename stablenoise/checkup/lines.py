"""A line of the answer, a probe that always gives one, and what is not told of its user."""

import getpass
import os
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import NamedTuple

OK, NOTE, AMISS = "ok", "note", "amiss"
UNKNOWN = "could not be found out"
LONGEST = 600  # characters of a line
HOMES = "HOME", "USERPROFILE"


class Line(NamedTuple):
    """What was asked, the answer, and whether it is "ok", a "note" or "amiss"."""

    name: str
    text: str
    state: str = OK


Probe = Callable[[], Iterable[Line]]


def answers(name: str, probe: Probe) -> list[Line]:
    """Lines of a probe; one that raises an error is answered by its error."""
    try:
        found = list(probe())
    except (Exception, SystemExit) as error:
        found = [Line(name, f"{UNKNOWN}: {told(error)}", AMISS)]
    return [line._replace(text=one_line(private(line.text))) for line in found]


def told(error: BaseException) -> str:
    """An error by its kind and its words."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def one_line(text: str) -> str:
    """Text with its spaces and line ends as single spaces, and what is long cut."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST else f"{flat[:LONGEST]} ..."


def private(text: str) -> str:
    """Text without the home folder, which becomes ~, or the name of the user in other paths."""
    for home in _homes():
        text = re.sub(re.escape(home) + r"(?!\w|[.-]\w)", "~", text)
    with suppress(Exception):  # getpass has several for a user without a name
        name = re.escape(getpass.getuser())
        text = re.sub(rf"(?<=[/\\]){name}(?!\w)", "USER", text)
    return text


def _homes() -> list[str]:
    """Spellings of the home folder, the longest first; no root of a disk."""
    named = [os.environ.get(variable, "") for variable in HOMES] + [os.path.expanduser("~")]
    bare = {path.rstrip("/\\") for home in named for path in (home, os.path.realpath(home)) if home}
    return sorted((path for path in bare if len(path) > 2), key=len, reverse=True)
