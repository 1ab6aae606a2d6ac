"""How much a file may hold for its bytes: held against it before anything of that size is made.

Zeros cost a codec next to nothing, so that a few bytes of anybody's could fill any memory.  A file
may hold 4,096 elements for each byte of what is packed, and a million whatever it has: no network
that was trained has fewer than 1 bit for 512 weights.  An array takes some 20 µs and 1 kB besides
its elements: it counts as 64 of them.
"""

ELEMENTS_PER_BYTE = 4096
LEAST_ELEMENTS = 1_000_000  # that any file may hold
ELEMENTS_OF_AN_ARRAY = 64


def allowance(packed: int) -> int:
    """Elements that a file may hold of which so many bytes are what is packed."""
    return max(LEAST_ELEMENTS, ELEMENTS_PER_BYTE * packed)


class Tally:
    """Elements and arrays of a file so far, held against what it may hold.

    ``why`` says whose limit that is.
    """

    def __init__(self, allowed: int, why: str) -> None:
        self._allowed, self._why = allowed, why
        self._most_arrays = max(allowed, LEAST_ELEMENTS) // ELEMENTS_OF_AN_ARRAY
        self._elements = self._arrays = 0

    def add(self, elements: int) -> None:
        """Count an array of so many elements, or raise ValueError if that is too much."""
        self._elements += elements
        self._arrays += 1
        if self._elements > self._allowed:
            seen = f"{self._allowed} elements, {self._why}, got at least {self._elements}"
            raise ValueError(f"file must hold at most {seen}")
        if self._arrays > self._most_arrays:
            seen = f"{self._most_arrays} arrays, {self._why}, got at least {self._arrays}"
            raise ValueError(f"file must hold at most {seen}")
