"""P1-11: with a smaller index more columns can be pruned, on the digits of scikit-learn."""

from chaos.datasets import load_digits
from paper_checks.pruned_networks import claim

CLAIM = claim("P1-11", load_digits, "the digits of scikit-learn", smoke=32, full=128)
