"""The command line: fit a law, estimate a tail, look at data, draw, examine samplers, data sets."""

import sys
from argparse import Namespace
from collections.abc import Callable, Sequence

from . import warm
from .commands import data_sets, draws, estimates, outputs
from .commands.arguments import joined, parser
from .commands.ending import exit_code


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those that the program was given.

    Returns
    -------
    int
        The exit code: 0; 1 for input that is refused, in one line on standard error; 130 after
        Ctrl-C.  Of ``examine``, 1 if a fault was found, and 2 for input that is refused.  What was
        to be written is there whole or not at all.

    Raises
    ------
    SystemExit
        After ``--help``, or with 2 for arguments that are not understood.

    Examples
    --------
    >>> main(["sample", "--alpha", "1.5", "--size", "2"])
    6.320871306415623
    -0.8700403664935042
    0

    """
    given = sys.argv[1:] if arguments is None else arguments
    options = parser().parse_args(joined(given))
    refused = 2 if options.command == "examine" else 1

    def work() -> int | None:
        outputs.check(options)
        return COMMANDS[options.command](options)

    return exit_code("stablenoise", work, refused)


def _examine(options: Namespace) -> int:
    from .commands import examinations  # here and not above: other commands need not wait for it

    return examinations.examine(options)


def _warm(options: Namespace) -> None:
    warm.main([str(options.jobs)])


COMMANDS: dict[str, Callable[[Namespace], int | None]] = {
    "fit": estimates.fit,
    "tail": estimates.tail,
    "diagnose": estimates.diagnose,
    "sample": draws.sample,
    "examine": _examine,
    "data": data_sets.data,
    "warm": _warm,
}


if __name__ == "__main__":
    sys.exit(main())
