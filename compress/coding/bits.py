"""Bits written one after the other, and read again: whole numbers of known and unknown size."""

from collections.abc import Iterable

MAX_BITS = 64  # bits of the largest number that a reader takes


def gamma_bits(number: int) -> int:
    """Length of the Elias gamma code of a positive number, 2 floor(log2 number) + 1."""
    return 2 * number.bit_length() - 1


class Writer:
    """A growing string of bits."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.length = 0

    def put(self, number: int, width: int) -> None:
        """Append the number, not negative, in ``width`` bits."""
        self._parts.append(f"{number:0{width}b}" if width else "")
        self.length += width

    def put_gamma(self, number: int) -> None:
        """Append a positive number of any size, in ``gamma_bits``."""
        self.put(number, gamma_bits(number))  # as many zeros as digits follow the first

    def put_all(self, numbers: Iterable[int], width: int) -> None:
        """Append numbers of one width."""
        for number in numbers:
            self.put(int(number), width)

    def append(self, other: "Writer") -> None:
        """Append what another one holds."""
        self._parts += other._parts
        self.length += other.length

    def to_bytes(self) -> bytes:
        """All bits, filled up by zeros."""
        text = "".join(self._parts)
        size = -(-len(text) // 8)
        return int(text.ljust(8 * size, "0") or "0", 2).to_bytes(size, "big")


class Reader:
    """What a ``Writer`` wrote, from the beginning of bytes; ValueError where they end."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._at = 0

    def take(self, width: int) -> int:
        """Return the number in the next ``width`` bits."""
        stop = self._at + width
        if stop > 8 * len(self._source):
            raise ValueError(f"payload must not end within its header, got {len(self._source)} B")
        first, last = self._at // 8, -(-stop // 8)
        window = int.from_bytes(self._source[first:last], "big") >> (8 * last - stop)
        self._at = stop
        return window & ((1 << width) - 1)

    def take_gamma(self) -> int:
        """Return the next number of unknown size."""
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros >= MAX_BITS:  # zeros without end would be read to the end of any payload
                raise ValueError(
                    f"numbers of a header must be below 2^{MAX_BITS}, got a larger one"
                )
        return (1 << zeros) | self.take(zeros)

    def take_all(self, count: int, width: int) -> list[int]:
        """Return the next numbers of one width."""
        return [self.take(width) for _ in range(count)]

    def rest(self) -> bytes:
        """Bytes after those begun, whose last bits must be zeros."""
        # Otherwise several payloads would stand for the same arrays.
        if self.take(-self._at % 8):
            raise ValueError("payload must have zeros between its header and its symbols, got ones")
        return self._source[self._at // 8 :]
