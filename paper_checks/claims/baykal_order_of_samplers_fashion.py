"""CN-22-fashion: on Fashion-MNIST CoreNet has smaller errors than others that sample."""

from paper_checks.experiments.coreset_headline import orders_claim

CLAIM = orders_claim("CN-22-fashion", "fashion", "Fashion-MNIST", (0.15, 0.4))
