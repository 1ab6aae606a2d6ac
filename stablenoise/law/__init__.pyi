from . import table as table
from .characteristic import cf as cf
from .evaluate import (
    cdf as cdf,
    logcdf as logcdf,
    logpdf as logpdf,
    logsf as logsf,
    pdf as pdf,
    sf as sf,
)
from .moments import (
    entropy as entropy,
    kurtosis as kurtosis,
    mean as mean,
    mode as mode,
    moment as moment,
    skewness as skewness,
    var as var,
)
from .quantiles import interval as interval, isf as isf, median as median, ppf as ppf
from .scores import fisher_information as fisher_information, score as score
