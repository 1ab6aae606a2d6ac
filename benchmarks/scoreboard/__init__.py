"""Other libraries and ours against the reference: ``python -m benchmarks.scoreboard``."""
