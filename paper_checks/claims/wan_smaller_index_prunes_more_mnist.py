"""P1-11a-mnist: with a smaller index more columns can be pruned, on MNIST."""

from chaos.datasets import load_mnist
from paper_checks.pruned_networks import papers_claim

CLAIM = papers_claim("P1-11a-mnist", load_mnist, "MNIST", smoke=24, full=96)
