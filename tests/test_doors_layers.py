"""Whatever architectures and layers cannot take, they say so in one line."""

import numpy as np
from doors import Door, asked_of

from stablenoise.layers import (
    Architecture,
    BatchNorm,
    Conv,
    Dense,
    Flatten,
    Gelu,
    MaxPool,
    MeanPool,
    Relu,
    Scale,
    bound,
    check_arrays,
    folded,
    load_architecture,
    of_dense_layers,
    parsed,
    parts,
    to_toml,
    weight_shapes,
)

PLAN = Architecture((Dense(), Relu(), Dense()))
SHAPES = {"inputs": 64, "weights": [(40, 64), (10, 40)]}
ARRAYS = {"w": np.ones((40, 64)), "v": np.ones((10, 40))}
FITTED = {"architecture": PLAN, "inputs": 64, "arrays": ARRAYS}
IMAGE = {"shape": (1, 28, 28)}
KERNELS = IMAGE | {"weights": (6, 1, 5, 5)}
NAMES = {"weights": "none text", "bias": "none text", "units": "none"}
NORM = {"scale": "none text", "shift": "none text", "mean": "text", "variance": "text"}
MISFIT = {"inputs": "matrix|weights", "arrays": "weights|layer"}
DOORS = [
    Door(of_dense_layers, {"count": 2}),
    Door(load_architecture, {"said": "lenet5"}, {}, {"said": "architecture"}),
    Door(
        parsed,
        {"content": b'version = 1\nlayers = [{kind = "dense"}]'},
        {"name": "text"},
        {"content": "architecture"},
    ),
    Door(to_toml, {"architecture": PLAN}),
    Door(
        Architecture,
        {"layers": (Dense(),)},
        {"image": "none tuple", "scale": "none", "name": "text", "layout": "none"},
    ),
    Door(PLAN.input_shape, SHAPES, {"weights": "empty"}),
    Door(PLAN.shapes, SHAPES, {}, {"inputs": "matrix"}),
    Door(PLAN.fitted, SHAPES, {"weights": "empty"}),
    Door(PLAN.line, SHAPES, {}, {"inputs": "matrix"}),
    Door(bound, {"architecture": PLAN, "arrays": ARRAYS}, {}, {"arrays": "weights"}),
    Door(parts, {"architecture": PLAN, "arrays": ARRAYS}, {}, {"arrays": "weights"}),
    Door(check_arrays, FITTED, {}, MISFIT),
    Door(folded, FITTED, {}, MISFIT),
    Door(
        weight_shapes,
        {"architecture": of_dense_layers(1), "image": (64,), "outputs": 10},
        {"image": "tuple"},
        {"outputs": "units"},
    ),
    Door(Conv, {}, NAMES | {"padding": "zero", "size": "none"}),
    Door(Conv().outputs, KERNELS, {}, {"shape": "conv", "weights": "conv"}),
    Door(Conv().pads, KERNELS, {"shape": "tuple"}, {"shape": "conv"}),
    Door(Dense, {}, NAMES),
    Door(Dense().outputs, {"shape": (64,), "weights": (40, 64)}, {}, {"weights": "dense"}),
    Door(Relu().outputs, IMAGE, {"shape": "tuple"}),
    Door(Gelu, {}),
    Door(Scale, {}),
    Door(BatchNorm, {"mean": "m", "variance": "v"}, NORM),
    Door(MaxPool, {}, {"stride": "none"}),
    Door(MeanPool, {}, {"stride": "none"}),
    Door(MaxPool().outputs, IMAGE, {"shape": "tuple"}),
    Door(Flatten, {}),
    Door(Flatten().outputs, IMAGE, {"shape": "tuple"}),
]
(
    test_all_public_callables_have_doors,
    test_a_right_call_is_taken,
    test_odd_arguments_are_taken_or_told,
) = asked_of(DOORS, "layers")
