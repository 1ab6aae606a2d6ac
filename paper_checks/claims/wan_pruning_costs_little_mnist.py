"""P1-17-mnist: what pruning costs in accuracy, on MNIST (pixels averaged to 14 x 14)."""

from paper_checks.experiments.costs_of_noise import pruning_claim
from paper_checks.experiments.small_images import mnist

CLAIM = pruning_claim("P1-17-mnist", mnist, "MNIST (pixels averaged to 14 x 14)")
