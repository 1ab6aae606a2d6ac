"""Samples that are certified, as bytes: how is fixed here, before a network sees them."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from compress.certificates.ternary import Domain
from stablenoise.data.cifar import load_cifar10
from stablenoise.data.datasets import load_digits, load_ecg5000, load_fashion_mnist, load_mnist


class Sample(NamedTuple):
    """Images, uint8 of shape (n, channels, rows, columns), with labels, of training and of test."""

    images: np.ndarray
    labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


class Source(NamedTuple):
    """A data set: its loader, its domain, and what a number of it becomes, in [0, 255].

    Digits have 17 levels, of which the loader makes shares of the highest one: 15 for each level.
    """

    load: Callable
    domain: Domain
    level: Callable


def of_brightest(x):
    """Shares of the largest byte."""
    return 255 * x


SOURCES = {
    "mnist": Source(load_mnist, Domain(28, 28, 10), of_brightest),
    "fashion_mnist": Source(load_fashion_mnist, Domain(28, 28, 10), of_brightest),
    "cifar10_subset": Source(
        lambda standardise: load_cifar10(standardise=standardise, part="subset"),
        Domain(32, 32, 10, channels=3),
        of_brightest,
    ),
    "digits": Source(load_digits, Domain(8, 8, 10), lambda x: 240 * x),
    "ecg5000": Source(load_ecg5000, Domain(1, 140, 2), lambda x: np.rint(32 * x) + 128),
}


def sample(name):
    """Sample of a data set: levels rounded, those beyond [0, 255] brought to its ends."""
    source = SOURCES[name]
    data = source.load(standardise=False)
    parts = [
        np.rint(np.clip(source.level(x), 0, 255)).astype(np.uint8).reshape(-1, *source.domain.shape)
        for x in (data.x_train, data.x_test)
    ]
    return Sample(parts[0], data.y_train, parts[1], data.y_test)
