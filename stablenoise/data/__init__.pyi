from .by_name import load as load
from .cifar import load_cifar10 as load_cifar10
from .columns import column as column
from .datasets import (
    Dataset as Dataset,
    load_digits as load_digits,
    load_ecg5000 as load_ecg5000,
    load_fashion_mnist as load_fashion_mnist,
    load_mnist as load_mnist,
    source_files as source_files,
    standardised as standardised,
)
from .fetching import fetch as fetch
from .files import check_writable as check_writable, write as write
from .rows import check_disjoint as check_disjoint, subset as subset
