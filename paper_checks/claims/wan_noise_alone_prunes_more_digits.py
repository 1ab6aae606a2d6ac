"""P1-11b: the noise alone has more columns that can be pruned, on the digits of scikit-learn."""

from paper_checks.experiments.indices_compared import nulls_claim
from paper_checks.experiments.pruned_networks import half_as_many_steps
from stablenoise.data.datasets import load_digits

NAME = "the digits of scikit-learn"
CLAIM = nulls_claim("P1-11b", load_digits, NAME, (24, 96), half_as_many_steps)
