"""Tests of draws that are vectors, a test a file; the numbers are their projections."""
