"""Whatever training is given that it cannot take, it says so in one line."""

import numpy as np
from doors import Door, asked_of

from chaos.training import Moment, Settings, steps, train
from stablenoise.data.datasets import Dataset

X, Y = np.array([[1.0, 0.0], [1.0, 2.0], [0.0, 1.0]]), np.array([0, 1, 1])
DATA = Dataset("three points", X, Y, X, Y)
SETTINGS = Settings(widths=(2, 3, 2), batch=2, steps=2)
MOMENT = Moment(1, 2, 0.5, 0.5, 0.5, 1.0, 1.0)

DOORS = [
    Door(
        Settings,
        {"widths": (2, 3, 2), "schedule": "step", "decay_steps": 5},
        {
            "widths": "tuple",
            "batch": "none",
            "clip": "none",
            "decay": "none zero",
            "evaluate_rows": "none",
            "momentum": "zero",
            "seed": "zero",
            "sigma": "zero",
            "stop_accuracy": "none",
            "weight_decay": "zero",
            "architecture": "none",
            "bias": "truth",
            "noise_first": "truth",
            "train_output": "truth",
            "schedule": "callback",
        },
    ),
    Door(Settings.from_dict, {"said": {"widths": [2, 3, 2]}}, {}, {"said": "settings"}),
    Door(steps, {"settings": SETTINGS, "data": DATA}, {"start": "none"}),
    Door(
        train,
        {"settings": SETTINGS, "data": DATA, "out": "kept"},
        {"out": "none text", "progress": "none truth callback"},
    ),
]
(
    test_all_public_callables_have_doors,
    test_a_right_call_is_taken,
    test_odd_arguments_are_taken_or_told,
) = asked_of(DOORS, "training")
