"""The stable law in one dimension: density, distribution function, tails, quantiles, moments.

``law.table`` has the log density and the score for many points of laws that do not come again.

Density and distribution function

  ``pdf``                 density
  ``logpdf``              its logarithm
  ``cdf``                 P(X <= x)
  ``logcdf``              its logarithm
  ``sf``                  P(X > x), accurate in the upper tail
  ``logsf``               its logarithm
  ``cf``                  characteristic function

Quantiles

  ``ppf``                 inverse of the distribution function
  ``isf``                 inverse of the survival function
  ``median``              median
  ``interval``            interval with equal tails

Moments

  ``mean``                mean
  ``var``                 variance
  ``skewness``            skewness
  ``kurtosis``            excess kurtosis
  ``mode``                where the density is largest
  ``entropy``             differential entropy, in nats
  ``moment``              ``E |X|^p``, for real p

Derivatives

  ``score``               derivatives of the log density in the four parameters
  ``fisher_information``  covariance matrix of the score
  ``table``               log density and score from a table, for likelihoods of many parameters
"""

import lazy_loader

from stablenoise.moved import keep_old_paths

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
keep_old_paths(__name__)
