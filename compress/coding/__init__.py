"""Quantised weights as bits, proved by decoding them.

``CodeLength``      bits of a network, item by item
``code_length``     bits of a network, proved by decoding it
``length_bits``     bits that tell a length
``encode``          arrays as a file
``decode``          arrays of such a file
``encode_payload``  the bytes alone, without the layouts
``decode_payload``  arrays of these bytes
``Quantised``       arrays of few values, and their error
``quantise``        few values for each array
``codecs``          ``adaptive``, ``counts``, ``lzma``, ``zlib``
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
