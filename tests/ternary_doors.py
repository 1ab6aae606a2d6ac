"""Doors of the family ternary-1, which those of certificates take in."""

import numpy as np
from doors import Door

from compress.certificates import ternary

DOMAIN = ternary.Domain(3, 3, 2)
CHOSEN = ternary.Configuration(DOMAIN, (ternary.Layer(2, 2),))
RNG = np.random.default_rng(1)
WEIGHTS = [RNG.integers(-1, 2, shape) for shape in CHOSEN.shapes]
DESCRIPTION = ternary.Description(CHOSEN, WEIGHTS)
IMAGES = RNG.integers(0, 256, (20, 3, 3), np.uint8)
LABELS = RNG.integers(0, 2, 20)
MORE_IMAGES = RNG.integers(0, 256, (40, 3, 3), np.uint8)
MORE_LABELS = RNG.integers(0, 2, 40)
DOORS = [
    Door(ternary.Domain, {"rows": 3, "columns": 3, "classes": 2, "channels": 1}),
    Door(
        ternary.Layer,
        {
            "outputs": 2,
            "kernel": 2,
            "stride": 1,
            "same": False,
            "pool": False,
            "depthwise": False,
            "centred": False,
        },
        dict.fromkeys(("same", "pool", "depthwise", "centred"), "truth"),
    ),
    Door(
        ternary.Configuration,
        {
            "domain": DOMAIN,
            "layers": (ternary.Layer(2, 2),),
            "moments": (8, 20),
            "reach": 1,
            "mirror": False,
            "lift": False,
            "tables": False,
        },
        {
            "moments": "none",
            "reach": "zero",
            **dict.fromkeys(("mirror", "lift", "tables"), "truth"),
        },
    ),
    Door(ternary.Description, {"configuration": CHOSEN, "weights": WEIGHTS}),
    Door(
        ternary.Description.from_bytes,
        {"source": DESCRIPTION.to_bytes(), "domain": DOMAIN},
        {},
        {"source": "what is decoded|description|payload|header|weights|pool|kernel"},
    ),
    Door(ternary.scores, {"description": DESCRIPTION, "images": IMAGES}),
    Door(ternary.predictions, {"description": DESCRIPTION, "images": IMAGES}),
    Door(
        ternary.certified,
        {
            "description": DESCRIPTION,
            "data": (IMAGES, LABELS),
            "delta": 0.05,
            "options": 1,
            "repeats": None,
        },
        {"options": "large dict_of_1", "repeats": "none"},
        {"data": "images|labels"},
    ),
    Door(
        ternary.Training,
        {
            "epochs": 1,
            "rate": 0.02,
            "pull": 1e-4,
            "seed": 0,
            "size": 32,
            "views": 1,
            "robust": False,
        },
        {"pull": "zero", "seed": "zero", "robust": "truth"},
    ),
    Door(
        ternary.Polishing,
        {"rounds": 1, "near": 32, "hidden": False, "pairs": False, "seed": 0},
        {"rounds": "zero", "seed": "zero", "hidden": "truth", "pairs": "truth"},
    ),
    Door(
        ternary.trained,
        {
            "configuration": CHOSEN,
            "images": MORE_IMAGES,
            "labels": MORE_LABELS,
            "training": ternary.Training(1, size=32),
            "folder": None,
            "report": None,
        },
        {"training": "none", "folder": "none text", "report": "none callback"},
        {"labels": "data|examples|labels"},
    ),
    Door(
        ternary.polished,
        {
            "description": DESCRIPTION,
            "images": MORE_IMAGES,
            "labels": MORE_LABELS,
            "delta": 0.05,
            "polishing": ternary.Polishing(1, 32, False, False),
            "report": None,
        },
        {"polishing": "none", "report": "none callback"},
        {"labels": "data|examples|labels"},
    ),
    Door(
        ternary.searched,
        {
            "configurations": [CHOSEN],
            "images": MORE_IMAGES,
            "labels": MORE_LABELS,
            "delta": 0.05,
            "trainings": [ternary.Training(1, size=32)],
            "polishing": ternary.Polishing(1, 32, False, False),
            "repeats": None,
            "folder": None,
            "report": None,
        },
        {
            "trainings": "none",
            "polishing": "none",
            "repeats": "none",
            "folder": "none text",
            "report": "none callback",
        },
        {"labels": "data|examples|labels"},
    ),
]
