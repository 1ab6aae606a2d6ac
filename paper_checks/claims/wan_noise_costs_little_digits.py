"""P1-16: what noise costs in accuracy, on the digits of scikit-learn."""

from paper_checks.experiments.costs_of_noise import loss_claim
from stablenoise.data.datasets import load_digits

CLAIM = loss_claim(
    "P1-16", load_digits, "the digits of scikit-learn", None, "What it costs at 1.5 is reported."
)
