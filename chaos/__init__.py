"""Heavy-tailed SGD as an interacting particle system, on toy systems and real networks."""
