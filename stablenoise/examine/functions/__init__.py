"""Somebody's density, distribution function or quantiles: called, compared, and what is wrong."""
