"""P1-10-mnist: columns of networks trained on MNIST are independent copies of the limit."""

from paper_checks.experiments.many_networks import copies_claim
from paper_checks.experiments.small_images import mnist

CLAIM = copies_claim("P1-10-mnist", mnist, "MNIST (pixels averaged to 14 x 14)")
