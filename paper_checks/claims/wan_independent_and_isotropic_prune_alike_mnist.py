"""P1-12-mnist: trained on MNIST, types II and III can be pruned alike, type I more."""

from paper_checks.experiments.many_networks import types_claim
from paper_checks.experiments.small_images import mnist

CLAIM = types_claim("P1-12-mnist", mnist, "MNIST (pixels averaged to 14 x 14)")
