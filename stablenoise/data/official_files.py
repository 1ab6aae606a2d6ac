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

CIFAR10_MD5 = {  # Krizhevsky (2009): of the python version, as torchvision's `CIFAR10` lists them
    "data_batch_1": "c99cafc152244af753f735de768cd75f",
    "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
    "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
    "data_batch_4": "634d18415352ddfa80567beed471001a",
    "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
    "test_batch": "40351d587109b95175f43aff81a1287e",
}
CIFAR10_SUBSET_SHA256 = {  # pictures of convnetjs, whose line i is image i; labels as NumPy's file
    "cifar10_batch_0.png": "0614720d69293a033786d5fe2924c4e9a9b48874f19ca4627c4662a864ee9f2d",
    "cifar10_batch_1.png": "2927e26ea68602e34a7424826b76b7336ce36b8f6bcc2e9fce0c05568ff6b4c1",
    "cifar10_batch_2.png": "0b2759e307bb405bb1a6531f8a0f557eaec46d7546050612fdb836f0fa60eae0",
    "cifar10_batch_3.png": "a4530ff15c83886058a97c352f53f38be07d191de8f410e998e91786b5900a26",
    "cifar10_batch_50.png": "5cea9e8fb7933540a2236a4bb25c1ed3a8447f345c55ae659143a95a5d8dac5e",
    "labels.npy": "7b9656e3ad53d9841abbe12057fc8843297763d1ecc87d1ca2d97457beb66eb0",
}
CIFAR10_FOLDERS = "cifar-10-batches-py", "cifar-10-batches-bin", "cifar10"

SOURCES = {  # files of a data set, and folders of its own that they may lie in
    "mnist": (MNIST_SHA256, ("mnist", "MNIST/raw")),
    "fashion_mnist": (FASHION_MNIST_SHA256, ("fashion_mnist", "FashionMNIST/raw")),
    "ecg5000": (ECG5000_SHA256, ("ecg5000", "ECG5000")),
    "ecg5000_shuffled": (ECG5000_SHA256, ("ecg5000", "ECG5000")),
    "cifar10": (
        {**CIFAR10_MD5, **{f"{name}.bin": "" for name in CIFAR10_MD5}},
        CIFAR10_FOLDERS,
    ),
    "cifar10_subset": (CIFAR10_SUBSET_SHA256, ("cifar10_subset", "cifar10")),
}

VARIABLE = "STABLENOISE_DATA"  # of the environment: the folder of all data sets
FETCH = "stablenoise data fetch"
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
    content = decompressed(path)
    check_digest(path, content, digest)
    return content


def decompressed(path: Path) -> bytes:
    """Bytes of a file, out of its container."""
    try:
        with CONTAINERS.get(path.suffix, open)(path, "rb") as file:
            return file.read()
    except (EOFError, OSError, lzma.LZMAError, zlib.error) as error:
        kind = f"whole {path.suffix}" if path.suffix in CONTAINERS else "readable"
        raise ValueError(f"{path} must be a {kind} file, got: {error}") from error


def check_digest(path: str | Path, content: bytes, digest: str) -> None:
    """Raise ValueError unless a file is the official one: by sha256, or by a short sum, md5."""
    name = "md5" if len(digest) == 32 else "sha256"
    seen = hashlib.new(name, content, usedforsecurity=False).hexdigest()
    if seen != digest:
        raise ValueError(f"{path}: {name} of its content must be {digest}, got {seen}")


def find(name: str, folders: list[Path]) -> Path:
    """The first of the files by this name that can be opened."""
    path, tried = search(name, folders)
    if path is None:
        raise missing(name, tried)
    return path


def search(name: str, folders: list[Path]) -> tuple[Path | None, list[str]]:
    """The first of the files by this name that can be opened, and where it was looked for."""
    tried: list[str] = []
    forms = "{" + ",".join(("", *CONTAINERS)) + "}"
    for folder in folders:
        obstacles = []
        for suffix in ("", *CONTAINERS):
            path = folder / (name + suffix)
            obstacle = _obstacle(path)
            if obstacle is None:
                return path, tried
            obstacles.append(obstacle)
        reasons = ", ".join(dict.fromkeys(filter(None, obstacles)))
        tried.append(f"{folder / name}{forms}" + (f" ({reasons})" if reasons else ""))
    return None, tried


def missing(names: str, tried: list[str]) -> FileNotFoundError:
    """The error that a file is nowhere, with every path tried."""
    variable = VARIABLE if os.environ.get(VARIABLE) else f"{VARIABLE} (not set)"
    rule = f"{names} must lie where {variable} or data_home (--data-home) says"
    named = f", where {FETCH} {_searched(tried)} brings it" if tried else ""
    return FileNotFoundError(f"{rule}{named}, got none of {', '.join(tried)}")


def _searched(tried: list[str]) -> str:
    """The data set that was looked for: that in whose own folder it was looked for first."""
    folder = f"/{Path(tried[0].rpartition('{')[0]).parent.as_posix()}"
    return next(name for name, (_, own) in SOURCES.items() if folder.endswith(f"/{own[0]}"))


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
