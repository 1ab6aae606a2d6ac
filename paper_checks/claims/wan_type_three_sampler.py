"""P1-2: the sampler of type III in the authors' program is smaller by the square root of 2."""

from math import cos, exp, pi, sqrt

import numpy as np
from scipy.stats import levy_stable

from paper_checks.claim import Claim, Quantity, above, equals
from paper_checks.replicates import by_rng
from paper_checks.summaries import bounded

ALPHA, DRAWS = 1.75, 100
FREQUENCIES = (0.5, 1.0, 2.0)


def _waves(rng: np.random.Generator, factor: float) -> np.ndarray:
    """Mean of cos(u X) over DRAWS values of sqrt(factor A) G at each frequency.

    A is drawn by SciPy as the program draws it, S1 with index alpha / 2, skewness 1 and scale
    cos(pi alpha / 4)^(2 / alpha), so that its Laplace transform is exp(-s^(alpha / 2)).
    """
    scale = cos(pi * ALPHA / 4) ** (2 / ALPHA)
    a = levy_stable.rvs(ALPHA / 2, 1.0, scale=scale, size=DRAWS, random_state=rng)
    x = np.sqrt(factor * a) * rng.standard_normal(DRAWS)
    return np.cos(np.multiply.outer(FREQUENCIES, x)).mean(axis=1)


def _gaps(rng: np.random.Generator, factor: float = 1.0) -> np.ndarray:
    """Distance of the waves from a law of scale 2^(-1/2), then from one of scale 1."""
    waves = _waves(rng, factor)
    small = [exp(-((u / sqrt(2)) ** ALPHA)) for u in FREQUENCIES]
    standard = [exp(-(u**ALPHA)) for u in FREQUENCIES]
    return np.concatenate([waves - small, waves - standard])


CLAIM = Claim(
    id="P1-2",
    statement=(
        "The authors' sampler of type III, sqrt(A) G without the factor 2, has scale 2^(-1/2), "
        "and not scale 1 as the types I and II have."
    ),
    source="Code of arXiv 2306.08125 (main.py), read line by line; a = 1.75",
    quantities=(
        *(
            Quantity(f"ecf - cf of scale 0.707 at u = {u}", equals(0, 0.005), bounded(-2, 1))
            for u in FREQUENCIES
        ),
        *(
            # The laws of the two scales are 0.11, 0.21 and 0.13 apart at these frequencies.
            Quantity(f"ecf - cf of scale 1 at u = {u}", above(0.05), bounded(-2, 1))
            for u in FREQUENCIES
        ),
    ),
    experiment=by_rng(_gaps),
    control=by_rng(_gaps, factor=2.0),
    broken="the factor 2 is put in, as the definition of type III has it",
    unit="blocks of 100 draws",
    smoke=24_000,
    full=96_000,
    chunk=2_000,
    against="that its three noises have one scale",
)
