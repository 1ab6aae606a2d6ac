"""From a counter to random words, to variates, to arrays: compiled code that CPU and GPU share.

``jit``           compile a function with IEEE semantics, and keep the result
``scalar``        the same for a function of a few numbers, which is inlined
``fma``           a b + c rounded once
``bits``          bits of a float as an integer
``from_bits``     the float of these bits
``fingerprint``   hash of all that machine code is made from
``array_module``  NumPy or CuPy, by where an array lives
``in_threads``    call a kernel on parts of arrays, in threads
``elementary``    logarithm, powers, sine and cosine, the same bits everywhere
``random_words``  Philox: words looked up by counter, and uniforms
``cms``           stable and normal variates from two random words
``addresses``     the loop over particles, steps and coordinates
``Address``       where a variate is, but for particle and coordinate
``address``       make one, of seed, step and lane
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
