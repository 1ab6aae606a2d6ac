from .architecture import (
    Architecture as Architecture,
    load_architecture as load_architecture,
    of_dense_layers as of_dense_layers,
    parsed as parsed,
)
from .kinds import (
    Conv as Conv,
    Dense as Dense,
    Flatten as Flatten,
    MaxPool as MaxPool,
    Relu as Relu,
)
