"""P1-11b-ecg5000-shuffled: the noise alone prunes more, on ECG5000 shuffled."""

from functools import partial

from paper_checks.experiments.indices_compared import nulls_claim
from paper_checks.experiments.pruned_networks import SMALL
from stablenoise.data.datasets import load_ecg5000

LOAD = partial(load_ecg5000, split="shuffled")
NAME = "ECG5000 after a shuffle (500 beats, as the paper is said to have them)"
CLAIM = nulls_claim("P1-11b-ecg5000-shuffled", LOAD, NAME, (48, 192), lambda: SMALL)
