"""P1-11b-fashion: the noise alone has more columns that can be pruned, on Fashion-MNIST."""

from paper_checks.experiments.indices_compared import nulls_claim
from paper_checks.experiments.pruned_networks import SMALL
from paper_checks.experiments.small_images import fashion_mnist

NAME = "Fashion-MNIST (pixels averaged to 14 x 14)"
CLAIM = nulls_claim("P1-11b-fashion", fashion_mnist, NAME, (48, 192), lambda: SMALL)
