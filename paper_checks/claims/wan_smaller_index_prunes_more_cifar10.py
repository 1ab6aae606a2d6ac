"""P1-11a-cifar10: with a smaller index more columns can be pruned, on a part of CIFAR-10."""

from paper_checks.experiments.indices_compared import papers_claim
from paper_checks.experiments.pruned_networks import HARDER
from paper_checks.experiments.small_images import cifar10

NAME = "4,000 images of CIFAR-10 (pixels averaged to 8 x 8)"
CLAIM = papers_claim("P1-11a-cifar10", cifar10, NAME, (48, 192), lambda: HARDER)
