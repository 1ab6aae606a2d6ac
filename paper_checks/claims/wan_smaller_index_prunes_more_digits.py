"""P1-11a: with a smaller index more columns can be pruned, on the digits of scikit-learn."""

from paper_checks.experiments.indices_compared import papers_claim
from paper_checks.experiments.pruned_networks import half_as_many_steps
from stablenoise.data.datasets import load_digits

NAME = "the digits of scikit-learn"
CLAIM = papers_claim("P1-11a", load_digits, NAME, (24, 96), half_as_many_steps)
