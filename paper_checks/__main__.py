"""The command line, if all that it needs is installed."""

import sys
from collections.abc import Sequence
from importlib.util import find_spec

from stablenoise.commands.beginning import starting

EXTRA = ("jinja2", "rich", "sklearn", "threadpoolctl")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code, 1 if a library is missing."""
    missing = ", ".join(filter(_is_missing, EXTRA))
    if missing:
        text = f'paper-checks needs {missing}: pip install "stablenoise[checks]"'
        print(text, file=sys.stderr)
        return 1
    # Only now: without these libraries the import itself would fail, and not in one line.
    with starting("paper-checks"):
        from .command import main as run

    return run(arguments)


def _is_missing(name: str) -> bool:
    try:
        return find_spec(name) is None
    except (ImportError, ValueError):  # hidden by a hook, or half imported
        return True


if __name__ == "__main__":
    sys.exit(main())
