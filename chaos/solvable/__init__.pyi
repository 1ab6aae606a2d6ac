from .bounded_drift import BoundedDrift as BoundedDrift
from .linear_mean_field import LinearMeanField as LinearMeanField
from .linear_network import LinearNetwork as LinearNetwork
from .ornstein_uhlenbeck import OrnsteinUhlenbeck as OrnsteinUhlenbeck
from .schemes import Euler as Euler, Flow as Flow, Scheme as Scheme
from .sine_network import SineNetwork as SineNetwork
