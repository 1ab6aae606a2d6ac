"""P1-1: the three noises of the paper have the characteristic functions that define them.

They are put to the battery for samplers of vectors: characteristic functions, lengths, angles,
signs, independence of coordinates and of successive vectors.
"""

from collections.abc import Sequence
from functools import partial
from types import ModuleType

import numpy as np

from paper_checks.claim import Claim, Quantity, below, equals
from paper_checks.experiments.battery_verdicts import has_fault, length_factor, noise_law
from paper_checks.replicates import by_seed
from paper_checks.summaries import median, proportion
from stablenoise.field import NoiseField
from stablenoise.noises import common, independent, isotropic

ALPHA, DIM, DRAWS = 1.75, 3, 8192
NOISES = {"I": common, "II": independent, "III": isotropic}
LAWS = [noise_law(kind, ALPHA, DIM) for kind in (1, 2, 3)]


def _faults(seed: int, noises: Sequence[ModuleType] = tuple(NOISES.values())) -> list[float]:
    """Whether the battery finds a fault, noise by noise; how long vectors of type III are."""
    draws = partial(NoiseField, ALPHA, seed)
    samples = [draws(noise).at(range(DRAWS), step=0, dim=DIM) for noise in noises]
    faults = [has_fault(np.asarray(x), law) for x, law in zip(samples, LAWS, strict=True)]
    return [*faults, length_factor(np.asarray(samples[-1]), LAWS[-1])]


CLAIM = Claim(
    id="P1-1",
    title="The three noises have their characteristic functions",
    statement=(
        "The noise of type I, II, III has the characteristic function exp(-|sum u_j|^a), "
        "exp(-sum |u_j|^a), exp(-|u|^a): the battery for samplers of vectors finds no fault in it, "
        "in dimension 3, a = 1.75."
    ),
    source="Wan et al., arXiv 2306.08125 (noise types; definitions as implied by its code)",
    # At level 1e-6 a sampler that is right has no fault in as many samples as anybody draws.
    quantities=(
        *(
            Quantity(f"type {name}: share of samples with a fault", below(0.5), proportion)
            for name in NOISES
        ),
        # The standard deviation of a factor from 8,192 vectors is 0.005.
        Quantity("type III: length over that of the law", equals(1, 0.05), median),
    ),
    experiment=by_seed(_faults),
    control=by_seed(_faults, noises=(independent, isotropic, common)),
    broken="each type is given for another one",
    unit="samples of 8,192 vectors",
    smoke=40,
    full=2_000,
    chunk=4,
)
