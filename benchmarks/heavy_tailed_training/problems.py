"""The data sets of the experiment, in float32, and the scale of noise for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from paper_checks.experiments.small_images import averaged
from stablenoise.data.cifar import load_cifar10
from stablenoise.data.datasets import Dataset, load_ecg5000, load_fashion_mnist, load_mnist

TRAINING_ROWS = 10_000  # the first of those that have more


class Data(NamedTuple):
    """Inputs as float32 and labels, to train on and to test with."""

    x: np.ndarray
    y: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray

    @property
    def widths(self) -> tuple[int, int]:
        """Numbers of inputs and of classes."""
        return self.x.shape[1], int(self.y.max()) + 1


@dataclass(frozen=True, slots=True)
class Problem:
    """A data set, and the scale of noise with which it is trained."""

    title: str
    load: Callable[[], Dataset]
    sigma: float

    def data(self) -> Data:
        """The first rows of the data set."""
        data, rows = self.load(), slice(TRAINING_ROWS)
        x, x_test = (part.astype(np.float32) for part in (data.x_train[rows], data.x_test))
        return Data(x, data.y_train[rows].copy(), x_test, data.y_test)


def cifar10_halved() -> Dataset:
    """The subset of CIFAR-10 in 16 x 16 pixels: a quarter of the work."""
    return averaged(load_cifar10(standardise=False, part="subset"), (3, 32, 32), 2)


PROBLEMS = {
    "ecg5000": Problem("ECG5000, the archive's split", load_ecg5000, 0.03),
    "ecg5000_shuffled": Problem("ECG5000, shuffled", partial(load_ecg5000, split="shuffled"), 0.03),
    "mnist": Problem("MNIST", load_mnist, 0.01),
    "fashion_mnist": Problem("Fashion-MNIST", load_fashion_mnist, 0.01),
    "cifar10_16": Problem("CIFAR-10, 4,000 images of 16 x 16 pixels", cifar10_halved, 0.01),
    "cifar10": Problem("CIFAR-10, 4,000 images", partial(load_cifar10, part="subset"), 0.01),
}
