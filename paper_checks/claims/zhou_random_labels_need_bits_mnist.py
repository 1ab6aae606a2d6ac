"""B-18-mnist: B-18 on images: the code of a network that has learned random labels is longer."""

from dataclasses import replace
from functools import cache

import numpy as np

from paper_checks.claim import Claim, Quantity, above, below
from paper_checks.experiments.pruned_networks import missing
from paper_checks.experiments.random_labels import Sizes, at_fixed_share, coded, with_random_labels
from paper_checks.experiments.small_images import mnist
from paper_checks.replicates import by_seed
from paper_checks.summaries import median, worst
from stablenoise.data.datasets import Dataset

SHARES, TEST_ROWS = (0.0, 1.0), 2_000
SIZES = Sizes(
    examples=300,
    hidden=24,
    batch=100,
    eta=0.05,
    steps=3_000,
    again=200,
    fall=0.5,
    every=20,
    levels=(4, 16),
)
GROWTH = 0.4  # of a logarithm: 1 and more are seen, and 0 where the labels are not asked for


@cache
def _data() -> Dataset:
    data = mnist()
    return replace(data, x_test=data.x_test[:TEST_ROWS], y_test=data.y_test[:TEST_ROWS])


def _row(seed: int, asked: bool = True) -> list[float]:
    """Log ratio of the bits, bounds over bits, bits, bounds, errors, of one sample of images."""
    learn, n = coded if asked else at_fixed_share, SIZES.examples
    drawn = [with_random_labels(_data(), share, n, seed) for share in SHARES]
    none, every = (learn(*pair, SIZES, seed) for pair in zip(drawn, SHARES, strict=True))
    pairs = [(part.bits, *part.least(n)) for part in (none, every)]
    (bits, least, weaker), (more, most, others) = pairs
    growth, ratios = float(np.log(more / bits)), (least / bits, most / more)
    errors = none.test_error, every.train_error
    return [growth, *ratios, bits, more, least, most, weaker, others, *errors]


CLAIM = Claim(
    id="B-18-mnist",
    title="On MNIST, random labels take more bits to learn",
    statement=(
        "Overfitting takes bits: networks of 24 relu neurons, trained on 300 images of MNIST in 14 "
        "x 14 pixels, pruned, trained again and rounded while the decoded network still has "
        "95% of the labels right, take more bits if all labels are random than if none is; and "
        "always more than n kl(a || b) / log 2, a and b the errors on the sample and elsewhere."
    ),
    source=(
        "Zhou et al., arXiv 1804.05862 (section 6, that overfitting limits compressibility; read); "
        "lower bound derived, compress.certificates.information"
    ),
    quantities=(
        Quantity("log of the bits, all labels random over none", above(GROWTH), median),
        Quantity("lower bound over the bits, none", below(1), worst),
        Quantity("lower bound over the bits, all", below(1), worst),
        Quantity("bits, none", None, median),
        Quantity("bits, all", None, median),
        Quantity("lower bound, none", None, median),
        Quantity("lower bound, all", None, median),
        Quantity("theorem 6.1, none", None, median),
        Quantity("theorem 6.1, all", None, median),
        Quantity("error on fresh examples, none", None, median),
        Quantity("training error, all", None, median),
    ),
    experiment=by_seed(_row),
    control=by_seed(_row, asked=False),
    broken="a tenth of the weights is kept, learned labels or not",
    unit="samples of 300 images",
    smoke=20,
    full=80,
    chunk=5,
    needs=lambda: missing(mnist),
)
