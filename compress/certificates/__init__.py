"""Limits of the risk of a network, itemised, from the bits that it takes.

Networks

  ``certify``                limit of the risk of a network as it is
  ``prune_quantise_encode``  the smallest limit that a search reaches
  ``certified``              limit of the risk of arrays that were pruned and quantised elsewhere
  ``pick_to_learn``          network of few examples, picked worst first, with its limit
  ``Picked``                 that network, and what a hold-out would have said
  ``Look``                   a network that was looked at meanwhile
  ``Encoded``                an encoded network, with its certificate
  ``Setting``                how a network is made smaller
  ``Sample``                 the sample that a certificate is of
  ``distinct``               whether examples repeat

Families

  ``ternary``                networks of weights -1, 0 and 1, described to the bit

Priors from data

  ``from_prior``             limit of a network coded relative to one that saw a share
  ``Split``                  which rows the prior saw, and which the bound counts
  ``priors``                 more of them: Gaussian networks, hold-out limits

Limits with their items

  ``occam``                  limit of a risk from the bits of a code
  ``pac_bayes``              limit of a risk from a divergence
  ``holdout``                limit of a risk on examples that the network never saw
  ``sample_compression``     limit of a risk from the examples that a network is made of
  ``preferent_compression``  the same where a rule with a preference chose them
  ``disagreement``           limit of any network's risk through another that has one
  ``Disagreement``           that limit, and the two that it is the sum of
  ``RiskCertificate``        a limit, with every charge itemised
  ``Charge``                 one item
  ``MonteCarlo``             errors of a random network, by draws
  ``printed_risk``           a risk rounded up
  ``elias_gamma_bits``       bits of a whole number

Certificates as files that anybody verifies

  ``bundled``                bundle of a network and its limit
  ``verified``               its certificate, computed again from the data
  ``read_bundle``            bundle of a file
  ``write_bundle``           write a file
  ``Bundle``                 a certificate with all that is needed to compute it again
  ``named_sample``           name of a sample, and its sha256
  ``NamedSample``            which examples a certificate is of
  ``prior_null``             what a network trained on other examples is worth
  ``PriorNull``              such a network, and its hold-out limit

Divergences

  ``Noise``                  noise on the weights of a quantised network
  ``word_divergences``       divergence of each value from a prior of code words
  ``uniform_divergence``     the same for a uniform prior
  ``weighted_divergence``    the same for a prior of weights
  ``noise_gain``             bits that noise saves
  ``permutation_bits``       bits that the symmetries of a network save

Least bits

  ``min_bits``               bits that a network must take, in any code
  ``jensen_shannon_bits``    the divergence behind it
  ``inequalities``           limits as functions of numbers: kl, binomial tails, Catoni, ...
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
