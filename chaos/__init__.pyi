from . import (
    checkpoint as checkpoint,
    dependence as dependence,
    distances as distances,
    kesten as kesten,
    particles as particles,
    rates as rates,
    sgd as sgd,
    solvable as solvable,
    training as training,
)
from .coupling import step_sizes as step_sizes
from .interactions import Interaction as Interaction, attraction as attraction, drifts as drifts
from .mean_field import record as record, recorded as recorded, replay as replay
from .network import Network as Network
from .sgd import minibatch_drift as minibatch_drift
from .streaming import Summary as Summary, summary as summary
from .training import train as train
