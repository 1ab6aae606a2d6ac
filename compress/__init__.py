"""Compressibility, pruning and what they certify."""

from stablenoise.moved import keep_old_paths

__all__: list[str] = []

keep_old_paths("compress")
