"""What networks are made of, as files and packages say it.

``Architecture``       what becomes of an input between one array of weights and the next
``load_architecture``  an architecture by its name or from a file of TOML
``parsed``             an architecture of a text of TOML
``of_dense_layers``    dense layers with relu between them
``Conv``               a convolution
``Dense``              a dense layer
``Flatten``            an image as a vector
``MaxPool``            the largest of each window
``Relu``               max(x, 0)
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
