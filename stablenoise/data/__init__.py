"""Data sets from checked files, and files written whole or not at all."""
