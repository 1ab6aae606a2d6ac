"""Every method of pruning and every coreset at equal shares kept, and what it loses.

``outcomes``            what a network loses at its outputs, by every method and share
``accuracy``            share of inputs that are classified as labelled
``relative_change``     relative l1 change of outputs
``Outcome``             of one method at one share
``table``               rows of text
``notes``               what a reader of the table must know
``to_csv``              the same as CSV
``to_svg``              curves as SVG
``Task``                a network and its data
``available``           methods that a network allows
``prune``               prune by any method, by its name
``prune_to``            prune to a share of the nonzero weights
``keep_for_error``      share to keep for a squared error, by any method
``to_csr``              sparse matrices
``without_dead_units``  smaller arrays, without units that do nothing
``size_report``         bytes and operations before and after
``SizeReport``          what it returns
``ArraySize``           of one array
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
