from .results import StableFit as StableFit
from .streaming import Accumulator as Accumulator
from .univariate import stable as stable
