"""P1-17-ecg5000: what pruning costs in accuracy, on ECG5000."""

from paper_checks.experiments.costs_of_noise import pruning_claim
from stablenoise.data.datasets import load_ecg5000

CLAIM = pruning_claim("P1-17-ecg5000", load_ecg5000, "ECG5000")
