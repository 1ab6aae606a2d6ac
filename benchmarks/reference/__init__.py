"""The reference for stable laws: values enclosed in balls, and the table that is made of them.

=================  =================================================================================
file               what is in it
=================  =================================================================================
``rows.csv.xz``    the table; its first lines say how many points were not enclosed
``table.py``       the table as arrays, and how far from it a law in doubles may be
``regions.py``     which laws and points are in it
``make.py``        makes such a table, of any size and seed, row by row
``enclosures.py``  density, tails and scores of a law at a point, as balls
``quantiles.py``   a quantile as a ball
``ray.py``         the integral along a ray, with bounds of all that a trapezoid rule leaves out
``series.py``      the series far out, with a bound of its remainder
``paths.py``       the ray, how far and how finely: nothing rests on this being right
``check.py``       coarse enclosures must hold what fine ones say
``nolan.py``       Nolan's table of quantiles put to the enclosures
=================  =================================================================================

Only ``table`` and ``regions`` do without python-flint (``pip install python-flint``, Arb's balls).
"""
