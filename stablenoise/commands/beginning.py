"""How a command line starts: Ctrl-C ends it in one line while libraries are still loaded.

It is imported first, and loads none of them itself.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def starting(program: str) -> Iterator[None]:
    """While it lasts, Ctrl-C ends the process as it ends a command, with 130.

    Examples
    --------
    >>> with starting("program"):
    ...     import json

    """
    try:
        yield
    except KeyboardInterrupt:
        print(f"{program}: interrupted", file=sys.stderr)
        raise SystemExit(130) from None
