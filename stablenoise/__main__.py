"""The command line: fit a law, estimate a tail, look at data, draw, examine samplers, data sets.

Commands import what they need when they are asked for: ``doctor`` answers without NumPy or Numba,
and others need not wait for ``examine``.
"""

import sys
from argparse import Namespace
from collections.abc import Callable, Sequence

from .commands.beginning import starting


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
        Ctrl-C.  Of ``examine``, 1 if a fault was found, and 2 for input that is refused; of
        ``doctor --strict``, 1 if a line is amiss.  What was
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
    if list(given[:1]) == ["doctor"]:
        from .commands import doctor

        return doctor.command(given[1:])
    with starting("stablenoise"):
        from .commands import outputs
        from .commands.arguments import joined, parser
        from .commands.ending import exit_code

        options = parser().parse_args(joined(given))
    refused = 2 if options.command == "examine" else 1

    def work() -> int | None:
        outputs.check(options)
        return COMMANDS[options.command](options)

    return exit_code("stablenoise", work, refused)


def _fit(options: Namespace) -> None:
    from .commands import estimates

    estimates.fit(options)


def _tail(options: Namespace) -> None:
    from .commands import estimates

    estimates.tail(options)


def _diagnose(options: Namespace) -> None:
    from .commands import estimates

    estimates.diagnose(options)


def _sample(options: Namespace) -> None:
    from .commands import draws

    draws.sample(options)


def _examine(options: Namespace) -> int:
    from .commands import examinations

    return examinations.examine(options)


def _data(options: Namespace) -> None:
    from .commands import data_sets

    data_sets.data(options)


def _warm(options: Namespace) -> None:
    from . import warm

    warm.main([str(options.jobs)])


COMMANDS: dict[str, Callable[[Namespace], int | None]] = {
    "fit": _fit,
    "tail": _tail,
    "diagnose": _diagnose,
    "sample": _sample,
    "examine": _examine,
    "data": _data,
    "warm": _warm,
}


if __name__ == "__main__":
    sys.exit(main())
