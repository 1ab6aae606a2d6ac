"""Certificates whose prior is a network that saw a share of the sample, each beside its null.

Splits

  ``Split``                  rows that the prior saw, and rows that errors are counted on
  ``share_of``               a split by a share and a seed
  ``unseen_rows``            a split by rows that were never used

The null by itself

  ``with_holdout``           a network's certificate by its code, beside its hold-out limit
  ``WithHoldout``            both

Deterministic networks

  ``from_prior``             certificate of a network coded relative to the prior network
  ``CodedFromPrior``         such a network, with its certificate and the null

Ternary networks

  ``ternary_from_prior``     certificate of a ternary network coded relative to a ternary prior
  ``TernaryFromPrior``       such a network, with its certificate and the null
  ``read_relative``          a ternary network from its code and the prior network

Gaussian networks

  ``trained_from_prior``     certificate of a Gaussian network trained by a bound
  ``Training``               how it is trained
  ``TrainedFromPrior``       such a network, with its certificate and the null
  ``GaussianNetwork``        a network of Gaussian weights
  ``objectives``             bounds as objectives, with their slopes
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
