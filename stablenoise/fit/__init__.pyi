from .diagnosis import Diagnosis as Diagnosis, diagnose as diagnose
from .elliptical_fit import EllipticalFit as EllipticalFit
from .goodness import Goodness as Goodness
from .linear_fit import LinearFit as LinearFit
from .regression import linear as linear
from .results import StableFit as StableFit
from .spectral_fit import SpectralFit as SpectralFit
from .spectral_measure import spectral as spectral
from .streaming import Accumulator as Accumulator
from .univariate import stable as stable
from .vectors import elliptical as elliptical
