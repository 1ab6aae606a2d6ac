"""Fits of stable laws to data: the methods, one a file with ``estimate(x, weights, held)``.

``quantiles``   McCulloch's five quantiles
"""
