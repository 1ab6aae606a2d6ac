"""P1-12: noise of types II and III can be pruned alike in high dimension, of type I more."""

from types import ModuleType

import numpy as np

from compress.pruning import column
from paper_checks.claim import Claim, Quantity, above, equals
from paper_checks.replicates import by_number
from paper_checks.summaries import bounded, median
from stablenoise.field import NoiseField
from stablenoise.noises import common, independent, isotropic

ALPHA, DIM, COLUMNS, SQUARED_ERROR = 1.75, 784, 250, 0.1
TYPES = {"I": common, "II": independent, "III": isotropic}


def _compare(seed: int, replicate: int, second: ModuleType = independent) -> list[float]:
    """Pruned shares of one matrix of each type, and how those of types differ."""
    noises = enumerate((common, second, isotropic))
    # A lane for each type: otherwise they would be made of the same random words.
    fields = [NoiseField(ALPHA, seed, noise, lane) for lane, noise in noises]
    one, two, three = (_share(field, replicate) for field in fields)
    # Shares are multiples of 1/250, so that two may be equal: a tie counts as a half.
    order = (1 + np.sign(two - three)) / 2
    return [order, two - three, one - three, one, two, three]


def _share(field: NoiseField, step: int) -> float:
    """Share of the columns that can be pruned; entries of a column of type I are all the same."""
    dim = 1 if field.noise is common else DIM
    return 1 - column.keep_for_error(field.at(range(COLUMNS), step, dim).T, SQUARED_ERROR)


CLAIM = Claim(
    id="P1-12",
    title="Pure noise: types II and III prune alike, type I more",
    deciding="share pruned, II minus III",
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
    experiment=by_number(_compare),
    control=by_number(_compare, second=common),
    broken="the coordinates of type II are equal and not independent",
    unit="matrices of 250 columns of each type",
    smoke=3_072,
    full=12_288,
    chunk=32,
)
