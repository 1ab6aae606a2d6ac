"""What is asked of an estimator: its answers, figures, bounds and replicates."""
