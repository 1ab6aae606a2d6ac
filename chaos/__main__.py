"""The command line: train networks by SGD with heavy-tailed noise."""

import sys
from collections.abc import Sequence

from stablenoise.commands.beginning import starting

with starting("chaos"):  # as what follows takes its time
    from stablenoise.commands.arguments import joined
    from stablenoise.commands.ending import exit_code

    from .commands.arguments import parser
    from .commands.training import train


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those that the program was given.

    Returns
    -------
    int
        The exit code: 0; 1 for input that is refused, in one line on standard error, or where a
        cell of a sweep failed; 130 after Ctrl-C, with a checkpoint.

    Raises
    ------
    SystemExit
        After ``--help``, or with 2 for arguments that are not understood.

    Examples
    --------
    >>> main(["train", "--data", "digits", "--widths", "64,10"])
    1

    """
    with starting("chaos"):
        options = parser().parse_args(joined(sys.argv[1:] if arguments is None else arguments))
    return exit_code("chaos", lambda: train(options))


if __name__ == "__main__":
    sys.exit(main())
