"""Doors of fits: what is no sample, no parameter or no level is told in one line."""

import numpy as np
from doors import Door, asked_of

from stablenoise import fit

SAMPLE = np.random.default_rng(1).standard_cauchy(20)
FITTED = fit.stable(SAMPLE, beta=0.0)
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
    Door(FITTED.conf_int, {"level": 0.9}, {"method": "none", "seed": "zero"}),
    Door(FITTED.summary, {"level": 0.9}),
    Door(FITTED.rvs, {"size": 3, "rng": 1}, {"size": SIZES, "rng": RNGS}, {"size": "array"}),
    Door(fit.Accumulator, {"centre": 0.0}, {"centre": "zero negative"}),
    Door(COUNTED.update, {"chunk": SAMPLE}, {"chunk": "arrays truth zero negative"}),
    Door(COUNTED.merge, {"other": COUNTED}),
    Door(COUNTED.fit, {"method": "mle"}, HELD),
    Door(
        FITTED.gof,
        {"replicates": 2, "size": 10},
        {"size": "none", "progress": "truth callback", "seed": "zero"},
    ),
    Door(FITTED.plot, {}, {"axes": "none"}),
]
(
    test_all_public_callables_have_doors,
    test_a_right_call_is_taken,
    test_odd_arguments_are_taken_or_told,
) = asked_of(DOORS, "fits")
