"""P1-15: on a CPU the authors' program adds its noise without the scale sigma eta^(1/a).

Its lines read, in effect, ``noise * scale if use_cuda else noise``: the scale is used on a GPU
alone.  The noise of type II is made again from that formula, and put to the battery for samplers of
vectors.
"""

import numpy as np

from paper_checks.claim import Claim, Quantity, above, below, equals
from paper_checks.experiments.battery_verdicts import has_fault, noise_law
from paper_checks.replicates import by_seed
from paper_checks.summaries import median, proportion
from stablenoise.field import NoiseField
from stablenoise.noises import independent

ALPHA, SIGMA, ETA = 1.75, 0.003, 0.01  # of the program's README
MEANT = SIGMA * ETA ** (1 / ALPHA)  # 2.159e-4
DIM, DRAWS = 3, 2048
OF_UNIT_SCALE, OF_MEANT_SCALE = (noise_law(2, ALPHA, DIM, scale) for scale in (1.0, MEANT))
MEDIAN = float(OF_MEANT_SCALE._laws.ppf(0.75)[0])  # of the size of a coordinate


def _added(noise: np.ndarray, on_gpu: bool) -> np.ndarray:
    return noise * MEANT if on_gpu else noise


def _verdicts(seed: int, on_gpu: bool = False) -> list[float]:
    """Whether the noise fails as one of unit scale, as one of the scale meant; their ratio."""
    noise = NoiseField(ALPHA, seed, independent).at(range(DRAWS), step=0, dim=DIM)
    x = _added(np.asarray(noise), on_gpu)
    ratio = float(np.median(np.abs(x))) / MEDIAN
    return [has_fault(x, OF_UNIT_SCALE), has_fault(x, OF_MEANT_SCALE), ratio]


CLAIM = Claim(
    id="P1-15",
    title="On a CPU the released noise is 4,632 times too large",
    deciding="scale over the one that is meant",
    statement=(
        "On a CPU the authors' program adds noise of scale 1 where sigma eta^(1/a) is meant: at "
        "the values of its README, 0.003, 0.01 and a = 1.75, 4,632 times as large a noise. The "
        "battery for samplers of vectors finds no fault in it as noise of scale 1, and one in each "
        "sample as noise of the scale that is meant."
    ),
    source="Code of arXiv 2306.08125 (main.py, lines 178 and 191), read line by line; type II",
    quantities=(
        Quantity("share of samples with a fault, of scale 1", below(0.5), proportion),
        Quantity("share of samples with a fault, of the scale meant", above(0.5), proportion),
        # The standard deviation of a median size of 6,144 numbers is 1.8%, or 85.
        Quantity("scale over the one that is meant", equals(1 / MEANT, 400), median),
    ),
    experiment=by_seed(_verdicts),
    control=by_seed(_verdicts, on_gpu=True),
    broken="the scale is put in, as the program does on a GPU",
    unit="samples of 2,048 vectors",
    smoke=40,
    full=2_000,
    chunk=4,
    against="that its noise has the scale sigma eta^(1/a)",
)
