"""Rows on disk: a file for each key, under the hash of the key, written whole or not at all."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Protocol
from zipfile import BadZipFile

import numpy as np

from .evidence import write
from .tasks import Answer, digest

WRITERS = 8  # files that are brought to the disk at once: it does so with all in one go
# What a file that is none, or damaged, may raise.
DAMAGE = OSError, ValueError, KeyError, EOFError, RuntimeError, BadZipFile


class Shelf(Protocol):
    """Where rows are kept by their keys."""

    def get(self, key: str) -> Answer | None:
        """What is kept under a key; None if there is nothing, or it is damaged."""

    def put(self, answers: Iterable[tuple[str, Answer]]) -> None:
        """Keep answers under their keys."""


class MemoryShelf:
    """Rows of one run, which are kept nowhere else."""

    def __init__(self) -> None:
        self._answers: dict[str, Answer] = {}

    def get(self, key: str) -> Answer | None:
        """What is kept under a key."""
        return self._answers.get(digest(key))

    def put(self, answers: Iterable[tuple[str, Answer]]) -> None:
        """Keep answers under their keys."""
        self._answers |= {digest(key): answer for key, answer in answers}


class DiskShelf:
    """Rows in the folder of a ledger, which any number of runs may share."""

    def __init__(self, out: Path) -> None:
        self._out = out

    def get(self, key: str) -> Answer | None:
        """What is kept under a key; None if there is nothing, or it is damaged."""
        try:
            with (
                open(shard_path(digest(key), self._out), "rb") as file,
                np.lib.npyio.NpzFile(file, allow_pickle=False) as kept,
            ):
                answer = Answer(
                    kept["rows"], float(kept["seconds"]), int(kept["peak"]), str(kept["device"])
                )
                return answer if str(kept["key"]) == key else None
        except DAMAGE:
            return None

    def put(self, answers: Iterable[tuple[str, Answer]]) -> None:
        """Bring answers to the disk, or raise OutputError."""
        with ThreadPoolExecutor(WRITERS) as writers:
            list(writers.map(self._put, answers))

    def _put(self, pair: tuple[str, Answer]) -> None:
        key, answer = pair
        content = BytesIO()
        told = {name: getattr(answer, name) for name in ("rows", "seconds", "peak", "device")}
        np.savez(content, key=np.array(key), **told)
        write(shard_path(digest(key), self._out), content.getvalue())


def shard_path(name: str, out: Path) -> Path:
    """Where the rows of a digest are kept."""
    return out / "shards" / name[:2] / f"{name}.npz"
