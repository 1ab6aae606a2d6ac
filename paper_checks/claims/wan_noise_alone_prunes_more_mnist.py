"""P1-11b-mnist: the noise alone has more columns that can be pruned, on MNIST."""

from paper_checks.experiments.indices_compared import nulls_claim
from stablenoise.data.datasets import load_mnist

CLAIM = nulls_claim("P1-11b-mnist", load_mnist, "MNIST", (24, 96))
