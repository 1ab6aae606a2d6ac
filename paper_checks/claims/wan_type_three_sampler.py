"""P1-2: the sampler of type III in the authors' program is smaller by the square root of 2.

It is made again from its formula, and put to the battery for samplers of vectors.
"""

from math import cos, pi

import numpy as np
from scipy.stats import levy_stable

from paper_checks.claim import Claim, Quantity, above, below, equals
from paper_checks.experiments.battery_verdicts import has_fault, length_factor, noise_law
from paper_checks.replicates import by_rng
from paper_checks.summaries import median, proportion

ALPHA, DIM, DRAWS = 1.75, 3, 2048
STANDARD, SMALL = (noise_law(3, ALPHA, DIM, scale) for scale in (1.0, 2**-0.5))


def _vectors(rng: np.random.Generator, factor: float) -> np.ndarray:
    """Vectors sqrt(factor A) G.

    A is drawn by SciPy as the program draws it, S1 with index alpha / 2, skewness 1 and scale
    cos(pi alpha / 4)^(2 / alpha), so that its Laplace transform is exp(-s^(alpha / 2)).
    """
    scale = cos(pi * ALPHA / 4) ** (2 / ALPHA)
    a = levy_stable.rvs(ALPHA / 2, 1.0, scale=scale, size=(DRAWS, 1), random_state=rng)
    return np.sqrt(factor * a) * rng.standard_normal((DRAWS, DIM))


def _verdicts(rng: np.random.Generator, factor: float = 1.0) -> list[float]:
    """Whether vectors fail as ones of scale 2^(-1/2), and of scale 1; and how long they are."""
    x = _vectors(rng, factor)
    return [has_fault(x, SMALL), has_fault(x, STANDARD), length_factor(x, STANDARD)]


CLAIM = Claim(
    id="P1-2",
    title="The released type III has scale 2^(-1/2), not 1",
    deciding="length over that of scale 1",
    statement=(
        "The authors' sampler of type III, sqrt(A) G without the factor 2, has scale 2^(-1/2), and "
        "not scale 1 as the types I and II have: the battery for samplers of vectors finds no "
        "fault in it as one of the first scale, and one in each sample as one of the second."
    ),
    source="Code of arXiv 2306.08125 (main.py), read line by line; a = 1.75",
    quantities=(
        Quantity("share of samples with a fault, of scale 0.707", below(0.5), proportion),
        Quantity("share of samples with a fault, of scale 1", above(0.5), proportion),
        # The standard deviation of a factor from 2,048 vectors is 0.01.
        Quantity("length over that of scale 1", equals(2**-0.5, 0.05), median),
    ),
    experiment=by_rng(_verdicts),
    control=by_rng(_verdicts, factor=2.0),
    broken="the factor 2 is put in, as the definition of type III has it",
    unit="samples of 2,048 vectors",
    smoke=40,
    full=2_000,
    chunk=4,
    against="that its three noises have one scale",
)
