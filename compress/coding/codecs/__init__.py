"""Codecs, one per module: lossless, and each with the decoder that proves it.

Each provides ``encode(layouts, arrays)``, which returns a payload and what of it is spent on each
array, and ``decode(payload, layouts)``, which returns the arrays, or raises ValueError unless the
payload is one of arrays of these layouts to its last byte; and ``PREFIX``, whether no payload is
the beginning of another one of the same layouts.  A layout is a name, a shape and a type:
they are known to both and not in the payload.

``adaptive``, ``counts`` and ``grouped`` are for quantised arrays, of few values; ``zlib`` and
``lzma`` take any.

  ``adaptive``  arithmetic coding that learns as it goes
  ``counts``    range coding with counts that are sent
  ``grouped``   arithmetic coding with values of its own for each channel or run of elements
  ``lzma``      LZMA2 of the bytes
  ``zlib``      deflate of the bytes
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
