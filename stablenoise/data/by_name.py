"""Data sets by their names, as command lines and configurations have them."""

import os
from collections.abc import Callable

from ..checks import check_choice, check_path
from .cifar import load_cifar10
from .datasets import Dataset, load_digits, load_ecg5000, load_fashion_mnist, load_mnist

LOADERS: dict[str, Callable[[str | os.PathLike | None, bool], Dataset]] = {
    "digits": lambda home, standardise: load_digits(standardise),
    "mnist": load_mnist,
    "fashion_mnist": load_fashion_mnist,
    "ecg5000": load_ecg5000,
    "ecg5000_shuffled": lambda home, standardise: load_ecg5000(home, standardise, "shuffled"),
    "cifar10": load_cifar10,
    "cifar10_subset": lambda home, standardise: load_cifar10(home, standardise, "subset"),
}


def load(
    name: str, data_home: str | os.PathLike | None = None, standardise: bool = True
) -> Dataset:
    """A data set by its name.

    Parameters
    ----------
    name : str
        "digits", "mnist", "fashion_mnist", "ecg5000" (the archive's split), "ecg5000_shuffled"
        (the other one, of seed 0), "cifar10" (what there is most of it) or "cifar10_subset".
    data_home : str or path, optional
        Folder to search first, as for ``load_mnist``.
    standardise : bool
        As in ``load_digits``.

    Returns
    -------
    Dataset

    Raises
    ------
    FileNotFoundError
        If a file is in none of the folders: every path tried is told.
    ValueError
        If no data set has this name, or a file is not the official one.

    Examples
    --------
    >>> load("digits", standardise=False).x_train.shape
    (1437, 64)

    """
    if data_home is not None:  # a data set without files needs none, but a wrong one is told
        check_path("data_home", data_home)
    return LOADERS[check_choice("name", name, LOADERS)](data_home, standardise)
