r"""Random recursions of SGD on least squares: when they are stationary, and with which tails.

Plain SGD on least squares, without any noise added, is :math:`x_k = M_k x_{k-1} + q_k` in the
distance x from the solution, with

.. math:: M = I - \frac{\eta}{b} \sum_{i \le b} a_i a_i^T,
          \qquad q = \frac{\eta}{b} \sum_{i \le b} e_i a_i,

over the b rows a and residuals e of a batch.  With

.. math:: \rho = \lim_k \tfrac1k \log \|M_k \cdots M_1\|,
          \qquad h(s) = \lim_k (E \|M_k \cdots M_1\|^s)^{1/k}

there is a stationary law if rho < 0, and it has tails of the index alpha > 0 with h(alpha) = 1
(Kesten, 1973, Acta Math. 131, 207-248; for SGD Gurbuzbalaban, Simsekli & Zhu, arXiv 2006.04740):
heavy tails from light-tailed data.

``GaussianLeastSquares`` draws new Gaussian rows at each step.  They have no preferred direction, so
that \|M_k .. M_1 u\| is a product of k independent copies of \|M u\| = sqrt(R),

.. math:: R = (1 - cX)^2 + c^2 X Y, \qquad c = \eta s^2 / b, \; X \sim \chi^2_b, \;
          Y \sim \chi^2_{d-1},

and all is quadrature: h(s) = E R^(s/2), rho = E log(R) / 2 (DERIVED; s^2 the variance of an entry).
``FiniteLeastSquares`` draws its batches from given rows: second moments are exact there, and in one
dimension everything is; what is not is estimated by simulation, with a standard error.

  ``GaussianLeastSquares``  new Gaussian rows at each step: all is quadrature
  ``FiniteLeastSquares``    batches of given rows
  ``LeastSquares``          either of the two
  ``trajectory``            states of many chains
  ``growths``               logarithms of the growth of products
  ``estimate_growth``       the growth rate rho
  ``estimate_moment``       h(s)
  ``estimate_tail_index``   the index alpha with h(alpha) = 1
  ``ROWS``                  lane of the rows
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
