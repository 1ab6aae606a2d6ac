"""How a command line ends: its exit code, and one line where it could not do what was asked."""

import os
import sys
from collections.abc import Callable

from ..checks import one_line
from .outputs import any_encoding

LONGEST = 20_000  # characters of an error: every path tried is told


def exit_code(program: str, work: Callable[[], int | None], refused: int = 1) -> int:
    """Do the work of a command; its exit code, or that of what ended it.

    Parameters
    ----------
    program : str
        What lines on standard error begin with.
    work : callable
        Without arguments; it gives an exit code, or None for 0.
    refused : int
        The exit code for input that is refused, in one line on standard error.

    Returns
    -------
    int
        130 after Ctrl-C.

    Examples
    --------
    >>> exit_code("program", lambda: None)
    0

    """
    try:
        with any_encoding():
            status = work()
            sys.stdout.flush()
    except BrokenPipeError:  # who reads has enough; what is left must not fail once more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return refused
    except KeyboardInterrupt:
        print(f"{program}: interrupted", file=sys.stderr)
        return 130
    except (ValueError, OSError, ImportError, MemoryError) as error:
        told = one_line(str(error), LONGEST) or "memory does not suffice"
        print(f"{program}: {told}", file=sys.stderr)
        return refused
    return status or 0
