"""Alpha-stable laws, noise that is looked up by its address, and tail-index estimators."""

from .estimate import Estimate
from .field import Lane, NoiseField
from .moved import keep_old_paths
from .path import StablePath
from .stable import Stable

__all__ = ["Estimate", "Lane", "NoiseField", "Stable", "StablePath"]

keep_old_paths("stablenoise")
