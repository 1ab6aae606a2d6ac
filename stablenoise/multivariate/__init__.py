r"""Multivariate stable laws.

  ``Isotropic``         the same in all directions; density, and the law of its length
  ``Elliptical``        with ellipsoids as contours; density
  ``Independent``       independent coordinates, each with a law of its own
  ``DiscreteSpectral``  of a spectral measure with finitely many atoms

Each has ``rvs(size, rng, dtype)`` with the arguments of ``Stable.rvs``, of shape size + (dim,), and
``cf(u)``, the characteristic function E exp(i u.X), for u of shape (..., dim).  Isotropic and
elliptical ones have ``pdf(x)`` and ``logpdf(x)``, the density, for x of shape (..., dim).

Laws are values, as ``Stable`` is: read-only, and equal if their parameters are.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
