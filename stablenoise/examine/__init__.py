"""Whether an estimator does what it says: what is run on draws whose law is known.

``estimator``        bias, error, efficiency and coverage of any estimator, with a verdict
``EstimatorReport``  what ``estimator`` returns
``Finding``          one question that was asked, its answer, and a sentence
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
