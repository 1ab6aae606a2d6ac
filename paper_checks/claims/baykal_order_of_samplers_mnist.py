"""CN-22-mnist: on MNIST CoreNet has smaller errors than others that sample."""

from paper_checks.experiments.coreset_headline import orders_claim

CLAIM = orders_claim("CN-22-mnist", "mnist", "MNIST", (0.15, 0.4))
