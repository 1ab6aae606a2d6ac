from .certification import Certified as Certified, certified as certified
from .descriptions import Description as Description
from .grammar import (
    FAMILIES as FAMILIES,
    Configuration as Configuration,
    Domain as Domain,
    Layer as Layer,
)
from .networks import predictions as predictions, scores as scores
