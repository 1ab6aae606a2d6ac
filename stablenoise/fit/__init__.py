"""Fits of stable laws to data: the methods, one a file with ``estimate(x, weights, held)``.

``quantiles``     McCulloch's five quantiles
``press``         four values of the characteristic function
``kogon``         lines through ten of them, by Kogon and Williams
``koutrouvelis``  lines through more of them, iterated
``gls``           all of them weighed by their covariance: the best of these
``moments``       mean and variance of logarithms, symmetric laws only
``stability``     the test of over-identification: whether the data are stable at all
"""
