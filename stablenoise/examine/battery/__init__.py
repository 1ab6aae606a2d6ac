"""The tests of the battery: open folders, a test a file.

A file of ``numbers`` or ``vectors`` looks at draws as they come:

  ``MOST``        how many draws it uses, the first; more are not given to it
  ``make(law)``   a new test for a law, or None where the law is none of its own

A test has ``add(block)``, called with consecutive blocks, and ``outcomes()``, a tuple of
``Outcome`` from all draws so far.  How many outcomes there are, and of what, depends on the law and
on the number of draws alone: they share the level of their file.  ``add`` keeps what has a fixed
size, or at most the first few million draws.

A file of ``streams`` calls the sampler itself, with seeds of its own:

  ``COST``                 draws that it asks for
  ``outcomes(source, law, seed)``   a tuple of ``Outcome``
"""
