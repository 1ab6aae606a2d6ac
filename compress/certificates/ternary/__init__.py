"""The family ternary-1: networks of weights -1, 0 and 1, described to the bit, in whole numbers.

The family was written after looking at MNIST, and frozen on 2026-11-30, before a network of it was
tried on any other data set (which the house had used elsewhere).  Its choice is charged by an index
into ``FAMILIES``, a list that existed before any new sample; what else was tried on a sample is
charged as options.

Descriptions

  ``Domain``         what is classified: size of images, number of classes
  ``Layer``          a layer but the last
  ``Configuration``  what a network is besides its weights
  ``Description``    a network, and its bits
  ``FAMILIES``       the families there are

What they say and are worth

  ``scores``         scores of images, exactly
  ``predictions``    their classes
  ``certified``      limit of the risk of a description
  ``Certified``      a description, with its certificate

How they are found

  ``trained``        a description, by training from nothing: the same bytes on every processor
  ``polished``       one whose limit is no higher, after single changes of weights
  ``searched``       the lowest limit of several configurations and trainings
  ``Training``       settings of the first
  ``Polishing``      settings of the second
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
