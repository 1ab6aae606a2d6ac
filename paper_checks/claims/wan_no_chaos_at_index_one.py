"""P1-6: where the drift is linear there is no chaos at index 1 or below."""

import numpy as np

from chaos.rates import log_scale
from chaos.solvable import Euler
from paper_checks.claim import Claim, Quantity, equals
from paper_checks.experiments.particle_systems import linear_gaps, slopes
from paper_checks.replicates import by_seed
from paper_checks.summaries import median

INDICES, SIZES, EULER = (1.0, 0.8), (8, 64, 512), Euler(1 / 4, 4)


def _scales(seed: int, excess: float = 0.0) -> list[float]:
    """Slopes in n, and at index 1 the logarithms of scales over that of one particle."""
    exact = np.log(EULER.power(lambda kernel: 1 - kernel(1.0), 1.0))
    gaps = [linear_gaps(a + excess, SIZES, seed, EULER) for a in INDICES]
    one, less = (
        np.array([log_scale(gap, a).value for gap in part])
        for a, part in zip(INDICES, gaps, strict=True)
    )
    return [slopes(SIZES, one), *(one - exact), slopes(SIZES, less)]


CLAIM = Claim(
    id="P1-6",
    title="Linear drift: no chaos at index 1 and below",
    statement=(
        "At a = 1 the distance of a particle that is drawn to the mean of n from the copy that is "
        "drawn to the limit's median has a scale that does not depend on n, at a = 0.8 one that "
        "grows like n^0.25: with a linear drift chaos needs a > 1."
    ),
    source=(
        "What a theorem like that of Wan et al., arXiv 2306.08125, cannot say without a bound on "
        "the drift or on the index; derived"
    ),
    quantities=(
        Quantity("slope in log n, a = 1", equals(0, 0.03), median),
        *(
            Quantity(
                f"log of scale over that of one particle, a = 1, n = {n}", equals(0, 0.07), median
            )
            for n in SIZES
        ),
        Quantity("slope in log n, a = 0.8", equals(0.25, 0.03), median),
    ),
    experiment=by_seed(_scales),
    control=by_seed(_scales, excess=0.3),
    broken="noise of index 1.3 and 1.1",
    unit="blocks of 400 systems of each size",
    smoke=256,
    full=1_024,
    chunk=4,
)
