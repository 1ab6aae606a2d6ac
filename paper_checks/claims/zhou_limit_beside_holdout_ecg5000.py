"""B-4-ecg5000-null: beside a hold-out of the same beats a code and picked examples say less."""

import numpy as np

from paper_checks.claim import Claim
from paper_checks.experiments.softmax_limits import beats, limits, missing_beats, quantities
from paper_checks.replicates import by_rng

SAMPLE = 4000


def _row(rng: np.random.Generator, random: bool = False) -> list[float]:
    """What ``quantities`` names, of one split."""
    return limits(rng, beats(), SAMPLE, random)


CLAIM = Claim(
    id="B-4-ecg5000-null",
    title="ECG5000: a hold-out says more than a code or examples",
    statement=(
        "Of 4,000 heartbeats of ECG5000, normal or not, softmax regression is trained on half: "
        "its hold-out limit by the other half is below 5% at confidence 95%. That of a fifth of "
        "its weights in 4 levels, by their bits and all heartbeats, is more than 5% above it. A "
        "least-squares network of picked examples has a limit, by Campi and Garatti, above the "
        "hold-out limit of the same least squares."
    ),
    source="Ours; limits as in Zhou et al., arXiv 1804.05862, theorem 4.1 (read), and derived ones",
    quantities=quantities(0.05, 0.05, 0.0),
    experiment=by_rng(_row),
    control=by_rng(_row, random=True),
    broken="labels are random: no limit says anything",
    unit="splits of ECG5000",
    smoke=20,
    full=80,
    chunk=4,
    needs=missing_beats,
    deciding="hold-out limit less that of the code",
)
