"""P1-10-ecg5000: columns of networks trained on ECG5000 are independent copies of the limit."""

from paper_checks.experiments.many_networks import copies_claim
from stablenoise.data.datasets import load_ecg5000

CLAIM = copies_claim("P1-10-ecg5000", load_ecg5000, "ECG5000")
