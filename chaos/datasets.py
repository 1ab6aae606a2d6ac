"""Data sets of the experiments on heavy-tailed SGD: those of ``stablenoise.datasets``."""

from stablenoise.datasets import (
    Dataset,
    load_digits,
    load_ecg5000,
    load_fashion_mnist,
    load_mnist,
)

__all__ = ["Dataset", "load_digits", "load_ecg5000", "load_fashion_mnist", "load_mnist"]
