"""What networks are made of, as files and packages say it, and what layers make of arrays.

``Architecture``       what becomes of an input between one array of weights and the next
``load_architecture``  an architecture by its name or from a file of TOML
``parsed``             an architecture of a text of TOML
``to_toml``            the text of an architecture
``of_dense_layers``    dense layers with an activation between them
``weight_shapes``      shapes of weights, to train from nothing
``bound``              names of the arrays of each layer
``parts``              arrays of each layer
``check_arrays``       whether arrays fit the layers
``folded``             the same network without batch norm
``passes``             layers forward and backward

``BatchNorm``          values less their mean, over their deviation
``Conv``               a convolution
``Dense``              a dense layer
``Flatten``            an image as a vector
``Gelu``               x times the chance that a normal variable is smaller
``Linear``             x
``MaxPool``            the largest of each window
``MeanPool``           the mean of each window
``Relu``               max(x, 0)
``Scale``              x times a number
``Sigmoid``            1 / (1 + exp(-x))
``Tanh``               the hyperbolic tangent of x
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
