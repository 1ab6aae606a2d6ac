"""P1-16-mnist: what noise costs in accuracy, on MNIST (pixels averaged to 14 x 14)."""

from paper_checks.claim import above
from paper_checks.experiments.costs_of_noise import SLIGHT, loss_claim
from paper_checks.experiments.small_images import mnist

CLAIM = loss_claim(
    "P1-16-mnist",
    mnist,
    "MNIST (pixels averaged to 14 x 14)",
    above(SLIGHT),
    "At 1.5 and the same scale it costs more.",
)
