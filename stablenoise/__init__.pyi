from . import (
    data as data,
    examine as examine,
    fit as fit,
    kernels as kernels,
    law as law,
    layers as layers,
    multivariate as multivariate,
    noises as noises,
    tails as tails,
)
from .checkup.report import doctor as doctor
from .estimate import Estimate as Estimate
from .field import Lane as Lane, NoiseField as NoiseField
from .path import StablePath as StablePath
from .random_variable import StableVariable as StableVariable
from .stable import Stable as Stable

__version__: str
