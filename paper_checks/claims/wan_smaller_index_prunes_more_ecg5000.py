"""P1-11a-ecg5000: with a smaller index more columns can be pruned, on ECG5000."""

from chaos.datasets import load_ecg5000
from paper_checks.pruned_networks import papers_claim

CLAIM = papers_claim("P1-11a-ecg5000", load_ecg5000, "ECG5000", smoke=24, full=96)
