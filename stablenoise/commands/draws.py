"""The command ``sample``: draws from a stable law, made and written piece by piece."""

import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from itertools import chain
from pathlib import Path

import numpy as np

from ..data import files
from ..stable import Stable
from . import outputs

PIECE = 1 << 20  # draws that are held at a time


def sample(options: Namespace) -> None:
    """Draw, and write a file or print."""
    law = Stable(options.alpha, options.beta, options.scale, options.loc)
    pieces = drawn(law, options.size, options.seed)
    if options.out is None:
        for piece in pieces:
            sys.stdout.write(as_text(piece))
        return
    write = _writer(options.out)
    files.write_chunks(options.out, write(pieces, options.size))
    outputs.tell_files(options.out)


def drawn(law: Stable, size: int, seed: int) -> Iterator[np.ndarray]:
    """Pieces of a sample: a longer one begins with the shorter."""
    rng = np.random.default_rng(seed)
    for start in range(0, size, PIECE):
        yield law.rvs(min(PIECE, size - start), rng)


def as_text(piece: np.ndarray) -> str:
    """A line for each number, with as many digits as give it back."""
    return "".join(f"{x!r}\n" for x in piece.tolist())


def _writer(path: Path) -> Callable[[Iterable[np.ndarray], int], Iterator[bytes]]:
    """What makes the bytes of a file of this suffix."""
    writers = {".npy": _npy, ".csv": _csv, ".txt": _txt}
    suffix = path.suffix.lower()
    if suffix not in writers:
        raise ValueError(f"--out must end in {', '.join(writers)}, got {path}")
    return writers[suffix]


def _npy(pieces: Iterable[np.ndarray], size: int) -> Iterator[bytes]:
    header = BytesIO()
    shape = {"descr": "<f8", "fortran_order": False, "shape": (size,)}
    np.lib.format.write_array_header_1_0(header, shape)
    return chain([header.getvalue()], (piece.astype("<f8").tobytes() for piece in pieces))


def _csv(pieces: Iterable[np.ndarray], size: int) -> Iterator[bytes]:
    return chain([b"x\n"], _txt(pieces, size))


def _txt(pieces: Iterable[np.ndarray], size: int) -> Iterator[bytes]:
    return (as_text(piece).encode() for piece in pieces)
