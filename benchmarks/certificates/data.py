"""Data sets of which the verifier does not read the files themselves, as files of NumPy.

python data.py NAME DATA_FOLDER OUT_FOLDER

NAME is ``cifar10_subset`` (pictures of the first 4,000 training and the first 1,000 test images)
or ``ecg5000`` (as it is, and as bytes: clip(rint(32 x) + 128, 0, 255), in ``ecg5000_bytes``).  Like
``verify.py`` this file imports nothing of the project: a bundle's sha256 is that of what it makes.
"""

import gzip
import lzma
import sys
import zlib
from pathlib import Path

import numpy as np

UNPACKED = {"": bytes, ".gz": gzip.decompress, ".xz": lzma.decompress}


def content(folder, name, file):
    """Bytes of a file of a data set, out of its container."""
    for place in folder / name, folder:
        for suffix, unpacked in UNPACKED.items():
            if (place / f"{file}{suffix}").is_file():
                return unpacked((place / f"{file}{suffix}").read_bytes())
    sys.exit(f"{file} must lie in {folder / name} or {folder}, got neither")


def cifar10_subset(folder):
    """Images, shape (n, 3, 32, 32): a picture has 1,000 lines, and each of them is an image."""
    names = [f"cifar10_batch_{batch}.png" for batch in (0, 1, 2, 3, 50)]
    lines = np.concatenate([lines_of(content(folder, "cifar10_subset", name)) for name in names])
    images = lines.reshape(-1, 32, 32, 3).transpose(0, 3, 1, 2)
    labels = np.frombuffer(content(folder, "cifar10_subset", "labels.npy")[-5000:], np.uint8)
    return {"cifar10_subset": (images[:4000], labels[:4000], images[4000:], labels[4000:])}


def lines_of(raw):
    """Lines of a PNG file of 8-bit colours, not interlaced (its specification, 3rd edition)."""
    width, height = (int.from_bytes(raw[at : at + 4], "big") for at in (16, 20))
    at, packed, long = 8, b"", 3 * width
    while at < len(raw):  # section 5: length, type, data, checksum
        size = int.from_bytes(raw[at : at + 4], "big")
        packed += raw[at + 8 : at + 8 + size] if raw[at + 4 : at + 8] == b"IDAT" else b""
        at += size + 12
    coded = zlib.decompress(packed)
    above, lines = bytes(long + 3), []
    for row in range(height):
        start = row * (long + 1)
        above = unfiltered(coded[start], coded[start + 1 : start + 1 + long], above)
        lines.append(above[3:])
    return np.frombuffer(b"".join(lines), np.uint8)


def unfiltered(kind, coded, above):
    """A line after three zeros; each byte is a difference from its neighbours (section 9)."""
    line = bytearray(3) + coded
    for i in range(3, len(line)) if kind else ():
        left, up, corner = line[i - 3], above[i], above[i - 3]
        line[i] = line[i] + guess(kind, left, up, corner) & 255
    return line


def guess(kind, left, up, corner):
    if kind == 1:
        return left
    if kind == 2:
        return up
    if kind == 3:
        return (left + up) // 2
    to_left, to_up = abs(up - corner), abs(left - corner)
    to_corner = abs(left + up - 2 * corner)
    if to_left <= to_up and to_left <= to_corner:
        return left
    return up if to_up <= to_corner else corner


def ecg5000(folder):
    """Beats, shape (n, 140); class 1, the normal ones, has label 0, classes 2 to 5 have 1."""
    parts = []
    for part in "TRAIN", "TEST":
        text = content(folder, "ecg5000", f"ECG5000_{part}.txt").decode()
        table = np.loadtxt(text.splitlines())
        parts += [table[:, 1:], (table[:, 0] != 1).astype(np.uint8)]
    x, y, x_test, y_test = parts
    levels = [np.clip(np.rint(32 * beats) + 128, 0, 255).astype(np.uint8) for beats in (x, x_test)]
    images = [beats[:, None, None] for beats in levels]
    return {"ecg5000": tuple(parts), "ecg5000_bytes": (images[0], y, images[1], y_test)}


READERS = {"cifar10_subset": cifar10_subset, "ecg5000": ecg5000}

if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in READERS:
        sys.exit(__doc__)
    Path(sys.argv[3]).mkdir(parents=True, exist_ok=True)
    for name, arrays in READERS[sys.argv[1]](Path(sys.argv[2])).items():
        names = "x_train", "y_train", "x_test", "y_test"
        np.savez(Path(sys.argv[3], f"{name}.npz"), **dict(zip(names, arrays, strict=True)))
        print(f"{name}.npz: {len(arrays[1]):,} and {len(arrays[3]):,} examples")
