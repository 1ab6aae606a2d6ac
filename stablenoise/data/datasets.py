"""Data sets of the experiments on heavy-tailed SGD, read from files whose content is checked.

Nothing is downloaded and nothing is unpickled.  A file may be raw, ``.gz`` or ``.xz``, and is
looked for under these folders in turn: the argument ``data_home``, the environment variable
``STABLENOISE_DATA``, and ``stablenoise`` in the user's cache (``$XDG_CACHE_HOME`` or
``~/.cache``).  In each it may lie in a folder of its data set's own, as in ``mnist/`` or
torchvision's ``MNIST/raw/``, or at the top.
"""

import gzip
import hashlib
import lzma
import os
import stat
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from io import BytesIO
from math import prod
from pathlib import Path

import numpy as np

from ..checks import told
from ..field import Lane, NoiseField

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

DIGITS_TRAIN = 1437  # of 1,797: four fifths, rounded down

VARIABLE = "STABLENOISE_DATA"  # of the environment: the folder of all data sets
CONTAINERS: dict[str, Callable] = {".gz": gzip.open, ".xz": lzma.open}


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """A classification problem in two fixed parts.

    Parameters
    ----------
    name : str
        As its authors write it.
    x_train : ndarray, shape (n, d)
        Inputs, float64 and C-contiguous, one example a row.
    y_train : ndarray, shape (n,)
        Labels, int64, in [0, classes).
    x_test : ndarray, shape (m, d)
        As ``x_train``.
    y_test : ndarray, shape (m,)
        As ``y_train``.

    """

    name: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray

    @property
    def classes(self) -> int:
        """Number of classes: one more than the largest training label."""
        return int(self.y_train.max()) + 1


def load_digits(standardise: bool = True) -> Dataset:
    """Handwritten digits of 8 x 8 pixels, bundled with scikit-learn: no file is needed.

    The split is ours.  It follows Philox words and not a generator of NumPy, and so never
    changes.

    Parameters
    ----------
    standardise : bool
        Whether to give every pixel mean 0 and standard deviation 1 over the training part, and
        apply the same map to the test part; pixels constant in training become 0 in both.

    Returns
    -------
    Dataset
        Shapes (1437, 64) and (360, 64), 10 classes.  Ink in units of full ink, in [0, 1], if
        not standardised; dimensionless if so.

    Raises
    ------
    ImportError
        If scikit-learn is not installed.

    References
    ----------
    Alpaydin & Kaynak (1998), Optical recognition of handwritten digits, UCI repository.

    Examples
    --------
    >>> digits = load_digits()
    >>> digits.x_train.shape, digits.x_test.shape, digits.classes
    ((1437, 64), (360, 64), 10)

    """
    x, y = _bundled_digits()
    noise = NoiseField(1.0, seed=0, lane=Lane.SPLIT).at(range(len(y)), 0, 1)[:, 0]
    train, test = np.split(np.argsort(noise, kind="stable"), [DIGITS_TRAIN])
    data = Dataset("digits", x[train], y[train], x[test], y[test])
    return standardised(data) if standardise else data


def load_mnist(data_home: str | os.PathLike | None = None, standardise: bool = True) -> Dataset:
    """MNIST: handwritten digits of 28 x 28 pixels, in the official split.

    Parameters
    ----------
    data_home : str or path, optional
        Folder to search first, with the four official files ``train-images-idx3-ubyte``, ... in
        ``mnist/``, in ``MNIST/raw/`` or at its top; see the module for the folders that follow.
    standardise : bool
        As in ``load_digits``.  Pixels lit in hardly any training image then reach 245 in the
        training part (the square root of 60000) and 420 in the test part.

    Returns
    -------
    Dataset
        Shapes (60000, 784) and (10000, 784), 10 classes; 0.44 GB.  Ink in units of full ink, in
        [0, 1], if not standardised; dimensionless if so.

    Raises
    ------
    FileNotFoundError
        If a file is in none of the folders: what names them is told, and every path tried.
    ValueError
        If a file is truncated, corrupt, or not the official one.

    References
    ----------
    LeCun, Cortes & Burges, The MNIST database of handwritten digits; LeCun, Bottou, Bengio &
    Haffner (1998), Proc. IEEE 86, 2278-2324.

    """
    folders = _folders(data_home, *SOURCES["mnist"][1])
    data = _images("MNIST", MNIST_SHA256, folders)
    return standardised(data) if standardise else data


def load_fashion_mnist(
    data_home: str | os.PathLike | None = None, standardise: bool = True
) -> Dataset:
    """Fashion-MNIST: articles of clothing in 28 x 28 pixels, in the official split.

    Parameters
    ----------
    data_home : str or path, optional
        Folder to search first, with the four official files ``train-images-idx3-ubyte``, ... in
        ``fashion_mnist/``, in ``FashionMNIST/raw/`` or at its top; see the module for the
        folders that follow.  MNIST's files have the same names but another content.
    standardise : bool
        As in ``load_digits``.

    Returns
    -------
    Dataset
        Shapes (60000, 784) and (10000, 784), 10 classes; 0.44 GB.  Grey levels in units of the
        brightest, in [0, 1], if not standardised; dimensionless if so.

    Raises
    ------
    FileNotFoundError
        If a file is in none of the folders: what names them is told, and every path tried.
    ValueError
        If a file is truncated, corrupt, or not the official one.

    References
    ----------
    Xiao, Rasul & Vollgraf (2017), arXiv:1708.07747.

    """
    folders = _folders(data_home, *SOURCES["fashion_mnist"][1])
    data = _images("Fashion-MNIST", FASHION_MNIST_SHA256, folders)
    return standardised(data) if standardise else data


