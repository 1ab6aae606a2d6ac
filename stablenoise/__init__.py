"""Alpha-stable laws, noise that is looked up by its address, and tail-index estimators."""

from .estimate import Estimate
from .field import Lane, NoiseField
from .parameters import Stable
from .path import StablePath

__all__ = ["Estimate", "Lane", "NoiseField", "Stable", "StablePath"]
