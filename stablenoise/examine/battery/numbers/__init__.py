"""Tests of draws that are numbers, a test a file."""
