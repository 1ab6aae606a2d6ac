"""P1-12: noise of types II and III can be pruned alike in high dimension, of type I more."""

from functools import partial
from types import ModuleType

import numpy as np

from compress.pruning import column
from paper_checks.claim import Claim, Quantity, above, equals
from paper_checks.summaries import bounded, median
from stablenoise.field import NoiseField
from stablenoise.noises import common, independent, isotropic

ALPHA, DIM, COLUMNS, SQUARED_ERROR = 1.75, 784, 250, 0.1
TYPES = {"I": common, "II": independent, "III": isotropic}


def _compare(replicates: range, seed: int, second: ModuleType = independent) -> np.ndarray:
    """Pruned shares of one matrix a replicate and type, and how those of types differ."""
    fields = [
        NoiseField(ALPHA, seed, n, lane) for lane, n in enumerate((common, second, isotropic))
    ]
    rows = []
    for r in replicates:
        one, two, three = (_share(field, r) for field in fields)
        order = (1 + np.sign(two - three)) / 2
        rows.append([order, two - three, one - three, one, two, three])
    return np.array(rows)


def _share(field: NoiseField, step: int) -> float:
    """Share of the columns that can be pruned; entries of a column of type I are all the same."""
    dim = 1 if field.noise is common else DIM
    return 1 - column.keep_for_error(field.at(range(COLUMNS), step, dim).T, SQUARED_ERROR)


CLAIM = Claim(
    id="P1-12",
    statement=(
        "Of pure noise of index 1.75 in 784 dimensions the columns of type II (independent "
        "coordinates) and of type III (isotropic) have equal pruned shares at squared error 0.1; "
        "type I (one variate for all coordinates) has more: its columns are short wherever that "
        "variate is near 0, which is no heavy tail."
    ),
    source="The three noises of Wan et al., arXiv 2306.08125 (code); the limit of large d derived",
    quantities=(
        Quantity("probability that II has more than III", equals(0.5, 0.1), bounded(0, 1)),
        Quantity("share pruned, II minus III", equals(0, 0.06), bounded(-1, 1)),
        Quantity("share pruned, I minus III", above(0.2), median),
        *(Quantity(f"share pruned, type {name}", None, bounded(0, 1)) for name in TYPES),
    ),
    experiment=_compare,
    control=partial(_compare, second=common),
    broken="the coordinates of type II are equal and not independent",
    unit="matrices of 250 columns of each type",
    smoke=3_072,
    full=12_288,
    chunk=32,
)
