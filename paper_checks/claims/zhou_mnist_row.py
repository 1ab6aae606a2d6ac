"""B-5: 46% on MNIST does not follow from the size that is stated with it.

Read, in github.com/wendazhou/nnet-compression-generalization: the training error in
``scripts/compression_lenet/summary.py`` is 0.015 at commit 88b52d8, and was 0.005 at 01593c6.
"""

from functools import partial
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq

from compress.inequalities import chernoff
from paper_checks.claim import Claim, Quantity, below, worst

NATS, DELTA = 8_192 * np.log(2), 0.05  # of a KiB
QUIET = 470 / 60_000  # training errors of the released network without noise: B-4-mnist


class Printed(NamedTuple):
    """Sizes in KiB, errors and limits as printed, with half of the last digit of each."""

    n: int
    size: tuple[float, float]
    errors: tuple[tuple[float, float], ...]
    limits: tuple[tuple[float, float], ...]


MNIST = Printed(60_000, (6.23, 0.005), ((0.015, 5e-4), (QUIET, 0)), ((0.46, 0.005),) * 2)
IMAGENET = Printed(
    1_281_167, (350, 0.5), ((0.35, 0.005), (0.13, 0.005)), ((0.965, 5e-4), (0.89, 0.005))
)


def _margins(replicates: range, seed: int, printed: Printed) -> np.ndarray:
    """Printed limits, rounded up, over those that follow, for figures that print alike."""
    return np.array([_row(np.random.default_rng([seed, r]), printed) for r in replicates])


def _row(rng: np.random.Generator, printed: Printed) -> list[float]:
    nats, *errors = (
        value + rng.uniform(-half, half) for value, half in (printed.size, *printed.errors)
    )

    def limit(error: float) -> float:
        return float(chernoff(error, printed.n, nats * NATS, DELTA))

    def needed(target: float) -> float:
        return float(brentq(lambda error: limit(error) - target, 0, target))

    follow, (printed_limit, half) = [limit(error) for error in errors], printed.limits[0]
    pairs = zip(printed.limits, follow, strict=True)
    gaps = [sum(stated) - found for stated, found in pairs]
    return [*gaps, *follow, needed(printed_limit), needed(printed_limit + half)]


CLAIM = Claim(
    id="B-5",
    statement=(
        "The paper's table has the limit 46% for MNIST, from 6.23 KiB. That does not follow with "
        "the 1.5% of training errors of the released script, which give 48.7%, nor with the 0.78% "
        "of the released network without noise, which give 47.0%, for any figures that round to "
        "these and with no charge but the bits and delta. 46% needs 0.42%; 0.5%, which the script "
        "had at first, gives 46.2%. The limits of its rows of ImageNet follow: the control."
    ),
    source="Against a row of table 1 of Zhou et al., arXiv 1804.05862 (read); computed here",
    quantities=(
        Quantity("printed limit, rounded up, less that which follows", below(0), worst),
        Quantity("the same without noise (in the control, of top 5)", below(0), worst),
        Quantity("limit that follows"),
        Quantity("limit that follows without noise"),
        Quantity("training error that the printed limit needs"),
        Quantity("training error that it needs rounded up"),
    ),
    experiment=partial(_margins, printed=MNIST),
    control=partial(_margins, printed=IMAGENET),
    broken="the rows of ImageNet: 350 KiB, 35% and 13% of training errors, 96.5% and 89%",
    unit="figures that round to the printed ones",
    smoke=64,
    full=512,
    chunk=16,
)
