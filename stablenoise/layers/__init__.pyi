from . import passes as passes
from .architecture import (
    Architecture as Architecture,
    load_architecture as load_architecture,
    of_dense_layers as of_dense_layers,
    parsed as parsed,
)
from .binding import bound as bound, check_arrays as check_arrays, parts as parts
from .folding import folded as folded
from .plain_kinds import (
    BatchNorm as BatchNorm,
    Flatten as Flatten,
    Gelu as Gelu,
    Linear as Linear,
    Relu as Relu,
    Scale as Scale,
    Sigmoid as Sigmoid,
    Tanh as Tanh,
)
from .pool_kinds import MaxPool as MaxPool, MeanPool as MeanPool
from .starts import weight_shapes as weight_shapes
from .weighted_kinds import Conv as Conv, Dense as Dense
from .writing import to_toml as to_toml
