"""CN-14: fresh images exceed sensitivities further than the theorem assumes, in the first layer."""

from functools import partial
from math import log

import numpy as np

from compress.coresets import Guarantee, diagnostics
from paper_checks.claim import Claim, Quantity, above, below
from paper_checks.experiments.coreset_headline import missing, mnist, network
from paper_checks.replicates import by_seed
from paper_checks.summaries import median, proportion

KEEP, IMAGES, DELTA = 0.3, 500, 0.1
FACTOR = 10


def _shares(seed: int, fresh: bool = True) -> list[float]:
    """Whether K is exceeded far more often than it may be; quantiles of g / s, by layer.

    At fresh images, or at those of S.
    """
    case = network(mnist, seed)
    constants = Guarantee(0.5, DELTA).constants(case.network)
    points = case.test[:IMAGES] if fresh else case.seen
    covers = diagnostics.coverage(case.coreset(KEEP, seed), points)
    first, *later = (cover.growth[cover.growth > 0] for cover in covers)
    beyond = float((first > constants.k).mean())
    allowed = DELTA / (8 * constants.neurons)
    tails = [log(float(np.quantile(growth, 0.99)) / constants.k) for growth in later]
    most = [float(np.median(first)), float(np.quantile(first, 0.99)), float(first.max())]
    return [float(beyond > FACTOR * allowed), max(tails), beyond, allowed, *most]


CLAIM = Claim(
    id="CN-14",
    title="Fresh images exceed sensitivities more than assumed",
    statement=(
        "In the first layer of a network trained on MNIST (784-100-100-10) some edge of a side has "
        "at a fresh image more than K = log(eta eta*) times its sensitivity over 200 images, for "
        "more than 10 times as many pairs of side and image as the proof allows, delta / (8 eta). "
        "In later layers 99% of pairs stay below K."
    ),
    source=(
        "Against what assumption A1 of Baykal et al., arXiv 1804.05345 (as recalled), is used for; "
        "theory corenet.md sections 1.6 and 5"
    ),
    quantities=(
        Quantity("networks in which it is so", above(0.5), proportion),
        Quantity("log of the 99% quantile over K, later layers", below(0), median),
        Quantity("share of pairs beyond K, first layer", None, median),
        Quantity("share allowed", None, median),
        Quantity("median of g / s, first layer", None, median),
        Quantity("99% quantile", None, median),
        Quantity("largest", None, median),
    ),
    experiment=by_seed(_shares),
    control=by_seed(_shares, fresh=False),
    broken="the images are those of S",
    unit="trained networks",
    smoke=40,
    full=96,
    chunk=4,
    needs=partial(missing, mnist),
)
