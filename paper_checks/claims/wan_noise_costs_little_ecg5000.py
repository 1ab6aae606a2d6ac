"""P1-16-ecg5000: what noise costs in accuracy, on ECG5000."""

from paper_checks.claim import below
from paper_checks.experiments.costs_of_noise import SLIGHT, loss_claim
from stablenoise.data.datasets import load_ecg5000

CLAIM = loss_claim(
    "P1-16-ecg5000",
    load_ecg5000,
    "ECG5000",
    below(SLIGHT),
    "Noise of index 1.5 at the same scale does so too.",
)
