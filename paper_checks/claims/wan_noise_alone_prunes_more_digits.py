"""P1-11b: the noise alone has more columns that can be pruned, on the digits of scikit-learn."""

from chaos.datasets import load_digits
from paper_checks.pruned_networks import nulls_claim

CLAIM = nulls_claim("P1-11b", load_digits, "the digits of scikit-learn", smoke=24, full=96)
