"""Whatever fits of regressions and of vectors cannot take, they say so in one line."""

import numpy as np
from doors import Door, asked_of

from stablenoise.fit import regression, spectral_measure, vectors
from stablenoise.multivariate import Elliptical

DRAWN = Elliptical(1.5, [[2.0, 1.0], [1.0, 2.0]]).rvs(24, rng=1)
Y, X = DRAWN[:, 0], np.column_stack([np.ones(24), DRAWN[:, 1]])
LINEAR = regression.linear(Y, X, alpha=1.5, beta=0)
ELLIPTICAL = vectors.elliptical(DRAWN, alpha=2)
SPECTRAL = spectral_measure.spectral(DRAWN, alpha=1.5)

DOORS = [
    Door(
        regression.linear,
        {"y": Y, "X": X, "alpha": 1.5, "beta": 0.0, "scale": 1.0},
        {"alpha": "none", "beta": "none zero negative", "scale": "none"},
    ),
    Door(LINEAR.conf_int, {"level": 0.95}),
    Door(LINEAR.summary, {"level": 0.95}),
    Door(LINEAR.predict, {"X": X}, {"X": "eye"}),
    Door(vectors.elliptical, {"X": DRAWN, "alpha": 2.0}, {"X": "nested", "alpha": "none"}),
    Door(ELLIPTICAL.conf_int, {"level": 0.95}),
    Door(ELLIPTICAL.summary, {"level": 0.95}),
    Door(
        vectors.of_matrix,
        {"X": DRAWN, "model": "entries", "of_entries": np.median},
        {"X": "nested eye matrix", "of_entries": "callback"},
    ),
    Door(
        spectral_measure.spectral,
        {"X": DRAWN, "alpha": 1.5, "directions": 8},
        {"X": "nested", "alpha": "none", "directions": "none eye"},
    ),
    Door(SPECTRAL.conf_int, {"level": 0.95}),
    Door(SPECTRAL.summary, {"level": 0.95}),
]

(
    test_all_public_callables_have_doors,
    test_a_right_call_is_taken,
    test_odd_arguments_are_taken_or_told,
) = asked_of(DOORS, "fits of vectors")
