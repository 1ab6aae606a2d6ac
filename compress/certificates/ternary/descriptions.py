"""Descriptions of ternary-1: a header and a code word, which together are a classifier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from stablenoise.checks import check_kind, real_values, told
from stablenoise.results import Result
from stablenoise.text_table import counted
from stablenoise.values import by_content, read_only

from ...coding.bits import Reader
from ...coding.layouts import checked_bytes
from .codewords import codeword, longest, read
from .grammar import SUM_BITS, Configuration, Domain, Shape, header, largest_sums, read_header

HEADER_BYTES = 13  # 19 bits, and 13 for each of six layers


@by_content
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Description(Result):
    """A network of the family, from which its bits follow, and which follows from them.

    Parameters
    ----------
    configuration : Configuration
    weights : tuple of ndarray
        Each -1, 0 or 1, of the shapes that the configuration has; int8, read-only copies.

    Raises
    ------
    ValueError
        If weights are something else, or a sum could reach 2^62.

    Examples
    --------
    >>> from compress.certificates.ternary import Layer
    >>> chosen = Configuration(Domain(4, 4, 2), (Layer(1, 3),))
    >>> description = Description(chosen, [np.eye(3)[None, None], np.ones((2, 1, 2, 2))])
    >>> description
    Description(17 weights in 2 layers, 44 bits: header 22, weights 22)
    >>> Description.from_bytes(description.to_bytes(), chosen.domain) == description
    True

    """

    configuration: Configuration
    weights: tuple[np.ndarray, ...]

    def __post_init__(self) -> None:
        check_kind("configuration", self.configuration, Configuration)
        weights = _checked(self.weights, self.configuration.shapes)
        object.__setattr__(self, "weights", read_only(weights))
        bound = self.largest_sums()[-1]
        if bound >> SUM_BITS:
            raise ValueError(f"sums must stay below 2^62, got up to 2^{bound.bit_length() - 1}")

    @property
    def header_bits(self) -> int:
        """Bits of the header.

        Returns
        -------
        int

        """
        return self.configuration.bits

    @property
    def weight_bits(self) -> int:
        """Bits of the code word of all weights.

        Returns
        -------
        int

        """
        return codeword(self._tables())[1]

    @property
    def bits(self) -> int:
        """Bits of a prefix code, header and weights, of which its prior mass is 2^-bits.

        Returns
        -------
        int

        """
        return self.header_bits + self.weight_bits

    def largest_sums(self) -> list[int]:
        """Numbers that no sum of each layer, and no score, exceeds in size.

        Returns
        -------
        list of int
            Below 2^62.

        Examples
        --------
        >>> linear = Configuration(Domain(1, 3, 2), reach=1)
        >>> Description(linear, [np.ones((2, 1, 1, 3))]).largest_sums()
        [2295]

        """
        widest = [int(np.count_nonzero(w.reshape(len(w), -1), 1).max()) for w in self.weights]
        return largest_sums(self.configuration, widest)

    def to_bytes(self) -> bytes:
        """All bits, the last byte filled up by zeros.

        Returns
        -------
        bytes

        Examples
        --------
        >>> linear = Configuration(Domain(1, 3, 2))
        >>> Description(linear, [np.ones((2, 1, 1, 3))]).to_bytes().hex()
        '00f8'

        """
        bits = header(self.configuration)
        bits.put(*codeword(self._tables()))
        return bits.to_bytes()

    @classmethod
    def from_bytes(cls, source: bytes, domain: Domain) -> Description:
        """Description of bytes from anywhere.

        Parameters
        ----------
        source : bytes
            As ``to_bytes`` makes them, to the last bit.
        domain : Domain
            What is classified, which they do not tell.

        Returns
        -------
        Description

        Raises
        ------
        ValueError
            If they are no description: the header means no network, the weights begin with no code
            word, a filling bit is not 0, or bytes follow.

        Examples
        --------
        >>> found = Description.from_bytes(bytes.fromhex("00f8"), Domain(1, 3, 2))
        >>> found.weights[0].tolist()
        [[[[1, 1, 1]]], [[[1, 1, 1]]]]

        """
        source = checked_bytes(source)
        check_kind("domain", domain, Domain)
        bits = Reader(source[:HEADER_BYTES])
        chosen = read_header(bits, domain)
        left = 8 * len(source) - chosen.bits
        if left >= longest(chosen.weights) + 8:
            raise ValueError(f"a description must end with its weights, got {len(source)} bytes")
        number = int.from_bytes(source, "big") & ((1 << left) - 1)
        sizes = [prod(shape) for shape in chosen.shapes]
        tables, length = read(number, left, sizes if chosen.tables else [sum(sizes)])
        filling = left - length
        if filling >= 8 or number & ((1 << filling) - 1):
            raise ValueError(
                f"a description must be filled by fewer than 8 zeros, got {filling} bits after it"
            )
        flat = np.concatenate([np.array(table, np.int8) for table in tables]) - np.int8(1)
        return cls(chosen, shaped(flat, chosen.shapes))

    def _tables(self) -> list[list[int]]:
        """Weights as letters 0, 1 and 2, of each table that is counted by itself."""
        parts = [(w.ravel() + np.int8(1)).tolist() for w in self.weights]
        return parts if self.configuration.tables else [sum(parts, [])]

    def _summary(self) -> str:
        weights = counted(self.configuration.weights, "weight")
        layers = counted(len(self.weights), "layer")
        header, rest = self.header_bits, self.weight_bits
        return f"{weights} in {layers}, {header + rest:,} bits: header {header}, weights {rest:,}"


def shaped(flat: np.ndarray, shapes: Sequence[Shape]) -> tuple[np.ndarray, ...]:
    """Parts of one array, of these shapes."""
    ends = np.cumsum([0, *map(prod, shapes)]).tolist()
    return tuple(
        flat[start:end].reshape(shape)
        for (start, end), shape in zip(pairwise(ends), shapes, strict=True)
    )


def _checked(weights: Any, shapes: Sequence[Shape]) -> tuple[np.ndarray, ...]:
    """Copies as int8, or ValueError unless they are -1, 0 and 1 in these shapes."""
    if not isinstance(weights, tuple | list) or len(weights) != len(shapes):
        raise ValueError(f"weights must be {len(shapes)} arrays, got {told(weights)}")
    return tuple(
        _ternary(k, w, shape) for k, (w, shape) in enumerate(zip(weights, shapes, strict=True))
    )


def _ternary(place: int, weights: ArrayLike, shape: Shape) -> np.ndarray:
    array = real_values(f"weights of layer {place}", weights)
    if array.shape != shape:
        raise ValueError(f"weights of layer {place} must have shape {shape}, got {array.shape}")
    good = (array == -1) | (array == 0) | (array == 1)
    if not good.all():
        seen = array[~good].flat[0]
        raise ValueError(f"weights of layer {place} must be -1, 0 or 1, got {seen}")
    return np.array(array, np.int8, order="C")
