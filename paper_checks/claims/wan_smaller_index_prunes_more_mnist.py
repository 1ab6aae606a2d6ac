"""P1-11-mnist: with a smaller index more columns can be pruned, on MNIST."""

from chaos.datasets import load_mnist
from paper_checks.pruned_networks import claim

CLAIM = claim("P1-11-mnist", load_mnist, "MNIST", smoke=20, full=64)
