"""P1-11a: with a smaller index more columns can be pruned, on the digits of scikit-learn."""

from paper_checks.experiments.indices_compared import papers_claim
from stablenoise.data.datasets import load_digits

CLAIM = papers_claim("P1-11a", load_digits, "the digits of scikit-learn", (24, 96))
