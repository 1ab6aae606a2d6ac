"""Tests of seeds, sizes and workers, which call the sampler themselves, a test a file."""
