"""The first draws of a stream, or what a test makes of them, kept in their order."""

from __future__ import annotations

import numpy as np

__all__ = ["Kept"]


class Kept:
    """Arrays that are appended to each other, made one when they are asked for."""

    def __init__(self) -> None:
        self._parts: list[np.ndarray] = []

    def add(self, part: np.ndarray) -> None:
        """Append an array."""
        self._parts.append(part)

    def all(self) -> np.ndarray:
        """What was appended so far, as one array."""
        if len(self._parts) > 1:
            self._parts = [np.concatenate(self._parts)]
        return self._parts[0] if self._parts else np.empty(0)
