"""Limits of the risk of a network, itemised, from the bits that it takes."""
