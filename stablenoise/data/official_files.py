"""Official files of data sets: where they may lie, and their content, which is checked."""

import gzip
import hashlib
import lzma
import os
import stat
import zlib
from collections.abc import Callable
from io import BytesIO
from math import prod
from pathlib import Path

import numpy as np

from ..checks import check_path

# sha256 of the official files once decompressed, so that any container will do.  The copies they
# were taken from have the authors' md5 sums (MNIST, Fashion-MNIST) or the git blob id on which
# six public repositories agree (ECG5000).
MNIST_SHA256 = {  # LeCun, Cortes & Burges
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
FASHION_MNIST_SHA256 = {  # Xiao, Rasul & Vollgraf (2017)
    "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}
ECG5000_SHA256 = {  # UCR time series archive
    "ECG5000_TRAIN.txt": "0d96aff193311a6dc6111bf0dbd2f7d2313987fbf7a1da4a383d92563876057b",
    "ECG5000_TEST.txt": "baf4ad57d28daa5e79050edd4185968181762bc83d45a757753015b4ba8ab295",
}

SOURCES = {  # files of a data set, and folders of its own that they may lie in
    "mnist": (MNIST_SHA256, ("mnist", "MNIST/raw")),
    "fashion_mnist": (FASHION_MNIST_SHA256, ("fashion_mnist", "FashionMNIST/raw")),
    "ecg5000": (ECG5000_SHA256, ("ecg5000", "ECG5000")),
}

VARIABLE = "STABLENOISE_DATA"  # of the environment: the folder of all data sets
CONTAINERS: dict[str, Callable] = {".gz": gzip.open, ".xz": lzma.open}


def images(digests: dict[str, str], among: list[Path]) -> list[np.ndarray]:
    """Images as rows, and their labels, of both parts, from files that lie among these folders."""
    arrays = []
    for part in ("train", "t10k"):
        pixels, labels = f"{part}-images-idx3-ubyte", f"{part}-labels-idx1-ubyte"
        x = idx(pixels, content(pixels, digests[pixels], among), rank=3)
        y = idx(labels, content(labels, digests[labels], among), rank=1)
        arrays += [x.reshape(len(x), -1) / 255, y.astype(np.int64)]
    return arrays


def beats(part: str, among: list[Path]) -> tuple[np.ndarray, np.ndarray]:
    """Beats of a part, and whether they are not normal."""
    name = f"ECG5000_{part}.txt"
    table = np.loadtxt(BytesIO(content(name, ECG5000_SHA256[name], among)))
    return np.ascontiguousarray(table[:, 1:]), (table[:, 0] != 1).astype(np.int64)


def folders(data_home: str | os.PathLike | None, *names: str) -> list[Path]:
    """Folders to look in, in turn: in each base one by each of the names, and the base itself."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    bases = data_home, os.environ.get(VARIABLE), Path(cache, "stablenoise")
    if data_home is not None:
        check_path("data_home", data_home)
    return [Path(os.path.expanduser(base), name) for base in bases if base for name in (*names, "")]


def content(name: str, digest: str, folders: list[Path]) -> bytes:
    """Bytes of an official file, decompressed, from the first folder that has it."""
    path = find(name, folders)
    try:
        with CONTAINERS.get(path.suffix, open)(path, "rb") as file:
            content = file.read()
    except (EOFError, OSError, lzma.LZMAError, zlib.error) as error:
        kind = f"whole {path.suffix}" if path.suffix in CONTAINERS else "readable"
        raise ValueError(f"{path} must be a {kind} file, got: {error}") from error
    seen = hashlib.sha256(content).hexdigest()
    if seen != digest:
        raise ValueError(f"{path}: sha256 of its content must be {digest}, got {seen}")
    return content


def find(name: str, folders: list[Path]) -> Path:
    """The first of the files by this name that can be opened."""
    tried, forms = [], "{" + ",".join(("", *CONTAINERS)) + "}"
    for folder in folders:
        obstacles = []
        for suffix in ("", *CONTAINERS):
            path = folder / (name + suffix)
            obstacle = _obstacle(path)
            if obstacle is None:
                return path
            obstacles.append(obstacle)
        reasons = ", ".join(dict.fromkeys(filter(None, obstacles)))
        tried.append(f"{folder / name}{forms}" + (f" ({reasons})" if reasons else ""))
    variable = VARIABLE if os.environ.get(VARIABLE) else f"{VARIABLE} (not set)"
    rule = f"{name} must lie where {variable} or data_home (--data-home) says"
    raise FileNotFoundError(f"{rule}, got none of {', '.join(tried)}")


def _obstacle(path: Path) -> str | None:
    """Why a file cannot be opened, "" if it is not there, None if it can."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # to open a pipe would wait for its other end
            return "not a regular file"
        path.open("rb").close()
    except FileNotFoundError:
        return ""
    except OSError as error:
        return error.strerror or str(error)
    return None


def idx(name: str, content: bytes, rank: int) -> np.ndarray:
    """Bytes of an IDX file after its header: 0, 0, 8 for uint8, rank, and big-endian sizes."""
    start = 4 + 4 * rank
    magic, *shape = np.frombuffer(content[:start].ljust(start, b"\0"), ">u4").tolist()
    if magic != 0x0800 + rank or prod(shape) != len(content) - start:
        seen = f"magic {magic}, sizes {shape} and {len(content)} bytes"
        raise ValueError(f"{name} must be an IDX file of {rank}-d unsigned bytes, got {seen}")
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)
