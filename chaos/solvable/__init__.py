r"""Systems whose laws are known exactly: oracles for particle and training code.

A system is a value that holds its parameters.  Its methods take a scheme: ``Flow(time)`` for the
differential equation, or ``Euler(eta, steps)`` for the chain that code runs.  So a simulation can
be compared with the exact law of what it simulates, without the bias of its step size.

A random variable that is a sum of independent noises is known by its scale.  Where code and oracle
see the same noise, ``difference`` and ``refinement`` give its value itself, to rounding.

  ``OrnsteinUhlenbeck``  the stable Ornstein-Uhlenbeck process
  ``LinearMeanField``    particles drawn to their mean
  ``BoundedDrift``       a bounded interaction, with the constant of its rate
  ``LinearNetwork``      a linear network of one hidden layer
  ``SineNetwork``        a network of one sine a neuron
  ``Flow``               the differential equation up to a time
  ``Euler``              the chain that code runs
  ``Scheme``             either of the two
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
