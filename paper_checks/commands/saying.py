"""Lines of the terminal."""

from rich.console import Console
from rich.text import Text


class BadUsage(ValueError):
    """What was asked for cannot be done: the command ends with its line and exit code 2."""


def say(console: Console, text: str, style: str = "") -> None:
    """Print one line as it is, however long."""
    console.print(Text(text, style), soft_wrap=True)
