r"""Upper limits of a risk from an error rate, a sample size and a complexity in nats.

Every function works element by element and broadcasts.  ``q`` is an error rate on n examples,
``complexity`` is the divergence KL(rho || pi) of a posterior from a prior, or the negative log of
the prior mass of a single classifier, in nats; ``delta`` is the probability with which the limit
may fail.  Limits above 1 are returned as 1.

Which holds for what: ``hoeffding``, ``chernoff`` and ``binomial_tail`` for classifiers of a prior
mass each (and so after choosing among them); ``catoni``, ``maurer``, ``mcallester`` and
``quadratic`` also for the mean risk of a randomised one.  ``campi_garatti`` holds for what examples
determine that the sample prefers, all others being right.
"""

from stablenoise.moved import renamed

from .binomials import binomial_log_cdf
from .classifiers import ROUNDING, binomial_tail, chernoff, hoeffding
from .compressions import campi_garatti
from .divergences import EPS, KL_ERROR, LEAST_ERROR, kl, kl_lower, kl_upper
from .mean_risks import (
    ALPHA,
    catoni,
    catoni_at,
    catoni_lambda,
    catoni_union,
    maurer,
    mcallester,
    quadratic,
)
from .ranges import COUNTS, check_rates, check_sizes

__getattr__ = renamed(__name__, {"ROUNDED": "ROUNDING", "TINIEST": "LEAST_ERROR"})
__all__ = [
    "ALPHA",
    "COUNTS",
    "EPS",
    "KL_ERROR",
    "ROUNDING",
    "LEAST_ERROR",
    "binomial_log_cdf",
    "binomial_tail",
    "campi_garatti",
    "catoni",
    "catoni_at",
    "catoni_lambda",
    "catoni_union",
    "check_rates",
    "check_sizes",
    "chernoff",
    "hoeffding",
    "kl",
    "kl_lower",
    "kl_upper",
    "maurer",
    "mcallester",
    "quadratic",
]
