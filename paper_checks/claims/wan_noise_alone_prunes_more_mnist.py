"""P1-11b-mnist: the noise alone has more columns that can be pruned, on MNIST."""

from chaos.datasets import load_mnist
from paper_checks.pruned_networks import nulls_claim

CLAIM = nulls_claim("P1-11b-mnist", load_mnist, "MNIST", smoke=24, full=96)
