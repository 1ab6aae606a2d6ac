"""Stable laws fitted to data, with intervals and tests.

``stable``         a stable law fitted to numbers: maximum likelihood and other methods
``StableFit``      what it returns: parameters, errors, intervals, a summary
``Goodness``       how well a law fits, as its ``gof()`` returns it
``diagnose``       whether data are stable at all, in a sentence
``Diagnosis``      what it returns: two indices, tests, counts
``Accumulator``    collects values chunk by chunk, in bounded memory, and fits them all
``linear``         linear regression with stable errors
``LinearFit``      what it returns: coefficients beside those of least squares
``elliptical``     an elliptical stable law fitted to vectors
``EllipticalFit``  what it returns: index, shape matrix, location
``spectral``       a discrete spectral measure fitted to vectors
``SpectralFit``    what it returns: masses by directions, index, location
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
