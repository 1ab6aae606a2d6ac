"""Heavy-tailed SGD as an interacting particle system, on toy systems and real networks.

Networks

  ``Network``          a multi-layer perceptron whose weights are a tuple of arrays
  ``sgd``              SGD with heavy-tailed noise, as a generator of weights: ``sgd.trajectory``
  ``minibatch_drift``  gradients on minibatches, which depend on the seed and the step alone
  ``train``            networks trained at full size, with evaluations, checkpoints and progress
  ``training``         the settings of a run (``training.Settings``), and its steps as a generator

Particles

  ``particles``        interacting particles: ``particles.trajectory``
  ``Interaction``      a drift of your own: it sees the mean of a feature over all particles
  ``attraction``       particles that are drawn to their mean
  ``drifts``           the drift of an interaction as array code
  ``recorded``         the means of a system at each step, for McKean-Vlasov copies
  ``record``           writes down the outputs of a network at each step
  ``replay``           shows neurons the outputs of a recorded network
  ``step_sizes``       systems of several step sizes on one noise
  ``solvable``         systems whose laws are known exactly
  ``kesten``           random recursions of SGD on least squares: tail index, growth, critical step

Samples and long runs

  ``distances``        distances of samples that are sound where moments are infinite
  ``dependence``       tests of independence for heavy-tailed variables
  ``rates``            slopes of log errors against log sizes
  ``summary``          statistics of a long run in one pass, of fixed size
  ``Summary``          what ``summary`` gives: counts, quantiles, tail index, distance from a law
  ``checkpoint``       states of long runs on disk
"""

import lazy_loader

from stablenoise.moved import keep_old_paths

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
keep_old_paths("chaos")
