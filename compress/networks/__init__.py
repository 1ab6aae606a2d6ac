"""Weights as frameworks hold them, networks known by their shapes, and files of both.

Files and networks

  ``load``                 arrays of an ``.npz`` or ``.safetensors`` file
  ``save``                 arrays to an ``.npz`` file, whole or not at all
  ``Model``                a network that was recognised
  ``recognised``           the network of these arrays
  ``describe``             what arrays seem to be, and the architectures that fit them
  ``Description``          what it returns
  ``load_model_and_data``  a network and its data, from files
  ``two_samples``          points to measure on, and others to judge by
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
