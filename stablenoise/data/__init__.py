"""Data sets from checked files, and files written whole or not at all.

``Dataset``             inputs and labels, to train and to test on
``load_digits``         1,797 digits of 8 x 8 pixels, from scikit-learn
``load_mnist``          70,000 digits of 28 x 28 pixels, from a folder
``load_fashion_mnist``  70,000 pieces of clothing of 28 x 28 pixels, from a folder
``load_ecg5000``        5,000 heartbeats of 140 times, from a folder, in two splits
``load_cifar10``        colour images of 32 x 32 pixels, whole or in part, from a folder
``load``                one of these by its name
``fetch``               fetch the files of a data set from where they are published
``source_files``        the files of a data set
``standardised``        inputs less their means, over their standard deviations
``subset``              rows chosen by a seed
``check_disjoint``      raise if two parts have a row in common
``column``              numbers of one column of a file
``write``               write a file whole or not at all
``check_writable``      raise if a file could not be written
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
