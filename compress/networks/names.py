"""What the name of an array says: the layer that it belongs to, and its part in it.

Names are those of state dicts (``fc1.weight``, ``features.0.bias``, ``bn1.running_mean``), of Keras
(``dense_1/kernel:0``), of scikit-learn (``coefs_0``), and of plain archives (``W1``, ``b1``).
"""

import re
from typing import NamedTuple

WEIGHTS, BIAS, SCALE, SHIFT, MEAN, VARIANCE, COUNTER = (
    *("weights", "bias", "scale", "shift", "mean", "variance", "counter"),
)
WORDS = {
    **dict.fromkeys(("w", "weight", "weights", "kernel", "kernels", "coef", "coefs"), WEIGHTS),
    **dict.fromkeys(("b", "bias", "biases", "intercept", "intercepts"), BIAS),
    "gamma": SCALE,
    "beta": SHIFT,
    **dict.fromkeys(("running mean", "moving mean"), MEAN),
    **dict.fromkeys(("running var", "moving variance", "moving var"), VARIANCE),
    "num batches tracked": COUNTER,
}
LONGEST = 3  # words of a part
# Letters and digits are words of their own, so that W1 is the weights of 1.
WORD = re.compile(r"[^\W\d_]+|\d+")
OF_KERAS = re.compile(r":\d+$")  # number of an output, at the end of each name


class Part(NamedTuple):
    """The stem of a name, which arrays of one layer share, and the part of its array, or none."""

    stem: str
    part: str | None


class Place(NamedTuple):
    """A stem without its numbers, and the numbers: none is before any, as Keras counts."""

    prefix: str
    numbers: tuple[int, ...]


def part_of(name: str) -> Part:
    """Stem and part of a name; of several words that name a part the last counts."""
    words = WORD.findall(OF_KERAS.sub("", name))
    lower = [word.lower() for word in words]
    for end in range(len(words), 0, -1):
        for length in range(min(LONGEST, end), 0, -1):
            part = WORDS.get(" ".join(lower[end - length : end]))
            if part:
                return Part(" ".join(words[: end - length] + words[end:]), part)
    return Part(" ".join(words), None)


def place_of(stem: str) -> Place:
    """Where a stem stands among others that differ in their numbers."""
    words = stem.split()
    numbers = tuple(int(word) for word in words if word.isdecimal())
    return Place(" ".join(word for word in words if not word.isdecimal()), numbers)
