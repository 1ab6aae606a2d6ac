"""The stable law in one dimension: density, distribution function, tails, quantiles, moments."""

from .evaluate import cdf, interval, isf, logcdf, logpdf, logsf, median, pdf, ppf, sf

__all__ = ["cdf", "interval", "isf", "logcdf", "logpdf", "logsf", "median", "pdf", "ppf", "sf"]
