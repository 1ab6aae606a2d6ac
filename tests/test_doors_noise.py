"""Whatever noises and paths cannot take, they say so in one line."""

import numpy as np
from doors import Door, asked_of

from stablenoise import NoiseField, StablePath
from stablenoise.noises import common, independent, isotropic

FIELD, PATH = NoiseField(1.5, 1), StablePath(1.5, 1)

# A call that is right: the function, and all that it must be given, or says that it may.

DOORS = [
    Door(NoiseField, {"alpha": 1.5, "seed": 1}, {"seed": "zero", "lane": "zero"}),
    Door(FIELD.layer, {"layer": 1}, {"layer": "zero text"}),
    Door(
        FIELD.at,
        {"particles": [0, 1], "step": 0, "dim": 2},
        {"particles": "empty tuple", "step": "zero", "dim": "tuple", "dtype": "none"},
    ),
    Door(
        FIELD.fill,
        {"out": np.zeros((2, 3)), "step": 0},
        {
            "out": "array array_to_2 three equals eye matrix cube",
            "step": "zero",
            "particles": "none",
        },
    ),
    Door(
        FIELD.add_to,
        {"theta": np.zeros((2, 3)), "step": 0, "scale": 1.0},
        {
            "theta": "array array_to_2 three equals eye matrix cube",
            "step": "zero",
            "scale": "zero negative",
            "particles": "none",
        },
    ),
    Door(
        StablePath,
        {"alpha": 1.5, "seed": 1},
        {"seed": "zero", "beta": "zero negative", "lane": "zero", "strict": "truth"},
    ),
    Door(
        PATH.__call__,
        {"t0": 0.0, "t1": 0.5, "particles": [0, 1], "dim": 2},
        {"t0": "zero", "t1": "zero", "particles": "empty tuple"},
    ),
    Door(
        PATH.increments,
        {"level": 1, "particles": [0, 1], "dim": 2},
        {"level": "zero", "particles": "empty tuple"},
    ),
    Door(common.characteristic_function, {"u": [1.0, 2.0], "alpha": 1.5}, {"u": "arrays empty"}),
    Door(
        independent.characteristic_function, {"u": [1.0, 2.0], "alpha": 1.5}, {"u": "arrays empty"}
    ),
    Door(isotropic.characteristic_function, {"u": [1.0, 2.0], "alpha": 1.5}, {"u": "arrays empty"}),
]
(
    test_all_public_callables_have_doors,
    test_a_right_call_is_taken,
    test_odd_arguments_are_taken_or_told,
) = asked_of(DOORS, "noise")
