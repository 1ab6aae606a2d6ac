from .results import StableFit as StableFit
from .univariate import stable as stable
