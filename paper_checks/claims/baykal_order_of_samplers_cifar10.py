"""CN-22-cifar10: on CIFAR-10 CoreNet has smaller errors than others that sample."""

from paper_checks.experiments.coreset_headline import orders_claim

CLAIM = orders_claim("CN-22-cifar10", "cifar10", "CIFAR-10", (0.15, 0.5))
