"""B-4-digits-null: beside a hold-out of the same digits a code and picked examples say less."""

import numpy as np

from paper_checks.claim import Claim
from paper_checks.experiments.softmax_limits import digits, limits, quantities
from paper_checks.replicates import by_rng

SAMPLE = 1437


def _row(rng: np.random.Generator, random: bool = False) -> list[float]:
    """What ``quantities`` names, of one split."""
    return limits(rng, digits(), SAMPLE, random)


CLAIM = Claim(
    id="B-4-digits-null",
    title="Digits: a hold-out says more than a code or examples",
    statement=(
        "Of 1,437 digits softmax regression is trained on half: its hold-out limit by the other "
        "half is below 10% at confidence 95%. That of the smaller network of B-4-digits by its "
        "bits and all digits is more than 30% above it. A least-squares network of picked "
        "examples has a limit, by Campi and Garatti, more than 5% above the hold-out limit of "
        "the same least squares."
    ),
    source="Ours; limits as in Zhou et al., arXiv 1804.05862, theorem 4.1 (read), and derived ones",
    quantities=quantities(0.1, 0.3, 0.05),
    experiment=by_rng(_row),
    control=by_rng(_row, random=True),
    broken="labels are random: no limit says anything",
    unit="splits of the digits",
    smoke=20,
    full=80,
    chunk=4,
    deciding="hold-out limit less that of the code",
)
