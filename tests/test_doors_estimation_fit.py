"""Doors of fits: what is no sample, no parameter or no level is told in one line."""

import numpy as np
from doors import Door, Made, asked_of

from stablenoise import fit
from stablenoise.fit.results import StableFit

SAMPLE = np.random.default_rng(1).standard_cauchy(20)
FITTED = Made(lambda: fit.stable(SAMPLE, beta=0.0))
COUNTED = fit.Accumulator().update(SAMPLE)
HELD = {
    "alpha": "none",
    "beta": "none zero negative",
    "scale": "none",
    "loc": "none zero negative",
}
SIZES, RNGS = "none zero empty tuple", "none truth zero large huge empty tuple"
DOORS = [
    Door(
        fit.stable,
        {"x": SAMPLE, "method": "mle"},
        {**HELD, "weights": "none", "model": "none", "name": "none text"},
        {"scale": "values", "loc": "values"},
    ),
    Door(StableFit.conf_int, {"level": 0.9}, {"method": "none", "seed": "zero"}, of=FITTED),
    Door(StableFit.summary, {"level": 0.9}, of=FITTED),
    Door(
        StableFit.rvs,
        {"size": 3, "rng": 1},
        {"size": SIZES, "rng": RNGS},
        {"size": "array"},
        of=FITTED,
    ),
    Door(fit.Accumulator, {"centre": 0.0}, {"centre": "zero negative"}),
    Door(COUNTED.update, {"chunk": SAMPLE}, {"chunk": "arrays truth zero negative"}),
    Door(COUNTED.merge, {"other": COUNTED}),
    Door(COUNTED.fit, {"method": "mle"}, HELD),
    Door(
        StableFit.gof,
        {"replicates": 2, "size": 10},
        {"size": "none", "progress": "truth callback", "seed": "zero"},
        of=FITTED,
    ),
    Door(StableFit.plot, {}, {"axes": "none"}, of=FITTED),
]
(
    test_all_public_callables_have_doors,
    test_a_right_call_is_taken,
    test_odd_arguments_are_taken_or_told,
) = asked_of(DOORS, "fits")
