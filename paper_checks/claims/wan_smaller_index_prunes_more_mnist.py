"""P1-11a-mnist: with a smaller index more columns can be pruned, on MNIST."""

from paper_checks.experiments.indices_compared import papers_claim
from stablenoise.data.datasets import load_mnist

CLAIM = papers_claim("P1-11a-mnist", load_mnist, "MNIST", (24, 96))
