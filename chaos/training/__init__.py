"""Networks trained at full size by SGD with heavy-tailed noise, in place and resumable.

``Settings``  all numbers and names of a run
``train``     trains on a data set, with evaluations, checkpoints and progress
``Trained``   what ``train`` gives
``Moment``    what progress is told after each step
``steps``     the same steps as a generator
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
