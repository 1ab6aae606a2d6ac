"""P1-11a-fashion: with a smaller index more columns can be pruned, on Fashion-MNIST."""

from paper_checks.experiments.indices_compared import papers_claim
from paper_checks.experiments.pruned_networks import SMALL
from paper_checks.experiments.small_images import fashion_mnist

NAME = "Fashion-MNIST (pixels averaged to 14 x 14)"
CLAIM = papers_claim("P1-11a-fashion", fashion_mnist, NAME, (48, 192), lambda: SMALL)
