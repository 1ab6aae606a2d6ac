"""Weights as frameworks hold them, networks known by their shapes, and files of both."""
