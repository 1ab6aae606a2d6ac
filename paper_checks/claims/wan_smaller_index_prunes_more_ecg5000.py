"""P1-11a-ecg5000: with a smaller index more columns can be pruned, on ECG5000."""

from paper_checks.experiments.indices_compared import papers_claim
from stablenoise.data.datasets import load_ecg5000

CLAIM = papers_claim("P1-11a-ecg5000", load_ecg5000, "ECG5000", (24, 96))
