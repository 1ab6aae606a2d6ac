"""Other libraries' stable laws, a module a library, all asked in one way.

A module has, or has as None where the library has none:

  ``NAME``       the name under which it is installed
  ``FORM``       "S0", or "S1" if that is all it has
  ``version()``  the version that is installed here
  ``pdf(x, alpha, beta)``, ``cdf``, ``sf``, ``ppf(p, alpha, beta)``  as float64 arrays
  ``rvs(size, alpha, beta, rng)``  that many draws, in the format that the library draws in
  ``rvs_s1``  the same in the S1 form, as the library gives them, where that is all it has

Where the random stream is one of the whole process, one thread draws at a time (``STREAM``).

The law is Nolan's S0 form of scale 1 and loc 0; alpha and beta are numbers.  What a library raises
is raised.  Where a library has only the S1 form, ``shifts`` converts, without losing a digit.

They are installed by ``pip install -r benchmarks/peers/requirements.txt``, with ``--no-deps`` for
the second file, and ``apt-get install r-base-core r-cran-stabledist r-cran-stable libgsl27``.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from threading import Lock
from types import ModuleType

__all__ = ["MEMBERS", "STREAM", "peer"]

PARTS = {"r_worker", "shifts"}
STREAM = Lock()
MEMBERS = tuple(m.name for m in pkgutil.iter_modules(__path__) if m.name not in PARTS)


def peer(name: str) -> ModuleType:
    """The module of a library; ImportError or OSError if it is not installed."""
    return import_module(f"{__name__}.{name}")
