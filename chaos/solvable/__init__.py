r"""Systems whose laws are known exactly: oracles for particle and training code.

A system is a value, its parameters; a question about it takes a scheme: ``Flow(time)`` for the
differential equation, ``Euler(eta, steps)`` for the chain that code runs.  So a simulation is
compared with the exact law of what it simulates, without the bias of its step.

A random variable that is a sum of independent noises is known by its scale.  Where code and oracle
see the same noise, the *identity* forms (``difference``, ``refinement``) give the very value, to
rounding.
"""

from .bounded_drift import BoundedDrift
from .linear_mean_field import LinearMeanField
from .linear_network import LinearNetwork
from .ornstein_uhlenbeck import OrnsteinUhlenbeck
from .schemes import Euler, Flow, Scheme
from .sine_network import SineNetwork

__all__ = [
    "BoundedDrift",
    "Euler",
    "Flow",
    "LinearMeanField",
    "LinearNetwork",
    "OrnsteinUhlenbeck",
    "Scheme",
    "SineNetwork",
]
