"""What a figure is: some work of ours, the same by a peer, and what a reader is told of both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

__all__ = ["ERROR", "Figure", "Work", "version_of"]

ERROR = "largest relative error"  # a unit of numbers


@dataclass(frozen=True, slots=True)
class Work:
    """Something that is timed: a call, and how many units of the figure it does."""

    run: Callable[[], object]
    count: int = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """A pair of measurements.

    ``make(size)`` yields ours and then, if it is asked for more, the peer's: a ``Work`` each, or a
    number each if ``is_number``.  What it holds open, pools say, it closes when it ends.
    """

    name: str
    what: str  # is done, in words for a reader
    unit: str  # that a time is of, "" for the whole; or what a number is
    peer: str  # by whom the same is done
    make: Callable[[int], Iterator]
    size: int
    tiny: int  # size at which a test runs it
    needs: str | None = None  # distribution without which there is no peer
    rounds: int = 7
    is_number: bool = False  # an error or a size, rather than a time

    @property
    def area(self) -> str:
        """The file that it is in."""
        return self.make.__module__.rpartition(".")[2]

    @property
    def has_peer(self) -> bool:
        """Whether the peer is installed here."""
        return self.needs is None or version_of(self.needs) is not None


def version_of(distribution: str) -> str | None:
    """Version of what is installed; None if it is not."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None
