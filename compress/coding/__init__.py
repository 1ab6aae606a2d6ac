"""Quantised weights as bits, proved by decoding them."""
