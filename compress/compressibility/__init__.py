"""How much of a vector its largest terms hold, and the limits of that for heavy-tailed laws.

Vectors

  ``relative_error``         error of the best share of a vector's terms
  ``relative_errors``        the same for all numbers of terms
  ``keep_for_error``         share to keep for an error, of the squares of terms
  ``terms_within``           how many terms are needed for an error
  ``norm``                   l_p norm or quasi-norm
  ``weak_norm``              weak l_p norm
  ``pq_index``               PQ index of sparsity
  ``least_kept``             how many terms the PQ index says to keep
  ``least_kept_of``          the same, of a PQ index
  ``term_constant``          constant of the bound below
  ``term_error_bound``       bound of the error of s terms by a weak norm

Laws

  ``limit_error``            error of the best share for infinitely many terms
  ``rate_constant``          constant of the rate at which it is reached
  ``width_for_error``        how many terms a law needs for an error
  ``pareto``                 sizes with a Pareto law
  ``Sizes``                  the law of sizes
  ``gaussian_pruned_share``  share that can be pruned from Gaussian weights
  ``pruned_shares``          the same for networks under noise of each type
  ``pq_index_limit``         limit of the PQ index
  ``norms``                  the module of the first
  ``limits``                 the module of the second
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
