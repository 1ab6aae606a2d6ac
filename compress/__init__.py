"""Compressibility, pruning and what they certify."""
