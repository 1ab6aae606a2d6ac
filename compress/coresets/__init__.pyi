from . import baselines as baselines, bounds as bounds, diagnostics as diagnostics
from .algorithm import (
    corenet as corenet,
    corenet_plus as corenet_plus,
    corenet_plus_plus as corenet_plus_plus,
)
from .coreset import Compact as Compact, Coreset as Coreset, compacted as compacted
from .network import ReluNetwork as ReluNetwork
from .rules import Budget as Budget, Certificate as Certificate, Guarantee as Guarantee
from .sampling import Draw as Draw, sparsify as sparsify
from .sensitivity import cancellations as cancellations, sensitivities as sensitivities
from .unit_sampling import UnitCoreset as UnitCoreset, corenet_units as corenet_units
