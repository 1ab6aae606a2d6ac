"""Alpha-stable laws, noise that is looked up by its address, and tail-index estimators.

Laws

  ``Stable``          a stable law: density, both tails, quantiles, moments, scores, draws
  ``law``             the same as functions of arrays of parameters: ``law.pdf(x, alpha, beta)``
  ``multivariate``    isotropic, elliptical, independent laws; those of a discrete spectral measure
  ``StableVariable``  a stable law among the random variables of SciPy

Noise

  ``NoiseField``      noise by address: seed, lane, particle, step, coordinate
  ``Lane``            streams of noise that do not meet
  ``noises``          its kinds: ``independent``, ``common``, ``isotropic``
  ``StablePath``      a stable Levy process that is looked up by time

Estimates

  ``fit``             stable laws fitted to data: ``fit.stable(x)``, with intervals and tests
  ``tails``           of the tail index: ``hill``, ``pareto``, ``power_law`` and others
  ``examine``         any estimator run where the answer is known
  ``Estimate``        a number with its standard error and confidence interval

This machine

  ``doctor``          processor, libraries, cache, golden bits: what a report of a fault should have

What the other packages build on

  ``data``            data sets in checked files, and files written whole or not at all
  ``layers``          architectures of networks, as files say them
  ``kernels``         the compiled functions behind it all; ``kernels.jit`` compiles yours
"""

import lazy_loader

from stablenoise.moved import keep_old_paths

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
keep_old_paths("stablenoise")

__version__ = "0.2.0"
