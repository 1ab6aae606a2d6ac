"""Stable laws fitted to data, with intervals and tests.

``stable``       a stable law fitted to numbers: maximum likelihood and other methods
``StableFit``    what it returns: parameters, errors, intervals, a summary
``Accumulator``  the same of values that come in parts
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
