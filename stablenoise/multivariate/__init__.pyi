from .elliptical import Elliptical as Elliptical
from .independent import Independent as Independent
from .isotropic import Isotropic as Isotropic
from .spectral import DiscreteSpectral as DiscreteSpectral
