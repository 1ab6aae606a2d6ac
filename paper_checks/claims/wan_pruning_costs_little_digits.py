"""P1-17: what pruning costs in accuracy, on the digits of scikit-learn."""

from paper_checks.experiments.costs_of_noise import pruning_claim
from stablenoise.data.datasets import load_digits

CLAIM = pruning_claim("P1-17", load_digits, "the digits of scikit-learn")
