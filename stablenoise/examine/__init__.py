"""Whether a sampler, a density or an estimator is what it says: run where the answer is known.

``sampler``                anybody's sampler of a stable law, drawn from and judged
``sample``                 the same of draws made elsewhere
``density``                anybody's density, distribution or quantile function, graded by ours
``estimator``              bias, error, efficiency and coverage of any estimator, with a verdict
``assert_stable_sampler``  ``sampler`` in a test, which fails with the report
``zoo``                    samplers with one known fault each
``SamplerReport``          what ``sampler`` and ``sample`` return
``DensityReport``          what ``density`` returns
``EstimatorReport``        what ``estimator`` returns
``Finding``                one question that was asked, its answer, and a sentence
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
