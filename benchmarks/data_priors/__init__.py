"""Limits whose prior saw a share of MNIST, each beside the hold-out limit of its prior.

STABLENOISE_DATA=FOLDER python -m benchmarks.data_priors run [KIND SHARE]
python -m benchmarks.data_priors table

``run`` does the cells that are not in ``rows.csv`` yet (or one of them), and writes each when it is
done; ``table`` prints them.  A cell is a share of the 60,000 training images, drawn by seed 1, and
a kind of certificate:

- ``coded``: 784-100-10 with relu, in float32, trained by SGD on the share, is the prior; trained on
  by all images, it is coded relative to that (``from_prior``).
- ``gaussian``: Gaussian weights about the same prior, trained by the quadratic bound on the rest
  (``trained_from_prior``).
- ``ternary``: a network of the family ternary-1 trained on the share is the prior; trained on by
  the rest, with a pull of each weight to the prior's, it is coded relative to that
  (``ternary_from_prior``).  Its configuration is that of the record of MNIST, chosen after all
  images were seen: both limits are charged the 45 bits of its header, as of so many priors.

Nine shares were stated, and each row's two limits are charged log2(9) bits, at delta 0.05.  The
limit of a row that is not below its null says nothing: it is here to show how far it is.  One
thread; seconds are processor time.
"""
