from .certification import Certified as Certified, certified as certified
from .descriptions import Description as Description
from .grammar import (
    FAMILIES as FAMILIES,
    Configuration as Configuration,
    Domain as Domain,
    Layer as Layer,
)
from .networks import predictions as predictions, scores as scores
from .polishing import Polishing as Polishing, polished as polished
from .searching import searched as searched
from .training import Training as Training, trained as trained
