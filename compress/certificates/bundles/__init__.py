"""Certificates as files that anybody verifies; benchmarks/certificates has their format."""
