"""P1-11b-cifar10: the noise alone has more columns that can be pruned, on a part of CIFAR-10."""

from paper_checks.experiments.indices_compared import nulls_claim
from paper_checks.experiments.pruned_networks import HARDER
from paper_checks.experiments.small_images import cifar10

NAME = "4,000 images of CIFAR-10 (pixels averaged to 8 x 8)"
CLAIM = nulls_claim("P1-11b-cifar10", cifar10, NAME, (48, 192), lambda: HARDER)