def load_ecg5000(data_home: str | os.PathLike | None = None, standardise: bool = True) -> Dataset:
    """ECG5000: single heartbeats of 140 samples, normal or not, in the archive's split.

    The archive has five classes.  Here its class 1, the normal beats, has label 0, and classes
    2 to 5 together have label 1.  **This rule is our reading** of the two-class ECG5000 of
    arXiv:2306.08125: the code of that paper loads arrays that are already binary and were not
    published, so that its own rule is not known.

    Parameters
    ----------
    data_home : str or path, optional
        Folder to search first, with ``ECG5000_TRAIN.txt`` and ``ECG5000_TEST.txt`` in
        ``ecg5000/``, in ``ECG5000/`` or at its top; see the module for the folders that follow.
    standardise : bool
        As in ``load_digits``, over and above the archive's own: there every beat has mean 0 and
        standard deviation 1 over its samples.

    Returns
    -------
    Dataset
        Shapes (500, 140) and (4500, 140), 2 classes, dimensionless.

    Raises
    ------
    FileNotFoundError
        If a file is in none of the folders: what names them is told, and every path tried.
    ValueError
        If a file is truncated, corrupt, or not the official one.

    References
    ----------
    Chen & Keogh, from record chf07 of PhysioNet's BIDMC data base; Dau et al. (2018), The UCR
    time series archive, arXiv:1810.07758.

    """
    folders = _folders(data_home, *SOURCES["ecg5000"][1])
    data = Dataset("ECG5000", *_beats("TRAIN", folders), *_beats("TEST", folders))
    return standardised(data) if standardise else data


def standardised(data: Dataset) -> Dataset:
    """Data with every input of mean 0 and standard deviation 1 over the training part.

    The same map is applied to the test part; inputs constant in training become 0 in both.
    """
    x = data.x_train
    # Not std > 0: rounding of the mean can leave a constant feature a spread of 1e-17.
    varies = x.max(axis=0) > x.min(axis=0)
    mean = x.mean(axis=0)
    scale = np.divide(1.0, x.std(axis=0), out=np.zeros(x.shape[1]), where=varies)
    return replace(data, x_train=(x - mean) * scale, x_test=(data.x_test - mean) * scale)


def source_files(name: str, data_home: str | os.PathLike | None = None) -> list[Path]:
    """Files that a data set is read from, as far as they are there.

    Parameters
    ----------
    name : str
        "mnist", "fashion_mnist" or "ecg5000"; another, such as "digits", has none.
    data_home : str or path, optional
        As for the function that loads it.

    Returns
    -------
    list of Path

    """
    digests, own = SOURCES.get(name, ({}, ()))
    found, folders = [], _folders(data_home, *own)
    for file in digests:
        with suppress(FileNotFoundError):
            found.append(_find(file, folders))
    return found


def _bundled_digits() -> tuple[np.ndarray, np.ndarray]:
    try:
        from sklearn import datasets
    except ImportError as error:
        text = 'load_digits needs scikit-learn: pip install "stablenoise[checks]"'
        raise ImportError(text) from error
    x, y = datasets.load_digits(return_X_y=True)
    return x / 16, y.astype(np.int64)


def _images(name: str, digests: dict[str, str], folders: list[Path]) -> Dataset:
    parts = []
    for part in ("train", "t10k"):
        images, labels = f"{part}-images-idx3-ubyte", f"{part}-labels-idx1-ubyte"
        x = _idx(images, _content(images, digests[images], folders), rank=3)
        y = _idx(labels, _content(labels, digests[labels], folders), rank=1)
        parts += [x.reshape(len(x), -1) / 255, y.astype(np.int64)]
    return Dataset(name, *parts)


def _beats(part: str, folders: list[Path]) -> tuple[np.ndarray, np.ndarray]:
    name = f"ECG5000_{part}.txt"
    table = np.loadtxt(BytesIO(_content(name, ECG5000_SHA256[name], folders)))
    return np.ascontiguousarray(table[:, 1:]), (table[:, 0] != 1).astype(np.int64)


def _folders(data_home: str | os.PathLike | None, *names: str) -> list[Path]:
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    bases = data_home, os.environ.get(VARIABLE), Path(cache, "stablenoise")
    if data_home is not None and not isinstance(data_home, str | os.PathLike):
        raise ValueError(f"data_home must be a path, got {told(data_home)}")
    return [Path(os.path.expanduser(base), name) for base in bases if base for name in (*names, "")]


def _content(name: str, digest: str, folders: list[Path]) -> bytes:
    """Bytes of an official file, decompressed, from the first folder that has it."""
    path = _find(name, folders)
    try:
        with CONTAINERS.get(path.suffix, open)(path, "rb") as file:
            content = file.read()
    except (EOFError, OSError, lzma.LZMAError, zlib.error) as error:
        kind = f"whole {path.suffix}" if path.suffix in CONTAINERS else "readable"
        raise ValueError(f"{path} must be a {kind} file, got: {error}") from error
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        raise ValueError(f"{path}: sha256 of its content must be {digest}, got {found}")
    return content


def _find(name: str, folders: list[Path]) -> Path:
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


def _idx(name: str, content: bytes, rank: int) -> np.ndarray:
    """Bytes of an IDX file after its header: 0, 0, 8 for uint8, rank, and big-endian sizes."""
    start = 4 + 4 * rank
    magic, *shape = np.frombuffer(content[:start].ljust(start, b"\0"), ">u4").tolist()
    if magic != 0x0800 + rank or prod(shape) != len(content) - start:
        found = f"magic {magic}, sizes {shape} and {len(content)} bytes"
        raise ValueError(f"{name} must be an IDX file of {rank}-d unsigned bytes, got {found}")
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)
