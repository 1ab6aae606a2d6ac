"""CN-21-cifar10: on CIFAR-10 50% of the edges are enough."""

from paper_checks.claim import below
from paper_checks.experiments.coreset_headline import SMALL, losses_claim

CLAIM = losses_claim(
    "CN-21-cifar10",
    "cifar10",
    (0.15, 0.5),
    (None, None, below(SMALL), below(SMALL)),
    title="CIFAR-10: half of the edges are enough",
    statement=(
        "Of networks trained on 4,000 images of CIFAR-10 (16 x 16 pixels, 768-100-100-10) with 50% "
        "of the edges, the paper's share, CoreNet loses less than 2 points of the test accuracy, "
        "and CoreNet++ (best of 8) too. That 2 points are a small loss is our reading; the "
        "networks have no more than a third of the test images right. Losses with 15% are "
        "reported, not judged: that fewer would not do is not claimed."
    ),
)
