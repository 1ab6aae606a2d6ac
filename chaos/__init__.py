"""Heavy-tailed SGD as an interacting particle system, on toy systems and real networks.

Networks

  ``Network``          a multi-layer perceptron whose weights are a tuple of arrays
  ``sgd``              SGD with heavy-tailed noise, as a generator of states: ``sgd.trajectory``
  ``minibatch_drift``  gradients on minibatches, which depend on the seed and the step alone

Particles

  ``particles``        interacting particles: ``particles.trajectory``
  ``Interaction``      a drift that sees the mean of a feature of all particles
  ``attraction``       particles that are drawn to their mean
  ``drifts``           an interaction of two compiled functions
  ``recorded``         the means of a system, for McKean-Vlasov copies
  ``record``           the outputs of a network, for its copies
  ``replay``           copies of a network that see a record
  ``step_sizes``       systems of several step sizes on one noise
  ``solvable``         systems whose laws are known exactly
  ``kesten``           random recursions of SGD on least squares: tail index, growth, critical step

What is asked of samples

  ``distances``        distances of samples that are sound where moments are infinite
  ``dependence``       tests of independence for heavy-tailed variables
  ``rates``            slopes of log errors against log sizes
  ``summary``          statistics of a long run in one pass, of fixed size
  ``Summary``          what is kept of all values
  ``checkpoint``       states of long runs on disk
"""

import lazy_loader

from stablenoise.moved import keep_old_paths

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
keep_old_paths("chaos")
