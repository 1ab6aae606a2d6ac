"""Predictions of a sample by their mistakes: index and predicted class of each."""

from __future__ import annotations

from hashlib import sha256
from itertools import pairwise
from typing import Any

import numpy as np

from stablenoise.checks import check_integer, told

from . import spelling

MAX_EXAMPLES = 2**17
MAX_CLASSES = 2**8
Mistakes = tuple[tuple[int, int], ...]


def checked(what: str, mistakes: Any, n: int = MAX_EXAMPLES, classes: int = MAX_CLASSES) -> None:
    """Raise ValueError unless they are pairs of an index and a class, by index."""
    rule = f"{what} must be a tuple of pairs (index, class), by index"
    if not isinstance(mistakes, tuple):
        raise ValueError(f"{rule}, got {told(mistakes)}")
    for pair in mistakes:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise ValueError(f"{rule}, got {told(pair)}")
        check_integer(f"an index of {what}", pair[0], 0, n)
        check_integer(f"a class of {what}", pair[1], 0, classes)
    if any(first[0] >= second[0] for first, second in pairwise(mistakes)):
        raise ValueError(f"{rule}, got {told(mistakes)}")


def as_numbers(mistakes: Mistakes, classes: int) -> str:
    """The text of mistakes: numbers index classes + class."""
    return spelling.as_numbers(index * classes + wrong for index, wrong in mistakes)


def from_numbers(what: str, text: Any, classes: int) -> Mistakes:
    """Mistakes of a text."""
    return tuple(divmod(number, classes) for number in spelling.numbers(what, text))


def of(labels: np.ndarray, predictions: np.ndarray) -> Mistakes:
    """Where predictions are not the labels."""
    wrong = np.flatnonzero(predictions != labels)
    return tuple(zip(wrong.tolist(), predictions[wrong].tolist(), strict=True))


def predictions(mistakes: Mistakes, labels: np.ndarray) -> np.ndarray:
    """Predictions that are the labels but for some mistakes."""
    classes = labels.copy()
    for index, wrong in mistakes:
        classes[index] = wrong
    return classes


def digest(classes: np.ndarray) -> str:
    """sha256 of classes, a byte each."""
    return sha256(np.ascontiguousarray(classes, np.uint8).tobytes()).hexdigest()
