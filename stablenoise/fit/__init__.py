"""Fits of stable laws: of vectors, of spectral measures, and of the errors of a regression."""
