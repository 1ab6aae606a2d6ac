"""Kinds of noise, one per module.

Each provides ``fill``, the loop that ``over_addresses`` makes of two laws, and
``characteristic_function(u, alpha)``.

  ``common``       type I: one stable number for a particle, the same in all its coordinates
  ``independent``  type II: independent coordinates
  ``isotropic``    type III: rotationally invariant vectors
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
