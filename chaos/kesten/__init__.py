r"""Random recursions of SGD on least squares: when they are stationary, and with which tails.

Let x be the distance from the solution.  Plain SGD on least squares, without any noise added, is
:math:`x_k = M_k x_{k-1} + q_k` with

.. math:: M = I - \frac{\eta}{b} \sum_{i \le b} a_i a_i^T,
          \qquad q = \frac{\eta}{b} \sum_{i \le b} e_i a_i,

where a batch has b rows a and residuals e.  With

.. math:: \rho = \lim_k \tfrac1k \log \|M_k \cdots M_1\|,
          \qquad h(s) = \lim_k (E \|M_k \cdots M_1\|^s)^{1/k}

there is a stationary law if rho < 0, and its tails have the index alpha > 0 at which h(alpha) = 1
(Kesten, 1973, Acta Math. 131, 207-248; for SGD Gurbuzbalaban, Simsekli & Zhu, arXiv 2006.04740).
So light-tailed data make heavy tails.

``GaussianLeastSquares`` draws new Gaussian rows at each step.  No direction is preferred, so that
\|M_k .. M_1 u\| is a product of k independent copies of \|M u\| = sqrt(R),

.. math:: R = (1 - cX)^2 + c^2 X Y, \qquad c = \eta s^2 / b, \; X \sim \chi^2_b, \;
          Y \sim \chi^2_{d-1},

where s^2 is the variance of an entry of a row.  Then h(s) = E R^(s/2) and rho = E log(R) / 2 are
quadratures (DERIVED).  ``FiniteLeastSquares`` draws its batches from given rows: its second moments
are exact, and in one dimension everything is.  What is not exact is estimated by simulation, with
a standard error.

  ``GaussianLeastSquares``  new Gaussian rows at each step: exact, by quadrature
  ``FiniteLeastSquares``    batches of given rows: second moments are exact
  ``LeastSquares``          either of the two
  ``trajectory``            states of many chains
  ``growths``               growth of each of many products of matrices
  ``estimate_growth``       the growth rate rho
  ``estimate_moment``       h(s)
  ``estimate_tail_index``   the index alpha with h(alpha) = 1
  ``ROWS``                  lane of the noise that rows are made of
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
