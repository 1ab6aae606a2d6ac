"""Variates from a pair of random words, one law a module.

``make(kit)`` compiles a law for the format of the kit: its constants, the variate as a function of
numbers, and a loop over pairs of words in short stages, each of which LLVM vectorises, over buffers
that stay in the first level of the cache.  ``CUDA`` is the same law in one function.
"""
