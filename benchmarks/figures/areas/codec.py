"""Quantised weights as bytes: how fast they are decoded, and how many they are."""

from __future__ import annotations

import lzma
from collections.abc import Iterator

import numpy as np

from benchmarks import code_length as timing
from benchmarks.figures.kinds import Figure, Work
from compress.coding.length import decode_payload, encode_payload
from compress.coding.quantisation import quantise

COLUMNS = 2_500


def codes_of(weights: np.ndarray) -> bytes:
    """A byte a weight: what a general compressor is given, without codebook and shape."""
    (codes,) = quantise({"w": weights}, 256).codes.values()
    return codes.astype(np.uint8).tobytes()


def decoding(size: int) -> Iterator[Work]:
    weights = timing.large(size)
    payload = encode_payload({"w": weights})
    yield Work(lambda: decode_payload(payload, {"w": weights}), weights.size)
    packed = lzma.compress(codes_of(weights))
    yield Work(lambda: lzma.decompress(packed), weights.size)


def lengths(size: int) -> Iterator[float]:
    weights = timing.large(size)
    yield len(encode_payload({"w": weights})) / 1e3
    yield len(lzma.compress(codes_of(weights))) / 1e3


FIGURES = (
    Figure("decode", "arithmetic decoding of 1 million weights of 25 values", "weight",
           "lzma, of codes of a byte each", decoding, 1_000_000, COLUMNS),
    Figure("bytes", "1 million weights of 25 values, encoded with their codebook", "kB",
           "lzma, of codes of a byte each", lengths, 1_000_000, COLUMNS, is_number=True),
)  # fmt: skip
