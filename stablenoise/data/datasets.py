"""Data sets of the experiments on heavy-tailed SGD, read from files whose content is checked.

Nothing is downloaded and nothing is unpickled.  A file may be raw, ``.gz`` or ``.xz``, and is
looked for under these folders in turn: the argument ``data_home``, the environment variable
``STABLENOISE_DATA``, and ``stablenoise`` in the user's cache (``$XDG_CACHE_HOME`` or
``~/.cache``).  In each it may lie in a folder of its data set's own, as in ``mnist/`` or
torchvision's ``MNIST/raw/``, or at the top.
"""

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ..checks import check_choice, check_ends, check_integer, check_kind, check_truth
from ..field import Lane, NoiseField
from .official_files import (
    FASHION_MNIST_SHA256,
    MNIST_SHA256,
    SOURCES,
    beats,
    find,
    folders,
    images,
)
from .rows import order

SPLITS = "archive", "shuffled"  # of ECG5000
DIGITS, DIGITS_TRAIN = 1797, 1437  # rows of the file, and four fifths of them, rounded down


@dataclass(frozen=True, slots=True, eq=False, repr=False)
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

    Examples
    --------
    >>> x, y = np.array([[0.0], [1.0], [2.0]]), np.array([0, 1, 1])
    >>> Dataset("three points", x[:2], y[:2], x[2:], y[2:]).classes
    2

    """

    name: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray

    def __repr__(self) -> str:
        rows = f"{len(self.y_train):,} to train on, {len(self.y_test):,} to test on"
        inputs = " x ".join(map(str, np.shape(self.x_train)[1:]))
        classes = self.classes if len(self.y_train) else 0
        return f"Dataset({self.name}: {rows}, inputs of {inputs}, {classes} classes)"

    @property
    def classes(self) -> int:
        """Number of classes: one more than the largest training label.

        Returns
        -------
        int

        Examples
        --------
        >>> load_digits().classes
        10

        """
        return int(self.y_train.max()) + 1


def load_digits(standardise: bool = True) -> Dataset:
    """Handwritten digits of 8 x 8 pixels, bundled with scikit-learn: no file is needed.

    The split is ours.  It follows Philox words and not a generator of NumPy, and so never
    changes.

    Parameters
    ----------
    standardise : bool
        Whether to give every pixel mean 0 and standard deviation 1 over the training part, and
        apply the same map to the test part; pixels constant in training become 0 in both.  For a
        certificate say False: means and spreads of its sample would have to be charged.

    Returns
    -------
    Dataset
        Shapes (1437, 64) and (360, 64), 10 classes.  Ink in units of full ink, in [0, 1], if
        not standardised; dimensionless if so.

    Raises
    ------
    ImportError
        If scikit-learn is not installed.
    ValueError
        If standardise is neither True nor False.

    References
    ----------
    Alpaydin & Kaynak (1998), Optical recognition of handwritten digits, UCI repository.

    Examples
    --------
    >>> digits = load_digits()
    >>> digits
    Dataset(digits: 1,437 to train on, 360 to test on, inputs of 64, 10 classes)
    >>> digits.x_train.shape, digits.x_test.shape, digits.classes
    ((1437, 64), (360, 64), 10)

    """
    check_truth("standardise", standardise)
    x, y = _bundled_digits()
    train, test = digits_rows()
    data = Dataset("digits", x[train], y[train], x[test], y[test])
    return standardised(data) if standardise else data


def digits_rows() -> list[np.ndarray]:
    """Rows of scikit-learn's file of digits that ``load_digits`` has, in its order.

    They are drawn by a seed that is fixed, and no label has a part in it.

    Returns
    -------
    list of ndarray
        Row numbers of the training part, and of the test part.

    Examples
    --------
    >>> [len(rows) for rows in digits_rows()]
    [1437, 360]

    """
    noise = NoiseField(1.0, seed=0, lane=Lane.SPLIT).at(range(DIGITS), 0, 1)[:, 0]
    return np.split(np.argsort(noise, kind="stable"), [DIGITS_TRAIN])


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
        If a file is truncated, corrupt, or not the official one, or an argument is of another
        kind.

    References
    ----------
    LeCun, Cortes & Burges, The MNIST database of handwritten digits; LeCun, Bottou, Bengio &
    Haffner (1998), Proc. IEEE 86, 2278-2324.

    Examples
    --------
    >>> if source_files("mnist"):  # else its files are not on this machine
    ...     data = load_mnist(standardise=False)
    ...     assert data.x_train.shape == (60000, 784)

    """
    check_truth("standardise", standardise)
    data = Dataset("MNIST", *images(MNIST_SHA256, folders(data_home, *SOURCES["mnist"][1])))
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
        If a file is truncated, corrupt, or not the official one, or an argument is of another
        kind.

    References
    ----------
    Xiao, Rasul & Vollgraf (2017), arXiv:1708.07747.

    Examples
    --------
    >>> if source_files("fashion_mnist"):  # else its files are not on this machine
    ...     data = load_fashion_mnist(standardise=False)
    ...     assert data.x_train.shape == (60000, 784)

    """
    check_truth("standardise", standardise)
    own = SOURCES["fashion_mnist"][1]
    data = Dataset("Fashion-MNIST", *images(FASHION_MNIST_SHA256, folders(data_home, *own)))
    return standardised(data) if standardise else data


def load_ecg5000(
    data_home: str | os.PathLike | None = None,
    standardise: bool = True,
    split: str = "archive",
    seed: int = 0,
) -> Dataset:
    """ECG5000: single heartbeats of 140 samples, normal or not, in one of two splits.

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
    split : {"archive", "shuffled"}
        500 beats to train on and 4,500 to test on, as the archive has them, or chosen among all
        5,000 by the seed, which arXiv:2306.08125 is said to do (read in a summary of it).  The
        shuffle follows Philox words and so never changes.
    seed : int
        Of the shuffle, in [0, 2^64); the archive's split has none.

    Returns
    -------
    Dataset
        Shapes (500, 140) and (4500, 140), 2 classes, dimensionless.

    Raises
    ------
    FileNotFoundError
        If a file is in none of the folders: what names them is told, and every path tried.
    ValueError
        If a file is truncated, corrupt, or not the official one, or an argument is of another
        kind.

    References
    ----------
    Chen & Keogh, from record chf07 of PhysioNet's BIDMC data base; Dau et al. (2018), The UCR
    time series archive, arXiv:1810.07758.

    Examples
    --------
    >>> if source_files("ecg5000"):  # else its files are not on this machine
    ...     data = load_ecg5000(standardise=False, split="shuffled", seed=1)
    ...     assert data.x_train.shape == (500, 140)

    """
    check_truth("standardise", standardise)
    check_choice("split", split, SPLITS)
    seed = check_integer("seed", seed, 0, 2**64)
    among = folders(data_home, *SOURCES["ecg5000"][1])
    data = Dataset("ECG5000", *beats("TRAIN", among), *beats("TEST", among))
    data = _shuffled(data, seed) if split == "shuffled" else data
    return standardised(data) if standardise else data


def _shuffled(data: Dataset, seed: int) -> Dataset:
    """The same examples in parts of the same sizes, which a seed chooses among all."""
    x, y = np.r_[data.x_train, data.x_test], np.r_[data.y_train, data.y_test]
    rows = np.split(order(len(y), seed, Lane.SPLIT), [len(data.y_train)])
    parts = [array[part] for part in rows for array in (x, y)]
    return Dataset(f"{data.name}, shuffled by seed {seed}", *parts)


def standardised(data: Dataset) -> Dataset:
    """Data with every input of mean 0 and standard deviation 1 over the training part.

    The same map is applied to the test part; inputs constant in training become 0 in both.

    Parameters
    ----------
    data : Dataset
        In any unit.

    Returns
    -------
    Dataset
        With dimensionless inputs.

    Raises
    ------
    ValueError
        If data is no ``Dataset``, or a spread or what is divided by it is beyond the floats.

    Examples
    --------
    >>> data = standardised(load_digits(standardise=False))
    >>> bool(abs(data.x_train.mean()) < 1e-12)
    True

    """
    check_kind("data", data, Dataset)
    x = data.x_train
    # Not std > 0: rounding of the mean can leave a constant feature a spread of 1e-17.
    varies = x.max(axis=0) > x.min(axis=0)
    with np.errstate(all="ignore"):
        mean, spread = x.mean(axis=0), x.std(axis=0)
        scale = np.divide(1.0, spread, out=np.zeros(x.shape[1]), where=varies)
        parts = [(part - mean) * scale for part in (x, data.x_test)]
    check_ends("inputs must be finite as standardised", spread, *parts)
    return replace(data, x_train=parts[0], x_test=parts[1])


def source_files(name: str, data_home: str | os.PathLike | None = None) -> list[Path]:
    """Files that a data set is read from, as far as they are there.

    Parameters
    ----------
    name : str
        "mnist", "fashion_mnist", "ecg5000", "cifar10" or "cifar10_subset"; another, such as
        "digits", has none.
    data_home : str or path, optional
        As for the function that loads it.

    Returns
    -------
    list of Path

    Raises
    ------
    ValueError
        If name is no text, or data_home no path.

    Examples
    --------
    >>> source_files("digits")
    []

    """
    check_kind("name", name, str)
    digests, own = SOURCES.get(name, ({}, ()))
    paths, among = [], folders(data_home, *own)
    for file in digests:
        with suppress(FileNotFoundError):
            paths.append(find(file, among))
    return paths


def _bundled_digits() -> tuple[np.ndarray, np.ndarray]:
    try:
        from sklearn import datasets
    except ImportError as error:
        text = 'load_digits needs scikit-learn: pip install "stablenoise[checks]"'
        raise ImportError(text) from error
    x, y = datasets.load_digits(return_X_y=True)
    return x / 16, y.astype(np.int64)
