"""Images averaged over squares of pixels, for claims that train many networks.

Their full size is in ``benchmarks/heavy_tailed_training``; 196 inputs, or 192, take a quarter or a
sixteenth of the work.
"""

from dataclasses import replace

import numpy as np

from paper_checks.experiments.pruned_networks import in_single
from stablenoise.data.cifar import load_cifar10
from stablenoise.data.datasets import Dataset, load_fashion_mnist, load_mnist, standardised


def mnist() -> Dataset:
    """MNIST in 14 x 14 pixels, standardised, float32."""
    return averaged(load_mnist(standardise=False), (1, 28, 28), 2)


def fashion_mnist() -> Dataset:
    """Fashion-MNIST in 14 x 14 pixels, standardised, float32."""
    return averaged(load_fashion_mnist(standardise=False), (1, 28, 28), 2)


def cifar10() -> Dataset:
    """The first 4,000 images of CIFAR-10 in 8 x 8 pixels of three colours, and 1,000 to test."""
    return averaged(load_cifar10(standardise=False, part="subset"), (3, 32, 32), 4)


def averaged(data: Dataset, shape: tuple[int, int, int], side: int) -> Dataset:
    """Images as means of squares of pixels.

    Parameters
    ----------
    data : Dataset
        Images as rows, of channels, rows and columns in this order.
    shape : tuple of int
        (channels, rows, columns), the last two multiples of ``side``.
    side : int
        Of a square, in pixels.

    Returns
    -------
    Dataset
        Standardised over the training part, float32.

    """
    return in_single(standardised(pooled(data, shape, side)))


def pooled(data: Dataset, shape: tuple[int, int, int], side: int) -> Dataset:
    """The same in the unit of the pixels, of their type."""
    channels, height, width = shape
    squares = (-1, channels, height // side, side, width // side, side)

    def means(x: np.ndarray) -> np.ndarray:
        return x.reshape(squares).mean(axis=(3, 5)).reshape(len(x), -1)

    return replace(data, x_train=means(data.x_train), x_test=means(data.x_test))
