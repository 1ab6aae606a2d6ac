"""P1-11b-ecg5000: the noise alone has more columns that can be pruned, on ECG5000."""

from paper_checks.experiments.indices_compared import nulls_claim
from stablenoise.data.datasets import load_ecg5000

CLAIM = nulls_claim("P1-11b-ecg5000", load_ecg5000, "ECG5000", (24, 96))
