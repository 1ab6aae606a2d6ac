"""What the tests of the battery are made of: draws in cells, sums, probabilities far out."""
