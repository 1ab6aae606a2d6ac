"""The headline of arXiv 1804.05345 on networks trained here: how few edges are enough.

    python -m benchmarks.coreset_headline run [DATA ...]   # cells that are not there yet
    python -m benchmarks.coreset_headline draw [FOLDER]    # docs/coresets by default

Rows are kept in ``cells.csv`` beside this file: what is there is not done again.  One process, one
thread.  Shapes and training are ours; no trained weights are kept.
"""
