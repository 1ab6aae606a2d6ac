"""Doors of fits: what is no sample, no parameter or no level is told in one line."""

import numpy as np
from doors import Door, asked_of

from stablenoise import Stable, fit
from stablenoise.fit import StableFit

SAMPLE = np.random.default_rng(1).standard_cauchy(20)
FITTED = fit.stable(SAMPLE, beta=0.0)
HELD = {
    "alpha": "none",
    "beta": "none zero negative",
    "scale": "none",
    "loc": "none zero negative large",
}
DOORS = [
    Door(fit.stable, {"x": SAMPLE, "method": "mle"}, {**HELD, "weights": "none"}),
    Door(
        FITTED.conf_int, {"level": 0.9}, {"method": "none", "replicates": "large", "seed": "none"}
    ),
]
