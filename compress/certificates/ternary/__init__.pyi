from .descriptions import Description as Description
from .grammar import (
    FAMILIES as FAMILIES,
    Configuration as Configuration,
    Domain as Domain,
    Layer as Layer,
)
