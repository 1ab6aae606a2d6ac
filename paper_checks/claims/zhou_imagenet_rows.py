"""B-4: the rows of ImageNet in the paper's table follow from the sizes that stand beside them.

Read: the table; that 35% of training errors is "65%" in the title of its plot; that ImageNet has
1,281,167 images in ``notebooks/replicate_imagenet_bound_error.py`` of
github.com/activatedgeek/tight-pac-bayes (the paper says about 1.2 million).
"""

from math import log

from compress.certificates.inequalities import chernoff
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.experiments.computed_rows import by_computing
from paper_checks.summaries import computed

KIB, MIB, DELTA = 8_192 * log(2), 8_388_608 * log(2), 0.05  # nats
IMAGES, ABOUT = 1_281_167, 1_200_000
TOP_1, TOP_5 = 0.35, 0.13  # training errors


def limits(n: int) -> list[float]:
    """Limits of the two rows, and of SqueezeNet with the training error of the first."""
    rows = (TOP_1, 350 * KIB), (TOP_5, 350 * KIB), (TOP_1, 0.47 * MIB)
    return [float(chernoff(rate, n, nats, DELTA)) for rate, nats in rows]


CLAIM = Claim(
    id="B-4",
    title="ImageNet's 96.5% and 89% follow from 350 KiB",
    aliases=("B04",),
    statement=(
        "Arithmetic from published sizes: 350 KiB, 1,281,167 images, 35% and 13% of training "
        "errors give limits of 96.5% and 89.0% on ImageNet, top 1 and top 5, as the table has "
        "them; and 0.47 MiB give 98.6%, as it has for SqueezeNet, if that errs on 35% as well. "
        "The networks are not run here."
    ),
    source="Zhou et al., arXiv 1804.05862, table 1 (read); computed here from its sizes",
    quantities=(
        Quantity("limit, top 1", equals(0.965, 0.0005), computed),
        Quantity("limit, top 5", equals(0.890, 0.0005), computed),
        Quantity("limit, SqueezeNet", equals(0.986, 0.0005), computed),
    ),
    experiment=by_computing(limits, n=IMAGES),
    control=by_computing(limits, n=ABOUT),
    broken=('"about 1.2 million" images, as the paper has it, are 1,200,000'),
    unit="computations",
    smoke=1,
    full=1,
    kind="arithmetic",
)
