"""The stable law in one dimension: density, distribution function, tails, quantiles, moments.

``law.table`` has the log density and the score for many points of laws that do not come again.
"""

from . import table
from .characteristic import cf
from .evaluate import cdf, logcdf, logpdf, logsf, pdf, sf
from .moments import entropy, kurtosis, mean, mode, moment, skewness, var
from .quantiles import interval, isf, median, ppf
from .scores import fisher_information, score

__all__ = [
    "cdf",
    "cf",
    "entropy",
    "fisher_information",
    "interval",
    "isf",
    "kurtosis",
    "logcdf",
    "logpdf",
    "logsf",
    "mean",
    "median",
    "mode",
    "moment",
    "pdf",
    "ppf",
    "score",
    "sf",
    "skewness",
    "table",
    "var",
]
