"""P1-11b: the noise alone has more columns that can be pruned, on the digits of scikit-learn."""

from paper_checks.experiments.indices_compared import nulls_claim
from stablenoise.data.datasets import load_digits

CLAIM = nulls_claim("P1-11b", load_digits, "the digits of scikit-learn", (24, 96))
